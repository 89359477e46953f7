/** Between the files of xdg-shell only. */
#ifndef PROTOCOL_XDG_PRIVATE_H
#define PROTOCOL_XDG_PRIVATE_H

#include "protocol/xdg_shell.h"

/* Of popups on popups and of dialogs of dialogs: what follows them recurses. */
#define XDG_MAX_DEPTH 64

/** What a client has bound. */
struct xdg_wm_base {
	struct xdg_shell *shell;
	struct wl_resource *resource;
	struct wl_list surfaces;       /**< struct xdg_surface::wm_base_link */
	uint32_t ping;                 /**< serial of the ping that is not answered; 0: none */
	struct wl_event_source *timer; /**< NULL: none was ever sent */
	bool unresponsive;
};

/** wm_base's error, unless the client is ending. */
#define xdg_surface_post_error(xdg, code, ...) \
	do { \
		if ((xdg)->wm_base) \
			wl_resource_post_error((xdg)->wm_base->resource, code, __VA_ARGS__); \
	} while (0)

void xdg_surface_create(struct xdg_wm_base *wm_base, uint32_t id, struct surface *surface);
struct xdg_surface *xdg_surface_from_resource(struct wl_resource *resource);

/** The role's object goes: unmapped, its popups dismissed, all as before the role was given. */
void xdg_surface_end_role(struct xdg_surface *xdg);

void xdg_toplevel_create(struct xdg_surface *xdg, uint32_t id);
/** Whether a commit may be taken; sends what belongs before xdg_surface.configure, of which
 * *configure is the record; back to unmapped. */
bool xdg_toplevel_check(struct xdg_toplevel *toplevel);
void xdg_toplevel_configure(struct xdg_toplevel *toplevel, struct xdg_configure *configure);
void xdg_toplevel_reset(struct xdg_toplevel *toplevel);
/** It is mapped: now it counts as its children's parent. */
void xdg_toplevel_tell_children(struct xdg_toplevel *toplevel);
void xdg_toplevel_destroy(struct xdg_toplevel *toplevel);

void xdg_popup_create(struct xdg_surface *xdg, uint32_t id, struct wl_resource *parent,
	struct wl_resource *positioner);
/** Whether a commit may be taken; false: posted an error. */
bool xdg_popup_check(const struct xdg_popup *popup);
/** Sends likewise. */
void xdg_popup_configure(struct xdg_popup *popup, struct xdg_configure *configure);
/** The client has agreed to its place. */
void xdg_popup_take(struct xdg_popup *popup, const struct xdg_configure *configure);
/** Its surface is unmapped: the grab ends. */
void xdg_popup_reset(struct xdg_popup *popup);
void xdg_popup_destroy(struct xdg_popup *popup);

#endif
