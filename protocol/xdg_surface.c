#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/region.h"
#include "protocol/resource.h"
#include "protocol/surface.h"
#include "protocol/xdg_private.h"

#include "xdg-shell-server.h"

#include <stdlib.h>
#include <string.h>

struct xdg_surface *xdg_surface_from_resource(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}

static void xdg_surface_handle_idle(void *data)
{
	struct xdg_surface *xdg = data;
	struct xdg_configure *configure = unacked_add(&xdg->configures, xdg->resource);
	xdg->configure_idle = NULL;
	if (!configure)
		return;
	if (xdg->kind == XDG_TOPLEVEL)
		xdg_toplevel_configure(xdg->toplevel, configure);
	else if (xdg->kind == XDG_POPUP)
		xdg_popup_configure(xdg->popup, configure);
	xdg->last_serial = configure->serial;
	xdg_surface_send_configure(xdg->resource, xdg->last_serial);
}

void xdg_surface_schedule_configure(struct xdg_surface *xdg)
{
	if (xdg->configure_idle || !xdg->initial_commit || xdg->kind == XDG_NONE)
		return;
	xdg->configure_idle =
		wl_event_loop_add_idle(xdg->shell->loop, xdg_surface_handle_idle, xdg);
	if (!xdg->configure_idle)
		wl_client_post_no_memory(wl_resource_get_client(xdg->resource));
}

bool xdg_surface_is_settled(const struct xdg_surface *xdg)
{
	return !xdg->configure_idle && !xdg->configures.behind &&
	       xdg->window.configure.serial == xdg->last_serial;
}

static void xdg_surface_set_mapped(struct xdg_surface *xdg, bool mapped)
{
	if (xdg->mapped == mapped)
		return;
	xdg->mapped = mapped;
	if (xdg->kind == XDG_TOPLEVEL) {
		const struct xdg_toplevel_listener *listener = xdg->toplevel->listener;
		(mapped ? listener->map : listener->unmap)(xdg->toplevel->data);
		if (mapped)
			xdg_toplevel_tell_children(xdg->toplevel);
	} else if (xdg->kind == XDG_POPUP) {
		const struct xdg_popup_listener *listener = xdg->popup->listener;
		(mapped ? listener->map : listener->unmap)(xdg->popup->data);
	}
}

/* Back to before the first commit: the role's object goes, or the client attached no buffer. */
static void xdg_surface_reset(struct xdg_surface *xdg)
{
	xdg_popup_dismiss_all(&xdg->popups);
	xdg->initial_commit = xdg->configured = false; /* unmap() tells it nothing */
	xdg_surface_set_mapped(xdg, false);
	if (xdg->configure_idle)
		wl_event_source_remove(xdg->configure_idle);
	xdg->configure_idle = NULL;
	xdg_window_reset(xdg);
	xdg->geometry = (struct xdg_box){0};
	unacked_make_stale(&xdg->configures);
	xdg->last_serial = 0;
	if (xdg->kind == XDG_TOPLEVEL)
		xdg_toplevel_reset(xdg->toplevel);
	else if (xdg->kind == XDG_POPUP)
		xdg_popup_reset(xdg->popup);
}

void xdg_surface_end_role(struct xdg_surface *xdg)
{
	xdg_surface_reset(xdg);
	xdg_popup_orphan_all(&xdg->popups);
	xdg->window = xdg->pending_window = (struct xdg_window){0};
	xdg->kind = XDG_NONE;
	xdg->toplevel = NULL;
}

/* "Any attempts by a client to attach or manipulate a buffer prior to the first
 * xdg_surface.configure call must also be treated as errors" (xdg_surface). */
static bool xdg_surface_check_attach(struct surface *surface, const struct buffer *buffer)
{
	const struct xdg_surface *xdg = surface->role_data;
	bool lenient = xdg->shell->lenient && xdg->kind != XDG_NONE;
	if (!buffer || xdg->last_serial || lenient)
		return true;
	wl_resource_post_error(xdg->resource, XDG_SURFACE_ERROR_UNCONFIGURED_BUFFER,
		"a buffer before the first configure");
	return false;
}

static bool xdg_surface_check(struct surface *surface, const struct surface_state *pending)
{
	struct xdg_surface *xdg = surface->role_data;
	bool has_buffer = pending->fields & SURFACE_STATE_BUFFER && pending->buffer;
	if (xdg->kind == XDG_NONE) {
		wl_resource_post_error(xdg->resource, XDG_SURFACE_ERROR_NOT_CONSTRUCTED,
			"a commit before the xdg_surface has a role");
		return false;
	}
	if (has_buffer && !xdg->configured && !xdg->shell->lenient) {
		wl_resource_post_error(xdg->resource, XDG_SURFACE_ERROR_UNCONFIGURED_BUFFER,
			"a buffer before the first configure was acknowledged");
		return false;
	}
	if (xdg->kind == XDG_TOPLEVEL ? !xdg_toplevel_check(xdg->toplevel)
				      : !xdg_popup_check(xdg->popup))
		return false;
	xdg_window_commit(xdg);
	return true;
}

static int32_t xdg_surface_smaller(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static int32_t xdg_surface_larger(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

static void xdg_surface_add_bounds(struct surface *surface, int32_t sx, int32_t sy, void *data)
{
	pixman_box32_t *box = data;
	if (surface->width <= 0 || surface->height <= 0)
		return;
	bool first = box->x1 >= box->x2;
	box->x1 = first ? sx : xdg_surface_smaller(box->x1, sx);
	box->y1 = first ? sy : xdg_surface_smaller(box->y1, sy);
	box->x2 = first ? sx + surface->width : xdg_surface_larger(box->x2, sx + surface->width);
	box->y2 = first ? sy + surface->height : xdg_surface_larger(box->y2, sy + surface->height);
}

/* What was set, within the surface tree (xdg_surface.set_window_geometry). */
static void xdg_surface_apply_geometry(struct xdg_surface *xdg)
{
	pixman_region32_t window;
	pixman_box32_t box = {0};
	pixman_region32_init(&window);
	surface_for_each(xdg->surface, xdg_surface_add_bounds, &box);
	const struct xdg_box *set = &xdg->window.geometry;
	if (xdg->window.has_geometry)
		region_add(&window, set->x, set->y, set->width, set->height);
	pixman_region32_intersect_rect(&window, &window, box.x1, box.y1,
		(uint32_t)(box.x2 - box.x1), (uint32_t)(box.y2 - box.y1));
	if (pixman_region32_not_empty(&window))
		box = *pixman_region32_extents(&window);
	xdg->geometry = (struct xdg_box){box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1};
	pixman_region32_fini(&window);
}

void xdg_surface_replace_popups(struct xdg_surface *xdg)
{
	struct xdg_popup *popup;
	wl_list_for_each (popup, &xdg->popups, parent_link) {
		if (popup->positioner.reactive && !popup->dismissed)
			xdg_surface_schedule_configure(popup->xdg);
	}
}

static bool xdg_surface_can_map(const struct xdg_surface *xdg)
{
	return (xdg->configured || xdg->shell->lenient) &&
	       (xdg->kind == XDG_TOPLEVEL || !xdg->popup->dismissed);
}

static void xdg_surface_commit(struct surface *surface)
{
	struct xdg_surface *xdg = surface->role_data;
	if (!xdg->window.begun)
		return; /* it waited, and is of what the surface was before */
	struct xdg_box before = xdg->geometry;
	xdg_surface_apply_geometry(xdg);
	bool moved = memcmp(&before, &xdg->geometry, sizeof before) != 0;
	if (moved)
		xdg_surface_replace_popups(xdg);
	if (!xdg->initial_commit) {
		xdg->initial_commit = true;
		xdg_surface_schedule_configure(xdg);
	}
	if (surface->current.buffer && !xdg->mapped && xdg_surface_can_map(xdg))
		xdg_surface_set_mapped(xdg, true);
	else if (!surface->current.buffer && xdg->mapped)
		xdg_surface_reset(xdg);
	else if (surface->applying_nothing && !moved)
		return;
	else if (xdg->mapped && xdg->kind == XDG_TOPLEVEL)
		xdg->toplevel->listener->commit(xdg->toplevel->data);
	else if (xdg->mapped && xdg->kind == XDG_POPUP)
		xdg->popup->listener->commit(xdg->popup->data);
}

static void xdg_surface_destroy_role(struct xdg_surface *xdg)
{
	if (xdg->kind == XDG_TOPLEVEL)
		xdg_toplevel_destroy(xdg->toplevel);
	else if (xdg->kind == XDG_POPUP)
		xdg_popup_destroy(xdg->popup);
}

/* The wl_surface goes first: a client's fault, or its end. What is left becomes inert. */
static void xdg_surface_handle_surface_destroy(struct surface *surface)
{
	struct xdg_surface *xdg = surface->role_data;
	xdg_surface_destroy_role(xdg);
	xdg->surface = NULL;
	surface->role_data = NULL;
}

/* By kind: what a wl_surface once was it can be again, and nothing else. */
#define XDG_SURFACE_ROLE(text) \
	{ \
		.name = text, \
		.has_object = true, \
		.check_attach = xdg_surface_check_attach, \
		.check = xdg_surface_check, \
		.commit = xdg_surface_commit, \
		.destroy = xdg_surface_handle_surface_destroy, \
	}
static const struct surface_role xdg_surface_roles[] = {
	[XDG_NONE] = XDG_SURFACE_ROLE("xdg_surface"),
	[XDG_TOPLEVEL] = XDG_SURFACE_ROLE("xdg_toplevel"),
	[XDG_POPUP] = XDG_SURFACE_ROLE("xdg_popup"),
};

static bool xdg_surface_is_role(const struct surface_role *role)
{
	return role && role->commit == xdg_surface_commit;
}

struct xdg_surface *xdg_surface_from_surface(const struct surface *surface)
{
	return xdg_surface_is_role(surface->role) ? surface->role_data : NULL;
}

static void xdg_surface_handle_destroy(struct wl_client *client, struct wl_resource *resource)
{
	struct xdg_surface *xdg = xdg_surface_from_resource(resource);
	if (xdg->kind != XDG_NONE) {
		wl_resource_post_error(resource, XDG_SURFACE_ERROR_DEFUNCT_ROLE_OBJECT,
			"destroyed before its xdg_toplevel or xdg_popup");
		return;
	}
	wl_resource_destroy(resource);
}

/* False: posted an error, or there is no surface any more. */
static bool xdg_surface_take_role(struct xdg_surface *xdg, enum xdg_kind kind)
{
	struct surface *surface = xdg->surface;
	if (!surface)
		return false;
	if (xdg->kind != XDG_NONE) {
		wl_resource_post_error(xdg->resource, XDG_SURFACE_ERROR_ALREADY_CONSTRUCTED,
			"the xdg_surface has a role already");
		return false;
	}
	if (surface->role != &xdg_surface_roles[XDG_NONE] &&
		surface->role != &xdg_surface_roles[kind]) {
		xdg_surface_post_error(xdg, XDG_WM_BASE_ERROR_ROLE, "wl_surface#%u was a %s before",
			wl_resource_get_id(surface->resource), surface->role->name);
		return false;
	}
	surface->role = &xdg_surface_roles[kind];
	return true;
}

static void xdg_surface_handle_get_toplevel(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	struct xdg_surface *xdg = xdg_surface_from_resource(resource);
	if (xdg_surface_take_role(xdg, XDG_TOPLEVEL))
		xdg_toplevel_create(xdg, id);
}

static void xdg_surface_handle_get_popup(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *parent, struct wl_resource *positioner)
{
	struct xdg_surface *xdg = xdg_surface_from_resource(resource);
	if (xdg_surface_take_role(xdg, XDG_POPUP))
		xdg_popup_create(xdg, id, parent, positioner);
}

static void xdg_surface_handle_set_window_geometry(struct wl_client *client,
	struct wl_resource *resource, int32_t x, int32_t y, int32_t width, int32_t height)
{
	struct xdg_surface *xdg = xdg_surface_from_resource(resource);
	if (xdg->kind == XDG_NONE) {
		wl_resource_post_error(resource, XDG_SURFACE_ERROR_NOT_CONSTRUCTED,
			"geometry before the xdg_surface has a role");
		return;
	}
	if (width <= 0 || height <= 0) {
		wl_resource_post_error(resource, XDG_SURFACE_ERROR_INVALID_SIZE,
			"a window geometry of %dx%d: the size must be positive", width, height);
		return;
	}
	xdg->pending_window.geometry = (struct xdg_box){x, y, width, height};
	xdg->pending_window.has_geometry = true;
	xdg->window_pending = true;
}

static void xdg_surface_handle_ack_configure(
	struct wl_client *client, struct wl_resource *resource, uint32_t serial)
{
	struct xdg_surface *xdg = xdg_surface_from_resource(resource);
	if (xdg->kind == XDG_NONE) {
		wl_resource_post_error(resource, XDG_SURFACE_ERROR_NOT_CONSTRUCTED,
			"ack_configure before the xdg_surface has a role");
		return;
	}
	struct xdg_configure acked;
	enum unacked_serial is = unacked_take(&xdg->configures, serial, &acked);
	if (is == UNACKED_UNKNOWN)
		wl_resource_post_error(resource, XDG_SURFACE_ERROR_INVALID_SERIAL,
			"no configure with serial %u waits", serial);
	if (is != UNACKED_TAKEN)
		return;
	xdg->pending_window.configure = acked;
	xdg->window_pending = true;
	xdg->configured = true;
	if (xdg->kind == XDG_POPUP)
		xdg_popup_take(xdg->popup, &acked);
	if (xdg->configures.behind)
		xdg_surface_schedule_configure(xdg);
}

static const struct xdg_surface_interface xdg_surface_implementation = {
	.destroy = xdg_surface_handle_destroy,
	.get_toplevel = xdg_surface_handle_get_toplevel,
	.get_popup = xdg_surface_handle_get_popup,
	.set_window_geometry = xdg_surface_handle_set_window_geometry,
	.ack_configure = xdg_surface_handle_ack_configure,
};

static void xdg_surface_handle_resource_destroy(struct wl_resource *resource)
{
	struct xdg_surface *xdg = xdg_surface_from_resource(resource);
	xdg_surface_destroy_role(xdg);
	wl_list_remove(&xdg->wm_base_link);
	if (xdg->surface)
		xdg->surface->role_data = NULL;
	xdg_window_reset(xdg);
	unacked_finish(&xdg->configures);
	free(xdg);
}

void xdg_surface_create(struct xdg_wm_base *wm_base, uint32_t id, struct surface *surface)
{
	if (surface_has_contents(surface)) {
		wl_resource_post_error(wm_base->resource, XDG_WM_BASE_ERROR_INVALID_SURFACE_STATE,
			"wl_surface#%u has a buffer already",
			wl_resource_get_id(surface->resource));
		return;
	}
	struct xdg_surface *xdg = xcalloc(1, sizeof *xdg);
	const struct surface_role *role =
		xdg_surface_is_role(surface->role) ? surface->role : &xdg_surface_roles[XDG_NONE];
	if (!surface_set_role(surface, role, xdg, wm_base->resource, XDG_WM_BASE_ERROR_ROLE)) {
		free(xdg);
		return;
	}
	xdg->resource = resource_create(wl_resource_get_client(wm_base->resource),
		&xdg_surface_interface, (uint32_t)wl_resource_get_version(wm_base->resource), id,
		&xdg_surface_implementation, xdg, xdg_surface_handle_resource_destroy);
	if (!xdg->resource) {
		surface->role_data = NULL;
		free(xdg);
		return;
	}
	xdg->shell = wm_base->shell;
	xdg->wm_base = wm_base;
	wl_list_insert(&wm_base->surfaces, &xdg->wm_base_link);
	xdg->surface = surface;
	unacked_init(&xdg->configures, sizeof(struct xdg_configure));
	wl_list_init(&xdg->waiting);
	wl_list_init(&xdg->popups);
}
