/**
 * Shadow images: what a LINEAR image is where the driver cannot make it with its usage.
 *
 * The VkImage is the driver's image with tiling OPTIMAL, in memory of the layer's own. Over the
 * memory that the application binds lies a buffer with the rows of the LINEAR image that others see
 * there. The pixels are copied to the buffer when the image is released to
 * VK_QUEUE_FAMILY_FOREIGN_EXT or EXTERNAL, and back when it is acquired from there
 * (shadow_barrier.h). An image for which the application records neither is copied at the end of
 * each submission that writes into it (shadow_submit.h).
 */
#ifndef HOST_SHADOW_H
#define HOST_SHADOW_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <vulkan/vulkan.h>

struct device;
struct shadow_handover;

struct shadow {
	VkImage image;                     /**< the application's and the driver's; not owned */
	VkDeviceMemory memory;             /**< of the image; owned, null until shadow_bind() */
	bool bound;                        /**< the image is bound to memory */
	VkBuffer buffer;                   /**< owned */
	VkSubresourceLayout layout;        /**< of the LINEAR image's only plane */
	VkMemoryRequirements requirements; /**< for what the application binds */
	VkBufferImageCopy region;          /**< all of the image */
	VkDeviceSize bytes;                /**< of pixels that one copy moves */
	bool concurrent;                   /**< VK_SHARING_MODE_CONCURRENT: no family owns it */
	atomic_bool transfers; /**< the application has recorded a release or an acquire of it */
	struct shadow_handover *handovers; /**< owned; of device.shadow_pools */
};

/** Where a LINEAR image of info's format and extent has its rows, and what memory it takes. */
struct shadow_measure {
	VkSubresourceLayout layout;
	VkMemoryRequirements requirements;
};

/**
 * VK_SUCCESS, or the driver's error. info is what the driver is told, its chain and usage do not
 * matter.
 */
VkResult shadow_measure(
	struct device *device, const VkImageCreateInfo *info, struct shadow_measure *out);

/**
 * The shadow of an image that the driver has made from info; *out is NULL unless VK_SUCCESS is
 * returned. Does not take the image.
 */
VkResult shadow_create(
	struct device *device, VkImage image, const VkImageCreateInfo *info, struct shadow **out);
/** Accepts NULL. The driver's device is still there, the image need not be. */
void shadow_destroy(struct device *device, struct shadow *shadow);

/**
 * Binds the image to memory of its own, and then the buffer to the application's. What was done
 * before it failed is kept for the next try.
 */
VkResult shadow_bind(
	struct device *device, struct shadow *shadow, VkDeviceMemory memory, VkDeviceSize offset);

/** The shadow of an image, or NULL. */
struct shadow *shadow_get(struct device *device, VkImage image);

/** Whether images of this device may have shadows. */
bool shadow_is_ours(const struct device *device);

#endif
