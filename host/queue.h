/**
 * Queues. Exporting a semaphore submits to the queue that signals it, from whatever thread: so the
 * layer locks each queue for itself, and never waits for the GPU while it holds that lock; but
 * vkQueuePresentKHR may take its time.
 */
#ifndef HOST_QUEUE_H
#define HOST_QUEUE_H

#include <pthread.h>
#include <vulkan/vulkan.h>

struct device;

struct queue {
	VkQueue handle;
	uint32_t family;
	pthread_mutex_t
		lock; /**< held for every call down that Vulkan wants the queue synchronised for */
};

/** Locks the queue if it is one of ours, and returns it; NULL otherwise. */
struct queue *queue_lock(struct device *device, VkQueue handle);
/** Accepts NULL. */
void queue_unlock(struct queue *queue);

/** For table_each(). */
void queue_drop(void *queue, void *unused);

#endif
