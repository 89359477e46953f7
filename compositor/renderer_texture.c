#include "compositor/renderer_private.h"

#include "common/log.h"
#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/shm.h"
#include "protocol/surface.h"

#include <stdlib.h>

/* What the worker calls a pool, a buffer or a surface's texture. Lives as long as that object. */
struct renderer_record {
	struct renderer *renderer;
	uint32_t id;
	uint32_t generation; /* of the worker that knows it; 0: none */
	const void *showing; /* a texture: the buffer it shows, only compared */
	struct wl_listener free, resize;
};

static struct renderer_record *renderer_record_create(struct renderer *renderer, struct ids *ids,
	void *object, struct wl_signal *free_signal, wl_notify_func_t notify)
{
	uint32_t id = ids_take(ids, object, WIRE_MAX_ID);
	if (!id)
		return NULL;
	struct renderer_record *record = xcalloc(1, sizeof *record);
	record->renderer = renderer;
	record->id = id;
	record->free.notify = notify;
	wl_signal_add(free_signal, &record->free);
	wl_list_init(&record->resize.link);
	return record;
}

static void renderer_record_destroy(struct renderer_record *record, struct ids *ids,
	void (*forget)(struct render_client *client, uint32_t id))
{
	struct renderer *renderer = record->renderer;
	if (renderer->client && record->generation == renderer->generation)
		forget(renderer->client, record->id);
	ids_give_back(ids, record->id);
	wl_list_remove(&record->free.link);
	wl_list_remove(&record->resize.link);
	free(record);
}

static void renderer_handle_pool_free(struct wl_listener *listener, void *data)
{
	struct renderer_record *record = wl_container_of(listener, record, free);
	renderer_record_destroy(record, &record->renderer->pools, render_client_pool_forget);
}

static void renderer_handle_pool_resize(struct wl_listener *listener, void *data)
{
	struct renderer_record *record = wl_container_of(listener, record, resize);
	struct shm_pool *pool = data;
	if (record->renderer->client && record->generation == record->renderer->generation)
		render_client_pool_resize(
			record->renderer->client, record->id, (uint64_t)pool->size);
}

static uint32_t renderer_tell_pool(struct renderer *renderer, struct shm_pool *pool)
{
	struct renderer_record *record = pool->render_data;
	if (!record) {
		record = renderer_record_create(renderer, &renderer->pools, pool,
			&pool->events.free, renderer_handle_pool_free);
		if (!record)
			return 0;
		pool->render_data = record;
		record->resize.notify = renderer_handle_pool_resize;
		wl_signal_add(&pool->events.resize, &record->resize);
	}
	if (record->generation != renderer->generation)
		render_client_pool_create(
			renderer->client, record->id, pool->fd, (uint64_t)pool->size);
	record->generation = renderer->generation;
	return record->id;
}

static void renderer_handle_buffer_free(struct wl_listener *listener, void *data)
{
	struct renderer_record *record = wl_container_of(listener, record, free);
	renderer_record_destroy(record, &record->renderer->buffers, render_client_buffer_forget);
}

static struct renderer_record *renderer_buffer_record(
	struct renderer *renderer, struct buffer *buffer)
{
	if (!buffer->render_data)
		buffer->render_data = renderer_record_create(renderer, &renderer->buffers, buffer,
			&buffer->events.free, renderer_handle_buffer_free);
	return buffer->render_data;
}

bool renderer_send_dmabuf(struct renderer *renderer, struct buffer *buffer)
{
	struct renderer_record *record = renderer_buffer_record(renderer, buffer);
	if (!record)
		return false;
	render_client_buffer_dmabuf(renderer->client, record->id, &buffer->dmabuf);
	record->generation = renderer->generation;
	return true;
}

static bool renderer_send_shm(
	struct renderer *renderer, struct buffer *buffer, struct renderer_record *record)
{
	uint32_t pool = renderer_tell_pool(renderer, buffer->pool);
	if (!pool)
		return false;
	struct render_shm shm = {
		.pool = pool,
		.offset = buffer->offset,
		.stride = buffer->stride,
		.width = buffer->width,
		.height = buffer->height,
		.format = buffer->format,
	};
	render_client_buffer_shm(renderer->client, record->id, &shm);
	record->generation = renderer->generation;
	return true;
}

bool renderer_is_too_large(const struct renderer *renderer, const struct buffer *buffer)
{
	uint32_t max = render_client_info(renderer->client)->max_extent;
	return (uint32_t)buffer->width > max || (uint32_t)buffer->height > max;
}

bool renderer_tell_buffer(struct renderer *renderer, struct buffer *buffer)
{
	if (!buffer->refused && renderer_is_too_large(renderer, buffer)) {
		log_warn("a client's buffer (%dx%d) is not shown: larger than the renderer's "
			 "largest image",
			buffer->width, buffer->height);
		buffer->refused = true;
	}
	if (buffer->refused || buffer->params)
		return false;
	struct renderer_record *record = renderer_buffer_record(renderer, buffer);
	if (!record)
		return false;
	if (record->generation == renderer->generation)
		return true;
	/* A dma-buf that an earlier worker accepted; should this one refuse it, renderer_imported()
	 * says so. */
	return buffer->pool ? renderer_send_shm(renderer, buffer, record)
			    : renderer_send_dmabuf(renderer, buffer);
}

static void renderer_handle_surface_destroy(struct wl_listener *listener, void *data)
{
	struct renderer_record *record = wl_container_of(listener, record, free);
	renderer_record_destroy(record, &record->renderer->textures, render_client_texture_forget);
}

uint32_t renderer_tell_texture(struct renderer *renderer, struct surface *surface)
{
	struct buffer *buffer = surface->current.buffer;
	struct renderer_record *record = surface->render_data;
	if (!renderer_tell_buffer(renderer, buffer))
		return 0;
	if (!record) {
		record = renderer_record_create(renderer, &renderer->textures, surface,
			&surface->events.destroy, renderer_handle_surface_destroy);
		if (!record)
			return 0;
		surface->render_data = record;
	}
	bool fresh = record->generation != renderer->generation;
	if (!fresh && record->showing == buffer && !pixman_region32_not_empty(&surface->damage))
		return record->id;
	struct renderer_record *shown = buffer->render_data;
	render_client_texture_update(
		renderer->client, record->id, shown->id, fresh ? NULL : &surface->damage);
	pixman_region32_clear(&surface->damage);
	record->generation = renderer->generation;
	record->showing = buffer;
	return record->id;
}
