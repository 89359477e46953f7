/** What a quad shows, as a pixman image. */
#ifndef RENDER_CPU_SOURCE_H
#define RENDER_CPU_SOURCE_H

#include "common/format.h"
#include "render/renderer.h"

#include <pixman.h>

struct source {
	pixman_image_t *image;
	int32_t x, y;          /**< where in the image the quad's corner lies, pixels */
	void *copy;            /**< NULL, unless pixman cannot read the client's rows as they are */
	uint64_t copied_bytes; /**< into copy */
	const struct buffer *read; /**< bracketed by memory_begin_read(); NULL: none */
};

/** For a target of that format. The image refers to the client's memory: for one draw, before the
 * next message. False: out of memory. */
bool source_init(
	struct source *source, const struct renderer_quad *quad, const struct format *target);

/** Also after source_init() failed. */
void source_finish(struct source *source);

/** The colour of a quad whose buffer is a BUFFER_SOLID. */
pixman_color_t source_colour(const struct renderer_quad *quad);

/** pixman's name of a format; the caller knows it to be one of format_list(). */
pixman_format_code_t source_format(uint32_t fourcc);

#endif
