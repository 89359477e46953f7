#include "protocol/fractional_scale.h"

#include "protocol/resource.h"
#include "protocol/surface.h"

#include "fractional-scale-v1-server.h"

#include <wayland-server-protocol.h>

static const struct wp_fractional_scale_v1_interface fractional_scale_surface_implementation = {
	.destroy = resource_handle_destroy,
};

static const struct extension_kind fractional_scale_kind = {
	.interface = &wp_fractional_scale_v1_interface,
	.implementation = &fractional_scale_surface_implementation,
	.taken = WP_FRACTIONAL_SCALE_MANAGER_V1_ERROR_FRACTIONAL_SCALE_EXISTS,
};

static void fractional_scale_handle_get(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *surface_resource)
{
	struct surface *surface = surface_from_resource(surface_resource);
	struct extension **slot = &surface->extensions[SURFACE_FRACTIONAL_SCALE];
	if (extension_create(slot, surface, &fractional_scale_kind, resource, id) &&
		surface->preferred_scale > 0)
		wp_fractional_scale_v1_send_preferred_scale(
			(*slot)->resource, surface->preferred_scale);
}

int32_t fractional_scale_whole(uint32_t scale)
{
	return (int32_t)((scale + OUTPUT_MAP_SCALE_ONE - 1) / OUTPUT_MAP_SCALE_ONE);
}

void fractional_scale_prefer(struct surface *surface, uint32_t scale)
{
	if (surface->preferred_scale == scale)
		return;
	surface->preferred_scale = scale;
	const struct extension *extension = surface->extensions[SURFACE_FRACTIONAL_SCALE];
	if (extension)
		wp_fractional_scale_v1_send_preferred_scale(extension->resource, scale);
	if (wl_resource_get_version(surface->resource) >=
		WL_SURFACE_PREFERRED_BUFFER_SCALE_SINCE_VERSION)
		wl_surface_send_preferred_buffer_scale(
			surface->resource, fractional_scale_whole(scale));
}

static const struct wp_fractional_scale_manager_v1_interface fractional_scale_implementation = {
	.destroy = resource_handle_destroy,
	.get_fractional_scale = fractional_scale_handle_get,
};

static void fractional_scale_bind(
	struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &wp_fractional_scale_manager_v1_interface, version, id,
		&fractional_scale_implementation, NULL, NULL);
}

struct wl_global *fractional_scale_create(struct wl_display *display)
{
	return wl_global_create(
		display, &wp_fractional_scale_manager_v1_interface, 1, NULL, fractional_scale_bind);
}
