#include "compositor/renderer_private.h"

#include "common/xalloc.h"

#include <stdlib.h>

static void renderer_record_handle_free(struct wl_listener *listener, void *data)
{
	struct renderer_record *record = wl_container_of(listener, record, free);
	struct renderer *renderer = record->renderer;
	if (renderer->client && record->generation == renderer->generation)
		record->forget(renderer->client, record->id);
	ids_give_back(record->ids, record->id);
	wl_list_remove(&record->free.link);
	wl_list_remove(&record->resize.link);
	wl_list_remove(&record->import_link);
	free(record);
}

struct renderer_record *renderer_record_create(struct renderer *renderer, struct ids *ids,
	void *object, struct wl_signal *free_signal,
	void (*forget)(struct render_client *client, uint32_t id))
{
	uint32_t id = ids_take(ids, object, WIRE_MAX_ID);
	if (!id)
		return NULL;
	struct renderer_record *record = xcalloc(1, sizeof *record);
	record->renderer = renderer;
	record->ids = ids;
	record->id = id;
	record->forget = forget;
	record->free.notify = renderer_record_handle_free;
	wl_signal_add(free_signal, &record->free);
	wl_list_init(&record->resize.link);
	wl_list_init(&record->import_link);
	return record;
}
