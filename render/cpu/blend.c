#include "render/cpu/blend.h"

#include "render/cpu/memory.h"
#include "render/cpu/over.h"
#include "render/cpu/rows.h"
#include "render/cpu/source.h"
#include "render/quad.h"
#include "render/target.h"
#include "render/texture.h"

#include <drm_fourcc.h>

/* As pixman has it in the target's memory. */
static uint32_t blend_get_colour(const struct renderer_quad *quad, const struct format *target)
{
	pixman_color_t colour = source_colour(quad);
	uint32_t red = colour.red >> 8, green = colour.green >> 8, blue = colour.blue >> 8;
	bool is_bgr = target->opaque == DRM_FORMAT_XBGR8888;
	return (uint32_t)colour.alpha >> 8 << 24 | (is_bgr ? blue : red) << 16 | green << 8 |
	       (is_bgr ? red : blue);
}

static bool blend_is_premultiplied(uint32_t colour)
{
	uint32_t alpha = colour >> 24;
	return (colour >> 16 & 0xff) <= alpha && (colour >> 8 & 0xff) <= alpha &&
	       (colour & 0xff) <= alpha;
}

bool blend_suits(const struct renderer_quad *quad, const struct format *target)
{
	const struct buffer *buffer = quad->texture->buffer;
	if (quad_is_opaque(quad) || quad->alpha != 1 ||
		(target->opaque != DRM_FORMAT_XRGB8888 && target->opaque != DRM_FORMAT_XBGR8888))
		return false;
	return buffer->kind == BUFFER_SOLID
		       ? blend_is_premultiplied(blend_get_colour(quad, target))
		       : buffer->format->opaque == target->opaque && rows_suit(quad);
}

void blend_quad(const struct renderer_quad *quad, const struct target *target)
{
	const struct buffer *buffer = quad->texture->buffer;
	uint32_t colour = buffer->kind == BUFFER_SOLID ? blend_get_colour(quad, target->format) : 0;
	const struct over *over = over_best();
	struct rows rows;
	memory_begin_read(buffer);
	for (uint32_t i = 0; i < quad->n_rects; i++) {
		if (rows_get(quad, &quad->rects[i], target, &rows))
			over_rows(over, &rows, colour);
	}
	memory_end_read(buffer);
}
