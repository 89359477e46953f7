/**
 * wp_fractional_scale_v1, and wl_surface's own preferred scale: at which scale a surface is to be
 * drawn so that its pixels are the screen's.
 */
#ifndef PROTOCOL_FRACTIONAL_SCALE_H
#define PROTOCOL_FRACTIONAL_SCALE_H

#include "protocol/output_map.h"

#include <stdint.h>
#include <wayland-server-core.h>

struct surface;

/** NULL: no memory. */
struct wl_global *fractional_scale_create(struct wl_display *display);

/** The whole number for clients that know no others: rounded up, for then the picture is scaled
 * down. */
int32_t fractional_scale_whole(uint32_t scale);

/**
 * Tells the client, now and by a wp_fractional_scale_v1 that it makes later; only what differs from
 * what it was told last. scale: 120ths. For output_prefer().
 */
void fractional_scale_prefer(struct surface *surface, uint32_t scale);

#endif
