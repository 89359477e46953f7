#include "compositor/hotplug.h"

#include "common/clock.h"
#include "common/xalloc.h"

#include <libudev.h>
#include <stdlib.h>
#include <string.h>

/* Milliseconds: events come in bursts, while a window is dragged larger; a burst is one change. It
 * is over when none came for QUIET, and after LONGEST in any case. */
#define HOTPLUG_QUIET 20
#define HOTPLUG_LONGEST 100
/* And what could not be learnt after a burst: milliseconds, and how often it is tried at most. */
#define HOTPLUG_AGAIN 1000
#define HOTPLUG_TRIES 10

struct hotplug {
	struct udev *udev;
	struct udev_monitor *monitor;
	struct wl_event_source *source, *timer;
	int64_t since; /* CLOCK_MONOTONIC, nanoseconds: of the burst's first event; 0: there is none
			*/
	int tries;     /* after the last burst, that did not learn all */
	hotplug_handler handler;
	void *data;
};

static int hotplug_handle_timer(void *data)
{
	struct hotplug *hotplug = data;
	hotplug->since = 0;
	if (!hotplug->handler(hotplug->data) && ++hotplug->tries < HOTPLUG_TRIES)
		wl_event_source_timer_update(hotplug->timer, HOTPLUG_AGAIN);
	return 0;
}

static void hotplug_note(struct hotplug *hotplug)
{
	int64_t now = clock_now();
	if (!hotplug->since)
		hotplug->since = now;
	hotplug->tries = 0;
	int64_t left = HOTPLUG_LONGEST - (now - hotplug->since) / CLOCK_NS_PER_MS;
	int wait = left < HOTPLUG_QUIET ? (int)left : HOTPLUG_QUIET;
	wl_event_source_timer_update(hotplug->timer, wait > 0 ? wait : 1);
}

static int hotplug_handle_readable(int fd, uint32_t mask, void *data)
{
	struct hotplug *hotplug = data;
	struct udev_device *device = udev_monitor_receive_device(hotplug->monitor);
	if (!device)
		return 0;
	const char *property = udev_device_get_property_value(device, "HOTPLUG");
	if (property && strcmp(property, "1") == 0)
		hotplug_note(hotplug);
	udev_device_unref(device);
	return 0;
}

struct hotplug *hotplug_create(struct wl_event_loop *loop, hotplug_handler handler, void *data)
{
	struct hotplug *hotplug = xcalloc(1, sizeof *hotplug);
	hotplug->handler = handler;
	hotplug->data = data;
	hotplug->udev = udev_new();
	if (hotplug->udev)
		hotplug->monitor = udev_monitor_new_from_netlink(hotplug->udev, "udev");
	if (!hotplug->monitor ||
		udev_monitor_filter_add_match_subsystem_devtype(hotplug->monitor, "drm", NULL) <
			0 ||
		udev_monitor_enable_receiving(hotplug->monitor) < 0) {
		hotplug_destroy(hotplug);
		return NULL;
	}
	hotplug->timer = wl_event_loop_add_timer(loop, hotplug_handle_timer, hotplug);
	hotplug->source = wl_event_loop_add_fd(loop, udev_monitor_get_fd(hotplug->monitor),
		WL_EVENT_READABLE, hotplug_handle_readable, hotplug);
	if (hotplug->timer && hotplug->source)
		return hotplug;
	hotplug_destroy(hotplug);
	return NULL;
}

void hotplug_expect(struct hotplug *hotplug)
{
	if (hotplug)
		hotplug_note(hotplug);
}

void hotplug_destroy(struct hotplug *hotplug)
{
	if (!hotplug)
		return;
	if (hotplug->source)
		wl_event_source_remove(hotplug->source);
	if (hotplug->timer)
		wl_event_source_remove(hotplug->timer);
	udev_monitor_unref(hotplug->monitor);
	udev_unref(hotplug->udev);
	free(hotplug);
}
