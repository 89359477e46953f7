#include "common/xalloc.h"
#include "protocol/resource.h"
#include "protocol/surface.h"
#include "protocol/xdg_private.h"

#include "xdg-shell-server.h"

#include <stdlib.h>
#include <string.h>

struct xdg_toplevel *xdg_toplevel_from_resource(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}

static void xdg_toplevel_add_state(struct wl_array *states, uint32_t state)
{
	uint32_t *slot = wl_array_add(states, sizeof state);
	if (slot)
		*slot = state;
}

static void xdg_toplevel_send_capabilities(struct xdg_toplevel *toplevel)
{
	static const struct {
		enum xdg_toplevel_capability capability;
		uint32_t value;
	} capabilities[] = {
		{XDG_TOPLEVEL_CAN_MAXIMIZE, XDG_TOPLEVEL_WM_CAPABILITIES_MAXIMIZE},
		{XDG_TOPLEVEL_CAN_FULLSCREEN, XDG_TOPLEVEL_WM_CAPABILITIES_FULLSCREEN},
		{XDG_TOPLEVEL_CAN_MINIMIZE, XDG_TOPLEVEL_WM_CAPABILITIES_MINIMIZE},
	};
	struct wl_array array;
	wl_array_init(&array);
	for (size_t i = 0; i < sizeof capabilities / sizeof capabilities[0]; i++) {
		if (toplevel->capabilities & capabilities[i].capability)
			xdg_toplevel_add_state(&array, capabilities[i].value);
	}
	xdg_toplevel_send_wm_capabilities(toplevel->resource, &array);
	wl_array_release(&array);
}

static void xdg_toplevel_send_states(struct xdg_toplevel *toplevel)
{
	static const struct {
		enum xdg_toplevel_flag flag;
		uint32_t state;
		int since;
	} states[] = {
		{XDG_TOPLEVEL_ACTIVATED, XDG_TOPLEVEL_STATE_ACTIVATED, 1},
		{XDG_TOPLEVEL_FULLSCREEN, XDG_TOPLEVEL_STATE_FULLSCREEN, 1},
		{XDG_TOPLEVEL_MAXIMIZED, XDG_TOPLEVEL_STATE_MAXIMIZED, 1},
		{XDG_TOPLEVEL_RESIZING, XDG_TOPLEVEL_STATE_RESIZING, 1},
		{XDG_TOPLEVEL_TILED_LEFT, XDG_TOPLEVEL_STATE_TILED_LEFT, 2},
		{XDG_TOPLEVEL_TILED_RIGHT, XDG_TOPLEVEL_STATE_TILED_RIGHT, 2},
		{XDG_TOPLEVEL_TILED_TOP, XDG_TOPLEVEL_STATE_TILED_TOP, 2},
		{XDG_TOPLEVEL_TILED_BOTTOM, XDG_TOPLEVEL_STATE_TILED_BOTTOM, 2},
		{XDG_TOPLEVEL_SUSPENDED, XDG_TOPLEVEL_STATE_SUSPENDED, 6},
	};
	int version = wl_resource_get_version(toplevel->resource);
	struct wl_array array;
	wl_array_init(&array);
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		if (toplevel->flags & states[i].flag && version >= states[i].since)
			xdg_toplevel_add_state(&array, states[i].state);
	}
	xdg_toplevel_send_configure(toplevel->resource, toplevel->width, toplevel->height, &array);
	wl_array_release(&array);
}

void xdg_toplevel_configure(struct xdg_toplevel *toplevel, struct xdg_configure *configure)
{
	int version = wl_resource_get_version(toplevel->resource);
	bool first = !toplevel->xdg->last_serial;
	if (version >= XDG_TOPLEVEL_CONFIGURE_BOUNDS_SINCE_VERSION &&
		((first && toplevel->bounds_width > 0) || toplevel->tell_bounds))
		xdg_toplevel_send_configure_bounds(
			toplevel->resource, toplevel->bounds_width, toplevel->bounds_height);
	toplevel->tell_bounds = false;
	xdg_toplevel_send_states(toplevel);
	configure->flags = toplevel->flags;
	configure->width = toplevel->width;
	configure->height = toplevel->height;
}

void xdg_toplevel_set_flag(struct xdg_toplevel *toplevel, enum xdg_toplevel_flag flag, bool on)
{
	uint32_t flags = on ? toplevel->flags | flag : toplevel->flags & ~(uint32_t)flag;
	if (flags == toplevel->flags)
		return;
	toplevel->flags = flags;
	xdg_surface_schedule_configure(toplevel->xdg);
}

void xdg_toplevel_set_size(struct xdg_toplevel *toplevel, int32_t width, int32_t height)
{
	if (toplevel->width == width && toplevel->height == height)
		return;
	toplevel->width = width;
	toplevel->height = height;
	xdg_surface_schedule_configure(toplevel->xdg);
}

void xdg_toplevel_set_bounds(struct xdg_toplevel *toplevel, int32_t width, int32_t height)
{
	if (toplevel->bounds_width == width && toplevel->bounds_height == height)
		return;
	toplevel->bounds_width = width;
	toplevel->bounds_height = height;
	toplevel->tell_bounds = true;
	xdg_surface_schedule_configure(toplevel->xdg);
}

bool xdg_toplevel_check(struct xdg_toplevel *toplevel)
{
	const struct xdg_window *window = &toplevel->xdg->pending_window;
	if ((window->max_width == 0 || window->min_width <= window->max_width) &&
		(window->max_height == 0 || window->min_height <= window->max_height))
		return true;
	wl_resource_post_error(toplevel->resource, XDG_TOPLEVEL_ERROR_INVALID_SIZE,
		"the smallest size %dx%d is larger than the largest %dx%d", window->min_width,
		window->min_height, window->max_width, window->max_height);
	return false;
}

static void xdg_toplevel_link(struct xdg_toplevel *toplevel, struct xdg_toplevel *parent)
{
	wl_list_remove(&toplevel->parent_link);
	wl_list_init(&toplevel->parent_link);
	toplevel->parent = parent;
	toplevel->parent_by = NULL;
	if (parent)
		wl_list_insert(&parent->children, &toplevel->parent_link);
}

struct xdg_toplevel *xdg_toplevel_parent(const struct xdg_toplevel *toplevel)
{
	struct xdg_toplevel *parent = toplevel->parent;
	return parent && parent->xdg->mapped ? parent : NULL;
}

void xdg_toplevel_tell_children(struct xdg_toplevel *toplevel)
{
	struct xdg_toplevel *child;
	wl_list_for_each (child, &toplevel->children, parent_link)
		child->listener->parent_changed(child->data, true);
}

void xdg_toplevel_reset(struct xdg_toplevel *toplevel)
{
	/* "If the parent is unmapped, its children get its parent" (xdg_toplevel.set_parent). */
	struct xdg_toplevel *child, *next;
	wl_list_for_each_safe (child, next, &toplevel->children, parent_link) {
		xdg_toplevel_link(child, toplevel->parent);
		child->listener->parent_changed(child->data, false);
	}
	bool had_parent = toplevel->parent;
	xdg_toplevel_link(toplevel, NULL);
	free(toplevel->title);
	free(toplevel->app_id);
	toplevel->title = toplevel->app_id = NULL;
	if (had_parent)
		toplevel->listener->parent_changed(toplevel->data, false);
}

/* Generations of children. */
static int xdg_toplevel_height(const struct xdg_toplevel *toplevel)
{
	int height = 0;
	const struct xdg_toplevel *child;
	wl_list_for_each (child, &toplevel->children, parent_link) {
		int below = 1 + xdg_toplevel_height(child);
		height = below > height ? below : height;
	}
	return height;
}

bool xdg_toplevel_set_parent(struct xdg_toplevel *toplevel, struct xdg_toplevel *parent)
{
	int depth = xdg_toplevel_height(toplevel);
	for (struct xdg_toplevel *ancestor = parent; ancestor; ancestor = ancestor->parent) {
		depth++;
		if (ancestor != toplevel)
			continue;
		wl_resource_post_error(toplevel->resource, XDG_TOPLEVEL_ERROR_INVALID_PARENT,
			"a toplevel cannot be its own ancestor");
		return false;
	}
	if (depth >= XDG_MAX_DEPTH) {
		wl_client_post_implementation_error(wl_resource_get_client(toplevel->resource),
			"dialogs of dialogs more than %d deep", XDG_MAX_DEPTH);
		return false;
	}
	xdg_toplevel_link(toplevel, parent);
	toplevel->listener->parent_changed(toplevel->data, false);
	return true;
}

static void xdg_toplevel_handle_set_parent(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *parent_resource)
{
	struct xdg_toplevel *toplevel = xdg_toplevel_from_resource(resource);
	struct xdg_toplevel *parent =
		parent_resource ? xdg_toplevel_from_resource(parent_resource) : NULL;
	if (toplevel && (parent || !parent_resource))
		xdg_toplevel_set_parent(toplevel, parent);
}

void xdg_toplevel_close(struct xdg_toplevel *toplevel)
{
	xdg_toplevel_send_close(toplevel->resource);
}

/* UTF-8: not within a character. Taskbars of older libwayland take messages of 4096 bytes. */
static char *xdg_toplevel_copy_text(const char *text)
{
	size_t len = strnlen(text, XDG_TOPLEVEL_MAX_TEXT + 1);
	if (len > XDG_TOPLEVEL_MAX_TEXT) {
		len = XDG_TOPLEVEL_MAX_TEXT;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	char *copy = xcalloc(1, len + 1);
	memcpy(copy, text, len);
	return copy;
}

static void xdg_toplevel_set_text(struct wl_resource *resource, bool title, const char *text)
{
	struct xdg_toplevel *toplevel = xdg_toplevel_from_resource(resource);
	if (!toplevel)
		return;
	char **slot = title ? &toplevel->title : &toplevel->app_id;
	free(*slot);
	*slot = xdg_toplevel_copy_text(text);
	toplevel->listener->title_changed(toplevel->data);
}

static void xdg_toplevel_handle_set_title(
	struct wl_client *client, struct wl_resource *resource, const char *title)
{
	xdg_toplevel_set_text(resource, true, title);
}

static void xdg_toplevel_handle_set_app_id(
	struct wl_client *client, struct wl_resource *resource, const char *app_id)
{
	xdg_toplevel_set_text(resource, false, app_id);
}

/* A window menu is decoration, of which we have none. */
static void xdg_toplevel_handle_show_window_menu(struct wl_client *client,
	struct wl_resource *resource, struct wl_resource *seat, uint32_t serial, int32_t x,
	int32_t y)
{
}

static void xdg_toplevel_handle_move(struct wl_client *client, struct wl_resource *resource,
	struct wl_resource *seat, uint32_t serial)
{
	struct xdg_toplevel *toplevel = xdg_toplevel_from_resource(resource);
	if (toplevel)
		toplevel->listener->request_move(toplevel->data, serial);
}

static void xdg_toplevel_handle_resize(struct wl_client *client, struct wl_resource *resource,
	struct wl_resource *seat, uint32_t serial, uint32_t edges)
{
	struct xdg_toplevel *toplevel = xdg_toplevel_from_resource(resource);
	if (edges > XDG_TOPLEVEL_RESIZE_EDGE_BOTTOM_RIGHT || edges == 3 || edges == 7) {
		wl_resource_post_error(resource, XDG_TOPLEVEL_ERROR_INVALID_RESIZE_EDGE,
			"no such edge: %u", edges);
		return;
	}
	if (toplevel)
		toplevel->listener->request_resize(toplevel->data, serial, edges);
}

static bool xdg_toplevel_size_valid(struct wl_resource *resource, int32_t width, int32_t height)
{
	if (width >= 0 && height >= 0)
		return true;
	wl_resource_post_error(
		resource, XDG_TOPLEVEL_ERROR_INVALID_SIZE, "a size limit of %dx%d", width, height);
	return false;
}

static void xdg_toplevel_handle_set_max_size(
	struct wl_client *client, struct wl_resource *resource, int32_t width, int32_t height)
{
	struct xdg_toplevel *toplevel = xdg_toplevel_from_resource(resource);
	if (!toplevel || !xdg_toplevel_size_valid(resource, width, height))
		return;
	toplevel->xdg->pending_window.max_width = width;
	toplevel->xdg->pending_window.max_height = height;
	toplevel->xdg->window_pending = true;
}

static void xdg_toplevel_handle_set_min_size(
	struct wl_client *client, struct wl_resource *resource, int32_t width, int32_t height)
{
	struct xdg_toplevel *toplevel = xdg_toplevel_from_resource(resource);
	if (!toplevel || !xdg_toplevel_size_valid(resource, width, height))
		return;
	toplevel->xdg->pending_window.min_width = width;
	toplevel->xdg->pending_window.min_height = height;
	toplevel->xdg->window_pending = true;
}

static void xdg_toplevel_request(struct wl_resource *resource, enum xdg_toplevel_flag flag, bool on,
	struct wl_resource *output)
{
	struct xdg_toplevel *toplevel = xdg_toplevel_from_resource(resource);
	if (!toplevel)
		return;
	toplevel->listener->request_state(toplevel->data, flag, on, output);
	/* The protocol promises an answer even where nothing changes. */
	xdg_surface_schedule_configure(toplevel->xdg);
}

static void xdg_toplevel_handle_set_maximized(
	struct wl_client *client, struct wl_resource *resource)
{
	xdg_toplevel_request(resource, XDG_TOPLEVEL_MAXIMIZED, true, NULL);
}

static void xdg_toplevel_handle_unset_maximized(
	struct wl_client *client, struct wl_resource *resource)
{
	xdg_toplevel_request(resource, XDG_TOPLEVEL_MAXIMIZED, false, NULL);
}

static void xdg_toplevel_handle_set_fullscreen(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *output)
{
	xdg_toplevel_request(resource, XDG_TOPLEVEL_FULLSCREEN, true, output);
}

static void xdg_toplevel_handle_unset_fullscreen(
	struct wl_client *client, struct wl_resource *resource)
{
	xdg_toplevel_request(resource, XDG_TOPLEVEL_FULLSCREEN, false, NULL);
}

static void xdg_toplevel_handle_set_minimized(
	struct wl_client *client, struct wl_resource *resource)
{
	struct xdg_toplevel *toplevel = xdg_toplevel_from_resource(resource);
	if (toplevel)
		toplevel->listener->request_minimize(toplevel->data);
}

static const struct xdg_toplevel_interface xdg_toplevel_implementation = {
	.destroy = resource_handle_destroy,
	.set_parent = xdg_toplevel_handle_set_parent,
	.set_title = xdg_toplevel_handle_set_title,
	.set_app_id = xdg_toplevel_handle_set_app_id,
	.show_window_menu = xdg_toplevel_handle_show_window_menu,
	.move = xdg_toplevel_handle_move,
	.resize = xdg_toplevel_handle_resize,
	.set_max_size = xdg_toplevel_handle_set_max_size,
	.set_min_size = xdg_toplevel_handle_set_min_size,
	.set_maximized = xdg_toplevel_handle_set_maximized,
	.unset_maximized = xdg_toplevel_handle_unset_maximized,
	.set_fullscreen = xdg_toplevel_handle_set_fullscreen,
	.unset_fullscreen = xdg_toplevel_handle_unset_fullscreen,
	.set_minimized = xdg_toplevel_handle_set_minimized,
};

static void xdg_toplevel_handle_resource_destroy(struct wl_resource *resource)
{
	struct xdg_toplevel *toplevel = xdg_toplevel_from_resource(resource);
	if (toplevel)
		xdg_toplevel_destroy(toplevel);
}

void xdg_toplevel_destroy(struct xdg_toplevel *toplevel)
{
	xdg_surface_end_role(toplevel->xdg);
	wl_signal_emit_mutable(&toplevel->events.destroy, toplevel);
	extension_orphan(toplevel->extensions, XDG_TOPLEVEL_EXTENSIONS);
	toplevel->listener->destroy(toplevel->data);
	wl_resource_set_user_data(toplevel->resource, NULL);
	free(toplevel);
}

void xdg_toplevel_create(struct xdg_surface *xdg, uint32_t id)
{
	struct xdg_toplevel *toplevel = xcalloc(1, sizeof *toplevel);
	toplevel->resource = resource_create(wl_resource_get_client(xdg->resource),
		&xdg_toplevel_interface, (uint32_t)wl_resource_get_version(xdg->resource), id,
		&xdg_toplevel_implementation, toplevel, xdg_toplevel_handle_resource_destroy);
	if (!toplevel->resource) {
		free(toplevel);
		return;
	}
	toplevel->xdg = xdg;
	wl_list_init(&toplevel->children);
	wl_list_init(&toplevel->parent_link);
	wl_signal_init(&toplevel->events.destroy);
	xdg->kind = XDG_TOPLEVEL;
	xdg->toplevel = toplevel;
	xdg->shell->listener->new_toplevel(xdg->shell->data, toplevel);
	if (wl_resource_get_version(toplevel->resource) >=
		XDG_TOPLEVEL_WM_CAPABILITIES_SINCE_VERSION)
		xdg_toplevel_send_capabilities(toplevel);
}
