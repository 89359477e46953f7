/** Clients' shared memory to textures: only what changed, through staging memory, into the open
 * frame. */
#ifndef RENDER_VULKAN_UPLOAD_H
#define RENDER_VULKAN_UPLOAD_H

#include "render/vulkan/frame.h"

struct buffer;
struct wire_rect;

/**
 * Copies the rects (buffer pixels, within it) of a BUFFER_SHM to sampled, an image of its size and
 * format. The pool is read now, not later. False: reason says why.
 */
bool upload_rects(struct frame_queue *queue, struct sampled *sampled, const struct buffer *buffer,
	const struct wire_rect *rects, uint32_t n_rects, char *reason);

/** Makes the whole image white. */
bool upload_white(struct frame_queue *queue, struct sampled *sampled, char *reason);

#endif
