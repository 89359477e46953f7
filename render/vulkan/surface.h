/** A target as Vulkan sees it: the image that is drawn into, and the way from there to the target's
 * memory. */
#ifndef RENDER_VULKAN_SURFACE_H
#define RENDER_VULKAN_SURFACE_H

#include "render/vulkan/image.h"
#include "render/vulkan/pipeline.h"

#include <pixman.h>

struct target;

/**
 * One of four ways: the image lies in the target's memory (direct); the GPU copies the damage into
 * that, a buffer to it (gpu-copy); the CPU copies it, from the image's own mapped memory
 * (cpu-copy); the GPU copies it to a mapped buffer, and the CPU from there (readback).
 */
struct surface {
	struct image image;
	VkFramebuffer framebuffer;
	struct pipeline_format *pipelines; /**< the pipeline's */

	/* Of gpu-copy and readback: where the GPU copies to. */
	struct image_buffer buffer;
	VkDeviceSize offset; /**< of the first row, bytes */
	uint32_t stride;     /**< bytes */

	/* Of cpu-copy and readback: what the CPU copies from; else NULL. */
	const uint8_t *pixels;
	uint32_t pixels_stride; /**< bytes */

	/* Of direct, in memory that is coherent with the CPU: the target's, through its own
	 * mapping. Else NULL. */
	pixman_image_t *mapped;
	bool is_cached; /**< mapped is fast to read, too */
};

struct surface_options {
	bool force_gpu_copy; /**< as if the driver could not draw into LINEAR images */
	bool gpu_only;       /**< as if the CPU could not reach targets */
};

/** For the target's access; fills target->dmabuf and flags where it allocates. NULL: reason says
 * why. */
struct surface *surface_create(const struct device *device, struct pipeline *pipeline,
	const struct surface_options *options, struct target *target, char *reason);

/** Accepts NULL. No frame into it is under way. */
void surface_destroy(const struct device *device, struct surface *surface);

/** Records what must precede the drawing. */
void surface_begin(const struct device *device, struct surface *surface, VkCommandBuffer commands);

/**
 * Records what must follow it. The bytes that the GPU copies into the target's memory.
 */
uint64_t surface_end(const struct device *device, struct surface *surface,
	const pixman_region32_t *damage, uint32_t bytes_per_pixel, VkCommandBuffer commands);

/** After the GPU has finished: the CPU's copy, if there is one. Its bytes. */
uint64_t surface_read_back(const struct surface *surface, const struct target *target,
	const pixman_region32_t *damage);

#endif
