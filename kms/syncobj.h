/** DRM timeline syncobjs of others: points that are waited for without blocking, and signalled. */
#ifndef KMS_SYNCOBJ_H
#define KMS_SYNCOBJ_H

#include <stdbool.h>
#include <stdint.h>

struct kms_device;

/** Whether the device has timelines, and the kernel tells of their points by eventfds (Linux 6.6).
 */
bool kms_syncobj_is_supported(const struct kms_device *device);

/** A handle on the syncobj that fd (borrowed) is; kms_syncobj_destroy() gives it back. 0, or
 * -errno. */
int kms_syncobj_import(const struct kms_device *device, int fd, uint32_t *handle);
void kms_syncobj_destroy(const struct kms_device *device, uint32_t handle);

/**
 * Makes the eventfd (borrowed) readable as soon as the point is signalled; a point that nobody has
 * submitted yet is waited for too. 0, or -errno.
 */
int kms_syncobj_watch(
	const struct kms_device *device, uint32_t handle, uint64_t point, int eventfd);

/** 0, or -errno. */
int kms_syncobj_signal(const struct kms_device *device, uint32_t handle, uint64_t point);

#endif
