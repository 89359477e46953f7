/** A client's wl_buffer, and how long its pixels are in use. The core never maps it. */
#ifndef PROTOCOL_BUFFER_H
#define PROTOCOL_BUFFER_H

#include "common/dmabuf.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct linux_dmabuf_params;
struct quota;
struct shm_pool;

/**
 * Lives as long as its wl_buffer, a lock or a hold on it. While it is locked the client must not
 * change it; when the last lock goes, the client gets wl_buffer.release. A hold is silent.
 */
struct buffer {
	struct wl_resource *resource; /**< NULL: the client has destroyed the wl_buffer */
	int locks, holds;
	int32_t width, height; /**< pixels, both at least 1 */
	uint32_t format;       /**< DRM fourcc, one of format_list() */

	/* one colour (red, green, blue, alpha, premultiplied, 0..1), or wl_shm (pool, referenced;
	 * bytes), or dmabuf */
	bool solid;
	float color[4];
	struct shm_pool *pool;
	uint32_t offset, stride;
	struct dmabuf dmabuf;
	struct quota *quota;                /**< counts the dmabuf's files, and: */
	unsigned memory;                    /**< QUOTA_MEMORY */
	bool counted;                       /**< in QUOTA_BUFFERS */
	struct linux_dmabuf_params *params; /**< waits for the import's answer; NULL: none */
	bool importing;                     /**< whether it will be readable is not known yet */
	struct wl_list import_waits;        /**< of protocol/buffer_import.c */
	bool readable; /**< whoever draws can read it; else it is not shown and hides nothing */

	struct {
		struct wl_signal
			resource_destroy; /**< data: the buffer; a pending attach forgets it */
		struct wl_signal release; /**< data: the buffer; nobody reads it any more */
		struct wl_signal free;    /**< data: the buffer; its last moment */
	} events;

	void *render_data; /**< of whoever draws; freed by his events.free listener */
};

/** With a wl_buffer of id for client. NULL: no memory (told to the client). Its pool or dmabuf are
 * the caller's to fill in. */
struct buffer *buffer_create(struct wl_client *client, uint32_t id);

/** Without a wl_buffer yet: buffer_announce() gives it one, chosen by the server; false: no memory,
 * told to the client. */
struct buffer *buffer_create_unannounced(void);
bool buffer_announce(struct buffer *buffer, struct wl_client *client);

/** NULL for a resource that is not one of ours. */
struct buffer *buffer_from_resource(struct wl_resource *resource);

void buffer_lock(struct buffer *buffer);

/** The last one releases the buffer. */
void buffer_unlock(struct buffer *buffer);

/** The same for a client that is told something soon in any case: of the release it is told with
 * that, and not woken for it alone. */
void buffer_unlock_later(struct buffer *buffer);

void buffer_hold(struct buffer *buffer);
void buffer_drop(struct buffer *buffer);

#endif
