#include "protocol/relative_pointer.h"

#include "protocol/pointer_device.h"
#include "protocol/resource.h"
#include "protocol/seat.h"
#include "protocol/surface.h"

#include "relative-pointer-unstable-v1-server.h"

static const struct zwp_relative_pointer_v1_interface relative_pointer_implementation = {
	.destroy = resource_handle_destroy,
};

static void relative_pointer_handle_get(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *pointer)
{
	struct relative_pointer_manager *manager = wl_resource_get_user_data(resource);
	struct wl_resource *relative = resource_create(client, &zwp_relative_pointer_v1_interface,
		1, id, &relative_pointer_implementation, NULL, resource_unlink);
	if (relative)
		wl_list_insert(&manager->resources, wl_resource_get_link(relative));
}

static const struct zwp_relative_pointer_manager_v1_interface
	relative_pointer_manager_implementation = {
		.destroy = resource_handle_destroy,
		.get_relative_pointer = relative_pointer_handle_get,
};

static void relative_pointer_bind(
	struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zwp_relative_pointer_manager_v1_interface, version, id,
		&relative_pointer_manager_implementation, data, NULL);
}

bool relative_pointer_motion(
	struct relative_pointer_manager *manager, const struct pointer_delta *delta)
{
	const struct surface *focus = manager->seat->pointer.focus;
	struct wl_resource *resource;
	bool told = false;
	if (!focus)
		return false;
	wl_resource_for_each (resource, &manager->resources) {
		if (wl_resource_get_client(resource) != wl_resource_get_client(focus->resource))
			continue;
		zwp_relative_pointer_v1_send_relative_motion(resource,
			(uint32_t)((uint64_t)delta->time >> 32), (uint32_t)delta->time,
			wl_fixed_from_double(delta->dx), wl_fixed_from_double(delta->dy),
			wl_fixed_from_double(delta->raw_dx), wl_fixed_from_double(delta->raw_dy));
		told = true;
	}
	return told;
}

bool relative_pointer_create(struct relative_pointer_manager *manager, struct wl_display *display)
{
	wl_list_init(&manager->resources);
	manager->global = wl_global_create(display, &zwp_relative_pointer_manager_v1_interface, 1,
		manager, relative_pointer_bind);
	return manager->global;
}

void relative_pointer_destroy(struct relative_pointer_manager *manager)
{
	if (manager->global)
		wl_global_destroy(manager->global);
	manager->global = NULL;
}
