#include "kms/private.h"

#include "common/fd.h"
#include "common/format.h"
#include "common/log.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static void buffer_destroy(struct kms_buffer *buffer);

static struct kms_buffer *buffer_create(
	struct kms_device *device, enum kms_buffer_kind kind, struct kms_buffer_size size)
{
	struct kms_buffer *buffer = calloc(1, sizeof *buffer);
	if (!buffer)
		return NULL;
	*buffer = (struct kms_buffer){.device = device,
		.next = device->buffers,
		.refs = 1,
		.kind = kind,
		.size = size,
		.dmabuf = -1};
	device->buffers = buffer;
	return buffer;
}

static int buffer_add_framebuffer(struct kms_buffer *buffer)
{
	int fd = buffer->device->fd;
	uint32_t handles[4] = {buffer->handle}, strides[4] = {buffer->stride}, offsets[4] = {0};
	uint32_t width = (uint32_t)buffer->size.width, height = (uint32_t)buffer->size.height;
	int error;
	if (buffer->device->info.addfb2_modifiers) {
		uint64_t modifiers[4] = {DRM_FORMAT_MOD_LINEAR};
		error = drmModeAddFB2WithModifiers(fd, width, height, buffer->size.format, handles,
			strides, offsets, modifiers, &buffer->framebuffer, DRM_MODE_FB_MODIFIERS);
	} else {
		error = drmModeAddFB2(fd, width, height, buffer->size.format, handles, strides,
			offsets, &buffer->framebuffer, 0);
	}
	if (error == 0)
		return 0;
	char format[5];
	format_name(buffer->size.format, format);
	error = -errno;
	log_debug("no framebuffer for %ux%u %s, stride %u: %s", width, height, format,
		buffer->stride, strerror(-error));
	return error;
}

/* Ends every create function: the buffer with its framebuffer, or nothing. */
static int buffer_finish_create(struct kms_buffer *buffer, int error, struct kms_buffer **result)
{
	if (error == 0) {
		buffer->memory = kms_virtio_identify(buffer->device, buffer->handle);
		error = buffer_add_framebuffer(buffer);
	}
	if (error) {
		kms_buffer_unref(buffer);
		return error;
	}
	*result = buffer;
	return 0;
}

static int buffer_allocate_gbm(struct kms_buffer *buffer)
{
	static const uint32_t flags[] = {
		GBM_BO_USE_SCANOUT | GBM_BO_USE_LINEAR | GBM_BO_USE_RENDERING,
		GBM_BO_USE_SCANOUT | GBM_BO_USE_LINEAR,
	};
	struct kms_device *device = buffer->device;
	if (!device->gbm)
		device->gbm = gbm_create_device(device->fd);
	if (!device->gbm)
		return -ENODEV;
	for (size_t i = 0; i < sizeof flags / sizeof flags[0] && !buffer->bo; i++) {
		buffer->bo = gbm_bo_create(device->gbm, (uint32_t)buffer->size.width,
			(uint32_t)buffer->size.height, buffer->size.format, flags[i]);
	}
	if (!buffer->bo)
		return errno ? -errno : -ENOMEM;
	if (gbm_bo_get_plane_count(buffer->bo) != 1 || gbm_bo_get_offset(buffer->bo, 0) != 0)
		return -EINVAL;
	buffer->handle = gbm_bo_get_handle(buffer->bo).u32;
	buffer->stride = gbm_bo_get_stride(buffer->bo);
	return 0;
}

int kms_buffer_create_gbm(
	struct kms_device *device, struct kms_buffer_size size, struct kms_buffer **buffer)
{
	*buffer = NULL;
	struct kms_buffer *created = buffer_create(device, KMS_BUFFER_GBM, size);
	if (!created)
		return -ENOMEM;
	return buffer_finish_create(created, buffer_allocate_gbm(created), buffer);
}

static int buffer_allocate_dumb(struct kms_buffer *buffer)
{
	const struct format *format = format_find(buffer->size.format);
	if (!format)
		return -EINVAL;
	struct drm_mode_create_dumb create = {
		.width = (uint32_t)buffer->size.width,
		.height = (uint32_t)buffer->size.height,
		.bpp = format->bytes_per_pixel * 8,
	};
	if (drmIoctl(buffer->device->fd, DRM_IOCTL_MODE_CREATE_DUMB, &create) != 0)
		return -errno;
	buffer->handle = create.handle;
	buffer->stride = create.pitch;
	buffer->dumb_size = create.size;
	return 0;
}

int kms_buffer_create_dumb(
	struct kms_device *device, struct kms_buffer_size size, struct kms_buffer **buffer)
{
	*buffer = NULL;
	struct kms_buffer *created = buffer_create(device, KMS_BUFFER_DUMB, size);
	if (!created)
		return -ENOMEM;
	return buffer_finish_create(created, buffer_allocate_dumb(created), buffer);
}

static int buffer_import_memory(struct kms_buffer *buffer, const struct dmabuf *dmabuf)
{
	/* A framebuffer larger than its memory is refused by the kernel (drm_gem_fb_create). */
	buffer->dmabuf = fd_dup(dmabuf->planes[0].fd);
	buffer->stride = dmabuf->planes[0].stride;
	if (buffer->dmabuf < 0)
		return -errno;
	if (drmPrimeFDToHandle(buffer->device->fd, buffer->dmabuf, &buffer->handle) != 0)
		return -errno;
	return 0;
}

int kms_buffer_import(
	struct kms_device *device, const struct dmabuf *dmabuf, struct kms_buffer **buffer)
{
	*buffer = NULL;
	if (dmabuf->n_planes != 1 || dmabuf->planes[0].offset != 0 || !dmabuf_is_linear(dmabuf) ||
		dmabuf->width <= 0 || dmabuf->height <= 0)
		return -EINVAL;
	struct kms_buffer_size size = {dmabuf->width, dmabuf->height, dmabuf->format};
	struct kms_buffer *created = buffer_create(device, KMS_BUFFER_IMPORTED, size);
	if (!created)
		return -ENOMEM;
	return buffer_finish_create(created, buffer_import_memory(created, dmabuf), buffer);
}

struct kms_buffer *kms_buffer_ref(struct kms_buffer *buffer)
{
	buffer->refs++;
	return buffer;
}

static void buffer_unlink(struct kms_buffer *buffer)
{
	struct kms_buffer **link = &buffer->device->buffers;
	while (*link != buffer)
		link = &(*link)->next;
	*link = buffer->next;
}

static void buffer_free_memory(struct kms_buffer *buffer)
{
	if (buffer->kind == KMS_BUFFER_GBM) {
		if (buffer->bo)
			gbm_bo_destroy(buffer->bo);
	} else if (buffer->handle) {
		/* A dumb buffer's handle is an ordinary GEM handle. */
		kms_device_close_handle(buffer->device, buffer->handle);
	}
}

static void buffer_destroy(struct kms_buffer *buffer)
{
	int fd = buffer->device->fd;
	/* CLOSEFB (Linux 6.8) leaves a plane that shows it alone; RMFB would turn the screen off.
	 */
	if (buffer->framebuffer && drmModeCloseFB(fd, buffer->framebuffer) != 0)
		drmModeRmFB(fd, buffer->framebuffer);
	buffer_unlink(buffer);
	buffer_free_memory(buffer);
	fd_close(&buffer->dmabuf);
	free(buffer);
}

void kms_device_free_doomed(struct kms_device *device)
{
	while (device->doomed) {
		struct kms_buffer *buffer = device->doomed;
		device->doomed = buffer->doomed_next;
		buffer_destroy(buffer);
	}
}

static bool buffer_must_wait(const struct kms_buffer *buffer)
{
	for (const struct kms_output *output = buffer->device->outputs; output;
		output = output->next) {
		if (output->pending)
			return true;
	}
	return false;
}

/* Freeing is a command to the device, and where a flip finds its queue full so does that: both wait
 * until the host goes on (virtio_gpu_queue_ctrl_sgs). */
void kms_buffer_unref(struct kms_buffer *buffer)
{
	if (!buffer || --buffer->refs > 0)
		return;
	if (buffer_must_wait(buffer)) {
		buffer->doomed_next = buffer->device->doomed;
		buffer->device->doomed = buffer;
		return;
	}
	buffer_destroy(buffer);
}

struct kms_buffer_size kms_buffer_size(const struct kms_buffer *buffer)
{
	return buffer->size;
}

int kms_buffer_export(const struct kms_buffer *buffer, struct dmabuf *dmabuf)
{
	dmabuf_init(dmabuf);
	int fd = -1;
	if (buffer->dmabuf >= 0)
		fd = fd_dup(buffer->dmabuf);
	else if (drmPrimeHandleToFD(
			 buffer->device->fd, buffer->handle, DRM_CLOEXEC | DRM_RDWR, &fd) != 0)
		fd = -1;
	if (fd < 0)
		return -errno;
	dmabuf->width = buffer->size.width;
	dmabuf->height = buffer->size.height;
	dmabuf->format = buffer->size.format;
	dmabuf->modifier = DRM_FORMAT_MOD_LINEAR;
	dmabuf->n_planes = 1;
	dmabuf->planes[0] = (struct dmabuf_plane){.fd = fd, .offset = 0, .stride = buffer->stride};
	return 0;
}

enum kms_memory kms_buffer_memory(const struct kms_buffer *buffer)
{
	return buffer->memory;
}

/* A virgl resource's pages in the guest are only a staging area. */
bool kms_buffer_is_host_texture(const struct kms_buffer *buffer)
{
	return buffer->memory == KMS_MEMORY_CLASSIC && buffer->device->info.virgl &&
	       buffer->kind != KMS_BUFFER_DUMB;
}

bool kms_buffer_prefers_single(const struct kms_buffer *buffer)
{
	/*
	 * Linux 6.12, virtgpu_plane.c: virtio_gpu_update_dumb_bo() transfers the merged damage, and
	 * virtio_gpu_plane_atomic_check() ignores damage clips when the framebuffer changes. That
	 * wish sticks to the plane for ever in kernels without "drm/atomic-helper: reset
	 * ignore_damage_clips" (2026): they transfer all of it each time, which is slower and as
	 * right. The transfer is not waited for.
	 */
	return buffer->memory == KMS_MEMORY_CLASSIC && !kms_buffer_is_host_texture(buffer);
}
