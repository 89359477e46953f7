#include "compositor/session.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/xalloc.h"

#include <errno.h>
#include <libseat.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SESSION_START_TIMEOUT 10000 /* milliseconds; logind may have to switch the VT first */
#define SESSION_MAX_DEVICES 64      /* the DRM device and input devices */

struct session {
	const struct session_listener *listener;
	void *data;
	struct libseat *seat;
	struct wl_event_source *source;
	bool active, started;
	struct {
		int fd, id;
	} devices[SESSION_MAX_DEVICES];
	int devices_len;
};

static void session_tell(struct session *session, bool active)
{
	session->active = active;
	if (session->started)
		session->listener->active(session->data, active);
}

/*
 * libseat 0.9 tells the newest of what it has read first: who comes back and leaves again before we
 * hear of either leaves us with "disable, enable", without a device that works. So one that comes
 * while we are active is news, too.
 */
static void session_handle_enable(struct libseat *seat, void *data)
{
	struct session *session = data;
	if (session->active)
		session_tell(session, false);
	session_tell(session, true);
}

static void session_handle_disable(struct libseat *seat, void *data)
{
	session_tell(data, false);
	libseat_disable_seat(seat);
}

static const struct libseat_seat_listener session_seat_listener = {
	.enable_seat = session_handle_enable,
	.disable_seat = session_handle_disable,
};

static void session_log(enum libseat_log_level level, const char *format, va_list args)
{
	char line[LOG_MAX_LINE];
	log_line(line, format, args);
	if (level == LIBSEAT_LOG_LEVEL_ERROR)
		log_warn("libseat: %s", line);
	else
		log_debug("libseat: %s", line);
}

static int session_handle_readable(int fd, uint32_t mask, void *data)
{
	struct session *session = data;
	if (libseat_dispatch(session->seat, 0) >= 0)
		return 0;
	log_warn("the seat's connection is broken: %s", strerror(errno));
	wl_event_source_remove(session->source); /* or it would be readable for ever */
	session->source = NULL;
	session->listener->lost(session->data);
	return 0;
}

/* Whether the seat became ours in time. */
static bool session_wait(struct session *session)
{
	int64_t end = clock_now() + SESSION_START_TIMEOUT * (CLOCK_NS_PER_S / 1000);
	while (!session->active && clock_now() < end) {
		if (libseat_dispatch(session->seat, SESSION_START_TIMEOUT / 10) < 0)
			return false;
	}
	return session->active;
}

/*
 * libseat's builtin backend forks a seat server, which hears of VT switches by SIGUSR1 and SIGUSR2:
 * it must not inherit that our event loop blocks signals.
 */
static struct libseat *session_open_seat(struct session *session)
{
	sigset_t none, blocked;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, &blocked);
	struct libseat *seat = libseat_open_seat(&session_seat_listener, session);
	int error = errno;
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	errno = error;
	return seat;
}

struct session *session_create(
	struct wl_event_loop *loop, const struct session_listener *listener, void *data)
{
	struct session *session = xcalloc(1, sizeof *session);
	session->listener = listener;
	session->data = data;
	libseat_set_log_handler(session_log);
	libseat_set_log_level(LIBSEAT_LOG_LEVEL_INFO);
	session->seat = session_open_seat(session);
	if (!session->seat) {
		log_error("no seat: %s; log in on a console, run seatd, or as root set "
			  "LIBSEAT_BACKEND=builtin",
			strerror(errno));
		session_destroy(session);
		return NULL;
	}
	if (!session_wait(session)) {
		log_error("the seat %s is in use: switch to this virtual terminal, or end the "
			  "other session",
			session_seat_name(session));
		session_destroy(session);
		return NULL;
	}
	session->started = true;
	session->source = wl_event_loop_add_fd(loop, libseat_get_fd(session->seat),
		WL_EVENT_READABLE, session_handle_readable, session);
	return session;
}

void session_destroy(struct session *session)
{
	if (!session)
		return;
	if (session->source)
		wl_event_source_remove(session->source);
	while (session->devices_len > 0)
		session_close_device(session, session->devices[0].fd);
	if (session->seat)
		libseat_close_seat(session->seat);
	free(session);
}

int session_open_device(struct session *session, const char *path)
{
	if (session->devices_len == SESSION_MAX_DEVICES)
		return -EMFILE;
	int fd, id = libseat_open_device(session->seat, path, &fd);
	if (id < 0)
		return -errno;
	session->devices[session->devices_len].fd = fd;
	session->devices[session->devices_len++].id = id;
	return fd;
}

void session_close_device(struct session *session, int fd)
{
	for (int i = 0; i < session->devices_len; i++) {
		if (session->devices[i].fd != fd)
			continue;
		libseat_close_device(session->seat, session->devices[i].id);
		close(fd);
		session->devices[i] = session->devices[--session->devices_len];
		return;
	}
}

const char *session_seat_name(struct session *session)
{
	return libseat_seat_name(session->seat);
}

void session_switch_vt(struct session *session, int vt)
{
	if (libseat_switch_session(session->seat, vt) < 0)
		log_warn("cannot switch to virtual terminal %d: %s", vt, strerror(errno));
}
