#include "render/vulkan/sampling.h"

#include "common/format.h"
#include "render/vulkan/format.h"

#include <drm_fourcc.h>

enum sampling_kind sampling_kind_of(uint32_t fourcc, int32_t width, int32_t height)
{
	bool is_709 = format_is_bt709(width, height);
	switch (fourcc) {
	case DRM_FORMAT_NV12:
		return is_709 ? SAMPLING_NV12_709 : SAMPLING_NV12_601;
	case DRM_FORMAT_P010:
		return is_709 ? SAMPLING_P010_709 : SAMPLING_P010_601;
	default:
		return SAMPLING_RGB;
	}
}

/* Where the driver does not know the place that is wanted it knows the other one. */
static VkChromaLocation sampling_location(VkFormatFeatureFlags features, VkChromaLocation wanted)
{
	bool even = features & VK_FORMAT_FEATURE_COSITED_CHROMA_SAMPLES_BIT;
	bool middle = features & VK_FORMAT_FEATURE_MIDPOINT_CHROMA_SAMPLES_BIT;
	if (wanted == VK_CHROMA_LOCATION_COSITED_EVEN)
		return even ? wanted : VK_CHROMA_LOCATION_MIDPOINT;
	return middle ? wanted : VK_CHROMA_LOCATION_COSITED_EVEN;
}

/* VUID-VkSamplerCreateInfo-minFilter-01645: one filter for luma and chroma. */
static VkFilter sampling_filter(VkFormatFeatureFlags features)
{
	const VkFormatFeatureFlags both =
		VK_FORMAT_FEATURE_SAMPLED_IMAGE_FILTER_LINEAR_BIT |
		VK_FORMAT_FEATURE_SAMPLED_IMAGE_YCBCR_CONVERSION_LINEAR_FILTER_BIT;
	return (features & both) == both ? VK_FILTER_LINEAR : VK_FILTER_NEAREST;
}

static VkResult sampling_create_conversion(
	const struct device *device, struct sampling *sampling, VkFormatFeatureFlags features)
{
	bool is_709 = sampling->kind == SAMPLING_NV12_709 || sampling->kind == SAMPLING_P010_709;
	bool is_nv12 = sampling->kind == SAMPLING_NV12_601 || sampling->kind == SAMPLING_NV12_709;
	const VkSamplerYcbcrConversionCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_SAMPLER_YCBCR_CONVERSION_CREATE_INFO,
		.format = format_to_vulkan(is_nv12 ? DRM_FORMAT_NV12 : DRM_FORMAT_P010),
		.ycbcrModel = is_709 ? VK_SAMPLER_YCBCR_MODEL_CONVERSION_YCBCR_709
				     : VK_SAMPLER_YCBCR_MODEL_CONVERSION_YCBCR_601,
		.ycbcrRange = VK_SAMPLER_YCBCR_RANGE_ITU_NARROW,
		.xChromaOffset = sampling_location(features, VK_CHROMA_LOCATION_COSITED_EVEN),
		.yChromaOffset = sampling_location(features, VK_CHROMA_LOCATION_MIDPOINT),
		.chromaFilter = sampling_filter(features),
	};
	return vkCreateSamplerYcbcrConversion(device->handle, &info, NULL, &sampling->conversion);
}

static VkResult sampling_create_sampler(
	const struct device *device, struct sampling *sampling, VkFilter filter)
{
	const VkSamplerYcbcrConversionInfo conversion = {
		.sType = VK_STRUCTURE_TYPE_SAMPLER_YCBCR_CONVERSION_INFO,
		.conversion = sampling->conversion,
	};
	const VkSamplerCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO,
		.pNext = sampling->conversion ? &conversion : NULL,
		.magFilter = filter,
		.minFilter = filter,
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
	VkFilter filter = VK_FILTER_LINEAR;
	*sampling = (struct sampling){.kind = kind};
	if (kind != SAMPLING_RGB) {
		filter = sampling_filter(features);
		result = sampling_create_conversion(device, sampling, features);
	}
	if (result == VK_SUCCESS)
		result = sampling_create_sampler(device, sampling, filter);
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
