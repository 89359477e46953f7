#include "protocol/commit_timing.h"

#include "common/clock.h"
#include "common/xalloc.h"
#include "protocol/resource.h"
#include "protocol/surface.h"
#include "protocol/surface_companion.h"
#include "protocol/surface_queue.h"

#include "commit-timing-v1-server.h"

#include <stdbool.h>
#include <stdlib.h>

struct commit_timing_surface {
	struct surface_companion companion;
	struct commit_timing *timing;
	bool has_target;      /* of the next commit */
	int64_t target;       /* nanoseconds */
	struct wl_list waits; /* struct commit_timing_wait::surface_link */
};

/* A commit that waits. */
struct commit_timing_wait {
	struct surface_lock lock;
	struct surface *surface; /* borrowed */
	int64_t time;            /* when it ends, nanoseconds */
	int64_t target;          /* before which what waits is not to be seen */
	struct wl_list link, surface_link;
};

static void commit_timing_hold(struct surface *surface, int64_t target)
{
	surface->not_before = target > surface->not_before ? target : surface->not_before;
}

static void commit_timing_wait_end(struct commit_timing_wait *wait)
{
	commit_timing_hold(wait->surface, wait->target);
	wl_list_remove(&wait->link);
	wl_list_remove(&wait->surface_link);
	surface_queue_unlock(&wait->lock);
	free(wait);
}

static struct commit_timing_wait *commit_timing_first(const struct commit_timing *timing)
{
	struct commit_timing_wait *wait;
	if (wl_list_empty(&timing->waits))
		return NULL;
	return wl_container_of(timing->waits.next, wait, link);
}

/* An alarm for nobody any more does no harm. */
static void commit_timing_arm(struct commit_timing *timing)
{
	const struct commit_timing_wait *first = commit_timing_first(timing);
	if (first)
		alarm_set(&timing->alarm, first->time);
}

static void commit_timing_handle_alarm(void *data)
{
	struct commit_timing *timing = data;
	struct commit_timing_wait *first;
	int64_t now = clock_now();
	while ((first = commit_timing_first(timing)) && first->time <= now)
		commit_timing_wait_end(first);
	commit_timing_arm(timing);
}

static void commit_timing_surface_init(struct surface_companion *companion, void *data)
{
	struct commit_timing_surface *surface = wl_container_of(companion, surface, companion);
	surface->timing = data;
	wl_list_init(&surface->waits);
}

static void commit_timing_insert(struct commit_timing *timing, struct commit_timing_wait *wait)
{
	struct commit_timing_wait *before;
	wl_list_for_each_reverse (before, &timing->waits, link) {
		if (before->time <= wait->time)
			break;
	}
	wl_list_insert(&before->link, &wait->link);
}

/* The last wait of the surface where the next commit joins what it holds; NULL: it needs one of its
 * own. */
static struct commit_timing_wait *commit_timing_joined(const struct commit_timing_surface *surface)
{
	struct commit_timing_wait *last;
	if (wl_list_empty(&surface->waits))
		return NULL;
	last = wl_container_of(surface->waits.next, last, surface_link);
	return surface_queue_joins_next(&last->lock) ? last : NULL;
}

static struct commit_timing_wait *commit_timing_add(struct commit_timing_surface *surface)
{
	struct commit_timing_wait *wait = xcalloc(1, sizeof *wait);
	wait->surface = surface->companion.surface;
	wl_list_init(&wait->link);
	wl_list_insert(&surface->waits, &wait->surface_link);
	surface_queue_lock(surface->companion.surface, &wait->lock);
	return wait;
}

static void commit_timing_surface_precommit(struct surface_companion *companion)
{
	struct commit_timing_surface *surface = wl_container_of(companion, surface, companion);
	struct commit_timing *timing = surface->timing;
	if (!surface->has_target)
		return;
	surface->has_target = false;
	int64_t time =
		timing->listener->latch_time(timing->data, companion->surface, surface->target);
	if (time <= clock_now()) {
		commit_timing_hold(companion->surface, surface->target);
		return;
	}
	struct commit_timing_wait *wait = commit_timing_joined(surface);
	if (!wait)
		wait = commit_timing_add(surface);
	if (time <= wait->time)
		return;
	wait->time = time;
	wait->target = surface->target;
	wl_list_remove(&wait->link);
	commit_timing_insert(timing, wait);
	commit_timing_arm(timing);
}

static void commit_timing_surface_finish(struct surface_companion *companion)
{
	struct commit_timing_surface *surface = wl_container_of(companion, surface, companion);
	struct commit_timing_wait *wait, *next;
	wl_list_for_each_safe (wait, next, &surface->waits, surface_link)
		commit_timing_wait_end(wait);
	commit_timing_arm(surface->timing);
}

static const struct surface_companion_kind commit_timing_surface_kind = {
	.size = sizeof(struct commit_timing_surface),
	.init = commit_timing_surface_init,
	.precommit = commit_timing_surface_precommit,
	.finish = commit_timing_surface_finish,
};

/* A time that no clock of ours reaches counts as the last one that it does. */
static int64_t commit_timing_nanoseconds(uint64_t seconds, uint32_t nanoseconds)
{
	if (seconds >= INT64_MAX / CLOCK_NS_PER_S)
		return INT64_MAX;
	return (int64_t)seconds * CLOCK_NS_PER_S + nanoseconds;
}

static void commit_timing_handle_set_timestamp(struct wl_client *client,
	struct wl_resource *resource, uint32_t seconds_high, uint32_t seconds_low,
	uint32_t nanoseconds)
{
	struct surface *owner = extension_owner(resource);
	if (!owner) {
		wl_resource_post_error(resource, WP_COMMIT_TIMER_V1_ERROR_SURFACE_DESTROYED,
			"the wl_surface is gone");
		return;
	}
	if (nanoseconds >= CLOCK_NS_PER_S) {
		wl_resource_post_error(resource, WP_COMMIT_TIMER_V1_ERROR_INVALID_TIMESTAMP,
			"%u nanoseconds are more than a second", nanoseconds);
		return;
	}
	struct commit_timing_surface *surface =
		surface_companion_get(owner, &commit_timing_surface_kind, NULL);
	if (surface->has_target) {
		wl_resource_post_error(resource, WP_COMMIT_TIMER_V1_ERROR_TIMESTAMP_EXISTS,
			"the next commit has a time already");
		return;
	}
	surface->has_target = true;
	surface->target =
		commit_timing_nanoseconds((uint64_t)seconds_high << 32 | seconds_low, nanoseconds);
}

static const struct wp_commit_timer_v1_interface commit_timing_timer_implementation = {
	.set_timestamp = commit_timing_handle_set_timestamp,
	.destroy = resource_handle_destroy,
};

static const struct extension_kind commit_timing_kind = {
	.interface = &wp_commit_timer_v1_interface,
	.implementation = &commit_timing_timer_implementation,
	.taken = WP_COMMIT_TIMING_MANAGER_V1_ERROR_COMMIT_TIMER_EXISTS,
};

static void commit_timing_handle_get_timer(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, struct wl_resource *surface_resource)
{
	struct surface *surface = surface_from_resource(surface_resource);
	struct extension **slot = &surface->extensions[SURFACE_COMMIT_TIMER];
	if (extension_create(slot, surface, &commit_timing_kind, resource, id))
		surface_companion_get(
			surface, &commit_timing_surface_kind, wl_resource_get_user_data(resource));
}

static const struct wp_commit_timing_manager_v1_interface commit_timing_implementation = {
	.destroy = resource_handle_destroy,
	.get_timer = commit_timing_handle_get_timer,
};

static void commit_timing_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &wp_commit_timing_manager_v1_interface, version, id,
		&commit_timing_implementation, data, NULL);
}

struct wl_global *commit_timing_create(struct wl_display *display, struct commit_timing *timing)
{
	wl_list_init(&timing->waits);
	if (!alarm_init(&timing->alarm, wl_display_get_event_loop(display),
		    commit_timing_handle_alarm, timing))
		return NULL;
	return wl_global_create(
		display, &wp_commit_timing_manager_v1_interface, 1, timing, commit_timing_bind);
}

void commit_timing_destroy(struct commit_timing *timing)
{
	alarm_finish(&timing->alarm);
}
