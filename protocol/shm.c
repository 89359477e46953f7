#include "protocol/shm.h"

#include "common/fd.h"
#include "common/format.h"
#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/quota.h"
#include "protocol/resource.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <wayland-server-protocol.h>

#define SHM_VERSION 2

/* wl_shm names its formats by fourcc, but for the first two (wl_shm.format). */
static uint32_t shm_format_to_fourcc(uint32_t format)
{
	if (format == WL_SHM_FORMAT_ARGB8888)
		return DRM_FORMAT_ARGB8888;
	if (format == WL_SHM_FORMAT_XRGB8888)
		return DRM_FORMAT_XRGB8888;
	return format;
}

uint32_t shm_format_from_fourcc(uint32_t fourcc)
{
	if (fourcc == DRM_FORMAT_ARGB8888)
		return WL_SHM_FORMAT_ARGB8888;
	if (fourcc == DRM_FORMAT_XRGB8888)
		return WL_SHM_FORMAT_XRGB8888;
	return fourcc;
}

void shm_pool_unref(struct shm_pool *pool)
{
	if (--pool->refs > 0)
		return;
	wl_signal_emit_mutable(&pool->events.free, pool);
	fd_close(&pool->fd);
	const unsigned has[QUOTA_KINDS] = {
		[QUOTA_FILES] = 1, [QUOTA_MEMORY] = quota_kib(pool->size)};
	quota_give_all(pool->quota, has);
	free(pool);
}

static void shm_pool_init(struct shm_pool *pool, int fd, int64_t size)
{
	pool->refs = 1;
	pool->fd = fd;
	pool->size = size;
	wl_signal_init(&pool->events.resize);
	wl_signal_init(&pool->events.free);
}

struct buffer *shm_create_own(int fd, int32_t width, int32_t height, uint32_t fourcc)
{
	struct shm_pool *pool = xcalloc(1, sizeof *pool);
	struct buffer *buffer = buffer_create_unannounced();
	shm_pool_init(pool, fd, (int64_t)width * height * 4);
	buffer->width = width;
	buffer->height = height;
	buffer->format = fourcc;
	buffer->readable = true;
	buffer->stride = (uint32_t)width * 4;
	buffer->pool = pool; /* its only reference */
	return buffer;
}

static void shm_pool_handle_create_buffer(struct wl_client *client, struct wl_resource *resource,
	uint32_t id, int32_t offset, int32_t width, int32_t height, int32_t stride,
	uint32_t shm_format)
{
	struct shm_pool *pool = wl_resource_get_user_data(resource);
	const struct format *format = format_find_rgb(shm_format_to_fourcc(shm_format));
	if (!format) {
		wl_resource_post_error(resource, WL_SHM_ERROR_INVALID_FORMAT,
			"format 0x%x is not supported", shm_format);
		return;
	}
	int64_t row = (int64_t)width * format->bytes_per_pixel;
	if (offset < 0 || width <= 0 || height <= 0 || stride < row ||
		offset + (int64_t)stride * height > pool->size) {
		wl_resource_post_error(resource, WL_SHM_ERROR_INVALID_STRIDE,
			"%dx%d with stride %d at offset %d does not fit into a pool of %lld bytes",
			width, height, stride, offset, (long long)pool->size);
		return;
	}
	struct buffer *buffer = buffer_create(client, id);
	if (!buffer)
		return;
	buffer->width = width;
	buffer->height = height;
	buffer->format = format->fourcc;
	buffer->readable = true;
	buffer->offset = (uint32_t)offset;
	buffer->stride = (uint32_t)stride;
	buffer->pool = pool;
	buffer->memory = quota_kib(row * height);
	buffer->quota = quota_take(client, QUOTA_MEMORY, buffer->memory);
	pool->refs++;
}

/* Whether mmap for reading can work: that is the worker's to do, but the client is ours to tell. */
static bool shm_size_fits(int fd, int64_t size)
{
	int mode = fcntl(fd, F_GETFL);
	return mode >= 0 && (mode & O_ACCMODE) != O_WRONLY && fd_is_memory(fd) &&
	       fd_size(fd) >= size;
}

static void shm_pool_handle_resize(
	struct wl_client *client, struct wl_resource *resource, int32_t size)
{
	struct shm_pool *pool = wl_resource_get_user_data(resource);
	if (size < pool->size) {
		wl_resource_post_error(resource, WL_SHM_ERROR_INVALID_FD,
			"a pool cannot shrink from %lld to %d", (long long)pool->size, size);
		return;
	}
	if (!shm_size_fits(pool->fd, size)) {
		wl_resource_post_error(resource, WL_SHM_ERROR_INVALID_FD,
			"the pool's file is shorter than %d bytes", size);
		return;
	}
	quota_take(client, QUOTA_MEMORY, quota_kib(size) - quota_kib(pool->size));
	pool->size = size;
	wl_signal_emit_mutable(&pool->events.resize, pool);
}

static const struct wl_shm_pool_interface shm_pool_implementation = {
	.create_buffer = shm_pool_handle_create_buffer,
	.destroy = resource_handle_destroy,
	.resize = shm_pool_handle_resize,
};

static void shm_pool_handle_resource_destroy(struct wl_resource *resource)
{
	shm_pool_unref(wl_resource_get_user_data(resource));
}

static void shm_handle_create_pool(
	struct wl_client *client, struct wl_resource *shm, uint32_t id, int32_t fd, int32_t size)
{
	if (size <= 0 || !shm_size_fits(fd, size)) {
		fd_close(&fd);
		if (size <= 0)
			wl_resource_post_error(shm, WL_SHM_ERROR_INVALID_STRIDE,
				"a pool of %d bytes: the size must be positive", size);
		else
			wl_resource_post_error(shm, WL_SHM_ERROR_INVALID_FD,
				"the pool's file is no memory that can be read (memfd_create()), "
				"or is shorter than %d bytes",
				size);
		return;
	}
	struct shm_pool *pool = xcalloc(1, sizeof *pool);
	if (!resource_create(client, &wl_shm_pool_interface, (uint32_t)wl_resource_get_version(shm),
		    id, &shm_pool_implementation, pool, shm_pool_handle_resource_destroy)) {
		free(pool);
		fd_close(&fd);
		return;
	}
	shm_pool_init(pool, fd, size);
	quota_take(client, QUOTA_MEMORY, quota_kib(size));
	pool->quota = quota_take(client, QUOTA_FILES, 1);
}

static const struct wl_shm_interface shm_implementation = {
	.create_pool = shm_handle_create_pool,
	.release = resource_handle_destroy,
};

static void shm_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	struct wl_resource *resource = resource_create(
		client, &wl_shm_interface, version, id, &shm_implementation, NULL, NULL);
	if (!resource)
		return;
	size_t len;
	const struct format *formats = format_list(&len);
	for (size_t i = 0; i < len; i++)
		wl_shm_send_format(resource, shm_format_from_fourcc(formats[i].fourcc));
}

struct wl_global *shm_create(struct wl_display *display)
{
	return wl_global_create(display, &wl_shm_interface, SHM_VERSION, NULL, shm_bind);
}
