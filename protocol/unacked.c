#include "protocol/unacked.h"

#include <string.h>

static void unacked_drop(struct wl_array *records, size_t bytes)
{
	records->size -= bytes;
	memmove(records->data, (char *)records->data + bytes, records->size);
}

void *unacked_add(struct wl_array *records, size_t size)
{
	if (records->size >= UNACKED_MAX * size)
		unacked_drop(records, size);
	return wl_array_add(records, size);
}

bool unacked_take(struct wl_array *records, size_t size, uint32_t serial, void *record)
{
	for (size_t at = 0; at < records->size; at += size) {
		const char *candidate = (const char *)records->data + at;
		if (memcmp(candidate, &serial, sizeof serial) != 0)
			continue;
		memcpy(record, candidate, size);
		unacked_drop(records, at + size);
		return true;
	}
	return false;
}
