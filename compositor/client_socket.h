/**
 * A Wayland socket of its own beside the display's: the clients that come in by it are known by its
 * mark, and so are the programs that these start.
 */
#ifndef COMPOSITOR_CLIENT_SOCKET_H
#define COMPOSITOR_CLIENT_SOCKET_H

#include <wayland-server-core.h>

struct client_socket;

/**
 * Listens at a plain file name in XDG_RUNTIME_DIR, which nobody else uses: what an ended session
 * left there is replaced. mark: borrowed, for longer than any client. NULL: could not, and the
 * reason has been logged.
 */
struct client_socket *client_socket_create(
	struct wl_display *display, const char *name, const char *mark);

/** Listens no more; the clients stay. Accepts NULL. */
void client_socket_destroy(struct client_socket *socket);

/** NULL: the client came in by another socket. */
const char *client_socket_mark(const struct wl_client *client);

#endif
