// SPDX-License-Identifier: MIT
#include "host/chain.h"
#include "host/device.h"
#include "host/gpu.h"
#include "host/hooks.h"
#include "host/instance.h"

/** A create info on its way to the driver. */
struct buffer_rewrite {
	VkBufferCreateInfo info;
	struct chain chain;
	VkExternalMemoryBufferCreateInfo handle;
	bool external; /**< the application named one of GPU_MEMORY_HANDLES */
};

/**
 * Whether the driver takes HOST_ALLOCATION for such a buffer
 * (VUID-VkBufferCreateInfo-pNext-00920).
 */
static bool buffer_can_be_host(const struct gpu *gpu, const VkBufferCreateInfo *info)
{
	VkPhysicalDeviceExternalBufferInfo asked = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_BUFFER_INFO,
		.flags = info->flags,
		.usage = info->usage,
		.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT,
	};
	VkExternalBufferProperties properties = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_BUFFER_PROPERTIES};
	const VkBufferUsageFlags2CreateInfoKHR *usage2 =
		chain_find(info->pNext, VK_STRUCTURE_TYPE_BUFFER_USAGE_FLAGS_2_CREATE_INFO_KHR);

	if (!gpu->takes_handle_type)
		return false;
	if (usage2)
		asked.usage = (VkBufferUsageFlags)usage2->usage;
	gpu->instance->next.GetPhysicalDeviceExternalBufferProperties(
		gpu->handle, &asked, &properties);
	return properties.externalMemoryProperties.externalMemoryFeatures &
	       VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT;
}

/**
 * A guest's ordinary buffer may be bound to host-visible memory, which is an imported host pointer
 * here: it has to name the handle type as well (VUID-VkBindBufferMemoryInfo-memory-02985) unless
 * that would cost it memory types.
 */
static void buffer_rewrite_begin(
	struct buffer_rewrite *rewrite, const struct device *device, const VkBufferCreateInfo *info)
{
	const struct gpu *gpu = device->gpu;
	const VkExternalMemoryBufferCreateInfo *external =
		chain_find(info->pNext, VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO);
	VkExternalMemoryHandleTypeFlags others =
		external ? external->handleTypes & ~GPU_MEMORY_HANDLES : 0;

	*rewrite = (struct buffer_rewrite){
		.info = *info,
		.chain = chain_edit(info->pNext),
		.handle = {.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO,
			.handleTypes = others},
		.external = external && external->handleTypes & GPU_MEMORY_HANDLES,
	};
	if (others && !rewrite->external)
		return; /* a handle type that is the driver's own business */
	chain_remove(&rewrite->chain, VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO);
	if ((rewrite->external || gpu->all_buffers_host) &&
		!(info->flags & VK_BUFFER_CREATE_SPARSE_BINDING_BIT) &&
		buffer_can_be_host(gpu, info))
		rewrite->handle.handleTypes |=
			VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT;
	if (rewrite->handle.handleTypes)
		chain_prepend(&rewrite->chain, &rewrite->handle);
	rewrite->info.pNext = rewrite->chain.head;
}

VkResult VKAPI_CALL buffer_CreateBuffer(VkDevice handle, const VkBufferCreateInfo *info,
	const VkAllocationCallbacks *allocator, VkBuffer *out)
{
	struct device *device = device_get(handle);
	struct buffer_rewrite rewrite;
	VkResult result;

	if (!(device->offers & GPU_MEMORY_FD))
		return device->next.CreateBuffer(handle, info, allocator, out);
	buffer_rewrite_begin(&rewrite, device, info);
	result = device->next.CreateBuffer(handle, &rewrite.info, allocator, out);
	chain_restore(&rewrite.chain);
	if (result != VK_SUCCESS || !rewrite.external)
		return result;
	/* A set: the value only has to be something. */
	if (!table_put(&device->buffers, TABLE_KEY(*out), device)) {
		device->next.DestroyBuffer(handle, *out, allocator);
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	}
	return VK_SUCCESS;
}

void VKAPI_CALL buffer_DestroyBuffer(
	VkDevice handle, VkBuffer buffer, const VkAllocationCallbacks *allocator)
{
	struct device *device = device_get(handle);

	table_take(&device->buffers, TABLE_KEY(buffer));
	device->next.DestroyBuffer(handle, buffer, allocator);
}

static void buffer_narrow(struct device *device, void *head, VkMemoryRequirements *requirements)
{
	VkMemoryDedicatedRequirements *dedicated =
		(void *)chain_find(head, VK_STRUCTURE_TYPE_MEMORY_DEDICATED_REQUIREMENTS);

	requirements->memoryTypeBits &= device->gpu->importable;
	if (dedicated)
		dedicated->prefersDedicatedAllocation = dedicated->requiresDedicatedAllocation =
			VK_FALSE;
}

void VKAPI_CALL buffer_GetBufferMemoryRequirements(
	VkDevice handle, VkBuffer buffer, VkMemoryRequirements *out)
{
	struct device *device = device_get(handle);

	device->next.GetBufferMemoryRequirements(handle, buffer, out);
	if (table_get(&device->buffers, TABLE_KEY(buffer)))
		buffer_narrow(device, NULL, out);
}

void VKAPI_CALL buffer_GetBufferMemoryRequirements2(
	VkDevice handle, const VkBufferMemoryRequirementsInfo2 *info, VkMemoryRequirements2 *out)
{
	struct device *device = device_get(handle);

	device->next.GetBufferMemoryRequirements2(handle, info, out);
	if (table_get(&device->buffers, TABLE_KEY(info->buffer)))
		buffer_narrow(device, out->pNext, &out->memoryRequirements);
}

void VKAPI_CALL buffer_GetDeviceBufferMemoryRequirements(
	VkDevice handle, const VkDeviceBufferMemoryRequirements *info, VkMemoryRequirements2 *out)
{
	struct device *device = device_get(handle);
	VkDeviceBufferMemoryRequirements asked = *info;
	struct buffer_rewrite rewrite;

	if (!(device->offers & GPU_MEMORY_FD)) {
		device->next.GetDeviceBufferMemoryRequirements(handle, info, out);
		return;
	}
	buffer_rewrite_begin(&rewrite, device, info->pCreateInfo);
	asked.pCreateInfo = &rewrite.info;
	device->next.GetDeviceBufferMemoryRequirements(handle, &asked, out);
	chain_restore(&rewrite.chain);
	if (rewrite.external)
		buffer_narrow(device, out->pNext, &out->memoryRequirements);
}
