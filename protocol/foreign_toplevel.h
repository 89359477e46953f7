/** wlr-foreign-toplevel-management 3: the windows of all clients, for docks and tools. */
#ifndef PROTOCOL_FOREIGN_TOPLEVEL_H
#define PROTOCOL_FOREIGN_TOPLEVEL_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct foreign_toplevel;
struct output;

enum foreign_toplevel_flag {
	FOREIGN_TOPLEVEL_MAXIMIZED = 1 << 0,
	FOREIGN_TOPLEVEL_MINIMIZED = 1 << 1,
	FOREIGN_TOPLEVEL_ACTIVATED = 1 << 2,
	FOREIGN_TOPLEVEL_FULLSCREEN = 1 << 3,
};

/** Wishes; all are required. data is the toplevel's. */
struct foreign_toplevel_listener {
	void (*request_activate)(void *data);
	void (*request_close)(void *data);
	/** flag is not FOREIGN_TOPLEVEL_ACTIVATED. */
	void (*request_state)(void *data, enum foreign_toplevel_flag flag, bool on);
};

/** Zeroed but for listener, then foreign_toplevel_create_manager(). */
struct foreign_toplevel_manager {
	const struct foreign_toplevel_listener *listener;
	struct wl_list resources; /**< wl_resource links; of clients that want to hear of more */
	struct wl_list toplevels; /**< struct foreign_toplevel::link, oldest first */
};

/** A mapped window. Zeroed but for data, then foreign_toplevel_init(). */
struct foreign_toplevel {
	struct foreign_toplevel_manager *manager; /**< NULL: not there */
	void *data;
	struct wl_list link;
	struct wl_list handles;          /**< wl_resource links */
	char *title, *app_id;            /**< NULL: none */
	uint32_t flags;                  /**< enum foreign_toplevel_flag */
	struct foreign_toplevel *parent; /**< NULL: none */
	struct output *output;           /**< that it is on; NULL: none */
	struct wl_listener output_bind;
};

/** What is told of a window; borrowed. */
struct foreign_toplevel_state {
	const char *title, *app_id;
	uint32_t flags;
	struct foreign_toplevel *parent;
};

/** Adds the global. False: no memory. */
bool foreign_toplevel_create_manager(
	struct foreign_toplevel_manager *manager, struct wl_display *display);

/** The window was mapped: every client that listens is told of it. */
void foreign_toplevel_init(struct foreign_toplevel *toplevel,
	struct foreign_toplevel_manager *manager, const struct foreign_toplevel_state *state,
	struct output *output);

/** It is on another output now (NULL: none); the one before must still be there. */
void foreign_toplevel_move(struct foreign_toplevel *toplevel, struct output *output);

/** Tells what is another than before. */
void foreign_toplevel_update(
	struct foreign_toplevel *toplevel, const struct foreign_toplevel_state *state);

/** It was unmapped; its handles stay inert. Accepts one that is not there. */
void foreign_toplevel_finish(struct foreign_toplevel *toplevel);

#endif
