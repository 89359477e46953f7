/** An image that quads show, and its descriptor. Lives while a texture, a buffer or a frame holds a
 * reference. */
#ifndef RENDER_VULKAN_SAMPLED_H
#define RENDER_VULKAN_SAMPLED_H

#include "render/vulkan/image.h"
#include "render/vulkan/pipeline.h"

struct dmabuf;

/** Where descriptor sets come from: pools of a fixed size, as many as it takes. */
struct sampled_pool {
	VkDescriptorPool handle;
	uint32_t used;
	struct sampled_pool *next;
};

struct sampled_set {
	const struct device *device;
	const struct pipeline *pipeline;
	struct sampled_pool *pools;
};

struct sampled {
	unsigned refs;
	struct sampled_set *owner;
	struct image image;
	struct sampled_pool *pool;
	VkDescriptorSet descriptor;
	uint64_t frame; /**< the last that holds it, struct frame's serial */
};

void sampled_set_init(
	struct sampled_set *set, const struct device *device, const struct pipeline *pipeline);

/** Everything made of it is gone before. */
void sampled_set_finish(struct sampled_set *set);

/** An empty image in the device's memory, to be copied into. One reference, the caller's. NULL:
 * reason says why. */
struct sampled *sampled_create(
	struct sampled_set *set, uint32_t fourcc, int32_t width, int32_t height, char *reason);

/** Over a dma-buf's memory, whose fds stay the caller's. */
struct sampled *sampled_import(struct sampled_set *set, const struct dmabuf *dmabuf, char *reason);

struct sampled *sampled_ref(struct sampled *sampled);

/** Gives a reference back; accepts NULL. */
void sampled_unref(struct sampled *sampled);

#endif
