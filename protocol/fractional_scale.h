/**
 * wp_fractional_scale_v1, and wl_surface's own preferred scale: at which scale a surface is to be
 * drawn so that its pixels are the screen's.
 */
#ifndef PROTOCOL_FRACTIONAL_SCALE_H
#define PROTOCOL_FRACTIONAL_SCALE_H

#include <stdint.h>
#include <wayland-server-core.h>

struct surface;

/** 1, as fractional_scale_prefer() takes it. */
#define FRACTIONAL_SCALE_ONE 120

/** NULL: no memory. */
struct wl_global *fractional_scale_create(struct wl_display *display);

/**
 * Tells the client, now and by a wp_fractional_scale_v1 that it makes later; only what differs from
 * what it was told last. scale: 120ths. Whoever decides where a surface is shown calls it as soon
 * as the surface is new: a client draws its first picture by it.
 */
void fractional_scale_prefer(struct surface *surface, uint32_t scale);

#endif
