/*
 * The renderer that draws with Vulkan 1.1 and what extensions there are.
 *
 * Who owns what: a texture of shared memory, or of a dma-buf that is copied (sampled.h), owns a
 * struct contents, filled by uploads; a dma-buf's struct sampled belongs to the buffer; frames hold
 * references to the ones they read. Solid colours are a white pixel, multiplied.
 */
#include "common/log.h"
#include "render/buffer.h"
#include "render/quad.h"
#include "render/target.h"
#include "render/texture.h"
#include "render/vulkan/by_cpu.h"
#include "render/vulkan/contents.h"
#include "render/vulkan/format.h"
#include "render/vulkan/frame.h"
#include "render/vulkan/record.h"
#include "render/vulkan/surface.h"
#include "render/vulkan/upload.h"

#include <drm_fourcc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct vulkan {
	struct renderer base;
	struct device device;
	struct pipeline pipeline;
	struct sampled_set sampled;
	struct frame_queue frames;
	struct surface_options options;
	struct sampled *white;
	bool is_lost;

	/* Scratch for the frame that is being recorded. */
	struct record_quad quads[WIRE_MAX_QUADS];
	VkImageMemoryBarrier barriers[WIRE_MAX_QUADS];
};

static void vulkan_destroy(struct renderer *renderer)
{
	struct vulkan *vulkan = (struct vulkan *)renderer;
	sampled_unref(vulkan->white);
	frame_queue_finish(&vulkan->frames);
	sampled_set_finish(&vulkan->sampled);
	pipeline_finish(&vulkan->device, &vulkan->pipeline);
	device_finish(&vulkan->device);
	free(vulkan->base.formats);
	free(vulkan);
}

static bool vulkan_can_export(const struct device *device)
{
	const VkPhysicalDeviceExternalBufferInfo buffer = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_BUFFER_INFO,
		.usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT,
		.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
	};
	VkExternalBufferProperties properties = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_BUFFER_PROPERTIES};
	const struct format_query image = {
		.fourcc = DRM_FORMAT_XRGB8888,
		.modifier = DRM_FORMAT_MOD_LINEAR,
		.usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT,
		.handle = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
		.features = VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT,
		.tiling = format_external_tiling(device),
	};
	if (!device->has_dma_buf)
		return false;
	vkGetPhysicalDeviceExternalBufferProperties(device->physical, &buffer, &properties);
	return (properties.externalMemoryProperties.externalMemoryFeatures &
		       VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT) ||
	       format_is_supported(device, &image, 1, 1, NULL);
}

static void vulkan_describe(struct vulkan *vulkan)
{
	const struct device *device = &vulkan->device;
	struct renderer *base = &vulkan->base;
	base->impl = &vulkan_renderer;
	base->formats = format_list_sampled(device, &base->n_formats);
	uint32_t extent = device->properties.limits.maxImageDimension2D;
	base->max_extent = extent < QUAD_MAX_EXTENT ? extent : QUAD_MAX_EXTENT;
	base->features = WIRE_FEATURE_COPY;
	if (base->n_formats > 0)
		base->features |= WIRE_FEATURE_IMPORT_DMABUF;
	if (vulkan_can_export(device))
		base->features |= WIRE_FEATURE_EXPORT_DMABUF;
	if (device->has_host_pointer)
		base->features |= WIRE_FEATURE_HOST_POINTER;
	if (device->is_venus)
		base->features |= WIRE_FEATURE_VENUS;
	if (device->is_software)
		base->features |= WIRE_FEATURE_SOFTWARE;
	snprintf(base->device, sizeof base->device, "%s", device->properties.deviceName);
	snprintf(base->driver, sizeof base->driver, "%s", device->driver);
}

/* VITRINE_CLIENT_COPY. */
static enum sampled_copy vulkan_wanted_copy(void)
{
	const char *wish = getenv("VITRINE_CLIENT_COPY");
	if (wish && strcmp(wish, "force") == 0)
		return SAMPLED_COPY_ALL;
	return wish && strcmp(wish, "none") == 0 ? SAMPLED_COPY_NONE : SAMPLED_COPY_FAR;
}

static bool vulkan_init(struct vulkan *vulkan, const struct renderer_options *options, char *reason)
{
	const char *copy = getenv("VITRINE_FORCE_GPU_COPY"), *frames = getenv("VITRINE_CPU_FRAMES");
	vulkan->options.force_gpu_copy = copy && strcmp(copy, "1") == 0;
	vulkan->options.gpu_only = frames && strcmp(frames, "none") == 0;
	if (!device_init(&vulkan->device, options, reason) ||
		!pipeline_init(&vulkan->device, &vulkan->pipeline, reason))
		return false;
	sampled_set_init(
		&vulkan->sampled, &vulkan->device, &vulkan->pipeline, vulkan_wanted_copy());
	if (!frame_queue_init(&vulkan->frames, &vulkan->device, reason))
		return false;
	vulkan->white = sampled_create(&vulkan->sampled, DRM_FORMAT_ARGB8888, 1, 1, reason);
	if (!vulkan->white || !upload_white(&vulkan->frames, vulkan->white, reason))
		return false;
	vulkan_describe(vulkan);
	return true;
}

static struct renderer *vulkan_create(const struct renderer_options *options, char *reason)
{
	struct vulkan *vulkan = calloc(1, sizeof *vulkan);
	if (!vulkan) {
		snprintf(reason, WIRE_MAX_REASON, "out of memory");
		return NULL;
	}
	if (vulkan_init(vulkan, options, reason))
		return &vulkan->base;
	vulkan_destroy(&vulkan->base);
	return NULL;
}

static int vulkan_get_fd(struct renderer *renderer)
{
	return ((struct vulkan *)renderer)->frames.waiter.event;
}

static void vulkan_lose(struct vulkan *vulkan, VkResult result)
{
	if (!vulkan->is_lost)
		vulkan->base.listener->lost(vulkan->base.listener_data, instance_describe(result));
	vulkan->is_lost = true;
}

static void vulkan_dispatch(struct renderer *renderer)
{
	struct vulkan *vulkan = (struct vulkan *)renderer;
	struct frame *frame;
	while ((frame = frame_queue_take_done(&vulkan->frames))) {
		struct renderer_result result = {
			.sequence = frame->sequence,
			.arrived = frame->arrived,
			.upload_bytes = frame->upload_bytes,
			.gpu_copy_bytes = frame->gpu_copy_bytes,
			.record_duration = frame->recorded - frame->arrived,
			.gpu_duration = timer_read(&vulkan->device, &frame->timer),
		};
		if (frame->job.result != VK_SUCCESS) {
			vulkan_lose(vulkan, frame->job.result);
		} else {
			result.copy_bytes = surface_read_back(
				frame->target->own, frame->target, &frame->damage);
			renderer->listener->done(renderer->listener_data, &result);
		}
		frame_queue_recycle(&vulkan->frames, frame);
	}
}

static bool vulkan_buffer_import(struct renderer *renderer, struct buffer *buffer, char *reason)
{
	struct vulkan *vulkan = (struct vulkan *)renderer;
	buffer->own = sampled_import(&vulkan->sampled, &buffer->dmabuf, reason);
	return buffer->own;
}

static void vulkan_buffer_finish(struct renderer *renderer, struct buffer *buffer)
{
	sampled_unref(buffer->own);
}

/* Whether textures have images of their own, into which the buffer's pixels are copied. */
static bool vulkan_is_copied(const struct buffer *buffer)
{
	return buffer->kind == BUFFER_SHM ||
	       (buffer->kind == BUFFER_DMABUF && sampled_is_copied(buffer->own));
}

static void vulkan_texture_finish(struct renderer *renderer, struct texture *texture)
{
	contents_destroy(texture->own);
	texture->own = NULL;
}

/* NULL: out of memory, now; it is tried again by every frame. */
static struct contents *vulkan_get_contents(struct texture *texture)
{
	if (!texture->own)
		texture->own = contents_create(texture->buffer);
	return texture->own;
}

static void vulkan_texture_update(struct renderer *renderer, struct texture *texture,
	const struct wire_rect *rects, uint32_t n_rects, bool whole)
{
	if (!vulkan_is_copied(texture->buffer))
		vulkan_texture_finish(renderer, texture);
	else if (texture->own)
		contents_change(texture->own, texture->buffer, rects, n_rects, whole);
	else if (!vulkan_get_contents(texture))
		log_limited(LOG_LEVEL_WARN, "a texture is not shown: out of memory");
}

static bool vulkan_target_create(struct renderer *renderer, struct target *target, char *reason)
{
	struct vulkan *vulkan = (struct vulkan *)renderer;
	target->own = surface_create(
		&vulkan->device, &vulkan->pipeline, &vulkan->options, target, reason);
	return target->own;
}

static void vulkan_target_finish(struct renderer *renderer, struct target *target)
{
	surface_destroy(&((struct vulkan *)renderer)->device, target->own);
	target->own = NULL;
}

/* What is not drawn need not be up to date. NULL: nothing to show. */
static struct sampled *vulkan_copy(struct vulkan *vulkan, const struct renderer_quad *quad)
{
	struct texture *texture = quad->texture;
	struct contents *contents = quad->n_rects > 0 ? vulkan_get_contents(texture) : NULL;
	bool ok = contents &&
		  contents_upload(contents, &vulkan->sampled, &vulkan->frames, texture->buffer);
	return ok ? contents->sampled : NULL;
}

static struct record_quad vulkan_resolve(struct vulkan *vulkan, const struct renderer_quad *quad)
{
	const struct buffer *buffer = quad->texture->buffer;
	struct record_quad drawn = {.quad = quad};
	for (int i = 0; i < 4; i++)
		drawn.color[i] = quad->alpha;
	switch (buffer->kind) {
	case BUFFER_SHM:
	case BUFFER_DMABUF:
		drawn.sampled = vulkan_is_copied(buffer) ? vulkan_copy(vulkan, quad) : buffer->own;
		break;
	case BUFFER_SOLID:
		drawn.sampled = vulkan->white;
		for (int i = 0; i < 4; i++)
			drawn.color[i] *= buffer->color[i];
		if (quad->flags & WIRE_QUAD_OPAQUE)
			drawn.color[3] = quad->alpha;
		break;
	}
	return drawn;
}

static bool vulkan_record(
	struct vulkan *vulkan, struct frame *frame, const struct renderer_frame *wanted)
{
	for (uint32_t i = 0; i < wanted->n_quads; i++)
		vulkan->quads[i] = vulkan_resolve(vulkan, &wanted->quads[i]);
	frame->sequence = wanted->sequence;
	frame->arrived = wanted->arrived;
	frame->target = target_ref(wanted->target);
	/* struct wire_rect is laid out like pixman_box32_t. */
	pixman_region32_fini(&frame->damage);
	if (!pixman_region32_init_rects(
		    &frame->damage, (const pixman_box32_t *)wanted->damage, (int)wanted->n_damage))
		return false;
	const struct record record = {
		.device = &vulkan->device,
		.pipeline = &vulkan->pipeline,
		.frame = frame,
		.surface = wanted->target->own,
		.format = wanted->target->format,
		.quads = vulkan->quads,
		.n_quads = wanted->n_quads,
		.barriers = vulkan->barriers,
	};
	return record_draw(&record);
}

static bool vulkan_frame_draw(
	struct renderer *renderer, const struct renderer_frame *wanted, char *reason)
{
	struct vulkan *vulkan = (struct vulkan *)renderer;
	if (by_cpu_suits(wanted, &vulkan->frames)) {
		by_cpu_draw(renderer, wanted);
		return true;
	}
	struct frame *frame = frame_queue_open(&vulkan->frames, reason);
	if (!frame)
		return false;
	uint32_t sequence = wanted->sequence;
	const struct surface *surface = wanted->target->own;
	/* Where the CPU copies afterwards, the end of the GPU's work is not the frame's. */
	bool wants_fence = !surface->pixels;
	int fence = -1;
	VkResult result = VK_ERROR_OUT_OF_HOST_MEMORY;
	if (vulkan_record(vulkan, frame, wanted))
		result = frame_queue_submit(&vulkan->frames, wants_fence ? &fence : NULL);
	if (result != VK_SUCCESS) {
		/* Layouts and uploads that were recorded never came to be: nothing that we know is
		 * true any more. */
		vulkan_lose(vulkan, result);
		snprintf(reason, WIRE_MAX_REASON, "%s", instance_describe(result));
		return false;
	}
	if (fence >= 0) {
		renderer->listener->submitted(renderer->listener_data, sequence, fence);
		close(fence);
	}
	return true;
}

const struct renderer_interface vulkan_renderer = {
	.create = vulkan_create,
	.destroy = vulkan_destroy,
	.get_fd = vulkan_get_fd,
	.dispatch = vulkan_dispatch,
	.buffer_import = vulkan_buffer_import,
	.buffer_finish = vulkan_buffer_finish,
	.texture_update = vulkan_texture_update,
	.texture_finish = vulkan_texture_finish,
	.target_allocate = vulkan_target_create,
	.target_import = vulkan_target_create,
	.target_finish = vulkan_target_finish,
	.frame_draw = vulkan_frame_draw,
};
