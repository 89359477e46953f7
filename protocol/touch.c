#include "protocol/touch.h"

#include "common/clock.h"
#include "protocol/resource.h"
#include "protocol/seat_grab.h"
#include "protocol/seat_private.h"
#include "protocol/surface.h"

#include <wayland-server-protocol.h>

static const struct wl_touch_interface touch_implementation = {
	.release = resource_handle_destroy,
};

void touch_create(struct seat *seat, struct wl_client *client, uint32_t version, uint32_t id)
{
	struct wl_resource *resource = resource_create(client, &wl_touch_interface, version, id,
		&touch_implementation, seat, resource_unlink);
	if (resource)
		wl_list_insert(&seat->touch.resources, wl_resource_get_link(resource));
}

struct seat_touch_point *touch_find(struct seat *seat, int32_t id)
{
	for (int i = 0; i < TOUCH_MAX_POINTS; i++) {
		struct seat_touch_point *point = &seat->touch.points[i];
		if (point->down && point->id == id)
			return point;
	}
	return NULL;
}

static struct seat_touch_point *touch_take_point(struct seat *seat)
{
	for (int i = 0; i < TOUCH_MAX_POINTS; i++) {
		struct seat_touch_point *point = &seat->touch.points[i];
		if (!point->down && !point->told)
			return point;
	}
	return NULL;
}

static void touch_watch(struct seat_touch_point *point, struct surface *surface);

/* Its client hears no more of the finger: for it that is lifted. */
static void touch_let_go(struct seat_touch_point *point)
{
	struct seat *seat = point->seat;
	uint32_t serial = seat_next_serial(seat, point->surface);
	uint32_t now = clock_event_time();
	struct wl_resource *resource;
	seat_for_each_focused(resource, &seat->touch.resources, point->surface)
	{
		wl_touch_send_up(resource, serial, now, point->id);
		wl_touch_send_frame(resource);
	}
	point->told = NULL;
	touch_watch(point, NULL);
}

static void touch_handle_surface_destroy(struct wl_listener *listener, void *data)
{
	struct seat_touch_point *point = wl_container_of(listener, point, surface_destroy);
	touch_let_go(point);
}

static void touch_watch(struct seat_touch_point *point, struct surface *surface)
{
	seat_watch_focus(
		&point->surface, &point->surface_destroy, surface, touch_handle_surface_destroy);
}

/* The point's client is told something, and of its frame then. */
static void touch_tell(struct seat_touch_point *point)
{
	if (point->surface)
		point->told = wl_resource_get_client(point->surface->resource);
}

struct seat_touch_point *touch_down(
	struct seat *seat, uint32_t time, int32_t id, struct surface *surface, double sx, double sy)
{
	struct seat_touch_point *point = touch_find(seat, id) ? NULL : touch_take_point(seat);
	struct wl_resource *resource;
	if (!point)
		return NULL;
	point->down = true;
	point->id = id;
	point->sx = sx;
	point->sy = sy;
	point->serial = seat_next_serial(seat, surface);
	touch_watch(point, surface);
	touch_tell(point);
	seat_for_each_focused(resource, &seat->touch.resources, surface)
		wl_touch_send_down(resource, point->serial, time, surface->resource, id,
			wl_fixed_from_double(sx), wl_fixed_from_double(sy));
	return point;
}

void touch_motion(struct seat *seat, uint32_t time, int32_t id, double sx, double sy)
{
	struct seat_touch_point *point = touch_find(seat, id);
	struct wl_resource *resource;
	wl_fixed_t x = wl_fixed_from_double(sx), y = wl_fixed_from_double(sy);
	if (!point)
		return;
	if (point->grab) {
		point->grab->motion(point->grab_data, time, sx, sy);
		return;
	}
	if (x == wl_fixed_from_double(point->sx) && y == wl_fixed_from_double(point->sy))
		return;
	point->sx = sx;
	point->sy = sy;
	touch_tell(point);
	seat_for_each_focused(resource, &seat->touch.resources, point->surface)
		wl_touch_send_motion(resource, time, id, x, y);
}

void touch_up(struct seat *seat, uint32_t time, int32_t id)
{
	struct seat_touch_point *point = touch_find(seat, id);
	struct wl_resource *resource;
	if (!point)
		return;
	point->down = false;
	if (point->grab) {
		point->grab->release(point->grab_data);
		return;
	}
	uint32_t serial = seat_next_serial(seat, point->surface);
	touch_tell(point);
	seat_for_each_focused(resource, &seat->touch.resources, point->surface)
		wl_touch_send_up(resource, serial, time, id);
	touch_watch(point, NULL);
}

static bool touch_was_told(const struct seat *seat, const struct wl_client *client)
{
	for (int i = 0; i < TOUCH_MAX_POINTS; i++) {
		if (seat->touch.points[i].told == client)
			return true;
	}
	return false;
}

static void touch_forget_told(struct seat *seat)
{
	for (int i = 0; i < TOUCH_MAX_POINTS; i++)
		seat->touch.points[i].told = NULL;
}

void touch_frame(struct seat *seat)
{
	struct wl_resource *resource;
	wl_resource_for_each (resource, &seat->touch.resources) {
		if (touch_was_told(seat, wl_resource_get_client(resource)))
			wl_touch_send_frame(resource);
	}
	touch_forget_told(seat);
}

void touch_cancel(struct seat *seat)
{
	struct wl_resource *resource;
	touch_forget_told(seat);
	for (int i = 0; i < TOUCH_MAX_POINTS; i++)
		touch_tell(&seat->touch.points[i]);
	wl_resource_for_each (resource, &seat->touch.resources) {
		if (touch_was_told(seat, wl_resource_get_client(resource)))
			wl_touch_send_cancel(resource);
	}
	touch_forget_told(seat);
	for (int i = 0; i < TOUCH_MAX_POINTS; i++) {
		struct seat_touch_point *point = &seat->touch.points[i];
		touch_watch(point, NULL);
		point->down = false;
		if (point->grab)
			point->grab->cancel(point->grab_data);
	}
}

struct seat_touch_point *touch_find_grab(
	struct seat *seat, struct surface *surface, uint32_t serial)
{
	for (int i = 0; i < TOUCH_MAX_POINTS; i++) {
		struct seat_touch_point *point = &seat->touch.points[i];
		if (point->down && point->surface && !point->grab && point->serial == serial &&
			surface_root(point->surface) == surface_root(surface))
			return point;
	}
	return NULL;
}

void touch_start_grab(struct seat_touch_point *point, const struct seat_grab *grab, void *data)
{
	point->grab = grab;
	point->grab_data = data;
}

void touch_end_grab(struct seat_touch_point *point)
{
	point->grab = NULL;
	touch_let_go(point);
}

void touch_init(struct seat *seat)
{
	wl_list_init(&seat->touch.resources);
	for (int i = 0; i < TOUCH_MAX_POINTS; i++)
		seat->touch.points[i].seat = seat;
}

void touch_finish(struct seat *seat)
{
	for (int i = 0; i < TOUCH_MAX_POINTS; i++)
		touch_watch(&seat->touch.points[i], NULL);
}
