/**
 * wl_shm 2. Unlike libwayland's own, it never maps a pool: the fd is kept for the worker, which
 * survives a client that truncates it.
 */
#ifndef PROTOCOL_SHM_H
#define PROTOCOL_SHM_H

#include <stdint.h>
#include <wayland-server-core.h>

/** A pool lives as long as its wl_shm_pool or a buffer of it. */
struct shm_pool {
	int refs;
	int fd;
	int64_t size; /**< bytes; it only grows */
	struct {
		struct wl_signal resize; /**< data: the pool */
		struct wl_signal free;   /**< data: the pool; its last moment */
	} events;

	void *render_data; /**< of whoever draws; freed by his events.free listener */
};

/** The global; it goes with the display. NULL: no memory. */
struct wl_global *shm_create(struct wl_display *display);

/** The name that wl_shm.format has for a DRM fourcc. */
uint32_t shm_format_from_fourcc(uint32_t fourcc);

void shm_pool_unref(struct shm_pool *pool);

#endif
