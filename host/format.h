/** Formats and their memory planes, and what LINEAR images of them can do. */
#ifndef HOST_FORMAT_H
#define HOST_FORMAT_H

#include <stdint.h>
#include <vulkan/vulkan.h>

/** The planes of a format: 1, or 2 or 3 for the multi-planar ones. */
uint32_t format_planes(VkFormat format);

/**
 * The aspect that a LINEAR image has for VK_IMAGE_ASPECT_MEMORY_PLANE_i_BIT_EXT; others are
 * returned as they are.
 */
VkImageAspectFlags format_plane_aspect(VkFormat format, VkImageAspectFlags aspect);

#endif
