/* What virtio_gpu alone can tell: the host's capabilities, and where a buffer's pixels really are.
 */
#include "kms/private.h"

#include <errno.h>
#include <string.h>

/* libdrm's own copy of virtgpu_drm.h is older than blobs; the kernel's has them. */
#include <drm/virtgpu_drm.h>

/* virtio specification 1.3, 5.7.6.8: capset ids. */
#define VIRTIO_CAPSET_VENUS 4

/* As Gallium numbers them (virgl_hw.h), of which the kernel knows nothing but this format. */
#define VIRTIO_TEXTURE_2D 2
#define VIRTIO_FORMAT_B8G8R8X8 2
#define VIRTIO_BIND_RENDER_TARGET 2

static uint64_t virtio_param(int fd, uint64_t param)
{
	uint64_t value = 0;
	struct drm_virtgpu_getparam get = {.param = param, .value = (uintptr_t)&value};
	/* An unknown parameter is EINVAL: an older kernel without the feature. */
	return drmIoctl(fd, DRM_IOCTL_VIRTGPU_GETPARAM, &get) == 0 ? value : 0;
}

void kms_virtio_query(int fd, struct kms_device_info *info)
{
	info->virtio_gpu = strcmp(info->driver, "virtio_gpu") == 0;
	if (!info->virtio_gpu)
		return;
	info->virgl = virtio_param(fd, VIRTGPU_PARAM_3D_FEATURES) != 0;
	info->blob = virtio_param(fd, VIRTGPU_PARAM_RESOURCE_BLOB) != 0;
	info->host_visible = virtio_param(fd, VIRTGPU_PARAM_HOST_VISIBLE) != 0;
	info->context_init = virtio_param(fd, VIRTGPU_PARAM_CONTEXT_INIT) != 0;
	uint64_t capsets = virtio_param(fd, VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs);
	info->venus = (capsets & (UINT64_C(1) << VIRTIO_CAPSET_VENUS)) != 0;
}

enum kms_memory kms_virtio_identify(const struct kms_device *device, uint32_t handle)
{
	if (!device->info.virtio_gpu)
		return KMS_MEMORY_ORDINARY;
	struct drm_virtgpu_resource_info info = {.bo_handle = handle};
	if (drmIoctl(device->fd, DRM_IOCTL_VIRTGPU_RESOURCE_INFO, &info) != 0)
		return KMS_MEMORY_CLASSIC;
	switch (info.blob_mem) {
	case VIRTGPU_BLOB_MEM_HOST3D:
		return KMS_MEMORY_HOST_BLOB;
	case VIRTGPU_BLOB_MEM_GUEST:
	case VIRTGPU_BLOB_MEM_HOST3D_GUEST:
		return KMS_MEMORY_GUEST_BLOB;
	default:
		return KMS_MEMORY_CLASSIC;
	}
}

/* Only a fence tells that the host has done something, and of the commands that 2D devices know too
 * only the making of a resource has one. */
int kms_virtio_wait(int fd)
{
	struct drm_virtgpu_resource_create create = {
		.target = VIRTIO_TEXTURE_2D,
		.format = VIRTIO_FORMAT_B8G8R8X8,
		.bind = VIRTIO_BIND_RENDER_TARGET,
		.width = 1,
		.height = 1,
		.depth = 1,
		.array_size = 1,
	};
	if (drmIoctl(fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &create) != 0)
		return -errno;
	struct drm_virtgpu_3d_wait wait = {.handle = create.bo_handle};
	int error;
	/* The kernel's patience ends after 15 seconds. */
	do {
		error = drmIoctl(fd, DRM_IOCTL_VIRTGPU_WAIT, &wait) == 0 ? 0 : -errno;
	} while (error == -EBUSY);
	drmCloseBufferHandle(fd, create.bo_handle);
	return error;
}

int kms_virtio_fetch(const struct kms_device *device, uint32_t handle, struct kms_buffer_size size)
{
	struct drm_virtgpu_3d_transfer_from_host transfer = {
		.bo_handle = handle,
		.box = {.w = (uint32_t)size.width, .h = (uint32_t)size.height, .d = 1},
	};
	if (drmIoctl(device->fd, DRM_IOCTL_VIRTGPU_TRANSFER_FROM_HOST, &transfer) != 0)
		return -errno;
	struct drm_virtgpu_3d_wait wait = {.handle = handle};
	return drmIoctl(device->fd, DRM_IOCTL_VIRTGPU_WAIT, &wait) == 0 ? 0 : -errno;
}
