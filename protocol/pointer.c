#include "protocol/pointer.h"

#include "protocol/resource.h"
#include "protocol/seat_grab.h"
#include "protocol/seat_private.h"
#include "protocol/surface.h"

#include <wayland-server-protocol.h>

static const struct surface_role pointer_cursor_role = {
	.name = "cursor",
	.any_size = true,
	.destroy = pointer_handle_cursor_destroy,
};

void pointer_set_cursor(
	struct seat *seat, struct surface *surface, int32_t hotspot_x, int32_t hotspot_y)
{
	seat->pointer.cursor = surface;
	seat->listener->set_cursor(seat->data, surface, hotspot_x, hotspot_y);
}

void pointer_handle_cursor_destroy(struct surface *surface)
{
	struct seat *seat = surface->role_data;
	surface->role_data = NULL;
	if (seat->pointer.cursor == surface)
		pointer_set_cursor(seat, NULL, 0, 0);
}

bool pointer_may_set_cursor(
	const struct seat *seat, const struct wl_client *client, uint32_t serial)
{
	const struct seat_pointer *pointer = &seat->pointer;
	if (serial != pointer->enter_serial)
		return false;
	/* A drag's client still sets it, to show the action (wl_data_source.action). */
	if (pointer->grab)
		return client == pointer->grab_client;
	return pointer->focus && wl_resource_get_client(pointer->focus->resource) == client;
}

void pointer_forget_cursor(struct seat *seat)
{
	seat->pointer.cursor = NULL;
}

static void pointer_handle_set_cursor(struct wl_client *client, struct wl_resource *resource,
	uint32_t serial, struct wl_resource *surface_resource, int32_t hotspot_x, int32_t hotspot_y)
{
	struct seat *seat = wl_resource_get_user_data(resource);
	if (!seat)
		return;
	struct surface *surface = surface_resource ? surface_from_resource(surface_resource) : NULL;
	if (surface && !surface_set_role(surface, &pointer_cursor_role, seat, resource,
			       WL_POINTER_ERROR_ROLE))
		return;
	if (pointer_may_set_cursor(seat, client, serial))
		pointer_set_cursor(seat, surface, space_limit(hotspot_x), space_limit(hotspot_y));
}

static const struct wl_pointer_interface pointer_implementation = {
	.set_cursor = pointer_handle_set_cursor,
	.release = resource_handle_destroy,
};

static void pointer_send_frame(struct wl_resource *resource)
{
	if (wl_resource_get_version(resource) >= WL_POINTER_FRAME_SINCE_VERSION)
		wl_pointer_send_frame(resource);
}

static void pointer_send_enter(struct seat_pointer *pointer, struct wl_resource *resource)
{
	wl_pointer_send_enter(resource, pointer->enter_serial, pointer->focus->resource,
		wl_fixed_from_double(pointer->sx), wl_fixed_from_double(pointer->sy));
	pointer_send_frame(resource);
}

void pointer_create(struct seat *seat, struct wl_client *client, uint32_t version, uint32_t id)
{
	struct wl_resource *resource = resource_create(client, &wl_pointer_interface, version, id,
		&pointer_implementation, seat, resource_unlink);
	if (!resource)
		return;
	struct seat_pointer *pointer = &seat->pointer;
	wl_list_insert(&pointer->resources, wl_resource_get_link(resource));
	if (pointer->focus && wl_resource_get_client(pointer->focus->resource) == client)
		pointer_send_enter(pointer, resource);
}

static void pointer_handle_focus_destroy(struct wl_listener *listener, void *data)
{
	struct seat *seat = wl_container_of(listener, seat, pointer.focus_destroy);
	pointer_set_focus(seat, NULL, 0, 0);
}

/* The focus' clients are told that it is left; surface is the next one. */
static void pointer_leave_for(struct seat *seat, struct surface *surface)
{
	struct seat_pointer *pointer = &seat->pointer;
	struct wl_resource *resource;
	if (pointer->focus) {
		uint32_t serial = wl_display_next_serial(seat->display);
		seat_for_each_focused(resource, &pointer->resources, pointer->focus)
		{
			wl_pointer_send_leave(resource, serial, pointer->focus->resource);
			pointer_send_frame(resource);
		}
	}
	pointer->axis_source_sent = false;
	seat_watch_focus(
		&pointer->focus, &pointer->focus_destroy, surface, pointer_handle_focus_destroy);
}

static void pointer_change_focus(struct seat *seat, struct surface *surface, double sx, double sy)
{
	struct seat_pointer *pointer = &seat->pointer;
	pointer_leave_for(seat, surface);
	pointer->sx = sx;
	pointer->sy = sy;
	/* The picture is the last client's until the new one sets its own; nothing is shown
	 * meanwhile. */
	pointer_set_cursor(seat, NULL, 0, 0);
	struct wl_resource *resource;
	if (surface)
		pointer->enter_serial = seat_next_serial(seat, surface);
	seat_for_each_focused(resource, &pointer->resources, surface)
		pointer_send_enter(pointer, resource);
	wl_signal_emit_mutable(&seat->events.pointer_focus, seat);
}

void pointer_set_focus(struct seat *seat, struct surface *surface, double sx, double sy)
{
	struct seat_pointer *pointer = &seat->pointer;
	if (pointer->grab) {
		pointer->grab->focus(pointer->grab_data, surface, sx, sy);
		return;
	}
	if (pointer->focus == surface)
		return;
	pointer->held.len = 0;
	pointer_change_focus(seat, surface, sx, sy);
}

void pointer_pass_focus(struct seat *seat, struct surface *surface, double sx, double sy)
{
	if (seat->pointer.focus != surface)
		pointer_change_focus(seat, surface, sx, sy);
}

bool pointer_motion(struct seat *seat, uint32_t time, double sx, double sy)
{
	struct seat_pointer *pointer = &seat->pointer;
	wl_fixed_t x = wl_fixed_from_double(sx), y = wl_fixed_from_double(sy);
	if (x == wl_fixed_from_double(pointer->sx) && y == wl_fixed_from_double(pointer->sy))
		return false;
	pointer->sx = sx;
	pointer->sy = sy;
	if (pointer->grab) {
		pointer->grab->motion(pointer->grab_data, time, sx, sy);
		return false;
	}
	struct wl_resource *resource;
	seat_for_each_focused(resource, &pointer->resources, pointer->focus)
		wl_pointer_send_motion(resource, time, x, y);
	return pointer->focus;
}

void pointer_button(struct seat *seat, uint32_t time, uint32_t button, bool pressed)
{
	struct seat_pointer *pointer = &seat->pointer;
	if (!held_keys_track(&pointer->held, button, pressed))
		return; /* pressed before the focus came here, or by another device, too */
	uint32_t serial = seat_next_serial(seat, pointer->focus);
	if (pressed && pointer->held.len == 1)
		pointer->press_serial = serial;
	if (pointer->grab) {
		if (pointer->held.len == 0)
			pointer->grab->release(pointer->grab_data);
		return;
	}
	struct wl_resource *resource;
	seat_for_each_focused(resource, &pointer->resources, pointer->focus) wl_pointer_send_button(
		resource, serial, time, button,
		pressed ? WL_POINTER_BUTTON_STATE_PRESSED : WL_POINTER_BUTTON_STATE_RELEASED);
}

static void pointer_send_axis_source(struct wl_resource *resource, uint32_t source)
{
	if (wl_resource_get_version(resource) >= WL_POINTER_AXIS_SOURCE_SINCE_VERSION)
		wl_pointer_send_axis_source(resource, source);
}

static void pointer_send_axis(
	struct wl_resource *resource, uint32_t time, const struct pointer_axis *event)
{
	int version = wl_resource_get_version(resource);
	if (event->value == 0) {
		if (version >= WL_POINTER_AXIS_STOP_SINCE_VERSION)
			wl_pointer_send_axis_stop(resource, time, event->axis);
		return;
	}
	if (version >= WL_POINTER_AXIS_RELATIVE_DIRECTION_SINCE_VERSION)
		wl_pointer_send_axis_relative_direction(resource, event->axis,
			event->inverted ? WL_POINTER_AXIS_RELATIVE_DIRECTION_INVERTED
					: WL_POINTER_AXIS_RELATIVE_DIRECTION_IDENTICAL);
	if (event->v120 && version >= WL_POINTER_AXIS_VALUE120_SINCE_VERSION)
		wl_pointer_send_axis_value120(resource, event->axis, event->v120);
	else if (event->v120 / 120 && version >= WL_POINTER_AXIS_DISCRETE_SINCE_VERSION)
		wl_pointer_send_axis_discrete(resource, event->axis, event->v120 / 120);
	wl_pointer_send_axis(resource, time, event->axis, wl_fixed_from_double(event->value));
}

void pointer_axis(struct seat *seat, uint32_t time, const struct pointer_axis *event)
{
	struct seat_pointer *pointer = &seat->pointer;
	struct wl_resource *resource;
	seat_for_each_focused(resource, &pointer->resources, pointer->focus)
	{
		if (!pointer->axis_source_sent)
			pointer_send_axis_source(resource, event->source);
		pointer_send_axis(resource, time, event);
	}
	pointer->axis_source_sent = true;
}

void pointer_frame(struct seat *seat)
{
	struct wl_resource *resource;
	seat->pointer.axis_source_sent = false;
	seat_for_each_focused(resource, &seat->pointer.resources, seat->pointer.focus)
		pointer_send_frame(resource);
}

bool pointer_claim_press(struct seat *seat, struct surface *surface, uint32_t serial)
{
	const struct seat_pointer *pointer = &seat->pointer;
	if (pointer->focus && pointer->held.len > 0 && pointer->press_serial == serial)
		return surface_root(pointer->focus) == surface_root(surface);
	return !pointer->grab && pointer->held.len == 0 &&
	       seat->listener->take_over(seat->data, surface, serial);
}

void pointer_start_grab(struct seat *seat, const struct seat_grab *grab, void *data)
{
	struct seat_pointer *pointer = &seat->pointer;
	pointer->grab = grab;
	pointer->grab_data = data;
	pointer->grab_client = wl_resource_get_client(pointer->focus->resource);
	pointer_leave_for(seat, NULL);
	wl_signal_emit_mutable(&seat->events.pointer_focus, seat);
}

void pointer_end_grab(struct seat *seat)
{
	seat->pointer.grab = NULL;
	pointer_set_cursor(seat, NULL, 0, 0);
}

void pointer_cancel_grab(struct seat *seat)
{
	const struct seat_pointer *pointer = &seat->pointer;
	if (pointer->grab)
		pointer->grab->cancel(pointer->grab_data);
}

void pointer_cancel(struct seat *seat)
{
	pointer_cancel_grab(seat);
	pointer_set_focus(seat, NULL, 0, 0);
}

void pointer_init(struct seat *seat)
{
	wl_list_init(&seat->pointer.resources);
}

void pointer_finish(struct seat *seat)
{
	seat_watch_focus(&seat->pointer.focus, &seat->pointer.focus_destroy, NULL, NULL);
}
