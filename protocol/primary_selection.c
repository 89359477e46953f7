#include "protocol/primary_selection.h"

#include "protocol/data_offer.h"
#include "protocol/data_source.h"
#include "protocol/resource.h"
#include "protocol/seat.h"

#include "primary-selection-unstable-v1-server.h"

static struct data_offer *primary_selection_tell(
	struct data_source *source, struct wl_resource *device)
{
	struct data_offer *offer = source ? data_offer_create(source, device,
						    &zwp_primary_selection_offer_v1_interface)
					  : NULL;
	zwp_primary_selection_device_v1_send_selection(device, offer ? offer->resource : NULL);
	return offer;
}

static void primary_selection_handle_set_selection(struct wl_client *client,
	struct wl_resource *resource, struct wl_resource *source_resource, uint32_t serial)
{
	struct primary_selection *manager = wl_resource_get_user_data(resource);
	struct data_source *source = data_source_from_resource(source_resource);
	/* A second use is no error in this protocol: the source stays what it is. */
	if (source && source->use != DATA_SOURCE_UNUSED)
		return;
	if (source)
		source->use = DATA_SOURCE_SELECTION;
	selection_request(&manager->seat->primary, manager->seat, client, source, serial);
}

static const struct zwp_primary_selection_device_v1_interface
	primary_selection_device_implementation = {
		.set_selection = primary_selection_handle_set_selection,
		.destroy = resource_handle_destroy,
};

static void primary_selection_handle_create_source(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	data_source_create(client, &zwp_primary_selection_source_v1_interface, id, false);
}

static void primary_selection_handle_get_device(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *seat)
{
	struct primary_selection *manager = wl_resource_get_user_data(resource);
	struct wl_resource *device =
		resource_create(client, &zwp_primary_selection_device_v1_interface, 1, id,
			&primary_selection_device_implementation, manager, resource_unlink);
	if (device)
		selection_focus_add(&manager->focus, device);
}

static const struct zwp_primary_selection_device_manager_v1_interface
	primary_selection_implementation = {
		.create_source = primary_selection_handle_create_source,
		.get_device = primary_selection_handle_get_device,
		.destroy = resource_handle_destroy,
};

static void primary_selection_bind(
	struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zwp_primary_selection_device_manager_v1_interface, version, id,
		&primary_selection_implementation, data, NULL);
}

bool primary_selection_create(struct primary_selection *manager, struct wl_display *display)
{
	manager->focus.seat = manager->seat;
	manager->focus.selection = &manager->seat->primary;
	manager->focus.tell = primary_selection_tell;
	selection_focus_init(&manager->focus);
	manager->global =
		wl_global_create(display, &zwp_primary_selection_device_manager_v1_interface, 1,
			manager, primary_selection_bind);
	return manager->global;
}

void primary_selection_destroy(struct primary_selection *manager)
{
	if (!manager->global)
		return;
	selection_focus_finish(&manager->focus);
	wl_global_destroy(manager->global);
	manager->global = NULL;
}
