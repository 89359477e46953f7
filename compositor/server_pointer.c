#include "compositor/server_input.h"

#include "common/clock.h"

#include "cursor-shape-v1-server.h"

#include <wayland-server-protocol.h>

static void server_pointer_set_shape(struct server *server, uint32_t shape)
{
	const struct cursor_picture *picture = cursor_theme_picture(&server->cursor_theme, shape);
	/* Without one nothing is shown: the seat has forgotten what was, and does not say when
	 * that goes. */
	if (picture)
		cursor_set(
			&server->cursor, picture->surface, picture->hotspot_x, picture->hotspot_y);
	else
		cursor_set(&server->cursor, NULL, 0, 0);
}

/* Where no client has the pointer it is an arrow. */
static void server_pointer_handle_set_cursor(
	void *data, struct surface *surface, int32_t hotspot_x, int32_t hotspot_y)
{
	struct server *server = data;
	const struct seat_pointer *pointer = &server->seat.pointer;
	cursor_set(&server->cursor, surface, hotspot_x, hotspot_y);
	if (!surface && !pointer->focus && !pointer->grab)
		server_pointer_set_shape(server, WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_DEFAULT);
	server_schedule(server);
}

static const struct seat_listener server_pointer_seat_listener = {
	.set_cursor = server_pointer_handle_set_cursor,
	.take_over = server_tablet_become_pointer,
};

/* While a button is held the surface under it keeps the pointer, also outside of it (an implicit
 * grab); but for a menu's client. */
static bool server_pointer_is_grabbed(const struct server *server)
{
	return server->seat.pointer.focus && server->seat.pointer.held.len > 0;
}

/* The surface to which the pointer is constrained keeps it, whatever lies above, while the cursor
 * is over it. */
static struct surface *server_pointer_constrained(
	const struct server *server, double *sx, double *sy)
{
	struct surface *surface = pointer_constraints_surface(&server->constraints);
	int32_t x, y;
	if (!surface || !view_find_surface(surface, &x, &y))
		return NULL;
	*sx = server->cursor.x - x;
	*sy = server->cursor.y - y;
	return surface_accepts_input(surface, *sx, *sy) ? surface : NULL;
}

static struct surface *server_pointer_surface(const struct server *server, double *sx, double *sy)
{
	struct surface *surface = server_pointer_constrained(server, sx, sy);
	return surface ? surface
		       : server_surface_at(server, server->cursor.x, server->cursor.y, sx, sy);
}

/* While there is a menu each surface of its client has the pointer as it comes below it, also with
 * a button held: a press goes on into the menu that it opened (xdg_popup.grab, "owner-events").
 * NULL: the pointer is over none, or something else was pressed. */
static struct surface *server_pointer_menu_surface(struct server *server, double *sx, double *sy)
{
	const struct xdg_popup *menu = xdg_shell_grab(&server->desktop.shell);
	const struct wl_client *client = menu ? wl_resource_get_client(menu->resource) : NULL;
	const struct surface *pressed = server->seat.pointer.focus;
	if (!client || wl_resource_get_client(pressed->resource) != client)
		return NULL;
	struct surface *surface =
		server_surface_at(server, server->cursor.x, server->cursor.y, sx, sy);
	return surface && wl_resource_get_client(surface->resource) == client ? surface : NULL;
}

void server_pointer_place_cursor(struct server *server, double x, double y)
{
	struct cursor *cursor = &server->cursor;
	double old_x = cursor->x, old_y = cursor->y;
	server_clamp_to_screens(server, &x, &y);
	cursor_move(cursor, x, y);
	server_input_move_icon(server, NULL, x, y);
	if (cursor->x != old_x || cursor->y != old_y)
		server_cursor_moved(server);
}

/* True: the client was told something, and wants a wl_pointer.frame. */
static bool server_pointer_point(struct server *server, uint32_t time, double x, double y)
{
	const struct cursor *cursor = &server->cursor;
	const struct seat_pointer *pointer = &server->seat.pointer;
	double old_x = cursor->x, old_y = cursor->y, sx = 0, sy = 0;
	struct surface *surface;
	server_pointer_place_cursor(server, x, y);
	drag_move(&server->desktop.drag, NULL, cursor->x, cursor->y);
	if (!server_pointer_is_grabbed(server)) {
		surface = server_pointer_surface(server, &sx, &sy);
		pointer_set_focus(&server->seat, surface, sx, sy);
	} else if ((surface = server_pointer_menu_surface(server, &sx, &sy))) {
		pointer_pass_focus(&server->seat, surface, sx, sy);
	} else {
		sx = pointer->sx + cursor->x - old_x;
		sy = pointer->sy + cursor->y - old_y;
	}
	bool told = pointer_motion(&server->seat, time, sx, sy);
	pointer_constraints_update(&server->constraints);
	return told;
}

void server_update_pointer(struct server *server)
{
	uint32_t now = clock_event_time();
	bool tool = server->tool_leads && tablet_has_focus(&server->tablets);
	bool pointer = server_has_pointer(server) && !tool;
	if (pointer && server_pointer_point(server, now, server->cursor.x, server->cursor.y))
		pointer_frame(&server->seat);
}

static void server_pointer_handle_idle(void *data)
{
	struct server *server = data;
	server->pointer_idle = NULL;
	server_update_pointer(server);
	server_idle_update(server);
}

void server_schedule_pointer(struct server *server)
{
	if (!server->pointer_idle)
		server->pointer_idle =
			wl_event_loop_add_idle(server->loop, server_pointer_handle_idle, server);
}

/* To that place of the layout, as far as its constraint lets it. */
static void server_pointer_move(
	struct server *server, const struct pointer_delta *delta, double x, double y)
{
	const struct seat_pointer *pointer = &server->seat.pointer;
	server->tool_leads = false;
	server_idle_activity(server);
	server_wake_cursor(server);
	relative_pointer_motion(&server->relative_pointer, delta);
	if (pointer_constraints_is_locked(&server->constraints))
		return;
	double sx = pointer->sx + x - server->cursor.x, sy = pointer->sy + y - server->cursor.y;
	double to_x = sx, to_y = sy;
	pointer_constraints_confine(&server->constraints, &to_x, &to_y);
	server_pointer_point(server, (uint32_t)(delta->time / 1000), x + to_x - sx, y + to_y - sy);
}

static void server_pointer_handle_motion(void *data, const struct pointer_delta *delta)
{
	struct server *server = data;
	server_pointer_move(
		server, delta, server->cursor.x + delta->dx, server->cursor.y + delta->dy);
}

/* A device of places (a tablet, a virtual machine's mouse) also moves, by what lies between two of
 * them. */
static void server_pointer_handle_motion_absolute(
	void *data, uint32_t time, double x, double y, uint32_t output)
{
	struct server *server = data;
	struct input_place at = {output, x, y};
	server_input_find_place(server, &at);
	struct pointer_delta delta = {.time = (int64_t)time * 1000};
	if (server->has_place) {
		delta.dx = delta.raw_dx = at.x - server->place_x;
		delta.dy = delta.raw_dy = at.y - server->place_y;
	}
	server->has_place = true;
	server->place_x = at.x;
	server->place_y = at.y;
	server_pointer_move(server, &delta, at.x, at.y);
}

static void server_pointer_handle_button(void *data, uint32_t time, uint32_t button, bool pressed)
{
	struct server *server = data;
	server_idle_activity(server);
	if (pressed)
		server_input_pressed(server, server->seat.pointer.focus);
	if (pressed)
		server_take_drag(server, button);
	pointer_button(&server->seat, time, button, pressed);
	if (!pressed && !server_pointer_is_grabbed(server))
		server_update_pointer(server);
}

static void server_pointer_handle_axis(void *data, uint32_t time, const struct pointer_axis *event)
{
	struct server *server = data;
	server_idle_activity(server);
	pointer_axis(&server->seat, time, event);
}

static void server_pointer_handle_frame(void *data)
{
	struct server *server = data;
	pointer_frame(&server->seat);
}

const struct pointer_device_listener server_pointer_device = {
	.motion = server_pointer_handle_motion,
	.motion_absolute = server_pointer_handle_motion_absolute,
	.button = server_pointer_handle_button,
	.axis = server_pointer_handle_axis,
	.frame = server_pointer_handle_frame,
};

static void server_pointer_handle_unlocked_at(
	void *data, struct surface *surface, double sx, double sy)
{
	struct server *server = data;
	const struct seat_pointer *pointer = &server->seat.pointer;
	if (pointer->focus != surface)
		return;
	server_pointer_place_cursor(
		server, server->cursor.x + sx - pointer->sx, server->cursor.y + sy - pointer->sy);
	server_update_pointer(server);
}

static const struct pointer_constraints_listener server_pointer_constraints_listener = {
	.unlocked_at = server_pointer_handle_unlocked_at,
};

/* In the middle of the first screen. */
static void server_pointer_center(struct server *server)
{
	const struct server_screen *first = server_first_screen(server);
	struct xdg_box box = first ? first->place.box : (struct xdg_box){0};
	server_pointer_place_cursor(server, box.x + box.width / 2.0, box.y + box.height / 2.0);
}

static void server_pointer_handle_set_shape(void *data, uint32_t shape)
{
	struct server *server = data;
	server_pointer_set_shape(server, shape);
	server_schedule(server);
}

static const struct cursor_shape_listener server_pointer_shape_listener = {
	.set_shape = server_pointer_handle_set_shape,
};

static void server_pointer_handle_virtual_added(void *data)
{
	server_input_device(data, WL_SEAT_CAPABILITY_POINTER, true);
}

static void server_pointer_handle_virtual_removed(void *data)
{
	server_input_device(data, WL_SEAT_CAPABILITY_POINTER, false);
}

static const struct virtual_pointer_listener server_pointer_virtual_listener = {
	.added = server_pointer_handle_virtual_added,
	.removed = server_pointer_handle_virtual_removed,
};

bool server_pointer_create(struct server *server)
{
	struct wl_display *display = server->display;
	server->seat.listener = &server_pointer_seat_listener;
	server->seat.data = server;
	cursor_init(&server->cursor);
	cursor_init(&server->drag_icon);
	server_pointer_set_shape(server, WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_DEFAULT);
	server_pointer_center(server);
	server->relative_pointer.seat = &server->seat;
	server->gestures.seat = &server->seat;
	server->constraints.seat = &server->seat;
	server->constraints.listener = &server_pointer_constraints_listener;
	server->constraints.data = server;
	server->virtual_pointer.device = &server_pointer_device;
	server->virtual_pointer.listener = &server_pointer_virtual_listener;
	server->virtual_pointer.data = server;
	server->cursor_shape.listener = &server_pointer_shape_listener;
	server->cursor_shape.data = server;
	server->cursor_shape.seat = &server->seat;
	return seat_create(&server->seat, display) &&
	       relative_pointer_create(&server->relative_pointer, display) &&
	       pointer_gestures_create(&server->gestures, display) &&
	       pointer_constraints_create(&server->constraints, display) &&
	       virtual_pointer_create(&server->virtual_pointer, display) &&
	       cursor_shape_create(&server->cursor_shape, display);
}

void server_pointer_destroy(struct server *server)
{
	server_finish_cursor(server);
	if (server->pointer_idle)
		wl_event_source_remove(server->pointer_idle);
	server->pointer_idle = NULL;
	relative_pointer_destroy(&server->relative_pointer);
	pointer_gestures_destroy(&server->gestures);
	pointer_constraints_destroy(&server->constraints);
	virtual_pointer_destroy(&server->virtual_pointer);
	cursor_shape_destroy(&server->cursor_shape);
	if (server->cursor.surface)
		cursor_set(&server->cursor, NULL, 0, 0);
	cursor_theme_finish(&server->cursor_theme);
	seat_destroy(&server->seat);
}
