#include "common/xalloc.h"
#include "protocol/resource.h"
#include "protocol/seat.h"
#include "protocol/surface.h"
#include "protocol/xdg_private.h"

#include "xdg-shell-server.h"

#include <stdlib.h>

static struct xdg_popup *xdg_popup_from_resource(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}

void xdg_popup_configure(struct xdg_popup *popup, struct xdg_configure *configure)
{
	struct xdg_shell *shell = popup->xdg->shell;
	struct xdg_box *box = &configure->box;
	*box = popup->box;
	if (!popup->parent && !popup->host)
		return;
	*box = xdg_positioner_place(
		&popup->positioner, shell->listener->popup_bounds(shell->data, popup));
	if (!popup->xdg->configured)
		popup->box = *box; /* there is no other one yet */
	if (popup->reposition)
		xdg_popup_send_repositioned(popup->resource, popup->token);
	popup->reposition = false;
	xdg_popup_send_configure(popup->resource, box->x, box->y, box->width, box->height);
}

/* A popup's place is not part of its surface: it is there as soon as it is agreed. */
void xdg_popup_take(struct xdg_popup *popup, const struct xdg_configure *configure)
{
	popup->box = configure->box;
	if (popup->xdg->mapped)
		popup->listener->commit(popup->data);
}

void xdg_popup_reset(struct xdg_popup *popup)
{
	if (!popup->grabbing)
		return;
	popup->grabbing = false;
	wl_list_remove(&popup->grab_link);
	struct xdg_shell *shell = popup->xdg->shell;
	shell->listener->popup_grab(shell->data, xdg_shell_grab(shell));
}

void xdg_popup_dismiss(struct xdg_popup *popup)
{
	if (popup->dismissed)
		return;
	popup->dismissed = true;
	struct xdg_popup *child, *next;
	wl_list_for_each_safe (child, next, &popup->xdg->popups, parent_link)
		xdg_popup_dismiss(child);
	xdg_popup_reset(popup);
	xdg_popup_send_popup_done(popup->resource);
	if (popup->xdg->mapped) {
		popup->xdg->mapped = false;
		popup->listener->unmap(popup->data);
	}
}

void xdg_popup_dismiss_all(struct wl_list *popups)
{
	struct xdg_popup *popup;
	wl_list_for_each (popup, popups, parent_link)
		xdg_popup_dismiss(popup);
}

void xdg_popup_orphan_all(struct wl_list *popups)
{
	struct xdg_popup *popup, *next;
	wl_list_for_each_safe (popup, next, popups, parent_link) {
		wl_list_remove(&popup->parent_link);
		wl_list_init(&popup->parent_link);
		popup->parent = NULL;
		popup->host = NULL;
	}
}

void xdg_popup_set_host(struct wl_resource *resource, struct surface *host, struct wl_list *popups)
{
	struct xdg_popup *popup = xdg_popup_from_resource(resource);
	if (!popup)
		return;
	if (popup->parent || popup->host || popup->xdg->initial_commit) {
		xdg_surface_post_error(popup->xdg, XDG_WM_BASE_ERROR_INVALID_POPUP_PARENT,
			"xdg_popup#%u has a parent, or was committed already",
			wl_resource_get_id(resource));
		return;
	}
	if (!host) {
		xdg_popup_dismiss(popup);
		return;
	}
	popup->host = host;
	wl_list_insert(popups, &popup->parent_link);
}

bool xdg_popup_check(const struct xdg_popup *popup)
{
	/* Without a parent it may have been made, but not be committed. One whose parent has gone
	 * is dismissed. */
	if (popup->parent || popup->host || popup->xdg->initial_commit || popup->dismissed)
		return true;
	xdg_surface_post_error(popup->xdg, XDG_WM_BASE_ERROR_INVALID_POPUP_PARENT,
		"a popup without a parent was committed");
	return false;
}

static void xdg_popup_handle_destroy(struct wl_client *client, struct wl_resource *resource)
{
	struct xdg_popup *popup = xdg_popup_from_resource(resource);
	if (popup && !wl_list_empty(&popup->xdg->popups)) {
		xdg_surface_post_error(popup->xdg, XDG_WM_BASE_ERROR_NOT_THE_TOPMOST_POPUP,
			"xdg_popup#%u has a popup of its own", wl_resource_get_id(resource));
		return;
	}
	wl_resource_destroy(resource);
}

static void xdg_popup_handle_grab(struct wl_client *client, struct wl_resource *resource,
	struct wl_resource *seat_resource, uint32_t serial)
{
	struct xdg_popup *popup = xdg_popup_from_resource(resource);
	if (!popup || popup->dismissed)
		return;
	struct xdg_shell *shell = popup->xdg->shell;
	if (popup->xdg->mapped || popup->grabbing) {
		wl_resource_post_error(resource, XDG_POPUP_ERROR_INVALID_GRAB,
			"a grab after the popup was mapped");
		return;
	}
	const struct xdg_surface *parent = popup->parent;
	if ((!parent && !popup->host) ||
		(parent && parent->kind == XDG_POPUP && parent->popup->dismissed)) {
		xdg_popup_dismiss(popup);
		return;
	}
	/* The parent may be a popup without one: GTK 4 has menus in popovers that stay. */
	while (parent && parent->kind == XDG_POPUP && !parent->popup->grabbing)
		parent = parent->popup->parent;
	struct xdg_popup *top = xdg_shell_grab(shell);
	if (top && top->xdg != parent) {
		/* Another client's grab, or not the topmost one: this popup does not get it. */
		if (wl_resource_get_client(top->resource) == client)
			xdg_surface_post_error(popup->xdg, XDG_WM_BASE_ERROR_NOT_THE_TOPMOST_POPUP,
				"the parent is not the topmost grabbing popup");
		else
			xdg_popup_dismiss(popup);
		return;
	}
	struct seat *seat = seat_from_resource(seat_resource);
	if (!seat || !seat_gave_serial(seat, client, serial)) {
		xdg_popup_dismiss(popup);
		return;
	}
	popup->grabbing = true;
	wl_list_insert(&shell->grabs, &popup->grab_link);
	shell->listener->popup_grab(shell->data, popup);
}

static void xdg_popup_handle_reposition(struct wl_client *client, struct wl_resource *resource,
	struct wl_resource *positioner, uint32_t token)
{
	struct xdg_popup *popup = xdg_popup_from_resource(resource);
	if (!popup || popup->dismissed)
		return;
	const struct xdg_positioner *rules = xdg_positioner_from_resource(positioner);
	if (!xdg_positioner_is_complete(rules)) {
		xdg_surface_post_error(popup->xdg, XDG_WM_BASE_ERROR_INVALID_POSITIONER,
			"the positioner has no size or no anchor rectangle");
		return;
	}
	popup->positioner = *rules;
	popup->reposition = true;
	popup->token = token;
	xdg_surface_schedule_configure(popup->xdg);
}

static const struct xdg_popup_interface xdg_popup_implementation = {
	.destroy = xdg_popup_handle_destroy,
	.grab = xdg_popup_handle_grab,
	.reposition = xdg_popup_handle_reposition,
};

static void xdg_popup_handle_resource_destroy(struct wl_resource *resource)
{
	struct xdg_popup *popup = xdg_popup_from_resource(resource);
	if (popup)
		xdg_popup_destroy(popup);
}

void xdg_popup_destroy(struct xdg_popup *popup)
{
	xdg_surface_end_role(popup->xdg);
	popup->listener->destroy(popup->data);
	wl_list_remove(&popup->parent_link);
	wl_resource_set_user_data(popup->resource, NULL);
	free(popup);
}

/* False: posted an error. A popup made without a parent (NULL) gets one by xdg_popup_set_host(). */
static bool xdg_popup_can_create(
	struct xdg_surface *xdg, struct xdg_surface *parent, struct wl_resource *positioner)
{
	if (!xdg_positioner_is_complete(xdg_positioner_from_resource(positioner))) {
		xdg_surface_post_error(xdg, XDG_WM_BASE_ERROR_INVALID_POSITIONER,
			"the positioner has no size or no anchor rectangle");
		return false;
	}
	if (parent && (parent == xdg || parent->kind == XDG_NONE)) {
		xdg_surface_post_error(xdg, XDG_WM_BASE_ERROR_INVALID_POPUP_PARENT,
			"a popup without a usable parent");
		return false;
	}
	int depth = 0;
	for (; parent && parent->kind == XDG_POPUP; parent = parent->popup->parent)
		depth++;
	if (depth >= XDG_MAX_DEPTH) {
		wl_client_post_implementation_error(wl_resource_get_client(xdg->resource),
			"popups nested more than %d deep", XDG_MAX_DEPTH);
		return false;
	}
	return true;
}

void xdg_popup_create(struct xdg_surface *xdg, uint32_t id, struct wl_resource *parent_resource,
	struct wl_resource *positioner)
{
	struct xdg_surface *parent =
		parent_resource ? xdg_surface_from_resource(parent_resource) : NULL;
	if (!xdg_popup_can_create(xdg, parent, positioner))
		return;
	struct xdg_popup *popup = xcalloc(1, sizeof *popup);
	popup->resource = resource_create(wl_resource_get_client(xdg->resource),
		&xdg_popup_interface, (uint32_t)wl_resource_get_version(xdg->resource), id,
		&xdg_popup_implementation, popup, xdg_popup_handle_resource_destroy);
	if (!popup->resource) {
		free(popup);
		return;
	}
	popup->xdg = xdg;
	popup->parent = parent;
	popup->positioner = *xdg_positioner_from_resource(positioner);
	wl_list_init(&popup->parent_link);
	if (parent)
		wl_list_insert(&parent->popups, &popup->parent_link);
	xdg->kind = XDG_POPUP;
	xdg->popup = popup;
	xdg->shell->listener->new_popup(xdg->shell->data, popup);
}
