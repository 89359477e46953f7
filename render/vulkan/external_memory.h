/** Memory that others use too, bound to an image or a buffer: what external.c and external_buffer.c
 * are made of. */
#ifndef RENDER_VULKAN_EXTERNAL_MEMORY_H
#define RENDER_VULKAN_EXTERNAL_MEMORY_H

#include "render/vulkan/image.h"

#include <stddef.h>

#define EXTERNAL_MEMORY_DMA_BUF VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT
#define EXTERNAL_MEMORY_HOST VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT

/** What an image or buffer asks of its memory. */
struct external_memory_needs {
	VkDeviceSize size;
	uint32_t bits; /**< memory types */
	VkImage image; /**< of these two, the one that is set */
	VkBuffer buffer;
	bool dedicated; /**< memory of its own */
};

struct external_memory_needs external_memory_image_needs(
	const struct device *device, const struct image *image);
struct external_memory_needs external_memory_buffer_needs(
	const struct device *device, const struct image_buffer *buffer);

/*
 * These allocate *memory and bind it. False: reason says why; *memory, if it is set, is the
 * caller's to free.
 */

/** The dma-buf's; the fd stays the caller's. *is_far as memory_type_is_far() says; NULL: not
 * wanted. */
bool external_memory_import(const struct device *device, const struct external_memory_needs *needs,
	int dmabuf_fd, VkDeviceMemory *memory, bool *is_far, char *reason);

/** New memory; *fd is a dma-buf of it, the caller's. *kind: its properties; NULL: not wanted. */
bool external_memory_export(const struct device *device, const struct external_memory_needs *needs,
	VkDeviceMemory *memory, int *fd, VkMemoryPropertyFlags *kind, char *reason);

/** size bytes at pointer, which a mapping of whole pages holds as long as the memory lives. */
bool external_memory_import_host(const struct device *device,
	const struct external_memory_needs *needs, void *pointer, size_t size,
	VkDeviceMemory *memory, char *reason);

#endif
