/** Time: CLOCK_MONOTONIC in nanoseconds, the clock of KMS events and of wp_presentation. */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdint.h>
#include <time.h>

#define CLOCK_NS_PER_S INT64_C(1000000000)
#define CLOCK_NS_PER_MS INT64_C(1000000)

static inline int64_t clock_ns(struct timespec time)
{
	return time.tv_sec * CLOCK_NS_PER_S + time.tv_nsec;
}

static inline int64_t clock_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return clock_ns(now);
}

/** Now, as events of input devices tell it: milliseconds, of any base, that begin anew. */
static inline uint32_t clock_event_time(void)
{
	return (uint32_t)(clock_now() / CLOCK_NS_PER_MS);
}

#endif
