#include "protocol/surface_state.h"

#include "protocol/buffer.h"
#include "protocol/presentation.h"
#include "protocol/region.h"

#include <wayland-util.h>

void surface_state_init(struct surface_state *state)
{
	*state = (struct surface_state){.space.scale = 1, .alpha = UINT32_MAX};
	pixman_region32_init(&state->surface_damage);
	pixman_region32_init(&state->buffer_damage);
	pixman_region32_init(&state->opaque);
	pixman_region32_init_rect(
		&state->input, INT32_MIN / 2, INT32_MIN / 2, INT32_MAX, INT32_MAX);
	wl_list_init(&state->frame_callbacks);
	wl_list_init(&state->feedbacks);
	wl_list_init(&state->changes);
	wl_list_init(&state->buffer_destroy.link);
}

static void surface_state_handle_buffer_destroy(struct wl_listener *listener, void *data)
{
	struct surface_state *state = wl_container_of(listener, state, buffer_destroy);
	surface_state_attach(state, NULL);
}

void surface_state_attach(struct surface_state *state, struct buffer *buffer)
{
	state->fields |= SURFACE_STATE_BUFFER;
	state->buffer = buffer;
	wl_list_remove(&state->buffer_destroy.link);
	wl_list_init(&state->buffer_destroy.link);
	if (buffer) {
		state->buffer_destroy.notify = surface_state_handle_buffer_destroy;
		wl_signal_add(&buffer->events.resource_destroy, &state->buffer_destroy);
	}
}

void surface_state_offset(struct surface_state *state, int32_t dx, int32_t dy)
{
	state->dx = space_limit(dx);
	state->dy = space_limit(dy);
}

/*
 * A client that keeps to the display's pace asks for a callback with each commit and has had the
 * last one: the release may come with the next, for which it wakes up in any case. One that goes on
 * without callbacks, as hidden ones do, may need the buffer before.
 */
static void surface_state_release(
	const struct surface_state *to, const struct surface_state *from, struct buffer *old)
{
	if (wl_list_empty(&to->frame_callbacks) && !wl_list_empty(&from->frame_callbacks))
		buffer_unlock_later(old);
	else
		buffer_unlock(old);
}

static void surface_state_move_buffer(
	struct surface_state *to, struct surface_state *from, bool lock)
{
	struct buffer *old = to->buffer;
	to->buffer = from->buffer;
	if (lock && to->buffer)
		buffer_lock(to->buffer);
	if (old)
		surface_state_release(to, from, old);
	from->buffer = NULL;
	wl_list_remove(&from->buffer_destroy.link);
	wl_list_init(&from->buffer_destroy.link);
}

void surface_state_add_change(struct surface_state *state, struct surface_change *change)
{
	struct surface_change *old;
	wl_list_for_each (old, &state->changes, link) {
		if (old->kind != change->kind)
			continue;
		wl_list_remove(&old->link);
		old->kind->drop(old);
		break;
	}
	wl_list_insert(state->changes.prev, &change->link);
}

static void surface_state_move_changes(struct surface_state *to, struct surface_state *from)
{
	struct surface_change *change, *next;
	wl_list_for_each_safe (change, next, &from->changes, link) {
		wl_list_remove(&change->link);
		surface_state_add_change(to, change);
	}
}

static void surface_state_move_damage(pixman_region32_t *to, pixman_region32_t *from)
{
	pixman_region32_union(to, to, from);
	region_simplify(to, SURFACE_STATE_MAX_DAMAGE);
	pixman_region32_clear(from);
}

bool surface_state_is_empty(const struct surface_state *state)
{
	return !state->fields && !state->dx && !state->dy &&
	       !pixman_region32_not_empty((pixman_region32_t *)&state->surface_damage) &&
	       !pixman_region32_not_empty((pixman_region32_t *)&state->buffer_damage) &&
	       wl_list_empty(&state->frame_callbacks) && wl_list_empty(&state->feedbacks) &&
	       wl_list_empty(&state->changes);
}

void surface_state_apply_space(struct space *space, const struct surface_state *from)
{
	if (from->fields & SURFACE_STATE_TRANSFORM)
		space->transform = from->space.transform;
	if (from->fields & SURFACE_STATE_SCALE)
		space->scale = from->space.scale;
	if (from->fields & SURFACE_STATE_SOURCE) {
		space->has_source = from->space.has_source;
		space->source = from->space.source;
	}
	if (from->fields & SURFACE_STATE_DESTINATION) {
		space->has_destination = from->space.has_destination;
		space->width = from->space.width;
		space->height = from->space.height;
	}
}

static void surface_state_move_hints(struct surface_state *to, const struct surface_state *from)
{
	if (from->fields & SURFACE_STATE_ALPHA)
		to->alpha = from->alpha;
	if (from->fields & SURFACE_STATE_CONTENT_TYPE)
		to->content_type = from->content_type;
	if (from->fields & SURFACE_STATE_TEARING)
		to->tearing = from->tearing;
}

void surface_state_move(struct surface_state *to, struct surface_state *from, bool lock)
{
	presentation_discard(&to->feedbacks); /* a frame that shows them has taken them */
	if (from->fields & SURFACE_STATE_BUFFER)
		surface_state_move_buffer(to, from, lock);
	to->dx = space_limit(to->dx + from->dx);
	to->dy = space_limit(to->dy + from->dy);
	from->dx = from->dy = 0;
	surface_state_move_damage(&to->surface_damage, &from->surface_damage);
	surface_state_move_damage(&to->buffer_damage, &from->buffer_damage);
	if (from->fields & SURFACE_STATE_OPAQUE)
		pixman_region32_copy(&to->opaque, &from->opaque);
	if (from->fields & SURFACE_STATE_INPUT)
		pixman_region32_copy(&to->input, &from->input);
	surface_state_apply_space(&to->space, from);
	surface_state_move_hints(to, from);
	wl_list_insert_list(to->frame_callbacks.prev, &from->frame_callbacks);
	wl_list_init(&from->frame_callbacks);
	wl_list_insert_list(to->feedbacks.prev, &from->feedbacks);
	wl_list_init(&from->feedbacks);
	surface_state_move_changes(to, from);
	to->fields |= from->fields;
	from->fields = 0;
}

void surface_state_finish(struct surface_state *state)
{
	struct wl_resource *callback, *next;
	wl_resource_for_each_safe (callback, next, &state->frame_callbacks)
		wl_resource_destroy(callback);
	presentation_discard(&state->feedbacks);
	struct surface_change *change, *next_change;
	wl_list_for_each_safe (change, next_change, &state->changes, link) {
		wl_list_remove(&change->link);
		change->kind->drop(change);
	}
	wl_list_remove(&state->buffer_destroy.link);
	pixman_region32_fini(&state->surface_damage);
	pixman_region32_fini(&state->buffer_damage);
	pixman_region32_fini(&state->opaque);
	pixman_region32_fini(&state->input);
}

void surface_state_finish_committed(struct surface_state *state)
{
	struct buffer *buffer = state->buffer;
	surface_state_finish(state);
	if (buffer)
		buffer_unlock(buffer);
}
