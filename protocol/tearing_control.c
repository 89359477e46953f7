#include "protocol/tearing_control.h"

#include "protocol/resource.h"
#include "protocol/surface.h"

#include "tearing-control-v1-server.h"

static void tearing_control_set(struct surface *surface, uint32_t hint)
{
	/* The protocol has no error for a value that it does not know. */
	surface->pending.fields |= SURFACE_STATE_TEARING;
	surface->pending.tearing = hint == WP_TEARING_CONTROL_V1_PRESENTATION_HINT_ASYNC;
}

static void tearing_control_handle_set_hint(
	struct wl_client *client, struct wl_resource *resource, uint32_t hint)
{
	struct surface *surface = extension_owner(resource);
	if (surface)
		tearing_control_set(surface, hint);
}

static const struct wp_tearing_control_v1_interface tearing_control_surface_implementation = {
	.set_presentation_hint = tearing_control_handle_set_hint,
	.destroy = resource_handle_destroy,
};

static void tearing_control_handle_ended(void *surface)
{
	tearing_control_set(surface, WP_TEARING_CONTROL_V1_PRESENTATION_HINT_VSYNC);
}

static const struct extension_kind tearing_control_kind = {
	.interface = &wp_tearing_control_v1_interface,
	.implementation = &tearing_control_surface_implementation,
	.ended = tearing_control_handle_ended,
	.taken = WP_TEARING_CONTROL_MANAGER_V1_ERROR_TEARING_CONTROL_EXISTS,
};

static void tearing_control_handle_get_control(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *surface_resource)
{
	struct surface *surface = surface_from_resource(surface_resource);
	extension_create(&surface->extensions[SURFACE_TEARING_CONTROL], surface,
		&tearing_control_kind, resource, id);
}

static const struct wp_tearing_control_manager_v1_interface tearing_control_implementation = {
	.destroy = resource_handle_destroy,
	.get_tearing_control = tearing_control_handle_get_control,
};

static void tearing_control_bind(
	struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &wp_tearing_control_manager_v1_interface, version, id,
		&tearing_control_implementation, NULL, NULL);
}

struct wl_global *tearing_control_create(struct wl_display *display)
{
	return wl_global_create(
		display, &wp_tearing_control_manager_v1_interface, 1, NULL, tearing_control_bind);
}
