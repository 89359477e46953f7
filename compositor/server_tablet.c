/*
 * Drawing tablets. A client that knows their protocol gets the tools' events; for another the tool
 * is a pointer, whose left button is the tip.
 */
#include "compositor/server_input.h"

#include "common/clock.h"

#include <linux/input-event-codes.h>

/* The tool's tip is the one button of it that programs without tablets know. */
static void server_tablet_point(struct server *server, const struct input_tool_event *event)
{
	const struct input_place *place = &event->place;
	const struct pointer_device_listener *pointer = &server_pointer_device;
	if (!event->near && !server->tablet_tip) {
		server_update_pointer(server); /* it may be where a tool was */
		return;
	}
	pointer->motion_absolute(server, event->time, place->x, place->y, place->output);
	bool tip = event->near && event->tip;
	if (tip != server->tablet_tip)
		pointer->button(server, event->time, BTN_LEFT, tip);
	server->tablet_tip = tip;
	pointer->frame(server);
}

/* While its tip or a button is down the surface under a tool keeps it. */
static struct surface *server_tablet_surface_at(const struct server *server,
	const struct input_tool_event *event, double x, double y, double *sx, double *sy)
{
	const struct tablet_tool *tool = event->tool;
	if (!event->near)
		return NULL;
	if (tool->focus && tablet_tool_is_held(tool)) {
		*sx = x - server->tablet_origin_x;
		*sy = y - server->tablet_origin_y;
		return tool->focus;
	}
	return server_surface_at(server, x, y, sx, sy);
}

/* Whether it goes on with a stroke that was ended under it, by the lock or its surface's end: the
 * rest is nobody's. */
static bool server_tablet_is_void(const struct server *server, const struct input_tool_event *event)
{
	const struct tablet_tool *tool = event->tool;
	return event->tip && tool->touches && !tool->down && !server->tablet_tip;
}

/* There is one cursor, and its picture is the tool's: while that is over a surface nobody has the
 * pointer, but who holds a button. */
static void server_tablet_take_cursor(struct server *server)
{
	const struct seat_pointer *pointer = &server->seat.pointer;
	if (!pointer->grab && pointer->held.len == 0)
		pointer_set_focus(&server->seat, NULL, 0, 0);
}

static void server_tablet_tell(
	struct tablet_tool *tool, const struct input_tool_event *event, double sx, double sy)
{
	tablet_tool_motion(tool, sx, sy);
	tablet_tool_set_axes(tool, &event->axes);
	tablet_tool_tip(tool, event->tip);
	if (event->button)
		tablet_tool_button(tool, event->button, event->pressed);
	tablet_tool_frame(tool, event->time);
}

void server_tablet_tool(void *data, const struct input_tool_event *event)
{
	struct server *server = data;
	struct tablet_tool *tool = event->tool;
	struct input_place at = event->place;
	double sx = 0, sy = 0;
	bool is_void = server_tablet_is_void(server, event);
	tool->touches = event->tip;
	server_idle_activity(server);
	if (is_void)
		return;
	server_input_find_place(server, &at);
	struct surface *surface = server_tablet_surface_at(server, event, at.x, at.y, &sx, &sy);
	if (server->tablet_tip || (surface && !tablet_tool_is_known(tool, surface)))
		surface = NULL;
	if (event->tip && !tool->down && surface)
		server_input_pressed(server, surface);
	if (surface && !tool->focus)
		server_tablet_take_cursor(server);
	tablet_tool_set_focus(tool, event->tablet, surface);
	server->tablet_origin_x = at.x - sx;
	server->tablet_origin_y = at.y - sy;
	if (!tool->focus) {
		server_tablet_point(server, event);
		return;
	}
	server->tool_leads = true;
	server_tablet_tell(tool, event, sx, sy);
	server_wake_cursor(server);
	server_pointer_place_cursor(server, at.x, at.y);
}

/* Moving, resizing and dragging are the pointer's and the fingers': the tool is a pointer to the
 * end of its stroke, as it is for clients that know no tablets. */
bool server_tablet_become_pointer(void *data, struct surface *surface, uint32_t serial)
{
	struct server *server = data;
	struct tablet_tool *tool = tablet_find_press(&server->tablets, surface, serial);
	if (!tool)
		return false;
	struct surface *focus = tool->focus;
	tablet_tool_set_focus(tool, NULL, NULL);
	pointer_set_focus(&server->seat, focus, server->cursor.x - server->tablet_origin_x,
		server->cursor.y - server->tablet_origin_y);
	pointer_button(&server->seat, clock_event_time(), BTN_LEFT, true);
	pointer_frame(&server->seat);
	server->tablet_tip = true;
	return true;
}

bool server_tablet_create(struct server *server)
{
	server->tablets.seat = &server->seat;
	return tablet_create(&server->tablets, server->display);
}

void server_tablet_destroy(struct server *server)
{
	tablet_destroy(&server->tablets);
}
