/** Configure events that a client has not acknowledged. */
#ifndef PROTOCOL_UNACKED_H
#define PROTOCOL_UNACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wayland-server-core.h>

/** A client that never acknowledges is sent no more. */
#define UNACKED_MAX 128

struct unacked {
	size_t size; /**< of a record, which begins with the event's serial (uint32_t) */
	struct wl_array records; /**< oldest first */
	uint32_t stale, n_stale; /**< serials of events that say nothing any more: the first, and
				    how far they reach */
	bool behind;             /**< one is to be sent as soon as the client acknowledges */
};

/** What a serial that a client acknowledges is. */
enum unacked_serial {
	UNACKED_UNKNOWN, /**< of no event that waits: a fault */
	UNACKED_STALE,
	UNACKED_TAKEN,
};

void unacked_init(struct unacked *unacked, size_t size);
void unacked_finish(struct unacked *unacked);

/** The record of an event that is sent to the resource now, with its serial and zeros. NULL: it is
 * not to be sent, for the client is behind or (posted) there is no memory. */
void *unacked_add(struct unacked *unacked, struct wl_resource *resource);

/** A client acknowledges: that record is copied and goes, with all that are older. */
enum unacked_serial unacked_take(struct unacked *unacked, uint32_t serial, void *record);

/** The surface is unmapped: all are stale. They are on their way to a client that may acknowledge
 * them yet. */
void unacked_make_stale(struct unacked *unacked);

/** Whether none waits but stale ones. */
bool unacked_is_empty(const struct unacked *unacked);

#endif
