/**
 * Direct scanout: clients' dma-bufs as framebuffers, so that the display can show one as it is, and
 * nothing is drawn. What the display refuses is remembered with the buffer.
 */
#ifndef COMPOSITOR_DIRECT_H
#define COMPOSITOR_DIRECT_H

#include <wayland-server-core.h>

struct buffer;
struct kms_buffer;
struct kms_device;
struct screen;

/** Zeroed but for device, then direct_init(). */
struct direct {
	struct kms_device *device; /**< borrowed; NULL: headless, nothing is ever shown directly */
	struct wl_list buffers;    /**< struct direct_buffer::link */
};

void direct_init(struct direct *direct);

/** Framebuffers that an output shows live on by its references. */
void direct_finish(struct direct *direct);

/**
 * The framebuffer of a client's buffer, if this screen can show it now: one plane of linear pixels
 * from offset 0 on, of a format of the primary plane, and the driver agrees
 * (kms_output_frame.test_only). The opaque format stands for one with alpha. NULL: it is to be
 * drawn.
 */
struct kms_buffer *direct_framebuffer(
	struct direct *direct, const struct screen *screen, struct buffer *buffer);

/** The display did not take it after all: it is not tried again. */
void direct_refuse(const struct screen *screen, struct buffer *buffer, int error);

#endif
