/** Video for pixman, which knows none of it: converted to XRGB8888. */
#ifndef RENDER_CPU_VIDEO_H
#define RENDER_CPU_VIDEO_H

#include "render/buffer.h"
#include "render/quad.h"

#include <stdint.h>

/**
 * Converts the part of a picture in NV12 or P010 into rows of part's width; to has room for all of
 * them. Chroma is interpolated. render/ycbcr.h says what is taken for granted. False: out of
 * memory.
 */
bool video_convert(const struct buffer *buffer, const struct quad_source *part, uint32_t *to);

#endif
