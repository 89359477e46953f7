/** wlr-virtual-pointer 2: a client plays a pointing device. Privileged. */
#ifndef PROTOCOL_VIRTUAL_POINTER_H
#define PROTOCOL_VIRTUAL_POINTER_H

#include "protocol/pointer_device.h"

#include <stdbool.h>
#include <wayland-server-core.h>

/** All are required. */
struct virtual_pointer_listener {
	void (*added)(void *data);
	void (*removed)(void *data);
};

/** Zeroed but for device, listener and data (of both), all borrowed, before
 * virtual_pointer_create(). */
struct virtual_pointer_manager {
	const struct pointer_device_listener *device;
	const struct virtual_pointer_listener *listener;
	void *data;
	struct wl_global *global;
};

/** False: no memory. */
bool virtual_pointer_create(struct virtual_pointer_manager *manager, struct wl_display *display);
void virtual_pointer_destroy(struct virtual_pointer_manager *manager);

#endif
