/** What Vulkan calls the formats of common/format.h, and what the device does with them. */
#ifndef RENDER_VULKAN_FORMAT_H
#define RENDER_VULKAN_FORMAT_H

#include "render/vulkan/device.h"

/** VK_FORMAT_UNDEFINED: unknown. The alpha of an X format is there and means nothing. */
VkFormat format_to_vulkan(uint32_t fourcc);

/** No format takes more descriptors to be sampled: those that do are not offered. */
#define FORMAT_MAX_DESCRIPTORS 4

/** How an image is made; for the tiling of external ones see format_external_tiling() and
 * format_find_tiling(). */
struct format_query {
	uint32_t fourcc;
	uint64_t modifier; /**< DRM; anything but LINEAR needs device->has_modifiers */
	VkImageUsageFlags usage;
	VkExternalMemoryHandleTypeFlagBits handle; /**< 0: not external */
	VkExternalMemoryFeatureFlags features;     /**< wanted: importable or exportable */
	VkImageTiling tiling; /**< without modifiers or for images of our own */
};

/**
 * Whether the device makes such an image of that size (pixels). *dedicated: its memory must be its
 * own. NULL: not wanted.
 */
bool format_is_supported(const struct device *device, const struct format_query *query,
	uint32_t width, uint32_t height, bool *dedicated);

/** The usual tiling of dma-buf images here: with explicit modifiers where the extension is, else
 * LINEAR. */
VkImageTiling format_external_tiling(const struct device *device);

/**
 * The same question for a dma-buf, of which query->tiling is the answer too: with modifiers where
 * they are, else LINEAR, which some drivers (lavapipe) can for video only so.
 */
bool format_find_tiling(const struct device *device, struct format_query *query, uint32_t width,
	uint32_t height, bool *dedicated);

/** What dma-buf images with that modifier can be used for; INVALID stands for LINEAR. */
VkFormatFeatureFlags format_get_features(
	const struct device *device, uint32_t fourcc, uint64_t modifier);

/** The planes of fourcc's memory with that modifier, 0: not offered. 1 where the extension is
 * missing and it is LINEAR. */
uint32_t format_count_planes(const struct device *device, uint32_t fourcc, uint64_t modifier);

/** The formats and modifiers of dma-bufs that can be sampled; *len of them, to be freed. NULL: none
 * or out of memory. */
struct wire_format *format_list_sampled(const struct device *device, uint32_t *len);

#endif
