#include "protocol/xdg_decoration.h"

#include "protocol/resource.h"
#include "protocol/surface.h"
#include "protocol/xdg_shell.h"

#include "xdg-decoration-unstable-v1-server.h"

/* The answer to every wish; it counts from the configure that follows. */
static void xdg_decoration_answer(struct wl_resource *resource)
{
	struct xdg_toplevel *toplevel = extension_owner(resource);
	if (!toplevel)
		return;
	zxdg_toplevel_decoration_v1_send_configure(
		resource, ZXDG_TOPLEVEL_DECORATION_V1_MODE_CLIENT_SIDE);
	xdg_surface_schedule_configure(toplevel->xdg);
}

static void xdg_decoration_handle_set_mode(
	struct wl_client *client, struct wl_resource *resource, uint32_t mode)
{
	if (mode == ZXDG_TOPLEVEL_DECORATION_V1_MODE_CLIENT_SIDE ||
		mode == ZXDG_TOPLEVEL_DECORATION_V1_MODE_SERVER_SIDE)
		xdg_decoration_answer(resource);
	else
		wl_resource_post_error(resource, ZXDG_TOPLEVEL_DECORATION_V1_ERROR_INVALID_MODE,
			"no such mode: %u", mode);
}

static void xdg_decoration_handle_unset_mode(struct wl_client *client, struct wl_resource *resource)
{
	xdg_decoration_answer(resource);
}

static const struct zxdg_toplevel_decoration_v1_interface xdg_decoration_toplevel_implementation = {
	.destroy = resource_handle_destroy,
	.set_mode = xdg_decoration_handle_set_mode,
	.unset_mode = xdg_decoration_handle_unset_mode,
};

static void xdg_decoration_handle_orphaned(struct wl_resource *resource)
{
	wl_resource_post_error(resource, ZXDG_TOPLEVEL_DECORATION_V1_ERROR_ORPHANED,
		"its xdg_toplevel was destroyed first");
}

static const struct extension_kind xdg_decoration_kind = {
	.interface = &zxdg_toplevel_decoration_v1_interface,
	.implementation = &xdg_decoration_toplevel_implementation,
	.orphaned = xdg_decoration_handle_orphaned,
	.taken = ZXDG_TOPLEVEL_DECORATION_V1_ERROR_ALREADY_CONSTRUCTED,
};

static void xdg_decoration_handle_get(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *toplevel_resource)
{
	struct xdg_toplevel *toplevel = xdg_toplevel_from_resource(toplevel_resource);
	if (!toplevel || !extension_create(&toplevel->extensions[XDG_TOPLEVEL_DECORATION], toplevel,
				 &xdg_decoration_kind, resource, id))
		return;
	struct wl_resource *decoration = toplevel->extensions[XDG_TOPLEVEL_DECORATION]->resource;
	if (surface_has_contents(toplevel->xdg->surface))
		wl_resource_post_error(decoration,
			ZXDG_TOPLEVEL_DECORATION_V1_ERROR_UNCONFIGURED_BUFFER,
			"its xdg_toplevel has a buffer already");
	else
		xdg_decoration_answer(decoration);
}

static const struct zxdg_decoration_manager_v1_interface xdg_decoration_implementation = {
	.destroy = resource_handle_destroy,
	.get_toplevel_decoration = xdg_decoration_handle_get,
};

static void xdg_decoration_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zxdg_decoration_manager_v1_interface, version, id,
		&xdg_decoration_implementation, NULL, NULL);
}

struct wl_global *xdg_decoration_create(struct wl_display *display)
{
	return wl_global_create(
		display, &zxdg_decoration_manager_v1_interface, 1, NULL, xdg_decoration_bind);
}
