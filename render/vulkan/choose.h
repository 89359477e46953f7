/** Which physical device to draw with. */
#ifndef RENDER_VULKAN_CHOOSE_H
#define RENDER_VULKAN_CHOOSE_H

#include "render/renderer.h"

#include <vulkan/vulkan.h>

#define CHOOSE_MAX_DEVICES 16
#define CHOOSE_MAX_EXTENSIONS 512

/** The physical devices; how many, 0 where that fails. More than these are left out. */
uint32_t choose_list_devices(
	VkInstance instance, VkPhysicalDevice devices[static CHOOSE_MAX_DEVICES]);

/** The names of a physical device's extensions. */
struct choose_extensions {
	VkExtensionProperties list[CHOOSE_MAX_EXTENSIONS];
	uint32_t len;
};

void choose_list_extensions(VkPhysicalDevice physical, struct choose_extensions *extensions);
bool choose_has_extension(const struct choose_extensions *extensions, const char *name);

/** Zeroed where the device does not tell (VK_KHR_driver_properties). */
VkPhysicalDeviceDriverProperties choose_get_driver(
	VkPhysicalDevice physical, const struct choose_extensions *extensions);

/**
 * The device of the DRM node that scans out, where drivers tell; else hardware, else Venus, else a
 * CPU; the first of equals. VK_NULL_HANDLE: none with Vulkan 1.1 and a graphics queue, reason says
 * so.
 */
VkPhysicalDevice choose_device(
	VkInstance instance, const struct renderer_options *options, char *reason);

/** The first queue family with graphics, or UINT32_MAX. */
uint32_t choose_queue_family(VkPhysicalDevice physical);

/** VkQueueFamilyProperties.timestampValidBits of a family. */
uint32_t choose_timestamp_bits(VkPhysicalDevice physical, uint32_t family);

#endif
