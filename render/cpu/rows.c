#include "render/cpu/rows.h"

#include "render/cpu/memory.h"
#include "render/quad.h"
#include "render/target.h"
#include "render/texture.h"

bool rows_suit(const struct renderer_quad *quad)
{
	const struct buffer *buffer = quad->texture->buffer;
	/* Beyond the buffer its edge is repeated. */
	struct quad_map map = quad_map(quad);
	return quad_is_upright(&map) && map.x0 >= 0 && map.y0 >= 0 &&
	       map.x0 + (float)quad->width <= (float)buffer->width &&
	       map.y0 + (float)quad->height <= (float)buffer->height;
}

/* Where the clip begins in the buffer. */
static void rows_find(
	const struct renderer_quad *quad, const struct wire_rect *clip, struct rows *rows)
{
	const struct quad_map map = quad_map(quad);
	uint32_t stride;
	rows->from =
		memory_pixel(quad->texture->buffer, (size_t)(clip->x1 - quad->x) + (size_t)map.x0,
			(size_t)(clip->y1 - quad->y) + (size_t)map.y0, &stride);
	rows->from_stride = stride;
}

bool rows_get(const struct renderer_quad *quad, const struct wire_rect *rect,
	const struct target *target, struct rows *rows)
{
	const struct dmabuf_plane *plane = &target->dmabuf.planes[0];
	struct wire_rect clip;
	if (!quad_clip(quad, rect, &clip))
		return false;
	*rows = (struct rows){
		.to = target_pixels(target) + plane->offset + (size_t)clip.y1 * plane->stride +
		      (size_t)clip.x1 * target->format->bytes_per_pixel,
		.to_stride = plane->stride,
		.width = (size_t)(clip.x2 - clip.x1),
		.height = (size_t)(clip.y2 - clip.y1),
	};
	if (quad->texture->buffer->kind != BUFFER_SOLID)
		rows_find(quad, &clip, rows);
	return true;
}
