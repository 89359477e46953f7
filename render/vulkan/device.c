#include "render/vulkan/device.h"

#include "common/log.h"
#include "render/vulkan/choose.h"
#include "render/vulkan/memory_type.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The extensions to enable, collected from what is there. */
struct device_names {
	const struct choose_extensions *there;
	const char *list[16];
	uint32_t len;
};

static bool device_want(struct device_names *names, const char *name)
{
	if (!choose_has_extension(names->there, name))
		return false;
	names->list[names->len++] = name;
	return true;
}

/*
 * Only for a display that waits for it. vkGetSemaphoreFdKHR of Venus waits for the GPU first, so
 * there a sync file would only block us; and the host layer's, which stands in for a driver's, took
 * half a millisecond on NVIDIA's (docs/performance.md).
 */
static bool device_can_export_sync_fd(
	const struct device *device, const struct renderer_options *options)
{
	const VkPhysicalDeviceExternalSemaphoreInfo info = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_SEMAPHORE_INFO,
		.handleType = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT,
	};
	VkExternalSemaphoreProperties properties = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_SEMAPHORE_PROPERTIES};
	if (device->is_venus || !options->has_drm)
		return false;
	vkGetPhysicalDeviceExternalSemaphoreProperties(device->physical, &info, &properties);
	return properties.externalSemaphoreFeatures & VK_EXTERNAL_SEMAPHORE_FEATURE_EXPORTABLE_BIT;
}

static void device_collect(
	struct device *device, const struct renderer_options *options, struct device_names *names)
{
	/* EXT_image_drm_format_modifier needs KHR_image_format_list where Vulkan is older than 1.2.
	 */
	bool has_list = device_want(names, VK_KHR_IMAGE_FORMAT_LIST_EXTENSION_NAME);
	device->has_dma_buf = device_want(names, VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME) &&
			      device_want(names, VK_EXT_EXTERNAL_MEMORY_DMA_BUF_EXTENSION_NAME);
	device->has_modifiers = device->has_dma_buf && has_list &&
				device_want(names, VK_EXT_IMAGE_DRM_FORMAT_MODIFIER_EXTENSION_NAME);
	device->has_host_pointer = device_want(names, VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
	device->foreign_family = device_want(names, VK_EXT_QUEUE_FAMILY_FOREIGN_EXTENSION_NAME)
					 ? VK_QUEUE_FAMILY_FOREIGN_EXT
					 : VK_QUEUE_FAMILY_EXTERNAL;
	device->has_sync_fd = device_can_export_sync_fd(device, options) &&
			      device_want(names, VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME);
}

static void device_describe(struct device *device, const struct choose_extensions *extensions)
{
	VkPhysicalDeviceDriverProperties driver = choose_get_driver(device->physical, extensions);
	VkPhysicalDeviceExternalMemoryHostPropertiesEXT host = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_MEMORY_HOST_PROPERTIES_EXT};
	VkPhysicalDeviceProperties2 properties = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2};
	if (choose_has_extension(extensions, VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME))
		properties.pNext = &host;
	vkGetPhysicalDeviceProperties2(device->physical, &properties);
	vkGetPhysicalDeviceMemoryProperties(device->physical, &device->memory);
	device->properties = properties.properties;
	device->host_alignment = host.minImportedHostPointerAlignment;
	device->is_venus = driver.driverID == VK_DRIVER_ID_MESA_VENUS;
	device->is_software = driver.driverID == VK_DRIVER_ID_MESA_LLVMPIPE ||
			      device->properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU;
	snprintf(device->driver, sizeof device->driver, "%s",
		driver.driverName[0] ? driver.driverName : "unknown");
}

/* An extension whose functions are not there is not there. */
static void device_load(struct device *device)
{
	VkDevice handle = device->handle;
	if (device->has_dma_buf) {
		device->get_memory_fd =
			(PFN_vkGetMemoryFdKHR)vkGetDeviceProcAddr(handle, "vkGetMemoryFdKHR");
		device->get_memory_fd_properties =
			(PFN_vkGetMemoryFdPropertiesKHR)vkGetDeviceProcAddr(
				handle, "vkGetMemoryFdPropertiesKHR");
	}
	if (device->has_host_pointer)
		device->get_host_pointer_properties =
			(PFN_vkGetMemoryHostPointerPropertiesEXT)vkGetDeviceProcAddr(
				handle, "vkGetMemoryHostPointerPropertiesEXT");
	if (device->has_sync_fd)
		device->get_semaphore_fd =
			(PFN_vkGetSemaphoreFdKHR)vkGetDeviceProcAddr(handle, "vkGetSemaphoreFdKHR");
	device->has_dma_buf = device->get_memory_fd && device->get_memory_fd_properties;
	device->has_modifiers = device->has_modifiers && device->has_dma_buf;
	device->has_host_pointer = device->get_host_pointer_properties;
	device->has_sync_fd = device->get_semaphore_fd;
}

static bool device_has_video(const struct device *device)
{
	VkPhysicalDeviceSamplerYcbcrConversionFeatures video = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SAMPLER_YCBCR_CONVERSION_FEATURES};
	VkPhysicalDeviceFeatures2 features = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, .pNext = &video};
	vkGetPhysicalDeviceFeatures2(device->physical, &features);
	return video.samplerYcbcrConversion;
}

static bool device_open(struct device *device, const struct renderer_options *options,
	const struct choose_extensions *extensions, char *reason)
{
	struct device_names names = {.there = extensions};
	device_collect(device, options, &names);
	device->has_video = device_has_video(device);
	const VkPhysicalDeviceSamplerYcbcrConversionFeatures video = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SAMPLER_YCBCR_CONVERSION_FEATURES,
		.samplerYcbcrConversion = device->has_video,
	};
	const float priority = 1;
	const VkDeviceQueueCreateInfo queue = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
		.queueFamilyIndex = device->queue_family,
		.queueCount = 1,
		.pQueuePriorities = &priority,
	};
	const VkDeviceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
		.pNext = &video,
		.queueCreateInfoCount = 1,
		.pQueueCreateInfos = &queue,
		.enabledExtensionCount = names.len,
		.ppEnabledExtensionNames = names.list,
	};
	VkResult result = vkCreateDevice(device->physical, &info, NULL, &device->handle);
	if (result != VK_SUCCESS) {
		device->handle = VK_NULL_HANDLE;
		snprintf(reason, WIRE_MAX_REASON, "%.80s cannot be opened: %s",
			device->properties.deviceName, instance_describe(result));
		return false;
	}
	vkGetDeviceQueue(device->handle, device->queue_family, 0, &device->queue);
	device_load(device);
	return true;
}

bool device_init(struct device *device, const struct renderer_options *options, char *reason)
{
	*device = (struct device){0};
	if (!instance_init(&device->instance, reason))
		return false;
	device->physical = choose_device(device->instance.handle, options, reason);
	if (!device->physical)
		return false;
	device->queue_family = choose_queue_family(device->physical);
	device->timestamp_bits = choose_timestamp_bits(device->physical, device->queue_family);
	struct choose_extensions *extensions = malloc(sizeof *extensions);
	if (!extensions) {
		snprintf(reason, WIRE_MAX_REASON, "out of memory");
		return false;
	}
	choose_list_extensions(device->physical, extensions);
	device_describe(device, extensions);
	bool ok = device_open(device, options, extensions, reason);
	free(extensions);
	if (!ok)
		return false;
	/* Vulkan guarantees it; Venus breaks that where the host has no dma-buf. */
	if (memory_type_find(device, UINT32_MAX,
		    VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT,
		    0) == MEMORY_TYPE_NONE) {
		snprintf(reason, WIRE_MAX_REASON, "%.80s has no memory that the CPU can reach%s",
			device->properties.deviceName,
			device->is_venus ? ": the host's Vulkan cannot share memory" : "");
		return false;
	}
	return true;
}

void device_finish(struct device *device)
{
	if (device->handle)
		vkDestroyDevice(device->handle, NULL);
	instance_finish(&device->instance);
	*device = (struct device){0};
}
