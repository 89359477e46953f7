/** An atomic commit under construction. It remembers its first failure, so that only the commit
 * needs a check. */
#ifndef KMS_ATOMIC_H
#define KMS_ATOMIC_H

#include <stddef.h>
#include <stdint.h>
#include <xf86drmMode.h>

struct kms_atomic {
	int fd;                    /* borrowed */
	drmModeAtomicReq *request; /* may be NULL after a failure */
	int error;                 /* 0, or the first -errno */
	uint32_t blobs[4]; /* made for this commit; the kernel's state keeps what it needs */
	int n_blobs;
};

void kms_atomic_init(struct kms_atomic *atomic, int fd);
void kms_atomic_finish(struct kms_atomic *atomic);

/** property 0 (the object lacks it) is a failure. */
void kms_atomic_add(struct kms_atomic *atomic, uint32_t object, uint32_t property, uint64_t value);

/** Makes a blob of size bytes that lives as long as the commit, and sets the property to it. */
void kms_atomic_add_blob(struct kms_atomic *atomic, uint32_t object, uint32_t property,
	const void *data, size_t size);

/** flags: DRM_MODE_ATOMIC_*, DRM_MODE_PAGE_FLIP_EVENT with serial as its user data. 0, or -errno.
 */
int kms_atomic_commit(struct kms_atomic *atomic, uint32_t flags, uint64_t serial);

#endif
