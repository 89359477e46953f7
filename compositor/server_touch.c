#include "compositor/server_input.h"

#include "protocol/seat_grab.h"

void server_touch_down(void *data, uint32_t time, int32_t id, const struct input_place *place)
{
	struct server *server = data;
	struct input_place at = *place;
	double sx = 0, sy = 0;
	server_idle_activity(server);
	server_input_find_place(server, &at);
	struct surface *surface = server_surface_at(server, at.x, at.y, &sx, &sy);
	server_input_pressed(server, surface);
	struct seat_touch_point *point = touch_down(&server->seat, time, id, surface, sx, sy);
	if (!point)
		return;
	point->origin_x = at.x - sx;
	point->origin_y = at.y - sy;
}

/* A drag's finger is over whatever is below it, and its icon with it. */
static void server_touch_drag(
	struct server *server, struct seat_touch_point *point, uint32_t time, double x, double y)
{
	double sx = 0, sy = 0;
	struct surface *surface = server_surface_at(server, x, y, &sx, &sy);
	server_input_move_icon(server, point, x, y);
	server_schedule(server);
	drag_move(&server->desktop.drag, point, x, y);
	point->grab->focus(point->grab_data, surface, sx, sy);
	touch_motion(&server->seat, time, point->id, sx, sy);
}

/* The surface on which a finger came down keeps it, wherever it goes. */
void server_touch_motion(void *data, uint32_t time, int32_t id, const struct input_place *place)
{
	struct server *server = data;
	struct input_place at = *place;
	struct seat_touch_point *point = touch_find(&server->seat, id);
	server_idle_activity(server);
	if (!point)
		return;
	server_input_find_place(server, &at);
	if (point->grab)
		server_touch_drag(server, point, time, at.x, at.y);
	else
		touch_motion(
			&server->seat, time, id, at.x - point->origin_x, at.y - point->origin_y);
}

void server_touch_up(void *data, uint32_t time, int32_t id)
{
	struct server *server = data;
	server_idle_activity(server);
	touch_up(&server->seat, time, id);
}

void server_touch_cancel(void *data)
{
	struct server *server = data;
	touch_cancel(&server->seat);
}

void server_touch_frame(void *data)
{
	struct server *server = data;
	touch_frame(&server->seat);
}
