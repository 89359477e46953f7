/** cursor-shape 2: the pointer's picture by its name, which the compositor draws. */
#ifndef PROTOCOL_CURSOR_SHAPE_H
#define PROTOCOL_CURSOR_SHAPE_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct seat;

/** All are required. */
struct cursor_shape_listener {
	/** In place of what wl_pointer.set_cursor set: enum wp_cursor_shape_device_v1_shape. Good
	 * until the seat's set_cursor() is called. */
	void (*set_shape)(void *data, uint32_t shape);
};

/** Zeroed but for listener, data and seat (created), all borrowed, before cursor_shape_create(). */
struct cursor_shape_manager {
	const struct cursor_shape_listener *listener;
	void *data;
	struct seat *seat;
	struct wl_global *global;
};

/** False: no memory. */
bool cursor_shape_create(struct cursor_shape_manager *manager, struct wl_display *display);
void cursor_shape_destroy(struct cursor_shape_manager *manager);

/** The name of a shape's picture in cursor themes (the CSS name); NULL: no such shape. */
const char *cursor_shape_name(uint32_t shape);

#endif
