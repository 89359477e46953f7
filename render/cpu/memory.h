/** Where the CPU finds a client's pixels: a wl_shm pool, or a dma-buf's own mapping. */
#ifndef RENDER_CPU_MEMORY_H
#define RENDER_CPU_MEMORY_H

#include "render/buffer.h"

/** Maps the planes of a BUFFER_DMABUF, which must be linear, into buffer->own. False: refused, the
 * reason (WIRE_MAX_REASON bytes) says why. */
bool memory_map(struct buffer *buffer, char *reason);

/** Undoes it; also for a buffer that was never mapped. */
void memory_unmap(struct buffer *buffer);

/**
 * The first row of a plane, good until the next message; *stride: bytes from a row to the next. Of
 * a BUFFER_DMABUF between memory_begin_read() and memory_end_read() only.
 */
const uint8_t *memory_plane(const struct buffer *buffer, int plane, uint32_t *stride);

/** The same for a pixel of a buffer that is no video. */
const uint8_t *memory_pixel(const struct buffer *buffer, size_t x, size_t y, uint32_t *stride);

/** Brackets the reading: waits for what a GPU still draws there. Nothing for a BUFFER_SHM. */
void memory_begin_read(const struct buffer *buffer);
void memory_end_read(const struct buffer *buffer);

#endif
