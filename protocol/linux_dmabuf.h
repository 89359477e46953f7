/** linux-dmabuf 5: clients' dma-bufs as wl_buffers, with feedback on what to allocate. */
#ifndef PROTOCOL_LINUX_DMABUF_H
#define PROTOCOL_LINUX_DMABUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <wayland-server-core.h>

struct buffer;

struct linux_dmabuf_format {
	uint32_t format; /**< DRM fourcc */
	uint32_t planes;
	uint64_t modifier;
};

struct linux_dmabuf_listener {
	/**
	 * A client wants its dma-buf made a buffer; answer with linux_dmabuf_imported(), now or
	 * later. The buffer is held until then.
	 */
	void (*import)(void *data, struct buffer *buffer);
};

/** Filled in by its owner before linux_dmabuf_create(): listener, data, device, formats (borrowed,
 * with len). */
struct linux_dmabuf {
	const struct linux_dmabuf_listener *listener;
	void *data;
	bool has_device;   /**< without one there is no feedback, and the global has version 3 */
	dev_t main_device; /**< the render node to allocate on */
	const struct linux_dmabuf_format *formats;
	size_t formats_len;
	struct wl_global *global;
	int table; /**< the format table, sealed; owned */
};

/** False: no memory or no fds. */
bool linux_dmabuf_create(struct linux_dmabuf *dmabuf, struct wl_display *display);
void linux_dmabuf_destroy(struct linux_dmabuf *dmabuf);

/** The answer to listener->import. reason, where it was refused, is a person's words. */
void linux_dmabuf_imported(struct buffer *buffer, bool ok, const char *reason);

#endif
