/** primary-selection 1: what was marked last, for the middle button. */
#ifndef PROTOCOL_PRIMARY_SELECTION_H
#define PROTOCOL_PRIMARY_SELECTION_H

#include "protocol/selection.h"

#include <stdbool.h>
#include <wayland-server-core.h>

struct seat;

/** Zeroed but for seat (created, borrowed), before primary_selection_create(). */
struct primary_selection {
	struct seat *seat;
	struct wl_global *global;
	struct selection_focus focus;
};

/** False: no memory. */
bool primary_selection_create(struct primary_selection *manager, struct wl_display *display);

/** After the clients are gone and before the seat is. */
void primary_selection_destroy(struct primary_selection *manager);

#endif
