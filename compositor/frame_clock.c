#include "compositor/frame_clock.h"

#include "common/clock.h"
#include "kms/mode.h"

/* For what no measurement foresees: a busy machine, a frame that is a little dearer. */
#define FRAME_CLOCK_MARGIN (CLOCK_NS_PER_S / 1000)

/* A flip that comes so much of a period after its vblank is the kernel's latency, not lateness. */
#define FRAME_CLOCK_ON_TIME 8

static int64_t frame_clock_period(int32_t refresh)
{
	if (refresh < 1000)
		refresh = KMS_MODE_DEFAULT_REFRESH;
	return refresh == FRAME_CLOCK_UNLIMITED ? 0 : CLOCK_NS_PER_S * 1000 / refresh;
}

void frame_clock_set_refresh(struct frame_clock *clock, int32_t refresh)
{
	bool paced = clock->pace && !clock->hardware;
	clock->refresh = frame_clock_period(refresh);
	clock->period = paced ? frame_clock_period(clock->pace) : clock->refresh;
	clock->counted = clock->vblank;
}

void frame_clock_set_pace(struct frame_clock *clock, int32_t pace)
{
	clock->pace = pace;
}

void frame_clock_init(struct frame_clock *clock, int32_t refresh)
{
	*clock = (struct frame_clock){.vblank = INT64_MIN / 2};
	frame_clock_set_refresh(clock, refresh);
}

void frame_clock_measure(struct frame_clock *clock, int64_t cost)
{
	clock->costs[clock->next_cost] = cost;
	clock->next_cost = (clock->next_cost + 1) % FRAME_CLOCK_COSTS;
}

int64_t frame_clock_lead(const struct frame_clock *clock)
{
	int64_t dearest = 0;
	for (size_t i = 0; i < FRAME_CLOCK_COSTS; i++)
		dearest = clock->costs[i] > dearest ? clock->costs[i] : dearest;
	int64_t lead = dearest + FRAME_CLOCK_MARGIN;
	return lead < clock->period ? lead : clock->period;
}

static int64_t frame_clock_at_most(const struct frame_clock *clock, int64_t early)
{
	int64_t part = clock->period / FRAME_CLOCK_ON_TIME;
	return part < early ? part : early;
}

int64_t frame_clock_plan(struct frame_clock *clock, int64_t now)
{
	int64_t lead = frame_clock_lead(clock);
	clock->target = clock->vblank + clock->period;
	if (clock->hardware && clock->period > 0 && now + lead > clock->target) {
		int64_t missed = now + lead - clock->target;
		clock->target += (missed + clock->period - 1) / clock->period * clock->period;
	}
	int64_t start = clock->target - lead;
	return start > now + frame_clock_at_most(clock, FRAME_CLOCK_MARGIN) ? start : now;
}

int64_t frame_clock_due(const struct frame_clock *clock)
{
	if (clock->hardware)
		return INT64_MIN;
	return clock->target - frame_clock_at_most(clock, FRAME_CLOCK_EARLY);
}

static void frame_clock_count(struct frame_clock *clock)
{
	if (clock->sequence == 0 || clock->period == 0) {
		clock->sequence++;
		clock->counted = clock->vblank;
		return;
	}
	int64_t passed = (clock->vblank - clock->counted) / clock->period;
	clock->sequence += (uint64_t)passed;
	clock->counted += passed * clock->period;
}

int64_t frame_clock_shown(struct frame_clock *clock, int64_t time)
{
	int64_t late = time - clock->target;
	clock->vblank = late < clock->period ? clock->target : time;
	frame_clock_count(clock);
	return late < clock->period / FRAME_CLOCK_ON_TIME ? clock->vblank : time;
}

void frame_clock_shown_hardware(struct frame_clock *clock, int64_t time)
{
	clock->hardware = true;
	clock->period = clock->refresh;
	clock->vblank = time;
	clock->sequence++;
}

void frame_clock_shown_torn(struct frame_clock *clock, int64_t time)
{
	if (clock->sequence == 0 || clock->period == 0)
		clock->vblank = time;
	else if (time > clock->vblank)
		clock->vblank += (time - clock->vblank) / clock->period * clock->period;
	frame_clock_count(clock);
}

int64_t frame_clock_latch(const struct frame_clock *clock, int64_t target)
{
	if (!clock->hardware)
		return target - frame_clock_lead(clock);
	if (clock->period == 0 || target <= clock->vblank)
		return target;
	/* The last vblank before the target: what starts after it is seen at the next. */
	return target - 1 - (target - 1 - clock->vblank) % clock->period;
}
