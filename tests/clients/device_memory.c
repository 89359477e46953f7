#include "device_memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <vulkan/vulkan.h>

struct device_memory_source {
	VkInstance instance;
	VkPhysicalDevice physical;
	VkDevice device;
	PFN_vkGetMemoryFdKHR get_fd;
};

struct device_memory {
	VkDevice device;
	VkDeviceMemory memory;
};

static bool device_memory_check(VkResult result, const char *what)
{
	if (result == VK_SUCCESS)
		return true;
	fprintf(stderr, "device memory: %s failed (VkResult %d)\n", what, result);
	return false;
}

static bool device_memory_create_device(struct device_memory_source *source)
{
	const char *const extensions[] = {VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME,
		VK_EXT_EXTERNAL_MEMORY_DMA_BUF_EXTENSION_NAME};
	const float priority = 1;
	const VkDeviceQueueCreateInfo queue = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
		.queueCount = 1,
		.pQueuePriorities = &priority,
	};
	const VkDeviceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
		.queueCreateInfoCount = 1,
		.pQueueCreateInfos = &queue,
		.enabledExtensionCount = 2,
		.ppEnabledExtensionNames = extensions,
	};
	return device_memory_check(
		vkCreateDevice(source->physical, &info, NULL, &source->device), "vkCreateDevice");
}

static bool device_memory_init(struct device_memory_source *source)
{
	const VkApplicationInfo application = {
		.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
		.apiVersion = VK_API_VERSION_1_1,
	};
	const VkInstanceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
		.pApplicationInfo = &application,
	};
	uint32_t n = 1;
	if (!device_memory_check(
		    vkCreateInstance(&info, NULL, &source->instance), "vkCreateInstance"))
		return false;
	if (vkEnumeratePhysicalDevices(source->instance, &n, &source->physical) < 0 || n == 0) {
		fprintf(stderr, "device memory: there is no Vulkan device\n");
		return false;
	}
	if (!device_memory_create_device(source))
		return false;
	source->get_fd =
		(PFN_vkGetMemoryFdKHR)vkGetDeviceProcAddr(source->device, "vkGetMemoryFdKHR");
	return source->get_fd;
}

struct device_memory_source *device_memory_open(void)
{
	struct device_memory_source *source = calloc(1, sizeof *source);
	if (source && device_memory_init(source))
		return source;
	device_memory_close(source);
	return NULL;
}

void device_memory_close(struct device_memory_source *source)
{
	if (!source)
		return;
	if (source->device)
		vkDestroyDevice(source->device, NULL);
	if (source->instance)
		vkDestroyInstance(source->instance, NULL);
	free(source);
}

/* A memory type that the CPU reaches; UINT32_MAX: none. */
static uint32_t device_memory_type(const struct device_memory_source *source)
{
	const VkMemoryPropertyFlags wanted =
		VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
	VkPhysicalDeviceMemoryProperties memory;
	vkGetPhysicalDeviceMemoryProperties(source->physical, &memory);
	for (uint32_t i = 0; i < memory.memoryTypeCount; i++) {
		if ((memory.memoryTypes[i].propertyFlags & wanted) == wanted)
			return i;
	}
	return UINT32_MAX;
}

struct device_memory *device_memory_create(
	struct device_memory_source *source, size_t size, int *file)
{
	struct device_memory *memory = calloc(1, sizeof *memory);
	const VkExportMemoryAllocateInfo export = {
		.sType = VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO,
		.handleTypes = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
	};
	const VkMemoryAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
		.pNext = &export,
		.allocationSize = size,
		.memoryTypeIndex = device_memory_type(source),
	};
	*file = -1;
	if (!memory || info.memoryTypeIndex == UINT32_MAX) {
		fprintf(stderr, "device memory: none that the CPU can reach\n");
		free(memory);
		return NULL;
	}
	memory->device = source->device;
	if (device_memory_check(vkAllocateMemory(source->device, &info, NULL, &memory->memory),
		    "vkAllocateMemory")) {
		const VkMemoryGetFdInfoKHR get = {
			.sType = VK_STRUCTURE_TYPE_MEMORY_GET_FD_INFO_KHR,
			.memory = memory->memory,
			.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
		};
		if (device_memory_check(
			    source->get_fd(source->device, &get, file), "vkGetMemoryFdKHR"))
			return memory;
	}
	*file = -1;
	device_memory_destroy(memory);
	return NULL;
}

void device_memory_destroy(struct device_memory *memory)
{
	if (!memory)
		return;
	vkFreeMemory(memory->device, memory->memory, NULL);
	free(memory);
}
