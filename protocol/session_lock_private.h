/** Between the session_lock*.c files only. */
#ifndef PROTOCOL_SESSION_LOCK_PRIVATE_H
#define PROTOCOL_SESSION_LOCK_PRIVATE_H

#include "protocol/session_lock.h"

/** Lives as long as its resource or a surface of it. */
struct session_lock {
	int refs;
	struct session_lock_manager *manager;
	struct wl_resource *resource;
	bool took_over; /**< from a client that died with the session locked */
	bool confirmed; /**< the client was told that the session is locked */
};

void session_lock_unref(struct session_lock *lock);

void session_lock_surface_create(
	struct session_lock *lock, uint32_t id, struct surface *surface, struct output *output);

/** None of them is shown any more. */
void session_lock_drop_surfaces(struct session_lock_manager *manager);

#endif
