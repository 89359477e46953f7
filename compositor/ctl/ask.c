#include "compositor/ctl/private.h"

#include "common/fd.h"
#include "common/log.h"
#include "common/packet.h"
#include "compositor/control/control.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* -1: logged. */
static int ctl_connect(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (!name)
		name = getenv("WAYLAND_DISPLAY");
	if (!name) {
		log_error("which session? Give --socket NAME, or set WAYLAND_DISPLAY as in the "
			  "session itself");
		return -1;
	}
	if (!control_path(name, address.sun_path, sizeof address.sun_path)) {
		log_error("XDG_RUNTIME_DIR is not set to the session's, or too long");
		return -1;
	}
	int socket_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (socket_fd < 0 || connect(socket_fd, (struct sockaddr *)&address, sizeof address) < 0) {
		log_error("no session of vitrine at %s: %s", address.sun_path, strerror(errno));
		fd_close(&socket_fd);
	}
	return socket_fd;
}

/* The answer's text and what came with it. */
static json_t *ctl_receive(int socket_fd, int *fd)
{
	struct pollfd poll_fd = {.fd = socket_fd, .events = POLLIN};
	char *text = malloc(CONTROL_MAX_ANSWER);
	int fds[PACKET_MAX_FDS], n_fds = 0;
	ssize_t size = -ENOMEM;
	while (text && poll(&poll_fd, 1, -1) < 0 && errno == EINTR)
		;
	if (text)
		size = packet_receive(socket_fd, text, CONTROL_MAX_ANSWER, fds, &n_fds);
	json_t *answer = size > 0 ? json_loadb(text, (size_t)size, 0, NULL) : NULL;
	free(text);
	*fd = n_fds > 0 ? fds[0] : -1;
	for (int i = 1; i < n_fds; i++)
		fd_close(&fds[i]);
	if (!answer)
		log_error("the session ended before it answered");
	return answer;
}

json_t *ctl_ask(const char *socket, json_t *request, int *fd)
{
	json_t *answer = NULL;
	char *text = json_dumps(request, JSON_COMPACT);
	json_decref(request);
	*fd = -1;
	int socket_fd = ctl_connect(socket);
	int error = socket_fd < 0 ? 0 : packet_send(socket_fd, text, strlen(text), NULL, 0);
	if (error < 0)
		log_error("the session does not listen: %s", strerror(-error));
	else if (socket_fd >= 0)
		answer = ctl_receive(socket_fd, fd);
	fd_close(&socket_fd);
	free(text);
	const char *refusal = json_string_value(json_object_get(answer, "error"));
	if (!refusal)
		return answer;
	log_error("%s", refusal);
	json_decref(answer);
	fd_close(fd);
	return NULL;
}
