// SPDX-License-Identifier: MIT
#include "host/gpu.h"
#include "host/env.h"
#include "host/instance.h"
#include "host/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Not in the layer's manifest as well: what that calls device_extensions of an implicit layer the
 * loader adds to every driver's list, before the layer itself can see what the driver has.
 */
static const VkExtensionProperties gpu_extensions[GPU_N_EXTENSIONS] = {
	{VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME, VK_KHR_EXTERNAL_MEMORY_FD_SPEC_VERSION},
	{VK_EXT_EXTERNAL_MEMORY_DMA_BUF_EXTENSION_NAME,
		VK_EXT_EXTERNAL_MEMORY_DMA_BUF_SPEC_VERSION},
	{VK_EXT_IMAGE_DRM_FORMAT_MODIFIER_EXTENSION_NAME,
		VK_EXT_IMAGE_DRM_FORMAT_MODIFIER_SPEC_VERSION},
	{VK_EXT_QUEUE_FAMILY_FOREIGN_EXTENSION_NAME, VK_EXT_QUEUE_FAMILY_FOREIGN_SPEC_VERSION},
	{VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME, VK_KHR_EXTERNAL_SEMAPHORE_FD_SPEC_VERSION},
	{VK_KHR_EXTERNAL_FENCE_FD_EXTENSION_NAME, VK_KHR_EXTERNAL_FENCE_FD_SPEC_VERSION},
};

const VkExtensionProperties *gpu_extension(unsigned index)
{
	return &gpu_extensions[index];
}

VkExtensionProperties *gpu_list_extensions(
	struct instance *instance, VkPhysicalDevice handle, uint32_t *count)
{
	PFN_vkEnumerateDeviceExtensionProperties enumerate =
		instance->next.EnumerateDeviceExtensionProperties;
	VkExtensionProperties *list;

	*count = 0;
	if (enumerate(handle, NULL, count, NULL) != VK_SUCCESS)
		return NULL;
	list = calloc(*count + 1, sizeof(*list));
	if (list && enumerate(handle, NULL, count, list) < 0) {
		free(list);
		list = NULL;
	}
	return list;
}

/**
 * Whether the driver exports dma-bufs: the very question that virglrenderer asks. A listed
 * extension is not enough: lavapipe without /dev/udmabuf lists it, and imports only.
 */
static bool gpu_memory_does_dma_buf(struct gpu *gpu)
{
	VkPhysicalDeviceExternalBufferInfo info = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_BUFFER_INFO,
		.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT,
		.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
	};
	VkExternalBufferProperties properties = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_BUFFER_PROPERTIES};
	const VkExternalMemoryProperties *memory = &properties.externalMemoryProperties;

	if (!(gpu->lists & GPU_MEMORY_FD) || !(gpu->lists & GPU_DMA_BUF))
		return false;
	gpu->instance->next.GetPhysicalDeviceExternalBufferProperties(
		gpu->handle, &info, &properties);
	return memory->externalMemoryFeatures & VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT &&
	       memory->exportFromImportedHandleTypes & info.handleType;
}

static bool gpu_semaphores_do_sync_fd(struct gpu *gpu)
{
	VkPhysicalDeviceExternalSemaphoreInfo info = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_SEMAPHORE_INFO,
		.handleType = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT,
	};
	VkExternalSemaphoreProperties properties = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_SEMAPHORE_PROPERTIES};
	VkExternalSemaphoreFeatureFlags both = VK_EXTERNAL_SEMAPHORE_FEATURE_EXPORTABLE_BIT |
					       VK_EXTERNAL_SEMAPHORE_FEATURE_IMPORTABLE_BIT;

	gpu->instance->next.GetPhysicalDeviceExternalSemaphoreProperties(
		gpu->handle, &info, &properties);
	return (properties.externalSemaphoreFeatures & both) == both;
}

static bool gpu_fences_do_sync_fd(struct gpu *gpu)
{
	VkPhysicalDeviceExternalFenceInfo info = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_FENCE_INFO,
		.handleType = VK_EXTERNAL_FENCE_HANDLE_TYPE_SYNC_FD_BIT,
	};
	VkExternalFenceProperties properties = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_FENCE_PROPERTIES};

	gpu->instance->next.GetPhysicalDeviceExternalFenceProperties(
		gpu->handle, &info, &properties);
	return properties.externalFenceFeatures & VK_EXTERNAL_FENCE_FEATURE_EXPORTABLE_BIT;
}

/** Reads the driver's list. False where there is nothing that the layer could build on. */
static bool gpu_read_extensions(struct gpu *gpu)
{
	uint32_t count;
	VkExtensionProperties *list = gpu_list_extensions(gpu->instance, gpu->handle, &count);
	bool has_host_pointers = false;

	for (uint32_t i = 0; list && i < count; i++) {
		const char *name = list[i].extensionName;

		for (unsigned j = 0; j < GPU_N_EXTENSIONS; j++) {
			if (!strcmp(name, gpu_extensions[j].extensionName))
				gpu->lists |= 1u << j;
		}
		has_host_pointers |= !strcmp(name, VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
		/* The name is spelled out: its macro is among the beta extensions. */
		gpu->has_portability_subset |= !strcmp(name, "VK_KHR_portability_subset");
	}
	free(list);
	return has_host_pointers;
}

static void gpu_read_granularity(struct gpu *gpu)
{
	VkPhysicalDeviceExternalMemoryHostPropertiesEXT host = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_MEMORY_HOST_PROPERTIES_EXT,
	};
	VkPhysicalDeviceProperties2 properties = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
		.pNext = &host,
	};
	long page = sysconf(_SC_PAGESIZE);

	gpu->instance->next.GetPhysicalDeviceProperties2(gpu->handle, &properties);
	gpu->granularity = page > 0 ? (VkDeviceSize)page : 4096;
	if (host.minImportedHostPointerAlignment > gpu->granularity)
		gpu->granularity = host.minImportedHostPointerAlignment;
	if (env_get()->alignment > gpu->granularity)
		gpu->granularity = env_get()->alignment;
}

/**
 * Takes HOST_VISIBLE from the memory types that no host pointer can be imported into: virglrenderer
 * makes every host-visible allocation exportable. False if no coherent type is left, which Venus
 * could not live with.
 */
static bool gpu_narrow_memory(struct gpu *gpu)
{
	VkMemoryPropertyFlags coherent =
		VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
	bool has_coherent = false;

	for (uint32_t i = 0; i < gpu->memory.memoryTypeCount; i++) {
		VkMemoryPropertyFlags *flags = &gpu->memory.memoryTypes[i].propertyFlags;

		if (!(*flags & VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT))
			gpu->importable &= ~(1u << i);
		else if (!(gpu->importable & 1u << i))
			*flags &= ~(coherent | VK_MEMORY_PROPERTY_HOST_CACHED_BIT);
		has_coherent |= (*flags & coherent) == coherent;
	}
	return has_coherent;
}

/** The heap of the device's own memory, which types with DEVICE_LOCAL must be in; UINT32_MAX: none.
 */
static uint32_t gpu_local_heap(const struct gpu *gpu)
{
	for (uint32_t i = 0; i < gpu->memory.memoryHeapCount; i++) {
		if (gpu->memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)
			return i;
	}
	return UINT32_MAX;
}

/**
 * Mesa's window systems look for DEVICE_LOCAL memory among a swapchain image's types and never come
 * back where there is none (wsi_select_memory_type() ends in unreachable code). Shared images live
 * in host memory only, so on a discrete GPU one of its types is said to be the device's: the last,
 * which leaves those before it to whoever wants plain host memory.
 */
static void gpu_claim_local(struct gpu *gpu)
{
	VkMemoryType *claimed = NULL;

	for (uint32_t i = 0; i < gpu->memory.memoryTypeCount; i++) {
		VkMemoryType *type = &gpu->memory.memoryTypes[i];

		if (!(gpu->importable & 1u << i))
			continue;
		if (type->propertyFlags & VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT)
			return;
		claimed = type;
	}
	if (!claimed || gpu_local_heap(gpu) == UINT32_MAX)
		return;
	claimed->propertyFlags |= VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
	claimed->heapIndex = gpu_local_heap(gpu);
}

/** Every queue that draws or computes copies as well (VK_QUEUE_TRANSFER_BIT's definition). */
static void gpu_read_families(struct gpu *gpu)
{
	VkQueueFamilyProperties families[32];
	uint32_t count = 32;

	gpu->instance->next.GetPhysicalDeviceQueueFamilyProperties(gpu->handle, &count, families);
	for (uint32_t i = 0; i < count; i++) {
		if (families[i].queueFlags &
			(VK_QUEUE_GRAPHICS_BIT | VK_QUEUE_COMPUTE_BIT | VK_QUEUE_TRANSFER_BIT))
			gpu->copying_families |= 1u << i;
	}
}

static void gpu_decide(struct gpu *gpu)
{
	bool has_host_pointers = gpu_read_extensions(gpu);

	gpu->instance->next.GetPhysicalDeviceMemoryProperties(gpu->handle, &gpu->memory);
	if (!gpu_memory_does_dma_buf(gpu)) {
		if (!has_host_pointers) {
			env_complain("%s neither exports dma-bufs nor has "
				     "VK_EXT_external_memory_host: nothing can be offered",
				gpu->name);
			return;
		}
		gpu_read_granularity(gpu);
		probe_gpu(gpu);
		if (!gpu_narrow_memory(gpu)) {
			env_complain("%s imports no shared memory as coherent memory: nothing can "
				     "be offered",
				gpu->name);
			return;
		}
		gpu_claim_local(gpu);
		/* A driver's own tiled modifiers cannot live in host memory: LINEAR is ours then.
		 */
		gpu->offers |= GPU_MEMORY_FD | GPU_DMA_BUF | GPU_MODIFIER;
		gpu->shadows = env_get()->shadow != ENV_SHADOW_NONE;
		gpu_read_families(gpu);
	}
	gpu->offers |= ~gpu->lists & (GPU_MODIFIER | GPU_FOREIGN | GPU_SEMAPHORE_FD | GPU_FENCE_FD);
	if (!(gpu->offers & GPU_SEMAPHORE_FD) && !gpu_semaphores_do_sync_fd(gpu))
		gpu->offers |= GPU_SEMAPHORE_FD;
	if (!(gpu->offers & GPU_FENCE_FD) && !gpu_fences_do_sync_fd(gpu))
		gpu->offers |= GPU_FENCE_FD;
}

static void gpu_tell(const struct gpu *gpu)
{
	char names[512] = "";
	size_t len = 0;

	if (!gpu->offers) {
		env_tell("%s: passed through unchanged", gpu->name);
		return;
	}
	for (unsigned i = 0; i < GPU_N_EXTENSIONS; i++) {
		if (gpu->offers & 1u << i)
			len += (size_t)snprintf(names + len, sizeof(names) - len, " %s",
				gpu_extensions[i].extensionName);
	}
	env_tell("%s: offers%s; shared memory in types 0x%x by %llu bytes", gpu->name, names,
		gpu->importable, (unsigned long long)gpu->granularity);
}

struct gpu *gpu_create(struct instance *instance, VkPhysicalDevice handle)
{
	struct gpu *gpu = calloc(1, sizeof(*gpu));

	if (gpu) {
		gpu->handle = handle;
		gpu->instance = instance;
	}
	return gpu;
}

void gpu_ask(struct gpu *gpu)
{
	VkPhysicalDeviceProperties properties;

	gpu->instance->next.GetPhysicalDeviceProperties(gpu->handle, &properties);
	memcpy(gpu->name, properties.deviceName, sizeof(gpu->name));
	if (gpu->instance->api_version >= VK_API_VERSION_1_1 &&
		properties.apiVersion >= VK_API_VERSION_1_1)
		gpu_decide(gpu);
	gpu_tell(gpu);
}

VkPhysicalDevicePortabilitySubsetFeaturesKHR gpu_portability(const struct gpu *gpu)
{
	VkPhysicalDevicePortabilitySubsetFeaturesKHR portability = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PORTABILITY_SUBSET_FEATURES_KHR,
	};
	VkPhysicalDeviceFeatures2 features = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2,
		.pNext = &portability,
	};

	gpu->instance->next.GetPhysicalDeviceFeatures2(gpu->handle, &features);
	portability.pNext = NULL;
	return portability;
}

void gpu_destroy(struct gpu *gpu)
{
	free(gpu);
}
