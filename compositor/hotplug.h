/** The kernel's word that a display was plugged in, unplugged or resized (udev's drm events). */
#ifndef COMPOSITOR_HOTPLUG_H
#define COMPOSITOR_HOTPLUG_H

#include <stdbool.h>
#include <wayland-server-core.h>

struct hotplug;

/** Called once for a burst of events. False: not all could be learnt; called again after a second,
 * but not for ever. */
typedef bool (*hotplug_handler)(void *data);

/** NULL: udev cannot be had. */
struct hotplug *hotplug_create(struct wl_event_loop *loop, hotplug_handler handler, void *data);

/** As if an event had come: while another virtual terminal has the display the kernel reads nothing
 * of it. Accepts NULL. */
void hotplug_expect(struct hotplug *hotplug);

/** Accepts NULL. */
void hotplug_destroy(struct hotplug *hotplug);

#endif
