/**
 * Command buffers of the layer's own that copy an image as it is to its buffer, for images that are
 * handed over without a barrier.
 */
#ifndef HOST_SHADOW_HANDOVER_H
#define HOST_SHADOW_HANDOVER_H

#include <pthread.h>
#include <vulkan/vulkan.h>

#define SHADOW_MAX_FAMILIES 32

struct device;
struct shadow;

/** A device's command pools for copies of its own, made as they are needed. */
struct shadow_pools {
	pthread_mutex_t lock; /**< for the pools, their command buffers, and every shadow's list */
	VkCommandPool list[SHADOW_MAX_FAMILIES]; /**< by queue family */
};

void shadow_handover_init(struct shadow_pools *pools);
/** Before the device is destroyed, after all of its shadows. */
void shadow_handover_finish(struct device *device);
/** The image is destroyed: no copy of it is pending. */
void shadow_handover_forget(struct device *device, struct shadow *shadow);

/**
 * A command buffer for queues of the family that copies the image, which is in layout before and
 * after. It stays the layer's, and may be submitted often. NULL, and a complaint, if there is none.
 */
VkCommandBuffer shadow_handover_get(
	struct device *device, struct shadow *shadow, uint32_t family, VkImageLayout layout);

#endif
