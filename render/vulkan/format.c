#include "render/vulkan/format.h"

#include "common/format.h"

#include <drm_fourcc.h>
#include <stdlib.h>

#define FORMAT_MAX_MODIFIERS 64

VkFormat format_to_vulkan(uint32_t fourcc)
{
	switch (fourcc) {
	case DRM_FORMAT_ARGB8888:
	case DRM_FORMAT_XRGB8888:
		return VK_FORMAT_B8G8R8A8_UNORM;
	case DRM_FORMAT_ABGR8888:
	case DRM_FORMAT_XBGR8888:
		return VK_FORMAT_R8G8B8A8_UNORM;
	case DRM_FORMAT_ARGB2101010:
	case DRM_FORMAT_XRGB2101010:
		return VK_FORMAT_A2R10G10B10_UNORM_PACK32;
	case DRM_FORMAT_ABGR2101010:
	case DRM_FORMAT_XBGR2101010:
		return VK_FORMAT_A2B10G10R10_UNORM_PACK32;
	case DRM_FORMAT_RGB565:
		return VK_FORMAT_R5G6B5_UNORM_PACK16;
	case DRM_FORMAT_NV12:
		return VK_FORMAT_G8_B8R8_2PLANE_420_UNORM;
	case DRM_FORMAT_P010:
		return VK_FORMAT_G10X6_B10X6R10X6_2PLANE_420_UNORM_3PACK16;
	default:
		return VK_FORMAT_UNDEFINED;
	}
}

VkImageTiling format_external_tiling(const struct device *device)
{
	return device->has_modifiers ? VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT
				     : VK_IMAGE_TILING_LINEAR;
}

bool format_is_supported(const struct device *device, const struct format_query *query,
	uint32_t width, uint32_t height, bool *dedicated)
{
	VkPhysicalDeviceImageDrmFormatModifierInfoEXT modifier = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_DRM_FORMAT_MODIFIER_INFO_EXT,
		.drmFormatModifier = query->modifier,
		.sharingMode = VK_SHARING_MODE_EXCLUSIVE,
	};
	VkPhysicalDeviceExternalImageFormatInfo external = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO,
		.handleType = query->handle,
	};
	VkPhysicalDeviceImageFormatInfo2 info = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_FORMAT_INFO_2,
		.format = format_to_vulkan(query->fourcc),
		.type = VK_IMAGE_TYPE_2D,
		.tiling = query->tiling,
		.usage = query->usage,
	};
	VkSamplerYcbcrConversionImageFormatProperties video_out = {
		.sType = VK_STRUCTURE_TYPE_SAMPLER_YCBCR_CONVERSION_IMAGE_FORMAT_PROPERTIES,
		.combinedImageSamplerDescriptorCount = 1,
	};
	VkExternalImageFormatProperties external_out = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES, .pNext = &video_out};
	VkImageFormatProperties2 out = {.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_PROPERTIES_2};
	if (query->handle) {
		info.pNext = &external;
		out.pNext = &external_out;
	}
	if (query->tiling == VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT) {
		modifier.pNext = info.pNext;
		info.pNext = &modifier;
	} else if (query->handle && query->modifier != DRM_FORMAT_MOD_LINEAR) {
		return false;
	}
	if (vkGetPhysicalDeviceImageFormatProperties2(device->physical, &info, &out) != VK_SUCCESS)
		return false;
	VkExternalMemoryFeatureFlags features =
		external_out.externalMemoryProperties.externalMemoryFeatures;
	if (dedicated)
		*dedicated = features & VK_EXTERNAL_MEMORY_FEATURE_DEDICATED_ONLY_BIT;
	return video_out.combinedImageSamplerDescriptorCount <= FORMAT_MAX_DESCRIPTORS &&
	       width <= out.imageFormatProperties.maxExtent.width &&
	       height <= out.imageFormatProperties.maxExtent.height &&
	       (features & query->features) == query->features;
}

bool format_find_tiling(const struct device *device, struct format_query *query, uint32_t width,
	uint32_t height, bool *dedicated)
{
	query->tiling = format_external_tiling(device);
	if (format_is_supported(device, query, width, height, dedicated))
		return true;
	if (query->tiling == VK_IMAGE_TILING_LINEAR)
		return false;
	query->tiling = VK_IMAGE_TILING_LINEAR;
	return format_is_supported(device, query, width, height, dedicated);
}

/* What the driver says of fourcc's modifiers; their number. */
static uint32_t format_get_modifiers(const struct device *device, const struct format *format,
	VkDrmFormatModifierPropertiesEXT modifiers[FORMAT_MAX_MODIFIERS])
{
	VkDrmFormatModifierPropertiesListEXT list = {
		.sType = VK_STRUCTURE_TYPE_DRM_FORMAT_MODIFIER_PROPERTIES_LIST_EXT,
		.drmFormatModifierCount = FORMAT_MAX_MODIFIERS,
		.pDrmFormatModifierProperties = modifiers,
	};
	VkFormatProperties2 properties = {
		.sType = VK_STRUCTURE_TYPE_FORMAT_PROPERTIES_2,
		.pNext = device->has_modifiers ? &list : NULL,
	};
	vkGetPhysicalDeviceFormatProperties2(
		device->physical, format_to_vulkan(format->fourcc), &properties);
	if (device->has_modifiers)
		return list.drmFormatModifierCount;
	modifiers[0] = (VkDrmFormatModifierPropertiesEXT){
		.drmFormatModifier = DRM_FORMAT_MOD_LINEAR,
		.drmFormatModifierPlaneCount = (uint32_t)format_planes(format),
		.drmFormatModifierTilingFeatures = properties.formatProperties.linearTilingFeatures,
	};
	return 1;
}

/* False: not offered. */
static bool format_get_modifier(const struct device *device, uint32_t fourcc, uint64_t modifier,
	VkDrmFormatModifierPropertiesEXT *found)
{
	VkDrmFormatModifierPropertiesEXT modifiers[FORMAT_MAX_MODIFIERS];
	uint32_t n = format_get_modifiers(device, format_find(fourcc), modifiers);
	for (uint32_t i = 0; i < n; i++) {
		if (modifiers[i].drmFormatModifier != modifier)
			continue;
		*found = modifiers[i];
		return true;
	}
	return false;
}

uint32_t format_count_planes(const struct device *device, uint32_t fourcc, uint64_t modifier)
{
	VkDrmFormatModifierPropertiesEXT found;
	return format_get_modifier(device, fourcc, modifier, &found)
		       ? found.drmFormatModifierPlaneCount
		       : 0;
}

VkFormatFeatureFlags format_get_features(
	const struct device *device, uint32_t fourcc, uint64_t modifier)
{
	VkDrmFormatModifierPropertiesEXT found;
	if (modifier == DRM_FORMAT_MOD_INVALID)
		modifier = DRM_FORMAT_MOD_LINEAR;
	return format_get_modifier(device, fourcc, modifier, &found)
		       ? found.drmFormatModifierTilingFeatures
		       : 0;
}

/* Whether dma-bufs so can be sampled. */
static bool format_is_sampled(const struct device *device, const struct format *format,
	const VkDrmFormatModifierPropertiesEXT *modifier)
{
	struct format_query query = {
		.fourcc = format->fourcc,
		.modifier = modifier->drmFormatModifier,
		.usage = VK_IMAGE_USAGE_SAMPLED_BIT,
		.handle = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
		.features = VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT,
	};
	const VkFormatFeatureFlags chroma = VK_FORMAT_FEATURE_COSITED_CHROMA_SAMPLES_BIT |
					    VK_FORMAT_FEATURE_MIDPOINT_CHROMA_SAMPLES_BIT;
	VkFormatFeatureFlags wanted = VK_FORMAT_FEATURE_SAMPLED_IMAGE_BIT;
	if (!format->is_video)
		wanted |= VK_FORMAT_FEATURE_SAMPLED_IMAGE_FILTER_LINEAR_BIT;
	else if (!(modifier->drmFormatModifierTilingFeatures & chroma))
		return false;
	return (modifier->drmFormatModifierTilingFeatures & wanted) == wanted &&
	       modifier->drmFormatModifierPlaneCount >= 1 &&
	       modifier->drmFormatModifierPlaneCount <= DMABUF_MAX_PLANES &&
	       /* Two of each, for there is no video of odd sizes. */
	       format_find_tiling(device, &query, 2, 2, NULL);
}

static void format_add_sampled(const struct device *device, const struct format *formats,
	size_t n_formats, struct wire_format *list, uint32_t *len)
{
	for (size_t i = 0; i < n_formats; i++) {
		VkDrmFormatModifierPropertiesEXT modifiers[FORMAT_MAX_MODIFIERS];
		uint32_t n = format_get_modifiers(device, &formats[i], modifiers);
		for (uint32_t j = 0; j < n; j++) {
			if (format_is_sampled(device, &formats[i], &modifiers[j]))
				list[(*len)++] = (struct wire_format){formats[i].fourcc,
					modifiers[j].drmFormatModifierPlaneCount,
					modifiers[j].drmFormatModifier};
		}
	}
}

struct wire_format *format_list_sampled(const struct device *device, uint32_t *len)
{
	size_t n_formats, n_videos;
	const struct format *formats = format_list(&n_formats);
	const struct format *videos = format_list_video(&n_videos);
	*len = 0;
	if (!device->has_dma_buf)
		return NULL;
	struct wire_format *list =
		calloc((n_formats + n_videos) * FORMAT_MAX_MODIFIERS, sizeof *list);
	if (!list)
		return NULL;
	format_add_sampled(device, formats, n_formats, list, len);
	if (device->has_video)
		format_add_sampled(device, videos, n_videos, list, len);
	return list;
}
