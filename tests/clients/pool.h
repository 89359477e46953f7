/** Buffers of a window's size that the CPU draws into, used again when the compositor has released
 * them. */
#ifndef TESTS_CLIENTS_POOL_H
#define TESTS_CLIENTS_POOL_H

#include "window.h"

#include <stddef.h>

#define POOL_MAX 6 /* buffers */

enum pool_memory {
	POOL_SHM,      /**< wl_shm, a pool each */
	POOL_DUMB,     /**< dumb buffers of the display's device, as dma-bufs */
	POOL_UDMABUF,  /**< dma-bufs that are of no device */
	POOL_MEMFD,    /**< sealed memory, which software drivers take for a dma-buf */
	POOL_GUEST,    /**< virtio-gpu's blobs in the guest's memory, as dma-bufs */
	POOL_VULKAN,   /**< exported memory of a Vulkan device, as dma-bufs */
	POOL_MEMORIES, /**< how many */
};

/** What memory, and how a picture lies in it: rows without gaps, and of video the second plane
 * after the first. */
struct pool_layout {
	enum pool_memory memory;
	uint32_t format; /**< DRM fourcc; POOL_SHM: ARGB8888 or XRGB8888 */
	uint32_t offset; /**< bytes before it, a multiple of 4 */
};

struct pool_buffer {
	struct pool *pool;
	struct wl_buffer *wl; /**< NULL: none here */
	void *map;
	size_t size;      /**< bytes that are mapped */
	uint32_t *pixels; /**< the first row */
	int32_t width, height;
	uint32_t handle;              /**< of the device's */
	struct device_memory *memory; /**< POOL_VULKAN's */
	bool is_busy;                 /**< the compositor may read it */
	bool is_new;                  /**< nothing was drawn into it yet: zeros */
};

struct pool {
	struct window *window; /**< borrowed */
	struct pool_layout layout;
	int device;                          /**< of dma-bufs; -1: none is needed */
	struct device_memory_source *source; /**< POOL_VULKAN's */
	struct pool_buffer buffers[POOL_MAX];
	uint32_t commits, releases, twice; /**< twice: releases of what was not in use */
};

/** False: said on stderr; pool_finish() is harmless then. */
bool pool_init(struct pool *pool, struct window *window, const struct pool_layout *layout);

void pool_finish(struct pool *pool);

/** A free one of the window's size; waits for the compositor to release one if need be. NULL: said
 * on stderr. */
struct pool_buffer *pool_get(struct pool *pool);

/** Buffers that the compositor may read. */
int pool_busy(const struct pool *pool);

struct pool_damage {
	int32_t x, y, width, height; /**< pixels */
};

/** Shows it in the window. */
void pool_commit(struct pool *pool, struct pool_buffer *buffer, const struct pool_damage *damage);

#endif
