#include "render/vulkan/list.h"

#include "render/vulkan/choose.h"
#include "render/vulkan/instance.h"
#include "render/wire.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* What a rung of the ladder or a client's buffer needs; VK_KHR_swapchain is for clients on the same
 * device. */
static const char *const list_extensions[] = {
	VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME,
	VK_EXT_EXTERNAL_MEMORY_DMA_BUF_EXTENSION_NAME,
	VK_EXT_IMAGE_DRM_FORMAT_MODIFIER_EXTENSION_NAME,
	VK_EXT_QUEUE_FAMILY_FOREIGN_EXTENSION_NAME,
	VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME,
	VK_KHR_EXTERNAL_SEMAPHORE_FD_EXTENSION_NAME,
	VK_EXT_PHYSICAL_DEVICE_DRM_EXTENSION_NAME,
	VK_KHR_SWAPCHAIN_EXTENSION_NAME,
};

static const char *list_type(VkPhysicalDeviceType type)
{
	switch (type) {
	case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
		return "integrated";
	case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
		return "discrete";
	case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
		return "virtual";
	case VK_PHYSICAL_DEVICE_TYPE_CPU:
		return "cpu";
	default:
		return "other";
	}
}

/* A driver's text need not be UTF-8, which JSON must be. */
static json_t *list_text(const char *text)
{
	json_t *string = json_string(text);
	return string ? string : json_string("?");
}

static void list_add_drm(
	json_t *device, VkPhysicalDevice physical, const struct choose_extensions *extensions)
{
	VkPhysicalDeviceDrmPropertiesEXT drm = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRM_PROPERTIES_EXT};
	VkPhysicalDeviceProperties2 properties = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &drm};
	if (!choose_has_extension(extensions, VK_EXT_PHYSICAL_DEVICE_DRM_EXTENSION_NAME))
		return;
	vkGetPhysicalDeviceProperties2(physical, &properties);
	if (drm.hasPrimary)
		json_object_set_new(device, "drm",
			json_sprintf("%d:%d", (int)drm.primaryMajor, (int)drm.primaryMinor));
}

static json_t *list_describe(VkPhysicalDevice physical)
{
	struct choose_extensions *extensions = calloc(1, sizeof *extensions);
	if (!extensions)
		return NULL;
	VkPhysicalDeviceProperties properties;
	vkGetPhysicalDeviceProperties(physical, &properties);
	choose_list_extensions(physical, extensions);
	VkPhysicalDeviceDriverProperties driver = choose_get_driver(physical, extensions);
	json_t *device = json_object(), *has = json_object();
	json_object_set_new(device, "name", list_text(properties.deviceName));
	json_object_set_new(device, "driver", list_text(driver.driverName));
	json_object_set_new(device, "type", json_string(list_type(properties.deviceType)));
	json_object_set_new(device, "api",
		json_sprintf("%u.%u.%u", VK_API_VERSION_MAJOR(properties.apiVersion),
			VK_API_VERSION_MINOR(properties.apiVersion),
			VK_API_VERSION_PATCH(properties.apiVersion)));
	list_add_drm(device, physical, extensions);
	for (size_t i = 0; i < sizeof list_extensions / sizeof list_extensions[0]; i++)
		json_object_set_new(has, list_extensions[i],
			json_boolean(choose_has_extension(extensions, list_extensions[i])));
	json_object_set_new(device, "extensions", has);
	free(extensions);
	return device;
}

static void list_add_devices(json_t *list, VkInstance instance)
{
	VkPhysicalDevice devices[CHOOSE_MAX_DEVICES];
	uint32_t n = choose_list_devices(instance, devices);
	for (uint32_t i = 0; i < n; i++)
		json_array_append_new(list, list_describe(devices[i]));
}

int list_devices(void)
{
	char reason[WIRE_MAX_REASON] = "";
	struct instance instance;
	json_t *report = json_object(), *list = json_array();
	if (instance_init(&instance, reason))
		list_add_devices(list, instance.handle);
	else
		json_object_set_new(report, "error", json_string(reason));
	instance_finish(&instance);
	json_object_set_new(report, "devices", list);
	bool printed = json_dumpf(report, stdout, JSON_INDENT(1)) == 0 && fflush(stdout) == 0;
	json_decref(report);
	return printed ? 0 : 1;
}
