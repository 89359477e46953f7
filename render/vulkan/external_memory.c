#include "render/vulkan/external_memory.h"

#include "common/fd.h"
#include "render/vulkan/memory_type.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

struct external_memory_needs external_memory_image_needs(
	const struct device *device, const struct image *image)
{
	const VkImageMemoryRequirementsInfo2 info = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_REQUIREMENTS_INFO_2,
		.image = image->handle,
	};
	VkMemoryDedicatedRequirements dedicated = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_REQUIREMENTS};
	VkMemoryRequirements2 out = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2, .pNext = &dedicated};
	vkGetImageMemoryRequirements2(device->handle, &info, &out);
	return (struct external_memory_needs){
		.size = out.memoryRequirements.size,
		.bits = out.memoryRequirements.memoryTypeBits,
		.image = image->handle,
		.dedicated = dedicated.requiresDedicatedAllocation ||
			     dedicated.prefersDedicatedAllocation,
	};
}

struct external_memory_needs external_memory_buffer_needs(
	const struct device *device, const struct image_buffer *buffer)
{
	const VkBufferMemoryRequirementsInfo2 info = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_MEMORY_REQUIREMENTS_INFO_2,
		.buffer = buffer->handle,
	};
	VkMemoryDedicatedRequirements dedicated = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_REQUIREMENTS};
	VkMemoryRequirements2 out = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2, .pNext = &dedicated};
	vkGetBufferMemoryRequirements2(device->handle, &info, &out);
	return (struct external_memory_needs){
		.size = out.memoryRequirements.size,
		.bits = out.memoryRequirements.memoryTypeBits,
		.buffer = buffer->handle,
		.dedicated = dedicated.requiresDedicatedAllocation ||
			     dedicated.prefersDedicatedAllocation,
	};
}

/* Allocates with the import or export struct in next, dedicated to the image or buffer if that is
 * wanted. */
static bool external_memory_allocate(const struct device *device,
	const struct external_memory_needs *needs, uint32_t type, const void *next,
	VkDeviceMemory *memory, char *reason)
{
	const VkMemoryDedicatedAllocateInfo dedicated = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO,
		.pNext = next,
		.image = needs->image,
		.buffer = needs->buffer,
	};
	const VkMemoryAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
		.pNext = needs->dedicated ? &dedicated : next,
		.allocationSize = needs->size,
		.memoryTypeIndex = type,
	};
	if (type == MEMORY_TYPE_NONE) {
		snprintf(reason, WIRE_MAX_REASON,
			"no memory type suits both the memory and its use");
		return false;
	}
	VkResult result = vkAllocateMemory(device->handle, &info, NULL, memory);
	if (result != VK_SUCCESS) {
		*memory = VK_NULL_HANDLE;
		return instance_fail(reason, "no shared memory", result);
	}
	result = needs->image ? vkBindImageMemory(device->handle, needs->image, *memory, 0)
			      : vkBindBufferMemory(device->handle, needs->buffer, *memory, 0);
	return result == VK_SUCCESS || instance_fail(reason, "no shared memory", result);
}

bool external_memory_import(const struct device *device, const struct external_memory_needs *needs,
	int dmabuf_fd, VkDeviceMemory *memory, bool *is_far, char *reason)
{
	VkMemoryFdPropertiesKHR properties = {.sType = VK_STRUCTURE_TYPE_MEMORY_FD_PROPERTIES_KHR};
	VkResult result = device->get_memory_fd_properties(
		device->handle, EXTERNAL_MEMORY_DMA_BUF, dmabuf_fd, &properties);
	if (result != VK_SUCCESS)
		return instance_fail(reason, "the dma-buf is not importable", result);
	int64_t size = fd_size(dmabuf_fd);
	if (size < 0 || (uint64_t)size < needs->size) {
		snprintf(reason, WIRE_MAX_REASON,
			"the driver needs %" PRIu64 " bytes, the dma-buf has %" PRId64,
			(uint64_t)needs->size, size);
		return false;
	}
	/* The driver owns the fd of an import that succeeds, so it gets its own. */
	int fd = fd_dup(dmabuf_fd);
	if (fd < 0) {
		snprintf(reason, WIRE_MAX_REASON, "no file descriptor is left");
		return false;
	}
	const VkImportMemoryFdInfoKHR import = {
		.sType = VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR,
		.handleType = EXTERNAL_MEMORY_DMA_BUF,
		.fd = fd,
	};
	uint32_t type = memory_type_find(device, needs->bits & properties.memoryTypeBits, 0, 0);
	bool ok = external_memory_allocate(device, needs, type, &import, memory, reason);
	if (*memory == VK_NULL_HANDLE)
		fd_close(&fd);
	if (ok && is_far)
		*is_far = memory_type_is_far(device, type);
	return ok;
}

bool external_memory_export(const struct device *device, const struct external_memory_needs *needs,
	VkDeviceMemory *memory, int *fd, VkMemoryPropertyFlags *kind, char *reason)
{
	const VkExportMemoryAllocateInfo export = {
		.sType = VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO,
		.handleTypes = EXTERNAL_MEMORY_DMA_BUF,
	};
	/* The core reads targets back through the fd, which memory that only the GPU reaches may
	 * not allow. */
	uint32_t type = memory_type_find_exported(device, needs->bits);
	if (!external_memory_allocate(device, needs, type, &export, memory, reason))
		return false;
	if (kind)
		*kind = device->memory.memoryTypes[type].propertyFlags;
	const VkMemoryGetFdInfoKHR get = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_GET_FD_INFO_KHR,
		.memory = *memory,
		.handleType = EXTERNAL_MEMORY_DMA_BUF,
	};
	VkResult result = device->get_memory_fd(device->handle, &get, fd);
	if (result == VK_SUCCESS)
		return true;
	*fd = -1;
	return instance_fail(reason, "the memory cannot be exported", result);
}

bool external_memory_import_host(const struct device *device,
	const struct external_memory_needs *needs, void *pointer, size_t size,
	VkDeviceMemory *memory, char *reason)
{
	const VkImportMemoryHostPointerInfoEXT import = {
		.sType = VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT,
		.handleType = EXTERNAL_MEMORY_HOST,
		.pHostPointer = pointer,
	};
	VkMemoryHostPointerPropertiesEXT properties = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_HOST_POINTER_PROPERTIES_EXT};
	VkResult result = device->get_host_pointer_properties(
		device->handle, EXTERNAL_MEMORY_HOST, pointer, &properties);
	if (result != VK_SUCCESS)
		return instance_fail(reason, "the mapping is not importable", result);
	/* VUID-VkMemoryAllocateInfo-allocationSize-01745; the mapping covers whole pages. */
	VkDeviceSize alignment = device->host_alignment;
	VkDeviceSize rounded = (size + alignment - 1) / alignment * alignment;
	if ((uintptr_t)pointer % alignment || alignment > (VkDeviceSize)sysconf(_SC_PAGESIZE) ||
		rounded < needs->size) {
		snprintf(reason, WIRE_MAX_REASON,
			"the mapping does not suit the driver's alignment");
		return false;
	}
	/* VUID-VkMemoryAllocateInfo-pNext-02806: host memory is never dedicated. */
	struct external_memory_needs adapted = *needs;
	adapted.size = rounded;
	adapted.dedicated = false;
	uint32_t type = memory_type_find(device, needs->bits & properties.memoryTypeBits, 0, 0);
	return external_memory_allocate(device, &adapted, type, &import, memory, reason);
}
