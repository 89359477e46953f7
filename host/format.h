/** Formats and their memory planes, and what LINEAR images of them can do. */
#ifndef HOST_FORMAT_H
#define HOST_FORMAT_H

#include <stdbool.h>
#include <stdint.h>
#include <vulkan/vulkan.h>

struct gpu;

/** The planes of a format: 1, or 2 or 3 for the multi-planar ones. */
uint32_t format_planes(VkFormat format);

/**
 * The aspect that a LINEAR image has for VK_IMAGE_ASPECT_MEMORY_PLANE_i_BIT_EXT; others are
 * returned as they are.
 */
VkImageAspectFlags format_plane_aspect(VkFormat format, VkImageAspectFlags aspect);

/**
 * Whether the driver's features let an image of LINEAR tiling be drawn into, where that is asked
 * for. NVIDIA's driver makes such images although they do not
 * (VUID-VkImageViewCreateInfo-usage-08931), and the GPU stops when a depth buffer is beside one.
 */
bool format_linear_allows(const struct gpu *gpu, const VkPhysicalDeviceImageFormatInfo2 *info);

#endif
