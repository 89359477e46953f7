/* Pictures through wl_shm: buffers in one pool each, used again when the compositor has released
 * them. */
#include "common/fd.h"
#include "painter.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define SHM_MAX_BUFFERS 4

struct shm_buffer {
	struct wl_buffer *buffer; /* NULL: none here */
	uint32_t *pixels;
	int32_t width, height;
	bool is_busy; /* the compositor may read it */
};

struct painter {
	struct window *window;
	const struct pattern *pattern;
	struct shm_buffer buffers[SHM_MAX_BUFFERS];
};

static struct painter *shm_create(struct window *window, const struct pattern *pattern)
{
	struct painter *painter = calloc(1, sizeof *painter);
	if (painter)
		*painter = (struct painter){.window = window, .pattern = pattern};
	return painter;
}

static void shm_buffer_finish(struct shm_buffer *buffer)
{
	if (!buffer->buffer)
		return;
	wl_buffer_destroy(buffer->buffer);
	munmap(buffer->pixels, (size_t)buffer->width * (size_t)buffer->height * 4);
	*buffer = (struct shm_buffer){0};
}

static void shm_destroy(struct painter *painter)
{
	for (int i = 0; i < SHM_MAX_BUFFERS; i++)
		shm_buffer_finish(&painter->buffers[i]);
	free(painter);
}

static void shm_handle_release(void *data, struct wl_buffer *buffer)
{
	((struct shm_buffer *)data)->is_busy = false;
}

static const struct wl_buffer_listener shm_buffer_listener = {.release = shm_handle_release};

static bool shm_buffer_init(struct painter *painter, struct shm_buffer *buffer)
{
	int32_t width = painter->window->width, height = painter->window->height;
	size_t size = (size_t)width * (size_t)height * 4;
	int fd = fd_create_memory("pattern", size);
	void *pixels =
		fd < 0 ? MAP_FAILED : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (pixels == MAP_FAILED) {
		perror("pattern: no memory for a buffer");
		fd_close(&fd);
		return false;
	}
	struct wl_shm_pool *pool = wl_shm_create_pool(painter->window->shm, fd, (int32_t)size);
	*buffer = (struct shm_buffer){.pixels = pixels, .width = width, .height = height};
	buffer->buffer = wl_shm_pool_create_buffer(pool, 0, width, height, width * 4,
		painter->pattern->has_alpha ? WL_SHM_FORMAT_ARGB8888 : WL_SHM_FORMAT_XRGB8888);
	wl_buffer_add_listener(buffer->buffer, &shm_buffer_listener, buffer);
	wl_shm_pool_destroy(pool);
	fd_close(&fd);
	return true;
}

/* A free buffer of the window's size, waiting for the compositor to release one if need be. */
static struct shm_buffer *shm_get_buffer(struct painter *painter)
{
	const struct window *window = painter->window;
	for (;;) {
		for (int i = 0; i < SHM_MAX_BUFFERS; i++) {
			struct shm_buffer *buffer = &painter->buffers[i];
			if (buffer->is_busy)
				continue;
			if (buffer->buffer && (buffer->width != window->width ||
						      buffer->height != window->height))
				shm_buffer_finish(buffer);
			if (buffer->buffer || shm_buffer_init(painter, buffer))
				return buffer;
			return NULL;
		}
		if (!window_dispatch(painter->window, -1, -1))
			return NULL;
	}
}

static bool shm_draw(struct painter *painter, uint32_t frame, bool whole)
{
	struct window *window = painter->window;
	struct shm_buffer *buffer = shm_get_buffer(painter);
	if (!buffer)
		return false;
	uint32_t width = (uint32_t)buffer->width, height = (uint32_t)buffer->height;
	pattern_fill(painter->pattern, frame, buffer->pixels, width, height);
	buffer->is_busy = true;
	wl_surface_attach(window->surface, buffer->buffer, 0, 0);
	if (whole || !painter->pattern->is_small) {
		wl_surface_damage_buffer(window->surface, 0, 0, buffer->width, buffer->height);
	} else {
		struct pattern_cell cell = pattern_cell(frame, width, height);
		wl_surface_damage_buffer(window->surface, (int32_t)cell.x, (int32_t)cell.y,
			PATTERN_CELL, PATTERN_CELL);
	}
	wl_surface_commit(window->surface);
	return true;
}

const struct painter_interface shm_painter = {
	.create = shm_create,
	.destroy = shm_destroy,
	.draw = shm_draw,
};
