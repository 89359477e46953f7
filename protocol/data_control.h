/**
 * ext-data-control 1 and its elder wlr-data-control 2, for clipboard managers: a client of them
 * reads and sets both selections without having the keyboard. Privileged.
 */
#ifndef PROTOCOL_DATA_CONTROL_H
#define PROTOCOL_DATA_CONTROL_H

#include <stdbool.h>
#include <wayland-server-core.h>

struct seat;

/** Zeroed but for seat (created, borrowed), before data_control_create(). */
struct data_control {
	struct seat *seat;
	struct wl_global *ext, *wlr;
	struct wl_list devices; /**< struct data_control_device::link */
	struct wl_listener clipboard_changed, primary_changed;
};

/** False: no memory. */
bool data_control_create(struct data_control *control, struct wl_display *display);

/** After the clients are gone and before the seat is. */
void data_control_destroy(struct data_control *control);

#endif
