/** Points on clients' timelines, for protocol/linux_drm_syncobj.c: what waits for them and what
 * signals them. */
#ifndef PROTOCOL_SYNCOBJ_POINT_H
#define PROTOCOL_SYNCOBJ_POINT_H

#include "protocol/linux_drm_syncobj.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct buffer;
struct surface;

/** A client's syncobj: as long as its object or a point on it. */
struct syncobj_timeline {
	const struct linux_drm_syncobj *syncobj;
	uint32_t number; /**< as linux_drm_syncobj_listener.import said */
	int refs;
};

struct syncobj_timeline *syncobj_timeline_create(
	const struct linux_drm_syncobj *syncobj, uint32_t number);
void syncobj_timeline_unref(struct syncobj_timeline *timeline);

struct syncobj_point {
	struct syncobj_timeline *timeline; /**< referenced; NULL: no point */
	uint64_t value;
};

void syncobj_point_set(
	struct syncobj_point *point, struct syncobj_timeline *timeline, uint64_t value);
void syncobj_point_clear(struct syncobj_point *point);

/** The commit that the surface's client is making waits for the point, which is taken over and
 * empty afterwards. */
void syncobj_point_hold(
	struct syncobj_point *point, struct surface *surface, struct wl_list *waits);

/** Nothing waits any more: the surface goes. waits as in syncobj_point_hold(). */
void syncobj_point_end_waits(struct wl_list *waits);

/** The point, taken over, is signalled when the buffer is let go. */
void syncobj_point_signal_after(struct syncobj_point *point, struct buffer *buffer);

#endif
