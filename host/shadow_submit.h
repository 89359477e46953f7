/**
 * Submissions and shadow images: what they copy is counted, and an image that its application never
 * hands over by a barrier is copied after the last command buffer of a batch that writes into it.
 *
 * The layout is known from the barriers, render passes and renderings that were submitted. An image
 * that was released or acquired once is its application's to hand over from then on.
 */
#ifndef HOST_SHADOW_SUBMIT_H
#define HOST_SHADOW_SUBMIT_H

#include "host/shadow_count.h"

#include <vulkan/vulkan.h>

struct device;
struct shadow;

/** One call of vkQueueSubmit or vkQueueSubmit2. */
struct shadow_submit {
	struct device *device;
	uint32_t family;
	struct shadow_count count;
	struct shadow_submit_list *lists; /**< longer lists that were given out */
};

void shadow_submit_begin(struct shadow_submit *submit, struct device *device, VkQueue queue);
/**
 * The command buffers of a batch, with copies after them if there are any to make: list itself, or
 * a longer one that lives until shadow_submit_end().
 */
const VkCommandBuffer *shadow_submit_extend(struct shadow_submit *submit, const void *chain,
	const VkCommandBuffer *list, uint32_t *count);
const VkCommandBufferSubmitInfo *shadow_submit_extend2(
	struct shadow_submit *submit, const VkCommandBufferSubmitInfo *list, uint32_t *count);
void shadow_submit_end(struct shadow_submit *submit, VkResult result);

#endif
