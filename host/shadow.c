// SPDX-License-Identifier: MIT
#include "host/shadow.h"
#include "host/device.h"
#include "host/env.h"
#include "host/gpu.h"
#include "host/image.h"
#include "host/shadow_format.h"
#include "host/shadow_handover.h"

#include <stdlib.h>

bool shadow_is_ours(const struct device *device)
{
	unsigned both = GPU_MEMORY_FD | GPU_MODIFIER;

	return device->gpu->shadows && (device->offers & both) == both;
}

struct shadow *shadow_get(struct device *device, VkImage image)
{
	const struct image *ours;

	if (!atomic_load_explicit(&device->n_shadows, memory_order_relaxed))
		return NULL;
	ours = table_get(&device->images, TABLE_KEY(image));
	return ours ? ours->shadow : NULL;
}

/** The rows of a driver's LINEAR image: made, asked and destroyed. */
static VkResult shadow_measure_rows(
	struct device *device, const VkImageCreateInfo *info, struct shadow_measure *out)
{
	VkImageCreateInfo linear = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
		.imageType = VK_IMAGE_TYPE_2D,
		.format = info->format,
		.extent = info->extent,
		.mipLevels = 1,
		.arrayLayers = 1,
		.samples = VK_SAMPLE_COUNT_1_BIT,
		.tiling = VK_IMAGE_TILING_LINEAR,
		.usage = SHADOW_USAGE,
	};
	VkImageSubresource plane = {.aspectMask = VK_IMAGE_ASPECT_COLOR_BIT};
	VkImage image;
	VkResult result = device->next.CreateImage(device->handle, &linear, NULL, &image);

	if (result != VK_SUCCESS)
		return result;
	device->next.GetImageSubresourceLayout(device->handle, image, &plane, &out->layout);
	device->next.GetImageMemoryRequirements(device->handle, image, &out->requirements);
	device->next.DestroyImage(device->handle, image, NULL);
	return VK_SUCCESS;
}

/** A buffer of the rows, for memory that is a host pointer. */
static VkResult shadow_make_buffer(struct device *device, const VkImageCreateInfo *info,
	const VkSubresourceLayout *layout, VkBuffer *out)
{
	VkExternalMemoryBufferCreateInfo host = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO,
		.handleTypes = VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT,
	};
	VkBufferCreateInfo buffer = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
		.pNext = device->gpu->takes_handle_type ? &host : NULL,
		.size = layout->offset + layout->rowPitch * (info->extent.height - 1) +
			(VkDeviceSize)info->extent.width * shadow_format_size(info->format),
		.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
		.sharingMode = info->sharingMode,
		.queueFamilyIndexCount = info->queueFamilyIndexCount,
		.pQueueFamilyIndices = info->pQueueFamilyIndices,
	};

	return device->next.CreateBuffer(device->handle, &buffer, NULL, out);
}

/** The memory must do for both, the buffer and the LINEAR image that others make over it. */
static void shadow_require(
	struct device *device, VkBuffer buffer, VkMemoryRequirements *requirements)
{
	VkMemoryRequirements needs;

	device->next.GetBufferMemoryRequirements(device->handle, buffer, &needs);
	requirements->memoryTypeBits = needs.memoryTypeBits & device->gpu->importable;
	if (requirements->alignment < needs.alignment)
		requirements->alignment = needs.alignment;
	if (requirements->size < needs.size)
		requirements->size = needs.size;
}

VkResult shadow_measure(
	struct device *device, const VkImageCreateInfo *info, struct shadow_measure *out)
{
	VkBuffer buffer;
	VkResult result = shadow_measure_rows(device, info, out);

	if (result == VK_SUCCESS)
		result = shadow_make_buffer(device, info, &out->layout, &buffer);
	if (result == VK_SUCCESS) {
		shadow_require(device, buffer, &out->requirements);
		device->next.DestroyBuffer(device->handle, buffer, NULL);
	}
	return result;
}

static VkResult shadow_init(
	struct shadow *shadow, struct device *device, const VkImageCreateInfo *info)
{
	uint32_t size = shadow_format_size(info->format);
	struct shadow_measure measured;
	VkResult result = shadow_measure_rows(device, info, &measured);

	if (result != VK_SUCCESS)
		return result;
	shadow->layout = measured.layout;
	shadow->requirements = measured.requirements;
	shadow->concurrent = info->sharingMode == VK_SHARING_MODE_CONCURRENT;
	shadow->bytes = (VkDeviceSize)info->extent.width * info->extent.height * size;
	shadow->region = (VkBufferImageCopy){
		.bufferOffset = shadow->layout.offset,
		.bufferRowLength = (uint32_t)(shadow->layout.rowPitch / size),
		.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
		.imageExtent = info->extent,
	};
	if (shadow->layout.rowPitch % size || shadow->layout.offset % size) {
		env_complain("rows of %llu bytes at %llu cannot be copied by texels of %u: no "
			     "shadow image on %s",
			(unsigned long long)shadow->layout.rowPitch,
			(unsigned long long)shadow->layout.offset, size, device->gpu->name);
		return VK_ERROR_INVALID_DRM_FORMAT_MODIFIER_PLANE_LAYOUT_EXT;
	}
	result = shadow_make_buffer(device, info, &shadow->layout, &shadow->buffer);
	if (result == VK_SUCCESS)
		shadow_require(device, shadow->buffer, &shadow->requirements);
	return result;
}

VkResult shadow_create(
	struct device *device, VkImage image, const VkImageCreateInfo *info, struct shadow **out)
{
	struct shadow *shadow = calloc(1, sizeof(*shadow));
	VkResult result = VK_ERROR_OUT_OF_HOST_MEMORY;

	*out = NULL;
	if (!shadow)
		return result;
	atomic_fetch_add(&device->n_shadows, 1);
	shadow->image = image;
	result = shadow_init(shadow, device, info);
	if (result == VK_SUCCESS)
		*out = shadow;
	else
		shadow_destroy(device, shadow);
	return result;
}

void shadow_destroy(struct device *device, struct shadow *shadow)
{
	if (!shadow)
		return;
	shadow_handover_forget(device, shadow);
	device->next.DestroyBuffer(device->handle, shadow->buffer, NULL);
	device->next.FreeMemory(device->handle, shadow->memory, NULL);
	free(shadow);
	atomic_fetch_sub(&device->n_shadows, 1);
}

/** The best of the types: the device's own memory, and not host-visible if there is a choice. */
static uint32_t shadow_memory_type(const struct gpu *gpu, uint32_t types)
{
	VkMemoryPropertyFlags host = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
				     VK_MEMORY_PROPERTY_HOST_COHERENT_BIT |
				     VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
	uint32_t best = 0;
	int best_score = -1;

	for (uint32_t i = 0; i < gpu->memory.memoryTypeCount; i++) {
		VkMemoryPropertyFlags flags = gpu->memory.memoryTypes[i].propertyFlags;
		int score = (flags & VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT ? 2 : 0) +
			    (flags & VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT ? 0 : 1);

		/* Other flags want features to be enabled. */
		if (flags & ~(host | VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT))
			continue;
		if (types & 1u << i && score > best_score) {
			best = i;
			best_score = score;
		}
	}
	return best;
}

static VkResult shadow_allocate(struct device *device, struct shadow *shadow)
{
	VkMemoryDedicatedAllocateInfo dedicated = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO,
		.image = shadow->image,
	};
	VkMemoryAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
		.pNext = &dedicated,
	};
	VkMemoryRequirements needs;

	device->next.GetImageMemoryRequirements(device->handle, shadow->image, &needs);
	info.allocationSize = needs.size;
	info.memoryTypeIndex = shadow_memory_type(device->gpu, needs.memoryTypeBits);
	return device->next.AllocateMemory(device->handle, &info, NULL, &shadow->memory);
}

VkResult shadow_bind(
	struct device *device, struct shadow *shadow, VkDeviceMemory memory, VkDeviceSize offset)
{
	VkResult result = shadow->memory ? VK_SUCCESS : shadow_allocate(device, shadow);

	if (result == VK_SUCCESS && !shadow->bound) {
		result = device->next.BindImageMemory(
			device->handle, shadow->image, shadow->memory, 0);
		shadow->bound = result == VK_SUCCESS;
	}
	if (result == VK_SUCCESS)
		result = device->next.BindBufferMemory(
			device->handle, shadow->buffer, memory, offset);
	if (result != VK_SUCCESS)
		env_complain(
			"no memory of %s for a shadow image: error %d", device->gpu->name, result);
	return result;
}
