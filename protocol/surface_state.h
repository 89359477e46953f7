/** What a wl_surface.commit applies at once: the double-buffered state of a surface, and how one
 * state takes over another. */
#ifndef PROTOCOL_SURFACE_STATE_H
#define PROTOCOL_SURFACE_STATE_H

#include "protocol/space.h"

#include <pixman.h>
#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct buffer;
struct surface;
struct surface_change;

/** Rectangles of damage; of more it is what lies around them. */
#define SURFACE_STATE_MAX_DAMAGE 128

/** Rectangles of an opaque region, which is a hint: of more some count as not opaque. */
#define SURFACE_STATE_MAX_OPAQUE 32

struct surface_change_kind {
	/** The commit is applied: the surface has its state already, its role is told next. */
	void (*apply)(struct surface_change *change, struct surface *surface);
	/** It never will be: a later one of the same kind came, or the surface goes. */
	void (*drop)(struct surface_change *change);
};

/**
 * What another protocol sets with a commit, and is applied with it. Either function gives it back
 * to its owner, unlinked; exactly one of them is called.
 */
struct surface_change {
	const struct surface_change_kind *kind;
	struct wl_list link;
};

/** Which members a request has set; the others keep what was. */
enum surface_state_field {
	SURFACE_STATE_BUFFER = 1 << 0,
	SURFACE_STATE_OPAQUE = 1 << 1,
	SURFACE_STATE_INPUT = 1 << 2,
	SURFACE_STATE_TRANSFORM = 1 << 3,
	SURFACE_STATE_SCALE = 1 << 4,
	SURFACE_STATE_SOURCE = 1 << 5,
	SURFACE_STATE_DESTINATION = 1 << 6,
	SURFACE_STATE_ALPHA = 1 << 7,
	SURFACE_STATE_CONTENT_TYPE = 1 << 8,
	SURFACE_STATE_TEARING = 1 << 9,
	SURFACE_STATE_FIFO_BARRIER = 1 << 10, /**< wp_fifo_v1.set_barrier: no member */
};

struct surface_state {
	uint32_t fields; /**< enum surface_state_field */

	struct buffer *buffer; /**< NULL: none. Locked from the commit on */
	struct wl_listener buffer_destroy;
	int32_t dx, dy; /**< wl_surface.offset, adding up */
	pixman_region32_t surface_damage, buffer_damage;
	pixman_region32_t opaque, input; /**< surface coordinates; input is infinite at first */
	struct space space;              /**< buffer size only filled in when applied */
	uint32_t alpha;                  /**< a factor; UINT32_MAX: 1 */
	uint32_t content_type;           /**< enum wp_content_type_v1_type */
	bool tearing;                    /**< its frames may be shown at once, torn */

	struct wl_list frame_callbacks; /**< wl_resource links */
	struct wl_list feedbacks;       /**< wl_resource links (protocol/presentation.h) */
	struct wl_list changes;         /**< struct surface_change::link, one of a kind */
};

void surface_state_init(struct surface_state *state);
/** Of a pending state. */
void surface_state_finish(struct surface_state *state);
/** Of one that a commit made, whose buffer is locked. */
void surface_state_finish_committed(struct surface_state *state);

/** Adds a change, in place of an earlier one of its kind. */
void surface_state_add_change(struct surface_state *state, struct surface_change *change);

/** Attaches buffer (or NULL), which is forgotten when its wl_buffer goes before the commit. */
void surface_state_attach(struct surface_state *state, struct buffer *buffer);

/** wl_surface.offset: in place of what was set since the last commit. */
void surface_state_offset(struct surface_state *state, int32_t dx, int32_t dy);

/**
 * Moves from's set fields over to's, adds damage, offset and callbacks, and leaves from empty as
 * after a commit. The presentation feedbacks of contents that are so replaced are discarded. The
 * buffer is locked on this way from a pending state (lock) and moved, lock included, from a cached
 * one.
 */
void surface_state_move(struct surface_state *to, struct surface_state *from, bool lock);

/** Whether applying it changes nothing, and nobody waits to hear of it. */
bool surface_state_is_empty(const struct surface_state *state);

/** Sets what from's fields say in *space; the rest and the buffer's size stay. */
void surface_state_apply_space(struct space *space, const struct surface_state *from);

#endif
