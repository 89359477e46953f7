#include "compositor/control/control.h"

#include "common/fd.h"
#include "common/log.h"
#include "common/packet.h"
#include "common/xalloc.h"
#include "protocol/acceptor.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct control {
	struct wl_event_loop *loop;
	control_handler handler;
	void *data;
	char path[sizeof((struct sockaddr_un *)0)->sun_path];
	int socket;
	bool is_bound; /* the path is ours */
	struct acceptor acceptor;
	struct wl_list connections;
	int connections_len;
};

struct control_connection {
	struct control *control;
	struct wl_list link;
	int socket;
	struct wl_event_source *source;
	struct control_request *request; /* the one that is not answered yet; NULL: none */
};

struct control_request {
	struct control_connection *connection; /* NULL: it is gone */
};

bool control_path(const char *name, char *path, size_t size)
{
	const char *folder = getenv("XDG_RUNTIME_DIR");
	int n = folder ? snprintf(path, size, "%s/%s.ctl", folder, name) : -1;
	return n > 0 && (size_t)n < size;
}

static void control_connection_destroy(struct control_connection *connection)
{
	if (connection->request)
		connection->request->connection = NULL;
	wl_event_source_remove(connection->source);
	wl_list_remove(&connection->link);
	connection->control->connections_len--;
	close(connection->socket);
	free(connection);
}

static void control_send(struct control_connection *connection, const json_t *answer, int fd)
{
	char *text = json_dumps(answer, JSON_COMPACT);
	if (!text || strlen(text) > CONTROL_MAX_ANSWER ||
		packet_send(connection->socket, text, strlen(text), &fd, fd >= 0) < 0)
		control_connection_destroy(connection);
	free(text);
}

void control_answer(struct control_request *request, json_t *answer, int fd)
{
	struct control_connection *connection = request->connection;
	if (connection) {
		connection->request = NULL;
		wl_event_source_fd_update(connection->source, WL_EVENT_READABLE);
		control_send(connection, answer, fd);
	}
	json_decref(answer);
	free(request);
}

/* What quotes the request may be cut inside a character, and JSON is UTF-8. */
static json_t *control_make_refusal(char *reason)
{
	json_t *text = json_string(reason);
	for (char *byte = reason; !text && *byte; byte++)
		*byte = *byte & 0x80 ? '?' : *byte;
	return json_pack("{s:o}", "error", text ? text : json_string(reason));
}

void control_refuse(struct control_request *request, const char *format, ...)
{
	char reason[256];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(reason, sizeof reason, format, arguments);
	va_end(arguments);
	control_answer(request, control_make_refusal(reason), -1);
}

static void control_handle_text(
	struct control_connection *connection, const char *text, size_t size)
{
	struct control *control = connection->control;
	struct control_request *request = xcalloc(1, sizeof *request);
	request->connection = connection;
	connection->request = request;
	/* Nothing more is read before the answer: requests are answered in order. */
	wl_event_source_fd_update(connection->source, 0);
	json_error_t error;
	json_t *arguments = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
	const char *command = json_string_value(json_object_get(arguments, "command"));
	if (!arguments)
		control_refuse(request, "no JSON: %s", error.text);
	else if (!command)
		control_refuse(request, "the request must be a JSON object with a string "
					"\"command\"");
	else
		control->handler(control->data, request, command, arguments);
	json_decref(arguments);
}

static void control_reject(struct control_connection *connection)
{
	json_t *answer = json_pack("{s:s}", "error", "the request is too long");
	control_send(connection, answer, -1);
	json_decref(answer);
}

static int control_handle_readable(int fd, uint32_t mask, void *data)
{
	struct control_connection *connection = data;
	char text[CONTROL_MAX_REQUEST];
	int fds[PACKET_MAX_FDS], n_fds = 0;
	/* A hang-up is told even while nothing is to be read. */
	ssize_t size = connection->request ? 0 : packet_receive(fd, text, sizeof text, fds, &n_fds);
	while (n_fds > 0)
		fd_close(&fds[--n_fds]);
	if (size > 0)
		control_handle_text(connection, text, (size_t)size);
	else if (size == -EMSGSIZE)
		control_reject(connection);
	else if (size != -EAGAIN)
		control_connection_destroy(connection);
	return 0;
}

/* The folder's mode and the socket's keep others out; this holds where a file system ignores them.
 */
static bool control_is_ours(int socket)
{
	struct ucred peer;
	socklen_t size = sizeof peer;
	return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	       (peer.uid == getuid() || peer.uid == 0);
}

static void control_handle_accepted(void *data, int socket)
{
	struct control *control = data;
	if (control->connections_len >= CONTROL_MAX_CONNECTIONS || !control_is_ours(socket)) {
		close(socket);
		return;
	}
	struct control_connection *connection = xcalloc(1, sizeof *connection);
	connection->control = control;
	connection->socket = socket;
	connection->source = wl_event_loop_add_fd(
		control->loop, socket, WL_EVENT_READABLE, control_handle_readable, connection);
	if (!connection->source) { /* who asks sees the end */
		close(socket);
		free(connection);
		return;
	}
	control->connections_len++;
	wl_list_insert(&control->connections, &connection->link);
}

static const struct acceptor_listener control_acceptor_listener = {
	.accepted = control_handle_accepted,
};

/* 0 or -errno. */
static int control_listen(struct control *control)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	memcpy(address.sun_path, control->path, sizeof address.sun_path);
	control->socket = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (control->socket < 0)
		return -errno;
	unlink(control->path);
	/* Not fchmod: that has no effect on a bound socket's file. */
	mode_t mask = umask(0177);
	int error = bind(control->socket, (struct sockaddr *)&address, sizeof address) < 0 ||
				    listen(control->socket, CONTROL_MAX_CONNECTIONS) < 0
			    ? -errno
			    : 0;
	umask(mask);
	return error;
}

struct control *control_create(
	struct wl_event_loop *loop, const char *name, control_handler handler, void *data)
{
	struct control *control = xcalloc(1, sizeof *control);
	control->loop = loop;
	control->handler = handler;
	control->data = data;
	control->socket = -1;
	wl_list_init(&control->connections);
	int error = control_path(name, control->path, sizeof control->path)
			    ? control_listen(control)
			    : -ENAMETOOLONG;
	if (error == 0) {
		control->is_bound = true;
		error = acceptor_start(&control->acceptor, loop, control->socket,
				"the control socket", &control_acceptor_listener, control)
				? 0
				: -ENOMEM;
	}
	if (error == 0)
		return control;
	log_error("the control socket %s cannot be made: %s", control->path, strerror(-error));
	control_destroy(control);
	return NULL;
}

void control_destroy(struct control *control)
{
	if (!control)
		return;
	struct control_connection *connection, *next;
	wl_list_for_each_safe (connection, next, &control->connections, link)
		control_connection_destroy(connection);
	acceptor_stop(&control->acceptor);
	if (control->is_bound)
		unlink(control->path);
	fd_close(&control->socket);
	free(control);
}
