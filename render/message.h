/**
 * The check of a packet from the core, before anything in it is used: all that can be said without
 * knowing which ids exist. Pure: no state, no memory, no descriptors touched.
 */
#ifndef RENDER_MESSAGE_H
#define RENDER_MESSAGE_H

#include "render/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * True: the packet (aligned to 8 bytes; a part of a WIRE_PICTURE, in which nothing is longer, to 4)
 * is one of the core's, of the right size, brings the right number of fds, its ids, sizes, formats,
 * counts, rectangles and numbers are in range, and its rectangles are not empty. max_extent: the
 * largest width or height that the renderer takes, pixels. False: reason says why.
 */
bool message_check(const void *packet, size_t size, int n_fds, uint32_t max_extent, char *reason);

/** The packet behind another one in a WIRE_PICTURE; before NULL: the first. NULL: there is none. */
const struct wire_header *message_picture_next(
	const void *picture, const struct wire_header *before);

/** The rectangles and quads behind a checked WIRE_FRAME. */
const struct wire_rect *message_frame_rects(const struct wire_frame *frame);
const struct wire_quad *message_frame_quads(const struct wire_frame *frame);

/** The rectangles behind a checked WIRE_TEXTURE_UPDATE. */
const struct wire_rect *message_texture_rects(const struct wire_texture_update *update);

/** True: rect lies within 0, 0, width, height. */
bool message_rect_within(const struct wire_rect *rect, int32_t width, int32_t height);

#endif
