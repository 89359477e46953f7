#include "protocol/acceptor.h"

#include "common/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#define ACCEPTOR_REST_MS 1000

static int acceptor_handle_rested(void *data)
{
	struct acceptor *acceptor = data;
	wl_event_source_fd_update(acceptor->source, WL_EVENT_READABLE);
	return 0;
}

/* The socket stays readable: we would be called for ever. */
static void acceptor_rest(struct acceptor *acceptor)
{
	wl_event_source_fd_update(acceptor->source, 0);
	wl_event_source_timer_update(acceptor->rest, ACCEPTOR_REST_MS);
}

static void acceptor_end(struct acceptor *acceptor, int error)
{
	log_limited(LOG_LEVEL_WARN, "%s: no more connections are taken: %s", acceptor->name,
		strerror(error));
	acceptor_stop(acceptor);
	if (acceptor->listener->ended)
		acceptor->listener->ended(acceptor->data);
}

/* This process, or the system, of files or memory. */
static bool acceptor_is_full(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
}

static int acceptor_handle_connection(int fd, uint32_t mask, void *data)
{
	struct acceptor *acceptor = data;
	/* Somebody else may have accepted it already, and its flags may not be ours alone. */
	fcntl(fd, F_SETFL, O_NONBLOCK);
	int connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	if (connection >= 0) {
		acceptor->rests = false;
		acceptor->listener->accepted(acceptor->data, connection);
		return 0;
	}
	int error = errno;
	bool full = acceptor_is_full(error);
	bool passes = full || error == EAGAIN || error == EINTR || error == ECONNABORTED;
	/* After shutdown(), by who shares the socket; no mask silences that. */
	if (!passes || mask & WL_EVENT_HANGUP) {
		acceptor_end(acceptor, passes ? ESHUTDOWN : error);
		return 0;
	}
	if (full && !acceptor->rests)
		log_limited(LOG_LEVEL_WARN, "%s: no connections are taken for now: %s",
			acceptor->name, strerror(error));
	acceptor->rests = acceptor->rests || full;
	acceptor_rest(acceptor);
	return 0;
}

bool acceptor_start(struct acceptor *acceptor, struct wl_event_loop *loop, int fd, const char *name,
	const struct acceptor_listener *listener, void *data)
{
	acceptor->listener = listener;
	acceptor->data = data;
	acceptor->name = name;
	acceptor->rest = wl_event_loop_add_timer(loop, acceptor_handle_rested, acceptor);
	if (acceptor->rest)
		acceptor->source = wl_event_loop_add_fd(
			loop, fd, WL_EVENT_READABLE, acceptor_handle_connection, acceptor);
	if (!acceptor->source)
		acceptor_stop(acceptor);
	return acceptor->source;
}

void acceptor_stop(struct acceptor *acceptor)
{
	if (acceptor->source)
		wl_event_source_remove(acceptor->source);
	if (acceptor->rest)
		wl_event_source_remove(acceptor->rest);
	acceptor->source = acceptor->rest = NULL;
}
