/*
 * The renderer without a GPU: the CPU draws, straight from the clients' memory, wl_shm and
 * dma-bufs alike, into the mapped target. A frame is finished when frame_draw() returns. Textures
 * are nothing of their own here: a texture's buffer is read when it is drawn.
 */
#include "render/buffer.h"
#include "render/cpu/draw.h"
#include "render/cpu/memory.h"
#include "render/quad.h"
#include "render/target.h"
#include "render/texture.h"

#include <drm_fourcc.h>
#include <pixman.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cpu {
	struct renderer base;
};

static void cpu_add_formats(struct renderer *renderer, const struct format *formats, size_t len)
{
	for (size_t i = 0; i < len; i++)
		renderer->formats[renderer->n_formats++] = (struct wire_format){formats[i].fourcc,
			(uint32_t)format_planes(&formats[i]), DRM_FORMAT_MOD_LINEAR};
}

static bool cpu_list_formats(struct renderer *renderer)
{
	size_t n_rgb, n_video;
	const struct format *rgb = format_list(&n_rgb), *video = format_list_video(&n_video);
	renderer->formats = calloc(n_rgb + n_video, sizeof *renderer->formats);
	if (!renderer->formats)
		return false;
	cpu_add_formats(renderer, rgb, n_rgb);
	cpu_add_formats(renderer, video, n_video);
	return true;
}

static struct renderer *cpu_create(const struct renderer_options *options, char *reason)
{
	struct cpu *cpu = calloc(1, sizeof *cpu);
	if (!cpu || !cpu_list_formats(&cpu->base)) {
		free(cpu);
		snprintf(reason, WIRE_MAX_REASON, "out of memory");
		return NULL;
	}
	cpu->base.impl = &cpu_renderer;
	cpu->base.features = WIRE_FEATURE_MAP | WIRE_FEATURE_SOFTWARE | WIRE_FEATURE_IMPORT_DMABUF;
	cpu->base.max_extent = QUAD_MAX_EXTENT;
	snprintf(cpu->base.device, sizeof cpu->base.device, "pixman");
	snprintf(cpu->base.driver, sizeof cpu->base.driver, "cpu");
	return &cpu->base;
}

static void cpu_destroy(struct renderer *renderer)
{
	free(renderer->formats);
	free(renderer);
}

static int cpu_get_fd(struct renderer *renderer)
{
	return -1;
}

static void cpu_dispatch(struct renderer *renderer)
{
}

static bool cpu_buffer_import(struct renderer *renderer, struct buffer *buffer, char *reason)
{
	return memory_map(buffer, reason);
}

static void cpu_buffer_finish(struct renderer *renderer, struct buffer *buffer)
{
	memory_unmap(buffer);
}

static void cpu_texture_update(struct renderer *renderer, struct texture *texture,
	const struct wire_rect *rects, uint32_t n_rects, bool whole)
{
}

static void cpu_texture_finish(struct renderer *renderer, struct texture *texture)
{
}

static bool cpu_target_allocate(struct renderer *renderer, struct target *target, char *reason)
{
	snprintf(reason, WIRE_MAX_REASON, "renderer cpu allocates no dma-bufs");
	return false;
}

static bool cpu_target_import(struct renderer *renderer, struct target *target, char *reason)
{
	if (target->access != WIRE_TARGET_MAP) {
		snprintf(reason, WIRE_MAX_REASON, "renderer cpu reaches targets by mapping only");
		return false;
	}
	if (!target_map(target, reason))
		return false;
	target->own = draw_image(target, reason);
	return target->own;
}

static void cpu_target_finish(struct renderer *renderer, struct target *target)
{
	if (target->own)
		pixman_image_unref(target->own);
}

static bool cpu_frame_draw(
	struct renderer *renderer, const struct renderer_frame *frame, char *reason)
{
	draw_frame(renderer, frame, frame->target->own);
	return true;
}

const struct renderer_interface cpu_renderer = {
	.create = cpu_create,
	.destroy = cpu_destroy,
	.get_fd = cpu_get_fd,
	.dispatch = cpu_dispatch,
	.buffer_import = cpu_buffer_import,
	.buffer_finish = cpu_buffer_finish,
	.texture_update = cpu_texture_update,
	.texture_finish = cpu_texture_finish,
	.target_allocate = cpu_target_allocate,
	.target_import = cpu_target_import,
	.target_finish = cpu_target_finish,
	.frame_draw = cpu_frame_draw,
};
