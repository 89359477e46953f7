// SPDX-License-Identifier: MIT
#include "host/shadow_format.h"
#include "host/chain.h"
#include "host/env.h"
#include "host/format.h"
#include "host/gpu.h"
#include "host/instance.h"

#define SHADOW_FORMAT_FLAGS \
	(VK_IMAGE_CREATE_MUTABLE_FORMAT_BIT | VK_IMAGE_CREATE_EXTENDED_USAGE_BIT | \
		VK_IMAGE_CREATE_ALIAS_BIT)
#define SHADOW_FORMAT_TRANSFER \
	(VK_FORMAT_FEATURE_TRANSFER_SRC_BIT | VK_FORMAT_FEATURE_TRANSFER_DST_BIT)

/* VkFormat counts core's colour formats up in groups of one texel size. Sizes that are no power of
 * two are left out: a driver's row pitch need not be a multiple of them. */
static const struct {
	int last;
	uint32_t size; /* bytes */
} shadow_format_groups[] = {
	{VK_FORMAT_UNDEFINED, 0},
	{VK_FORMAT_R4G4_UNORM_PACK8, 1},
	{VK_FORMAT_A1R5G5B5_UNORM_PACK16, 2},
	{VK_FORMAT_R8_SRGB, 1},
	{VK_FORMAT_R8G8_SRGB, 2},
	{VK_FORMAT_B8G8R8_SRGB, 0},
	{VK_FORMAT_A2B10G10R10_SINT_PACK32, 4},
	{VK_FORMAT_R16_SFLOAT, 2},
	{VK_FORMAT_R16G16_SFLOAT, 4},
	{VK_FORMAT_R16G16B16_SFLOAT, 0},
	{VK_FORMAT_R16G16B16A16_SFLOAT, 8},
	{VK_FORMAT_R32_SFLOAT, 4},
	{VK_FORMAT_R32G32_SFLOAT, 8},
	{VK_FORMAT_R32G32B32_SFLOAT, 0},
	{VK_FORMAT_R32G32B32A32_SFLOAT, 16},
	{VK_FORMAT_R64_SFLOAT, 8},
	{VK_FORMAT_R64G64_SFLOAT, 16},
	{VK_FORMAT_R64G64B64_SFLOAT, 0},
	{VK_FORMAT_R64G64B64A64_SFLOAT, 32},
	{VK_FORMAT_E5B9G9R9_UFLOAT_PACK32, 4},
};

uint32_t shadow_format_size(VkFormat format)
{
	if (format == VK_FORMAT_A4R4G4B4_UNORM_PACK16 || format == VK_FORMAT_A4B4G4R4_UNORM_PACK16)
		return 2;
	for (size_t i = 0; i < sizeof(shadow_format_groups) / sizeof(shadow_format_groups[0]);
		i++) {
		if ((int)format <= shadow_format_groups[i].last)
			return shadow_format_groups[i].size;
	}
	return 0;
}

VkFormatFeatureFlags2 shadow_format_features(const struct gpu *gpu, VkFormat format,
	VkFormatFeatureFlags2 linear, VkFormatFeatureFlags2 optimal)
{
	/* Without LINEAR there is no row pitch to agree on. */
	if (!gpu->shadows || !shadow_format_size(format) ||
		(linear & SHADOW_FORMAT_TRANSFER) != SHADOW_FORMAT_TRANSFER ||
		(optimal & SHADOW_FORMAT_TRANSFER) != SHADOW_FORMAT_TRANSFER)
		return 0;
	return optimal;
}

/** What a LINEAR image must be for the buffer to have its rows. */
static bool shadow_format_is_plain(const VkPhysicalDeviceImageFormatInfo2 *info)
{
	return info->type == VK_IMAGE_TYPE_2D && !(info->flags & ~SHADOW_FORMAT_FLAGS) &&
	       shadow_format_size(info->format);
}

static VkResult shadow_format_call(const struct gpu *gpu,
	const VkPhysicalDeviceImageFormatInfo2 *info, VkImageFormatProperties2 *out)
{
	return gpu->instance->next.GetPhysicalDeviceImageFormatProperties2(gpu->handle, info, out);
}

VkResult shadow_format_ask(const struct gpu *gpu, const VkPhysicalDeviceImageFormatInfo2 *info,
	VkImageFormatProperties2 *out)
{
	VkPhysicalDeviceImageFormatInfo2 rows = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_FORMAT_INFO_2,
		.format = info->format,
		.type = VK_IMAGE_TYPE_2D,
		.tiling = VK_IMAGE_TILING_LINEAR,
		.usage = SHADOW_USAGE,
	};
	VkPhysicalDeviceImageFormatInfo2 asked = *info;
	VkImageFormatProperties2 limits = {.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_PROPERTIES_2};
	VkImageFormatProperties *answer = &out->imageFormatProperties;
	const VkImageFormatProperties *linear = &limits.imageFormatProperties;
	VkResult result;

	if (!gpu->shadows || !shadow_format_is_plain(info))
		return VK_ERROR_FORMAT_NOT_SUPPORTED;
	result = shadow_format_call(gpu, &rows, &limits);
	if (result != VK_SUCCESS)
		return result;
	asked.tiling = VK_IMAGE_TILING_OPTIMAL;
	asked.usage |= SHADOW_USAGE;
	asked.flags &= ~(VkImageCreateFlags)VK_IMAGE_CREATE_ALIAS_BIT;
	result = shadow_format_call(gpu, &asked, out);
	if (result != VK_SUCCESS)
		return result;
	if (answer->maxExtent.width > linear->maxExtent.width)
		answer->maxExtent.width = linear->maxExtent.width;
	if (answer->maxExtent.height > linear->maxExtent.height)
		answer->maxExtent.height = linear->maxExtent.height;
	if (answer->maxResourceSize > linear->maxResourceSize)
		answer->maxResourceSize = linear->maxResourceSize;
	answer->maxExtent.depth = answer->maxMipLevels = answer->maxArrayLayers = 1;
	answer->sampleCounts = VK_SAMPLE_COUNT_1_BIT;
	return VK_SUCCESS;
}

/** Whether the driver makes the image as LINEAR, and over a host pointer if it is external. */
static bool shadow_format_is_linear(
	const struct gpu *gpu, const VkPhysicalDeviceImageFormatInfo2 *info, bool external)
{
	VkPhysicalDeviceExternalImageFormatInfo host = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO,
		.pNext = info->pNext,
		.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT,
	};
	VkPhysicalDeviceImageFormatInfo2 asked = *info;
	VkExternalImageFormatProperties answer = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES};
	VkImageFormatProperties2 properties = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_PROPERTIES_2,
		.pNext = &answer,
	};

	external = external && gpu->takes_handle_type;
	if (external)
		asked.pNext = &host;
	return format_linear_allows(gpu, info) &&
	       shadow_format_call(gpu, &asked, &properties) == VK_SUCCESS &&
	       (!external || answer.externalMemoryProperties.externalMemoryFeatures &
				     VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT);
}

bool shadow_format_needed(
	const struct gpu *gpu, const VkImageCreateInfo *info, bool external, const void *chain)
{
	const VkImageFormatListCreateInfo *listed =
		chain_find(chain, VK_STRUCTURE_TYPE_IMAGE_FORMAT_LIST_CREATE_INFO);
	VkImageFormatListCreateInfo formats;
	VkPhysicalDeviceImageFormatInfo2 asked = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_FORMAT_INFO_2,
		.format = info->format,
		.type = info->imageType,
		.tiling = VK_IMAGE_TILING_LINEAR,
		.usage = info->usage,
		.flags = info->flags,
	};
	VkImageFormatProperties2 properties = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_PROPERTIES_2};

	if (!gpu->shadows || info->mipLevels != 1 || info->arrayLayers != 1 ||
		info->samples != VK_SAMPLE_COUNT_1_BIT || info->extent.depth != 1)
		return false;
	if (listed) {
		formats = *listed;
		formats.pNext = NULL;
		asked.pNext = &formats;
	}
	if (env_get()->shadow != ENV_SHADOW_FORCED &&
		shadow_format_is_linear(gpu, &asked, external))
		return false;
	return shadow_format_ask(gpu, &asked, &properties) == VK_SUCCESS;
}
