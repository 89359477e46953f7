#include "protocol/deadline.h"

#include "common/clock.h"

/* In whole milliseconds, not before the deadline. */
static void deadline_tick(struct deadline *deadline, int64_t now)
{
	int64_t left = (deadline->due - now + CLOCK_NS_PER_MS - 1) / CLOCK_NS_PER_MS;
	left = left < 1 ? 1 : left;
	wl_event_source_timer_update(
		deadline->timer, left < DEADLINE_TICK ? (int)left : DEADLINE_TICK);
	deadline->ticks = true;
}

static int deadline_handle_timer(void *data)
{
	struct deadline *deadline = data;
	int64_t now = clock_now();
	deadline->ticks = false;
	if (deadline->due > now) {
		deadline_tick(deadline, now);
	} else if (deadline->due != 0) {
		deadline->due = 0;
		deadline->handler(deadline->data);
	}
	return 0;
}

bool deadline_init(struct deadline *deadline, struct wl_event_loop *loop,
	void (*handler)(void *data), void *data)
{
	*deadline = (struct deadline){.handler = handler, .data = data};
	deadline->timer = wl_event_loop_add_timer(loop, deadline_handle_timer, deadline);
	return deadline->timer;
}

void deadline_finish(struct deadline *deadline)
{
	if (deadline->timer)
		wl_event_source_remove(deadline->timer);
	*deadline = (struct deadline){0};
}

void deadline_set(struct deadline *deadline, int ms)
{
	int64_t now = clock_now();
	deadline->due = now + ms * CLOCK_NS_PER_MS;
	if (!deadline->ticks || ms < DEADLINE_TICK)
		deadline_tick(deadline, now);
}

void deadline_clear(struct deadline *deadline)
{
	deadline->due = 0;
}
