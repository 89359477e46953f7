/** wp_alpha_modifier_v1: a factor on a surface's alpha, kept in surface_state::alpha. */
#ifndef PROTOCOL_ALPHA_MODIFIER_H
#define PROTOCOL_ALPHA_MODIFIER_H

#include <wayland-server-core.h>

/** NULL: no memory. */
struct wl_global *alpha_modifier_create(struct wl_display *display);

#endif
