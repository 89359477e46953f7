/** Memory that can be scanned out: refcounted, with a framebuffer id. An output holds references
 * while it shows one. */
#ifndef KMS_BUFFER_H
#define KMS_BUFFER_H

#include "common/dmabuf.h"
#include "kms/device.h"

#include <stdbool.h>
#include <stdint.h>

struct kms_buffer;

/** What is needed to make a buffer; all in pixels, format a DRM fourcc. */
struct kms_buffer_size {
	int32_t width, height;
	uint32_t format;
};

/**
 * Each makes a buffer with one reference, linear, with its framebuffer. 0, or -errno.
 * create_gbm: allocated by GBM for scanout and rendering. create_dumb: by the kernel for CPU
 * drawing. import: takes no ownership of the dma-buf's fds; one plane at offset 0 (hosts ignore
 * others); -EINVAL otherwise.
 */
int kms_buffer_create_gbm(
	struct kms_device *device, struct kms_buffer_size size, struct kms_buffer **buffer);
int kms_buffer_create_dumb(
	struct kms_device *device, struct kms_buffer_size size, struct kms_buffer **buffer);
int kms_buffer_import(
	struct kms_device *device, const struct dmabuf *dmabuf, struct kms_buffer **buffer);

struct kms_buffer *kms_buffer_ref(struct kms_buffer *buffer);

/** Accepts NULL. The last reference frees framebuffer and memory; a screen that still shows it
 * keeps its picture. */
void kms_buffer_unref(struct kms_buffer *buffer);

struct kms_buffer_size kms_buffer_size(const struct kms_buffer *buffer);

/**
 * Fills *dmabuf (uninitialised before). Its fds become the caller's, readable and writable by mmap.
 * 0, or -errno.
 */
int kms_buffer_export(const struct kms_buffer *buffer, struct dmabuf *dmabuf);

/**
 * Whether one buffer, committed again with its damage, is better than two that take turns.
 * So for virtio-gpu's non-blob framebuffers: the host shows a copy of its own, which only a commit
 * changes, so that drawing into the buffer on the screen is never seen; and a flip between two
 * framebuffers copies all of it, a commit of the same one the damaged rectangle.
 */
bool kms_buffer_prefers_single(const struct kms_buffer *buffer);

/** What memory it is, as kms_device_identify() would say. */
enum kms_memory kms_buffer_memory(const struct kms_buffer *buffer);

/**
 * Whether the pixels are a texture on the host (virgl): what the guest's CPU writes into its pages
 * never shows.
 */
bool kms_buffer_is_host_texture(const struct kms_buffer *buffer);

/** A CPU's view of a buffer. Unmapped by kms_buffer_unmap(). */
struct kms_buffer_view {
	void *data;
	uint32_t stride; /**< bytes */
	size_t size;     /**< bytes mapped */
};

/**
 * Maps for reading what was drawn (the proof). Brackets the access by DMA_BUF_IOCTL_SYNC where
 * there is a dma-buf. 0, or -errno: -ENODEV or -EACCES the driver cannot map such memory.
 */
int kms_buffer_map(struct kms_buffer *buffer, struct kms_buffer_view *view);
void kms_buffer_unmap(struct kms_buffer *buffer, struct kms_buffer_view *view);

#endif
