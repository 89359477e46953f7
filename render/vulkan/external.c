#include "render/vulkan/external.h"

#include "common/format.h"
#include "render/vulkan/external_memory.h"
#include "render/vulkan/format.h"

#include <drm_fourcc.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

static bool external_refuse(const struct format_query *query, char *reason)
{
	char name[5];
	format_name(query->fourcc, name);
	snprintf(reason, WIRE_MAX_REASON,
		"the driver does not %s %s as %s (modifier 0x%" PRIx64 ")",
		query->usage & VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT ? "draw into" : "sample from",
		name, query->handle == EXTERNAL_MEMORY_HOST ? "host memory" : "dma-buf",
		query->modifier);
	return false;
}

static bool external_check(const struct device *device, const struct format_query *query,
	int32_t width, int32_t height, bool *dedicated, char *reason)
{
	return format_is_supported(device, query, (uint32_t)width, (uint32_t)height, dedicated) ||
	       external_refuse(query, reason);
}

static bool external_check_plane(const struct device *device, const struct image *image,
	const struct dmabuf_plane *plane, VkImageAspectFlagBits aspect, char *reason)
{
	VkSubresourceLayout layout = image_get_layout(device, image, aspect);
	if (layout.rowPitch == plane->stride && layout.offset == plane->offset)
		return true;
	snprintf(reason, WIRE_MAX_REASON,
		"the driver wants %" PRIu64 " bytes a row and offset %" PRIu64 ", not %u and %u",
		(uint64_t)layout.rowPitch, (uint64_t)layout.offset, plane->stride, plane->offset);
	return false;
}

/* Without explicit modifiers the driver chooses where the rows lie; it must be where they do. */
static bool external_check_layout(const struct device *device, const struct image *image,
	const struct dmabuf *dmabuf, char *reason)
{
	if (!format_find(dmabuf->format)->is_video)
		return external_check_plane(
			device, image, &dmabuf->planes[0], VK_IMAGE_ASPECT_COLOR_BIT, reason);
	return external_check_plane(
		       device, image, &dmabuf->planes[0], VK_IMAGE_ASPECT_PLANE_0_BIT, reason) &&
	       external_check_plane(
		       device, image, &dmabuf->planes[1], VK_IMAGE_ASPECT_PLANE_1_BIT, reason);
}

static bool external_is_same_file(int a, int b)
{
	struct stat of_a, of_b;
	return fstat(a, &of_a) == 0 && fstat(b, &of_b) == 0 && of_a.st_dev == of_b.st_dev &&
	       of_a.st_ino == of_b.st_ino;
}

/* The image's planes are all bound to one memory, so they must be in one dma-buf. */
static bool external_check_planes(
	const struct device *device, const struct dmabuf *dmabuf, char *reason)
{
	uint32_t planes = format_count_planes(device, dmabuf->format, dmabuf->modifier);
	if (planes != (uint32_t)dmabuf->n_planes) {
		snprintf(reason, WIRE_MAX_REASON,
			"modifier 0x%" PRIx64 " has %u planes here, the dma-buf %d",
			dmabuf->modifier, planes, dmabuf->n_planes);
		return false;
	}
	for (int i = 1; i < dmabuf->n_planes; i++) {
		if (!external_is_same_file(dmabuf->planes[0].fd, dmabuf->planes[i].fd)) {
			snprintf(reason, WIRE_MAX_REASON, "the planes lie in different dma-bufs");
			return false;
		}
	}
	return true;
}

static bool external_create_view(const struct device *device, struct image *image, uint32_t fourcc,
	VkImageUsageFlags usage, VkSamplerYcbcrConversion conversion, char *reason)
{
	return image_create_view(
		device, image, usage & VK_IMAGE_USAGE_SAMPLED_BIT ? fourcc : 0, conversion, reason);
}

/* The image over the dma-buf's planes, without memory. The modifier is not INVALID any more. */
static bool external_create_imported(const struct device *device, struct image *image,
	const struct dmabuf *dmabuf, const struct format_query *query, char *reason)
{
	VkSubresourceLayout planes[DMABUF_MAX_PLANES] = {0};
	bool has_modifier = query->tiling == VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT;
	for (int i = 0; i < dmabuf->n_planes; i++) {
		planes[i].offset = dmabuf->planes[i].offset;
		planes[i].rowPitch = dmabuf->planes[i].stride;
	}
	const VkImageDrmFormatModifierExplicitCreateInfoEXT explicit = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_EXPLICIT_CREATE_INFO_EXT,
		.drmFormatModifier = query->modifier,
		.drmFormatModifierPlaneCount = (uint32_t)dmabuf->n_planes,
		.pPlaneLayouts = planes,
	};
	const struct image_info info = {
		.fourcc = dmabuf->format,
		.width = dmabuf->width,
		.height = dmabuf->height,
		.usage = query->usage,
		.tiling = query->tiling,
		.handle = EXTERNAL_MEMORY_DMA_BUF,
		.next = has_modifier ? &explicit : NULL,
	};
	return image_create(device, image, &info, reason);
}

bool external_import_image(const struct device *device, struct image *image,
	const struct dmabuf *dmabuf, VkImageUsageFlags usage, VkSamplerYcbcrConversion conversion,
	char *reason)
{
	struct format_query query = {
		.fourcc = dmabuf->format,
		.modifier = dmabuf->modifier == DRM_FORMAT_MOD_INVALID ? DRM_FORMAT_MOD_LINEAR
								       : dmabuf->modifier,
		.usage = usage,
		.handle = EXTERNAL_MEMORY_DMA_BUF,
		.features = VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT,
	};
	struct dmabuf known = *dmabuf;
	known.modifier = query.modifier;
	bool dedicated = false;
	*image = (struct image){0};
	if (!device->has_dma_buf) {
		snprintf(reason, WIRE_MAX_REASON, "the driver knows no dma-bufs");
		return false;
	}
	if (!external_check_planes(device, &known, reason))
		return false;
	if (!format_find_tiling(
		    device, &query, (uint32_t)dmabuf->width, (uint32_t)dmabuf->height, &dedicated))
		return external_refuse(&query, reason);
	if (!external_create_imported(device, image, &known, &query, reason))
		return false;
	struct external_memory_needs needs = external_memory_image_needs(device, image);
	needs.dedicated |= dedicated;
	image->is_shared = true;
	if (!external_memory_import(
		    device, &needs, dmabuf->planes[0].fd, &image->memory, &image->is_far, reason))
		return false;
	/* Now that it is bound: before, lavapipe tells no plane's offset. */
	if (query.tiling == VK_IMAGE_TILING_LINEAR &&
		!external_check_layout(device, image, dmabuf, reason))
		return false;
	return external_create_view(device, image, dmabuf->format, usage, conversion, reason);
}

bool external_export_image(const struct device *device, struct image *image, struct dmabuf *dmabuf,
	VkImageUsageFlags usage, char *reason)
{
	const uint64_t linear = DRM_FORMAT_MOD_LINEAR;
	const struct format_query query = {
		.fourcc = dmabuf->format,
		.modifier = linear,
		.usage = usage,
		.handle = EXTERNAL_MEMORY_DMA_BUF,
		.features = VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT,
		.tiling = format_external_tiling(device),
	};
	const VkImageDrmFormatModifierListCreateInfoEXT list = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_LIST_CREATE_INFO_EXT,
		.drmFormatModifierCount = 1,
		.pDrmFormatModifiers = &linear,
	};
	const struct image_info info = {
		.fourcc = dmabuf->format,
		.width = dmabuf->width,
		.height = dmabuf->height,
		.usage = usage,
		.tiling = query.tiling,
		.handle = EXTERNAL_MEMORY_DMA_BUF,
		.next = device->has_modifiers ? &list : NULL,
	};
	bool dedicated = false;
	*image = (struct image){0};
	if (!external_check(device, &query, dmabuf->width, dmabuf->height, &dedicated, reason) ||
		!image_create(device, image, &info, reason))
		return false;
	VkSubresourceLayout layout = image_get_layout(device, image,
		device->has_modifiers ? VK_IMAGE_ASPECT_MEMORY_PLANE_0_BIT_EXT
				      : VK_IMAGE_ASPECT_COLOR_BIT);
	if (layout.offset != 0) {
		snprintf(
			reason, WIRE_MAX_REASON, "the driver wants an offset before the first row");
		return false;
	}
	struct external_memory_needs needs = external_memory_image_needs(device, image);
	needs.dedicated |= dedicated;
	image->is_shared = true;
	dmabuf->modifier = linear;
	dmabuf->n_planes = 1;
	dmabuf->planes[0].stride = (uint32_t)layout.rowPitch;
	return external_memory_export(device, &needs, &image->memory, &dmabuf->planes[0].fd,
		       &image->memory_kind, reason) &&
	       external_create_view(device, image, dmabuf->format, usage, VK_NULL_HANDLE, reason);
}

bool external_host_image(const struct device *device, struct image *image,
	const struct dmabuf *layout, void *pointer, size_t size, VkImageUsageFlags usage,
	char *reason)
{
	const struct format_query query = {
		.fourcc = layout->format,
		.modifier = DRM_FORMAT_MOD_LINEAR,
		.usage = usage,
		.handle = EXTERNAL_MEMORY_HOST,
		.features = VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT,
		.tiling = VK_IMAGE_TILING_LINEAR,
	};
	const struct image_info info = {
		.fourcc = layout->format,
		.width = layout->width,
		.height = layout->height,
		.usage = usage,
		.tiling = query.tiling,
		.handle = EXTERNAL_MEMORY_HOST,
	};
	*image = (struct image){0};
	if (!external_check(device, &query, layout->width, layout->height, NULL, reason) ||
		!image_create(device, image, &info, reason) ||
		!external_check_layout(device, image, layout, reason))
		return false;
	struct external_memory_needs needs = external_memory_image_needs(device, image);
	return external_memory_import_host(device, &needs, pointer, size, &image->memory, reason) &&
	       external_create_view(device, image, layout->format, usage, VK_NULL_HANDLE, reason);
}
