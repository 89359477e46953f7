// SPDX-License-Identifier: MIT
#include "host/shadow_count.h"
#include "host/env.h"

#define SHADOW_COUNT_INTERVAL 600 /* copies out between messages: ten seconds of one client */

void shadow_count_add(struct shadow_count *count, const struct shadow_count *more)
{
	count->n_out += more->n_out;
	count->n_in += more->n_in;
	count->bytes_out += more->bytes_out;
	count->bytes_in += more->bytes_in;
}

void shadow_count_init(struct shadow_total *total)
{
	*total = (struct shadow_total){0};
	pthread_mutex_init(&total->lock, NULL);
}

/** A frame is a copy out: an image is handed over once for each. */
static void shadow_count_tell(struct shadow_total *total, const char *gpu)
{
	const struct shadow_count *count = &total->count;
	uint64_t all = count->bytes_out + count->bytes_in;

	env_tell(
		"%s: shadow images: handed over: %llu (%llu bytes), taken back: %llu (%llu bytes), "
		"copied a frame: %llu bytes",
		gpu, (unsigned long long)count->n_out, (unsigned long long)count->bytes_out,
		(unsigned long long)count->n_in, (unsigned long long)count->bytes_in,
		(unsigned long long)(count->n_out ? all / count->n_out : all));
	total->n_told = count->n_out;
}

void shadow_count_finish(struct shadow_total *total, const char *gpu)
{
	if (total->count.n_out > total->n_told || (!total->count.n_out && total->count.n_in))
		shadow_count_tell(total, gpu);
	pthread_mutex_destroy(&total->lock);
}

void shadow_count_submit(
	struct shadow_total *total, const struct shadow_count *count, const char *gpu)
{
	pthread_mutex_lock(&total->lock);
	shadow_count_add(&total->count, count);
	if (total->count.n_out >= total->n_told + SHADOW_COUNT_INTERVAL)
		shadow_count_tell(total, gpu);
	pthread_mutex_unlock(&total->lock);
}
