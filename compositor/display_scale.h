/** The scale of a display that nobody chose, from how large its pixels are. */
#ifndef COMPOSITOR_DISPLAY_SCALE_H
#define COMPOSITOR_DISPLAY_SCALE_H

#include "kms/mode.h"

#include <stdint.h>

/**
 * 120ths: 1 for up to 191 dots an inch, 2 from 192 on, 3 from 288 on. Always 1 where there are too
 * few pixels for more, and where the size (millimetres; 0: unknown) cannot be true: EDIDs of
 * projectors and televisions have none, or the picture's shape instead, such as 16 by 9.
 */
uint32_t display_scale(const struct kms_mode *mode, int32_t mm_width, int32_t mm_height);

#endif
