#include "compositor/renderer_private.h"

#include "common/log.h"
#include "protocol/buffer.h"
#include "protocol/shm.h"

static void renderer_handle_pool_resize(struct wl_listener *listener, void *data)
{
	struct renderer_record *record = wl_container_of(listener, record, resize);
	struct renderer *renderer = record->renderer;
	const struct shm_pool *pool = data;
	if (renderer->client && record->generation == renderer->generation)
		render_client_pool_resize(renderer->client, record->id, (uint64_t)pool->size);
}

/* 0: all ids are taken. */
static uint32_t renderer_tell_pool(struct renderer *renderer, struct shm_pool *pool)
{
	struct renderer_record *record = pool->render_data;
	if (!record) {
		record = renderer_record_create(renderer, &renderer->pools, pool,
			&pool->events.free, render_client_pool_forget);
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

struct renderer_record *renderer_buffer_record(struct renderer *renderer, struct buffer *buffer)
{
	struct renderer_record *record = buffer->render_data;
	if (record)
		return record;
	record = renderer_record_create(renderer, &renderer->buffers, buffer, &buffer->events.free,
		render_client_buffer_forget);
	if (record) {
		record->buffer = buffer;
		record->serial = ++renderer->last_serial;
	}
	buffer->render_data = record;
	return record;
}

struct buffer *renderer_client_buffer(const struct renderer *renderer, size_t i)
{
	bool background = i + 1 == renderer->black.buffer || i + 1 == renderer->nothing.buffer;
	return background ? NULL : renderer->buffers.objects[i];
}

bool renderer_can_read(const struct renderer *renderer, const struct buffer *buffer)
{
	return (uint32_t)buffer->width <= renderer->max_extent &&
	       (uint32_t)buffer->height <= renderer->max_extent;
}

struct renderer_record *renderer_tell_buffer(struct renderer *renderer, struct buffer *buffer)
{
	struct renderer_record *record = renderer_buffer_record(renderer, buffer);
	if (!record || record->generation == renderer->generation)
		return record;
	if (buffer->solid) {
		render_client_buffer_solid(renderer->client, record->id, buffer->color);
		record->generation = renderer->generation;
		return record;
	}
	/* A readable dma-buf was imported by this worker already: only wl_shm is told when it is
	 * first drawn. */
	bool suits =
		buffer->pool && renderer_can_read(renderer, buffer); /* by another worker once */
	uint32_t pool = suits ? renderer_tell_pool(renderer, buffer->pool) : 0;
	if (!pool)
		return NULL;
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
	return record;
}

void renderer_admit(struct renderer *renderer, struct buffer *buffer)
{
	if (!buffer->readable || renderer->max_extent == 0)
		return;
	if (renderer_can_read(renderer, buffer)) {
		/* So that it is admitted again. Without an id it is tried again when it is drawn.
		 */
		renderer_buffer_record(renderer, buffer);
		return;
	}
	buffer->readable = false;
	log_limited(LOG_LEVEL_WARN,
		"a client's buffer (%dx%d) is not shown: larger than the renderer's largest image",
		buffer->width, buffer->height);
}

void renderer_admit_again(struct renderer *renderer)
{
	for (size_t i = 0; i < renderer->buffers.len; i++) {
		struct buffer *buffer = renderer_client_buffer(renderer, i);
		if (buffer && buffer->pool)
			renderer_admit(renderer, buffer);
	}
}
