/** Translucent quads whose pixels are neither scaled nor turned, drawn by over.h. */
#ifndef RENDER_CPU_BLEND_H
#define RENDER_CPU_BLEND_H

#include "common/format.h"
#include "render/renderer.h"

/** Whether the quad is one in a target of the format: both of 8 bits a channel in the same order,
 * or a premultiplied colour. */
bool blend_suits(const struct renderer_quad *quad, const struct format *target);

/** Blends what lies in the quad's rects into the mapped target. A dma-buf is mapped (memory_map()).
 */
void blend_quad(const struct renderer_quad *quad, const struct target *target);

#endif
