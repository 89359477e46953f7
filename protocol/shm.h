/**
 * wl_shm 2. Unlike libwayland's own, it never maps a pool: the fd is kept for the worker, which
 * survives a client that truncates it.
 */
#ifndef PROTOCOL_SHM_H
#define PROTOCOL_SHM_H

#include <stdint.h>
#include <wayland-server-core.h>

struct buffer;
struct quota;

/** A pool lives as long as its wl_shm_pool or a buffer of it. */
struct shm_pool {
	int refs;
	int fd;
	int64_t size;        /**< bytes; it only grows */
	struct quota *quota; /**< counts fd and size; NULL: the compositor's own */
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

/** A buffer of the compositor's own, without a wl_buffer, for surface_create_own(): the whole of
 * fd, which is taken over, in rows of 4 bytes a pixel. fourcc: one of format_list(). */
struct buffer *shm_create_own(int fd, int32_t width, int32_t height, uint32_t fourcc);

#endif
