/** wl_compositor 6 and wl_surface. */
#ifndef PROTOCOL_SURFACE_H
#define PROTOCOL_SURFACE_H

#include "protocol/extension.h"
#include "protocol/surface_state.h"

#include <pixman.h>
#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct surface;
struct subsurface;

/** What a surface is for; once given it stays (the role's object may go and come again). */
struct surface_role {
	const char *name;
	/** role_data is a protocol object, which the client must destroy before the surface. */
	bool has_object;
	/** Its buffer may be no multiple of its scale. */
	bool any_size;
	/** The client attaches a buffer (or NULL). False: a protocol error was posted. May be NULL.
	 */
	bool (*check_attach)(struct surface *surface, const struct buffer *buffer);
	/** Before a commit is taken. False: a protocol error was posted, the commit is dropped. May
	 * be NULL. */
	bool (*check)(struct surface *surface, const struct surface_state *pending);
	/** After a state was applied. May be NULL. */
	void (*commit)(struct surface *surface);
	/** The wl_surface goes while the role's object still exists. May be NULL. */
	void (*destroy)(struct surface *surface);
};

/** What other protocols hang on a surface. */
enum surface_extension {
	SURFACE_ALPHA_MODIFIER,
	SURFACE_COMMIT_TIMER,
	SURFACE_CONTENT_TYPE,
	SURFACE_FIFO,
	SURFACE_FRACTIONAL_SCALE,
	SURFACE_SYNCOBJ,
	SURFACE_TEARING_CONTROL,
	SURFACE_VIEWPORT,
	SURFACE_EXTENSIONS, /**< how many */
};

struct surface {
	struct wl_resource *resource; /**< NULL: the compositor's own */
	struct surface_state pending, current;
	struct wl_list
		queue; /**< struct surface_commit::link, oldest first: what is not applied yet */
	size_t queue_len;
	struct wl_list pending_locks; /**< struct surface_lock::link, for the next commit */
	bool applying;                /**< a commit is just being applied */
	bool applying_nothing;        /**< and it changes nothing (surface_state_is_empty()) */

	const struct surface_role *role;
	void *role_data; /**< the role's object; NULL: none now */

	int32_t width, height; /**< surface coordinates; 0x0: no contents */

	/* Sub-surfaces, bottom to top; struct subsurface::current_link and ::pending_link. */
	struct wl_list below, above, pending_below, pending_above;
	size_t n_children; /**< in the pending ones */
	bool pending_tree; /**< the next commit changes their order or places */

	struct extension *extensions[SURFACE_EXTENSIONS];
	struct wl_list companions; /**< struct surface_companion::link */
	uint32_t preferred_scale;  /**< as the client was told (protocol/fractional_scale.h); 0: not
				    * yet
				    */
	int32_t preferred_transform; /**< likewise; at first it is the normal one */
	bool fills_output;           /**< alone, pixel for pixel (linux_dmabuf_prefer_scanout()) */

	struct {
		struct wl_signal precommit; /**< data: the surface; the client commits what is
					       pending: it may still be added to and locked
					       (protocol/surface_queue.h) */
		struct wl_signal commit;    /**< data: the surface; after a state was applied, and
					       after the role */
		struct wl_signal destroy; /**< data: the surface; roles and children still there */
	} events;

	pixman_region32_t
		damage;     /**< what changed since whoever draws last took it, buffer pixels */
	void *render_data;  /**< of whoever draws */
	uint32_t outputs;   /**< a bit an output that it was told to have entered */
	int64_t not_before; /**< what it has is not to be seen sooner (protocol/commit_timing.h);
			       nanoseconds CLOCK_MONOTONIC, mostly in the past */
};

struct compositor_listener {
	void (*new_surface)(void *data, struct surface *surface);
};

/** The wl_compositor global; set before compositor_create(). */
struct compositor {
	const struct compositor_listener *listener;
	void *data;
};

/** The global keeps *compositor, borrowed, until the display goes. NULL: no memory. */
struct wl_global *compositor_create(struct wl_display *display, struct compositor *compositor);

struct surface *surface_from_resource(struct wl_resource *resource);

/** A surface of the compositor's own that shows buffer, which it locks: no client has it, resource
 * is NULL. */
struct surface *surface_create_own(struct buffer *buffer);

/** Accepts NULL. */
void surface_destroy_own(struct surface *surface);

/**
 * Gives the role. False: it has another, or already an object of this one; error was posted on
 * error_resource.
 */
bool surface_set_role(struct surface *surface, const struct surface_role *role, void *role_data,
	struct wl_resource *error_resource, uint32_t error);

/** Whether its newest committed state has a buffer, applied or still waiting, or what is pending.
 */
bool surface_has_contents(const struct surface *surface);

/** Between these two the children's states are applied: for protocol/surface_queue.c only. */
void surface_take_state(struct surface *surface, struct surface_state *state);
void surface_tell_applied(struct surface *surface);

/** Whether the surface has contents, and every parent up to the root has. */
bool surface_is_mapped(const struct surface *surface);

/** The surface that no sub-surface relation leads above. */
struct surface *surface_root(struct surface *surface);

/** Whether the point is inside the surface and its input region. Surface coordinates. */
bool surface_accepts_input(const struct surface *surface, double sx, double sy);

/** Called for the surface and its mapped sub-surfaces, bottom to top, with the offset from the
 * root. */
typedef void (*surface_visitor)(struct surface *surface, int32_t sx, int32_t sy, void *data);
void surface_for_each(struct surface *surface, surface_visitor visitor, void *data);

/** The top sub-surface (or the surface) under a point that takes input there; NULL: none. *sx, *sy:
 * in it. */
struct surface *surface_at(struct surface *surface, double x, double y, double *sx, double *sy);

/** Sends and forgets the frame callbacks. time: milliseconds, CLOCK_MONOTONIC. */
void surface_send_frame_done(struct surface *surface, uint32_t time);

#endif
