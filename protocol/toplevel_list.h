/** ext-foreign-toplevel-list 1: which windows there are, each by a name that is never used again.
 */
#ifndef PROTOCOL_TOPLEVEL_LIST_H
#define PROTOCOL_TOPLEVEL_LIST_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

/** Zeroed, then toplevel_list_create(). */
struct toplevel_list {
	struct wl_list resources; /**< wl_resource links; of clients that want to hear of more */
	struct wl_list toplevels; /**< struct listed_toplevel::link, oldest first */
	uint64_t last, session;   /**< make up the identifiers */
};

/** A mapped window. Zeroed but for data, then listed_toplevel_init(). */
struct listed_toplevel {
	struct toplevel_list *list; /**< NULL: not there */
	void *data;
	struct wl_list link;
	struct wl_list handles; /**< wl_resource links */
	char *title, *app_id;   /**< NULL: none */
	char identifier[40];    /**< at most 32 in truth: the session is nanoseconds of an uptime */
	struct {
		struct wl_signal finish; /**< data: the toplevel */
	} events;
};

/** Adds the global. False: no memory. */
bool toplevel_list_create(struct toplevel_list *list, struct wl_display *display);

/** The window was mapped: every client that listens is told of it. */
void listed_toplevel_init(struct listed_toplevel *toplevel, struct toplevel_list *list,
	const char *title, const char *app_id);

/** Tells what is another than before. */
void listed_toplevel_update(
	struct listed_toplevel *toplevel, const char *title, const char *app_id);

/** It was unmapped; its handles stay inert. Accepts one that is not there. */
void listed_toplevel_finish(struct listed_toplevel *toplevel);

#endif
