/** The right to use devices: libseat opens them, and takes them away and gives them back on a VT
 * switch. */
#ifndef COMPOSITOR_SESSION_H
#define COMPOSITOR_SESSION_H

#include <stdbool.h>
#include <wayland-server-core.h>

struct session;

/** All are required. */
struct session_listener {
	/** The devices may be used again, or may not be from now on. */
	void (*active)(void *data, bool active);
	/** Whoever managed the seat is gone. */
	void (*lost)(void *data);
};

/**
 * Takes up the seat and waits until it is ours, at most some seconds. NULL: could not, and the
 * reason has been logged.
 */
struct session *session_create(
	struct wl_event_loop *loop, const struct session_listener *listener, void *data);

/** Gives the seat back: the console is text again. Accepts NULL. */
void session_destroy(struct session *session);

/** An fd of a device, the session's until session_close_device(); -errno. */
int session_open_device(struct session *session, const char *path);
void session_close_device(struct session *session, int fd);

/** "seat0". */
const char *session_seat_name(struct session *session);

/** Asks for another virtual terminal (Ctrl+Alt+Fn). */
void session_switch_vt(struct session *session, int vt);

#endif
