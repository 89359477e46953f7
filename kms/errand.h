/**
 * A call that may wait for the host, and for as long as the host likes: made by a thread of its
 * own, so that nobody else waits.
 */
#ifndef KMS_ERRAND_H
#define KMS_ERRAND_H

#include <stdbool.h>
#include <stddef.h>

struct kms_errand;

#define KMS_ERRAND_ARGUMENTS 64 /* bytes, at most */

/**
 * Starts it: call(arguments), with a copy of size bytes, returns 0 or -errno. At its end the
 * eventfd done, borrowed until kms_errand_destroy(), is told. 0, or -errno: it was not started.
 */
int kms_errand_create(struct kms_errand **errand, int done, int (*call)(const void *arguments),
	const void *arguments, size_t size);

/** Whether it has ended; *result: what the call returned. */
bool kms_errand_has_ended(struct kms_errand *errand, int *result);

/** One that has not ended is left to itself. Accepts NULL. */
void kms_errand_destroy(struct kms_errand *errand);

#endif
