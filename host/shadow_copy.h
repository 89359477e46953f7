/** The commands that copy a shadow image to its buffer or back. */
#ifndef HOST_SHADOW_COPY_H
#define HOST_SHADOW_COPY_H

#include "host/shadow.h"

/** The layout that an image is in while it is copied. */
#define SHADOW_COPY_LAYOUT(out) \
	((out) ? VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL : VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL)

struct shadow_copy {
	struct shadow *shadow;
	bool out;                     /**< from the image to the buffer */
	VkImageLayout layout;         /**< that the image is in afterwards */
	uint32_t source, destination; /**< queue families of the buffer's ownership transfer: after
					 a copy out, before one in */
	VkPipelineStageFlags stages;  /**< that wait for the copy */
	VkAccessFlags access;         /**< what they do with the image */
};

/**
 * Records the copy, outside of render passes. A barrier before it has brought the image into
 * SHADOW_COPY_LAYOUT(out), for VK_PIPELINE_STAGE_TRANSFER_BIT.
 */
void shadow_copy_record(
	struct device *device, VkCommandBuffer commands, const struct shadow_copy *copy);

#endif
