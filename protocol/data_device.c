#include "protocol/data_device.h"

#include "protocol/data_private.h"
#include "protocol/resource.h"
#include "protocol/seat.h"
#include "protocol/surface.h"

#include <wayland-server-protocol.h>

#define DATA_DEVICE_VERSION 3

static struct data_offer *data_device_tell(struct data_source *source, struct wl_resource *device)
{
	struct data_device_offer *offer =
		source ? data_device_offer_create(source, device, false) : NULL;
	wl_data_device_send_selection(device, offer ? offer->base.resource : NULL);
	return offer ? &offer->base : NULL;
}

static void data_device_handle_set_selection(struct wl_client *client, struct wl_resource *resource,
	struct wl_resource *source_resource, uint32_t serial)
{
	struct data_device_manager *manager = wl_resource_get_user_data(resource);
	struct data_device_source *source = data_device_source_from_resource(source_resource);
	if (source && !data_device_source_claim(source, DATA_SOURCE_SELECTION, resource))
		return;
	selection_request(&manager->seat->clipboard, manager->seat, client,
		source ? &source->base : NULL, serial);
}

static void data_device_handle_start_drag(struct wl_client *client, struct wl_resource *resource,
	struct wl_resource *source_resource, struct wl_resource *origin_resource,
	struct wl_resource *icon_resource, uint32_t serial)
{
	struct data_device_manager *manager = wl_resource_get_user_data(resource);
	struct data_device_source *source = data_device_source_from_resource(source_resource);
	struct surface *surface = surface_from_resource(origin_resource);
	struct data_drag_origin origin = {
		.icon = icon_resource ? surface_from_resource(icon_resource) : NULL};
	if (source && !data_device_source_claim(source, DATA_SOURCE_DRAG, resource))
		return;
	origin.touch = touch_find_grab(manager->seat, surface, serial);
	if (!manager->drag && (origin.touch || pointer_claim_press(manager->seat, surface, serial)))
		data_drag_start(manager, resource, source, &origin);
	else if (source)
		data_source_cancel(&source->base); /* let go already, or never held */
}

static const struct wl_data_device_interface data_device_implementation = {
	.start_drag = data_device_handle_start_drag,
	.set_selection = data_device_handle_set_selection,
	.release = resource_handle_destroy,
};

static void data_device_handle_create_data_source(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	data_device_source_create(client, (uint32_t)wl_resource_get_version(resource), id);
}

static void data_device_handle_get_data_device(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *seat)
{
	struct data_device_manager *manager = wl_resource_get_user_data(resource);
	struct wl_resource *device = resource_create(client, &wl_data_device_interface,
		(uint32_t)wl_resource_get_version(resource), id, &data_device_implementation,
		manager, resource_unlink);
	if (device)
		selection_focus_add(&manager->clipboard, device);
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
	manager->clipboard.seat = manager->seat;
	manager->clipboard.selection = &manager->seat->clipboard;
	manager->clipboard.tell = data_device_tell;
	selection_focus_init(&manager->clipboard);
	manager->global = wl_global_create(display, &wl_data_device_manager_interface,
		DATA_DEVICE_VERSION, manager, data_device_bind);
	return manager->global;
}

void data_device_destroy(struct data_device_manager *manager)
{
	if (!manager->global)
		return;
	selection_focus_finish(&manager->clipboard);
	wl_global_destroy(manager->global);
	manager->global = NULL;
}
