/** Quads that are their buffer's bytes, moved: the C library copies them, for pixman's copy costs
 * up to twice as many instructions. */
#ifndef RENDER_CPU_COPY_H
#define RENDER_CPU_COPY_H

#include "common/format.h"
#include "render/renderer.h"

/** Whether the quad is that in a target of the format: opaque, pixel for pixel, and with nothing to
 * convert. */
bool copy_suits(const struct renderer_quad *quad, const struct format *target);

/** Copies what lies in the quad's rects into the mapped target. A dma-buf is mapped (memory_map()).
 */
void copy_quad(const struct renderer_quad *quad, const struct target *target);

#endif
