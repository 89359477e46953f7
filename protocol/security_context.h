/**
 * security-context 1: a sandbox hands over its listening socket, and every connection made on it is
 * known to be the sandbox's.
 */
#ifndef PROTOCOL_SECURITY_CONTEXT_H
#define PROTOCOL_SECURITY_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <wayland-server-core.h>

/** Of listening sockets at once, for each keeps two of our files open. */
#define SECURITY_CONTEXT_MAX 64

/** Zeroed, then security_context_create(). */
struct security_context_manager {
	struct wl_display *display;
	struct wl_list contexts; /**< struct security_context::link */
	size_t contexts_len;     /**< at most SECURITY_CONTEXT_MAX */
};

/** Adds the global. False: no memory. */
bool security_context_create(struct security_context_manager *manager, struct wl_display *display);

/** Ends all listening; the connections stay. Nothing may have been created. */
void security_context_finish(struct security_context_manager *manager);

/** Whether the client came in by a sandbox's socket. */
bool security_context_has(const struct wl_client *client);

#endif
