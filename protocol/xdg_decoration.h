/** zxdg_decoration_manager_v1: who draws a window's frame. Always the client: we draw none. */
#ifndef PROTOCOL_XDG_DECORATION_H
#define PROTOCOL_XDG_DECORATION_H

#include <wayland-server-core.h>

/** NULL: no memory. */
struct wl_global *xdg_decoration_create(struct wl_display *display);

#endif
