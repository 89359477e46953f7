#include "compositor/notify.h"

#include "common/log.h"
#include "common/xalloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

struct notify {
	notify_check check;
	void *data;
	struct wl_event_source *timer; /* NULL: nobody watches */
	int interval;                  /* milliseconds between two questions */
};

static int notify_handle_timer(void *data)
{
	struct notify *notify = data;
	if (notify->check(notify->data))
		sd_notify(0, "WATCHDOG=1");
	else
		log_warn("no picture reached the display for %d ms: the service manager is not "
			 "told that all is well",
			notify->interval);
	wl_event_source_timer_update(notify->timer, notify->interval);
	return 0;
}

struct notify *notify_create(struct wl_event_loop *loop, notify_check check, void *data)
{
	struct notify *notify = xcalloc(1, sizeof *notify);
	uint64_t limit; /* microseconds */
	int watched = sd_watchdog_enabled(0, &limit);
	notify->check = check;
	notify->data = data;
	if (watched < 0)
		log_warn("WATCHDOG_USEC or WATCHDOG_PID is malformed: nobody is told how the "
			 "session does");
	if (watched <= 0)
		return notify;
	uint64_t interval = limit / 2000;
	notify->interval = interval < 1 ? 1 : interval > INT32_MAX ? INT32_MAX : (int)interval;
	notify->timer = wl_event_loop_add_timer(loop, notify_handle_timer, notify);
	wl_event_source_timer_update(notify->timer, notify->interval);
	return notify;
}

void notify_destroy(struct notify *notify)
{
	if (!notify)
		return;
	if (notify->timer)
		wl_event_source_remove(notify->timer);
	free(notify);
}

void notify_ready(struct notify *notify, const char *status)
{
	int error = sd_notifyf(0, "READY=1\nSTATUS=%s", status);
	if (error < 0)
		log_warn("NOTIFY_SOCKET cannot be told: %s", strerror(-error));
}

void notify_status(struct notify *notify, const char *status)
{
	sd_notifyf(0, "STATUS=%s", status);
}

void notify_stopping(struct notify *notify)
{
	sd_notify(0, "STOPPING=1");
}
