// SPDX-License-Identifier: MIT
#include "host/probe.h"
#include "host/env.h"
#include "host/gpu.h"
#include "host/hooks.h"
#include "host/instance.h"
#include "host/shm.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define PROBE_HANDLE VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT

struct probe {
	struct gpu *gpu;
	VkDevice device;
	struct dispatch_device next;
};

static bool probe_open(struct probe *probe)
{
	struct instance *instance = probe->gpu->instance;
	const char *names[] = {
		VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME, "VK_KHR_portability_subset"};
	float priority = 1;
	VkDeviceQueueCreateInfo queue = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
		.queueCount = 1,
		.pQueuePriorities = &priority,
	};
	VkDeviceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
		.queueCreateInfoCount = 1,
		.pQueueCreateInfos = &queue,
		.enabledExtensionCount = probe->gpu->has_portability_subset ? 2 : 1,
		.ppEnabledExtensionNames = names,
	};
	VkPhysicalDevicePortabilitySubsetFeaturesKHR portability;

	if (!instance->create_device || !instance->destroy_device)
		return false;
	if (probe->gpu->has_portability_subset) {
		portability = gpu_portability(probe->gpu);
		info.pNext = &portability;
	}
	if (instance->create_device(instance->handle, probe->gpu->handle, &info, NULL,
		    &probe->device, layer_GetInstanceProcAddr,
		    &probe->next.GetDeviceProcAddr) != VK_SUCCESS)
		return false;
	dispatch_device_load(&probe->next, probe->device);
	return true;
}

static bool probe_import(struct probe *probe, void *pointer, uint32_t type)
{
	VkImportMemoryHostPointerInfoEXT import = {
		.sType = VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT,
		.handleType = PROBE_HANDLE,
		.pHostPointer = pointer,
	};
	VkMemoryAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
		.pNext = &import,
		.allocationSize = probe->gpu->granularity,
		.memoryTypeIndex = type,
	};
	VkDeviceMemory memory;

	if (probe->next.AllocateMemory(probe->device, &info, NULL, &memory) != VK_SUCCESS)
		return false;
	probe->next.FreeMemory(probe->device, memory, NULL);
	return true;
}

/** Which memory types take a pointer into memory of the very kind that the layer will allocate. */
static uint32_t probe_types(struct probe *probe)
{
	VkMemoryHostPointerPropertiesEXT properties = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_HOST_POINTER_PROPERTIES_EXT};
	const VkPhysicalDeviceMemoryProperties *memory = &probe->gpu->memory;
	size_t size = (size_t)probe->gpu->granularity;
	int fd = shm_create(size);
	void *pointer = fd < 0 ? NULL : shm_map(fd, size, size);
	uint32_t types = 0;

	if (!pointer)
		env_complain("no shared memory in %s: %s", shm_place(), strerror(errno));
	else if (probe->next.GetMemoryHostPointerPropertiesEXT(
			 probe->device, PROBE_HANDLE, pointer, &properties) == VK_SUCCESS) {
		for (uint32_t i = 0; i < memory->memoryTypeCount; i++) {
			if (properties.memoryTypeBits & 1u << i &&
				memory->memoryTypes[i].propertyFlags &
					VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT &&
				probe_import(probe, pointer, i))
				types |= 1u << i;
		}
	}
	shm_unmap(pointer, size);
	if (fd >= 0)
		close(fd);
	return types;
}

/**
 * The memory types of a buffer that names the handle type or not; 0: the driver refuses to make
 * it.
 */
static uint32_t probe_buffer(struct probe *probe, bool names_handle)
{
	VkExternalMemoryBufferCreateInfo handle = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO,
		.handleTypes = PROBE_HANDLE,
	};
	VkBufferCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
		.pNext = names_handle ? &handle : NULL,
		.size = 4096,
		.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT |
			 VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT | VK_BUFFER_USAGE_STORAGE_BUFFER_BIT |
			 VK_BUFFER_USAGE_INDEX_BUFFER_BIT | VK_BUFFER_USAGE_VERTEX_BUFFER_BIT,
	};
	VkMemoryRequirements requirements;
	VkBuffer buffer;

	if (probe->next.CreateBuffer(probe->device, &info, NULL, &buffer) != VK_SUCCESS)
		return 0;
	probe->next.GetBufferMemoryRequirements(probe->device, buffer, &requirements);
	probe->next.DestroyBuffer(probe->device, buffer, NULL);
	return requirements.memoryTypeBits;
}

/**
 * Whether the second plane of a LINEAR image is said to lie behind the first. True where there are
 * none.
 */
static bool probe_planes(struct probe *probe)
{
	VkImageCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
		.imageType = VK_IMAGE_TYPE_2D,
		.format = VK_FORMAT_G8_B8R8_2PLANE_420_UNORM,
		.extent = {64, 32, 1},
		.mipLevels = 1,
		.arrayLayers = 1,
		.samples = VK_SAMPLE_COUNT_1_BIT,
		.tiling = VK_IMAGE_TILING_LINEAR,
		.usage = VK_IMAGE_USAGE_TRANSFER_DST_BIT,
	};
	VkFormatProperties2 properties = {.sType = VK_STRUCTURE_TYPE_FORMAT_PROPERTIES_2};
	VkImageSubresource planes[] = {{.aspectMask = VK_IMAGE_ASPECT_PLANE_0_BIT},
		{.aspectMask = VK_IMAGE_ASPECT_PLANE_1_BIT}};
	VkSubresourceLayout layouts[2];
	VkImage image;

	probe->gpu->instance->next.GetPhysicalDeviceFormatProperties2(
		probe->gpu->handle, info.format, &properties);
	if (!(properties.formatProperties.linearTilingFeatures &
		    VK_FORMAT_FEATURE_TRANSFER_DST_BIT))
		return true;
	if (probe->next.CreateImage(probe->device, &info, NULL, &image) != VK_SUCCESS)
		return false;
	for (int i = 0; i < 2; i++)
		probe->next.GetImageSubresourceLayout(
			probe->device, image, &planes[i], &layouts[i]);
	probe->next.DestroyImage(probe->device, image, NULL);
	return layouts[1].offset >= layouts[0].offset + layouts[0].rowPitch * info.extent.height;
}

static bool probe_handle_is_listed(const struct gpu *gpu)
{
	VkPhysicalDeviceExternalBufferInfo info = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_BUFFER_INFO,
		.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT,
		.handleType = PROBE_HANDLE,
	};
	VkExternalBufferProperties properties = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_BUFFER_PROPERTIES};

	gpu->instance->next.GetPhysicalDeviceExternalBufferProperties(
		gpu->handle, &info, &properties);
	return properties.externalMemoryProperties.externalMemoryFeatures &
	       VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT;
}

/** System memory only, unless all that the host sees is also the device's (one memory for both). */
static void probe_guess(struct gpu *gpu)
{
	uint32_t visible = 0, system = 0;

	for (uint32_t i = 0; i < gpu->memory.memoryTypeCount; i++) {
		VkMemoryPropertyFlags flags = gpu->memory.memoryTypes[i].propertyFlags;

		if (!(flags & VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT))
			continue;
		visible |= 1u << i;
		if (!(flags & VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT))
			system |= 1u << i;
	}
	gpu->importable = system ? system : visible;
}

void probe_gpu(struct gpu *gpu)
{
	struct probe probe = {.gpu = gpu};

	if (!probe_open(&probe)) {
		env_complain(
			"%s: no device to probe with; its memory types are guessed", gpu->name);
		probe_guess(gpu);
		return;
	}
	gpu->importable = probe_types(&probe);
	gpu->knows_planes = probe_planes(&probe);
	if (probe_handle_is_listed(gpu)) {
		uint32_t named = probe_buffer(&probe, true);

		gpu->takes_handle_type = named != 0;
		gpu->all_buffers_host = named && named == probe_buffer(&probe, false);
	}
	gpu->instance->destroy_device(probe.device, NULL, probe.next.DestroyDevice);
}
