/**
 * What the session tells the service manager that started it (systemd, or any that sets
 * NOTIFY_SOCKET): when it is ready, what it does, and, where the manager asks for it by
 * WATCHDOG_USEC, that pictures still reach the display. See sd_notify(3).
 */
#ifndef COMPOSITOR_NOTIFY_H
#define COMPOSITOR_NOTIFY_H

#include <stdbool.h>
#include <wayland-server-core.h>

struct notify;

/** Whether what was to be shown since the last question was shown; asked twice in the manager's
 * interval. While it is false the manager is told nothing, and at the interval's end it acts. */
typedef bool (*notify_check)(void *data);

/** Never NULL. Does nothing where nobody listens; a timer runs only where the manager watches. */
struct notify *notify_create(struct wl_event_loop *loop, notify_check check, void *data);

/** Accepts NULL. */
void notify_destroy(struct notify *notify);

/** The session takes clients; status: one line for people. */
void notify_ready(struct notify *notify, const char *status);

/** What changed since: one line for people. */
void notify_status(struct notify *notify, const char *status);

/** The session ends by its own will. */
void notify_stopping(struct notify *notify);

#endif
