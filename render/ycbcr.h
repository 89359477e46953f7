/**
 * How video's samples become RGB: what both back ends share.
 *
 * Nothing tells which YCbCr a client's buffer holds. We guess as players do for files that do not
 * say, by mpv's rule (VLC looks at the height only): limited range, BT.709 from 1280 pixels of
 * width or more than 576 of height on, else BT.601; and chroma sited as MPEG-2 and all later codecs
 * have it by default, at the left: on the even columns, between two rows.
 */
#ifndef RENDER_YCBCR_H
#define RENDER_YCBCR_H

#include "render/buffer.h"

/** What the two chromas, each -0.5 to 0.5, add to luma, 0 to 1. */
struct ycbcr {
	float red_cr, green_cb, green_cr, blue_cb;
};

/** For a buffer of video. */
const struct ycbcr *ycbcr_of(const struct buffer *buffer);

#endif
