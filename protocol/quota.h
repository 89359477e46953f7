/**
 * What one client may have of everything at a time, so that none makes the compositor grow without
 * bound, takes the files that others need, or makes it slow for them. Who wants more is
 * disconnected with wl_display.error.no_memory. Of what all share there is a limit for all
 * together, too: beyond it the client that has most is disconnected, whoever wanted more.
 */
#ifndef PROTOCOL_QUOTA_H
#define PROTOCOL_QUOTA_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

enum quota_kind {
	QUOTA_OBJECTS,   /**< that it has made */
	QUOTA_GIVEN,     /**< that were made for it: offers, lists of windows */
	QUOTA_SURFACES,  /**< wl_surface, of the objects */
	QUOTA_KEYBOARDS, /**< zwp_virtual_keyboard_v1, of the objects: each may have a keymap */
	QUOTA_BUFFERS, /**< that a wl_buffer names, or has named while something still shows them */
	QUOTA_FILES,   /**< that are open because of it, its connection one of them */
	QUOTA_COMMITS, /**< that wait to be applied */
	QUOTA_RECTANGLES, /**< of all its wl_regions */
	QUOTA_MEMORY, /**< KiB, as quota_kib() rounds: of wl_shm pools and dma-bufs by their sizes,
			 which need not be in use yet, and of wl_shm buffers, which whoever draws
			 may copy */
	QUOTA_KINDS,  /**< how many */
};

#define QUOTA_MAX_OBJECTS 16384
#define QUOTA_MAX_GIVEN 65536
#define QUOTA_MAX_SURFACES 2048
#define QUOTA_MAX_BUFFERS 2048
#define QUOTA_MAX_KEYBOARDS 16
#define QUOTA_MAX_FILES 2048 /**< or a quarter of what the process may open */
#define QUOTA_MAX_COMMITS 2048
#define QUOTA_MAX_RECTANGLES 131072 /**< 2 MiB */

/* Of all clients together: what the renderer names by its ids (render/wire.h) never takes all of
 * these. A dma-buf that is no buffer yet has an id, too, and is a file. */
#define QUOTA_MAX_ALL_SURFACES 32000
#define QUOTA_MAX_ALL_BUFFERS 30000
#define QUOTA_MAX_ALL_FILES 32000 /**< or three quarters of what the process may open */

/** KiB; or half of the machine's memory, if that is more. A buffer at 8K takes 130 MiB, and a
 * server of terminals (foot) keeps pools of 512 MiB for each window, most of it never used. */
#define QUOTA_MIN_MEMORY (16u << 20)

/** Connections, of all clients together; or a quarter of what the process may open. */
#define QUOTA_MAX_CLIENTS 1024

/** Of those, the part that one sandbox may have. */
#define QUOTA_SANDBOX_PART 4

/** What has a limit of connections. Starts zeroed. */
struct quota_crowd {
	unsigned len;
	bool has_refused; /**< and said so, and it has not been half empty since */
};

/** One more. False: it is refused, and does not count. whose: a person's words. */
bool quota_crowd_enter(struct quota_crowd *crowd, unsigned most, const char *whose);

/** One that has entered goes. */
void quota_crowd_leave(struct quota_crowd *crowd, unsigned most);

/** How many connections one sandbox may have; without bound where nobody counts. */
unsigned quota_sandbox_clients(struct wl_display *display);

/** What a client has. Lives until it is gone and all that was taken is given back. */
struct quota;

/** Counts every client that connects from now on, and its objects, until the display goes. */
void quota_watch(struct wl_display *display);

/**
 * Takes count of a kind, to be given back to what is returned (NULL: nobody counts). A client that
 * has too many then was told, and is gone after its request.
 */
struct quota *quota_take(struct wl_client *client, enum quota_kind kind, unsigned count);

/** Whether that could be taken: for what has an answer of its own to a client that has too much. */
bool quota_has_room(struct wl_client *client, enum quota_kind kind, unsigned count);

/** NULL: nothing. */
void quota_give(struct quota *quota, enum quota_kind kind, unsigned count);

/** Gives back so many of each kind. NULL: nothing. */
void quota_give_all(struct quota *quota, const unsigned counts[QUOTA_KINDS]);

/** QUOTA_MEMORY for so many bytes, which may be more than anybody has; none for a negative number.
 */
unsigned quota_kib(int64_t bytes);

#endif
