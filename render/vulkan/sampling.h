/**
 * How an image is sampled: RGB as it is, video through Vulkan's YCbCr conversion, whose sampler
 * must be part of the descriptor set's layout.
 *
 * Nothing tells which YCbCr a client's buffer holds. We guess as players do for files that do not
 * say, by mpv's rule (VLC looks at the height only): limited range, BT.709 from 1280 pixels of
 * width or more than 576 of height on, else BT.601; and chroma sited as MPEG-2 and all later codecs
 * have it by default, at the left.
 */
#ifndef RENDER_VULKAN_SAMPLING_H
#define RENDER_VULKAN_SAMPLING_H

#include "render/vulkan/device.h"

enum sampling_kind {
	SAMPLING_RGB,
	SAMPLING_NV12_601,
	SAMPLING_NV12_709,
	SAMPLING_P010_601,
	SAMPLING_P010_709,
	SAMPLING_KINDS,
};

struct sampling {
	enum sampling_kind kind;
	VkSamplerYcbcrConversion conversion; /**< VK_NULL_HANDLE: RGB */
	VkSampler sampler;                   /**< clamped; linear where the format can */
	VkDescriptorSetLayout set_layout;
	VkPipelineLayout layout;
};

/** For a buffer of a known format and that size, pixels. */
enum sampling_kind sampling_kind_of(uint32_t fourcc, int32_t width, int32_t height);

/** features: of images that are to be sampled; constants_size: of the push constants, bytes. Not
 * complete: finish all the same. */
VkResult sampling_init(const struct device *device, struct sampling *sampling,
	enum sampling_kind kind, VkFormatFeatureFlags features, uint32_t constants_size);
void sampling_finish(const struct device *device, struct sampling *sampling);

#endif
