/**
 * A frame under way: its commands, its fence, and all that must live until the GPU has finished it.
 * One frame at a time is open, while it is recorded; any number are in flight.
 */
#ifndef RENDER_VULKAN_FRAME_H
#define RENDER_VULKAN_FRAME_H

#include "render/vulkan/sampled.h"
#include "render/vulkan/staging.h"
#include "render/vulkan/timer.h"
#include "render/vulkan/waiter.h"

#include <pixman.h>

struct frame {
	struct waiter_job job; /* first: a job is its frame */
	struct frame *next;    /* among the free ones, or those in flight, oldest first */
	uint64_t serial;
	VkCommandBuffer commands;
	struct timer timer;
	VkSemaphore semaphore; /* exportable as a sync file; VK_NULL_HANDLE: not offered */
	bool is_spent;         /* the semaphore stayed signalled: not to be used again */

	struct staging_chunk *chunks;
	struct sampled **sampled; /* references */
	size_t sampled_len, sampled_cap;
	struct target *target;    /* reference; NULL until the frame is drawn */
	pixman_region32_t damage; /* target pixels */

	uint32_t sequence;
	int64_t arrived, recorded; /* clock_now() */
	uint64_t upload_bytes, gpu_copy_bytes;
};

struct frame_queue {
	const struct device *device;
	struct staging staging;
	struct waiter waiter;
	VkCommandPool pool;
	struct frame *free, *open, *flying;
	uint64_t last_serial;
};

/** False: reason says why; finish all the same. */
bool frame_queue_init(struct frame_queue *queue, const struct device *device, char *reason);

/** Waits for what is in flight. */
void frame_queue_finish(struct frame_queue *queue);

/** The frame that is open, opening one if none is. NULL: reason says why. */
struct frame *frame_queue_open(struct frame_queue *queue, char *reason);

/**
 * Submits the open frame, which is then in flight. *fence: a sync file that signals at its end, the
 * caller's, or -1; fence NULL: not wanted. An error leaves the frame open to be given up.
 */
VkResult frame_queue_submit(struct frame_queue *queue, int *fence);

/** Throws away the open frame, if there is one, with its uploads. */
void frame_queue_give_up(struct frame_queue *queue);

/** The oldest frame that the GPU has finished, with the wait's result in job; NULL: none. Then
 * frame_queue_recycle(). */
struct frame *frame_queue_take_done(struct frame_queue *queue);
void frame_queue_recycle(struct frame_queue *queue, struct frame *frame);

/** Keeps sampled until the frame is done. False: out of memory. */
bool frame_hold(struct frame *frame, struct sampled *sampled);

#endif
