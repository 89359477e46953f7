/** keyboard-shortcuts-inhibit 1: a surface (another machine's display) that wants the compositor's
 * own shortcuts too. */
#ifndef PROTOCOL_SHORTCUTS_INHIBIT_H
#define PROTOCOL_SHORTCUTS_INHIBIT_H

#include <stdbool.h>
#include <wayland-server-core.h>

struct seat;

/** Zeroed but for seat (created, borrowed), before shortcuts_inhibit_create(). */
struct shortcuts_inhibit_manager {
	struct seat *seat;
	struct wl_global *global;
	struct wl_list inhibitors; /**< struct shortcuts_inhibitor::link */
};

/** False: no memory. */
bool shortcuts_inhibit_create(
	struct shortcuts_inhibit_manager *manager, struct wl_display *display);
void shortcuts_inhibit_destroy(struct shortcuts_inhibit_manager *manager);

/** Whether the surface with the keyboard gets the shortcuts. */
bool shortcuts_inhibit_is_active(const struct shortcuts_inhibit_manager *manager);

#endif
