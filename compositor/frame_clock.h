/**
 * When a screen's frames start and when they are shown: as late as they can, and a period apart.
 *
 * A screen has a vblank every period, at which a drawn frame is shown. Where the display has none
 * of its own (virtio-gpu completes flips at once, a headless screen has none either) the vblank is
 * the clock's: a frame that is drawn much sooner is held until shortly before, and one that comes
 * late is shown when it is there, as by a display with a variable refresh. So nothing waits that
 * has waited enough: the first frame after a rest starts at once and is shown when it is drawn, and
 * frames that take longer than a period follow each other without a pause. The phase is kept as
 * long as frames are less than a period late, else the vblank moves to the late frame.
 *
 * A display's own vblanks are kept by the kernel: there a frame is for the first one that it can
 * still make, and is committed as soon as it is drawn.
 *
 * Plain arithmetic, no timer. Times are nanoseconds, CLOCK_MONOTONIC.
 */
#ifndef COMPOSITOR_FRAME_CLOCK_H
#define COMPOSITOR_FRAME_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A refresh for outputs that need not keep one: a frame may start as soon as the last has ended.
 */
#define FRAME_CLOCK_UNLIMITED INT32_MAX

/** Frames whose cost is remembered: half a second of 60 Hz. */
#define FRAME_CLOCK_COSTS 32

/** A frame that is drawn so many nanoseconds before its vblank, or less and an eighth of a period,
 * is not held for it: to be woken for it costs more than it is worth. */
#define FRAME_CLOCK_EARLY INT64_C(2000000)

struct frame_clock {
	int64_t period;    /**< of the pace, or the mode's refresh; 0: unlimited */
	int64_t refresh;   /**< the period of the mode's refresh */
	int32_t pace;      /**< frame_clock_set_pace() */
	int64_t vblank;    /**< of the last frame shown; far in the past before the first */
	int64_t target;    /**< the vblank that the planned frame is for */
	bool hardware;     /**< the display has vblanks of its own */
	uint64_t sequence; /**< of vblank: counts those without a frame too; 0: none was shown */
	int64_t counted;   /**< the time up to which vblanks are counted */
	int64_t costs[FRAME_CLOCK_COSTS]; /**< of the last frames */
	size_t next_cost;
};

/** refresh: mHz, or FRAME_CLOCK_UNLIMITED; below 1 Hz counts as 60 Hz. */
void frame_clock_init(struct frame_clock *clock, int32_t refresh);

/** The screen has another mode: frames go on at its refresh. */
void frame_clock_set_refresh(struct frame_clock *clock, int32_t refresh);

/** A frame was drawn so long after the time that was planned for its start. */
void frame_clock_measure(struct frame_clock *clock, int64_t cost);

/** Frames come at another pace than the refresh, mHz or FRAME_CLOCK_UNLIMITED, unless the display
 * has vblanks of its own; 0: at the refresh. Holds from the next frame_clock_set_refresh() on. */
void frame_clock_set_pace(struct frame_clock *clock, int32_t pace);

/**
 * How long before its vblank a frame starts: what the dearest of the last frames took and a margin,
 * a period at most.
 */
int64_t frame_clock_lead(const struct frame_clock *clock);

/** When the next frame is to start, now or later; sets the vblank that it is for. */
int64_t frame_clock_plan(struct frame_clock *clock, int64_t now);

/** When the planned frame may be committed at the earliest, once it is drawn. */
int64_t frame_clock_due(const struct frame_clock *clock);

/**
 * The planned frame was shown. The time to tell of: where the vblank is the clock's own and was
 * made, that, for who predicts the next one from it, FRAME_CLOCK_EARLY ahead at most; else time.
 */
int64_t frame_clock_shown(struct frame_clock *clock, int64_t time);

/** The same at a vblank of the display's. */
void frame_clock_shown_hardware(struct frame_clock *clock, int64_t time);

/** A frame was shown without waiting for any vblank; those that passed meanwhile are counted. */
void frame_clock_shown_torn(struct frame_clock *clock, int64_t time);

/**
 * When what is not to be seen before target may be applied. A frame that takes it then is in time
 * for it, but where the vblanks are the clock's own the frame must itself be held until target.
 */
int64_t frame_clock_latch(const struct frame_clock *clock, int64_t target);

#endif
