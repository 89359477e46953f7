/*
 * The two protocols are the same message for message; they differ in names and in that the elder
 * got the primary selection with its version 2. What is sent and handled here is ext's, by either
 * one's interfaces.
 */
#include "protocol/data_control.h"

#include "common/xalloc.h"
#include "protocol/data_offer.h"
#include "protocol/data_source.h"
#include "protocol/resource.h"
#include "protocol/seat.h"

#include "ext-data-control-v1-server.h"
#include "wlr-data-control-unstable-v1-server.h"

#include <assert.h>
#include <stdlib.h>

static_assert(
	sizeof(struct ext_data_control_manager_v1_interface) ==
			sizeof(struct zwlr_data_control_manager_v1_interface) &&
		sizeof(struct ext_data_control_device_v1_interface) ==
			sizeof(struct zwlr_data_control_device_v1_interface) &&
		EXT_DATA_CONTROL_DEVICE_V1_SELECTION == ZWLR_DATA_CONTROL_DEVICE_V1_SELECTION &&
		EXT_DATA_CONTROL_DEVICE_V1_PRIMARY_SELECTION ==
			ZWLR_DATA_CONTROL_DEVICE_V1_PRIMARY_SELECTION,
	"one protocol by two names");

struct data_control_dialect {
	const struct wl_interface *manager, *device, *source, *offer;
	uint32_t version;
	uint32_t primary_since; /* version of the device */
};

static const struct data_control_dialect data_control_ext = {
	.manager = &ext_data_control_manager_v1_interface,
	.device = &ext_data_control_device_v1_interface,
	.source = &ext_data_control_source_v1_interface,
	.offer = &ext_data_control_offer_v1_interface,
	.version = 1,
	.primary_since = EXT_DATA_CONTROL_DEVICE_V1_PRIMARY_SELECTION_SINCE_VERSION,
};

static const struct data_control_dialect data_control_wlr = {
	.manager = &zwlr_data_control_manager_v1_interface,
	.device = &zwlr_data_control_device_v1_interface,
	.source = &zwlr_data_control_source_v1_interface,
	.offer = &zwlr_data_control_offer_v1_interface,
	.version = 2,
	.primary_since = ZWLR_DATA_CONTROL_DEVICE_V1_PRIMARY_SELECTION_SINCE_VERSION,
};

struct data_control_device {
	struct data_control *control;
	const struct data_control_dialect *dialect;
	struct wl_resource *resource;
	struct wl_list link; /* data_control::devices */
};

static void data_control_tell(
	const struct data_control_device *device, const struct selection *selection)
{
	bool primary = selection == &device->control->seat->primary;
	if (primary &&
		wl_resource_get_version(device->resource) < (int)device->dialect->primary_since)
		return;
	struct data_offer *offer = selection->source
					   ? data_offer_create(selection->source, device->resource,
						     device->dialect->offer)
					   : NULL;
	wl_resource_post_event(device->resource,
		primary ? EXT_DATA_CONTROL_DEVICE_V1_PRIMARY_SELECTION
			: EXT_DATA_CONTROL_DEVICE_V1_SELECTION,
		offer ? offer->resource : NULL);
}

static void data_control_tell_all(
	const struct data_control *control, const struct selection *selection)
{
	struct data_control_device *device;
	wl_list_for_each (device, &control->devices, link)
		data_control_tell(device, selection);
}

static void data_control_handle_clipboard(struct wl_listener *listener, void *data)
{
	const struct data_control *control = wl_container_of(listener, control, clipboard_changed);
	data_control_tell_all(control, data);
}

static void data_control_handle_primary(struct wl_listener *listener, void *data)
{
	const struct data_control *control = wl_container_of(listener, control, primary_changed);
	data_control_tell_all(control, data);
}

static void data_control_set(
	struct wl_resource *resource, struct wl_resource *source_resource, bool primary)
{
	const struct data_control_device *device = wl_resource_get_user_data(resource);
	struct seat *seat = device->control->seat;
	struct data_source *source = data_source_from_resource(source_resource);
	if (source && source->use != DATA_SOURCE_UNUSED) {
		wl_resource_post_error(resource, EXT_DATA_CONTROL_DEVICE_V1_ERROR_USED_SOURCE,
			"the source was set already");
		return;
	}
	if (source)
		source->use = DATA_SOURCE_SELECTION;
	selection_set(primary ? &seat->primary : &seat->clipboard, source);
}

static void data_control_handle_set_selection(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *source)
{
	data_control_set(resource, source, false);
}

static void data_control_handle_set_primary_selection(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *source)
{
	data_control_set(resource, source, true);
}

static const struct ext_data_control_device_v1_interface data_control_device_implementation = {
	.set_selection = data_control_handle_set_selection,
	.destroy = resource_handle_destroy,
	.set_primary_selection = data_control_handle_set_primary_selection,
};

static void data_control_handle_device_destroy(struct wl_resource *resource)
{
	struct data_control_device *device = wl_resource_get_user_data(resource);
	wl_list_remove(&device->link);
	free(device);
}

static void data_control_add_device(struct data_control *control, struct wl_resource *manager,
	const struct data_control_dialect *dialect, uint32_t id)
{
	struct data_control_device *device = xcalloc(1, sizeof *device);
	device->control = control;
	device->dialect = dialect;
	device->resource = resource_create(wl_resource_get_client(manager), dialect->device,
		(uint32_t)wl_resource_get_version(manager), id, &data_control_device_implementation,
		device, data_control_handle_device_destroy);
	if (!device->resource) {
		free(device);
		return;
	}
	wl_list_insert(&control->devices, &device->link);
	data_control_tell(device, &control->seat->clipboard);
	data_control_tell(device, &control->seat->primary);
}

static void data_control_handle_create_ext_source(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	data_source_create(client, data_control_ext.source, id, true);
}

static void data_control_handle_create_wlr_source(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	data_source_create(client, data_control_wlr.source, id, true);
}

static void data_control_handle_get_ext_device(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *seat)
{
	data_control_add_device(
		wl_resource_get_user_data(resource), resource, &data_control_ext, id);
}

static void data_control_handle_get_wlr_device(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *seat)
{
	data_control_add_device(
		wl_resource_get_user_data(resource), resource, &data_control_wlr, id);
}

static const struct ext_data_control_manager_v1_interface data_control_ext_implementation = {
	.create_data_source = data_control_handle_create_ext_source,
	.get_data_device = data_control_handle_get_ext_device,
	.destroy = resource_handle_destroy,
};

static const struct zwlr_data_control_manager_v1_interface data_control_wlr_implementation = {
	.create_data_source = data_control_handle_create_wlr_source,
	.get_data_device = data_control_handle_get_wlr_device,
	.destroy = resource_handle_destroy,
};

static void data_control_bind_ext(
	struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, data_control_ext.manager, version, id,
		&data_control_ext_implementation, data, NULL);
}

static void data_control_bind_wlr(
	struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, data_control_wlr.manager, version, id,
		&data_control_wlr_implementation, data, NULL);
}

bool data_control_create(struct data_control *control, struct wl_display *display)
{
	wl_list_init(&control->devices);
	control->clipboard_changed.notify = data_control_handle_clipboard;
	wl_signal_add(&control->seat->clipboard.events.changed, &control->clipboard_changed);
	control->primary_changed.notify = data_control_handle_primary;
	wl_signal_add(&control->seat->primary.events.changed, &control->primary_changed);
	control->ext = wl_global_create(display, data_control_ext.manager,
		(int)data_control_ext.version, control, data_control_bind_ext);
	control->wlr = wl_global_create(display, data_control_wlr.manager,
		(int)data_control_wlr.version, control, data_control_bind_wlr);
	return control->ext && control->wlr;
}

void data_control_destroy(struct data_control *control)
{
	if (!control->devices.next)
		return;
	wl_list_remove(&control->clipboard_changed.link);
	wl_list_remove(&control->primary_changed.link);
	if (control->ext)
		wl_global_destroy(control->ext);
	if (control->wlr)
		wl_global_destroy(control->wlr);
	*control = (struct data_control){.seat = control->seat};
}
