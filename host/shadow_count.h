/** How much the GPU has copied for shadow images. */
#ifndef HOST_SHADOW_COUNT_H
#define HOST_SHADOW_COUNT_H

#include <pthread.h>
#include <stdint.h>

struct shadow_count {
	uint64_t n_out, n_in;         /**< copies to shared memory, and from it */
	uint64_t bytes_out, bytes_in; /**< of pixels */
};

/** The count of a device, of all that was submitted. */
struct shadow_total {
	pthread_mutex_t lock;
	struct shadow_count count;
	uint64_t n_told; /**< copies out at the last message */
};

void shadow_count_add(struct shadow_count *count, const struct shadow_count *more);

void shadow_count_init(struct shadow_total *total);
/** Tells what has not been told. */
void shadow_count_finish(struct shadow_total *total, const char *gpu);
/** Counts a submission; every some hundred copies it is told in the log. */
void shadow_count_submit(
	struct shadow_total *total, const struct shadow_count *count, const char *gpu);

#endif
