/** Between seat.c, pointer.c, keyboard.c, touch.c and tablet_tool.c only. */
#ifndef PROTOCOL_SEAT_PRIVATE_H
#define PROTOCOL_SEAT_PRIVATE_H

#include "protocol/seat.h"

void pointer_init(struct seat *seat);
void pointer_finish(struct seat *seat);
void pointer_create(struct seat *seat, struct wl_client *client, uint32_t version, uint32_t id);

/** The one cursor there is, wherever its moves come from. NULL: none is shown. */
void pointer_set_cursor(
	struct seat *seat, struct surface *surface, int32_t hotspot_x, int32_t hotspot_y);

/** surface_role::destroy of those that are cursors; role_data: the seat. */
void pointer_handle_cursor_destroy(struct surface *surface);

void keyboard_init(struct seat *seat);
void keyboard_finish(struct seat *seat);
void keyboard_create(struct seat *seat, struct wl_client *client, uint32_t version, uint32_t id);

void touch_init(struct seat *seat);
void touch_finish(struct seat *seat);
void touch_create(struct seat *seat, struct wl_client *client, uint32_t version, uint32_t id);

/** The next serial, for an event that goes to the client of focus (NULL: to nobody). */
uint32_t seat_next_serial(struct seat *seat, const struct surface *focus);

/** Follows the focus surface: forgets *focus when it goes. */
void seat_watch_focus(struct surface **focus, struct wl_listener *listener, struct surface *surface,
	wl_notify_func_t notify);

/** wl_resource_for_each over those of the focus' client. */
#define seat_for_each_focused(resource, list, focus) \
	wl_resource_for_each (resource, list) \
		if ((focus) && wl_resource_get_client(resource) == \
				       wl_resource_get_client((focus)->resource))

#endif
