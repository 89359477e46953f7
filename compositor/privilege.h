/**
 * Which clients see the globals that reach beyond a client's own windows: capture, other clients'
 * windows, input in their place, the lock, outputs. docs/security.md says the same for users.
 */
#ifndef COMPOSITOR_PRIVILEGE_H
#define COMPOSITOR_PRIVILEGE_H

#include <stdbool.h>
#include <wayland-server-core.h>

enum privilege_policy {
	PRIVILEGE_USER, /**< clients of the compositor's own user, and root's */
	PRIVILEGE_ALL,  /**< other users' too */
	PRIVILEGE_NONE, /**< nobody */
};

/** "user", "all", "none"; false: no such policy. */
bool privilege_parse(const char *text, enum privilege_policy *policy);

/** Whether the interface of that name is privileged: all that are stand in one table. */
bool privilege_is_needed(const char *interface);

/** Sets the display's filter of globals. A sandboxed client never sees a privileged one. */
void privilege_init(struct wl_display *display, enum privilege_policy policy);

#endif
