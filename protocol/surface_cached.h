/**
 * State that the object of a role sets with a commit (a window's geometry, a panel's size), and
 * that is applied with it. The object may go first: then what waits changes nothing.
 */
#ifndef PROTOCOL_SURFACE_CACHED_H
#define PROTOCOL_SURFACE_CACHED_H

#include "protocol/surface_state.h"

/** Of one role; a constant, with change filled in by SURFACE_CACHED_CHANGE. */
struct surface_cached_kind {
	struct surface_change_kind change;
	size_t size; /**< bytes of the state, which is copied as it is, with what it owns */
	void (*apply)(void *owner, const void *state);
	/** Lets go of what the state owns, once for each. NULL: nothing. */
	void (*finish)(void *state);
};

void surface_cached_apply(struct surface_change *change, struct surface *surface);
void surface_cached_drop(struct surface_change *change);

#define SURFACE_CACHED_CHANGE {.apply = surface_cached_apply, .drop = surface_cached_drop}

/**
 * The client commits: *state goes along, in place of an earlier one of its kind with the same
 * commit. waiting is the owner's list of what waits.
 */
void surface_cached_commit(struct surface *surface, const struct surface_cached_kind *kind,
	struct wl_list *waiting, void *owner, const void *state);

/** The owner goes, or begins anew. */
void surface_cached_forget(struct wl_list *waiting);

#endif
