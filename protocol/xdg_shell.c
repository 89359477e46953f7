#include "protocol/xdg_private.h"

#include "protocol/resource.h"
#include "protocol/surface.h"

#include "xdg-shell-server.h"

#define XDG_SHELL_VERSION 6

static void xdg_shell_handle_create_positioner(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	xdg_positioner_create(client, (uint32_t)wl_resource_get_version(resource), id);
}

static void xdg_shell_handle_get_xdg_surface(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *surface)
{
	xdg_surface_create(
		wl_resource_get_user_data(resource), resource, id, surface_from_resource(surface));
}

static void xdg_shell_handle_pong(
	struct wl_client *client, struct wl_resource *resource, uint32_t serial)
{
}

static const struct xdg_wm_base_interface xdg_shell_implementation = {
	.destroy = resource_handle_destroy,
	.create_positioner = xdg_shell_handle_create_positioner,
	.get_xdg_surface = xdg_shell_handle_get_xdg_surface,
	.pong = xdg_shell_handle_pong,
};

static void xdg_shell_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(
		client, &xdg_wm_base_interface, version, id, &xdg_shell_implementation, data, NULL);
}

struct wl_global *xdg_shell_create(struct wl_display *display, struct xdg_shell *shell)
{
	shell->display = display;
	shell->loop = wl_display_get_event_loop(display);
	wl_list_init(&shell->grabs);
	return wl_global_create(
		display, &xdg_wm_base_interface, XDG_SHELL_VERSION, shell, xdg_shell_bind);
}

struct xdg_popup *xdg_shell_grab(struct xdg_shell *shell)
{
	struct xdg_popup *popup;
	if (wl_list_empty(&shell->grabs))
		return NULL;
	return wl_container_of(shell->grabs.next, popup, grab_link);
}

void xdg_shell_end_grabs(struct xdg_shell *shell)
{
	struct xdg_popup *popup;
	while ((popup = xdg_shell_grab(shell)))
		xdg_popup_dismiss(popup);
}
