#include "render/cpu/copy.h"

#include "render/cpu/memory.h"
#include "render/quad.h"
#include "render/target.h"
#include "render/texture.h"

#include <string.h>

/* The same bytes mean the same, but for those that the target ignores. */
static bool copy_keeps(const struct renderer_quad *quad, const struct format *target)
{
	const struct format *format = quad->texture->buffer->format;
	return format->opaque == target->opaque && !format->is_video &&
	       (!target->has_alpha || (format->has_alpha && !(quad->flags & WIRE_QUAD_OPAQUE)));
}

bool copy_suits(const struct renderer_quad *quad, const struct format *target)
{
	const struct buffer *buffer = quad->texture->buffer;
	if (buffer->kind == BUFFER_SOLID || !quad_is_opaque(quad) || !copy_keeps(quad, target))
		return false;
	/* Beyond the buffer its edge is repeated. */
	struct quad_map map = quad_map(quad);
	return quad_is_upright(&map) && map.x0 >= 0 && map.y0 >= 0 &&
	       map.x0 + (float)quad->width <= (float)buffer->width &&
	       map.y0 + (float)quad->height <= (float)buffer->height;
}

/* Rows of size bytes: in one go where nothing lies between them. */
static void copy_rows(uint8_t *to, size_t to_stride, const uint8_t *from, size_t from_stride,
	size_t size, size_t rows)
{
	if (size == to_stride && size == from_stride) {
		size *= rows;
		rows = 1;
	}
	for (size_t y = 0; y < rows; y++)
		memcpy(to + y * to_stride, from + y * from_stride, size);
}

void copy_quad(const struct renderer_quad *quad, const struct target *target)
{
	const struct buffer *buffer = quad->texture->buffer;
	const struct dmabuf_plane *plane = &target->dmabuf.planes[0];
	const struct quad_map map = quad_map(quad);
	const size_t bpp = target->format->bytes_per_pixel;
	uint32_t stride;
	memory_begin_read(buffer);
	const uint8_t *from = memory_plane(buffer, 0, &stride);
	uint8_t *to = target_pixels(target) + plane->offset;
	for (uint32_t i = 0; i < quad->n_rects; i++) {
		struct wire_rect box;
		if (!quad_clip(quad, &quad->rects[i], &box))
			continue;
		size_t x = (size_t)(box.x1 - quad->x) + (size_t)map.x0;
		size_t y = (size_t)(box.y1 - quad->y) + (size_t)map.y0;
		copy_rows(to + (size_t)box.y1 * plane->stride + (size_t)box.x1 * bpp, plane->stride,
			from + y * stride + x * bpp, stride, (size_t)(box.x2 - box.x1) * bpp,
			(size_t)(box.y2 - box.y1));
	}
	memory_end_read(buffer);
}
