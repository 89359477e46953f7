#include "common/fd.h"
#include "render/cpu/draw.h"
#include "render/target.h"
#include "render/vulkan/external.h"
#include "render/vulkan/format.h"
#include "render/vulkan/surface.h"

#include <drm_fourcc.h>
#include <stdio.h>
#include <stdlib.h>

/* What surface_create() works with. */
struct surface_maker {
	const struct device *device;
	const struct surface_options *options;
	struct target *target;
	struct surface *surface;
	char *reason;
};

static struct image_info surface_image_info(
	const struct target *target, VkImageTiling tiling, VkImageUsageFlags usage)
{
	return (struct image_info){
		.fourcc = target->dmabuf.format,
		.width = target->dmabuf.width,
		.height = target->dmabuf.height,
		.usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | usage,
		.tiling = tiling,
	};
}

/* Whether the device draws into images of its own so. */
static bool surface_can_draw(const struct surface_maker *maker, VkImageTiling tiling)
{
	const struct dmabuf *dmabuf = &maker->target->dmabuf;
	const struct format_query query = {
		.fourcc = dmabuf->format,
		.modifier = DRM_FORMAT_MOD_LINEAR,
		.usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT,
		.tiling = tiling,
	};
	return format_is_supported(
		maker->device, &query, (uint32_t)dmabuf->width, (uint32_t)dmabuf->height, NULL);
}

/* The image to draw into where it cannot lie in the target's memory. */
static bool surface_init_own_image(const struct surface_maker *maker)
{
	if (!surface_can_draw(maker, VK_IMAGE_TILING_OPTIMAL)) {
		snprintf(maker->reason, WIRE_MAX_REASON,
			"the driver does not draw into the target's format or size");
		return false;
	}
	const struct image_info info = surface_image_info(
		maker->target, VK_IMAGE_TILING_OPTIMAL, VK_IMAGE_USAGE_TRANSFER_SRC_BIT);
	image_finish(maker->device, &maker->surface->image);
	return image_init(maker->device, &maker->surface->image, &info, maker->reason);
}

static bool surface_init_gpu_copy(const struct surface_maker *maker)
{
	struct surface *surface = maker->surface;
	const struct dmabuf *dmabuf = &maker->target->dmabuf;
	uint32_t bpp = maker->target->format->bytes_per_pixel;
	surface->offset = dmabuf->planes[0].offset;
	surface->stride = dmabuf->planes[0].stride;
	maker->target->flags |= WIRE_TARGET_GPU_COPY;
	if (surface->stride % bpp || surface->offset % bpp) {
		snprintf(maker->reason, WIRE_MAX_REASON, "the rows are not whole pixels apart");
		return false;
	}
	return surface_init_own_image(maker);
}

/* For the CPU to draw there (by_cpu.h); without it the GPU draws all. */
static void surface_map(const struct surface_maker *maker)
{
	const VkMemoryPropertyFlags coherent =
		VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
	struct surface *surface = maker->surface;
	VkMemoryPropertyFlags kind = surface->image.memory_kind;
	char reason[WIRE_MAX_REASON];
	if (maker->options->gpu_only || (kind & coherent) != coherent ||
		!target_map(maker->target, reason))
		return;
	surface->mapped = draw_image(maker->target, reason);
	surface->is_cached = kind & VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
}

static bool surface_allocate(const struct surface_maker *maker)
{
	struct dmabuf *dmabuf = &maker->target->dmabuf;
	if (!maker->device->has_dma_buf) {
		snprintf(maker->reason, WIRE_MAX_REASON, "the driver knows no dma-bufs");
		return false;
	}
	if (!maker->options->force_gpu_copy &&
		external_export_image(maker->device, &maker->surface->image, dmabuf,
			VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT, maker->reason)) {
		surface_map(maker);
		return true;
	}
	fd_close(&dmabuf->planes[0].fd);
	return external_export_buffer(
		       maker->device, &maker->surface->buffer, dmabuf, maker->reason) &&
	       surface_init_gpu_copy(maker);
}

static bool surface_import_dmabuf(const struct surface_maker *maker)
{
	const struct dmabuf *dmabuf = &maker->target->dmabuf;
	if (!maker->device->has_dma_buf) {
		snprintf(maker->reason, WIRE_MAX_REASON, "the driver knows no dma-bufs");
		return false;
	}
	if (!maker->options->force_gpu_copy &&
		external_import_image(maker->device, &maker->surface->image, dmabuf,
			VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT, VK_NULL_HANDLE, maker->reason))
		return true;
	/* A tiled target's rows are not where a buffer would put them. */
	if (!dmabuf_is_linear(dmabuf))
		return false;
	return external_import_buffer(maker->device, &maker->surface->buffer, dmabuf,
		       VK_BUFFER_USAGE_TRANSFER_DST_BIT, maker->reason) &&
	       surface_init_gpu_copy(maker);
}

static bool surface_import_pointer(const struct surface_maker *maker)
{
	struct target *target = maker->target;
	size_t size = dmabuf_linear_size(&target->dmabuf);
	if (!maker->device->has_host_pointer) {
		snprintf(maker->reason, WIRE_MAX_REASON,
			"the driver has no VK_EXT_external_memory_host");
		return false;
	}
	if (!target_map(target, maker->reason))
		return false;
	if (!maker->options->force_gpu_copy &&
		external_host_image(maker->device, &maker->surface->image, &target->dmabuf,
			target->mapping.data, size, VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT,
			maker->reason))
		return true;
	return external_host_buffer(maker->device, &maker->surface->buffer, target->mapping.data,
		       size, maker->reason) &&
	       surface_init_gpu_copy(maker);
}

/* A LINEAR image in memory that the CPU reads fast: one copy only, the CPU's. */
static bool surface_init_cpu_copy(const struct surface_maker *maker)
{
	const struct device *device = maker->device;
	struct surface *surface = maker->surface;
	const VkMemoryPropertyFlags wanted =
		VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT | VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
		VK_MEMORY_PROPERTY_HOST_COHERENT_BIT | VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
	const struct image_info info = surface_image_info(maker->target, VK_IMAGE_TILING_LINEAR, 0);
	void *map;
	if (!surface_can_draw(maker, VK_IMAGE_TILING_LINEAR) ||
		!image_create(device, &surface->image, &info, maker->reason) ||
		!image_allocate(device, &surface->image, wanted, 0, maker->reason) ||
		!image_create_view(device, &surface->image, 0, VK_NULL_HANDLE, maker->reason) ||
		vkMapMemory(device->handle, surface->image.memory, 0, VK_WHOLE_SIZE, 0, &map) !=
			VK_SUCCESS)
		return false;
	VkSubresourceLayout layout =
		image_get_layout(device, &surface->image, VK_IMAGE_ASPECT_COLOR_BIT);
	surface->pixels = (const uint8_t *)map + layout.offset;
	surface->pixels_stride = (uint32_t)layout.rowPitch;
	return true;
}

static bool surface_import_copy(const struct surface_maker *maker)
{
	struct surface *surface = maker->surface;
	const struct dmabuf *dmabuf = &maker->target->dmabuf;
	if (!target_map(maker->target, maker->reason))
		return false;
	if (!maker->options->force_gpu_copy && surface_init_cpu_copy(maker))
		return true;
	surface->stride = (uint32_t)dmabuf->width * maker->target->format->bytes_per_pixel;
	VkDeviceSize size = (VkDeviceSize)surface->stride * (VkDeviceSize)dmabuf->height;
	if (!surface_init_own_image(maker) ||
		!image_buffer_init(maker->device, &surface->buffer, size,
			VK_BUFFER_USAGE_TRANSFER_DST_BIT, maker->reason))
		return false;
	surface->pixels = surface->buffer.map;
	surface->pixels_stride = surface->stride;
	return true;
}

static bool surface_init_memory(const struct surface_maker *maker)
{
	switch ((int)maker->target->access) {
	case 0:
		return surface_allocate(maker);
	case WIRE_TARGET_DMABUF:
		return surface_import_dmabuf(maker);
	case WIRE_TARGET_HOST_POINTER:
		return surface_import_pointer(maker);
	case WIRE_TARGET_COPY:
		return surface_import_copy(maker);
	default:
		snprintf(
			maker->reason, WIRE_MAX_REASON, "renderer vulkan does not draw by mapping");
		return false;
	}
}

static bool surface_init_framebuffer(const struct surface_maker *maker, struct pipeline *pipeline)
{
	struct surface *surface = maker->surface;
	surface->pipelines =
		pipeline_get(maker->device, pipeline, surface->image.format, maker->reason);
	if (!surface->pipelines)
		return false;
	const VkFramebufferCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_FRAMEBUFFER_CREATE_INFO,
		.renderPass = surface->pipelines->pass,
		.attachmentCount = 1,
		.pAttachments = &surface->image.view,
		.width = (uint32_t)surface->image.width,
		.height = (uint32_t)surface->image.height,
		.layers = 1,
	};
	VkResult result =
		vkCreateFramebuffer(maker->device->handle, &info, NULL, &surface->framebuffer);
	if (result == VK_SUCCESS)
		return true;
	surface->framebuffer = VK_NULL_HANDLE;
	return instance_fail(maker->reason, "no framebuffer", result);
}

struct surface *surface_create(const struct device *device, struct pipeline *pipeline,
	const struct surface_options *options, struct target *target, char *reason)
{
	struct surface *surface = calloc(1, sizeof *surface);
	const struct surface_maker maker = {device, options, target, surface, reason};
	if (!surface)
		snprintf(reason, WIRE_MAX_REASON, "out of memory");
	else if (surface_init_memory(&maker) && surface_init_framebuffer(&maker, pipeline))
		return surface;
	surface_destroy(device, surface);
	return NULL;
}
