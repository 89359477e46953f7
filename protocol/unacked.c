#include "protocol/unacked.h"

#include <string.h>

void unacked_init(struct unacked *unacked, size_t size)
{
	*unacked = (struct unacked){.size = size};
	wl_array_init(&unacked->records);
}

void unacked_finish(struct unacked *unacked)
{
	wl_array_release(&unacked->records);
}

void *unacked_add(struct unacked *unacked, struct wl_resource *resource)
{
	struct wl_client *client = wl_resource_get_client(resource);
	unacked->behind = unacked->records.size >= UNACKED_MAX * unacked->size;
	if (unacked->behind)
		return NULL;
	uint32_t *record = wl_array_add(&unacked->records, unacked->size);
	if (!record) {
		wl_client_post_no_memory(client);
		return NULL;
	}
	memset(record, 0, unacked->size);
	*record = wl_display_next_serial(wl_client_get_display(client));
	return record;
}

static uint32_t unacked_serial_at(const struct unacked *unacked, size_t at)
{
	return *(const uint32_t *)((const char *)unacked->records.data + at);
}

static void unacked_drop(struct unacked *unacked, size_t bytes)
{
	struct wl_array *records = &unacked->records;
	records->size -= bytes;
	memmove(records->data, (char *)records->data + bytes, records->size);
}

enum unacked_serial unacked_take(struct unacked *unacked, uint32_t serial, void *record)
{
	uint32_t nth = serial - unacked->stale;
	if (nth < unacked->n_stale) {
		unacked->stale = serial + 1;
		unacked->n_stale -= nth + 1;
		return UNACKED_STALE;
	}
	for (size_t at = 0; at < unacked->records.size; at += unacked->size) {
		if (unacked_serial_at(unacked, at) != serial)
			continue;
		memcpy(record, (char *)unacked->records.data + at, unacked->size);
		unacked_drop(unacked, at + unacked->size);
		unacked->n_stale = 0;
		return UNACKED_TAKEN;
	}
	return UNACKED_UNKNOWN;
}

void unacked_make_stale(struct unacked *unacked)
{
	unacked->behind = false;
	if (unacked_is_empty(unacked))
		return;
	if (unacked->n_stale == 0)
		unacked->stale = unacked_serial_at(unacked, 0);
	uint32_t newest = unacked_serial_at(unacked, unacked->records.size - unacked->size);
	unacked->n_stale = newest - unacked->stale + 1;
	unacked->records.size = 0;
}

bool unacked_is_empty(const struct unacked *unacked)
{
	return unacked->records.size == 0;
}
