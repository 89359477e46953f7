#include "compositor/client_socket.h"

#include "common/fd.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "protocol/acceptor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CLIENT_SOCKET_BACKLOG 128 /* as libwayland's own */

struct client_socket {
	struct wl_display *display;
	struct sockaddr_un address;
	int fd;
	struct acceptor acceptor;
	const char *mark;
};

/* Goes with its client. */
struct client_socket_mark {
	struct wl_listener destroy;
	const char *text;
};

static void client_socket_handle_client_destroy(struct wl_listener *listener, void *data)
{
	struct client_socket_mark *mark = wl_container_of(listener, mark, destroy);
	wl_list_remove(&mark->destroy.link);
	free(mark);
}

const char *client_socket_mark(const struct wl_client *client)
{
	struct wl_listener *listener = wl_client_get_destroy_listener(
		(struct wl_client *)client, client_socket_handle_client_destroy);
	const struct client_socket_mark *mark = wl_container_of(listener, mark, destroy);
	return listener ? mark->text : NULL;
}

static void client_socket_handle_accepted(void *data, int connection)
{
	struct client_socket *socket = data;
	struct wl_client *client = wl_client_create(socket->display, connection);
	if (!client) {
		log_debug("a client cannot be taken: %s", strerror(errno));
		fd_close(&connection);
		return;
	}
	struct client_socket_mark *mark = xcalloc(1, sizeof *mark);
	mark->text = socket->mark;
	mark->destroy.notify = client_socket_handle_client_destroy;
	wl_client_add_destroy_listener(client, &mark->destroy);
}

static const struct acceptor_listener client_socket_acceptor_listener = {
	.accepted = client_socket_handle_accepted,
};

/* 0 or -errno. */
static int client_socket_listen(struct client_socket *listening, const char *name)
{
	struct sockaddr_un *address = &listening->address;
	const size_t size = sizeof address->sun_path;
	int len = snprintf(address->sun_path, size, "%s/%s", getenv("XDG_RUNTIME_DIR"), name);
	if (len < 0 || (size_t)len >= size) {
		address->sun_path[0] = '\0'; /* another's path it may not be */
		return -ENAMETOOLONG;
	}
	address->sun_family = AF_UNIX;
	listening->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listening->fd < 0)
		return -errno;
	unlink(address->sun_path);
	if (bind(listening->fd, (const struct sockaddr *)address, sizeof *address) < 0 ||
		listen(listening->fd, CLIENT_SOCKET_BACKLOG) < 0)
		return -errno;
	return 0;
}

struct client_socket *client_socket_create(
	struct wl_display *display, const char *name, const char *mark)
{
	struct client_socket *socket = xcalloc(1, sizeof *socket);
	socket->display = display;
	socket->mark = mark;
	socket->fd = -1;
	int error = client_socket_listen(socket, name);
	if (error == 0 && acceptor_start(&socket->acceptor, wl_display_get_event_loop(display),
				  socket->fd, mark, &client_socket_acceptor_listener, socket))
		return socket;
	log_error("the socket %s cannot be made: %s", name, strerror(error ? -error : ENOMEM));
	client_socket_destroy(socket);
	return NULL;
}

void client_socket_destroy(struct client_socket *socket)
{
	if (!socket)
		return;
	acceptor_stop(&socket->acceptor);
	if (socket->fd >= 0)
		unlink(socket->address.sun_path);
	fd_close(&socket->fd);
	free(socket);
}
