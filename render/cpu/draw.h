/** Frames drawn into a target's mapped memory: by copy.h, blend.h, and else pixman. */
#ifndef RENDER_CPU_DRAW_H
#define RENDER_CPU_DRAW_H

#include "render/renderer.h"

#include <pixman.h>

/** The target's mapped memory (target_map()) as an image, the caller's, for as long as the mapping
 * lives. NULL: reason (WIRE_MAX_REASON bytes) says why. */
pixman_image_t *draw_image(const struct target *target, char *reason);

/**
 * Draws the quads into image, which is draw_image() of frame->target. The dma-bufs that they show
 * are mapped (memory_map()). *copied_bytes: what pixman could not read where it lies. False: out of
 * memory, and the target's contents are undefined.
 */
bool draw_frame(const struct renderer_frame *frame, pixman_image_t *image, uint64_t *copied_bytes);

#endif
