/**
 * xdg_activation_v1: one client passes the focus that it has to another, by a token. A token counts
 * once, and only if its maker named the serial of an input event that it got.
 */
#ifndef PROTOCOL_XDG_ACTIVATION_H
#define PROTOCOL_XDG_ACTIVATION_H

#include "common/nonce.h"

#include <stdint.h>
#include <wayland-server-core.h>

struct seat;
struct surface;

/** Tokens that are good at a time; the oldest go first. */
#define XDG_ACTIVATION_MAX_TOKENS 64
/** Of which one client may have made so many. */
#define XDG_ACTIVATION_MAX_OF_CLIENT 8

struct xdg_activation_listener {
	/** A client asked with a good token that the window be brought to the user. */
	void (*activate)(void *data, struct surface *surface);
};

struct xdg_activation_token {
	char name[NONCE_SIZE];          /**< empty: free */
	const struct wl_client *client; /**< its maker, may be gone: only compared */
};

/** Zeroed but for listener, data and seat, all borrowed, before xdg_activation_create(). */
struct xdg_activation {
	const struct xdg_activation_listener *listener;
	void *data;
	struct seat *seat;
	struct xdg_activation_token tokens[XDG_ACTIVATION_MAX_TOKENS]; /**< oldest first */
};

/** The global keeps *activation, borrowed, until the display goes. NULL: no memory. */
struct wl_global *xdg_activation_create(
	struct wl_display *display, struct xdg_activation *activation);

#endif
