#include "compositor/server_input.h"

#include "common/log.h"

#include <string.h>
#include <wayland-server-protocol.h>

void server_input_move_icon(
	struct server *server, const struct seat_touch_point *finger, double x, double y)
{
	if (server->drag_finger == finger)
		cursor_move(&server->drag_icon, x, y);
}

static void server_input_handle_drag_icon(
	void *data, struct surface *icon, const struct seat_touch_point *finger)
{
	struct server *server = data;
	double x = finger ? finger->origin_x + finger->sx : server->cursor.x,
	       y = finger ? finger->origin_y + finger->sy : server->cursor.y;
	server->drag_finger = finger;
	server_input_move_icon(server, finger, x, y);
	cursor_set(&server->drag_icon, icon, 0, 0);
	server_schedule(server);
}

static void server_input_handle_drag_ended(void *data)
{
	server_update_pointer(data);
}

static const struct data_device_listener server_input_data_device_listener = {
	.drag_icon = server_input_handle_drag_icon,
	.drag_ended = server_input_handle_drag_ended,
};

bool server_has_pointer(const struct server *server)
{
	return server->devices[0] > 0; /* WL_SEAT_CAPABILITY_POINTER is bit 0 */
}

void server_tell_devices(struct server *server)
{
	bool known = !server->session || server->input;
	uint32_t capabilities =
		known ? 0 : WL_SEAT_CAPABILITY_POINTER | WL_SEAT_CAPABILITY_KEYBOARD;
	for (int i = 0; i < SERVER_CAPABILITIES; i++) {
		if (server->devices[i] > 0)
			capabilities |= UINT32_C(1) << i;
	}
	seat_set_capabilities(&server->seat, capabilities);
}

void server_input_device(void *data, uint32_t capability, bool added)
{
	struct server *server = data;
	for (int i = 0; i < SERVER_CAPABILITIES; i++) {
		if (capability & UINT32_C(1) << i)
			server->devices[i] += added ? 1 : -1;
	}
	if (capability == WL_SEAT_CAPABILITY_TOUCH && !added)
		touch_cancel(&server->seat);
	server_tell_devices(server);
	if (!(capability & WL_SEAT_CAPABILITY_POINTER))
		return;
	server_schedule(server); /* with the last one its picture goes */
	if (added) {
		server_wake_cursor(server);      /* and to sleep, if it is never moved */
		server_schedule_pointer(server); /* whoever is below it has it, also unmoved */
	}
}

void server_input_find_place(const struct server *server, struct input_place *place)
{
	const struct server_screen *screen;
	wl_list_for_each (screen, &server->screens, link) {
		const struct output_map *map = &screen->screen.output.map;
		if (!(place->output & UINT32_C(1) << screen->screen.output.index))
			continue;
		place->x *= map->width;
		place->y *= map->height;
		output_map_to_logical(map, &place->x, &place->y);
		return;
	}
	struct xdg_box box = server_layout_box(server);
	place->x = box.x + place->x * box.width;
	place->y = box.y + place->y * box.height;
}

/* Hosts that have one mouse for all of their windows: vboxguest's, where VirtualBox makes a place
 * one among all screens (MouseImpl.cpp, VMMDEV_MOUSE_NEW_PROTOCOL), and spice-vdagentd's
 * (uinput.c). */
static bool server_input_spans(const char *device)
{
	static const char *const names[] = {"VirtualBox mouse integration", "spice vdagent tablet"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(names[i], device) == 0)
			return true;
	}
	return false;
}

/*
 * Named by the configuration, else by udev; else all of them for a host's that spans them; else the
 * first device of its kind lies over the first connector's display, the second over the second's,
 * as a virtual machine's heads have a mouse each.
 */
static uint32_t server_input_output_of(void *data, const struct input_device_info *device)
{
	const struct server *server = data;
	const char *name = settings_find_output(&server->settings, device->name);
	if (!name)
		name = device->output;
	bool spans = name ? strcmp(name, "*") == 0 : server_input_spans(device->name);
	if (spans && wl_list_length(&server->screens) > 1)
		return 0;
	const struct server_screen *screen =
		name ? server_find_screen(server, name) : server_nth_screen(server, device->nth);
	if (!screen)
		screen = server_first_screen(server);
	return screen ? UINT32_C(1) << screen->screen.output.index : 0;
}

struct surface *server_surface_at(
	const struct server *server, double x, double y, double *sx, double *sy)
{
	if (server->session_lock.locked)
		return server_lock_surface_at(server, x, y, sx, sy);
	struct surface *popup = server_text_surface_at(server, x, y, sx, sy);
	return popup ? popup : desktop_surface_at(&server->desktop, x, y, sx, sy);
}

/* Whether its client types for others: an input method, or an on-screen keyboard. */
static bool server_input_types(const struct server *server, const struct surface *surface)
{
	const struct input_method *method = server->input_method.method;
	const struct wl_client *client = wl_resource_get_client(surface->resource);
	return (method && wl_resource_get_client(method->resource) == client) ||
	       virtual_keyboard_is_of(&server->virtual_keyboard, client);
}

void server_input_pressed(struct server *server, struct surface *surface)
{
	desktop_pressed(&server->desktop, surface, surface && server_input_types(server, surface));
}

static void server_input_gesture_begin(
	void *data, enum pointer_gesture kind, uint32_t time, uint32_t fingers)
{
	struct server *server = data;
	server_idle_activity(server);
	pointer_gestures_begin(&server->gestures, kind, time, fingers);
}

static void server_input_gesture_update(void *data, enum pointer_gesture kind, uint32_t time,
	const struct pointer_gesture_update *update)
{
	struct server *server = data;
	server_idle_activity(server);
	pointer_gestures_update(&server->gestures, kind, time, update);
}

static void server_input_gesture_end(
	void *data, enum pointer_gesture kind, uint32_t time, bool cancelled)
{
	struct server *server = data;
	pointer_gestures_end(&server->gestures, kind, time, cancelled);
}

/* Nobody let go of what is dragged: it is no drop. */
static void server_input_held_device_gone(void *data, bool finger)
{
	struct server *server = data;
	if (finger)
		touch_cancel(&server->seat);
	else
		pointer_cancel_grab(&server->seat);
}

const struct input_listener server_input_listener = {
	.output_of = server_input_output_of,
	.device = server_input_device,
	.held_device_gone = server_input_held_device_gone,
	.pointer = &server_pointer_device,
	.key = server_keyboard_key,
	.touch_down = server_touch_down,
	.touch_motion = server_touch_motion,
	.touch_up = server_touch_up,
	.touch_cancel = server_touch_cancel,
	.touch_frame = server_touch_frame,
	.tool = server_tablet_tool,
	.gesture_begin = server_input_gesture_begin,
	.gesture_update = server_input_gesture_update,
	.gesture_end = server_input_gesture_end,
};

static bool server_input_create_data(struct server *server)
{
	server->data_device.listener = &server_input_data_device_listener;
	server->data_device.data = server;
	server->data_device.seat = &server->seat;
	server->primary_selection.seat = &server->seat;
	server->data_control.seat = &server->seat;
	return data_device_create(&server->data_device, server->display) &&
	       primary_selection_create(&server->primary_selection, server->display) &&
	       data_control_create(&server->data_control, server->display);
}

bool server_open_input(struct server *server)
{
	if (!server_pointer_create(server) || !server_keyboard_create(server) ||
		!server_input_create_data(server) || !server_text_create(server) ||
		!server_tablet_create(server) || !server_idle_create(server)) {
		log_error("the seat cannot be made");
		return false;
	}
	if (server->session)
		return server_open_devices(server);
	if (!server_keyboard_prepare(server))
		return false;
	/* Virtual devices come and go with their clients: what a short-lived one does
	 * would be over before any client had asked for the seat's keyboard. */
	server_input_device(server, WL_SEAT_CAPABILITY_POINTER, true);
	server_input_device(server, WL_SEAT_CAPABILITY_KEYBOARD, true);
	return true;
}

void server_close_input(struct server *server)
{
	server_close_devices(server);
	server_idle_destroy(server);
	server_text_destroy(server);
	server_tablet_destroy(server);
	data_control_destroy(&server->data_control);
	primary_selection_destroy(&server->primary_selection);
	data_device_destroy(&server->data_device);
	server_keyboard_destroy(server);
	server_pointer_destroy(server);
}
