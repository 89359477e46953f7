#include "protocol/viewporter.h"

#include "protocol/resource.h"
#include "protocol/surface.h"

#include "viewporter-server.h"

static void viewporter_handle_set_source(struct wl_client *client, struct wl_resource *resource,
	wl_fixed_t x, wl_fixed_t y, wl_fixed_t width, wl_fixed_t height)
{
	struct surface *surface = extension_owner(resource);
	if (!surface) {
		wl_resource_post_error(
			resource, WP_VIEWPORT_ERROR_NO_SURFACE, "the wl_surface is gone");
		return;
	}
	wl_fixed_t unset = wl_fixed_from_int(-1);
	bool none = x == unset && y == unset && width == unset && height == unset;
	if (!none && (x < 0 || y < 0 || width <= 0 || height <= 0)) {
		wl_resource_post_error(resource, WP_VIEWPORT_ERROR_BAD_VALUE,
			"source %fx%f at %f,%f: the origin must not be negative, the size must be "
			"positive",
			wl_fixed_to_double(width), wl_fixed_to_double(height),
			wl_fixed_to_double(x), wl_fixed_to_double(y));
		return;
	}
	surface->pending.fields |= SURFACE_STATE_SOURCE;
	surface->pending.space.has_source = !none;
	surface->pending.space.source = (struct space_box){wl_fixed_to_double(x),
		wl_fixed_to_double(y), wl_fixed_to_double(width), wl_fixed_to_double(height)};
}

static void viewporter_handle_set_destination(
	struct wl_client *client, struct wl_resource *resource, int32_t width, int32_t height)
{
	struct surface *surface = extension_owner(resource);
	if (!surface) {
		wl_resource_post_error(
			resource, WP_VIEWPORT_ERROR_NO_SURFACE, "the wl_surface is gone");
		return;
	}
	bool none = width == -1 && height == -1;
	if (!none && (width <= 0 || height <= 0)) {
		wl_resource_post_error(resource, WP_VIEWPORT_ERROR_BAD_VALUE,
			"destination %dx%d: the size must be positive", width, height);
		return;
	}
	surface->pending.fields |= SURFACE_STATE_DESTINATION;
	surface->pending.space.has_destination = !none;
	surface->pending.space.width = width;
	surface->pending.space.height = height;
}

static const struct wp_viewport_interface viewport_implementation = {
	.destroy = resource_handle_destroy,
	.set_source = viewporter_handle_set_source,
	.set_destination = viewporter_handle_set_destination,
};

static void viewporter_handle_ended(void *owner)
{
	struct surface *surface = owner;
	surface->pending.fields |= SURFACE_STATE_SOURCE | SURFACE_STATE_DESTINATION;
	surface->pending.space.has_source = surface->pending.space.has_destination = false;
}

static const struct extension_kind viewporter_kind = {
	.interface = &wp_viewport_interface,
	.implementation = &viewport_implementation,
	.ended = viewporter_handle_ended,
	.taken = WP_VIEWPORTER_ERROR_VIEWPORT_EXISTS,
};

static void viewporter_handle_get_viewport(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *surface_resource)
{
	struct surface *surface = surface_from_resource(surface_resource);
	extension_create(
		&surface->extensions[SURFACE_VIEWPORT], surface, &viewporter_kind, resource, id);
}

bool viewporter_check(struct surface *surface, const struct space *next)
{
	const struct extension *viewport = surface->extensions[SURFACE_VIEWPORT];
	if (!viewport || !next->has_source || next->buffer_width == 0)
		return true;
	const struct space_box *source = &next->source;
	if (!next->has_destination && (source->width != (int32_t)source->width ||
					      source->height != (int32_t)source->height)) {
		wl_resource_post_error(viewport->resource, WP_VIEWPORT_ERROR_BAD_SIZE,
			"a source of %gx%g without a destination is no whole size", source->width,
			source->height);
		return false;
	}
	int32_t width, height;
	space_transformed_size(next, &width, &height);
	if (source->x + source->width > (double)width / next->scale ||
		source->y + source->height > (double)height / next->scale) {
		wl_resource_post_error(viewport->resource, WP_VIEWPORT_ERROR_OUT_OF_BUFFER,
			"source %gx%g at %g,%g reaches out of a buffer of %dx%d", source->width,
			source->height, source->x, source->y, width / next->scale,
			height / next->scale);
		return false;
	}
	return true;
}

static const struct wp_viewporter_interface viewporter_implementation = {
	.destroy = resource_handle_destroy,
	.get_viewport = viewporter_handle_get_viewport,
};

static void viewporter_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &wp_viewporter_interface, version, id, &viewporter_implementation,
		NULL, NULL);
}

struct wl_global *viewporter_create(struct wl_display *display)
{
	return wl_global_create(display, &wp_viewporter_interface, 1, NULL, viewporter_bind);
}
