#include "compositor/renderer_private.h"

#include "common/log.h"
#include "kms/device.h"
#include "protocol/buffer.h"
#include "protocol/linux_dmabuf.h"

/*
 * NULL, or why the worker must not even be asked to import a client's dma-buf: importing into Venus
 * what its host does not know kills the worker.
 */
static const char *renderer_import_hazard(
	const struct renderer *renderer, const struct buffer *buffer)
{
	const struct render_info *info = render_client_info(renderer->client);
	if (!(info->features & WIRE_FEATURE_IMPORT_DMABUF))
		return "the renderer imports no dma-bufs";
	if (!renderer_can_read(renderer, buffer))
		return "larger than the renderer's largest image";
	if (!renderer->expects_venus || !renderer->device)
		return NULL;
	switch (kms_device_identify(renderer->device, &buffer->dmabuf)) {
	case KMS_MEMORY_HOST_BLOB:
	case KMS_MEMORY_ORDINARY:
		return NULL;
	case KMS_MEMORY_CLASSIC:
		return "a classic virtio-gpu resource (OpenGL by virgl), which the host cannot "
		       "attach to Venus; "
		       "OpenGL clients can render through Venus with "
		       "MESA_LOADER_DRIVER_OVERRIDE=zink";
	case KMS_MEMORY_GUEST_BLOB:
		return "memory of the guest, which the host cannot attach to Venus";
	default:
		return "memory of another device";
	}
}

/* The record leaves the list. A client that waits for its first answer gets it. */
static void renderer_import_end(struct renderer_record *record, bool ok, const char *reason)
{
	struct buffer *buffer = record->buffer;
	wl_list_remove(&record->import_link);
	wl_list_init(&record->import_link);
	record->deaths = 0;
	if (record->announced) {
		buffer->readable = ok;
		if (!ok)
			log_limited(LOG_LEVEL_WARN,
				"a client's dma-buf (%dx%d) is not shown any more: %s",
				buffer->width, buffer->height, reason);
		return;
	}
	record->announced = true;
	record->refused = !ok;
	linux_dmabuf_imported(buffer, ok, reason);
}

static void renderer_import_ask(struct renderer_record *record)
{
	struct renderer *renderer = record->renderer;
	record->later = false;
	const char *hazard = renderer_import_hazard(renderer, record->buffer);
	if (hazard) {
		renderer_import_end(record, false, hazard);
		return;
	}
	render_client_buffer_dmabuf(renderer->client, record->id, &record->buffer->dmabuf);
	record->generation = renderer->generation;
}

void renderer_import(struct renderer *renderer, struct buffer *buffer)
{
	struct renderer_record *record = renderer_buffer_record(renderer, buffer);
	if (!record) {
		linux_dmabuf_imported(buffer, false, "too many buffers");
		return;
	}
	wl_list_insert(renderer->imports.prev, &record->import_link);
	if (renderer->client)
		renderer_import_ask(record);
}

/* NULL: none with that id is awaited. */
static struct renderer_record *renderer_find_import(struct renderer *renderer, uint32_t id)
{
	struct renderer_record *record;
	wl_list_for_each (record, &renderer->imports, import_link) {
		if (record->id == id)
			return record;
	}
	return NULL;
}

/* The oldest whose answer this worker owes; NULL: none. */
static struct renderer_record *renderer_first_import(const struct renderer *renderer)
{
	struct renderer_record *record;
	wl_list_for_each (record, &renderer->imports, import_link) {
		if (!record->later)
			return record;
	}
	return NULL;
}

void renderer_imported(struct renderer *renderer, uint32_t id, bool ok, const char *reason)
{
	struct renderer_record *record = renderer_find_import(renderer, id);
	if (record)
		renderer_import_end(record, ok, reason);
}

void renderer_import_later(struct renderer *renderer, uint32_t id)
{
	struct renderer_record *record = renderer_find_import(renderer, id);
	if (!record)
		return;
	record->later = true;
	if (record->announced)
		record->buffer->readable = false; /* for now: this worker does not know it */
}

void renderer_give_up_imports(struct renderer *renderer, const char *reason)
{
	struct renderer_record *record, *next;
	wl_list_for_each_safe (record, next, &renderer->imports, import_link) {
		if (record->later)
			renderer_import_end(record, false, reason);
	}
}

bool renderer_is_settled(const struct renderer *renderer)
{
	return !renderer_first_import(renderer);
}

void renderer_import_again(struct renderer *renderer)
{
	for (size_t i = 0; i < renderer->buffers.len; i++) {
		struct buffer *buffer = renderer_client_buffer(renderer, i);
		if (!buffer || buffer->pool || buffer->solid)
			continue;
		struct renderer_record *record = buffer->render_data;
		if (!record->announced || record->refused)
			continue;
		wl_list_remove(&record->import_link); /* the last worker may not have answered */
		wl_list_insert(renderer->imports.prev, &record->import_link);
	}
	struct renderer_record *record, *next;
	wl_list_for_each_safe (record, next, &renderer->imports, import_link)
		renderer_import_ask(record);
}

void renderer_detach(struct renderer *renderer)
{
	renderer->client = NULL;
}

void renderer_worker_died(struct renderer *renderer)
{
	struct renderer_record *first = renderer_first_import(renderer);
	if (!renderer->client || !first || ++first->deaths < RENDERER_IMPORT_DEATHS)
		return;
	first->refused = true;
	renderer_import_end(first, false, "one renderer after the other died importing it");
}

void renderer_drop_imports(struct renderer *renderer)
{
	struct renderer_record *record, *next;
	wl_list_for_each_safe (record, next, &renderer->imports, import_link) {
		wl_list_remove(&record->import_link);
		wl_list_init(&record->import_link);
		if (!record->announced)
			buffer_drop(record->buffer); /* linux_dmabuf.c holds it */
	}
}
