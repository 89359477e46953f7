#include "render/cpu/copy.h"

#include "render/cpu/memory.h"
#include "render/cpu/rows.h"
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
	return quad->texture->buffer->kind != BUFFER_SOLID && quad_is_opaque(quad) &&
	       copy_keeps(quad, target) && rows_suit(quad);
}

/* In one go where nothing lies between the rows. */
static void copy_rows(const struct rows *rows, size_t bytes_per_pixel)
{
	size_t size = rows->width * bytes_per_pixel, n = rows->height;
	if (size == rows->to_stride && size == rows->from_stride) {
		size *= n;
		n = 1;
	}
	for (size_t y = 0; y < n; y++)
		memcpy(rows->to + y * rows->to_stride, rows->from + y * rows->from_stride, size);
}

void copy_quad(const struct renderer_quad *quad, const struct target *target)
{
	struct rows rows;
	memory_begin_read(quad->texture->buffer);
	for (uint32_t i = 0; i < quad->n_rects; i++) {
		if (rows_get(quad, &quad->rects[i], target, &rows))
			copy_rows(&rows, target->format->bytes_per_pixel);
	}
	memory_end_read(quad->texture->buffer);
}
