#include "protocol/idle_notify.h"

#include "common/clock.h"
#include "common/xalloc.h"
#include "protocol/resource.h"

#include "ext-idle-notify-v1-server.h"

#include <stdlib.h>

#define IDLE_NOTIFY_VERSION 2
#define IDLE_NOTIFY_MS (CLOCK_NS_PER_S / 1000)

struct idle_notification {
	struct idle_notifier *notifier;
	struct wl_resource *resource;
	struct wl_list link;
	uint32_t timeout; /* milliseconds */
	bool input_only;  /* inhibitors do not matter */
	bool idle;
	int64_t since; /* not idle before: its creation, or the end of an inhibition */
	struct wl_event_source *timer;
};

static bool idle_notification_is_inhibited(const struct idle_notification *notification)
{
	return notification->notifier->inhibited && !notification->input_only;
}

/* One timer for many events of input: it finds out when it fires whether there were any. */
static void idle_notification_arm(struct idle_notification *notification)
{
	const struct idle_notifier *notifier = notification->notifier;
	int64_t from =
		notification->since > notifier->active ? notification->since : notifier->active;
	int64_t left = from + notification->timeout * IDLE_NOTIFY_MS - clock_now();
	int64_t ms = (left + IDLE_NOTIFY_MS - 1) / IDLE_NOTIFY_MS;
	if (ms > INT32_MAX)
		ms = INT32_MAX;
	if (left > 0) {
		wl_event_source_timer_update(notification->timer, (int)ms);
		return;
	}
	notification->idle = true;
	ext_idle_notification_v1_send_idled(notification->resource);
}

static int idle_notification_handle_timer(void *data)
{
	idle_notification_arm(data);
	return 0;
}

static void idle_notification_resume(struct idle_notification *notification)
{
	notification->idle = false;
	ext_idle_notification_v1_send_resumed(notification->resource);
}

void idle_notify_activity(struct idle_notifier *notifier)
{
	struct idle_notification *notification;
	notifier->active = clock_now();
	wl_list_for_each (notification, &notifier->notifications, link) {
		if (!notification->idle)
			continue;
		idle_notification_resume(notification);
		/* A timeout of 0 would be idle again at once. */
		wl_event_source_timer_update(notification->timer, 1);
	}
}

void idle_notify_set_inhibited(struct idle_notifier *notifier, bool inhibited)
{
	struct idle_notification *notification;
	if (notifier->inhibited == inhibited)
		return;
	notifier->inhibited = inhibited;
	wl_list_for_each (notification, &notifier->notifications, link) {
		if (notification->input_only)
			continue;
		if (notification->idle)
			idle_notification_resume(notification);
		notification->since = clock_now();
		wl_event_source_timer_update(notification->timer, inhibited ? 0 : 1);
	}
}

static const struct ext_idle_notification_v1_interface idle_notification_implementation = {
	.destroy = resource_handle_destroy,
};

static void idle_notification_handle_destroy(struct wl_resource *resource)
{
	struct idle_notification *notification = wl_resource_get_user_data(resource);
	wl_list_remove(&notification->link);
	wl_event_source_remove(notification->timer);
	free(notification);
}

static void idle_notify_add(
	struct wl_resource *manager, uint32_t id, uint32_t timeout, bool input_only)
{
	struct idle_notifier *notifier = wl_resource_get_user_data(manager);
	struct idle_notification *notification = xcalloc(1, sizeof *notification);
	notification->timer = wl_event_loop_add_timer(
		notifier->loop, idle_notification_handle_timer, notification);
	if (!notification->timer) {
		free(notification);
		wl_resource_post_no_memory(manager);
		return;
	}
	notification->resource = resource_create(wl_resource_get_client(manager),
		&ext_idle_notification_v1_interface, (uint32_t)wl_resource_get_version(manager), id,
		&idle_notification_implementation, notification, idle_notification_handle_destroy);
	if (!notification->resource) {
		wl_event_source_remove(notification->timer);
		free(notification);
		return;
	}
	notification->notifier = notifier;
	notification->timeout = timeout;
	notification->input_only = input_only;
	notification->since = clock_now();
	wl_list_insert(&notifier->notifications, &notification->link);
	if (!idle_notification_is_inhibited(notification))
		wl_event_source_timer_update(notification->timer, 1);
}

static void idle_notify_handle_get(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, uint32_t timeout, struct wl_resource *seat)
{
	idle_notify_add(resource, id, timeout, false);
}

static void idle_notify_handle_get_input(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, uint32_t timeout, struct wl_resource *seat)
{
	idle_notify_add(resource, id, timeout, true);
}

static const struct ext_idle_notifier_v1_interface idle_notify_implementation = {
	.destroy = resource_handle_destroy,
	.get_idle_notification = idle_notify_handle_get,
	.get_input_idle_notification = idle_notify_handle_get_input,
};

static void idle_notify_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &ext_idle_notifier_v1_interface, version, id,
		&idle_notify_implementation, data, NULL);
}

bool idle_notify_create(struct idle_notifier *notifier, struct wl_display *display)
{
	notifier->loop = wl_display_get_event_loop(display);
	wl_list_init(&notifier->notifications);
	notifier->global = wl_global_create(display, &ext_idle_notifier_v1_interface,
		IDLE_NOTIFY_VERSION, notifier, idle_notify_bind);
	return notifier->global;
}

void idle_notify_destroy(struct idle_notifier *notifier)
{
	if (notifier->global)
		wl_global_destroy(notifier->global);
	notifier->global = NULL;
}
