/** An image, its memory, and who may use it at the moment. */
#ifndef RENDER_VULKAN_IMAGE_H
#define RENDER_VULKAN_IMAGE_H

#include "render/vulkan/device.h"

struct image {
	VkImage handle;
	VkDeviceMemory memory;
	VkImageView view;
	VkFormat format;
	int32_t width, height;

	/* As they are when all that was recorded has run. */
	VkImageLayout layout;
	bool is_shared;  /**< with others who use the memory: released to the foreign family after
			    each use */
	bool is_foreign; /**< released: to be acquired before the next use */

	VkMemoryPropertyFlags memory_kind; /**< exported: its memory's; else 0 */
	bool is_far; /**< imported, and in memory that is far from the device: memory_type_is_far()
		      */
};

/** A buffer, its memory, and its mapping where there is one. */
struct image_buffer {
	VkBuffer handle;
	VkDeviceMemory memory;
	uint8_t *map; /**< NULL, or the memory from its start */
	VkDeviceSize size;
	bool is_shared, is_foreign; /**< as in struct image */
};

/** What an image is made of and for. */
struct image_info {
	uint32_t fourcc;
	int32_t width, height;
	VkImageUsageFlags usage;
	VkImageTiling tiling;
	VkExternalMemoryHandleTypeFlagBits handle; /**< 0: not external */
	const void *next;                          /**< VkImageCreateInfo.pNext, or NULL */
};

/** The image alone, without memory. False: reason says why; finish all the same. */
bool image_create(const struct device *device, struct image *image, const struct image_info *info,
	char *reason);

/** Memory of the device's choice with the properties, bound. next: VkMemoryAllocateInfo.pNext, or
 * NULL. */
bool image_allocate(const struct device *device, struct image *image,
	VkMemoryPropertyFlags required, VkMemoryPropertyFlags preferred, char *reason);

/**
 * The view. For drawing into, fourcc is 0 (VUID-VkFramebufferCreateInfo-pAttachments-00884); for
 * sampling it says whether alpha reads as 1. conversion: of video, else VK_NULL_HANDLE.
 */
bool image_create_view(const struct device *device, struct image *image, uint32_t fourcc,
	VkSamplerYcbcrConversion conversion, char *reason);

/** All three for an image of our own in the device's memory. */
bool image_init(const struct device *device, struct image *image, const struct image_info *info,
	char *reason);

/** Bytes from a row to the next of a LINEAR image, and where its first row begins. aspect: of the
 * plane that is meant. */
VkSubresourceLayout image_get_layout(
	const struct device *device, const struct image *image, VkImageAspectFlagBits aspect);

void image_finish(const struct device *device, struct image *image);

/** A buffer in mapped, coherent memory, cached where there is such. */
bool image_buffer_init(const struct device *device, struct image_buffer *buffer, VkDeviceSize size,
	VkBufferUsageFlags usage, char *reason);
void image_buffer_finish(const struct device *device, struct image_buffer *buffer);

/**
 * The barrier to a layout, remembering it: takes the image from the foreign family if it is there,
 * and gives it there if to_foreign.
 */
VkImageMemoryBarrier image_barrier(const struct device *device, struct image *image,
	VkImageLayout layout, VkAccessFlags from, VkAccessFlags to, bool to_foreign);

/** The same for a buffer. */
VkBufferMemoryBarrier image_buffer_barrier(const struct device *device, struct image_buffer *buffer,
	VkAccessFlags from, VkAccessFlags to, bool to_foreign);

#endif
