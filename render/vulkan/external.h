/**
 * Images and buffers in memory that others use too: dma-bufs imported and exported, and imported
 * host pointers. On failure reason says why, and what was begun is for the caller to finish, as
 * after image_create().
 */
#ifndef RENDER_VULKAN_EXTERNAL_H
#define RENDER_VULKAN_EXTERNAL_H

#include "common/dmabuf.h"
#include "render/vulkan/image.h"

/**
 * An image over the dma-buf's memory; the fds stay the caller's. conversion: of video, else
 * VK_NULL_HANDLE. Never for an fd that the driver
 * may not know: with Venus that ends the process.
 */
bool external_import_image(const struct device *device, struct image *image,
	const struct dmabuf *dmabuf, VkImageUsageFlags usage, VkSamplerYcbcrConversion conversion,
	char *reason);

/** A LINEAR image in new memory; fills the plane of *dmabuf, whose size and format say what is
 * wanted. */
bool external_export_image(const struct device *device, struct image *image, struct dmabuf *dmabuf,
	VkImageUsageFlags usage, char *reason);

/** A LINEAR image over size bytes at pointer, whose rows must lie stride bytes apart. */
bool external_host_image(const struct device *device, struct image *image,
	const struct dmabuf *layout, void *pointer, size_t size, VkImageUsageFlags usage,
	char *reason);

/** Buffers for the GPU to copy into, over the same three kinds of memory; an imported one for what
 * usage says. */
bool external_import_buffer(const struct device *device, struct image_buffer *buffer,
	const struct dmabuf *dmabuf, VkBufferUsageFlags usage, char *reason);
bool external_export_buffer(const struct device *device, struct image_buffer *buffer,
	struct dmabuf *dmabuf, char *reason);
bool external_host_buffer(const struct device *device, struct image_buffer *buffer, void *pointer,
	size_t size, char *reason);

#endif
