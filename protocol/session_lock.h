/** ext-session-lock 1: a client hides everything else until somebody has proved who he is. */
#ifndef PROTOCOL_SESSION_LOCK_H
#define PROTOCOL_SESSION_LOCK_H

#include "protocol/unacked.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct output;
struct session_lock;
struct surface;

/** All are required. */
struct session_lock_listener {
	/** Nothing but lock surfaces may be seen or get input from now on; session_lock_confirm()
	 * once no display shows anything else. */
	void (*locked)(void *data);
	void (*unlocked)(void *data);
	/** A lock surface was made and is to be configured, was committed, or goes. */
	void (*changed)(void *data);
};

/** Zeroed but for listener and data, then session_lock_create(). */
struct session_lock_manager {
	const struct session_lock_listener *listener;
	void *data;
	struct wl_display *display;
	bool locked;               /**< also when the client that locked has died */
	struct session_lock *lock; /**< whose unlocking counts; NULL: none, or it has died */
	struct wl_list surfaces;   /**< struct session_lock_surface::link, of lock */
};

struct session_lock_size {
	int32_t width, height;
};

struct session_lock_surface {
	struct session_lock *lock;
	struct wl_list link;
	struct wl_resource *resource;
	struct surface *surface; /**< NULL: gone, all is inert */
	struct output *output;   /**< NULL: gone */
	struct wl_listener output_destroy;
	int32_t width, height;          /**< as last configured, or as soon as the client
					   acknowledges; 0x0: not yet */
	struct session_lock_size acked; /**< what the next commits must have */
	struct session_lock_size due;   /**< what the one applied last had to have */
	struct wl_list waiting;         /**< of commits that wait (protocol/surface_cached.h) */
	struct unacked configures;      /**< of session_lock_surface.c */
	bool has_acked, mapped;
};

/** Adds the global. False: no memory. */
bool session_lock_create(struct session_lock_manager *manager, struct wl_display *display);

/** No display shows anything but the lock: its client is told. */
void session_lock_confirm(struct session_lock_manager *manager);

/** Tells the client the size that its surface must have, if that is another one. */
void session_lock_surface_configure(
	struct session_lock_surface *lock_surface, int32_t width, int32_t height);

#endif
