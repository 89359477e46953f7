/** ext-idle-notify 2: clients are told when the user has done nothing for a while. */
#ifndef PROTOCOL_IDLE_NOTIFY_H
#define PROTOCOL_IDLE_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

/** Zeroed, then idle_notify_create(). */
struct idle_notifier {
	struct wl_event_loop *loop;
	struct wl_global *global;
	struct wl_list notifications; /**< struct idle_notification::link */
	int64_t active;               /**< when the user last did something, clock_now() */
	bool inhibited;
};

/** False: no memory. */
bool idle_notify_create(struct idle_notifier *notifier, struct wl_display *display);
void idle_notify_destroy(struct idle_notifier *notifier);

/** The user does something. */
void idle_notify_activity(struct idle_notifier *notifier);

/** While inhibited only the notifications of input alone become idle. */
void idle_notify_set_inhibited(struct idle_notifier *notifier, bool inhibited);

#endif
