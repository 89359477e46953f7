#include "protocol/xdg_private.h"

#include "common/xalloc.h"
#include "protocol/resource.h"
#include "protocol/surface.h"

#include "xdg-shell-server.h"

#include <stdlib.h>

#define XDG_SHELL_VERSION 6
#define XDG_SHELL_PING_TIMEOUT 10000 /* milliseconds */

static void xdg_shell_handle_create_positioner(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	xdg_positioner_create(client, (uint32_t)wl_resource_get_version(resource), id);
}

static void xdg_shell_handle_get_xdg_surface(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *surface)
{
	xdg_surface_create(wl_resource_get_user_data(resource), id, surface_from_resource(surface));
}

static void xdg_shell_handle_destroy(struct wl_client *client, struct wl_resource *resource)
{
	const struct xdg_wm_base *wm_base = wl_resource_get_user_data(resource);
	if (!wl_list_empty(&wm_base->surfaces)) {
		wl_resource_post_error(resource, XDG_WM_BASE_ERROR_DEFUNCT_SURFACES,
			"destroyed before its xdg_surfaces");
		return;
	}
	wl_resource_destroy(resource);
}

static void xdg_shell_handle_pong(
	struct wl_client *client, struct wl_resource *resource, uint32_t serial)
{
	struct xdg_wm_base *wm_base = wl_resource_get_user_data(resource);
	if (wm_base->ping == 0 || wm_base->ping != serial)
		return;
	wm_base->ping = 0;
	wm_base->unresponsive = false;
	wl_event_source_timer_update(wm_base->timer, 0);
}

static int xdg_shell_handle_ping_timeout(void *data)
{
	struct xdg_wm_base *wm_base = data;
	wm_base->unresponsive = true;
	return 0;
}

void xdg_surface_ping(struct xdg_surface *xdg)
{
	struct xdg_wm_base *wm_base = xdg->wm_base;
	if (!wm_base || wm_base->ping)
		return;
	if (!wm_base->timer)
		wm_base->timer = wl_event_loop_add_timer(
			xdg->shell->loop, xdg_shell_handle_ping_timeout, wm_base);
	if (!wm_base->timer)
		return;
	wm_base->ping = wl_display_next_serial(xdg->shell->display);
	wl_event_source_timer_update(wm_base->timer, XDG_SHELL_PING_TIMEOUT);
	xdg_wm_base_send_ping(wm_base->resource, wm_base->ping);
}

bool xdg_surface_is_responsive(const struct xdg_surface *xdg)
{
	return !xdg->wm_base || !xdg->wm_base->unresponsive;
}

void xdg_surface_end_client(struct xdg_surface *xdg)
{
	xdg_surface_post_error(xdg, XDG_WM_BASE_ERROR_UNRESPONSIVE,
		"no answer to a ping within %d s, and the user does not wait any longer",
		XDG_SHELL_PING_TIMEOUT / 1000);
}

static const struct xdg_wm_base_interface xdg_shell_implementation = {
	.destroy = xdg_shell_handle_destroy,
	.create_positioner = xdg_shell_handle_create_positioner,
	.get_xdg_surface = xdg_shell_handle_get_xdg_surface,
	.pong = xdg_shell_handle_pong,
};

static void xdg_shell_handle_resource_destroy(struct wl_resource *resource)
{
	struct xdg_wm_base *wm_base = wl_resource_get_user_data(resource);
	struct xdg_surface *xdg, *next;
	wl_list_for_each_safe (xdg, next, &wm_base->surfaces, wm_base_link) {
		wl_list_remove(&xdg->wm_base_link);
		wl_list_init(&xdg->wm_base_link);
		xdg->wm_base = NULL;
	}
	if (wm_base->timer)
		wl_event_source_remove(wm_base->timer);
	free(wm_base);
}

static void xdg_shell_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	struct xdg_wm_base *wm_base = xcalloc(1, sizeof *wm_base);
	wm_base->resource = resource_create(client, &xdg_wm_base_interface, version, id,
		&xdg_shell_implementation, wm_base, xdg_shell_handle_resource_destroy);
	if (!wm_base->resource) {
		free(wm_base);
		return;
	}
	wm_base->shell = data;
	wl_list_init(&wm_base->surfaces);
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
