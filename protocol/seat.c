#include "protocol/seat_private.h"

#include "protocol/resource.h"
#include "protocol/surface.h"

#include <wayland-server-protocol.h>

#define SEAT_VERSION 9

void seat_watch_focus(struct surface **focus, struct wl_listener *listener, struct surface *surface,
	wl_notify_func_t notify)
{
	if (*focus)
		wl_list_remove(&listener->link);
	*focus = surface;
	if (surface) {
		listener->notify = notify;
		wl_signal_add(&surface->events.destroy, listener);
	}
}

uint32_t seat_next_serial(struct seat *seat, const struct surface *focus)
{
	uint32_t serial = wl_display_next_serial(seat->display);
	if (focus) {
		seat->serials[seat->serials_next] =
			(struct seat_serial){serial, wl_resource_get_client(focus->resource)};
		seat->serials_next = (seat->serials_next + 1) % SEAT_MAX_SERIALS;
	}
	return serial;
}

bool seat_gave_serial(const struct seat *seat, const struct wl_client *client, uint32_t serial)
{
	if (seat->lenient)
		return true;
	for (size_t i = 0; i < SEAT_MAX_SERIALS; i++) {
		if (seat->serials[i].client == client && seat->serials[i].serial == serial)
			return true;
	}
	return false;
}

struct seat *seat_from_resource(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}

/* wl_seat.error.missing_capability: a device that never was. */
static bool seat_check_capability(struct wl_resource *resource, uint32_t capability)
{
	const struct seat *seat = wl_resource_get_user_data(resource);
	if (seat->ever & capability)
		return true;
	wl_resource_post_error(resource, WL_SEAT_ERROR_MISSING_CAPABILITY,
		"this seat never had a %s",
		capability == WL_SEAT_CAPABILITY_POINTER    ? "pointer"
		: capability == WL_SEAT_CAPABILITY_KEYBOARD ? "keyboard"
							    : "touch screen");
	return false;
}

static void seat_handle_get_pointer(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	if (!seat_check_capability(resource, WL_SEAT_CAPABILITY_POINTER))
		return;
	pointer_create(wl_resource_get_user_data(resource), client,
		(uint32_t)wl_resource_get_version(resource), id);
}

static void seat_handle_get_keyboard(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	if (!seat_check_capability(resource, WL_SEAT_CAPABILITY_KEYBOARD))
		return;
	keyboard_create(wl_resource_get_user_data(resource), client,
		(uint32_t)wl_resource_get_version(resource), id);
}

static void seat_handle_get_touch(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	if (!seat_check_capability(resource, WL_SEAT_CAPABILITY_TOUCH))
		return;
	touch_create(wl_resource_get_user_data(resource), client,
		(uint32_t)wl_resource_get_version(resource), id);
}

static const struct wl_seat_interface seat_implementation = {
	.get_pointer = seat_handle_get_pointer,
	.get_keyboard = seat_handle_get_keyboard,
	.get_touch = seat_handle_get_touch,
	.release = resource_handle_destroy,
};

static void seat_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	struct seat *seat = data;
	struct wl_resource *resource = resource_create(client, &wl_seat_interface, version, id,
		&seat_implementation, seat, resource_unlink);
	if (!resource)
		return;
	wl_list_insert(&seat->resources, wl_resource_get_link(resource));
	if (version >= WL_SEAT_NAME_SINCE_VERSION)
		wl_seat_send_name(resource, "seat0");
	wl_seat_send_capabilities(resource, seat->capabilities);
}

bool seat_create(struct seat *seat, struct wl_display *display)
{
	seat->display = display;
	wl_list_init(&seat->resources);
	wl_signal_init(&seat->events.keyboard_focus);
	wl_signal_init(&seat->events.keyboard_entered);
	wl_signal_init(&seat->events.pointer_focus);
	selection_init(&seat->clipboard, wl_display_get_event_loop(display));
	selection_init(&seat->primary, wl_display_get_event_loop(display));
	pointer_init(seat);
	keyboard_init(seat);
	touch_init(seat);
	seat->global = wl_global_create(display, &wl_seat_interface, SEAT_VERSION, seat, seat_bind);
	return seat->global;
}

void seat_destroy(struct seat *seat)
{
	if (!seat->global)
		return;
	pointer_finish(seat);
	keyboard_finish(seat);
	touch_finish(seat);
	selection_finish(&seat->clipboard);
	selection_finish(&seat->primary);
	wl_global_destroy(seat->global);
	seat->global = NULL;
}

void seat_set_capabilities(struct seat *seat, uint32_t capabilities)
{
	if (seat->capabilities == capabilities)
		return;
	seat->capabilities = capabilities;
	seat->ever |= capabilities;
	struct wl_resource *resource;
	wl_resource_for_each (resource, &seat->resources)
		wl_seat_send_capabilities(resource, capabilities);
}
