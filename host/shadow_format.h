/**
 * Which images need a shadow, and what the driver can do with one: the questions to a physical
 * device.
 */
#ifndef HOST_SHADOW_FORMAT_H
#define HOST_SHADOW_FORMAT_H

#include <stdbool.h>
#include <stdint.h>
#include <vulkan/vulkan.h>

struct gpu;

/** What the driver's OPTIMAL image is used for beside the application's own usage. */
#define SHADOW_USAGE (VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT)

/** Bytes of one texel; 0 for formats that are not shadowed, such as depth or compressed ones. */
uint32_t shadow_format_size(VkFormat format);

/**
 * The features that LINEAR has beside the driver's own: with optimal and linear as the driver tells
 * them. 0: no image of this format is shadowed.
 */
VkFormatFeatureFlags2 shadow_format_features(const struct gpu *gpu, VkFormat format,
	VkFormatFeatureFlags2 linear, VkFormatFeatureFlags2 optimal);

/**
 * Asks the driver what a shadow image can be. info is a question about a LINEAR image in the
 * driver's terms: without modifier and handle type; out's chain is passed on. VK_SUCCESS, or
 * VK_ERROR_FORMAT_NOT_SUPPORTED where there can be none.
 */
VkResult shadow_format_ask(const struct gpu *gpu, const VkPhysicalDeviceImageFormatInfo2 *info,
	VkImageFormatProperties2 *out);

/**
 * Whether an image by modifier LINEAR is to be shadowed: info is the application's, but for its
 * tiling, which is LINEAR. The driver makes no such LINEAR image over shared memory, or the
 * environment says so; and it makes the OPTIMAL one.
 */
bool shadow_format_needed(
	const struct gpu *gpu, const VkImageCreateInfo *info, bool external, const void *chain);

#endif
