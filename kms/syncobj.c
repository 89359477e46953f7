#include "kms/syncobj.h"

#include "kms/private.h"

#include <errno.h>

bool kms_syncobj_is_supported(const struct kms_device *device)
{
	uint64_t timelines = 0;
	if (drmGetCap(device->fd, DRM_CAP_SYNCOBJ_TIMELINE, &timelines) != 0 || !timelines)
		return false;
	/* A kernel that knows the call misses the syncobj 0, an older one the call. */
	return drmSyncobjEventfd(device->fd, 0, 0, -1, 0) != 0 && errno == ENOENT;
}

int kms_syncobj_import(const struct kms_device *device, int fd, uint32_t *handle)
{
	return drmSyncobjFDToHandle(device->fd, fd, handle) == 0 ? 0 : -errno;
}

void kms_syncobj_destroy(const struct kms_device *device, uint32_t handle)
{
	drmSyncobjDestroy(device->fd, handle);
}

int kms_syncobj_watch(const struct kms_device *device, uint32_t handle, uint64_t point, int eventfd)
{
	return drmSyncobjEventfd(device->fd, handle, point, eventfd, 0) == 0 ? 0 : -errno;
}

int kms_syncobj_signal(const struct kms_device *device, uint32_t handle, uint64_t point)
{
	return drmSyncobjTimelineSignal(device->fd, &handle, &point, 1) == 0 ? 0 : -errno;
}
