/** Quads whose rows are rows of their buffer, moved, or of one colour: what copy.h and blend.h draw
 * without pixman. */
#ifndef RENDER_CPU_ROWS_H
#define RENDER_CPU_ROWS_H

#include "render/renderer.h"

/** What of a quad lies in one of its rects. */
struct rows {
	uint8_t *to;
	const uint8_t *from;           /**< NULL: a plain colour */
	size_t to_stride, from_stride; /**< bytes */
	size_t width, height;          /**< pixels */
};

/** Whether the quad, which is no BUFFER_SOLID, is such a one. */
bool rows_suit(const struct renderer_quad *quad);

/**
 * In the quad's rect, drawn into a mapped target of as many bytes a pixel. A dma-buf is mapped, and
 * between memory_begin_read() and memory_end_read(). False: the quad does not lie there.
 */
bool rows_get(const struct renderer_quad *quad, const struct wire_rect *rect,
	const struct target *target, struct rows *rows);

#endif
