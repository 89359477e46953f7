// SPDX-License-Identifier: MIT
#include "tests/host/harness.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const harness_wanted[] = {
	VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME,
	VK_EXT_EXTERNAL_MEMORY_DMA_BUF_EXTENSION_NAME,
	VK_EXT_IMAGE_DRM_FORMAT_MODIFIER_EXTENSION_NAME,
	VK_EXT_QUEUE_FAMILY_FOREIGN_EXTENSION_NAME,
	VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME,
	VK_KHR_EXTERNAL_FENCE_FD_EXTENSION_NAME,
	VK_KHR_MAINTENANCE_5_EXTENSION_NAME,
};
#define HARNESS_N_WANTED (sizeof(harness_wanted) / sizeof(harness_wanted[0]))

static VKAPI_ATTR VkBool32 VKAPI_CALL harness_message(
	VkDebugUtilsMessageSeverityFlagBitsEXT severity, VkDebugUtilsMessageTypeFlagsEXT types,
	const VkDebugUtilsMessengerCallbackDataEXT *message, void *data)
{
	struct harness *h = data;

	/* The loader speaks through the same callback, of its own affairs. */
	if (!(types & VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT))
		return VK_FALSE;
	atomic_fetch_add(&h->n_messages, 1);
	print_message("validation: %s\n", message->pMessage);
	return VK_FALSE;
}

bool harness_validates(void)
{
	const char *layers = getenv("VK_INSTANCE_LAYERS");

	return layers && strstr(layers, "validation");
}

bool harness_validates_above(void)
{
	const char *layers = getenv("VK_INSTANCE_LAYERS");

	return layers && !strncmp(layers, "VK_LAYER_KHRONOS_validation",
				 strlen("VK_LAYER_KHRONOS_validation"));
}

/**
 * Keeps the layers and the driver loaded: the leak checker names no function of a library that is
 * gone.
 */
static void harness_keep_libraries(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512], *path;

	while (maps && fgets(line, sizeof(line), maps)) {
		line[strcspn(line, "\n")] = '\0';
		path = strchr(line, '/');
		if (path && strstr(path, ".so"))
			dlopen(path, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
	}
	if (maps)
		fclose(maps);
#endif
}

void harness_open_instance(struct harness *h)
{
	/* The aliases of what is core by now; the debug messenger comes last, it is not always
	 * there. */
	static const char *const names[] = {
		VK_KHR_GET_PHYSICAL_DEVICE_PROPERTIES_2_EXTENSION_NAME,
		VK_KHR_DEVICE_GROUP_CREATION_EXTENSION_NAME,
		VK_KHR_EXTERNAL_MEMORY_CAPABILITIES_EXTENSION_NAME,
		VK_KHR_EXTERNAL_SEMAPHORE_CAPABILITIES_EXTENSION_NAME,
		VK_KHR_EXTERNAL_FENCE_CAPABILITIES_EXTENSION_NAME,
		VK_EXT_DEBUG_UTILS_EXTENSION_NAME,
	};
	VkDebugUtilsMessengerCreateInfoEXT messenger = {
		.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
		.messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT |
				   VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
		.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
		.pfnUserCallback = harness_message,
		.pUserData = h,
	};
	VkApplicationInfo application = {
		.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO, .apiVersion = VK_API_VERSION_1_3};
	VkInstanceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
		.pNext = harness_validates() ? &messenger : NULL,
		.pApplicationInfo = &application,
		.enabledExtensionCount = harness_validates() ? 6 : 5,
		.ppEnabledExtensionNames = names,
	};
	uint32_t count = 1;

	*h = (struct harness){0};
	HARNESS_CHECK(vkCreateInstance(&info, NULL, &h->instance));
	if (harness_validates())
		HARNESS_CHECK(((PFN_vkCreateDebugUtilsMessengerEXT)vkGetInstanceProcAddr(
			h->instance, "vkCreateDebugUtilsMessengerEXT"))(
			h->instance, &messenger, NULL, &h->messenger));
	assert_true(vkEnumeratePhysicalDevices(h->instance, &count, &h->physical) >= 0);
	assert_int_equal(count, 1);
	harness_keep_libraries();
	vkGetPhysicalDeviceProperties(h->physical, &h->properties);
	vkGetPhysicalDeviceMemoryProperties(h->physical, &h->memory);
	h->is_venus = strstr(h->properties.deviceName, "Venus");
}

bool harness_imports(void)
{
	const char *debug = getenv("VN_DEBUG");

	return !debug || !strstr(debug, "vtest");
}

void harness_skip_without_import(void)
{
	if (!harness_imports())
		skip();
}

bool harness_lists(struct harness *h, const char *extension)
{
	VkExtensionProperties list[512];
	uint32_t count = 512;

	HARNESS_CHECK(vkEnumerateDeviceExtensionProperties(h->physical, NULL, &count, list));
	for (uint32_t i = 0; i < count; i++) {
		if (!strcmp(list[i].extensionName, extension))
			return true;
	}
	return false;
}

static void harness_load(struct harness *h)
{
	h->get_memory_fd = HARNESS_FUNCTION(h, vkGetMemoryFdKHR);
	h->get_fd_properties = HARNESS_FUNCTION(h, vkGetMemoryFdPropertiesKHR);
	h->get_modifier = HARNESS_FUNCTION(h, vkGetImageDrmFormatModifierPropertiesEXT);
	h->get_semaphore_fd = HARNESS_FUNCTION(h, vkGetSemaphoreFdKHR);
	h->import_semaphore_fd = HARNESS_FUNCTION(h, vkImportSemaphoreFdKHR);
	h->get_fence_fd = HARNESS_FUNCTION(h, vkGetFenceFdKHR);
	h->import_fence_fd = HARNESS_FUNCTION(h, vkImportFenceFdKHR);
}

/** One queue of each family that copies; returns how many. */
static uint32_t harness_queues(struct harness *h, VkDeviceQueueCreateInfo *out)
{
	static const float priority = 1;
	VkQueueFlags copies = VK_QUEUE_GRAPHICS_BIT | VK_QUEUE_COMPUTE_BIT | VK_QUEUE_TRANSFER_BIT;
	VkQueueFamilyProperties families[HARNESS_MAX_FAMILIES];
	uint32_t count = HARNESS_MAX_FAMILIES, n = 0;

	vkGetPhysicalDeviceQueueFamilyProperties(h->physical, &count, families);
	for (uint32_t i = 0; i < count; i++) {
		if (families[i].queueFlags & copies)
			out[n++] = (VkDeviceQueueCreateInfo){
				.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
				.queueFamilyIndex = i,
				.queueCount = 1,
				.pQueuePriorities = &priority,
			};
	}
	return n;
}

void harness_open_device(struct harness *h)
{
	const char *names[HARNESS_N_WANTED];
	uint32_t n_names = 0;
	VkDeviceQueueCreateInfo queues[HARNESS_MAX_FAMILIES];
	VkPhysicalDeviceVulkan13Features features = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES,
		.synchronization2 = VK_TRUE,
		.dynamicRendering = VK_TRUE,
		.maintenance4 = VK_TRUE,
	};
	VkPhysicalDeviceTimelineSemaphoreFeatures timeline = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES,
		.pNext = &features,
		.timelineSemaphore = VK_TRUE,
	};
	VkPhysicalDeviceMaintenance5FeaturesKHR maintenance5 = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_5_FEATURES_KHR,
		.pNext = &timeline,
		.maintenance5 = VK_TRUE,
	};
	h->has_maintenance5 = harness_lists(h, VK_KHR_MAINTENANCE_5_EXTENSION_NAME);
	VkDeviceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
		.pNext = h->has_maintenance5 ? (void *)&maintenance5 : &timeline,
		.queueCreateInfoCount = harness_queues(h, queues),
		.pQueueCreateInfos = queues,
		.ppEnabledExtensionNames = names,
	};
	VkCommandPoolCreateInfo pool = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
		.flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT,
	};

	for (size_t i = 0; i < HARNESS_N_WANTED; i++) {
		if (harness_lists(h, harness_wanted[i]))
			names[n_names++] = harness_wanted[i];
	}
	info.enabledExtensionCount = n_names;
	HARNESS_CHECK(vkCreateDevice(h->physical, &info, NULL, &h->device));
	harness_load(h);
	for (uint32_t i = 0; i < info.queueCreateInfoCount; i++)
		vkGetDeviceQueue(h->device, queues[i].queueFamilyIndex, 0,
			&h->queues[queues[i].queueFamilyIndex]);
	h->queue = h->queues[0];
	HARNESS_CHECK(vkCreateCommandPool(h->device, &pool, NULL, &h->pool));
	VkCommandBufferAllocateInfo commands = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
		.commandPool = h->pool,
		.commandBufferCount = 1,
	};
	HARNESS_CHECK(vkAllocateCommandBuffers(h->device, &commands, &h->commands));
}

VkDevice harness_bare_device(struct harness *h, const char *const *extensions, uint32_t count)
{
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
		.enabledExtensionCount = count,
		.ppEnabledExtensionNames = extensions,
	};
	VkDevice device;

	HARNESS_CHECK(vkCreateDevice(h->physical, &info, NULL, &device));
	return device;
}

void harness_open(struct harness *h)
{
	harness_open_instance(h);
	harness_open_device(h);
}

void harness_close_device(struct harness *h)
{
	vkDeviceWaitIdle(h->device);
	vkDestroyCommandPool(h->device, h->pool, NULL);
	vkDestroyDevice(h->device, NULL);
	h->device = VK_NULL_HANDLE;
}

void harness_close(struct harness *h)
{
	if (h->device)
		harness_close_device(h);
	if (h->messenger)
		((PFN_vkDestroyDebugUtilsMessengerEXT)vkGetInstanceProcAddr(h->instance,
			"vkDestroyDebugUtilsMessengerEXT"))(h->instance, h->messenger, NULL);
	vkDestroyInstance(h->instance, NULL);
	assert_int_equal(h->n_messages, 0);
}

uint32_t harness_memory_type(struct harness *h, uint32_t types, VkMemoryPropertyFlags flags)
{
	for (uint32_t i = 0; i < h->memory.memoryTypeCount; i++) {
		if (types & 1u << i && (h->memory.memoryTypes[i].propertyFlags & flags) == flags)
			return i;
	}
	fail_msg("no memory type with flags 0x%x among 0x%x", flags, types);
	return 0;
}

uint32_t harness_shared_type(struct harness *h)
{
	return harness_memory_type(h, UINT32_MAX,
		VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT);
}

VkResult harness_allocate(struct harness *h, VkDeviceSize size, uint32_t type, VkDeviceMemory *out)
{
	VkExportMemoryAllocateInfo export = {
		.sType = VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO,
		.handleTypes = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
	};
	VkMemoryAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
		.pNext = &export,
		.allocationSize = size,
		.memoryTypeIndex = type,
	};

	return vkAllocateMemory(h->device, &info, NULL, out);
}

VkResult harness_import(
	struct harness *h, int fd, VkDeviceSize size, uint32_t type, VkDeviceMemory *out)
{
	VkExportMemoryAllocateInfo export = {
		.sType = VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO,
		.handleTypes = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
	};
	VkImportMemoryFdInfoKHR import = {
		.sType = VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR,
		.pNext = &export,
		.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
		.fd = fd,
	};
	VkMemoryAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
		.pNext = &import,
		.allocationSize = size,
		.memoryTypeIndex = type,
	};

	return vkAllocateMemory(h->device, &info, NULL, out);
}

int harness_export(struct harness *h, VkDeviceMemory memory)
{
	VkMemoryGetFdInfoKHR info = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_GET_FD_INFO_KHR,
		.memory = memory,
		.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
	};
	int fd = -1;

	HARNESS_CHECK(h->get_memory_fd(h->device, &info, &fd));
	assert_true(fd >= 0);
	return fd;
}

VkBuffer harness_buffer(struct harness *h, VkDeviceSize size)
{
	VkExternalMemoryBufferCreateInfo external = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO,
		.handleTypes = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
	};
	VkBufferCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
		.pNext = &external,
		.size = size,
		.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
	};
	VkBuffer buffer;

	HARNESS_CHECK(vkCreateBuffer(h->device, &info, NULL, &buffer));
	return buffer;
}

VkCommandBuffer harness_begin(struct harness *h)
{
	VkCommandBufferBeginInfo info = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};

	HARNESS_CHECK(vkBeginCommandBuffer(h->commands, &info));
	return h->commands;
}

void harness_finish(struct harness *h)
{
	VkSubmitInfo submit = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
		.commandBufferCount = 1,
		.pCommandBuffers = &h->commands,
	};

	HARNESS_CHECK(vkEndCommandBuffer(h->commands));
	HARNESS_CHECK(vkQueueSubmit(h->queue, 1, &submit, VK_NULL_HANDLE));
	HARNESS_CHECK(vkQueueWaitIdle(h->queue));
}

unsigned harness_count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

unsigned harness_count_maps(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	unsigned n = 0;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps))
		n += strchr(line, '/') != NULL;
	fclose(maps);
	return n;
}
