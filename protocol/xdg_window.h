/** What a client sets of a window with its commits, and keeps in order with them. */
#ifndef PROTOCOL_XDG_WINDOW_H
#define PROTOCOL_XDG_WINDOW_H

#include "protocol/xdg_positioner.h"

#include <stdbool.h>
#include <stdint.h>

struct xdg_surface;

/** Bytes of a title or an app_id; what is longer is cut. */
#define XDG_TOPLEVEL_MAX_TEXT 1024

/** What a client was told of what its window is to be. */
struct xdg_configure {
	uint32_t serial; /**< 0: none yet */
	/* A toplevel's. */
	uint32_t flags;        /**< enum xdg_toplevel_flag */
	int32_t width, height; /**< 0: the client decides */
	/* A popup's. */
	struct xdg_box box; /**< relative to the parent's window geometry */
};

struct xdg_window {
	bool begun; /**< the client has committed since the role's object was made */
	bool has_geometry;
	struct xdg_box geometry;                              /**< as set; surface coordinates */
	struct xdg_configure configure;                       /**< the last that was acknowledged */
	int32_t min_width, min_height, max_width, max_height; /**< 0: no limit */
};

/** The client commits: what is pending of the window goes along, and is current when that is
 * applied. */
void xdg_window_commit(struct xdg_surface *xdg);

/** Back to nothing but begun and the geometry; commits that wait change nothing of it any more. */
void xdg_window_reset(struct xdg_surface *xdg);

#endif
