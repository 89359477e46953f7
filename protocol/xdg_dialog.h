/** xdg_wm_dialog_v1: which toplevels are modal dialogs of their parent (xdg_toplevel::modal). */
#ifndef PROTOCOL_XDG_DIALOG_H
#define PROTOCOL_XDG_DIALOG_H

#include <wayland-server-core.h>

/** NULL: no memory. */
struct wl_global *xdg_dialog_create(struct wl_display *display);

#endif
