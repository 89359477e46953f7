/**
 * An image that quads show, and its descriptor. Lives while a texture, a buffer or a frame holds a
 * reference.
 *
 * A dma-buf is shown where it lies. Where that is far from the device, a discrete GPU whose shader
 * would read it over the bus texel by texel, textures have images of their own instead, into which
 * its damage is copied: the bus then carries each pixel once, and in rows.
 */
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

/** Which dma-bufs textures copy. */
enum sampled_copy {
	SAMPLED_COPY_FAR, /**< those that are far */
	SAMPLED_COPY_ALL, /**< for tests: all that can be copied */
	SAMPLED_COPY_NONE,
};

struct sampled_set {
	enum sampled_copy copy;
	const struct device *device;
	struct pipeline *pipeline;
	struct sampled_pool *pools;
};

struct sampled {
	unsigned refs;
	struct sampled_set *owner;
	const struct sampling *sampling; /**< the pipeline's */
	struct image image;              /**< nothing where source is */
	struct image_buffer source; /**< the dma-buf that textures copy, handle VK_NULL_HANDLE: none
				     */
	struct sampled_pool *pool;
	VkDescriptorSet descriptor;
	uint64_t frame; /**< the last that holds it, struct frame's serial */
};

void sampled_set_init(struct sampled_set *set, const struct device *device,
	struct pipeline *pipeline, enum sampled_copy copy);

/** Everything made of it is gone before. */
void sampled_set_finish(struct sampled_set *set);

/** An empty image in the device's memory, to be copied into. One reference, the caller's. NULL:
 * reason says why. */
struct sampled *sampled_create(
	struct sampled_set *set, uint32_t fourcc, int32_t width, int32_t height, char *reason);

/** Over a dma-buf's memory, whose fds stay the caller's: to be shown, or to be copied from. */
struct sampled *sampled_import(struct sampled_set *set, const struct dmabuf *dmabuf, char *reason);
bool sampled_is_copied(const struct sampled *sampled);

struct sampled *sampled_ref(struct sampled *sampled);

/** Gives a reference back; accepts NULL. */
void sampled_unref(struct sampled *sampled);

#endif
