/**
 * The commits of a surface that wait: for their turn, for locks on them, or, of a synchronised
 * sub-surface, for their parent's commit. The model is that of the Wayland book's "content
 * updates": a commit of a parent takes along what its synchronised children have committed before,
 * and the whole tree is applied at once, when nothing in it is locked any more.
 */
#ifndef PROTOCOL_SURFACE_QUEUE_H
#define PROTOCOL_SURFACE_QUEUE_H

#include "protocol/surface_state.h"

#include <stdbool.h>
#include <wayland-server-core.h>

struct quota;
struct surface;

/** One wl_surface.commit, or several that are applied as one. */
struct surface_commit {
	struct surface *surface;
	struct wl_list link; /**< surface::queue, oldest first */
	struct surface_state state;
	struct quota *quota;  /**< counts it */
	struct wl_list locks; /**< struct surface_lock::link */
	bool synchronized;    /**< waits for a commit of the parent, which then takes it along */
	struct surface_commit *parent; /**< it took this one along; NULL: none yet */
	struct wl_list parent_link, children;
};

/**
 * Keeps a commit from being applied. Its owner's memory; zeroed before surface_queue_lock() and
 * zero again after surface_queue_unlock().
 */
struct surface_lock {
	struct wl_list link;
	struct surface *surface;       /**< NULL: not locked, or the surface is gone */
	struct surface_commit *commit; /**< NULL: the one that the client is making */
};

/**
 * Locks the commit that the client is just making: to be called from surface::events.precommit, or
 * earlier. Locks of a sub-surface's commit hold its parent's, too.
 */
void surface_queue_lock(struct surface *surface, struct surface_lock *lock);

/**
 * Lets go; what nothing else holds is applied before this returns (or, called while the same tree
 * is being applied, right after). Does nothing when zeroed or the surface is gone.
 */
void surface_queue_unlock(struct surface_lock *lock);

/** Whether it is the turn of the commit that the lock holds: no other of its surface waits before
 * it. */
bool surface_queue_is_next(const struct surface_lock *lock);

/** Whether the commit that the client is making will be applied with the one that the lock holds,
 * as one: then a second lock of the same owner is not needed. */
bool surface_queue_joins_next(const struct surface_lock *lock);

/** Whether no commit of the surface waits; else one that comes now will be applied after those. */
bool surface_queue_is_empty(const struct surface *surface);

/* Of the surface's files only from here on. */

/** Takes the pending state: applies it, or queues it. False: the queue is full, the client was
 * told.
 */
bool surface_queue_commit(struct surface *surface);

/** It, or a parent, is not synchronised any more: if it now waits for none, what waited is applied.
 */
void surface_queue_desynchronize(struct surface *surface);

/** It has just ceased to be a sub-surface of parent. */
void surface_queue_detach(struct surface *surface, struct surface *parent);

/** Applies what can be. */
void surface_queue_run(struct surface *surface);

/** The surface goes: what waits never will be applied. */
void surface_queue_finish(struct surface *surface);

#endif
