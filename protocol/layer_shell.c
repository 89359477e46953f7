#include "protocol/layer_shell.h"

#include "common/xalloc.h"
#include "protocol/output.h"
#include "protocol/resource.h"
#include "protocol/space.h"
#include "protocol/surface.h"
#include "protocol/surface_cached.h"
#include "protocol/xdg_shell.h"

#include "wlr-layer-shell-unstable-v1-server.h"

#include <stdlib.h>

#define LAYER_SHELL_VERSION 5

#define LAYER_ANCHOR_X (ZWLR_LAYER_SURFACE_V1_ANCHOR_LEFT | ZWLR_LAYER_SURFACE_V1_ANCHOR_RIGHT)
#define LAYER_ANCHOR_Y (ZWLR_LAYER_SURFACE_V1_ANCHOR_TOP | ZWLR_LAYER_SURFACE_V1_ANCHOR_BOTTOM)

static struct layer_surface *layer_surface_from_resource(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}

static void layer_surface_tell(struct layer_surface *layer)
{
	const uint32_t *serial = unacked_add(&layer->configures, layer->resource);
	if (serial)
		zwlr_layer_surface_v1_send_configure(
			layer->resource, *serial, (uint32_t)layer->width, (uint32_t)layer->height);
}

void layer_surface_configure(struct layer_surface *layer, int32_t width, int32_t height)
{
	if (layer->closed || !layer->surface || !layer->initial_commit)
		return;
	if (layer->told && width == layer->width && height == layer->height)
		return;
	layer->told = true;
	layer->width = width;
	layer->height = height;
	layer_surface_tell(layer);
}

bool layer_surface_is_settled(const struct layer_surface *layer)
{
	return unacked_is_empty(&layer->configures);
}

/* Back to before the first commit. */
static void layer_surface_reset(struct layer_surface *layer)
{
	xdg_popup_dismiss_all(&layer->popups);
	layer->mapped = layer->configured = layer->initial_commit = layer->told = false;
	unacked_make_stale(&layer->configures);
	layer->width = layer->height = 0;
}

void layer_surface_close(struct layer_surface *layer)
{
	if (layer->closed)
		return;
	layer->closed = true;
	layer_surface_reset(layer);
	layer->shell->listener->changed(layer->shell->data, layer);
	zwlr_layer_surface_v1_send_closed(layer->resource);
}

static void layer_surface_handle_set_size(
	struct wl_client *client, struct wl_resource *resource, uint32_t width, uint32_t height)
{
	struct layer_surface *layer = layer_surface_from_resource(resource);
	layer->pending.width = space_limit(width);
	layer->pending.height = space_limit(height);
}

static void layer_surface_handle_set_anchor(
	struct wl_client *client, struct wl_resource *resource, uint32_t anchor)
{
	if (anchor & ~(uint32_t)(LAYER_ANCHOR_X | LAYER_ANCHOR_Y)) {
		wl_resource_post_error(resource, ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_ANCHOR,
			"no such anchor: %u", anchor);
		return;
	}
	layer_surface_from_resource(resource)->pending.anchor = anchor;
}

static void layer_surface_handle_set_exclusive_zone(
	struct wl_client *client, struct wl_resource *resource, int32_t zone)
{
	layer_surface_from_resource(resource)->pending.exclusive_zone =
		zone < 0 ? -1 : space_limit(zone);
}

static void layer_surface_handle_set_margin(struct wl_client *client, struct wl_resource *resource,
	int32_t top, int32_t right, int32_t bottom, int32_t left)
{
	struct layer_state *pending = &layer_surface_from_resource(resource)->pending;
	pending->margin.top = space_limit(top);
	pending->margin.right = space_limit(right);
	pending->margin.bottom = space_limit(bottom);
	pending->margin.left = space_limit(left);
}

static void layer_surface_handle_set_keyboard_interactivity(
	struct wl_client *client, struct wl_resource *resource, uint32_t keyboard)
{
	struct layer_surface *layer = layer_surface_from_resource(resource);
	/* It was a boolean once. */
	if (wl_resource_get_version(resource) <
		ZWLR_LAYER_SURFACE_V1_KEYBOARD_INTERACTIVITY_ON_DEMAND_SINCE_VERSION)
		keyboard = keyboard != 0;
	if (keyboard > ZWLR_LAYER_SURFACE_V1_KEYBOARD_INTERACTIVITY_ON_DEMAND) {
		wl_resource_post_error(resource,
			ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_KEYBOARD_INTERACTIVITY,
			"no such keyboard interactivity: %u", keyboard);
		return;
	}
	layer->pending.keyboard = keyboard;
}

static void layer_surface_handle_get_popup(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *popup)
{
	struct layer_surface *layer = layer_surface_from_resource(resource);
	xdg_popup_set_host(popup, layer->closed ? NULL : layer->surface, &layer->popups);
}

static void layer_surface_handle_ack_configure(
	struct wl_client *client, struct wl_resource *resource, uint32_t serial)
{
	struct layer_surface *layer = layer_surface_from_resource(resource);
	uint32_t acked;
	if (layer->closed || !layer->surface)
		return;
	enum unacked_serial is = unacked_take(&layer->configures, serial, &acked);
	if (is == UNACKED_UNKNOWN)
		wl_resource_post_error(resource, ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_SURFACE_STATE,
			"no configure with serial %u waits", serial);
	if (is != UNACKED_TAKEN)
		return;
	layer->configured = true;
	if (layer->configures.behind)
		layer_surface_tell(layer);
}

/* error_resource: the shell's or the surface's object. */
static bool layer_is_valid(struct wl_resource *error_resource, uint32_t layer)
{
	if (layer < LAYER_COUNT)
		return true;
	wl_resource_post_error(error_resource, ZWLR_LAYER_SHELL_V1_ERROR_INVALID_LAYER,
		"no such layer: %u", layer);
	return false;
}

static void layer_surface_handle_set_layer(
	struct wl_client *client, struct wl_resource *resource, uint32_t layer)
{
	if (layer_is_valid(resource, layer))
		layer_surface_from_resource(resource)->pending.layer = layer;
}

static void layer_surface_handle_set_exclusive_edge(
	struct wl_client *client, struct wl_resource *resource, uint32_t edge)
{
	if (edge & (edge - 1) || edge > ZWLR_LAYER_SURFACE_V1_ANCHOR_RIGHT) {
		wl_resource_post_error(resource, ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_EXCLUSIVE_EDGE,
			"no such edge: %u", edge);
		return;
	}
	layer_surface_from_resource(resource)->pending.exclusive_edge = edge;
}

static const struct zwlr_layer_surface_v1_interface layer_surface_implementation = {
	.set_size = layer_surface_handle_set_size,
	.set_anchor = layer_surface_handle_set_anchor,
	.set_exclusive_zone = layer_surface_handle_set_exclusive_zone,
	.set_margin = layer_surface_handle_set_margin,
	.set_keyboard_interactivity = layer_surface_handle_set_keyboard_interactivity,
	.get_popup = layer_surface_handle_get_popup,
	.ack_configure = layer_surface_handle_ack_configure,
	.destroy = resource_handle_destroy,
	.set_layer = layer_surface_handle_set_layer,
	.set_exclusive_edge = layer_surface_handle_set_exclusive_edge,
};

static void layer_surface_apply(void *owner, const void *state)
{
	struct layer_surface *layer = owner;
	const struct layer_state *next = state;
	layer->current = *next;
}

static const struct surface_cached_kind layer_surface_kind = {
	.change = SURFACE_CACHED_CHANGE,
	.size = sizeof(struct layer_state),
	.apply = layer_surface_apply,
};

/* Whether the state is whole; false: posted an error. */
static bool layer_surface_check_state(const struct layer_surface *layer)
{
	const struct layer_state *next = &layer->pending;
	struct wl_resource *resource = layer->resource;
	if (next->width == 0 && (next->anchor & LAYER_ANCHOR_X) != LAYER_ANCHOR_X)
		wl_resource_post_error(resource, ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_SIZE,
			"width 0 without an anchor to left and right");
	else if (next->height == 0 && (next->anchor & LAYER_ANCHOR_Y) != LAYER_ANCHOR_Y)
		wl_resource_post_error(resource, ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_SIZE,
			"height 0 without an anchor to top and bottom");
	else if (next->exclusive_edge & ~next->anchor)
		wl_resource_post_error(resource, ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_EXCLUSIVE_EDGE,
			"the exclusive edge %u is not anchored", next->exclusive_edge);
	else
		return true;
	return false;
}

static bool layer_surface_check(struct surface *surface, const struct surface_state *pending)
{
	struct layer_surface *layer = surface->role_data;
	if (layer->closed)
		return true;
	if (pending->fields & SURFACE_STATE_BUFFER && pending->buffer && !layer->configured &&
		!layer->shell->lenient) {
		wl_resource_post_error(layer->resource,
			ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_SURFACE_STATE,
			"a buffer before the first configure was acknowledged");
		return false;
	}
	if (!layer_surface_check_state(layer))
		return false;
	layer->pending.begun = true;
	surface_cached_commit(
		surface, &layer_surface_kind, &layer->waiting, layer, &layer->pending);
	return true;
}

static void layer_surface_commit(struct surface *surface)
{
	struct layer_surface *layer = surface->role_data;
	if (layer->closed || !layer->current.begun)
		return;
	if (layer->mapped && !surface->current.buffer) {
		layer_surface_reset(layer);
	} else {
		if (layer->configured || layer->shell->lenient)
			layer->mapped = surface->current.buffer != NULL;
		layer->initial_commit = true;
	}
	layer->shell->listener->changed(layer->shell->data, layer);
}

/* The wl_surface or the layer surface's own object goes: whichever is first. */
static void layer_surface_end(struct layer_surface *layer)
{
	if (!layer->surface)
		return;
	layer_surface_reset(layer);
	surface_cached_forget(&layer->waiting);
	xdg_popup_orphan_all(&layer->popups);
	layer->shell->listener->destroyed(layer->shell->data, layer);
	layer->surface->role_data = NULL;
	layer->surface = NULL;
}

static void layer_surface_handle_surface_destroy(struct surface *surface)
{
	layer_surface_end(surface->role_data);
}

static const struct surface_role layer_surface_role = {
	.name = "zwlr_layer_surface_v1",
	.has_object = true,
	.check = layer_surface_check,
	.commit = layer_surface_commit,
	.destroy = layer_surface_handle_surface_destroy,
};

struct layer_surface *layer_surface_from_surface(const struct surface *surface)
{
	return surface->role == &layer_surface_role ? surface->role_data : NULL;
}

static void layer_surface_handle_resource_destroy(struct wl_resource *resource)
{
	struct layer_surface *layer = layer_surface_from_resource(resource);
	layer_surface_end(layer);
	wl_list_remove(&layer->output_destroy.link);
	unacked_finish(&layer->configures);
	free(layer->name);
	free(layer);
}

static void layer_surface_handle_output_destroy(struct wl_listener *listener, void *data)
{
	struct layer_surface *layer = wl_container_of(listener, layer, output_destroy);
	wl_list_remove(&layer->output_destroy.link);
	wl_list_init(&layer->output_destroy.link);
	layer->output = NULL;
	layer_surface_close(layer);
}

static void layer_surface_set_output(struct layer_surface *layer, struct wl_resource *resource)
{
	wl_list_init(&layer->output_destroy.link);
	layer->output = resource ? output_from_resource(resource) : NULL;
	if (!layer->output)
		return;
	layer->output_destroy.notify = layer_surface_handle_output_destroy;
	wl_signal_add(&layer->output->events.destroy, &layer->output_destroy);
}

static void layer_shell_handle_get_layer_surface(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *surface_resource,
	struct wl_resource *output, uint32_t layer_number, const char *name)
{
	struct surface *surface = surface_from_resource(surface_resource);
	if (!layer_is_valid(resource, layer_number))
		return;
	if (surface_has_contents(surface)) {
		wl_resource_post_error(resource, ZWLR_LAYER_SHELL_V1_ERROR_ALREADY_CONSTRUCTED,
			"wl_surface#%u has a buffer already", wl_resource_get_id(surface_resource));
		return;
	}
	struct layer_surface *layer = xcalloc(1, sizeof *layer);
	if (!surface_set_role(surface, &layer_surface_role, layer, resource,
		    ZWLR_LAYER_SHELL_V1_ERROR_ROLE)) {
		free(layer);
		return;
	}
	layer->resource = resource_create(client, &zwlr_layer_surface_v1_interface,
		(uint32_t)wl_resource_get_version(resource), id, &layer_surface_implementation,
		layer, layer_surface_handle_resource_destroy);
	if (!layer->resource) {
		surface->role_data = NULL;
		free(layer);
		return;
	}
	layer->shell = wl_resource_get_user_data(resource);
	layer->surface = surface;
	layer->name = xstrdup(name);
	layer->pending.layer = layer_number;
	unacked_init(&layer->configures, sizeof(uint32_t));
	wl_list_init(&layer->waiting);
	wl_list_init(&layer->popups);
	layer_surface_set_output(layer, output);
	layer->shell->listener->created(layer->shell->data, layer);
	if (output && !layer->output)
		layer_surface_close(layer);
}

static const struct zwlr_layer_shell_v1_interface layer_shell_implementation = {
	.get_layer_surface = layer_shell_handle_get_layer_surface,
	.destroy = resource_handle_destroy,
};

static void layer_shell_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zwlr_layer_shell_v1_interface, version, id,
		&layer_shell_implementation, data, NULL);
}

bool layer_shell_create(struct layer_shell *shell, struct wl_display *display)
{
	shell->display = display;
	return wl_global_create(display, &zwlr_layer_shell_v1_interface, LAYER_SHELL_VERSION, shell,
		layer_shell_bind);
}
