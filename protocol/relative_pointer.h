/** relative-pointer 1: how far the device moved, wherever the cursor is. */
#ifndef PROTOCOL_RELATIVE_POINTER_H
#define PROTOCOL_RELATIVE_POINTER_H

#include <stdbool.h>
#include <wayland-server-core.h>

struct pointer_delta;
struct seat;

/** Zeroed but for seat (created, borrowed), before relative_pointer_create(). */
struct relative_pointer_manager {
	struct seat *seat;
	struct wl_global *global;
	struct wl_list resources; /**< wl_resource links of the relative pointers */
};

/** False: no memory. */
bool relative_pointer_create(struct relative_pointer_manager *manager, struct wl_display *display);
void relative_pointer_destroy(struct relative_pointer_manager *manager);

/** Tells the client with the pointer. True: it was told, and a pointer_frame() is due. */
bool relative_pointer_motion(
	struct relative_pointer_manager *manager, const struct pointer_delta *delta);

#endif
