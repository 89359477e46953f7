/** wp_commit_timing_v1: content updates that are not to be seen before a time. */
#ifndef PROTOCOL_COMMIT_TIMING_H
#define PROTOCOL_COMMIT_TIMING_H

#include "protocol/alarm.h"

#include <stdint.h>
#include <wayland-server-core.h>

struct surface;

struct commit_timing_listener {
	/**
	 * When an update is to be applied that is not to be seen before target: the frame that then
	 * shows it may have to be held, until surface::not_before. Both nanoseconds,
	 * CLOCK_MONOTONIC (the presentation clock).
	 */
	int64_t (*latch_time)(void *data, const struct surface *surface, int64_t target);
};

/** Zeroed but for listener and data, both borrowed, before commit_timing_create(). */
struct commit_timing {
	const struct commit_timing_listener *listener;
	void *data;
	struct wl_list waits; /**< struct commit_timing_wait::link, the earliest first */
	struct alarm alarm;   /**< when the first wait ends */
};

/** The global keeps *timing, borrowed, until the display goes. NULL: no memory. */
struct wl_global *commit_timing_create(struct wl_display *display, struct commit_timing *timing);

/** Before the display goes; no surface may be left. */
void commit_timing_destroy(struct commit_timing *timing);

#endif
