#include "render/buffer.h"

#include "common/fd.h"
#include "render/pool.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

static struct buffer *buffer_create(
	struct renderer *renderer, enum buffer_kind kind, int32_t width, int32_t height)
{
	struct buffer *buffer = calloc(1, sizeof *buffer);
	if (!buffer)
		return NULL;
	*buffer = (struct buffer){
		.refs = 1, .renderer = renderer, .kind = kind, .width = width, .height = height};
	dmabuf_init(&buffer->dmabuf);
	return buffer;
}

struct buffer *buffer_create_shm(
	struct renderer *renderer, struct pool *pool, const struct wire_buffer_shm *message)
{
	struct buffer *buffer =
		buffer_create(renderer, BUFFER_SHM, message->width, message->height);
	if (!buffer)
		return NULL;
	buffer->format = format_find(message->format);
	buffer->pool = pool_ref(pool);
	buffer->offset = message->offset;
	buffer->stride = message->stride;
	return buffer;
}

struct buffer *buffer_create_solid(struct renderer *renderer, const float color[4])
{
	struct buffer *buffer = buffer_create(renderer, BUFFER_SOLID, 1, 1);
	/* As exact as pixman has it: both back ends show the same. */
	for (int i = 0; i < 4 && buffer; i++)
		buffer->color[i] = rintf(color[i] * 255) / 255;
	return buffer;
}

/*
 * A dma-buf's size never changes. Software drivers also take a memfd for one (a host without
 * dma-buf has nothing else); that one must be sealed, or its owner could truncate it under the
 * driver's mapping and kill us by SIGBUS.
 */
static bool buffer_fd_keeps_size(int fd)
{
	struct statfs stat;
	if (fstatfs(fd, &stat) == 0 && stat.f_type == DMA_BUF_MAGIC)
		return true;
	return fd_is_memory(fd) && (fcntl(fd, F_GET_SEALS) & F_SEAL_SHRINK);
}

/* The planes of a LINEAR or unknown layout must hold their rows; of tiled ones only the driver
 * knows. */
static bool buffer_dmabuf_fits(const struct dmabuf *dmabuf, char *reason)
{
	const struct format *format = format_find(dmabuf->format);
	if (!format_fits(format, dmabuf->width, dmabuf->height)) {
		snprintf(reason, WIRE_MAX_REASON, "an odd size, %dx%d, lacks chroma", dmabuf->width,
			dmabuf->height);
		return false;
	}
	if (dmabuf_is_linear(dmabuf) && dmabuf->n_planes != format_planes(format)) {
		snprintf(reason, WIRE_MAX_REASON, "its format has %d planes, the dma-buf %d",
			format_planes(format), dmabuf->n_planes);
		return false;
	}
	for (int i = 0; i < dmabuf->n_planes; i++) {
		const struct dmabuf_plane *plane = &dmabuf->planes[i];
		int64_t size = fd_size(plane->fd);
		uint64_t need = dmabuf_plane_end(dmabuf, i);
		if (size < 0 || !buffer_fd_keeps_size(plane->fd)) {
			snprintf(reason, WIRE_MAX_REASON, "plane %d is not a dma-buf", i);
			return false;
		}
		if (dmabuf_is_linear(dmabuf) &&
			plane->stride < format_row(format, i, dmabuf->width)) {
			snprintf(reason, WIRE_MAX_REASON,
				"plane %d has %u bytes a row, and needs %" PRIu64, i, plane->stride,
				format_row(format, i, dmabuf->width));
			return false;
		}
		if ((uint64_t)size < need) {
			snprintf(reason, WIRE_MAX_REASON,
				"plane %d needs %" PRIu64 " bytes, the dma-buf has %" PRId64, i,
				need, size);
			return false;
		}
	}
	return true;
}

struct buffer *buffer_create_dmabuf(struct renderer *renderer, struct dmabuf *dmabuf, char *reason)
{
	struct buffer *buffer =
		buffer_create(renderer, BUFFER_DMABUF, dmabuf->width, dmabuf->height);
	if (!buffer) {
		snprintf(reason, WIRE_MAX_REASON, "out of memory");
		dmabuf_finish(dmabuf);
		return NULL;
	}
	buffer->dmabuf = *dmabuf;
	dmabuf_init(dmabuf);
	buffer->format = format_find(buffer->dmabuf.format);
	if (!buffer->format) {
		char name[5];
		format_name(buffer->dmabuf.format, name);
		snprintf(reason, WIRE_MAX_REASON, "unknown format %s", name);
	} else if (buffer_dmabuf_fits(&buffer->dmabuf, reason) &&
		   renderer->impl->buffer_import(renderer, buffer, reason)) {
		return buffer;
	}
	buffer_unref(buffer);
	return NULL;
}

const void *buffer_shm_data(const struct buffer *buffer)
{
	return (const char *)buffer->pool->mapping.data + buffer->offset;
}

struct buffer *buffer_ref(struct buffer *buffer)
{
	buffer->refs++;
	return buffer;
}

void buffer_unref(struct buffer *buffer)
{
	if (!buffer || --buffer->refs > 0)
		return;
	buffer->renderer->impl->buffer_finish(buffer->renderer, buffer);
	dmabuf_finish(&buffer->dmabuf);
	pool_unref(buffer->pool);
	free(buffer);
}
