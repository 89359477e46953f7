#include "protocol/xdg_output.h"

#include "protocol/output.h"
#include "protocol/resource.h"

#include "xdg-output-unstable-v1-server.h"

#include <wayland-server-protocol.h>

#define XDG_OUTPUT_VERSION 3
/* From then on wl_output.done says that all is said. */
#define XDG_OUTPUT_DONE_BY_OUTPUT 3

static const struct zxdg_output_v1_interface xdg_output_implementation = {
	.destroy = resource_handle_destroy,
};

static void xdg_output_send(const struct output *output, struct wl_resource *resource)
{
	int32_t width, height;
	output_map_size(&output->map, &width, &height);
	zxdg_output_v1_send_logical_position(resource, output->map.x, output->map.y);
	zxdg_output_v1_send_logical_size(resource, width, height);
	if (wl_resource_get_version(resource) < XDG_OUTPUT_DONE_BY_OUTPUT)
		zxdg_output_v1_send_done(resource);
}

void xdg_output_update(const struct output *output)
{
	struct wl_resource *resource;
	wl_resource_for_each (resource, &output->xdg_outputs)
		xdg_output_send(output, resource);
}

static void xdg_output_handle_get(struct wl_client *client, struct wl_resource *manager,
	uint32_t id, struct wl_resource *output_resource)
{
	struct output *output = wl_resource_get_user_data(output_resource);
	int version = wl_resource_get_version(manager);
	struct wl_resource *resource = resource_create(client, &zxdg_output_v1_interface,
		(uint32_t)version, id, &xdg_output_implementation, output, resource_unlink);
	if (!resource)
		return;
	if (!output) {
		wl_list_init(wl_resource_get_link(resource));
		return;
	}
	wl_list_insert(&output->xdg_outputs, wl_resource_get_link(resource));
	if (version >= ZXDG_OUTPUT_V1_NAME_SINCE_VERSION)
		zxdg_output_v1_send_name(resource, output->name);
	if (version >= ZXDG_OUTPUT_V1_DESCRIPTION_SINCE_VERSION)
		zxdg_output_v1_send_description(resource, output->description);
	xdg_output_send(output, resource);
	if (version >= XDG_OUTPUT_DONE_BY_OUTPUT &&
		wl_resource_get_version(output_resource) >= WL_OUTPUT_DONE_SINCE_VERSION)
		wl_output_send_done(output_resource);
}

static const struct zxdg_output_manager_v1_interface xdg_output_manager_implementation = {
	.destroy = resource_handle_destroy,
	.get_xdg_output = xdg_output_handle_get,
};

static void xdg_output_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zxdg_output_manager_v1_interface, version, id,
		&xdg_output_manager_implementation, NULL, NULL);
}

struct wl_global *xdg_output_create(struct wl_display *display)
{
	return wl_global_create(display, &zxdg_output_manager_v1_interface, XDG_OUTPUT_VERSION,
		NULL, xdg_output_bind);
}
