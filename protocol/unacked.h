/** Configure events that a client has not acknowledged. */
#ifndef PROTOCOL_UNACKED_H
#define PROTOCOL_UNACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wayland-util.h>

/** A client that never acknowledges loses the oldest. */
#define UNACKED_MAX 128

/** Room for one more record of size bytes, which begins with the event's serial (uint32_t); records
 * are oldest first. NULL: no memory. */
void *unacked_add(struct wl_array *records, size_t size);

/** Copies the record of a serial, and drops it with all that are older. False: none waits. */
bool unacked_take(struct wl_array *records, size_t size, uint32_t serial, void *record);

#endif
