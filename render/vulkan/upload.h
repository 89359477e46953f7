/** Clients' pixels to textures, in the open frame and only what changed: shared memory through
 * staging memory, dma-bufs by the GPU. */
#ifndef RENDER_VULKAN_UPLOAD_H
#define RENDER_VULKAN_UPLOAD_H

#include "render/vulkan/frame.h"

struct buffer;

/**
 * Copies a region (buffer pixels, within it) of a buffer to sampled, an image of its size and
 * format. A BUFFER_SHM is read now, not later; a BUFFER_DMABUF, for which sampled_is_copied(), when
 * the frame runs. False: reason says why.
 */
bool upload_region(struct frame_queue *queue, struct sampled *sampled, const struct buffer *buffer,
	const pixman_region32_t *region, char *reason);

/** Makes the whole image white. */
bool upload_white(struct frame_queue *queue, struct sampled *sampled, char *reason);

#endif
