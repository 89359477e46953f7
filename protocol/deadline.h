/**
 * A time by which something is to have come, and nearly always has: set and cleared with every
 * frame, which costs no system call. For the timer below is left alone: while there is a deadline
 * it looks every DEADLINE_TICK, and once more after the last was cleared.
 */
#ifndef PROTOCOL_DEADLINE_H
#define PROTOCOL_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

#define DEADLINE_TICK 500 /**< milliseconds, at most until it is idle again */

struct deadline {
	void (*handler)(void *data);
	void *data; /**< borrowed */
	struct wl_event_source *timer;
	int64_t due; /**< nanoseconds CLOCK_MONOTONIC; 0: there is none */
	bool ticks;  /**< the timer is set */
};

/** False: no memory or no file; deadline_finish() is harmless then. */
bool deadline_init(struct deadline *deadline, struct wl_event_loop *loop,
	void (*handler)(void *data), void *data);

/** Harmless when repeated, or when all is zero. */
void deadline_finish(struct deadline *deadline);

/** Calls handler once, in so many milliseconds; instead of what was set before. */
void deadline_set(struct deadline *deadline, int ms);

/** It came. */
void deadline_clear(struct deadline *deadline);

#endif
