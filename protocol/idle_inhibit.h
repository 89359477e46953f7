/** idle-inhibit 1: surfaces (a film) that keep the session from idling while they are seen. */
#ifndef PROTOCOL_IDLE_INHIBIT_H
#define PROTOCOL_IDLE_INHIBIT_H

#include <stdbool.h>
#include <wayland-server-core.h>

struct surface;

/** All are required. */
struct idle_inhibit_listener {
	/** A surface got its first inhibitor or lost its last one, or such a surface got or lost
	 * its contents. */
	void (*changed)(void *data);
	/** Whether the surface is on a screen now. */
	bool (*is_seen)(void *data, struct surface *surface);
};

/** Zeroed but for listener and data, both borrowed, before idle_inhibit_create(). */
struct idle_inhibit_manager {
	const struct idle_inhibit_listener *listener;
	void *data;
	struct wl_global *global;
	struct wl_list surfaces; /**< struct idle_inhibited::link */
};

/** False: no memory. */
bool idle_inhibit_create(struct idle_inhibit_manager *manager, struct wl_display *display);
void idle_inhibit_destroy(struct idle_inhibit_manager *manager);

/** Whether any of the surfaces is seen. */
bool idle_inhibit_is_active(const struct idle_inhibit_manager *manager);

#endif
