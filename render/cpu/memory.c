#include "render/cpu/memory.h"

#include "render/mapping.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/dma-buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* buffer::own of a BUFFER_DMABUF. */
struct memory {
	struct mapping planes[DMABUF_MAX_PLANES];
};

static bool memory_map_planes(struct memory *memory, const struct dmabuf *dmabuf, char *reason)
{
	for (int i = 0; i < dmabuf->n_planes; i++) {
		size_t size = (size_t)dmabuf_plane_end(dmabuf, i);
		if (mapping_init(&memory->planes[i], dmabuf->planes[i].fd, size, PROT_READ))
			continue;
		snprintf(reason, WIRE_MAX_REASON, "plane %d cannot be mapped for the CPU: %s", i,
			strerror(errno));
		return false;
	}
	return true;
}

bool memory_map(struct buffer *buffer, char *reason)
{
	const struct dmabuf *dmabuf = &buffer->dmabuf;
	if (!dmabuf_is_linear(dmabuf)) {
		snprintf(reason, WIRE_MAX_REASON,
			"the CPU reads LINEAR dma-bufs, and this has modifier 0x%" PRIx64,
			dmabuf->modifier);
		return false;
	}
	buffer->own = calloc(1, sizeof(struct memory));
	if (!buffer->own) {
		snprintf(reason, WIRE_MAX_REASON, "out of memory");
		return false;
	}
	return memory_map_planes(buffer->own, dmabuf, reason);
}

void memory_unmap(struct buffer *buffer)
{
	struct memory *memory = buffer->own;
	for (int i = 0; memory && i < DMABUF_MAX_PLANES; i++)
		mapping_finish(&memory->planes[i]);
	free(memory);
	buffer->own = NULL;
}

const uint8_t *memory_plane(const struct buffer *buffer, int plane, uint32_t *stride)
{
	const struct memory *memory = buffer->own;
	if (buffer->kind == BUFFER_SHM) {
		*stride = buffer->stride;
		return buffer_shm_data(buffer);
	}
	*stride = buffer->dmabuf.planes[plane].stride;
	return (const uint8_t *)memory->planes[plane].data + buffer->dmabuf.planes[plane].offset;
}

const uint8_t *memory_pixel(const struct buffer *buffer, size_t x, size_t y, uint32_t *stride)
{
	const uint8_t *first = memory_plane(buffer, 0, stride);
	return first + y * *stride + x * buffer->format->bytes_per_pixel;
}

/* A failure has no remedy here. */
static void memory_sync(const struct buffer *buffer, uint64_t flags)
{
	for (int i = 0; i < buffer->dmabuf.n_planes; i++)
		dmabuf_sync(buffer->dmabuf.planes[i].fd, flags | DMA_BUF_SYNC_READ);
}

void memory_begin_read(const struct buffer *buffer)
{
	memory_sync(buffer, DMA_BUF_SYNC_START);
}

void memory_end_read(const struct buffer *buffer)
{
	memory_sync(buffer, DMA_BUF_SYNC_END);
}
