/** Frames drawn into a target's mapped memory: by copy.h, blend.h, and else pixman. */
#ifndef RENDER_CPU_DRAW_H
#define RENDER_CPU_DRAW_H

#include "render/renderer.h"

#include <pixman.h>

/** The target's mapped memory (target_map()) as an image, the caller's, for as long as the mapping
 * lives. NULL: reason (WIRE_MAX_REASON bytes) says why. */
pixman_image_t *draw_image(const struct target *target, char *reason);

/**
 * Draws the frame into image, which is draw_image() of its target, and tells the renderer's
 * listener. The dma-bufs that it shows are mapped (memory_map()).
 */
void draw_frame(
	struct renderer *renderer, const struct renderer_frame *frame, pixman_image_t *image);

#endif
