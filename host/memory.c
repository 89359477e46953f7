// SPDX-License-Identifier: MIT
#include "host/memory.h"
#include "host/chain.h"
#include "host/device.h"
#include "host/env.h"
#include "host/gpu.h"
#include "host/hooks.h"
#include "host/shadow.h"
#include "host/shm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void memory_destroy(struct memory *memory)
{
	if (!memory)
		return;
	shm_unmap(memory->address, memory->size);
	if (memory->fd >= 0)
		close(memory->fd);
	free(memory);
}

void memory_drop(void *memory, void *unused)
{
	memory_destroy(memory);
}

/** Maps memory->fd, whose size is checked by now. */
static bool memory_map(struct memory *memory, const struct gpu *gpu, uint64_t size)
{
	memory->address = shm_map(memory->fd, (size_t)size, (size_t)gpu->granularity);
	memory->size = (size_t)size;
	if (!memory->address)
		env_complain(
			"cannot map %llu bytes: %s", (unsigned long long)size, strerror(errno));
	return memory->address != NULL;
}

static struct memory *memory_create(void)
{
	struct memory *memory = calloc(1, sizeof(*memory));

	if (memory)
		memory->fd = -1;
	return memory;
}

static VkResult memory_create_new(const struct gpu *gpu, uint64_t size, struct memory **out)
{
	struct memory *memory = memory_create();

	*out = NULL;
	if (!memory)
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	memory->fd = shm_create(size);
	if (memory->fd < 0)
		env_complain("no shared memory of %llu bytes in %s: %s", (unsigned long long)size,
			shm_place(), strerror(errno));
	if (memory->fd < 0 || !memory_map(memory, gpu, size)) {
		memory_destroy(memory);
		return VK_ERROR_OUT_OF_DEVICE_MEMORY;
	}
	*out = memory;
	return VK_SUCCESS;
}

/** With a duplicate of fd: the caller's is closed only when all has gone well, as Vulkan says. */
static VkResult memory_create_import(
	const struct gpu *gpu, uint64_t size, int fd, struct memory **out)
{
	struct memory *memory;
	const char *reason;

	*out = NULL;
	if (!shm_check(fd, size, &reason)) {
		env_complain("fd %d is refused for %llu bytes: %s", fd, (unsigned long long)size,
			reason);
		return VK_ERROR_INVALID_EXTERNAL_HANDLE;
	}
	memory = memory_create();
	if (!memory)
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	memory->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (memory->fd < 0 || !memory_map(memory, gpu, size)) {
		memory_destroy(memory);
		return VK_ERROR_OUT_OF_DEVICE_MEMORY;
	}
	*out = memory;
	return VK_SUCCESS;
}

/**
 * The driver's allocation around the mapping. Takes nothing: the caller destroys memory on
 * failure.
 */
static VkResult memory_allocate(struct device *device, const VkMemoryAllocateInfo *info,
	struct memory *memory, const VkAllocationCallbacks *allocator, VkDeviceMemory *out)
{
	struct chain chain = chain_edit(info->pNext);
	VkMemoryAllocateInfo asked = *info;
	VkImportMemoryHostPointerInfoEXT host = {
		.sType = VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT,
		.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT,
		.pHostPointer = memory->address,
	};
	VkResult result;

	chain_remove(&chain, VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR);
	chain_remove(&chain, VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO);
	/* VUID-VkMemoryAllocateInfo-pNext-02806: a host pointer is never dedicated. */
	chain_remove(&chain, VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO);
	chain_prepend(&chain, &host);
	asked.pNext = chain.head;
	asked.allocationSize = memory->size;
	result = device->next.AllocateMemory(device->handle, &asked, allocator, out);
	chain_restore(&chain);
	return result;
}

static VkResult memory_allocate_shared(struct device *device, const VkMemoryAllocateInfo *info,
	int import_fd, const VkAllocationCallbacks *allocator, VkDeviceMemory *out)
{
	uint64_t size = gpu_round(device->gpu, info->allocationSize);
	struct memory *memory;
	VkResult result;

	if (!size)
		return VK_ERROR_OUT_OF_DEVICE_MEMORY;
	if (info->memoryTypeIndex >= VK_MAX_MEMORY_TYPES ||
		!(device->gpu->importable & 1u << info->memoryTypeIndex)) {
		env_complain("memory type %u of %s cannot be shared", info->memoryTypeIndex,
			device->gpu->name);
		return VK_ERROR_INVALID_EXTERNAL_HANDLE;
	}
	if (import_fd >= 0)
		result = memory_create_import(device->gpu, size, import_fd, &memory);
	else
		result = memory_create_new(device->gpu, size, &memory);
	if (result != VK_SUCCESS)
		return result;
	result = memory_allocate(device, info, memory, allocator, out);
	if (result != VK_SUCCESS) {
		env_complain("%s takes no %llu bytes of shared memory: error %d", device->gpu->name,
			(unsigned long long)size, result);
		memory_destroy(memory);
		return result;
	}
	if (!table_put(&device->memories, TABLE_KEY(*out), memory)) {
		device->next.FreeMemory(device->handle, *out, allocator);
		memory_destroy(memory);
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	}
	if (import_fd >= 0)
		close(import_fd);
	return VK_SUCCESS;
}

/**
 * A shadow image is dedicated to memory of the layer's own, not to what lies under its buffer.
 */
static VkResult memory_allocate_plain(struct device *device, const VkMemoryAllocateInfo *info,
	const VkAllocationCallbacks *allocator, VkDeviceMemory *out)
{
	const VkMemoryDedicatedAllocateInfo *dedicated =
		chain_find(info->pNext, VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO);
	struct chain chain = chain_edit(info->pNext);
	VkMemoryAllocateInfo asked = *info;
	VkResult result;

	if (!dedicated || !shadow_get(device, dedicated->image))
		return device->next.AllocateMemory(device->handle, info, allocator, out);
	chain_remove(&chain, VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO);
	asked.pNext = chain.head;
	result = device->next.AllocateMemory(device->handle, &asked, allocator, out);
	chain_restore(&chain);
	return result;
}

VkResult VKAPI_CALL memory_AllocateMemory(VkDevice handle, const VkMemoryAllocateInfo *info,
	const VkAllocationCallbacks *allocator, VkDeviceMemory *out)
{
	struct device *device = device_get(handle);
	const VkImportMemoryFdInfoKHR *import =
		chain_find(info->pNext, VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR);
	const VkExportMemoryAllocateInfo *export =
		chain_find(info->pNext, VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO);
	bool ours = device->offers & GPU_MEMORY_FD;

	if (ours && import && import->handleType & GPU_MEMORY_HANDLES) {
		if (import->fd < 0)
			return VK_ERROR_INVALID_EXTERNAL_HANDLE;
		return memory_allocate_shared(device, info, import->fd, allocator, out);
	}
	if (ours && export && export->handleTypes & GPU_MEMORY_HANDLES)
		return memory_allocate_shared(device, info, -1, allocator, out);
	return memory_allocate_plain(device, info, allocator, out);
}

void VKAPI_CALL memory_FreeMemory(
	VkDevice handle, VkDeviceMemory memory, const VkAllocationCallbacks *allocator)
{
	struct device *device = device_get(handle);
	struct memory *ours = table_take(&device->memories, TABLE_KEY(memory));

	device->next.FreeMemory(handle, memory, allocator);
	memory_destroy(ours);
}

VkResult VKAPI_CALL memory_GetMemoryFdKHR(
	VkDevice handle, const VkMemoryGetFdInfoKHR *info, int *fd)
{
	struct device *device = device_get(handle);
	struct memory *memory = table_get(&device->memories, TABLE_KEY(info->memory));

	if (!memory) {
		if (device->next.GetMemoryFdKHR)
			return device->next.GetMemoryFdKHR(handle, info, fd);
		*fd = -1;
		return VK_ERROR_TOO_MANY_OBJECTS; /* not exportable: the nearest code that this
						     function may return */
	}
	*fd = fcntl(memory->fd, F_DUPFD_CLOEXEC, 0);
	if (*fd >= 0)
		return VK_SUCCESS;
	env_complain("no file descriptor for an export: %s", strerror(errno));
	return VK_ERROR_TOO_MANY_OBJECTS;
}

VkResult VKAPI_CALL memory_GetMemoryFdPropertiesKHR(VkDevice handle,
	VkExternalMemoryHandleTypeFlagBits type, int fd, VkMemoryFdPropertiesKHR *out)
{
	struct device *device = device_get(handle);
	const char *reason;

	if (!(device->offers & GPU_MEMORY_FD) ||
		type != VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT) {
		if (device->next.GetMemoryFdPropertiesKHR)
			return device->next.GetMemoryFdPropertiesKHR(handle, type, fd, out);
		return VK_ERROR_INVALID_EXTERNAL_HANDLE;
	}
	out->memoryTypeBits = 0;
	if (!shm_check(fd, device->gpu->granularity, &reason)) {
		env_complain("fd %d is refused: %s", fd, reason);
		return VK_ERROR_INVALID_EXTERNAL_HANDLE;
	}
	out->memoryTypeBits = device->gpu->importable;
	return VK_SUCCESS;
}
