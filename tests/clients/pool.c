#include "pool_private.h"

static void buffer_finish(struct pool_buffer *buffer)
{
	if (buffer->wl)
		wl_buffer_destroy(buffer->wl);
	pool_memory_free(buffer);
	*buffer = (struct pool_buffer){0};
}

static void buffer_handle_release(void *data, struct wl_buffer *wl)
{
	struct pool_buffer *buffer = data;
	buffer->pool->releases++;
	buffer->pool->twice += !buffer->is_busy;
	buffer->is_busy = false;
}

static const struct wl_buffer_listener buffer_listener = {.release = buffer_handle_release};

static bool pool_make(struct pool *pool, struct pool_buffer *buffer)
{
	*buffer = (struct pool_buffer){.pool = pool,
		.width = pool->window->width,
		.height = pool->window->height,
		.is_new = true};
	if (!pool_memory_make(buffer)) {
		buffer_finish(buffer);
		return false;
	}
	wl_buffer_add_listener(buffer->wl, &buffer_listener, buffer);
	return true;
}

struct pool_buffer *pool_get(struct pool *pool)
{
	const struct window *window = pool->window;
	for (;;) {
		for (int i = 0; i < POOL_MAX; i++) {
			struct pool_buffer *buffer = &pool->buffers[i];
			if (buffer->is_busy)
				continue;
			if (buffer->wl && (buffer->width != window->width ||
						  buffer->height != window->height))
				buffer_finish(buffer);
			return buffer->wl || pool_make(pool, buffer) ? buffer : NULL;
		}
		if (!window_dispatch(pool->window, -1, -1))
			return NULL;
	}
}

int pool_busy(const struct pool *pool)
{
	int busy = 0;
	for (int i = 0; i < POOL_MAX; i++)
		busy += pool->buffers[i].is_busy;
	return busy;
}

void pool_commit(struct pool *pool, struct pool_buffer *buffer, const struct pool_damage *damage)
{
	struct wl_surface *surface = pool->window->surface;
	pool->commits++;
	buffer->is_busy = true;
	buffer->is_new = false;
	wl_surface_attach(surface, buffer->wl, 0, 0);
	wl_surface_damage_buffer(surface, damage->x, damage->y, damage->width, damage->height);
	wl_surface_commit(surface);
}

bool pool_init(struct pool *pool, struct window *window, const struct pool_layout *layout)
{
	*pool = (struct pool){.window = window, .layout = *layout, .device = -1};
	return pool_memory_open(pool);
}

void pool_finish(struct pool *pool)
{
	for (int i = 0; i < POOL_MAX; i++) {
		if (pool->buffers[i].pool)
			buffer_finish(&pool->buffers[i]);
	}
	pool_memory_close(pool);
}
