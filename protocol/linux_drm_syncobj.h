/**
 * wp_linux_drm_syncobj_v1: explicit synchronisation. A commit waits until its acquire point is
 * signalled; its release point is signalled when its buffer is let go.
 */
#ifndef PROTOCOL_LINUX_DRM_SYNCOBJ_H
#define PROTOCOL_LINUX_DRM_SYNCOBJ_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

/** What the device does. All are required. */
struct linux_drm_syncobj_listener {
	/** The number of the timeline that fd (borrowed) is, not 0; 0: it is none. */
	uint32_t (*import)(void *data, int fd);
	void (*forget)(void *data, uint32_t timeline);
	/** Makes an eventfd (borrowed) readable when the point is signalled. False: it never will
	 * be. */
	bool (*watch)(void *data, uint32_t timeline, uint64_t point, int eventfd);
	void (*signal)(void *data, uint32_t timeline, uint64_t point);
};

/** Zeroed but for listener and data, both borrowed, before linux_drm_syncobj_create(). */
struct linux_drm_syncobj {
	const struct linux_drm_syncobj_listener *listener;
	void *data;
	struct wl_event_loop *loop;
};

/** The global keeps *syncobj, borrowed, until the last client is gone. NULL: no memory. */
struct wl_global *linux_drm_syncobj_create(
	struct wl_display *display, struct linux_drm_syncobj *syncobj);

#endif
