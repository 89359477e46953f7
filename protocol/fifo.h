/**
 * wp_fifo_v1: a content update that waits until the one before it has been on the screen for a
 * refresh. A client sets a barrier with one update and lets a later one wait for it; a screen's
 * latching lifts the barriers.
 */
#ifndef PROTOCOL_FIFO_H
#define PROTOCOL_FIFO_H

#include "protocol/deadline.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

/** Milliseconds without a barrier set or latched, for screens may be off: then all are lifted,
 * unless a screen will latch. */
#define FIFO_LONGEST 1000

struct fifo_listener {
	/** Whether a screen is on its way to latch: if not for so long, barriers are lifted
	 * without. */
	bool (*will_latch)(void *data);
};

/** Zeroed but for listener and data, both borrowed, before fifo_create(). */
struct fifo {
	const struct fifo_listener *listener;
	void *data;
	struct wl_event_loop *loop;
	struct wl_list barriers; /**< struct fifo_surface::link, of the surfaces that have one */
	struct wl_event_source *idle; /**< lifts what was latched; NULL: nothing was */
	struct deadline deadline;     /**< while there are barriers */
};

/** The global keeps *fifo, borrowed, until the display goes. NULL: no memory. */
struct wl_global *fifo_create(struct wl_display *display, struct fifo *fifo);

/** Before the display goes; no surface may be left. */
void fifo_destroy(struct fifo *fifo);

/**
 * A screen has taken what its next frame shows: lifts the barriers of the surfaces that are on it
 * or on no screen, when the event loop is next idle (updates that are then applied are not part of
 * that frame). outputs: its bit in surface::outputs.
 */
void fifo_latched(struct fifo *fifo, uint32_t outputs);

#endif
