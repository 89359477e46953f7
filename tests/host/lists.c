// SPDX-License-Identifier: MIT
/*
 * lists MINOR: prints the extensions of the only device, one a line, as an application of Vulkan
 * 1.MINOR is told them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <vulkan/vulkan.h>

#define LISTS_MAX 512

int main(int argc, char **argv)
{
	VkApplicationInfo application = {
		.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
		.apiVersion = VK_MAKE_API_VERSION(0, 1, argc == 2 ? (uint32_t)atoi(argv[1]) : 0, 0),
	};
	VkInstanceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
		.pApplicationInfo = &application,
	};
	static VkExtensionProperties list[LISTS_MAX];
	uint32_t count = 1, len = LISTS_MAX;
	VkPhysicalDevice physical;
	VkInstance instance;

	if (vkCreateInstance(&info, NULL, &instance) != VK_SUCCESS)
		return 1;
	if (vkEnumeratePhysicalDevices(instance, &count, &physical) != VK_SUCCESS ||
		vkEnumerateDeviceExtensionProperties(physical, NULL, &len, list) != VK_SUCCESS)
		return 1;
	for (uint32_t i = 0; i < len; i++)
		puts(list[i].extensionName);
	vkDestroyInstance(instance, NULL);
	return 0;
}
