/** A texture that the core named: a surface's contents. Lives while its id or a frame holds a
 * reference. */
#ifndef RENDER_TEXTURE_H
#define RENDER_TEXTURE_H

#include "render/renderer.h"

struct texture {
	unsigned refs;
	struct renderer *renderer;
	struct buffer
		*buffer; /**< what it shows; holds a reference. NULL only before the first update */
	void *own;       /**< the back end's */
};

/** One reference, the caller's. NULL: out of memory. */
struct texture *texture_create(struct renderer *renderer);

/** Shows buffer from now on; rects (buffer pixels, within it) are where it differs from what was
 * shown. */
void texture_update(struct texture *texture, struct buffer *buffer, const struct wire_rect *rects,
	uint32_t n_rects);

struct texture *texture_ref(struct texture *texture);

/** Gives a reference back; accepts NULL. */
void texture_unref(struct texture *texture);

#endif
