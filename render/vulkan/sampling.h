/**
 * How an image is sampled: RGB as it is, video through Vulkan's YCbCr conversion, whose sampler
 * must be part of the descriptor set's layout.
 *
 * The conversion brings the two planes together and leaves the samples as they are: the shader
 * interpolates chroma and makes RGB of it. Whether a driver filters chroma, and where it can take
 * it to lie, differs; with the nearest sample only, of an even pixel, all must give the same one.
 */
#ifndef RENDER_VULKAN_SAMPLING_H
#define RENDER_VULKAN_SAMPLING_H

#include "render/vulkan/device.h"

enum sampling_kind {
	SAMPLING_RGB,
	SAMPLING_NV12,
	SAMPLING_P010,
	SAMPLING_KINDS,
};

struct sampling {
	enum sampling_kind kind;
	VkSamplerYcbcrConversion conversion; /**< VK_NULL_HANDLE: RGB */
	VkSampler sampler;                   /**< clamped */
	VkDescriptorSetLayout set_layout;
	VkPipelineLayout layout;
};

/** For a buffer of a known format. */
enum sampling_kind sampling_kind_of(uint32_t fourcc);

/** features: of images that are to be sampled; constants_size: of the push constants, bytes. Not
 * complete: finish all the same. */
VkResult sampling_init(const struct device *device, struct sampling *sampling,
	enum sampling_kind kind, VkFormatFeatureFlags features, uint32_t constants_size);
void sampling_finish(const struct device *device, struct sampling *sampling);

#endif
