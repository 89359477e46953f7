#include "protocol/surface.h"

#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/buffer_import.h"
#include "protocol/region.h"
#include "protocol/resource.h"
#include "protocol/subsurface.h"
#include "protocol/surface_queue.h"
#include "protocol/viewporter.h"

#include <math.h>
#include <stdlib.h>
#include <wayland-server-protocol.h>

#define COMPOSITOR_VERSION 6

struct surface *surface_from_resource(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}

static void surface_handle_attach(struct wl_client *client, struct wl_resource *resource,
	struct wl_resource *buffer, int32_t dx, int32_t dy)
{
	struct surface *surface = surface_from_resource(resource);
	bool offsets = wl_resource_get_version(resource) < WL_SURFACE_OFFSET_SINCE_VERSION;
	if (!offsets && (dx != 0 || dy != 0)) {
		wl_resource_post_error(resource, WL_SURFACE_ERROR_INVALID_OFFSET,
			"attach with an offset: use wl_surface.offset");
		return;
	}
	struct buffer *attached = buffer ? buffer_from_resource(buffer) : NULL;
	if (buffer && !attached) {
		wl_client_post_implementation_error(client, "a wl_buffer of an unknown kind");
		return;
	}
	if (surface->role && surface->role->check_attach && surface->role_data &&
		!surface->role->check_attach(surface, attached))
		return;
	if (offsets)
		surface_state_offset(&surface->pending, dx, dy);
	surface_state_attach(&surface->pending, attached);
}

static void surface_add_damage(
	pixman_region32_t *damage, int32_t x, int32_t y, int32_t width, int32_t height)
{
	region_add(damage, x, y, width, height);
	region_simplify(damage, SURFACE_STATE_MAX_DAMAGE);
}

static void surface_handle_damage(struct wl_client *client, struct wl_resource *resource, int32_t x,
	int32_t y, int32_t width, int32_t height)
{
	struct surface *surface = surface_from_resource(resource);
	surface_add_damage(&surface->pending.surface_damage, x, y, width, height);
}

static void surface_handle_damage_buffer(struct wl_client *client, struct wl_resource *resource,
	int32_t x, int32_t y, int32_t width, int32_t height)
{
	struct surface *surface = surface_from_resource(resource);
	surface_add_damage(&surface->pending.buffer_damage, x, y, width, height);
}

static void surface_handle_frame(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	struct surface *surface = surface_from_resource(resource);
	struct wl_resource *callback =
		resource_create(client, &wl_callback_interface, 1, id, NULL, NULL, resource_unlink);
	if (callback)
		wl_list_insert(
			surface->pending.frame_callbacks.prev, wl_resource_get_link(callback));
}

static void surface_handle_set_opaque_region(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *region)
{
	struct surface *surface = surface_from_resource(resource);
	surface->pending.fields |= SURFACE_STATE_OPAQUE;
	if (region)
		pixman_region32_copy(&surface->pending.opaque, region_from_resource(region));
	else
		pixman_region32_clear(&surface->pending.opaque);
	region_cut(&surface->pending.opaque, SURFACE_STATE_MAX_OPAQUE);
}

static void surface_handle_set_input_region(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *region)
{
	struct surface *surface = surface_from_resource(resource);
	surface->pending.fields |= SURFACE_STATE_INPUT;
	if (region) {
		region_keep(&surface->pending.input, region);
	} else {
		pixman_region32_fini(&surface->pending.input);
		pixman_region32_init_rect(&surface->pending.input, INT32_MIN / 2, INT32_MIN / 2,
			INT32_MAX, INT32_MAX);
	}
}

static void surface_handle_set_buffer_transform(
	struct wl_client *client, struct wl_resource *resource, int32_t transform)
{
	struct surface *surface = surface_from_resource(resource);
	if (transform < WL_OUTPUT_TRANSFORM_NORMAL || transform > WL_OUTPUT_TRANSFORM_FLIPPED_270) {
		wl_resource_post_error(resource, WL_SURFACE_ERROR_INVALID_TRANSFORM,
			"no such transform: %d", transform);
		return;
	}
	surface->pending.fields |= SURFACE_STATE_TRANSFORM;
	surface->pending.space.transform = transform;
}

static void surface_handle_set_buffer_scale(
	struct wl_client *client, struct wl_resource *resource, int32_t scale)
{
	struct surface *surface = surface_from_resource(resource);
	if (scale <= 0) {
		wl_resource_post_error(resource, WL_SURFACE_ERROR_INVALID_SCALE,
			"a scale must be positive, not %d", scale);
		return;
	}
	surface->pending.fields |= SURFACE_STATE_SCALE;
	surface->pending.space.scale = scale;
}

static void surface_handle_offset(
	struct wl_client *client, struct wl_resource *resource, int32_t x, int32_t y)
{
	surface_state_offset(&surface_from_resource(resource)->pending, x, y);
}

static void surface_add_layer(
	struct space *space, const struct buffer **buffer, const struct surface_state *state)
{
	surface_state_apply_space(space, state);
	if (state->fields & SURFACE_STATE_BUFFER)
		*buffer = state->buffer;
}

/* The space that the surface gets when pending is applied after all that waits. */
static struct space surface_next_space(const struct surface *surface)
{
	struct space space = surface->current.space;
	const struct buffer *buffer = surface->current.buffer;
	const struct surface_commit *commit;
	wl_list_for_each (commit, &surface->queue, link)
		surface_add_layer(&space, &buffer, &commit->state);
	surface_add_layer(&space, &buffer, &surface->pending);
	space.buffer_width = buffer ? buffer->width : 0;
	space.buffer_height = buffer ? buffer->height : 0;
	return space;
}

/*
 * wl_surface.error.invalid_size: the buffer must be a multiple of its scale. Programs take the
 * nearest size that a cursor theme has (wayland's issue 194), so not for cursors, nor for what may
 * become one.
 */
static bool surface_check_size(struct surface *surface, const struct space *next)
{
	if (!surface->role || surface->role->any_size)
		return true;
	if (next->buffer_width % next->scale == 0 && next->buffer_height % next->scale == 0)
		return true;
	wl_resource_post_error(surface->resource, WL_SURFACE_ERROR_INVALID_SIZE,
		"a buffer of %dx%d is no multiple of the scale %d", next->buffer_width,
		next->buffer_height, next->scale);
	return false;
}

/* Collects what changed into surface->damage and clears the state's own damage. */
static void surface_take_damage(struct surface *surface, bool everything)
{
	struct surface_state *current = &surface->current;
	struct space *space = &current->space;
	if (everything)
		pixman_region32_union_rect(&surface->damage, &surface->damage, 0, 0,
			(unsigned)space->buffer_width, (unsigned)space->buffer_height);
	space_map_region(
		&surface->damage, &current->surface_damage, space, space_surface_to_buffer, 0);
	pixman_region32_union(&surface->damage, &surface->damage, &current->buffer_damage);
	region_simplify(&surface->damage, SURFACE_STATE_MAX_DAMAGE);
	pixman_region32_intersect_rect(&surface->damage, &surface->damage, 0, 0,
		(unsigned)space->buffer_width, (unsigned)space->buffer_height);
	pixman_region32_clear(&current->surface_damage);
	pixman_region32_clear(&current->buffer_damage);
}

bool surface_has_contents(const struct surface *surface)
{
	const struct buffer *buffer = surface->current.buffer;
	const struct surface_commit *commit;
	wl_list_for_each (commit, &surface->queue, link) {
		if (commit->state.fields & SURFACE_STATE_BUFFER)
			buffer = commit->state.buffer;
	}
	return buffer || surface->pending.buffer;
}

void surface_take_state(struct surface *surface, struct surface_state *state)
{
	struct surface_state *current = &surface->current;
	surface->applying_nothing = surface_state_is_empty(state);
	surface_state_move(current, state, false);
	int32_t width = current->space.buffer_width, height = current->space.buffer_height;
	current->space.buffer_width = current->buffer ? current->buffer->width : 0;
	current->space.buffer_height = current->buffer ? current->buffer->height : 0;
	surface_take_damage(surface,
		width != current->space.buffer_width || height != current->space.buffer_height);
	space_surface_size(&current->space, &surface->width, &surface->height);
	struct surface_change *change, *next;
	wl_list_for_each_safe (change, next, &current->changes, link) {
		wl_list_remove(&change->link);
		change->kind->apply(change, surface);
	}
}

void surface_tell_applied(struct surface *surface)
{
	struct surface_state *current = &surface->current;
	if (surface->role && surface->role->commit && surface->role_data)
		surface->role->commit(surface);
	wl_signal_emit_mutable(&surface->events.commit, surface);
	surface->applying_nothing = false;
	current->fields = 0;
	current->dx = current->dy = 0;
}

static void surface_handle_commit(struct wl_client *client, struct wl_resource *resource)
{
	struct surface *surface = surface_from_resource(resource);
	struct space next = surface_next_space(surface);
	if (!surface_check_size(surface, &next) || !viewporter_check(surface, &next))
		return;
	if (surface->role && surface->role->check && surface->role_data &&
		!surface->role->check(surface, &surface->pending))
		return;
	subsurface_commit_tree(surface);
	wl_signal_emit_mutable(&surface->events.precommit, surface);
	buffer_import_hold(surface);
	surface_queue_commit(surface);
}

static void surface_handle_destroy(struct wl_client *client, struct wl_resource *resource)
{
	const struct surface *surface = surface_from_resource(resource);
	if (surface->role && surface->role->has_object && surface->role_data) {
		wl_resource_post_error(resource, WL_SURFACE_ERROR_DEFUNCT_ROLE_OBJECT,
			"destroyed before its %s", surface->role->name);
		return;
	}
	wl_resource_destroy(resource);
}

static const struct wl_surface_interface surface_implementation = {
	.destroy = surface_handle_destroy,
	.attach = surface_handle_attach,
	.damage = surface_handle_damage,
	.frame = surface_handle_frame,
	.set_opaque_region = surface_handle_set_opaque_region,
	.set_input_region = surface_handle_set_input_region,
	.commit = surface_handle_commit,
	.set_buffer_transform = surface_handle_set_buffer_transform,
	.set_buffer_scale = surface_handle_set_buffer_scale,
	.damage_buffer = surface_handle_damage_buffer,
	.offset = surface_handle_offset,
};

static void surface_destroy(struct surface *surface)
{
	surface_queue_finish(surface);
	if (surface->role && surface->role->destroy && surface->role_data)
		surface->role->destroy(surface);
	wl_signal_emit_mutable(&surface->events.destroy, surface);
	subsurface_orphan_children(surface);
	extension_orphan(surface->extensions, SURFACE_EXTENSIONS);
	surface_state_finish(&surface->pending);
	surface_state_finish_committed(&surface->current);
	pixman_region32_fini(&surface->damage);
	free(surface);
}

static void surface_handle_resource_destroy(struct wl_resource *resource)
{
	surface_destroy(surface_from_resource(resource));
}

static struct surface *surface_create(void)
{
	struct surface *surface = xcalloc(1, sizeof *surface);
	surface_state_init(&surface->pending);
	surface_state_init(&surface->current);
	wl_list_init(&surface->queue);
	wl_list_init(&surface->companions);
	wl_list_init(&surface->pending_locks);
	wl_list_init(&surface->below);
	wl_list_init(&surface->above);
	wl_list_init(&surface->pending_below);
	wl_list_init(&surface->pending_above);
	wl_signal_init(&surface->events.precommit);
	wl_signal_init(&surface->events.commit);
	wl_signal_init(&surface->events.destroy);
	pixman_region32_init(&surface->damage);
	return surface;
}

struct surface *surface_create_own(struct buffer *buffer)
{
	struct surface *surface = surface_create();
	struct surface_state *state = &surface->current;
	state->buffer = buffer;
	buffer_lock(buffer);
	state->space.buffer_width = surface->width = buffer->width;
	state->space.buffer_height = surface->height = buffer->height;
	return surface;
}

void surface_destroy_own(struct surface *surface)
{
	if (surface)
		surface_destroy(surface);
}

static void compositor_handle_create_surface(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	struct compositor *compositor = wl_resource_get_user_data(resource);
	struct surface *surface = surface_create();
	surface->resource = resource_create(client, &wl_surface_interface,
		(uint32_t)wl_resource_get_version(resource), id, &surface_implementation, surface,
		surface_handle_resource_destroy);
	if (surface->resource)
		compositor->listener->new_surface(compositor->data, surface);
	else
		surface_destroy(surface);
}

static void compositor_handle_create_region(
	struct wl_client *client, struct wl_resource *resource, uint32_t id)
{
	region_create(client, (uint32_t)wl_resource_get_version(resource), id);
}

static const struct wl_compositor_interface compositor_implementation = {
	.create_surface = compositor_handle_create_surface,
	.create_region = compositor_handle_create_region,
};

static void compositor_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &wl_compositor_interface, version, id, &compositor_implementation,
		data, NULL);
}

struct wl_global *compositor_create(struct wl_display *display, struct compositor *compositor)
{
	return wl_global_create(
		display, &wl_compositor_interface, COMPOSITOR_VERSION, compositor, compositor_bind);
}

bool surface_set_role(struct surface *surface, const struct surface_role *role, void *role_data,
	struct wl_resource *error_resource, uint32_t error)
{
	if (surface->role && surface->role != role) {
		wl_resource_post_error(error_resource, error, "wl_surface#%u is a %s already",
			wl_resource_get_id(surface->resource), surface->role->name);
		return false;
	}
	if (surface->role_data && surface->role_data != role_data) {
		wl_resource_post_error(error_resource, error, "wl_surface#%u has a %s already",
			wl_resource_get_id(surface->resource), role->name);
		return false;
	}
	surface->role = role;
	surface->role_data = role_data;
	return true;
}

bool surface_accepts_input(const struct surface *surface, double sx, double sy)
{
	if (sx < 0 || sy < 0 || sx >= surface->width || sy >= surface->height)
		return false;
	return pixman_region32_contains_point(
		(pixman_region32_t *)&surface->current.input, (int)floor(sx), (int)floor(sy), NULL);
}

void surface_send_frame_done(struct surface *surface, uint32_t time)
{
	struct wl_resource *callback, *next;
	wl_resource_for_each_safe (callback, next, &surface->current.frame_callbacks) {
		wl_callback_send_done(callback, time);
		wl_resource_destroy(callback);
	}
}
