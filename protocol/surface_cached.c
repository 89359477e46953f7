#include "protocol/surface_cached.h"

#include "common/xalloc.h"
#include "protocol/surface.h"

#include <stdlib.h>
#include <string.h>

struct surface_cached {
	struct surface_change change;
	struct wl_list link; /* the owner's list */
	void *owner;         /* NULL: forgotten */
	void *state[];       /* kind's size, aligned as pointers are */
};

static struct surface_cached *surface_cached_from_change(struct surface_change *change)
{
	struct surface_cached *cached = wl_container_of(change, cached, change);
	return cached;
}

void surface_cached_drop(struct surface_change *change)
{
	struct surface_cached *cached = surface_cached_from_change(change);
	const struct surface_cached_kind *kind = wl_container_of(change->kind, kind, change);
	if (kind->finish)
		kind->finish(cached->state);
	wl_list_remove(&cached->link);
	free(cached);
}

void surface_cached_apply(struct surface_change *change, struct surface *surface)
{
	const struct surface_cached *cached = surface_cached_from_change(change);
	const struct surface_cached_kind *kind = wl_container_of(change->kind, kind, change);
	if (cached->owner)
		kind->apply(cached->owner, cached->state);
	surface_cached_drop(change);
}

void surface_cached_commit(struct surface *surface, const struct surface_cached_kind *kind,
	struct wl_list *waiting, void *owner, const void *state)
{
	struct surface_cached *cached = xcalloc(1, sizeof *cached + kind->size);
	cached->change.kind = &kind->change;
	cached->owner = owner;
	memcpy(cached->state, state, kind->size);
	wl_list_insert(waiting, &cached->link);
	surface_state_add_change(&surface->pending, &cached->change);
}

void surface_cached_forget(struct wl_list *waiting)
{
	struct surface_cached *cached, *next;
	wl_list_for_each_safe (cached, next, waiting, link) {
		wl_list_remove(&cached->link);
		wl_list_init(&cached->link);
		cached->owner = NULL;
	}
}
