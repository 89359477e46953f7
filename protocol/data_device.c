#include "protocol/data_device.h"

#include "protocol/data_private.h"
#include "protocol/resource.h"
#include "protocol/seat.h"
#include "protocol/surface.h"

#include <wayland-server-protocol.h>

#define DATA_DEVICE_VERSION 3

static void data_device_send_selection(
	struct data_device_manager *manager, struct wl_resource *device)
{
	struct data_offer *offer =
		manager->selection ? data_offer_create(manager->selection, device, false) : NULL;
	wl_data_device_send_selection(device, offer ? offer->resource : NULL);
}

/* To every data device of the client that has the keyboard. */
static void data_device_tell_focus(struct data_device_manager *manager)
{
	struct wl_resource *device;
	wl_resource_for_each (device, &manager->devices) {
		if (wl_resource_get_client(device) == manager->focus)
			data_device_send_selection(manager, device);
	}
}

static void data_device_handle_keyboard_focus(struct wl_listener *listener, void *data)
{
	struct data_device_manager *manager = wl_container_of(listener, manager, keyboard_focus);
	const struct surface *surface = manager->seat->keyboard.focus;
	struct wl_client *client = surface ? wl_resource_get_client(surface->resource) : NULL;
	if (client == manager->focus)
		return;
	manager->focus = client;
	/* An offer is good until its client loses the keyboard (wl_data_device.selection). */
	if (manager->selection)
		data_source_revoke(manager->selection);
	if (client)
		data_device_tell_focus(manager);
}

static void data_device_forget_selection(struct data_device_manager *manager)
{
	wl_list_remove(&manager->selection_destroy.link);
	wl_list_init(&manager->selection_destroy.link);
	manager->selection = NULL;
}

static void data_device_handle_selection_destroy(struct wl_listener *listener, void *data)
{
	struct data_device_manager *manager = wl_container_of(listener, manager, selection_destroy);
	data_device_forget_selection(manager);
	data_device_tell_focus(manager);
}

static void data_device_replace_selection(
	struct data_device_manager *manager, struct data_source *source)
{
	struct data_source *before = manager->selection;
	data_device_forget_selection(manager);
	data_source_cancel(before);
	manager->selection = source;
	if (source)
		wl_signal_add(&source->events.destroy, &manager->selection_destroy);
	data_device_tell_focus(manager);
}

static void data_device_handle_set_selection(struct wl_client *client, struct wl_resource *resource,
	struct wl_resource *source_resource, uint32_t serial)
{
	struct data_device_manager *manager = wl_resource_get_user_data(resource);
	struct data_source *source = data_source_from_resource(source_resource);
	if (source && !data_source_claim(source, DATA_SOURCE_SELECTION, resource))
		return;
	/* Without an input event of its own a client may not touch the clipboard; and what came
	 * first by the user's hand does not replace what came later. */
	if (!seat_gave_serial(manager->seat, client, serial) ||
		(manager->selection && (int32_t)(serial - manager->selection_serial) < 0)) {
		data_source_cancel(source);
		return;
	}
	manager->selection_serial = serial;
	data_device_replace_selection(manager, source);
}

/* The pressed button's surface may be a part of the origin: a sub-surface of one tree. */
static bool data_device_has_grab(const struct seat *seat, struct surface *origin, uint32_t serial)
{
	const struct seat_pointer *pointer = &seat->pointer;
	return pointer->focus && pointer->buttons > 0 && pointer->press_serial == serial &&
	       surface_root(pointer->focus) == surface_root(origin);
}

static void data_device_handle_start_drag(struct wl_client *client, struct wl_resource *resource,
	struct wl_resource *source_resource, struct wl_resource *origin_resource,
	struct wl_resource *icon_resource, uint32_t serial)
{
	struct data_device_manager *manager = wl_resource_get_user_data(resource);
	struct data_source *source = data_source_from_resource(source_resource);
	struct surface *icon = icon_resource ? surface_from_resource(icon_resource) : NULL;
	if (source && !data_source_claim(source, DATA_SOURCE_DRAG, resource))
		return;
	if (data_device_has_grab(manager->seat, surface_from_resource(origin_resource), serial))
		data_drag_start(manager, resource, source, icon);
	else
		data_source_cancel(source); /* the button is up again, or never was down */
}

static const struct wl_data_device_interface data_device_implementation = {
	.start_drag = data_device_handle_start_drag,
	.set_selection = data_device_handle_set_selection,
	.release = resource_handle_destroy,
};

static void data_device_handle_create_data_source(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	data_source_create(client, (uint32_t)wl_resource_get_version(resource), id);
}

static void data_device_handle_get_data_device(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *seat)
{
	struct data_device_manager *manager = wl_resource_get_user_data(resource);
	struct wl_resource *device = resource_create(client, &wl_data_device_interface,
		(uint32_t)wl_resource_get_version(resource), id, &data_device_implementation,
		manager, resource_unlink);
	if (!device)
		return;
	wl_list_insert(&manager->devices, wl_resource_get_link(device));
	if (client == manager->focus)
		data_device_send_selection(manager, device);
}

static const struct wl_data_device_manager_interface data_device_manager_implementation = {
	.create_data_source = data_device_handle_create_data_source,
	.get_data_device = data_device_handle_get_data_device,
};

static void data_device_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &wl_data_device_manager_interface, version, id,
		&data_device_manager_implementation, data, NULL);
}

bool data_device_create(struct data_device_manager *manager, struct wl_display *display)
{
	manager->display = display;
	wl_list_init(&manager->devices);
	wl_list_init(&manager->selection_destroy.link);
	manager->selection_destroy.notify = data_device_handle_selection_destroy;
	manager->keyboard_focus.notify = data_device_handle_keyboard_focus;
	wl_signal_add(&manager->seat->events.keyboard_focus, &manager->keyboard_focus);
	manager->global = wl_global_create(display, &wl_data_device_manager_interface,
		DATA_DEVICE_VERSION, manager, data_device_bind);
	return manager->global;
}

void data_device_destroy(struct data_device_manager *manager)
{
	if (!manager->global)
		return;
	wl_list_remove(&manager->keyboard_focus.link);
	wl_global_destroy(manager->global);
	manager->global = NULL;
}
