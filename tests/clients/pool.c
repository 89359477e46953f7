#include "pool.h"

#include "common/fd.h"

#include "linux-dmabuf-v1-client-protocol.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/udmabuf.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

/* error: 0, or an errno. */
static void pool_say(const char *what, int error)
{
	fprintf(stderr, "%s: %s%s%s\n", program_invocation_short_name, what, error ? ": " : "",
		error ? strerror(error) : "");
}

static void buffer_finish(struct pool *pool, struct pool_buffer *buffer)
{
	if (buffer->wl)
		wl_buffer_destroy(buffer->wl);
	if (buffer->pixels)
		munmap(buffer->pixels, buffer->size);
	if (buffer->handle)
		drmModeDestroyDumbBuffer(pool->device, buffer->handle);
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

/* Maps a file from an offset on. False: said. */
static bool buffer_map(struct pool_buffer *buffer, int fd, off_t offset)
{
	void *pixels =
		fd < 0 ? MAP_FAILED
		       : mmap(NULL, buffer->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
	if (pixels == MAP_FAILED) {
		pool_say("no memory for a buffer", errno);
		return false;
	}
	buffer->pixels = pixels;
	return true;
}

static bool buffer_init_shm(struct pool *pool, struct pool_buffer *buffer)
{
	buffer->size = (size_t)buffer->width * (size_t)buffer->height * 4;
	int fd = fd_create_memory("pool", buffer->size);
	if (buffer_map(buffer, fd, 0)) {
		struct wl_shm_pool *shm =
			wl_shm_create_pool(pool->window->shm, fd, (int32_t)buffer->size);
		buffer->wl = wl_shm_pool_create_buffer(shm, 0, buffer->width, buffer->height,
			buffer->width * 4,
			pool->has_alpha ? WL_SHM_FORMAT_ARGB8888 : WL_SHM_FORMAT_XRGB8888);
		wl_shm_pool_destroy(shm);
	}
	fd_close(&fd);
	return buffer->wl;
}

/* file: a dma-buf, borrowed. */
static void buffer_offer(struct pool *pool, struct pool_buffer *buffer, int file)
{
	struct zwp_linux_buffer_params_v1 *params =
		zwp_linux_dmabuf_v1_create_params(pool->window->dmabuf);
	zwp_linux_buffer_params_v1_add(params, file, 0, 0, (uint32_t)buffer->width * 4, 0, 0);
	buffer->wl = zwp_linux_buffer_params_v1_create_immed(params, buffer->width, buffer->height,
		pool->has_alpha ? DRM_FORMAT_ARGB8888 : DRM_FORMAT_XRGB8888, 0);
	zwp_linux_buffer_params_v1_destroy(params);
}

static bool buffer_init_dumb(struct pool *pool, struct pool_buffer *buffer)
{
	int device = pool->device, fd = -1;
	uint32_t width = (uint32_t)buffer->width, height = (uint32_t)buffer->height, stride;
	uint64_t size, offset;
	if (drmModeCreateDumbBuffer(
		    device, width, height, 32, 0, &buffer->handle, &stride, &size) != 0 ||
		drmModeMapDumbBuffer(device, buffer->handle, &offset) != 0 ||
		drmPrimeHandleToFD(device, buffer->handle, DRM_CLOEXEC | DRM_RDWR, &fd) != 0) {
		pool_say("no dumb buffer", errno);
		return false;
	}
	if (stride != width * 4) {
		pool_say("this device pads the rows of dumb buffers", 0);
		close(fd);
		return false;
	}
	buffer->size = size;
	if (buffer_map(buffer, device, (off_t)offset))
		buffer_offer(pool, buffer, fd);
	fd_close(&fd);
	return buffer->wl;
}

static bool buffer_init_udmabuf(struct pool *pool, struct pool_buffer *buffer)
{
	size_t size = (size_t)buffer->width * (size_t)buffer->height * 4;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	buffer->size = (size + page - 1) / page * page;
	int memory = fd_create_memory("pool", buffer->size), file = -1;
	if (memory >= 0) {
		struct udmabuf_create create = {.memfd = (uint32_t)memory,
			.flags = UDMABUF_FLAGS_CLOEXEC,
			.size = buffer->size};
		file = ioctl(pool->device, UDMABUF_CREATE, &create);
	}
	if (buffer_map(buffer, file < 0 ? -1 : memory, 0))
		buffer_offer(pool, buffer, file);
	fd_close(&memory);
	fd_close(&file);
	return buffer->wl;
}

static bool buffer_init_memfd(struct pool *pool, struct pool_buffer *buffer)
{
	buffer->size = (size_t)buffer->width * (size_t)buffer->height * 4;
	int file = fd_create_memory("pool", buffer->size);
	if (buffer_map(buffer, file, 0) && fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK) == 0)
		buffer_offer(pool, buffer, file);
	fd_close(&file);
	return buffer->wl;
}

static bool (*const pool_init_buffer[])(struct pool *pool, struct pool_buffer *buffer) = {
	[POOL_SHM] = buffer_init_shm,
	[POOL_DUMB] = buffer_init_dumb,
	[POOL_UDMABUF] = buffer_init_udmabuf,
	[POOL_MEMFD] = buffer_init_memfd,
};

static bool pool_make(struct pool *pool, struct pool_buffer *buffer)
{
	*buffer = (struct pool_buffer){.pool = pool,
		.width = pool->window->width,
		.height = pool->window->height,
		.is_new = true};
	bool made = pool_init_buffer[pool->memory](pool, buffer);
	if (made)
		wl_buffer_add_listener(buffer->wl, &buffer_listener, buffer);
	else
		buffer_finish(pool, buffer);
	return made;
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
				buffer_finish(pool, buffer);
			if (buffer->wl || pool_make(pool, buffer))
				return buffer;
			return NULL;
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

bool pool_init(struct pool *pool, struct window *window, enum pool_memory memory, bool has_alpha)
{
	static const char *const devices[] = {
		[POOL_DUMB] = "/dev/dri/card0", [POOL_UDMABUF] = "/dev/udmabuf"};
	*pool = (struct pool){
		.window = window, .memory = memory, .has_alpha = has_alpha, .device = -1};
	if (memory == POOL_SHM)
		return true;
	if (!window->dmabuf) {
		pool_say("the compositor offers no linux-dmabuf", 0);
		return false;
	}
	if (memory == POOL_MEMFD)
		return true;
	pool->device = open(devices[memory], O_RDWR | O_CLOEXEC);
	if (pool->device < 0)
		pool_say(devices[memory], errno);
	return pool->device >= 0;
}

void pool_finish(struct pool *pool)
{
	for (int i = 0; i < POOL_MAX; i++)
		buffer_finish(pool, &pool->buffers[i]);
	fd_close(&pool->device);
}
