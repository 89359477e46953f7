#include "protocol/alpha_modifier.h"

#include "protocol/resource.h"
#include "protocol/surface.h"

#include "alpha-modifier-v1-server.h"

static void alpha_modifier_set(struct surface *surface, uint32_t factor)
{
	surface->pending.fields |= SURFACE_STATE_ALPHA;
	surface->pending.alpha = factor;
}

static void alpha_modifier_handle_set_multiplier(
	struct wl_client *client, struct wl_resource *resource, uint32_t factor)
{
	struct surface *surface = extension_owner(resource);
	if (surface)
		alpha_modifier_set(surface, factor);
	else
		wl_resource_post_error(resource, WP_ALPHA_MODIFIER_SURFACE_V1_ERROR_NO_SURFACE,
			"the wl_surface is gone");
}

static const struct wp_alpha_modifier_surface_v1_interface alpha_modifier_surface_implementation = {
	.destroy = resource_handle_destroy,
	.set_multiplier = alpha_modifier_handle_set_multiplier,
};

static void alpha_modifier_handle_ended(void *surface)
{
	alpha_modifier_set(surface, UINT32_MAX);
}

static const struct extension_kind alpha_modifier_kind = {
	.interface = &wp_alpha_modifier_surface_v1_interface,
	.implementation = &alpha_modifier_surface_implementation,
	.ended = alpha_modifier_handle_ended,
	.taken = WP_ALPHA_MODIFIER_V1_ERROR_ALREADY_CONSTRUCTED,
};

static void alpha_modifier_handle_get_surface(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *surface_resource)
{
	struct surface *surface = surface_from_resource(surface_resource);
	extension_create(&surface->extensions[SURFACE_ALPHA_MODIFIER], surface,
		&alpha_modifier_kind, resource, id);
}

static const struct wp_alpha_modifier_v1_interface alpha_modifier_implementation = {
	.destroy = resource_handle_destroy,
	.get_surface = alpha_modifier_handle_get_surface,
};

static void alpha_modifier_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &wp_alpha_modifier_v1_interface, version, id,
		&alpha_modifier_implementation, NULL, NULL);
}

struct wl_global *alpha_modifier_create(struct wl_display *display)
{
	return wl_global_create(
		display, &wp_alpha_modifier_v1_interface, 1, NULL, alpha_modifier_bind);
}
