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
	VkExternalImageFormatProperties external_out = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES};
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
	return width <= out.imageFormatProperties.maxExtent.width &&
	       height <= out.imageFormatProperties.maxExtent.height &&
	       (features & query->features) == query->features;
}

/* What the driver says of fourcc's modifiers; their number. */
static uint32_t format_get_modifiers(const struct device *device, uint32_t fourcc,
	VkDrmFormatModifierPropertiesEXT modifiers[FORMAT_MAX_MODIFIERS])
{
	VkDrmFormatModifierPropertiesListEXT list = {
		.sType = VK_STRUCTURE_TYPE_DRM_FORMAT_MODIFIER_PROPERTIES_LIST_EXT,
		.drmFormatModifierCount = FORMAT_MAX_MODIFIERS,
		.pDrmFormatModifierProperties = modifiers,
	};
	VkFormatProperties2 properties = {
		.sType = VK_STRUCTURE_TYPE_FORMAT_PROPERTIES_2, .pNext = &list};
	if (!device->has_modifiers) {
		modifiers[0] = (VkDrmFormatModifierPropertiesEXT){DRM_FORMAT_MOD_LINEAR, 1, 0};
		return 1;
	}
	vkGetPhysicalDeviceFormatProperties2(
		device->physical, format_to_vulkan(fourcc), &properties);
	return list.drmFormatModifierCount;
}

uint32_t format_count_planes(const struct device *device, uint32_t fourcc, uint64_t modifier)
{
	VkDrmFormatModifierPropertiesEXT modifiers[FORMAT_MAX_MODIFIERS];
	uint32_t n = format_get_modifiers(device, fourcc, modifiers);
	for (uint32_t i = 0; i < n; i++) {
		if (modifiers[i].drmFormatModifier == modifier)
			return modifiers[i].drmFormatModifierPlaneCount;
	}
	return 0;
}

struct wire_format *format_list_sampled(const struct device *device, uint32_t *len)
{
	size_t n_formats;
	const struct format *formats = format_list(&n_formats);
	struct wire_format *list = calloc(n_formats * FORMAT_MAX_MODIFIERS, sizeof *list);
	*len = 0;
	if (!list || !device->has_dma_buf) {
		free(list);
		return NULL;
	}
	for (size_t i = 0; i < n_formats; i++) {
		VkDrmFormatModifierPropertiesEXT modifiers[FORMAT_MAX_MODIFIERS];
		uint32_t n = format_get_modifiers(device, formats[i].fourcc, modifiers);
		for (uint32_t j = 0; j < n; j++) {
			const struct format_query query = {
				.fourcc = formats[i].fourcc,
				.modifier = modifiers[j].drmFormatModifier,
				.usage = VK_IMAGE_USAGE_SAMPLED_BIT,
				.handle = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
				.features = VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT,
				.tiling = format_external_tiling(device),
			};
			uint32_t planes = modifiers[j].drmFormatModifierPlaneCount;
			if (planes < 1 || planes > DMABUF_MAX_PLANES ||
				!format_is_supported(device, &query, 1, 1, NULL))
				continue;
			list[(*len)++] = (struct wire_format){query.fourcc, planes, query.modifier};
		}
	}
	return list;
}
