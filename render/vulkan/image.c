#include "render/vulkan/image.h"

#include "common/format.h"
#include "render/vulkan/format.h"
#include "render/vulkan/memory_type.h"

#include <stdio.h>
#include <string.h>

static const VkImageSubresourceRange image_range = {
	.aspectMask = VK_IMAGE_ASPECT_COLOR_BIT, .levelCount = 1, .layerCount = 1};

bool image_create(const struct device *device, struct image *image, const struct image_info *info,
	char *reason)
{
	*image = (struct image){
		.format = format_to_vulkan(info->fourcc),
		.width = info->width,
		.height = info->height,
		.layout = VK_IMAGE_LAYOUT_UNDEFINED,
	};
	const VkExternalMemoryImageCreateInfo external = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO,
		.pNext = info->next,
		.handleTypes = info->handle,
	};
	const VkImageCreateInfo create = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
		.pNext = info->handle ? &external : info->next,
		.imageType = VK_IMAGE_TYPE_2D,
		.format = image->format,
		.extent = {(uint32_t)info->width, (uint32_t)info->height, 1},
		.mipLevels = 1,
		.arrayLayers = 1,
		.samples = VK_SAMPLE_COUNT_1_BIT,
		.tiling = info->tiling,
		.usage = info->usage,
		.sharingMode = VK_SHARING_MODE_EXCLUSIVE,
		.initialLayout = VK_IMAGE_LAYOUT_UNDEFINED,
	};
	VkResult result = vkCreateImage(device->handle, &create, NULL, &image->handle);
	if (result == VK_SUCCESS)
		return true;
	image->handle = VK_NULL_HANDLE;
	return instance_fail(reason, "no image", result);
}

bool image_allocate(const struct device *device, struct image *image,
	VkMemoryPropertyFlags required, VkMemoryPropertyFlags preferred, char *reason)
{
	VkMemoryRequirements needs;
	vkGetImageMemoryRequirements(device->handle, image->handle, &needs);
	const VkMemoryAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
		.allocationSize = needs.size,
		.memoryTypeIndex =
			memory_type_find(device, needs.memoryTypeBits, required, preferred),
	};
	if (info.memoryTypeIndex == MEMORY_TYPE_NONE) {
		snprintf(reason, WIRE_MAX_REASON, "no memory of the kind that is needed");
		return false;
	}
	VkResult result = vkAllocateMemory(device->handle, &info, NULL, &image->memory);
	if (result != VK_SUCCESS) {
		image->memory = VK_NULL_HANDLE;
		return instance_fail(reason, "no memory for an image", result);
	}
	result = vkBindImageMemory(device->handle, image->handle, image->memory, 0);
	return result == VK_SUCCESS || instance_fail(reason, "no memory for an image", result);
}

bool image_create_view(const struct device *device, struct image *image, uint32_t fourcc,
	VkSamplerYcbcrConversion conversion, char *reason)
{
	/* VUID-VkImageViewCreateInfo-pNext-01970: video is not swizzled. It reads as opaque. */
	bool has_alpha = !fourcc || conversion || format_find(fourcc)->has_alpha;
	const VkSamplerYcbcrConversionInfo converted = {
		.sType = VK_STRUCTURE_TYPE_SAMPLER_YCBCR_CONVERSION_INFO,
		.conversion = conversion,
	};
	const VkImageViewCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO,
		.pNext = conversion ? &converted : NULL,
		.image = image->handle,
		.viewType = VK_IMAGE_VIEW_TYPE_2D,
		.format = image->format,
		.components.a =
			has_alpha ? VK_COMPONENT_SWIZZLE_IDENTITY : VK_COMPONENT_SWIZZLE_ONE,
		.subresourceRange = image_range,
	};
	VkResult result = vkCreateImageView(device->handle, &info, NULL, &image->view);
	if (result == VK_SUCCESS)
		return true;
	image->view = VK_NULL_HANDLE;
	return instance_fail(reason, "no image view", result);
}

bool image_init(const struct device *device, struct image *image, const struct image_info *info,
	char *reason)
{
	return image_create(device, image, info, reason) &&
	       image_allocate(device, image, 0, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, reason) &&
	       image_create_view(device, image,
		       info->usage & VK_IMAGE_USAGE_SAMPLED_BIT ? info->fourcc : 0, VK_NULL_HANDLE,
		       reason);
}

VkSubresourceLayout image_get_layout(
	const struct device *device, const struct image *image, VkImageAspectFlagBits aspect)
{
	const VkImageSubresource part = {.aspectMask = aspect};
	VkSubresourceLayout layout;
	vkGetImageSubresourceLayout(device->handle, image->handle, &part, &layout);
	return layout;
}

void image_finish(const struct device *device, struct image *image)
{
	if (image->view)
		vkDestroyImageView(device->handle, image->view, NULL);
	if (image->handle)
		vkDestroyImage(device->handle, image->handle, NULL);
	if (image->memory)
		vkFreeMemory(device->handle, image->memory, NULL);
	*image = (struct image){0};
}

static bool image_buffer_allocate(
	const struct device *device, struct image_buffer *buffer, char *reason)
{
	VkMemoryRequirements needs;
	vkGetBufferMemoryRequirements(device->handle, buffer->handle, &needs);
	const VkMemoryAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
		.allocationSize = needs.size,
		.memoryTypeIndex = memory_type_find(device, needs.memoryTypeBits,
			VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT,
			VK_MEMORY_PROPERTY_HOST_CACHED_BIT),
	};
	VkResult result = vkAllocateMemory(device->handle, &info, NULL, &buffer->memory);
	if (result != VK_SUCCESS) {
		buffer->memory = VK_NULL_HANDLE;
		return instance_fail(reason, "no memory for a buffer", result);
	}
	void *map = NULL;
	result = vkBindBufferMemory(device->handle, buffer->handle, buffer->memory, 0);
	if (result == VK_SUCCESS)
		result = vkMapMemory(device->handle, buffer->memory, 0, VK_WHOLE_SIZE, 0, &map);
	buffer->map = map;
	return result == VK_SUCCESS || instance_fail(reason, "no memory for a buffer", result);
}

bool image_buffer_init(const struct device *device, struct image_buffer *buffer, VkDeviceSize size,
	VkBufferUsageFlags usage, char *reason)
{
	*buffer = (struct image_buffer){.size = size};
	const VkBufferCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
		.size = size,
		.usage = usage,
		.sharingMode = VK_SHARING_MODE_EXCLUSIVE,
	};
	VkResult result = vkCreateBuffer(device->handle, &info, NULL, &buffer->handle);
	if (result != VK_SUCCESS) {
		buffer->handle = VK_NULL_HANDLE;
		return instance_fail(reason, "no buffer", result);
	}
	if (image_buffer_allocate(device, buffer, reason))
		return true;
	image_buffer_finish(device, buffer);
	return false;
}

void image_buffer_finish(const struct device *device, struct image_buffer *buffer)
{
	if (buffer->handle)
		vkDestroyBuffer(device->handle, buffer->handle, NULL);
	if (buffer->memory)
		vkFreeMemory(device->handle, buffer->memory, NULL);
	*buffer = (struct image_buffer){0};
}

VkImageMemoryBarrier image_barrier(const struct device *device, struct image *image,
	VkImageLayout layout, VkAccessFlags from, VkAccessFlags to, bool to_foreign)
{
	VkImageMemoryBarrier barrier = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
		.srcAccessMask = from,
		.dstAccessMask = to,
		.oldLayout = image->layout,
		.newLayout = layout,
		.srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
		.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
		.image = image->handle,
		.subresourceRange = image_range,
	};
	if (image->is_foreign) {
		barrier.srcQueueFamilyIndex = device->foreign_family;
		barrier.dstQueueFamilyIndex = device->queue_family;
	} else if (to_foreign) {
		barrier.srcQueueFamilyIndex = device->queue_family;
		barrier.dstQueueFamilyIndex = device->foreign_family;
	}
	image->layout = layout;
	image->is_foreign = to_foreign;
	return barrier;
}

VkBufferMemoryBarrier image_buffer_barrier(const struct device *device, struct image_buffer *buffer,
	VkAccessFlags from, VkAccessFlags to, bool to_foreign)
{
	VkBufferMemoryBarrier barrier = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_MEMORY_BARRIER,
		.srcAccessMask = from,
		.dstAccessMask = to,
		.srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
		.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
		.buffer = buffer->handle,
		.size = VK_WHOLE_SIZE,
	};
	if (buffer->is_foreign) {
		barrier.srcQueueFamilyIndex = device->foreign_family;
		barrier.dstQueueFamilyIndex = device->queue_family;
	} else if (to_foreign) {
		barrier.srcQueueFamilyIndex = device->queue_family;
		barrier.dstQueueFamilyIndex = device->foreign_family;
	}
	buffer->is_foreign = to_foreign;
	return barrier;
}
