#include "protocol/alarm.h"

#include "common/clock.h"

#include <sys/timerfd.h>
#include <unistd.h>

static int alarm_handle_readable(int fd, uint32_t mask, void *data)
{
	struct alarm *alarm = data;
	uint64_t expirations;
	/* EAGAIN: it was set anew after the loop had seen it. */
	if (read(fd, &expirations, sizeof expirations) != sizeof expirations)
		return 0;
	alarm->time = 0;
	alarm->handler(alarm->data);
	return 0;
}

bool alarm_init(
	struct alarm *alarm, struct wl_event_loop *loop, void (*handler)(void *data), void *data)
{
	*alarm = (struct alarm){.handler = handler, .data = data};
	alarm->fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (alarm->fd < 0)
		return false;
	alarm->source = wl_event_loop_add_fd(
		loop, alarm->fd, WL_EVENT_READABLE, alarm_handle_readable, alarm);
	if (!alarm->source)
		close(alarm->fd);
	return alarm->source;
}

void alarm_finish(struct alarm *alarm)
{
	if (!alarm->source)
		return;
	wl_event_source_remove(alarm->source);
	close(alarm->fd);
	*alarm = (struct alarm){0};
}

void alarm_set(struct alarm *alarm, int64_t time)
{
	if (time == alarm->time)
		return;
	alarm->time = time;
	const struct itimerspec spec = {.it_value = {time / CLOCK_NS_PER_S, time % CLOCK_NS_PER_S}};
	timerfd_settime(alarm->fd, TFD_TIMER_ABSTIME, &spec, NULL);
}
