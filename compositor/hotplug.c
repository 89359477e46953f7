#include "compositor/hotplug.h"

#include "common/xalloc.h"

#include <libudev.h>
#include <stdlib.h>
#include <string.h>

struct hotplug {
	struct udev *udev;
	struct udev_monitor *monitor;
	struct wl_event_source *source;
	hotplug_handler handler;
	void *data;
};

static int hotplug_handle_readable(int fd, uint32_t mask, void *data)
{
	struct hotplug *hotplug = data;
	struct udev_device *device = udev_monitor_receive_device(hotplug->monitor);
	if (!device)
		return 0;
	const char *property = udev_device_get_property_value(device, "HOTPLUG");
	bool changed = property && strcmp(property, "1") == 0;
	udev_device_unref(device);
	if (changed)
		hotplug->handler(hotplug->data);
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
	hotplug->source = wl_event_loop_add_fd(loop, udev_monitor_get_fd(hotplug->monitor),
		WL_EVENT_READABLE, hotplug_handle_readable, hotplug);
	return hotplug;
}

void hotplug_destroy(struct hotplug *hotplug)
{
	if (!hotplug)
		return;
	if (hotplug->source)
		wl_event_source_remove(hotplug->source);
	udev_monitor_unref(hotplug->monitor);
	udev_unref(hotplug->udev);
	free(hotplug);
}
