#include "protocol/content_type.h"

#include "protocol/resource.h"
#include "protocol/surface.h"

#include "content-type-v1-server.h"

static void content_type_set(struct surface *surface, uint32_t type)
{
	/* The protocol has no error for a value that it does not know. */
	surface->pending.fields |= SURFACE_STATE_CONTENT_TYPE;
	surface->pending.content_type =
		type <= WP_CONTENT_TYPE_V1_TYPE_GAME ? type : WP_CONTENT_TYPE_V1_TYPE_NONE;
}

static void content_type_handle_set_content_type(
	struct wl_client *client, struct wl_resource *resource, uint32_t type)
{
	struct surface *surface = extension_owner(resource);
	if (surface)
		content_type_set(surface, type);
}

static const struct wp_content_type_v1_interface content_type_surface_implementation = {
	.destroy = resource_handle_destroy,
	.set_content_type = content_type_handle_set_content_type,
};

static void content_type_handle_ended(void *surface)
{
	content_type_set(surface, WP_CONTENT_TYPE_V1_TYPE_NONE);
}

static const struct extension_kind content_type_kind = {
	.interface = &wp_content_type_v1_interface,
	.implementation = &content_type_surface_implementation,
	.ended = content_type_handle_ended,
	.taken = WP_CONTENT_TYPE_MANAGER_V1_ERROR_ALREADY_CONSTRUCTED,
};

static void content_type_handle_get_surface(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *surface_resource)
{
	struct surface *surface = surface_from_resource(surface_resource);
	extension_create(&surface->extensions[SURFACE_CONTENT_TYPE], surface, &content_type_kind,
		resource, id);
}

static const struct wp_content_type_manager_v1_interface content_type_implementation = {
	.destroy = resource_handle_destroy,
	.get_surface_content_type = content_type_handle_get_surface,
};

static void content_type_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &wp_content_type_manager_v1_interface, version, id,
		&content_type_implementation, NULL, NULL);
}

struct wl_global *content_type_create(struct wl_display *display)
{
	return wl_global_create(
		display, &wp_content_type_manager_v1_interface, 1, NULL, content_type_bind);
}
