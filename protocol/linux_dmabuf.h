/** linux-dmabuf 5: clients' dma-bufs as wl_buffers, with feedback on what to allocate. */
#ifndef PROTOCOL_LINUX_DMABUF_H
#define PROTOCOL_LINUX_DMABUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <wayland-server-core.h>

struct buffer;
struct surface;

struct linux_dmabuf_format {
	uint32_t format; /**< DRM fourcc */
	uint32_t planes;
	uint64_t modifier;
	bool scanout; /**< a display of main_device can show it as it is */
};

struct linux_dmabuf_listener {
	/** A client asks what there is; linux_dmabuf_set_formats() is in time for the answer. */
	void (*asked)(void *data);
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
	const struct linux_dmabuf_format *formats; /**< each once */
	size_t formats_len;
	struct wl_global *global;
	int table;                /**< the format table, sealed; owned */
	struct wl_list feedbacks; /**< struct linux_dmabuf_feedback::link */
};

/** False: no memory or no fds. */
bool linux_dmabuf_create(struct linux_dmabuf *dmabuf, struct wl_display *display);
void linux_dmabuf_destroy(struct linux_dmabuf *dmabuf);

/** Other formats (borrowed), of which clients of version 4 and later are told. False: no fds or no
 * memory, and those before stay. */
bool linux_dmabuf_set_formats(
	struct linux_dmabuf *dmabuf, const struct linux_dmabuf_format *formats, size_t len);

/** The answer to listener->import. reason, where it was refused, is a person's words. */
void linux_dmabuf_imported(struct buffer *buffer, bool ok, const char *reason);

/**
 * Whether the surface alone fills an output, so that its buffers might be scanned out as they are:
 * its feedback has a tranche for that (ZWP_LINUX_DMABUF_FEEDBACK_V1_TRANCHE_FLAGS_SCANOUT), sent
 * anew where this changes.
 */
void linux_dmabuf_prefer_scanout(struct linux_dmabuf *dmabuf, struct surface *surface, bool prefer);

#endif
