/** Mapped memory through which clients' pixels reach the GPU: chunks, used again when their frame
 * is done. */
#ifndef RENDER_VULKAN_STAGING_H
#define RENDER_VULKAN_STAGING_H

#include "render/vulkan/image.h"

struct staging_chunk {
	struct image_buffer buffer;
	VkDeviceSize used;
	unsigned idle; /**< frames that passed since it was last needed */
	struct staging_chunk *next;
};

struct staging {
	struct staging_chunk *free;
};

/** Room for size bytes. */
struct staging_place {
	VkBuffer buffer;
	VkDeviceSize offset;
	uint8_t *map;
};

/**
 * Takes room from the chunks in *list, or adds a chunk to it. False: out of memory, reason says so.
 */
bool staging_take(const struct device *device, struct staging *staging, struct staging_chunk **list,
	VkDeviceSize size, struct staging_place *place, char *reason);

/** Gives back the chunks of a frame that is done; frees those that many frames had no use for. */
void staging_give_back(
	const struct device *device, struct staging *staging, struct staging_chunk **list);

void staging_finish(const struct device *device, struct staging *staging);

#endif
