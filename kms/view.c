/* A CPU's view of a buffer's memory. */
#include "kms/private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <sys/mman.h>

static int view_map_dumb(const struct kms_buffer *buffer, struct kms_buffer_view *view)
{
	struct drm_mode_map_dumb map = {.handle = buffer->handle};
	if (drmIoctl(buffer->device->fd, DRM_IOCTL_MODE_MAP_DUMB, &map) != 0)
		return -errno;
	view->size = buffer->dumb_size;
	view->data = mmap(NULL, view->size, PROT_READ | PROT_WRITE, MAP_SHARED, buffer->device->fd,
		(off_t)map.offset);
	return view->data == MAP_FAILED ? -errno : 0;
}

static int view_map_dmabuf(struct kms_buffer *buffer, struct kms_buffer_view *view)
{
	if (buffer->dmabuf < 0 && drmPrimeHandleToFD(buffer->device->fd, buffer->handle,
					  DRM_CLOEXEC | DRM_RDWR, &buffer->dmabuf) != 0) {
		buffer->dmabuf = -1;
		return -errno;
	}
	view->size = (size_t)buffer->stride * (size_t)buffer->size.height;
	view->data = mmap(NULL, view->size, PROT_READ | PROT_WRITE, MAP_SHARED, buffer->dmabuf, 0);
	if (view->data == MAP_FAILED)
		return -errno;
	int error = dmabuf_sync(buffer->dmabuf, DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ);
	if (error)
		munmap(view->data, view->size);
	return error;
}

int kms_buffer_map(struct kms_buffer *buffer, struct kms_buffer_view *view)
{
	*view = (struct kms_buffer_view){.stride = buffer->stride};
	if (kms_buffer_is_host_texture(buffer)) {
		int error = kms_virtio_fetch(buffer->device, buffer->handle, buffer->size);
		if (error)
			return error;
	}
	int error = buffer->kind == KMS_BUFFER_DUMB ? view_map_dumb(buffer, view)
						    : view_map_dmabuf(buffer, view);
	if (error)
		view->data = NULL;
	return error;
}

void kms_buffer_unmap(struct kms_buffer *buffer, struct kms_buffer_view *view)
{
	if (!view->data)
		return;
	if (buffer->kind != KMS_BUFFER_DUMB)
		dmabuf_sync(buffer->dmabuf, DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ);
	munmap(view->data, view->size);
	*view = (struct kms_buffer_view){0};
}
