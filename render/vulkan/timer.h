/** How long the GPU works at a frame, by timestamps of its own. */
#ifndef RENDER_VULKAN_TIMER_H
#define RENDER_VULKAN_TIMER_H

#include "render/vulkan/device.h"

struct timer {
	VkQueryPool pool; /**< VK_NULL_HANDLE: not told here */
};

/**
 * A device without timestamps leaves it empty, and so does Venus, where each answer would be a way
 * to the host and back. Finish all the same after a failure.
 */
VkResult timer_init(const struct device *device, struct timer *timer);
void timer_finish(const struct device *device, struct timer *timer);

/** Record the first and the last of a frame's commands. */
void timer_begin(const struct timer *timer, VkCommandBuffer commands);
void timer_end(const struct timer *timer, VkCommandBuffer commands);

/** Nanoseconds from one to the other, once the GPU has finished; 0: not told. */
int64_t timer_read(const struct device *device, const struct timer *timer);

#endif
