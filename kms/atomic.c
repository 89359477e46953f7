#include "kms/atomic.h"

#include <errno.h>
#include <string.h>

void kms_atomic_init(struct kms_atomic *atomic, int fd)
{
	*atomic = (struct kms_atomic){.fd = fd, .request = drmModeAtomicAlloc()};
	if (!atomic->request)
		atomic->error = -ENOMEM;
}

void kms_atomic_finish(struct kms_atomic *atomic)
{
	drmModeAtomicFree(atomic->request);
	for (int i = 0; i < atomic->n_blobs; i++)
		drmModeDestroyPropertyBlob(atomic->fd, atomic->blobs[i]);
	*atomic = (struct kms_atomic){.fd = -1, .error = -EINVAL};
}

void kms_atomic_add(struct kms_atomic *atomic, uint32_t object, uint32_t property, uint64_t value)
{
	if (atomic->error)
		return;
	if (property == 0) {
		atomic->error = -EINVAL;
		return;
	}
	int result = drmModeAtomicAddProperty(atomic->request, object, property, value);
	if (result < 0)
		atomic->error = result;
}

void kms_atomic_add_blob(struct kms_atomic *atomic, uint32_t object, uint32_t property,
	const void *data, size_t size)
{
	if (atomic->error)
		return;
	if (atomic->n_blobs == (int)(sizeof atomic->blobs / sizeof atomic->blobs[0])) {
		atomic->error = -ENOSPC;
		return;
	}
	uint32_t blob;
	if (drmModeCreatePropertyBlob(atomic->fd, data, size, &blob) != 0) {
		atomic->error = -errno;
		return;
	}
	atomic->blobs[atomic->n_blobs++] = blob;
	kms_atomic_add(atomic, object, property, blob);
}

int kms_atomic_commit(struct kms_atomic *atomic, uint32_t flags, uint64_t serial)
{
	if (atomic->error)
		return atomic->error;
	if (drmModeAtomicCommit(atomic->fd, atomic->request, flags, (void *)(uintptr_t)serial) != 0)
		atomic->error = -errno;
	return atomic->error;
}
