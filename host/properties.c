// SPDX-License-Identifier: MIT
/* What a physical device is said to have: extensions, memory types, external handles. */
#include "host/chain.h"
#include "host/gpu.h"
#include "host/hooks.h"
#include "host/instance.h"

#include <stdlib.h>
#include <string.h>

/**
 * Names that must not reach virglrenderer where the memory is ours: it would take Metal's path
 * instead.
 */
static bool properties_hides(const struct gpu *gpu, const char *name)
{
	return gpu->offers & GPU_MEMORY_FD && (!strcmp(name, "VK_EXT_external_memory_metal") ||
						      !strcmp(name, "VK_EXT_metal_objects"));
}

/**
 * Changes the driver's list, which has room for GPU_N_EXTENSIONS more, into ours; returns its new
 * length.
 */
static uint32_t properties_edit(const struct gpu *gpu, VkExtensionProperties *list, uint32_t count)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (!properties_hides(gpu, list[i].extensionName))
			list[kept++] = list[i];
	}
	for (unsigned i = 0; i < GPU_N_EXTENSIONS; i++) {
		if (gpu->offers & ~gpu->lists & 1u << i)
			list[kept++] = *gpu_extension(i);
	}
	return kept;
}

static VkResult properties_answer(const VkExtensionProperties *list, uint32_t len, uint32_t *count,
	VkExtensionProperties *out)
{
	VkResult result = out && *count < len ? VK_INCOMPLETE : VK_SUCCESS;

	if (!out || *count > len)
		*count = len;
	if (out && *count)
		memcpy(out, list, *count * sizeof(*out));
	return result;
}

VkResult VKAPI_CALL properties_EnumerateDeviceExtensionProperties(
	VkPhysicalDevice handle, const char *layer, uint32_t *count, VkExtensionProperties *out)
{
	struct instance *instance = instance_get(handle);
	struct gpu *gpu = instance_gpu(handle);
	VkExtensionProperties *list, *longer;
	VkResult result = VK_ERROR_OUT_OF_HOST_MEMORY;
	uint32_t len;

	if (layer && !strcmp(layer, "VK_LAYER_VITRINE_host"))
		return properties_answer(gpu_extension(0), GPU_N_EXTENSIONS, count, out);
	if (layer || (gpu && !gpu->offers))
		return instance->next.EnumerateDeviceExtensionProperties(handle, layer, count, out);
	list = gpu_list_extensions(instance, handle, &len);
	longer = list ? realloc(list, (len + GPU_N_EXTENSIONS) * sizeof(*list)) : NULL;
	if (longer && gpu)
		result = properties_answer(longer, properties_edit(gpu, longer, len), count, out);
	free(longer ? longer : list);
	return result;
}

void VKAPI_CALL properties_GetPhysicalDeviceMemoryProperties(
	VkPhysicalDevice handle, VkPhysicalDeviceMemoryProperties *out)
{
	struct gpu *gpu = instance_gpu(handle);

	if (gpu && gpu->offers & GPU_MEMORY_FD)
		*out = gpu->memory;
	else
		instance_get(handle)->next.GetPhysicalDeviceMemoryProperties(handle, out);
}

void VKAPI_CALL properties_GetPhysicalDeviceMemoryProperties2(
	VkPhysicalDevice handle, VkPhysicalDeviceMemoryProperties2 *out)
{
	struct gpu *gpu = instance_gpu(handle);

	/* The driver fills the chain, such as the budgets of the heaps. */
	instance_get(handle)->next.GetPhysicalDeviceMemoryProperties2(handle, out);
	if (gpu && gpu->offers & GPU_MEMORY_FD)
		out->memoryProperties = gpu->memory;
}

void VKAPI_CALL properties_GetPhysicalDeviceExternalBufferProperties(VkPhysicalDevice handle,
	const VkPhysicalDeviceExternalBufferInfo *info, VkExternalBufferProperties *out)
{
	struct instance *instance = instance_get(handle);
	struct gpu *gpu = instance_gpu(handle);
	VkPhysicalDeviceExternalBufferInfo asked = *info;
	VkExternalMemoryProperties *memory = &out->externalMemoryProperties;

	if (!gpu || !(gpu->offers & GPU_MEMORY_FD) || !(info->handleType & GPU_MEMORY_HANDLES)) {
		instance->next.GetPhysicalDeviceExternalBufferProperties(handle, info, out);
		return;
	}
	*memory = (VkExternalMemoryProperties){.compatibleHandleTypes = info->handleType};
	if (info->handleType != VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT)
		return; /* an exportable OPAQUE_FD would make virglrenderer map it with a Vulkan
			   device in QEMU */
	if (gpu->takes_handle_type) {
		asked.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT;
		instance->next.GetPhysicalDeviceExternalBufferProperties(handle, &asked, out);
		if (!(memory->externalMemoryFeatures & VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT)) {
			*memory = (VkExternalMemoryProperties){
				.compatibleHandleTypes = info->handleType};
			return;
		}
	}
	*memory = (VkExternalMemoryProperties){
		.externalMemoryFeatures = VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT |
					  VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT,
		.exportFromImportedHandleTypes = info->handleType,
		.compatibleHandleTypes = info->handleType,
	};
}

void VKAPI_CALL properties_GetPhysicalDeviceExternalSemaphoreProperties(VkPhysicalDevice handle,
	const VkPhysicalDeviceExternalSemaphoreInfo *info, VkExternalSemaphoreProperties *out)
{
	struct gpu *gpu = instance_gpu(handle);
	const VkSemaphoreTypeCreateInfo *type =
		chain_find(info->pNext, VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO);

	if (!gpu || !(gpu->offers & GPU_SEMAPHORE_FD) ||
		info->handleType != VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT) {
		instance_get(handle)->next.GetPhysicalDeviceExternalSemaphoreProperties(
			handle, info, out);
		return;
	}
	out->exportFromImportedHandleTypes = out->compatibleHandleTypes =
		out->externalSemaphoreFeatures = 0;
	if (type && type->semaphoreType == VK_SEMAPHORE_TYPE_TIMELINE)
		return;
	out->exportFromImportedHandleTypes = out->compatibleHandleTypes = info->handleType;
	out->externalSemaphoreFeatures = VK_EXTERNAL_SEMAPHORE_FEATURE_EXPORTABLE_BIT |
					 VK_EXTERNAL_SEMAPHORE_FEATURE_IMPORTABLE_BIT;
}

void VKAPI_CALL properties_GetPhysicalDeviceExternalFenceProperties(VkPhysicalDevice handle,
	const VkPhysicalDeviceExternalFenceInfo *info, VkExternalFenceProperties *out)
{
	struct gpu *gpu = instance_gpu(handle);

	if (!gpu || !(gpu->offers & GPU_FENCE_FD) ||
		info->handleType != VK_EXTERNAL_FENCE_HANDLE_TYPE_SYNC_FD_BIT) {
		instance_get(handle)->next.GetPhysicalDeviceExternalFenceProperties(
			handle, info, out);
		return;
	}
	out->exportFromImportedHandleTypes = out->compatibleHandleTypes = info->handleType;
	out->externalFenceFeatures =
		VK_EXTERNAL_FENCE_FEATURE_EXPORTABLE_BIT | VK_EXTERNAL_FENCE_FEATURE_IMPORTABLE_BIT;
}
