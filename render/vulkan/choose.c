#include "render/vulkan/choose.h"

#include "common/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHOOSE_MAX_FAMILIES 32

enum choose_rank {
	CHOOSE_UNUSABLE,
	CHOOSE_CPU,
	CHOOSE_VENUS,
	CHOOSE_HARDWARE,
	CHOOSE_DRM,
};

uint32_t choose_list_devices(
	VkInstance instance, VkPhysicalDevice devices[static CHOOSE_MAX_DEVICES])
{
	uint32_t n = CHOOSE_MAX_DEVICES;
	VkResult result = vkEnumeratePhysicalDevices(instance, &n, devices);
	return result == VK_SUCCESS || result == VK_INCOMPLETE ? n : 0;
}

void choose_list_extensions(VkPhysicalDevice physical, struct choose_extensions *extensions)
{
	extensions->len = CHOOSE_MAX_EXTENSIONS;
	VkResult result = vkEnumerateDeviceExtensionProperties(
		physical, NULL, &extensions->len, extensions->list);
	if (result != VK_SUCCESS && result != VK_INCOMPLETE)
		extensions->len = 0;
}

bool choose_has_extension(const struct choose_extensions *extensions, const char *name)
{
	for (uint32_t i = 0; i < extensions->len; i++) {
		if (strcmp(extensions->list[i].extensionName, name) == 0)
			return true;
	}
	return false;
}

VkPhysicalDeviceDriverProperties choose_get_driver(
	VkPhysicalDevice physical, const struct choose_extensions *extensions)
{
	VkPhysicalDeviceDriverProperties driver = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES};
	VkPhysicalDeviceProperties2 properties = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &driver};
	if (choose_has_extension(extensions, VK_KHR_DRIVER_PROPERTIES_EXTENSION_NAME))
		vkGetPhysicalDeviceProperties2(physical, &properties);
	return driver;
}

static bool choose_is_drm_device(VkPhysicalDevice physical,
	const struct choose_extensions *extensions, const struct renderer_options *options)
{
	if (!options->has_drm ||
		!choose_has_extension(extensions, VK_EXT_PHYSICAL_DEVICE_DRM_EXTENSION_NAME))
		return false;
	VkPhysicalDeviceDrmPropertiesEXT drm = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRM_PROPERTIES_EXT};
	VkPhysicalDeviceProperties2 properties = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &drm};
	vkGetPhysicalDeviceProperties2(physical, &properties);
	bool primary = drm.hasPrimary && drm.primaryMajor == options->drm_major &&
		       drm.primaryMinor == options->drm_minor;
	bool render = drm.hasRender && drm.renderMajor == options->drm_major &&
		      drm.renderMinor == options->drm_minor;
	return primary || render;
}

uint32_t choose_queue_family(VkPhysicalDevice physical)
{
	VkQueueFamilyProperties families[CHOOSE_MAX_FAMILIES];
	uint32_t n = CHOOSE_MAX_FAMILIES;
	vkGetPhysicalDeviceQueueFamilyProperties(physical, &n, families);
	for (uint32_t i = 0; i < n; i++) {
		if (families[i].queueFlags & VK_QUEUE_GRAPHICS_BIT)
			return i;
	}
	return UINT32_MAX;
}

uint32_t choose_timestamp_bits(VkPhysicalDevice physical, uint32_t family)
{
	VkQueueFamilyProperties families[CHOOSE_MAX_FAMILIES];
	uint32_t n = CHOOSE_MAX_FAMILIES;
	vkGetPhysicalDeviceQueueFamilyProperties(physical, &n, families);
	return family < n ? families[family].timestampValidBits : 0;
}

static enum choose_rank choose_rank(VkPhysicalDevice physical,
	const struct renderer_options *options, struct choose_extensions *extensions)
{
	VkPhysicalDeviceProperties properties;
	vkGetPhysicalDeviceProperties(physical, &properties);
	if (properties.apiVersion < VK_API_VERSION_1_1 ||
		choose_queue_family(physical) == UINT32_MAX)
		return CHOOSE_UNUSABLE;
	choose_list_extensions(physical, extensions);
	if (choose_is_drm_device(physical, extensions, options))
		return CHOOSE_DRM;
	if (choose_get_driver(physical, extensions).driverID == VK_DRIVER_ID_MESA_VENUS)
		return CHOOSE_VENUS;
	return properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU ? CHOOSE_CPU : CHOOSE_HARDWARE;
}

VkPhysicalDevice choose_device(
	VkInstance instance, const struct renderer_options *options, char *reason)
{
	VkPhysicalDevice devices[CHOOSE_MAX_DEVICES], best = VK_NULL_HANDLE;
	enum choose_rank best_rank = CHOOSE_UNUSABLE;
	struct choose_extensions *extensions = malloc(sizeof *extensions);
	uint32_t n = extensions ? choose_list_devices(instance, devices) : 0;
	for (uint32_t i = 0; i < n; i++) {
		enum choose_rank rank = choose_rank(devices[i], options, extensions);
		if (rank > best_rank) {
			best_rank = rank;
			best = devices[i];
		}
	}
	free(extensions);
	if (!best)
		snprintf(reason, WIRE_MAX_REASON,
			"no Vulkan device with Vulkan 1.1 and a graphics queue");
	return best;
}
