/** wp_tearing_control_v1: whether a surface's frames may tear, kept in surface_state::tearing. */
#ifndef PROTOCOL_TEARING_CONTROL_H
#define PROTOCOL_TEARING_CONTROL_H

#include <wayland-server-core.h>

/** NULL: no memory. */
struct wl_global *tearing_control_create(struct wl_display *display);

#endif
