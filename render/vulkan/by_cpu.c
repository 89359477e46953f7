#include "render/vulkan/by_cpu.h"

#include "render/buffer.h"
#include "render/cpu/blend.h"
#include "render/cpu/copy.h"
#include "render/cpu/draw.h"
#include "render/quad.h"
#include "render/target.h"
#include "render/texture.h"
#include "render/vulkan/contents.h"
#include "render/vulkan/surface.h"

/* What is counted is pixels that the CPU copies. One that is blended is read too, and reckoned: it
 * costs so many. */
#define BY_CPU_BLEND 4
/* About what recording, submitting and waiting take the CPU. */
#define BY_CPU_SUBMIT 65536

static uint64_t by_cpu_area(const struct renderer_quad *quad)
{
	uint64_t area = 0;
	for (uint32_t i = 0; i < quad->n_rects; i++) {
		struct wire_rect clip;
		if (quad_clip(quad, &quad->rects[i], &clip))
			area += (uint64_t)(clip.x2 - clip.x1) * (uint64_t)(clip.y2 - clip.y1);
	}
	return area;
}

/* What takes the CPU few instructions a pixel. */
static bool by_cpu_is_plain(const struct renderer_quad *quad, const struct format *target)
{
	const struct buffer *buffer = quad->texture->buffer;
	if (buffer->kind == BUFFER_SOLID)
		return quad->alpha == 1;
	return buffer->kind == BUFFER_SHM && quad->texture->own &&
	       (copy_suits(quad, target) || blend_suits(quad, target));
}

/* Its memory must hold what the GPU has drawn, in a layout that is kept, and frames end in the
 * order in which they came. */
static bool by_cpu_reaches(const struct target *target, const struct frame_queue *queue)
{
	const struct surface *surface = target->own;
	return surface->mapped && surface->image.layout == VK_IMAGE_LAYOUT_GENERAL &&
	       !queue->flying && !target->format->is_deep;
}

bool by_cpu_suits(const struct renderer_frame *frame, const struct frame_queue *queue)
{
	const struct surface *surface = frame->target->own;
	uint64_t more = 0; /* than the CPU would copy for the GPU */
	bool has_shm = false;
	if (!by_cpu_reaches(frame->target, queue))
		return false;
	for (uint32_t i = 0; i < frame->n_quads; i++) {
		const struct renderer_quad *quad = &frame->quads[i];
		const struct contents *contents = quad->texture->own;
		if (quad->n_rects == 0)
			continue;
		if (!by_cpu_is_plain(quad, frame->target->format) ||
			(!quad_is_opaque(quad) && !surface->is_cached))
			return false;
		uint64_t drawn = by_cpu_area(quad) * (quad_is_opaque(quad) ? 1 : BY_CPU_BLEND);
		uint64_t changed = contents ? contents->changed : 0;
		more += drawn > changed ? drawn - changed : 0;
		has_shm |= quad->texture->buffer->kind == BUFFER_SHM;
	}
	return has_shm && more <= BY_CPU_SUBMIT;
}

void by_cpu_draw(struct renderer *renderer, const struct renderer_frame *frame)
{
	const struct surface *surface = frame->target->own;
	for (uint32_t i = 0; i < frame->n_quads; i++) {
		const struct renderer_quad *quad = &frame->quads[i];
		if (quad->texture->own)
			contents_show(quad->texture->own, by_cpu_area(quad));
	}
	draw_frame(renderer, frame, surface->mapped);
}
