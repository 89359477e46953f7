/**
 * A thread that waits for fences in the order they are given, and tells an eventfd, so that the
 * worker can poll its socket meanwhile. It sleeps when there is nothing to wait for.
 */
#ifndef RENDER_VULKAN_WAITER_H
#define RENDER_VULKAN_WAITER_H

#include <pthread.h>
#include <stdbool.h>
#include <vulkan/vulkan.h>

/** A fence to wait for; embedded in what it belongs to, untouched until the waiter gives it back.
 */
struct waiter_job {
	VkFence fence;
	VkResult result; /**< of the wait */
	struct waiter_job *next;
};

struct waiter {
	VkDevice device;
	pthread_t thread;
	bool has_thread;
	int event; /**< readable when waiter_take() has something */
	pthread_mutex_t mutex;
	pthread_cond_t wake;

	/* Under the mutex. */
	struct waiter_job *first, **last;     /* to wait for */
	struct waiter_job *done, **done_last; /* to be taken */
	bool stop;
};

/** False: no thread or no eventfd; finish all the same. */
bool waiter_init(struct waiter *waiter, VkDevice device);

/** Waits for all jobs, which then count as taken. */
void waiter_finish(struct waiter *waiter);

void waiter_add(struct waiter *waiter, struct waiter_job *job);

/** The oldest job that is done, NULL: none yet. Clears the event when none is left. */
struct waiter_job *waiter_take(struct waiter *waiter);

#endif
