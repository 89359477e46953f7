/* Pictures that the CPU draws, used again when the compositor has released them: in wl_shm, a pool
 * each; in dumb buffers of the display's device, as dma-bufs; in dma-bufs that are of no device. */
#include "common/fd.h"
#include "painter.h"

#include "linux-dmabuf-v1-client-protocol.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <linux/udmabuf.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#define BUFFERS_MAX 4

struct buffer {
	struct wl_buffer *wl; /* NULL: none here */
	uint32_t *pixels;
	size_t size; /* bytes of them that are mapped */
	int32_t width, height;
	uint32_t handle; /* of a dumb buffer */
	bool is_busy;    /* the compositor may read it */
};

struct painter {
	bool (*init)(struct painter *painter, struct buffer *buffer);
	struct window *window;
	const struct pattern *pattern;
	struct buffer buffers[BUFFERS_MAX];
	int device; /* of dma-bufs; -1: wl_shm */
};

static void buffer_finish(struct painter *painter, struct buffer *buffer)
{
	if (buffer->wl)
		wl_buffer_destroy(buffer->wl);
	if (buffer->pixels)
		munmap(buffer->pixels, buffer->size);
	if (buffer->handle)
		drmModeDestroyDumbBuffer(painter->device, buffer->handle);
	*buffer = (struct buffer){0};
}

static void buffers_destroy(struct painter *painter)
{
	for (int i = 0; i < BUFFERS_MAX; i++)
		buffer_finish(painter, &painter->buffers[i]);
	fd_close(&painter->device);
	free(painter);
}

static void buffer_handle_release(void *data, struct wl_buffer *wl)
{
	((struct buffer *)data)->is_busy = false;
}

static const struct wl_buffer_listener buffer_listener = {.release = buffer_handle_release};

/* Maps a file from an offset on. False: said. */
static bool buffer_map(struct buffer *buffer, int fd, off_t offset)
{
	void *pixels =
		fd < 0 ? MAP_FAILED
		       : mmap(NULL, buffer->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
	if (pixels == MAP_FAILED) {
		perror("pattern: no memory for a buffer");
		return false;
	}
	buffer->pixels = pixels;
	return true;
}

static bool buffer_init_shm(struct painter *painter, struct buffer *buffer)
{
	buffer->size = (size_t)buffer->width * (size_t)buffer->height * 4;
	int fd = fd_create_memory("pattern", buffer->size);
	if (buffer_map(buffer, fd, 0)) {
		struct wl_shm_pool *pool =
			wl_shm_create_pool(painter->window->shm, fd, (int32_t)buffer->size);
		buffer->wl = wl_shm_pool_create_buffer(pool, 0, buffer->width, buffer->height,
			buffer->width * 4,
			painter->pattern->has_alpha ? WL_SHM_FORMAT_ARGB8888
						    : WL_SHM_FORMAT_XRGB8888);
		wl_shm_pool_destroy(pool);
	}
	fd_close(&fd);
	return buffer->wl;
}

/* file: a dma-buf, borrowed. */
static void buffer_offer(struct painter *painter, struct buffer *buffer, int file)
{
	struct zwp_linux_buffer_params_v1 *params =
		zwp_linux_dmabuf_v1_create_params(painter->window->dmabuf);
	zwp_linux_buffer_params_v1_add(params, file, 0, 0, (uint32_t)buffer->width * 4, 0, 0);
	buffer->wl = zwp_linux_buffer_params_v1_create_immed(params, buffer->width, buffer->height,
		painter->pattern->has_alpha ? DRM_FORMAT_ARGB8888 : DRM_FORMAT_XRGB8888, 0);
	zwp_linux_buffer_params_v1_destroy(params);
}

static bool buffer_init_dumb(struct painter *painter, struct buffer *buffer)
{
	int device = painter->device, fd = -1;
	uint32_t width = (uint32_t)buffer->width, height = (uint32_t)buffer->height, stride;
	uint64_t size, offset;
	if (drmModeCreateDumbBuffer(
		    device, width, height, 32, 0, &buffer->handle, &stride, &size) != 0 ||
		drmModeMapDumbBuffer(device, buffer->handle, &offset) != 0 ||
		drmPrimeHandleToFD(device, buffer->handle, DRM_CLOEXEC | DRM_RDWR, &fd) != 0) {
		perror("pattern: no dumb buffer");
		return false;
	}
	if (stride != width * 4) {
		fputs("pattern: this device pads the rows of dumb buffers\n", stderr);
		close(fd);
		return false;
	}
	buffer->size = size;
	if (buffer_map(buffer, device, (off_t)offset))
		buffer_offer(painter, buffer, fd);
	fd_close(&fd);
	return buffer->wl;
}

static bool buffer_init_udmabuf(struct painter *painter, struct buffer *buffer)
{
	size_t size = (size_t)buffer->width * (size_t)buffer->height * 4;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	buffer->size = (size + page - 1) / page * page;
	int memory = fd_create_memory("pattern", buffer->size), file = -1;
	if (memory >= 0) {
		struct udmabuf_create create = {.memfd = (uint32_t)memory,
			.flags = UDMABUF_FLAGS_CLOEXEC,
			.size = buffer->size};
		file = ioctl(painter->device, UDMABUF_CREATE, &create);
	}
	if (buffer_map(buffer, file < 0 ? -1 : memory, 0))
		buffer_offer(painter, buffer, file);
	fd_close(&memory);
	fd_close(&file);
	return buffer->wl;
}

static bool buffer_init(struct painter *painter, struct buffer *buffer)
{
	*buffer =
		(struct buffer){.width = painter->window->width, .height = painter->window->height};
	bool made = painter->init(painter, buffer);
	if (made)
		wl_buffer_add_listener(buffer->wl, &buffer_listener, buffer);
	else
		buffer_finish(painter, buffer);
	return made;
}

/* A free buffer of the window's size, waiting for the compositor to release one if need be. */
static struct buffer *buffers_get(struct painter *painter)
{
	const struct window *window = painter->window;
	for (;;) {
		for (int i = 0; i < BUFFERS_MAX; i++) {
			struct buffer *buffer = &painter->buffers[i];
			if (buffer->is_busy)
				continue;
			if (buffer->wl && (buffer->width != window->width ||
						  buffer->height != window->height))
				buffer_finish(painter, buffer);
			if (buffer->wl || buffer_init(painter, buffer))
				return buffer;
			return NULL;
		}
		if (!window_dispatch(painter->window, -1, -1))
			return NULL;
	}
}

static bool buffers_draw(struct painter *painter, uint32_t frame, bool whole)
{
	struct window *window = painter->window;
	struct buffer *buffer = buffers_get(painter);
	if (!buffer)
		return false;
	uint32_t width = (uint32_t)buffer->width, height = (uint32_t)buffer->height;
	pattern_fill(painter->pattern, frame, buffer->pixels, width, height);
	buffer->is_busy = true;
	wl_surface_attach(window->surface, buffer->wl, 0, 0);
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

static struct painter *buffers_create(struct window *window, const struct pattern *pattern)
{
	struct painter *painter = calloc(1, sizeof *painter);
	if (painter)
		*painter = (struct painter){.window = window, .pattern = pattern, .device = -1};
	return painter;
}

static struct painter *shm_create(struct window *window, const struct pattern *pattern)
{
	struct painter *painter = buffers_create(window, pattern);
	if (painter)
		painter->init = buffer_init_shm;
	return painter;
}

static struct painter *buffers_create_on(
	const char *path, struct window *window, const struct pattern *pattern)
{
	struct painter *painter = buffers_create(window, pattern);
	if (painter)
		painter->device = open(path, O_RDWR | O_CLOEXEC);
	if (painter && painter->device >= 0 && window->dmabuf)
		return painter;
	if (!window->dmabuf)
		fputs("pattern: the compositor offers no linux-dmabuf\n", stderr);
	else
		perror(path);
	if (painter)
		buffers_destroy(painter);
	return NULL;
}

static struct painter *dumb_create(struct window *window, const struct pattern *pattern)
{
	struct painter *painter = buffers_create_on("/dev/dri/card0", window, pattern);
	if (painter)
		painter->init = buffer_init_dumb;
	return painter;
}

static struct painter *udmabuf_create(struct window *window, const struct pattern *pattern)
{
	struct painter *painter = buffers_create_on("/dev/udmabuf", window, pattern);
	if (painter)
		painter->init = buffer_init_udmabuf;
	return painter;
}

const struct painter_interface shm_painter = {
	.create = shm_create,
	.destroy = buffers_destroy,
	.draw = buffers_draw,
};

const struct painter_interface dumb_painter = {
	.create = dumb_create,
	.destroy = buffers_destroy,
	.draw = buffers_draw,
};

const struct painter_interface udmabuf_painter = {
	.create = udmabuf_create,
	.destroy = buffers_destroy,
	.draw = buffers_draw,
};
