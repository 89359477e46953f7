#include "protocol/surface_queue.h"

#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/quota.h"
#include "protocol/subsurface.h"
#include "protocol/surface.h"

#include <stdlib.h>

/* Of a client that commits faster than its locks go: later commits join the last one, so that what
 * waits does not grow. */
#define SURFACE_QUEUE_MAX 256

/* Of one commit that waits, with all that have joined it. */
#define SURFACE_QUEUE_MAX_LOCKS 512

static struct surface_commit *surface_queue_first(const struct surface *surface)
{
	struct surface_commit *commit;
	if (wl_list_empty(&surface->queue))
		return NULL;
	return wl_container_of(surface->queue.next, commit, link);
}

static struct surface_commit *surface_queue_last(const struct surface *surface)
{
	struct surface_commit *commit;
	if (wl_list_empty(&surface->queue))
		return NULL;
	return wl_container_of(surface->queue.prev, commit, link);
}

bool surface_queue_is_empty(const struct surface *surface)
{
	return wl_list_empty(&surface->queue);
}

/* Takes over the pending state with its locks. */
static struct surface_commit *surface_queue_add(struct surface *surface)
{
	struct surface_commit *commit = xcalloc(1, sizeof *commit);
	commit->surface = surface;
	commit->quota = quota_take(wl_resource_get_client(surface->resource), QUOTA_COMMITS, 1);
	commit->synchronized = subsurface_is_synchronized(surface);
	surface_state_init(&commit->state);
	surface_state_move(&commit->state, &surface->pending, true);
	wl_list_init(&commit->locks);
	wl_list_init(&commit->children);
	wl_list_init(&commit->parent_link);
	wl_list_insert_list(&commit->locks, &surface->pending_locks);
	wl_list_init(&surface->pending_locks);
	struct surface_lock *lock;
	wl_list_for_each (lock, &commit->locks, link)
		lock->commit = commit;
	wl_list_insert(surface->queue.prev, &commit->link);
	surface->queue_len++;
	return commit;
}

static void surface_queue_unclaim(struct surface_commit *commit)
{
	wl_list_remove(&commit->parent_link);
	wl_list_init(&commit->parent_link);
	commit->parent = NULL;
}

/* What is left of its locks and children stays without it. */
static void surface_queue_destroy_commit(struct surface_commit *commit)
{
	struct surface_lock *lock, *next_lock;
	struct surface_commit *child, *next_child;
	wl_list_for_each_safe (lock, next_lock, &commit->locks, link)
		*lock = (struct surface_lock){0};
	wl_list_for_each_safe (child, next_child, &commit->children, parent_link)
		surface_queue_unclaim(child);
	surface_queue_unclaim(commit);
	wl_list_remove(&commit->link);
	commit->surface->queue_len--;
	surface_state_finish_committed(&commit->state);
	quota_give(commit->quota, QUOTA_COMMITS, 1);
	free(commit);
}

static void surface_queue_claim(struct surface_commit *commit, struct surface_commit *parent);

/* from, the later of two neighbours, is applied with to as one. */
static void surface_queue_join(struct surface_commit *to, struct surface_commit *from)
{
	struct surface_lock *lock;
	wl_list_for_each (lock, &from->locks, link)
		lock->commit = to;
	wl_list_insert_list(to->locks.prev, &from->locks);
	wl_list_init(&from->locks);
	if (wl_list_length(&to->locks) > SURFACE_QUEUE_MAX_LOCKS)
		wl_client_post_no_memory(wl_resource_get_client(to->surface->resource));
	surface_state_move(&to->state, &from->state, false);
	struct surface_commit *child, *next;
	wl_list_for_each_safe (child, next, &from->children, parent_link) {
		surface_queue_unclaim(child);
		surface_queue_claim(child, to);
	}
	surface_queue_destroy_commit(from);
}

/* The commit before it in its queue; NULL: it is the first. */
static struct surface_commit *surface_queue_before(const struct surface_commit *commit)
{
	struct surface_commit *before;
	if (commit->link.prev == &commit->surface->queue)
		return NULL;
	return wl_container_of(commit->link.prev, before, link);
}

/* The parent's commit takes it along; one of a child's is enough, since all are applied at once. */
static void surface_queue_claim(struct surface_commit *commit, struct surface_commit *parent)
{
	struct surface_commit *before = surface_queue_before(commit);
	if (before && before->parent == parent) {
		surface_queue_join(before, commit);
		return;
	}
	commit->parent = parent;
	wl_list_insert(parent->children.prev, &commit->parent_link);
}

static void surface_queue_claim_list(struct surface_commit *parent, const struct wl_list *children)
{
	struct subsurface *child;
	wl_list_for_each (child, children, pending_link) {
		struct surface_commit *last = surface_queue_last(child->surface);
		if (last && last->synchronized && !last->parent)
			surface_queue_claim(last, parent);
	}
}

/* Whether the commit that follows is to be applied with this one. */
static bool surface_queue_takes_next(const struct surface_commit *commit)
{
	bool synchronized = subsurface_is_synchronized(commit->surface);
	if (commit->parent || commit->synchronized != synchronized)
		return false;
	return synchronized || commit->surface->queue_len >= SURFACE_QUEUE_MAX;
}

bool surface_queue_joins_next(const struct surface_lock *lock)
{
	return lock->commit && lock->commit == surface_queue_last(lock->surface) &&
	       surface_queue_takes_next(lock->commit);
}

bool surface_queue_commit(struct surface *surface)
{
	if (surface->queue_len > 2 * SURFACE_QUEUE_MAX) {
		wl_client_post_implementation_error(wl_resource_get_client(surface->resource),
			"more than %d commits of wl_surface#%u wait", 2 * SURFACE_QUEUE_MAX,
			wl_resource_get_id(surface->resource));
		return false;
	}
	struct surface_commit *before = surface_queue_last(surface);
	bool joins = before && surface_queue_takes_next(before);
	struct surface_commit *commit = surface_queue_add(surface);
	surface_queue_claim_list(commit, &surface->pending_below);
	surface_queue_claim_list(commit, &surface->pending_above);
	if (joins)
		surface_queue_join(before, commit);
	surface_queue_run(surface);
	return true;
}

/* Whether nothing stands before the commit and what it takes along. */
static bool surface_queue_is_free(const struct surface_commit *commit)
{
	if (surface_queue_before(commit) || !wl_list_empty(&commit->locks))
		return false;
	const struct surface_commit *child;
	wl_list_for_each (child, &commit->children, parent_link) {
		if (!surface_queue_is_free(child))
			return false;
	}
	return true;
}

/* What is to be applied next for the surface to go on; NULL: nothing can be. */
static struct surface_commit *surface_queue_next(const struct surface *surface)
{
	struct surface_commit *commit = surface_queue_first(surface);
	if (!commit || surface->applying)
		return NULL;
	while (commit->parent)
		commit = commit->parent;
	if (commit->surface->applying || commit->synchronized || !surface_queue_is_free(commit))
		return NULL;
	return commit;
}

static void surface_queue_apply(struct surface_commit *commit)
{
	struct surface *surface = commit->surface;
	surface->applying = true;
	surface_take_state(surface, &commit->state);
	struct surface_commit *child, *next;
	wl_list_for_each_safe (child, next, &commit->children, parent_link) {
		struct surface *child_surface = child->surface;
		surface_queue_apply(child);
		surface_queue_run(child_surface);
	}
	surface_queue_destroy_commit(commit);
	surface_tell_applied(surface);
	surface->applying = false;
}

void surface_queue_run(struct surface *surface)
{
	struct surface_commit *commit;
	while ((commit = surface_queue_next(surface))) {
		struct surface *top = commit->surface;
		surface_queue_apply(commit);
		if (top != surface)
			surface_queue_run(top);
	}
}

void surface_queue_lock(struct surface *surface, struct surface_lock *lock)
{
	lock->surface = surface;
	wl_list_insert(surface->pending_locks.prev, &lock->link);
}

bool surface_queue_is_next(const struct surface_lock *lock)
{
	return lock->commit && !surface_queue_before(lock->commit);
}

void surface_queue_unlock(struct surface_lock *lock)
{
	struct surface *surface = lock->surface;
	if (!surface)
		return;
	wl_list_remove(&lock->link);
	*lock = (struct surface_lock){0};
	surface_queue_run(surface);
}

static void surface_queue_desynchronize_list(const struct wl_list *children)
{
	struct subsurface *child, *next;
	wl_list_for_each_safe (child, next, children, pending_link)
		surface_queue_desynchronize(child->surface);
}

void surface_queue_desynchronize(struct surface *surface)
{
	if (subsurface_is_synchronized(surface))
		return;
	struct surface_commit *commit;
	wl_list_for_each (commit, &surface->queue, link) {
		if (!commit->parent)
			commit->synchronized = false;
	}
	surface_queue_run(surface);
	surface_queue_desynchronize_list(&surface->pending_below);
	surface_queue_desynchronize_list(&surface->pending_above);
}

void surface_queue_detach(struct surface *surface, struct surface *parent)
{
	struct surface_commit *commit;
	wl_list_for_each (commit, &surface->queue, link)
		surface_queue_unclaim(commit);
	surface_queue_desynchronize(surface);
	surface_queue_run(parent); /* it may have waited for this one only */
}

void surface_queue_finish(struct surface *surface)
{
	struct surface_lock *lock, *next_lock;
	struct surface_commit *commit, *next_commit;
	wl_list_for_each_safe (commit, next_commit, &surface->queue, link)
		surface_queue_destroy_commit(commit);
	wl_list_for_each_safe (lock, next_lock, &surface->pending_locks, link)
		*lock = (struct surface_lock){0};
	wl_list_init(&surface->pending_locks);
}
