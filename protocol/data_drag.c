/*
 * A drag takes the pointer, or a finger, from the surfaces (struct seat_grab) and gives its events
 * to the data devices under it, until the last button is released or the finger lifted. After a
 * drop the source and the offers go on without the drag.
 */
#include "common/xalloc.h"
#include "protocol/data_private.h"
#include "protocol/seat.h"
#include "protocol/seat_grab.h"
#include "protocol/surface.h"

#include <stdlib.h>
#include <wayland-server-protocol.h>

struct data_drag {
	struct data_device_manager *manager;
	struct wl_client *client; /* that started it */
	struct wl_listener client_destroy;
	struct seat_touch_point *touch;    /* NULL: by the pointer */
	struct data_device_source *source; /* NULL: the drag stays within the client */
	struct wl_listener source_destroy;
	struct surface *icon;  /* may be NULL */
	struct surface *focus; /* may be NULL */
	struct wl_listener focus_destroy;
};

static void data_drag_handle_icon_destroy(struct surface *surface)
{
	struct data_drag *drag = surface->role_data;
	surface->role_data = NULL;
	drag->icon = NULL;
	drag->manager->listener->drag_icon(drag->manager->data, NULL, NULL);
}

static const struct surface_role data_drag_icon_role = {
	.name = "drag-and-drop icon",
	.destroy = data_drag_handle_icon_destroy,
};

/* wl_resource_for_each over the data devices of the focus' client. */
#define data_drag_for_each_device(device, drag) \
	wl_resource_for_each (device, &(drag)->manager->clipboard.devices) \
		if ((drag)->focus && wl_resource_get_client(device) == \
					     wl_resource_get_client((drag)->focus->resource))

static void data_drag_watch(struct data_drag *drag, struct surface *focus)
{
	wl_list_remove(&drag->focus_destroy.link);
	wl_list_init(&drag->focus_destroy.link);
	drag->focus = focus;
	if (focus)
		wl_signal_add(&focus->events.destroy, &drag->focus_destroy);
}

static void data_drag_leave(struct data_drag *drag)
{
	struct wl_resource *device;
	if (!drag->focus)
		return;
	data_drag_for_each_device(device, drag) wl_data_device_send_leave(device);
	data_drag_watch(drag, NULL);
	if (!drag->source)
		return;
	data_source_revoke(&drag->source->base);
	data_device_source_set_target(drag->source, NULL);
	data_device_source_set_action(drag->source, WL_DATA_DEVICE_MANAGER_DND_ACTION_NONE);
}

static void data_drag_enter(struct data_drag *drag, struct surface *surface, double sx, double sy)
{
	struct wl_resource *device;
	data_drag_watch(drag, surface);
	uint32_t serial = wl_display_next_serial(drag->manager->display);
	data_drag_for_each_device(device, drag)
	{
		struct data_device_offer *offer =
			drag->source ? data_device_offer_create(&drag->source->base, device, true)
				     : NULL;
		if (drag->source && !offer)
			continue;
		wl_data_device_send_enter(device, serial, surface->resource,
			wl_fixed_from_double(sx), wl_fixed_from_double(sy),
			offer ? offer->base.resource : NULL);
	}
}

static void data_drag_handle_focus(void *data, struct surface *surface, double sx, double sy)
{
	struct data_drag *drag = data;
	if (surface && !drag->source && wl_resource_get_client(surface->resource) != drag->client)
		surface = NULL;
	if (surface == drag->focus)
		return;
	data_drag_leave(drag);
	if (surface)
		data_drag_enter(drag, surface, sx, sy);
}

static void data_drag_handle_motion(void *data, uint32_t time, double sx, double sy)
{
	const struct data_drag *drag = data;
	struct wl_resource *device;
	data_drag_for_each_device(device, drag) wl_data_device_send_motion(
		device, time, wl_fixed_from_double(sx), wl_fixed_from_double(sy));
}

/* The only end of a drag. A source that is still its own was not dropped: it is cancelled. */
static void data_drag_end(struct data_drag *drag)
{
	struct data_device_manager *manager = drag->manager;
	data_drag_leave(drag);
	if (drag->source) {
		wl_list_remove(&drag->source_destroy.link);
		data_source_cancel(&drag->source->base);
	}
	wl_list_remove(&drag->client_destroy.link);
	if (drag->icon) {
		drag->icon->role_data = NULL;
		manager->listener->drag_icon(manager->data, NULL, NULL);
	}
	manager->drag = NULL;
	if (drag->touch)
		touch_end_grab(drag->touch);
	else
		pointer_end_grab(manager->seat);
	free(drag);
	manager->listener->drag_ended(manager->data);
}

static bool data_drag_is_wanted(const struct data_drag *drag)
{
	struct data_device_offer *offer;
	if (!drag->source)
		return drag->focus;
	wl_list_for_each (offer, &drag->source->base.offers, base.link) {
		if (data_device_offer_wants_drop(offer))
			return true;
	}
	return false;
}

/* From now on the offers decide when the source is done with. */
static void data_drag_release_source(struct data_drag *drag)
{
	struct data_device_source *source = drag->source;
	struct data_device_offer *offer;
	wl_list_for_each (offer, &source->base.offers, base.link) {
		offer->dropped = true;
		offer->asks = source->action == WL_DATA_DEVICE_MANAGER_DND_ACTION_ASK;
	}
	wl_list_remove(&drag->source_destroy.link);
	drag->source = NULL;
	if (data_device_source_hears_end(source))
		wl_data_source_send_dnd_drop_performed(source->base.resource);
}

static void data_drag_handle_release(void *data)
{
	struct data_drag *drag = data;
	struct wl_resource *device;
	if (data_drag_is_wanted(drag)) {
		data_drag_for_each_device(device, drag) wl_data_device_send_drop(device);
		if (drag->source)
			data_drag_release_source(drag);
		data_drag_watch(drag, NULL); /* a drop ends the session without a leave */
	}
	data_drag_end(drag);
}

static void data_drag_handle_cancel(void *data)
{
	data_drag_end(data);
}

static const struct seat_grab data_drag_grab = {
	.focus = data_drag_handle_focus,
	.motion = data_drag_handle_motion,
	.release = data_drag_handle_release,
	.cancel = data_drag_handle_cancel,
};

static void data_drag_handle_client_destroy(struct wl_listener *listener, void *data)
{
	struct data_drag *drag = wl_container_of(listener, drag, client_destroy);
	data_drag_end(drag);
}

static void data_drag_handle_source_destroy(struct wl_listener *listener, void *data)
{
	struct data_drag *drag = wl_container_of(listener, drag, source_destroy);
	wl_list_remove(&drag->source_destroy.link);
	drag->source = NULL;
	data_drag_end(drag);
}

static void data_drag_handle_focus_destroy(struct wl_listener *listener, void *data)
{
	struct data_drag *drag = wl_container_of(listener, drag, focus_destroy);
	data_drag_leave(drag);
}

/* The surface under the pointer or finger, which has its events no more, is the first focus. */
static void data_drag_take(struct data_drag *drag)
{
	struct seat *seat = drag->manager->seat;
	struct surface *under = drag->touch ? drag->touch->surface : seat->pointer.focus;
	double sx = drag->touch ? drag->touch->sx : seat->pointer.sx,
	       sy = drag->touch ? drag->touch->sy : seat->pointer.sy;
	if (drag->touch)
		touch_start_grab(drag->touch, &data_drag_grab, drag);
	else
		pointer_start_grab(seat, &data_drag_grab, drag);
	data_drag_handle_focus(drag, under, sx, sy);
}

bool data_drag_start(struct data_device_manager *manager, struct wl_resource *device,
	struct data_device_source *source, const struct data_drag_origin *origin)
{
	struct data_drag *drag = xcalloc(1, sizeof *drag);
	if (origin->icon && !surface_set_role(origin->icon, &data_drag_icon_role, drag, device,
				    WL_DATA_DEVICE_ERROR_ROLE)) {
		free(drag);
		return false;
	}
	drag->manager = manager;
	drag->client = wl_resource_get_client(device);
	drag->client_destroy.notify = data_drag_handle_client_destroy;
	wl_client_add_destroy_listener(drag->client, &drag->client_destroy);
	drag->touch = origin->touch;
	drag->source = source;
	drag->source_destroy.notify = data_drag_handle_source_destroy;
	if (source)
		wl_signal_add(&source->base.events.destroy, &drag->source_destroy);
	drag->focus_destroy.notify = data_drag_handle_focus_destroy;
	wl_list_init(&drag->focus_destroy.link);
	drag->icon = origin->icon;
	manager->drag = drag;
	if (drag->icon)
		manager->listener->drag_icon(manager->data, drag->icon, drag->touch);
	data_drag_take(drag);
	return true;
}
