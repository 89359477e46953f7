#include "protocol/pointer_constraints.h"

#include "common/xalloc.h"
#include "protocol/pointer_region.h"
#include "protocol/region.h"
#include "protocol/resource.h"
#include "protocol/seat.h"
#include "protocol/surface.h"
#include "protocol/surface_cached.h"

#include "pointer-constraints-unstable-v1-server.h"

#include <pixman.h>
#include <stdlib.h>

/* What wl_surface.commit applies. */
struct pointer_constraint_state {
	/* Where it may be active, with the surface's input region; without: anywhere there. */
	bool has_region;
	pixman_region32_t region;
	/* Of a lock. */
	bool has_hint;
	double hint_x, hint_y;
};

/* A zwp_locked_pointer_v1 or zwp_confined_pointer_v1. */
struct pointer_constraint {
	struct pointer_constraints *manager;
	struct wl_resource *resource;
	struct wl_list link; /* pointer_constraints::constraints, while it has its surface */
	bool lock, persistent;
	struct surface *surface; /* NULL: gone, or this is a oneshot one that ended */
	struct wl_listener surface_precommit, surface_commit, surface_destroy;

	struct pointer_constraint_state pending, current;
	bool changed;           /* the next commit takes pending along */
	struct wl_list waiting; /* states of commits that wait (protocol/surface_cached.h) */
};

static void pointer_constraint_effective_region(
	const struct pointer_constraint *constraint, pixman_region32_t *region)
{
	const struct surface *surface = constraint->surface;
	pixman_region32_intersect_rect(region, (pixman_region32_t *)&surface->current.input, 0, 0,
		(unsigned)surface->width, (unsigned)surface->height);
	const struct pointer_constraint_state *current = &constraint->current;
	if (current->has_region)
		pixman_region32_intersect(region, region, (pixman_region32_t *)&current->region);
}

static void pointer_constraint_activate(struct pointer_constraint *constraint)
{
	constraint->manager->active = constraint;
	if (constraint->lock)
		zwp_locked_pointer_v1_send_locked(constraint->resource);
	else
		zwp_confined_pointer_v1_send_confined(constraint->resource);
}

static void pointer_constraint_leave_surface(struct pointer_constraint *constraint)
{
	if (!constraint->surface)
		return;
	constraint->surface = NULL;
	wl_list_remove(&constraint->link);
	wl_list_remove(&constraint->surface_precommit.link);
	wl_list_remove(&constraint->surface_commit.link);
	wl_list_remove(&constraint->surface_destroy.link);
	surface_cached_forget(&constraint->waiting);
	pixman_region32_clear(&constraint->current.region);
	pixman_region32_clear(&constraint->pending.region);
}

/* As the compositor decides; a client that destroys its object is told nothing. */
static void pointer_constraint_deactivate(struct pointer_constraint *constraint)
{
	constraint->manager->active = NULL;
	if (!constraint->persistent)
		pointer_constraint_leave_surface(constraint);
	if (constraint->lock)
		zwp_locked_pointer_v1_send_unlocked(constraint->resource);
	else
		zwp_confined_pointer_v1_send_unconfined(constraint->resource);
}

static struct pointer_constraint *pointer_constraints_find(
	const struct pointer_constraints *manager, const struct surface *surface)
{
	struct pointer_constraint *constraint;
	wl_list_for_each (constraint, &manager->constraints, link) {
		if (constraint->surface == surface)
			return constraint;
	}
	return NULL;
}

static bool pointer_constraints_has_keyboard(const struct seat *seat, struct surface *surface)
{
	return seat->keyboard.focus && surface_root(seat->keyboard.focus) == surface_root(surface);
}

/* What is to be active now; NULL: nothing. */
static struct pointer_constraint *pointer_constraints_choose(
	const struct pointer_constraints *manager)
{
	const struct seat_pointer *pointer = &manager->seat->pointer;
	struct pointer_constraint *constraint =
		pointer->focus ? pointer_constraints_find(manager, pointer->focus) : NULL;
	if (!constraint || !pointer_constraints_has_keyboard(manager->seat, pointer->focus))
		return NULL;
	if (constraint == manager->active)
		return constraint;
	pixman_region32_t region;
	pixman_region32_init(&region);
	pointer_constraint_effective_region(constraint, &region);
	bool inside = pointer_region_contains(&region, pointer->sx, pointer->sy);
	pixman_region32_fini(&region);
	return inside ? constraint : NULL;
}

void pointer_constraints_update(struct pointer_constraints *manager)
{
	struct pointer_constraint *constraint = pointer_constraints_choose(manager);
	if (constraint == manager->active)
		return;
	if (manager->active)
		pointer_constraint_deactivate(manager->active);
	if (constraint)
		pointer_constraint_activate(constraint);
}

struct surface *pointer_constraints_surface(const struct pointer_constraints *manager)
{
	const struct pointer_constraint *active = manager->active;
	return active && active == pointer_constraints_choose(manager) ? active->surface : NULL;
}

bool pointer_constraints_is_locked(const struct pointer_constraints *manager)
{
	return manager->active && manager->active->lock;
}

void pointer_constraints_confine(const struct pointer_constraints *manager, double *sx, double *sy)
{
	const struct pointer_constraint *constraint = manager->active;
	const struct seat_pointer *pointer = &manager->seat->pointer;
	if (!constraint || constraint->lock)
		return;
	pixman_region32_t region;
	pixman_region32_init(&region);
	pointer_constraint_effective_region(constraint, &region);
	pointer_region_confine(&region, pointer->sx, pointer->sy, sx, sy);
	pixman_region32_fini(&region);
}

static void pointer_constraint_handle_set_region(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *region)
{
	struct pointer_constraint *constraint = wl_resource_get_user_data(resource);
	if (!constraint->surface)
		return;
	constraint->changed = true;
	constraint->pending.has_region = region;
	if (region)
		region_keep(&constraint->pending.region, region);
}

static void pointer_constraint_handle_set_hint(
	struct wl_client *client, struct wl_resource *resource, wl_fixed_t x, wl_fixed_t y)
{
	struct pointer_constraint *constraint = wl_resource_get_user_data(resource);
	constraint->changed = true;
	constraint->pending.has_hint = true;
	constraint->pending.hint_x = wl_fixed_to_double(x);
	constraint->pending.hint_y = wl_fixed_to_double(y);
}

static const struct zwp_locked_pointer_v1_interface pointer_constraint_lock_implementation = {
	.destroy = resource_handle_destroy,
	.set_cursor_position_hint = pointer_constraint_handle_set_hint,
	.set_region = pointer_constraint_handle_set_region,
};

static const struct zwp_confined_pointer_v1_interface pointer_constraint_confine_implementation = {
	.destroy = resource_handle_destroy,
	.set_region = pointer_constraint_handle_set_region,
};

/* to's region is initialised. */
static void pointer_constraint_state_copy(
	struct pointer_constraint_state *to, const struct pointer_constraint_state *from)
{
	to->has_region = from->has_region;
	pixman_region32_copy(&to->region, (pixman_region32_t *)&from->region);
	to->has_hint = from->has_hint;
	to->hint_x = from->hint_x;
	to->hint_y = from->hint_y;
}

static void pointer_constraint_apply(void *owner, const void *state)
{
	struct pointer_constraint *constraint = owner;
	pointer_constraint_state_copy(&constraint->current, state);
}

static void pointer_constraint_state_finish(void *state)
{
	struct pointer_constraint_state *finished = state;
	pixman_region32_fini(&finished->region);
}

static const struct surface_cached_kind pointer_constraint_kind = {
	.change = SURFACE_CACHED_CHANGE,
	.size = sizeof(struct pointer_constraint_state),
	.apply = pointer_constraint_apply,
	.finish = pointer_constraint_state_finish,
};

static void pointer_constraint_handle_surface_precommit(struct wl_listener *listener, void *data)
{
	struct pointer_constraint *constraint =
		wl_container_of(listener, constraint, surface_precommit);
	if (!constraint->changed)
		return;
	constraint->changed = false;
	struct pointer_constraint_state state;
	pixman_region32_init(&state.region);
	pointer_constraint_state_copy(&state, &constraint->pending);
	surface_cached_commit(constraint->surface, &pointer_constraint_kind, &constraint->waiting,
		constraint, &state);
}

/* The surface's size or its input region may be others, too. */
static void pointer_constraint_handle_surface_commit(struct wl_listener *listener, void *data)
{
	struct pointer_constraint *constraint =
		wl_container_of(listener, constraint, surface_commit);
	pointer_constraints_update(constraint->manager);
}

static void pointer_constraint_handle_surface_destroy(struct wl_listener *listener, void *data)
{
	struct pointer_constraint *constraint =
		wl_container_of(listener, constraint, surface_destroy);
	if (constraint->manager->active == constraint)
		pointer_constraint_deactivate(constraint);
	pointer_constraint_leave_surface(constraint);
}

static void pointer_constraint_handle_destroy(struct wl_resource *resource)
{
	struct pointer_constraint *constraint = wl_resource_get_user_data(resource);
	struct pointer_constraints *manager = constraint->manager;
	struct surface *surface = constraint->surface;
	bool was_active = manager->active == constraint;
	pointer_constraint_leave_surface(constraint);
	if (was_active)
		manager->active = NULL;
	const struct pointer_constraint_state *current = &constraint->current;
	if (was_active && surface && constraint->lock && current->has_hint)
		manager->listener->unlocked_at(
			manager->data, surface, current->hint_x, current->hint_y);
	pixman_region32_fini(&constraint->current.region);
	pixman_region32_fini(&constraint->pending.region);
	free(constraint);
}

static void pointer_constraint_enter_surface(
	struct pointer_constraint *constraint, struct surface *surface)
{
	constraint->surface = surface;
	wl_list_insert(&constraint->manager->constraints, &constraint->link);
	constraint->surface_precommit.notify = pointer_constraint_handle_surface_precommit;
	wl_signal_add(&surface->events.precommit, &constraint->surface_precommit);
	constraint->surface_commit.notify = pointer_constraint_handle_surface_commit;
	wl_signal_add(&surface->events.commit, &constraint->surface_commit);
	constraint->surface_destroy.notify = pointer_constraint_handle_surface_destroy;
	wl_signal_add(&surface->events.destroy, &constraint->surface_destroy);
}

struct pointer_constraint_request {
	uint32_t id;
	struct wl_resource *surface, *region;
	uint32_t lifetime;
	bool lock;
};

static void pointer_constraints_add(
	struct wl_resource *resource, const struct pointer_constraint_request *request)
{
	struct pointer_constraints *manager = wl_resource_get_user_data(resource);
	struct surface *surface = surface_from_resource(request->surface);
	if (pointer_constraints_find(manager, surface)) {
		wl_resource_post_error(resource,
			ZWP_POINTER_CONSTRAINTS_V1_ERROR_ALREADY_CONSTRAINED,
			"wl_surface#%u has a pointer constraint already",
			wl_resource_get_id(request->surface));
		return;
	}
	struct pointer_constraint *constraint = xcalloc(1, sizeof *constraint);
	constraint->resource = resource_create(wl_resource_get_client(resource),
		request->lock ? &zwp_locked_pointer_v1_interface
			      : &zwp_confined_pointer_v1_interface,
		1, request->id,
		request->lock ? (const void *)&pointer_constraint_lock_implementation
			      : (const void *)&pointer_constraint_confine_implementation,
		constraint, pointer_constraint_handle_destroy);
	if (!constraint->resource) {
		free(constraint);
		return;
	}
	constraint->manager = manager;
	constraint->lock = request->lock;
	constraint->persistent =
		request->lifetime == ZWP_POINTER_CONSTRAINTS_V1_LIFETIME_PERSISTENT;
	pixman_region32_init(&constraint->current.region);
	pixman_region32_init(&constraint->pending.region);
	wl_list_init(&constraint->waiting);
	if (request->region) {
		region_keep(&constraint->pending.region, request->region);
		constraint->pending.has_region = true;
		pointer_constraint_state_copy(&constraint->current, &constraint->pending);
	}
	pointer_constraint_enter_surface(constraint, surface);
	pointer_constraints_update(manager);
}

static void pointer_constraints_handle_lock(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *surface, struct wl_resource *pointer,
	struct wl_resource *region, uint32_t lifetime)
{
	const struct pointer_constraint_request request = {id, surface, region, lifetime, true};
	pointer_constraints_add(resource, &request);
}

static void pointer_constraints_handle_confine(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *surface,
	struct wl_resource *pointer, struct wl_resource *region, uint32_t lifetime)
{
	const struct pointer_constraint_request request = {id, surface, region, lifetime, false};
	pointer_constraints_add(resource, &request);
}

static const struct zwp_pointer_constraints_v1_interface pointer_constraints_implementation = {
	.destroy = resource_handle_destroy,
	.lock_pointer = pointer_constraints_handle_lock,
	.confine_pointer = pointer_constraints_handle_confine,
};

static void pointer_constraints_bind(
	struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &zwp_pointer_constraints_v1_interface, version, id,
		&pointer_constraints_implementation, data, NULL);
}

static void pointer_constraints_handle_pointer_focus(struct wl_listener *listener, void *data)
{
	struct pointer_constraints *manager = wl_container_of(listener, manager, pointer_focus);
	pointer_constraints_update(manager);
}

static void pointer_constraints_handle_keyboard_focus(struct wl_listener *listener, void *data)
{
	struct pointer_constraints *manager = wl_container_of(listener, manager, keyboard_focus);
	pointer_constraints_update(manager);
}

bool pointer_constraints_create(struct pointer_constraints *manager, struct wl_display *display)
{
	wl_list_init(&manager->constraints);
	manager->pointer_focus.notify = pointer_constraints_handle_pointer_focus;
	wl_signal_add(&manager->seat->events.pointer_focus, &manager->pointer_focus);
	manager->keyboard_focus.notify = pointer_constraints_handle_keyboard_focus;
	wl_signal_add(&manager->seat->events.keyboard_focus, &manager->keyboard_focus);
	manager->global = wl_global_create(display, &zwp_pointer_constraints_v1_interface, 1,
		manager, pointer_constraints_bind);
	return manager->global;
}

void pointer_constraints_destroy(struct pointer_constraints *manager)
{
	if (!manager->global)
		return;
	wl_list_remove(&manager->pointer_focus.link);
	wl_list_remove(&manager->keyboard_focus.link);
	wl_global_destroy(manager->global);
	manager->global = NULL;
}
