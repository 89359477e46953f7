/* Where a pool's pictures lie: each kind of memory, made, mapped and told the compositor. */
#include "common/fd.h"
#include "common/format.h"
#include "device_memory.h"
#include "pool_private.h"

#include "linux-dmabuf-v1-client-protocol.h"

/* libdrm's own copy of virtgpu_drm.h is older than blobs; the kernel's has them. */
#include <drm/virtgpu_drm.h>
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

/* Of all that is before the picture, and of it. */
static size_t buffer_bytes(const struct pool_buffer *buffer)
{
	const struct format *format = format_find(buffer->pool->layout.format);
	uint64_t bytes = buffer->pool->layout.offset;
	for (int i = 0; i < format_planes(format); i++)
		bytes += format_row(format, i, buffer->width) *
			 (uint64_t)format_rows(i, buffer->height);
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	return (size_t)((bytes + page - 1) / page * page);
}

/* Maps a file from an offset on. False: said. */
static bool buffer_map(struct pool_buffer *buffer, int fd, off_t offset)
{
	void *map =
		fd < 0 ? MAP_FAILED
		       : mmap(NULL, buffer->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
	if (map == MAP_FAILED) {
		pool_say("no memory for a buffer", errno);
		return false;
	}
	buffer->map = map;
	return true;
}

static void buffer_share(struct pool *pool, struct pool_buffer *buffer, int fd)
{
	struct wl_shm_pool *shm = wl_shm_create_pool(pool->window->shm, fd, (int32_t)buffer->size);
	buffer->wl = wl_shm_pool_create_buffer(shm, (int32_t)pool->layout.offset, buffer->width,
		buffer->height, buffer->width * 4,
		pool->layout.format == DRM_FORMAT_ARGB8888 ? WL_SHM_FORMAT_ARGB8888
							   : WL_SHM_FORMAT_XRGB8888);
	wl_shm_pool_destroy(shm);
}

static bool buffer_init_shm(struct pool *pool, struct pool_buffer *buffer)
{
	int fd = fd_create_memory("pool", buffer->size);
	if (buffer_map(buffer, fd, 0))
		buffer_share(pool, buffer, fd);
	fd_close(&fd);
	return buffer->wl;
}

/* file: a dma-buf, borrowed. */
static void buffer_offer(struct pool *pool, struct pool_buffer *buffer, int file)
{
	const struct format *format = format_find(pool->layout.format);
	uint32_t offset = pool->layout.offset;
	struct zwp_linux_buffer_params_v1 *params =
		zwp_linux_dmabuf_v1_create_params(pool->window->dmabuf);
	for (int i = 0; i < format_planes(format); i++) {
		uint32_t stride = (uint32_t)format_row(format, i, buffer->width);
		zwp_linux_buffer_params_v1_add(params, file, (uint32_t)i, offset, stride, 0, 0);
		offset += stride * (uint32_t)format_rows(i, buffer->height);
	}
	buffer->wl = zwp_linux_buffer_params_v1_create_immed(
		params, buffer->width, buffer->height, pool->layout.format, 0);
	zwp_linux_buffer_params_v1_destroy(params);
}

/* Of the picture's width, for which some devices pad rows, and as many rows as it takes. */
static bool buffer_init_dumb(struct pool *pool, struct pool_buffer *buffer)
{
	int device = pool->device, fd = -1;
	uint32_t width = (uint32_t)buffer->width, stride;
	uint32_t rows = (uint32_t)((buffer->size + width * 4 - 1) / (width * 4));
	uint64_t size, offset;
	if (drmModeCreateDumbBuffer(device, width, rows, 32, 0, &buffer->handle, &stride, &size) !=
			0 ||
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
	int file = fd_create_memory("pool", buffer->size);
	if (buffer_map(buffer, file, 0) && fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK) == 0)
		buffer_offer(pool, buffer, file);
	fd_close(&file);
	return buffer->wl;
}

static bool buffer_init_guest(struct pool *pool, struct pool_buffer *buffer)
{
	struct drm_virtgpu_resource_create_blob create = {
		.blob_mem = VIRTGPU_BLOB_MEM_GUEST,
		.blob_flags = VIRTGPU_BLOB_FLAG_USE_MAPPABLE | VIRTGPU_BLOB_FLAG_USE_SHAREABLE,
		.size = buffer->size,
	};
	int file = -1;
	if (drmIoctl(pool->device, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB, &create) != 0 ||
		drmPrimeHandleToFD(pool->device, create.bo_handle, DRM_CLOEXEC | DRM_RDWR, &file) !=
			0)
		pool_say("no blob of the guest", errno);
	buffer->handle = create.bo_handle;
	if (buffer_map(buffer, file, 0))
		buffer_offer(pool, buffer, file);
	fd_close(&file);
	return buffer->wl;
}

static bool buffer_init_vulkan(struct pool *pool, struct pool_buffer *buffer)
{
	int file;
	buffer->memory = device_memory_create(pool->source, buffer->size, &file);
	if (buffer->memory && buffer_map(buffer, file, 0))
		buffer_offer(pool, buffer, file);
	fd_close(&file);
	return buffer->wl;
}

static bool (*const pool_init_buffer[])(struct pool *pool, struct pool_buffer *buffer) = {
	[POOL_SHM] = buffer_init_shm,
	[POOL_DUMB] = buffer_init_dumb,
	[POOL_UDMABUF] = buffer_init_udmabuf,
	[POOL_MEMFD] = buffer_init_memfd,
	[POOL_GUEST] = buffer_init_guest,
	[POOL_VULKAN] = buffer_init_vulkan,
};

bool pool_memory_make(struct pool_buffer *buffer)
{
	struct pool *pool = buffer->pool;
	buffer->size = buffer_bytes(buffer);
	if (!pool_init_buffer[pool->layout.memory](pool, buffer))
		return false;
	buffer->pixels = (uint32_t *)buffer->map + pool->layout.offset / 4;
	return true;
}

void pool_memory_free(struct pool_buffer *buffer)
{
	if (buffer->map)
		munmap(buffer->map, buffer->size);
	if (buffer->handle)
		drmCloseBufferHandle(buffer->pool->device, buffer->handle);
	device_memory_destroy(buffer->memory);
}

static bool pool_memory_open_device(struct pool *pool, const char *path)
{
	pool->device = open(path, O_RDWR | O_CLOEXEC);
	if (pool->device < 0)
		pool_say(path, errno);
	return pool->device >= 0;
}

bool pool_memory_open(struct pool *pool)
{
	if (pool->layout.memory != POOL_SHM && !pool->window->dmabuf) {
		pool_say("the compositor offers no linux-dmabuf", 0);
		return false;
	}
	switch (pool->layout.memory) {
	case POOL_DUMB:
	case POOL_GUEST:
		return pool_memory_open_device(pool, "/dev/dri/card0");
	case POOL_UDMABUF:
		return pool_memory_open_device(pool, "/dev/udmabuf");
	case POOL_VULKAN:
		pool->source = device_memory_open();
		return pool->source;
	default:
		return true;
	}
}

void pool_memory_close(struct pool *pool)
{
	device_memory_close(pool->source);
	fd_close(&pool->device);
}
