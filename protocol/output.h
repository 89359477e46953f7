/** wl_output 4. */
#ifndef PROTOCOL_OUTPUT_H
#define PROTOCOL_OUTPUT_H

#include "protocol/output_map.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct surface;

/** What clients see of an output. Filled in by its owner before output_create(). */
struct output {
	const char *name, *description, *make, *model; /**< borrowed */
	int32_t physical_width, physical_height;       /**< millimetres; 0: unknown */
	struct output_map map;                         /**< its mode, place, scale and transform */
	int32_t refresh;                               /**< mHz */
	uint32_t index;                                /**< its bit in surface::outputs */

	struct wl_list *all; /**< struct output::link; borrowed; NULL: it is the only one */
	struct wl_list link;

	struct output_global *global; /**< NULL: no client sees it */
	struct wl_list resources;     /**< wl_resource links */
	struct wl_list xdg_outputs;   /**< likewise, of zxdg_output_v1 */
	struct {
		struct wl_signal bind;    /**< data: the wl_resource; the client knows all of it */
		struct wl_signal destroy; /**< data: the output; its resources are inert already */
	} events;
};

/** NULL: the output is gone. */
struct output *output_from_resource(struct wl_resource *resource);

/** No client sees it yet. */
void output_init(struct output *output);

/** Adds the global; false: no memory. */
bool output_publish(struct output *output, struct wl_display *display);

/** Both of these. */
bool output_create(struct output *output, struct wl_display *display);

/** Removes the global, if it is there; its resources stay inert, as are those of clients that still
 * bind it. It may be published again. */
void output_destroy(struct output *output);

/** The map or the refresh has changed: tells who has bound it, by xdg_output too. */
void output_update(const struct output *output);

/**
 * Tells a client's surface how its buffers are best made, only what differs from what it was told
 * last: for the output of the largest scale among those that it lies on, for on the others less is
 * lost; for this one while it lies on none. As soon as the surface is new: a client draws its first
 * picture by it.
 */
void output_prefer(const struct output *output, struct surface *surface);

/** Tells the surface that it has entered the output, and how its buffers are best made. False: it
 * goes, and is told nothing. */
bool output_enter(struct output *output, struct surface *surface);

/** Tells it the contrary, and how they are best made for where it still is. */
void output_leave(struct output *output, struct surface *surface);

/** Sends, for each of the output's resources of the same client, an event of the object's that
 * names it. */
void output_tell(const struct output *output, struct wl_resource *object,
	void (*send)(struct wl_resource *object, struct wl_resource *output));

/** Whether the surface was told that it is there. */
bool output_has(const struct output *output, const struct surface *surface);

#endif
