/** Video for pixman, which knows none of it: converted to XRGB8888. */
#ifndef RENDER_CPU_VIDEO_H
#define RENDER_CPU_VIDEO_H

#include "render/buffer.h"
#include "render/quad.h"

#include <stdint.h>

/**
 * Converts the part of a picture in NV12 or P010 (limited range, BT.601 or BT.709 by
 * format_is_bt709()) into rows of part's width; to has room for all of them. Chroma lies as H.264
 * has it where nobody says otherwise: on the even columns, between two rows; it is interpolated.
 * False: out of memory.
 */
bool video_convert(const struct buffer *buffer, const struct quad_source *part, uint32_t *to);

#endif
