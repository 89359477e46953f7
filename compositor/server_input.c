#include "compositor/server_private.h"

#include "common/clock.h"
#include "common/log.h"
#include "compositor/input.h"
#include "compositor/session.h"

#include <wayland-server-protocol.h>

static void server_handle_set_cursor(
	void *data, struct surface *surface, int32_t hotspot_x, int32_t hotspot_y)
{
	struct server *server = data;
	cursor_set(&server->cursor, surface, hotspot_x, hotspot_y);
	screen_schedule(&server->screen);
}

static const struct seat_listener server_seat_listener = {
	.set_cursor = server_handle_set_cursor,
};

static void server_handle_drag_icon(void *data, struct surface *icon)
{
	struct server *server = data;
	cursor_set(&server->drag_icon, icon, 0, 0);
	screen_schedule(&server->screen);
}

static void server_handle_drag_ended(void *data)
{
	server_update_pointer(data);
}

static const struct data_device_listener server_data_device_listener = {
	.drag_icon = server_handle_drag_icon,
	.drag_ended = server_handle_drag_ended,
};

/* While a button is held the surface under it keeps the pointer, also outside of it (an implicit
 * grab). */
static bool server_pointer_is_grabbed(const struct server *server)
{
	return server->seat.pointer.focus && server->seat.pointer.buttons > 0;
}

static void server_move_cursor(struct server *server, double x, double y)
{
	cursor_move(&server->cursor, x, y, server->screen.width, server->screen.height);
	cursor_move(&server->drag_icon, x, y, server->screen.width, server->screen.height);
}

/* True: the client was told something, and wants a wl_pointer.frame. */
static bool server_point(struct server *server, uint32_t time, double x, double y)
{
	struct cursor *cursor = &server->cursor;
	struct seat_pointer *pointer = &server->seat.pointer;
	double old_x = cursor->x, old_y = cursor->y, sx = 0, sy = 0;
	server_move_cursor(server, x, y);
	if ((cursor->surface || server->drag_icon.surface) &&
		(cursor->x != old_x || cursor->y != old_y))
		screen_schedule(&server->screen);
	if (server_pointer_is_grabbed(server)) {
		sx = pointer->sx + cursor->x - old_x;
		sy = pointer->sy + cursor->y - old_y;
	} else {
		pointer_set_focus(&server->seat,
			desktop_surface_at(&server->desktop, cursor->x, cursor->y, &sx, &sy), sx,
			sy);
	}
	return pointer_motion(&server->seat, time, sx, sy);
}

void server_update_pointer(struct server *server)
{
	uint32_t now = (uint32_t)(clock_now() / 1000000);
	bool pointer = server->seat.capabilities & WL_SEAT_CAPABILITY_POINTER;
	if (pointer && server_point(server, now, server->cursor.x, server->cursor.y))
		pointer_frame(&server->seat);
}

static void server_handle_motion(void *data, uint32_t time, double dx, double dy)
{
	struct server *server = data;
	server_point(server, time, server->cursor.x + dx, server->cursor.y + dy);
}

static void server_handle_motion_absolute(void *data, uint32_t time, double x, double y)
{
	struct server *server = data;
	server_point(server, time, x * server->screen.width, y * server->screen.height);
}

static void server_handle_button(void *data, uint32_t time, uint32_t button, bool pressed)
{
	struct server *server = data;
	if (pressed)
		desktop_pressed(&server->desktop, server->seat.pointer.focus);
	pointer_button(&server->seat, time, button, pressed);
	if (!pressed && !server_pointer_is_grabbed(server))
		server_update_pointer(server);
}

static void server_handle_axis(void *data, uint32_t time, const struct pointer_axis *event)
{
	struct server *server = data;
	pointer_axis(&server->seat, time, event);
}

static void server_handle_pointer_frame(void *data)
{
	struct server *server = data;
	pointer_frame(&server->seat);
}

static void server_handle_switch_vt(void *data, int vt)
{
	struct server *server = data;
	session_switch_vt(server->session, vt);
}

const struct input_listener server_input_listener = {
	.motion = server_handle_motion,
	.motion_absolute = server_handle_motion_absolute,
	.button = server_handle_button,
	.axis = server_handle_axis,
	.pointer_frame = server_handle_pointer_frame,
	.switch_vt = server_handle_switch_vt,
};

bool server_open_input(struct server *server)
{
	server->seat.listener = &server_seat_listener;
	server->seat.data = server;
	cursor_init(&server->cursor);
	cursor_init(&server->drag_icon);
	server_move_cursor(server, server->screen.width / 2.0, server->screen.height / 2.0);
	server->data_device.listener = &server_data_device_listener;
	server->data_device.data = server;
	server->data_device.seat = &server->seat;
	if (!seat_create(&server->seat, server->display) ||
		!data_device_create(&server->data_device, server->display)) {
		log_error("the seat cannot be made: no memory");
		return false;
	}
	if (!server->session)
		return true;
	server->input = input_create(
		server->loop, server->session, &server->seat, &server_input_listener, server);
	return server->input;
}

void server_close_input(struct server *server)
{
	input_destroy(server->input);
	server->input = NULL;
	data_device_destroy(&server->data_device);
	seat_destroy(&server->seat);
}
