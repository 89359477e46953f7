/** A point of time, to the nanosecond: an event loop's own timers know milliseconds only. */
#ifndef PROTOCOL_ALARM_H
#define PROTOCOL_ALARM_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct alarm {
	void (*handler)(void *data);
	void *data;                     /**< borrowed */
	int fd;                         /**< a timerfd, of CLOCK_MONOTONIC */
	int64_t time;                   /**< that it is set to; 0: it is not */
	struct wl_event_source *source; /**< NULL: there is no fd */
};

/** False: no memory or no file; alarm_finish() is harmless then. */
bool alarm_init(
	struct alarm *alarm, struct wl_event_loop *loop, void (*handler)(void *data), void *data);

/** Harmless when repeated, or when all is zero. */
void alarm_finish(struct alarm *alarm);

/** Calls handler once, at that time (nanoseconds CLOCK_MONOTONIC, later than 0) or soon if it is
 * past; instead of what was set before. */
void alarm_set(struct alarm *alarm, int64_t time);

#endif
