/** wl_data_device_manager 3: the clipboard and drag-and-drop. */
#ifndef PROTOCOL_DATA_DEVICE_H
#define PROTOCOL_DATA_DEVICE_H

#include "protocol/selection.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct data_drag;
struct seat;
struct seat_touch_point;
struct surface;

/** All are required. */
struct data_device_listener {
	/** What is to be drawn at the place of the finger (NULL: at the pointer's hotspot) while
	 * the drag lasts; icon NULL: nothing (any more). */
	void (*drag_icon)(void *data, struct surface *icon, const struct seat_touch_point *finger);
	/** The pointer's events go to the surface under it again. */
	void (*drag_ended)(void *data);
};

/** Zeroed but for listener, data and seat (created), all borrowed, before data_device_create(). */
struct data_device_manager {
	const struct data_device_listener *listener;
	void *data;
	struct seat *seat;
	struct wl_display *display;
	struct wl_global *global;
	struct selection_focus clipboard; /**< its devices are all wl_data_devices */
	struct data_drag *drag;           /**< NULL: none */
};

/** False: no memory. */
bool data_device_create(struct data_device_manager *manager, struct wl_display *display);

/** After the clients are gone and before the seat is. */
void data_device_destroy(struct data_device_manager *manager);

#endif
