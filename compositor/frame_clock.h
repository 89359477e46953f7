/**
 * When to start frames on a display without a vblank of its own: virtio-gpu completes flips at
 * once, and a headless output has none. Plain arithmetic, no timer.
 */
#ifndef COMPOSITOR_FRAME_CLOCK_H
#define COMPOSITOR_FRAME_CLOCK_H

#include <stdint.h>

/** A refresh for outputs that need not keep one: a frame may start as soon as the last has ended.
 */
#define FRAME_CLOCK_UNLIMITED INT32_MAX

/** Times are nanoseconds, CLOCK_MONOTONIC. */
struct frame_clock {
	int64_t period;     /**< of the mode's refresh; 0: unlimited */
	int64_t last_start; /**< of the last frame; far in the past before the first */
	uint64_t sequence;  /**< frames shown */
	int64_t vblank;     /**< of the last frame that the hardware showed; 0: it has none */
};

/** refresh: mHz, or FRAME_CLOCK_UNLIMITED; below 1 Hz counts as 60 Hz. */
void frame_clock_init(struct frame_clock *clock, int32_t refresh);

/** The screen has another mode: frames go on at its refresh. */
void frame_clock_set_refresh(struct frame_clock *clock, int32_t refresh);

/**
 * When the next frame may start: one period after the last start, or now where that is past. A
 * frame that took longer than a period does not wait for a multiple: no real vblank would be
 * missed.
 */
int64_t frame_clock_next(const struct frame_clock *clock, int64_t now);

/** A frame starts that was planned for planned: it counts as started then, so that timers' lateness
 * does not add up. */
void frame_clock_start(struct frame_clock *clock, int64_t planned, int64_t now);

/**
 * When a frame may start at the earliest so as not to be seen before target. Without vblanks a
 * frame is seen when it is drawn; with them, at the next one.
 */
int64_t frame_clock_latch(const struct frame_clock *clock, int64_t target);

#endif
