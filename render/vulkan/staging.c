#include "render/vulkan/staging.h"

#include <stdio.h>
#include <stdlib.h>

#define STAGING_CHUNK_SIZE (1 << 20)
#define STAGING_MAX_IDLE 120 /* frames */

/* Offsets suit every texel size (VUID-vkCmdCopyBufferToImage-dstImage-07975) and memcpy(). */
#define STAGING_ALIGNMENT 16

static struct staging_chunk *staging_take_free(struct staging *staging, VkDeviceSize size)
{
	for (struct staging_chunk **link = &staging->free; *link; link = &(*link)->next) {
		struct staging_chunk *chunk = *link;
		if (chunk->buffer.size >= size) {
			*link = chunk->next;
			return chunk;
		}
	}
	return NULL;
}

static struct staging_chunk *staging_create(
	const struct device *device, VkDeviceSize size, char *reason)
{
	struct staging_chunk *chunk = calloc(1, sizeof *chunk);
	if (!chunk) {
		snprintf(reason, WIRE_MAX_REASON, "out of memory");
		return NULL;
	}
	VkDeviceSize wanted = size > STAGING_CHUNK_SIZE ? size : STAGING_CHUNK_SIZE;
	if (!image_buffer_init(
		    device, &chunk->buffer, wanted, VK_BUFFER_USAGE_TRANSFER_SRC_BIT, reason)) {
		free(chunk);
		return NULL;
	}
	return chunk;
}

static void staging_destroy(const struct device *device, struct staging_chunk *chunk)
{
	image_buffer_finish(device, &chunk->buffer);
	free(chunk);
}

bool staging_take(const struct device *device, struct staging *staging, struct staging_chunk **list,
	VkDeviceSize size, struct staging_place *place, char *reason)
{
	size = (size + STAGING_ALIGNMENT - 1) / STAGING_ALIGNMENT * STAGING_ALIGNMENT;
	struct staging_chunk *chunk = *list;
	if (!chunk || chunk->buffer.size - chunk->used < size) {
		chunk = staging_take_free(staging, size);
		if (!chunk)
			chunk = staging_create(device, size, reason);
		if (!chunk)
			return false;
		chunk->used = 0;
		chunk->next = *list;
		*list = chunk;
	}
	*place = (struct staging_place){
		.buffer = chunk->buffer.handle,
		.offset = chunk->used,
		.map = chunk->buffer.map + chunk->used,
	};
	chunk->used += size;
	return true;
}

void staging_give_back(
	const struct device *device, struct staging *staging, struct staging_chunk **list)
{
	struct staging_chunk **link = &staging->free;
	while (*link) {
		struct staging_chunk *chunk = *link;
		if (++chunk->idle <= STAGING_MAX_IDLE) {
			link = &chunk->next;
			continue;
		}
		*link = chunk->next;
		staging_destroy(device, chunk);
	}
	while (*list) {
		struct staging_chunk *chunk = *list;
		*list = chunk->next;
		chunk->idle = 0;
		chunk->next = staging->free;
		staging->free = chunk;
	}
}

void staging_finish(const struct device *device, struct staging *staging)
{
	while (staging->free) {
		struct staging_chunk *chunk = staging->free;
		staging->free = chunk->next;
		staging_destroy(device, chunk);
	}
}
