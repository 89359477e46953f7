/** Between the files of xdg-shell only. */
#ifndef PROTOCOL_XDG_PRIVATE_H
#define PROTOCOL_XDG_PRIVATE_H

#include "protocol/xdg_shell.h"

void xdg_surface_create(
	struct xdg_shell *shell, struct wl_resource *wm_base, uint32_t id, struct surface *surface);
struct xdg_surface *xdg_surface_from_resource(struct wl_resource *resource);

void xdg_toplevel_create(struct xdg_surface *xdg, uint32_t id);
/** Whether a commit may be taken; sends what belongs before xdg_surface.configure; after a commit;
 * back to unmapped. */
bool xdg_toplevel_check(struct xdg_toplevel *toplevel);
void xdg_toplevel_configure(struct xdg_toplevel *toplevel);
void xdg_toplevel_commit(struct xdg_toplevel *toplevel);
void xdg_toplevel_reset(struct xdg_toplevel *toplevel);
void xdg_toplevel_destroy(struct xdg_toplevel *toplevel);

void xdg_popup_create(struct xdg_surface *xdg, uint32_t id, struct wl_resource *parent,
	struct wl_resource *positioner);
void xdg_popup_configure(struct xdg_popup *popup);
void xdg_popup_destroy(struct xdg_popup *popup);

#endif
