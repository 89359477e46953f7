#include "compositor/frame_clock.h"

#include "common/clock.h"

#define FRAME_CLOCK_DEFAULT 60000 /* mHz */

void frame_clock_set_refresh(struct frame_clock *clock, int32_t refresh)
{
	if (refresh < 1000)
		refresh = FRAME_CLOCK_DEFAULT;
	clock->period = refresh == FRAME_CLOCK_UNLIMITED ? 0 : CLOCK_NS_PER_S * 1000 / refresh;
}

void frame_clock_init(struct frame_clock *clock, int32_t refresh)
{
	frame_clock_set_refresh(clock, refresh);
	clock->last_start = INT64_MIN / 2;
	clock->sequence = 0;
	clock->vblank = 0;
}

int64_t frame_clock_next(const struct frame_clock *clock, int64_t now)
{
	int64_t next = clock->last_start + clock->period;
	return next > now ? next : now;
}

void frame_clock_start(struct frame_clock *clock, int64_t planned, int64_t now)
{
	/* Later than a period: the machine was busy elsewhere, count from now. */
	clock->last_start = now - planned < clock->period ? planned : now;
}

int64_t frame_clock_latch(const struct frame_clock *clock, int64_t target)
{
	if (!clock->vblank || clock->period <= 0 || target <= clock->vblank)
		return target;
	/* The last vblank before the target: what starts after it is seen at the next. */
	return target - 1 - (target - 1 - clock->vblank) % clock->period;
}
