#include "render/vulkan/sampling.h"

#include "render/vulkan/format.h"

#include <drm_fourcc.h>

enum sampling_kind sampling_kind_of(uint32_t fourcc)
{
	switch (fourcc) {
	case DRM_FORMAT_NV12:
		return SAMPLING_NV12;
	case DRM_FORMAT_P010:
		return SAMPLING_P010;
	default:
		return SAMPLING_RGB;
	}
}

/* Every driver has one of these places (VUID-VkSamplerYcbcrConversionCreateInfo-format-01650), and
 * that of the nearest sample of an even pixel is the same by both, whether the driver reconstructs
 * chroma explicitly or implicitly. */
static VkChromaLocation sampling_location(VkFormatFeatureFlags features)
{
	return features & VK_FORMAT_FEATURE_COSITED_CHROMA_SAMPLES_BIT
		       ? VK_CHROMA_LOCATION_COSITED_EVEN
		       : VK_CHROMA_LOCATION_MIDPOINT;
}

static VkResult sampling_create_conversion(
	const struct device *device, struct sampling *sampling, VkFormatFeatureFlags features)
{
	const VkSamplerYcbcrConversionCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_SAMPLER_YCBCR_CONVERSION_CREATE_INFO,
		.format = format_to_vulkan(
			sampling->kind == SAMPLING_NV12 ? DRM_FORMAT_NV12 : DRM_FORMAT_P010),
		.ycbcrModel = VK_SAMPLER_YCBCR_MODEL_CONVERSION_RGB_IDENTITY,
		.xChromaOffset = sampling_location(features),
		.yChromaOffset = sampling_location(features),
		.chromaFilter = VK_FILTER_NEAREST,
	};
	return vkCreateSamplerYcbcrConversion(device->handle, &info, NULL, &sampling->conversion);
}

/* VUID-VkSamplerCreateInfo-minFilter-01645: one filter for luma and chroma. RGB is not filtered by
 * it: the shader fetches. */
static VkResult sampling_create_sampler(const struct device *device, struct sampling *sampling)
{
	const VkSamplerYcbcrConversionInfo conversion = {
		.sType = VK_STRUCTURE_TYPE_SAMPLER_YCBCR_CONVERSION_INFO,
		.conversion = sampling->conversion,
	};
	const VkSamplerCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO,
		.pNext = sampling->conversion ? &conversion : NULL,
		.magFilter = VK_FILTER_NEAREST,
		.minFilter = VK_FILTER_NEAREST,
		.addressModeU = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE,
		.addressModeV = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE,
		.addressModeW = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE,
	};
	return vkCreateSampler(device->handle, &info, NULL, &sampling->sampler);
}

static VkResult sampling_create_layouts(
	const struct device *device, struct sampling *sampling, uint32_t constants_size)
{
	const VkDescriptorSetLayoutBinding binding = {
		.descriptorType = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
		.descriptorCount = 1,
		.stageFlags = VK_SHADER_STAGE_FRAGMENT_BIT,
		.pImmutableSamplers = &sampling->sampler,
	};
	const VkDescriptorSetLayoutCreateInfo set = {
		.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO,
		.bindingCount = 1,
		.pBindings = &binding,
	};
	VkResult result =
		vkCreateDescriptorSetLayout(device->handle, &set, NULL, &sampling->set_layout);
	if (result != VK_SUCCESS)
		return result;
	const VkPushConstantRange range = {VK_SHADER_STAGE_FRAGMENT_BIT, 0, constants_size};
	const VkPipelineLayoutCreateInfo layout = {
		.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
		.setLayoutCount = 1,
		.pSetLayouts = &sampling->set_layout,
		.pushConstantRangeCount = 1,
		.pPushConstantRanges = &range,
	};
	return vkCreatePipelineLayout(device->handle, &layout, NULL, &sampling->layout);
}

VkResult sampling_init(const struct device *device, struct sampling *sampling,
	enum sampling_kind kind, VkFormatFeatureFlags features, uint32_t constants_size)
{
	VkResult result = VK_SUCCESS;
	*sampling = (struct sampling){.kind = kind};
	if (kind != SAMPLING_RGB)
		result = sampling_create_conversion(device, sampling, features);
	if (result == VK_SUCCESS)
		result = sampling_create_sampler(device, sampling);
	if (result == VK_SUCCESS)
		result = sampling_create_layouts(device, sampling, constants_size);
	return result;
}

void sampling_finish(const struct device *device, struct sampling *sampling)
{
	vkDestroyPipelineLayout(device->handle, sampling->layout, NULL);
	vkDestroyDescriptorSetLayout(device->handle, sampling->set_layout, NULL);
	vkDestroySampler(device->handle, sampling->sampler, NULL);
	if (sampling->conversion)
		vkDestroySamplerYcbcrConversion(device->handle, sampling->conversion, NULL);
	*sampling = (struct sampling){0};
}
