/**
 * Takes the connections of a listening socket. While there is no room for another file, or no
 * memory, those that come wait in the socket, and are tried again a second later.
 */
#ifndef PROTOCOL_ACCEPTOR_H
#define PROTOCOL_ACCEPTOR_H

#include <stdbool.h>
#include <wayland-server-core.h>

struct acceptor_listener {
	/** The connection is the listener's, which may stop the acceptor. */
	void (*accepted)(void *data, int connection);
	/** No more will come, for the socket is broken; the acceptor has stopped. NULL: nobody
	 * cares. */
	void (*ended)(void *data);
};

/** Zeroed: stopped. */
struct acceptor {
	const struct acceptor_listener *listener;
	void *data;
	const char *name; /**< whose connections, in the log */
	struct wl_event_source *source, *rest;
	bool rests; /**< for want of room, which has been said, until one is taken */
};

/** fd, name: borrowed until acceptor_stop(). False: it cannot be watched. */
bool acceptor_start(struct acceptor *acceptor, struct wl_event_loop *loop, int fd, const char *name,
	const struct acceptor_listener *listener, void *data);

/** May be stopped already. */
void acceptor_stop(struct acceptor *acceptor);

#endif
