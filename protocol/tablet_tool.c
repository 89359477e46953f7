#include "common/xalloc.h"
#include "protocol/resource.h"
#include "protocol/seat_private.h"
#include "protocol/surface.h"
#include "protocol/tablet_private.h"

#include "tablet-v2-server.h"

#include <math.h>
#include <stdlib.h>

#define TABLET_TOOL_MAX 65535 /* of a normalised axis on the wire */

/* wl_resource_for_each over those of the focus' client. */
#define tablet_tool_for_each(resource, tool) \
	wl_resource_for_each (resource, &(tool)->resources) \
		if ((tool)->focus && wl_resource_get_client(resource) == \
					     wl_resource_get_client((tool)->focus->resource))

static const struct surface_role tablet_tool_cursor_role = {
	.name = "zwp_tablet_tool_v2 cursor",
	.any_size = true,
	.destroy = pointer_handle_cursor_destroy,
};

struct tablet_tool *tablet_tool_from_resource(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}

bool tablet_tool_may_set_cursor(
	const struct tablet_tool *tool, const struct wl_client *client, uint32_t serial)
{
	return tool->focus && wl_resource_get_client(tool->focus->resource) == client &&
	       serial == tool->serial;
}

static void tablet_tool_handle_set_cursor(struct wl_client *client, struct wl_resource *resource,
	uint32_t serial, struct wl_resource *surface_resource, int32_t hotspot_x, int32_t hotspot_y)
{
	const struct tablet_tool *tool = tablet_tool_from_resource(resource);
	if (!tool)
		return;
	struct seat *seat = tool->manager->seat;
	struct surface *surface = surface_resource ? surface_from_resource(surface_resource) : NULL;
	if (surface && !surface_set_role(surface, &tablet_tool_cursor_role, seat, resource,
			       ZWP_TABLET_TOOL_V2_ERROR_ROLE))
		return;
	if (tablet_tool_may_set_cursor(tool, client, serial))
		pointer_set_cursor(seat, surface, space_limit(hotspot_x), space_limit(hotspot_y));
}

static const struct zwp_tablet_tool_v2_interface tablet_tool_implementation = {
	.set_cursor = tablet_tool_handle_set_cursor,
	.destroy = resource_handle_destroy,
};

void tablet_tool_introduce(struct tablet_tool *tool, struct wl_resource *seat)
{
	const struct tablet_tool_info *info = &tool->info;
	struct wl_resource *resource = resource_create(wl_resource_get_client(seat),
		&zwp_tablet_tool_v2_interface, (uint32_t)wl_resource_get_version(seat), 0,
		&tablet_tool_implementation, tool, resource_unlink);
	if (!resource)
		return;
	wl_list_insert(&tool->resources, wl_resource_get_link(resource));
	zwp_tablet_seat_v2_send_tool_added(seat, resource);
	zwp_tablet_tool_v2_send_type(resource, info->type);
	if (info->serial)
		zwp_tablet_tool_v2_send_hardware_serial(
			resource, (uint32_t)(info->serial >> 32), (uint32_t)info->serial);
	if (info->hardware)
		zwp_tablet_tool_v2_send_hardware_id_wacom(
			resource, (uint32_t)(info->hardware >> 32), (uint32_t)info->hardware);
	for (uint32_t capability = ZWP_TABLET_TOOL_V2_CAPABILITY_TILT;
		capability <= ZWP_TABLET_TOOL_V2_CAPABILITY_WHEEL; capability++) {
		if (info->capabilities & UINT32_C(1) << capability)
			zwp_tablet_tool_v2_send_capability(resource, capability);
	}
	zwp_tablet_tool_v2_send_done(resource);
}

struct tablet_tool *tablet_tool_add(
	struct tablet_manager *manager, const struct tablet_tool_info *info)
{
	struct tablet_tool *tool = xcalloc(1, sizeof *tool);
	tool->manager = manager;
	tool->info = *info;
	wl_list_init(&tool->resources);
	wl_list_insert(&manager->tools, &tool->link);
	struct wl_resource *seat;
	wl_resource_for_each (seat, &manager->seats)
		tablet_tool_introduce(tool, seat);
	return tool;
}

void tablet_tool_remove(struct tablet_tool *tool)
{
	struct wl_resource *resource, *next;
	tablet_tool_set_focus(tool, NULL, NULL);
	wl_resource_for_each_safe (resource, next, &tool->resources) {
		zwp_tablet_tool_v2_send_removed(resource);
		resource_orphan(resource);
	}
	wl_list_remove(&tool->link);
	free(tool);
}

bool tablet_tool_is_known(const struct tablet_tool *tool, const struct surface *surface)
{
	struct wl_resource *resource;
	wl_resource_for_each (resource, &tool->resources) {
		if (wl_resource_get_client(resource) == wl_resource_get_client(surface->resource))
			return true;
	}
	return false;
}

static void tablet_tool_handle_focus_destroy(struct wl_listener *listener, void *data)
{
	struct tablet_tool *tool = wl_container_of(listener, tool, focus_destroy);
	tablet_tool_set_focus(tool, NULL, NULL);
}

static void tablet_tool_watch(struct tablet_tool *tool, struct surface *surface)
{
	if (tool->focus)
		wl_list_remove(&tool->focus_destroy.link);
	tool->focus = surface;
	tool->focus_destroy.notify = tablet_tool_handle_focus_destroy;
	if (surface)
		wl_signal_add(&surface->events.destroy, &tool->focus_destroy);
}

/* "Button release events are sent for each button that was held down [...] before the proximity_out
 * event but within the same frame" (zwp_tablet_tool_v2.proximity_out). */
static void tablet_tool_leave(struct tablet_tool *tool)
{
	struct wl_resource *resource;
	while (tool->held.len > 0)
		tablet_tool_button(tool, tool->held.keys[tool->held.len - 1], false);
	tablet_tool_for_each(resource, tool)
	{
		if (tool->down)
			zwp_tablet_tool_v2_send_up(resource);
		zwp_tablet_tool_v2_send_proximity_out(resource);
		zwp_tablet_tool_v2_send_frame(resource, 0);
	}
	tool->down = false;
}

void tablet_tool_set_focus(
	struct tablet_tool *tool, const struct tablet *tablet, struct surface *surface)
{
	struct wl_resource *resource, *known = NULL;
	if (tool->focus == surface)
		return;
	tablet_tool_leave(tool);
	if (surface)
		known = wl_resource_find_for_client((struct wl_list *)&tablet->resources,
			wl_resource_get_client(surface->resource));
	/* A client that has destroyed the tablet's object has no use for the tool's either. */
	tablet_tool_watch(tool, known ? surface : NULL);
	tool->serial = seat_next_serial(tool->manager->seat, tool->focus);
	tablet_tool_for_each(resource, tool) zwp_tablet_tool_v2_send_proximity_in(
		resource, tool->serial, known, surface->resource);
}

void tablet_tool_motion(struct tablet_tool *tool, double sx, double sy)
{
	struct wl_resource *resource;
	tablet_tool_for_each(resource, tool) zwp_tablet_tool_v2_send_motion(
		resource, wl_fixed_from_double(sx), wl_fixed_from_double(sy));
}

static double tablet_tool_normal(double value)
{
	return round(fmin(fmax(value, -1), 1) * TABLET_TOOL_MAX);
}

void tablet_tool_set_axes(struct tablet_tool *tool, const struct tablet_tool_axes *axes)
{
	struct wl_resource *resource;
	tablet_tool_for_each(resource, tool)
	{
		if (axes->changed & TABLET_TOOL_PRESSURE)
			zwp_tablet_tool_v2_send_pressure(
				resource, (uint32_t)tablet_tool_normal(fmax(axes->pressure, 0)));
		if (axes->changed & TABLET_TOOL_DISTANCE)
			zwp_tablet_tool_v2_send_distance(
				resource, (uint32_t)tablet_tool_normal(fmax(axes->distance, 0)));
		if (axes->changed & TABLET_TOOL_TILT)
			zwp_tablet_tool_v2_send_tilt(resource, wl_fixed_from_double(axes->tilt_x),
				wl_fixed_from_double(axes->tilt_y));
		if (axes->changed & TABLET_TOOL_ROTATION)
			zwp_tablet_tool_v2_send_rotation(
				resource, wl_fixed_from_double(axes->rotation));
		if (axes->changed & TABLET_TOOL_SLIDER)
			zwp_tablet_tool_v2_send_slider(
				resource, (int32_t)tablet_tool_normal(axes->slider));
		if (axes->changed & TABLET_TOOL_WHEEL)
			zwp_tablet_tool_v2_send_wheel(
				resource, wl_fixed_from_double(axes->wheel), axes->wheel_clicks);
	}
}

void tablet_tool_tip(struct tablet_tool *tool, bool down)
{
	struct wl_resource *resource;
	if (tool->down == down)
		return;
	tool->down = down;
	if (down)
		tool->down_serial = seat_next_serial(tool->manager->seat, tool->focus);
	tablet_tool_for_each(resource, tool)
	{
		if (down)
			zwp_tablet_tool_v2_send_down(resource, tool->down_serial);
		else
			zwp_tablet_tool_v2_send_up(resource);
	}
}

void tablet_tool_button(struct tablet_tool *tool, uint32_t button, bool pressed)
{
	struct wl_resource *resource;
	if (!tool->focus || !held_keys_track(&tool->held, button, pressed))
		return;
	uint32_t serial = seat_next_serial(tool->manager->seat, tool->focus);
	tablet_tool_for_each(resource, tool)
		zwp_tablet_tool_v2_send_button(resource, serial, button,
			pressed ? ZWP_TABLET_TOOL_V2_BUTTON_STATE_PRESSED
				: ZWP_TABLET_TOOL_V2_BUTTON_STATE_RELEASED);
}

void tablet_tool_frame(struct tablet_tool *tool, uint32_t time)
{
	struct wl_resource *resource;
	tablet_tool_for_each(resource, tool) zwp_tablet_tool_v2_send_frame(resource, time);
}

bool tablet_tool_is_held(const struct tablet_tool *tool)
{
	return tool->down || tool->held.len > 0;
}
