#include "protocol/syncobj_point.h"

#include "common/fd.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/quota.h"
#include "protocol/surface.h"
#include "protocol/surface_queue.h"

#include <stdlib.h>
#include <sys/eventfd.h>

struct syncobj_timeline *syncobj_timeline_create(
	const struct linux_drm_syncobj *syncobj, uint32_t number)
{
	struct syncobj_timeline *timeline = xcalloc(1, sizeof *timeline);
	*timeline = (struct syncobj_timeline){.syncobj = syncobj, .number = number, .refs = 1};
	return timeline;
}

void syncobj_timeline_unref(struct syncobj_timeline *timeline)
{
	if (--timeline->refs > 0)
		return;
	timeline->syncobj->listener->forget(timeline->syncobj->data, timeline->number);
	free(timeline);
}

void syncobj_point_clear(struct syncobj_point *point)
{
	if (point->timeline)
		syncobj_timeline_unref(point->timeline);
	*point = (struct syncobj_point){0};
}

void syncobj_point_set(
	struct syncobj_point *point, struct syncobj_timeline *timeline, uint64_t value)
{
	timeline->refs++;
	syncobj_point_clear(point);
	*point = (struct syncobj_point){timeline, value};
}

static struct syncobj_point syncobj_point_take(struct syncobj_point *point)
{
	struct syncobj_point taken = *point;
	*point = (struct syncobj_point){0};
	return taken;
}

/* A commit that waits until its buffer may be read. */
struct syncobj_wait {
	struct syncobj_point point;
	struct surface_lock lock;
	int eventfd;
	struct quota *quota; /* counts eventfd */
	struct wl_event_source *source;
	struct wl_list link;
};

static void syncobj_wait_end(struct syncobj_wait *wait)
{
	wl_list_remove(&wait->link);
	if (wait->source)
		wl_event_source_remove(wait->source);
	fd_close(&wait->eventfd);
	quota_give(wait->quota, QUOTA_FILES, 1);
	syncobj_point_clear(&wait->point);
	surface_queue_unlock(&wait->lock);
	free(wait);
}

static int syncobj_wait_handle_readable(int fd, uint32_t mask, void *data)
{
	syncobj_wait_end(data);
	return 0;
}

/* False: it cannot be watched. */
static bool syncobj_wait_start(struct syncobj_wait *wait)
{
	const struct linux_drm_syncobj *syncobj = wait->point.timeline->syncobj;
	wait->eventfd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (wait->eventfd < 0 ||
		!syncobj->listener->watch(syncobj->data, wait->point.timeline->number,
			wait->point.value, wait->eventfd))
		return false;
	wait->source = wl_event_loop_add_fd(syncobj->loop, wait->eventfd, WL_EVENT_READABLE,
		syncobj_wait_handle_readable, wait);
	return wait->source;
}

void syncobj_point_hold(struct syncobj_point *point, struct surface *surface, struct wl_list *waits)
{
	struct syncobj_wait *wait = xcalloc(1, sizeof *wait);
	wait->point = syncobj_point_take(point);
	wait->quota = quota_take(wl_resource_get_client(surface->resource), QUOTA_FILES, 1);
	wl_list_insert(waits, &wait->link);
	surface_queue_lock(surface, &wait->lock);
	if (syncobj_wait_start(wait))
		return;
	/* The picture may show before it is finished, but the client goes on. */
	log_limited(LOG_LEVEL_WARN, "a client's acquire point cannot be waited for");
	syncobj_wait_end(wait);
}

void syncobj_point_end_waits(struct wl_list *waits)
{
	struct syncobj_wait *wait, *next;
	wl_list_for_each_safe (wait, next, waits, link)
		syncobj_wait_end(wait);
}

/* A buffer that somebody reads. */
struct syncobj_release {
	struct syncobj_point point;
	struct wl_listener released;
};

static void syncobj_release_handle_released(struct wl_listener *listener, void *data)
{
	struct syncobj_release *release = wl_container_of(listener, release, released);
	const struct syncobj_timeline *timeline = release->point.timeline;
	timeline->syncobj->listener->signal(
		timeline->syncobj->data, timeline->number, release->point.value);
	syncobj_point_clear(&release->point);
	wl_list_remove(&release->released.link);
	free(release);
}

void syncobj_point_signal_after(struct syncobj_point *point, struct buffer *buffer)
{
	/* One of an earlier commit: the client must wait for this one, too, before it may use the
	 * buffer (wp_linux_drm_syncobj_surface_v1.set_release_point). */
	struct wl_listener *earlier =
		wl_signal_get(&buffer->events.release, syncobj_release_handle_released);
	if (earlier)
		syncobj_release_handle_released(earlier, buffer);
	struct syncobj_release *release = xcalloc(1, sizeof *release);
	release->point = syncobj_point_take(point);
	release->released.notify = syncobj_release_handle_released;
	wl_signal_add(&buffer->events.release, &release->released);
}
