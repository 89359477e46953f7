// SPDX-License-Identifier: MIT
#include "nowhere.h"
#include "nowhere_display.h"

#include "host/table.h"

#include <stdlib.h>
#include <string.h>

#define NOWHERE_EXPORT __attribute__((visibility("default")))
#define NOWHERE_MAX_EXTENSIONS 512

static struct table nowhere_instances = TABLE_INITIALIZER, nowhere_devices = TABLE_INITIALIZER;

static struct dispatch_instance *nowhere_instance(const void *object)
{
	return table_get(&nowhere_instances, dispatch_key(object));
}

struct nowhere_device *nowhere_device(const void *object)
{
	return table_get(&nowhere_devices, dispatch_key(object));
}

static VkResult VKAPI_CALL nowhere_CreateInstance(
	const VkInstanceCreateInfo *info, const VkAllocationCallbacks *allocator, VkInstance *out)
{
	struct dispatch_instance *next = calloc(1, sizeof(*next));
	VkLayerInstanceCreateInfo *node = (void *)info->pNext;
	VkResult result;

	while (node->sType != VK_STRUCTURE_TYPE_LOADER_INSTANCE_CREATE_INFO ||
		node->function != VK_LAYER_LINK_INFO)
		node = (void *)node->pNext;
	next->GetInstanceProcAddr = node->u.pLayerInfo->pfnNextGetInstanceProcAddr;
	node->u.pLayerInfo = node->u.pLayerInfo->pNext;
	result = ((PFN_vkCreateInstance)next->GetInstanceProcAddr(NULL, "vkCreateInstance"))(
		info, allocator, out);
	if (result != VK_SUCCESS) {
		free(next);
		return result;
	}
	dispatch_instance_load(next, *out);
	table_put(&nowhere_instances, dispatch_key(*out), next);
	return result;
}

static void VKAPI_CALL nowhere_DestroyInstance(
	VkInstance instance, const VkAllocationCallbacks *allocator)
{
	struct dispatch_instance *next = table_take(&nowhere_instances, dispatch_key(instance));

	next->DestroyInstance(instance, allocator);
	free(next);
	display_close();
}

/** Drivers without a display may not list the swapchain. */
static VkResult VKAPI_CALL nowhere_EnumerateDeviceExtensionProperties(
	VkPhysicalDevice physical, const char *layer, uint32_t *count, VkExtensionProperties *out)
{
	static _Thread_local VkExtensionProperties list[NOWHERE_MAX_EXTENSIONS];
	uint32_t len = NOWHERE_MAX_EXTENSIONS - 1;
	bool has_swapchain = false;
	VkResult result = nowhere_instance(physical)->EnumerateDeviceExtensionProperties(
		physical, layer, &len, list);

	if (result != VK_SUCCESS || layer)
		return result;
	for (uint32_t i = 0; i < len; i++)
		has_swapchain |= !strcmp(list[i].extensionName, VK_KHR_SWAPCHAIN_EXTENSION_NAME);
	if (!has_swapchain)
		list[len++] = (VkExtensionProperties){VK_KHR_SWAPCHAIN_EXTENSION_NAME, 70};
	if (out && *count < len)
		result = VK_INCOMPLETE;
	else
		*count = len;
	if (out)
		memcpy(out, list, *count * sizeof(*out));
	return result;
}

/* Surfaces are nothing but a handle. */

static VkResult VKAPI_CALL nowhere_CreateWaylandSurfaceKHR(VkInstance instance, const void *info,
	const VkAllocationCallbacks *allocator, VkSurfaceKHR *out)
{
	*out = (VkSurfaceKHR)(uintptr_t)&nowhere_instances;
	return VK_SUCCESS;
}

static VkResult VKAPI_CALL nowhere_CreateHeadlessSurfaceEXT(VkInstance instance,
	const VkHeadlessSurfaceCreateInfoEXT *info, const VkAllocationCallbacks *allocator,
	VkSurfaceKHR *out)
{
	return nowhere_CreateWaylandSurfaceKHR(instance, info, allocator, out);
}

static void VKAPI_CALL nowhere_DestroySurfaceKHR(
	VkInstance instance, VkSurfaceKHR surface, const VkAllocationCallbacks *allocator)
{
}

static VkBool32 VKAPI_CALL nowhere_GetPhysicalDeviceWaylandPresentationSupportKHR(
	VkPhysicalDevice physical, uint32_t family, void *display)
{
	return VK_TRUE;
}

static VkResult VKAPI_CALL nowhere_GetPhysicalDeviceSurfaceSupportKHR(
	VkPhysicalDevice physical, uint32_t family, VkSurfaceKHR surface, VkBool32 *out)
{
	*out = VK_TRUE;
	return VK_SUCCESS;
}

static VkResult VKAPI_CALL nowhere_GetPhysicalDeviceSurfaceCapabilitiesKHR(
	VkPhysicalDevice physical, VkSurfaceKHR surface, VkSurfaceCapabilitiesKHR *out)
{
	*out = (VkSurfaceCapabilitiesKHR){
		.minImageCount = 3,
		.maxImageCount = 8,
		.currentExtent = {UINT32_MAX, UINT32_MAX},
		.minImageExtent = {1, 1},
		.maxImageExtent = {16384, 16384},
		.maxImageArrayLayers = 1,
		.supportedTransforms = VK_SURFACE_TRANSFORM_IDENTITY_BIT_KHR,
		.currentTransform = VK_SURFACE_TRANSFORM_IDENTITY_BIT_KHR,
		.supportedCompositeAlpha = VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR,
		.supportedUsageFlags = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT |
				       VK_IMAGE_USAGE_TRANSFER_SRC_BIT |
				       VK_IMAGE_USAGE_TRANSFER_DST_BIT,
	};
	display_size(&out->currentExtent);
	return VK_SUCCESS;
}

/* Vulkan's way to answer with an array. */
#define NOWHERE_LIST(list, count, out) \
	uint32_t len = sizeof(list) / sizeof((list)[0]); \
	bool incomplete = (out) && *(count) < len; \
	if (!incomplete) \
		*(count) = len; \
	if (out) \
		memcpy(out, list, *(count) * sizeof((list)[0])); \
	return incomplete ? VK_INCOMPLETE : VK_SUCCESS

static VkResult VKAPI_CALL nowhere_GetPhysicalDeviceSurfaceFormatsKHR(
	VkPhysicalDevice physical, VkSurfaceKHR surface, uint32_t *count, VkSurfaceFormatKHR *out)
{
	static const VkSurfaceFormatKHR list[] = {
		{VK_FORMAT_B8G8R8A8_UNORM, VK_COLOR_SPACE_SRGB_NONLINEAR_KHR},
		{VK_FORMAT_B8G8R8A8_SRGB, VK_COLOR_SPACE_SRGB_NONLINEAR_KHR},
	};
	NOWHERE_LIST(list, count, out);
}

static VkResult VKAPI_CALL nowhere_GetPhysicalDeviceSurfacePresentModesKHR(
	VkPhysicalDevice physical, VkSurfaceKHR surface, uint32_t *count, VkPresentModeKHR *out)
{
	static const VkPresentModeKHR of_display[] = {VK_PRESENT_MODE_FIFO_KHR};
	static const VkPresentModeKHR list[] = {VK_PRESENT_MODE_FIFO_KHR,
		VK_PRESENT_MODE_MAILBOX_KHR, VK_PRESENT_MODE_IMMEDIATE_KHR};
	if (display_is_wanted()) {
		NOWHERE_LIST(of_display, count, out);
	}
	NOWHERE_LIST(list, count, out);
}

/* The device. */

static VkResult VKAPI_CALL nowhere_CreateDevice(VkPhysicalDevice physical,
	const VkDeviceCreateInfo *info, const VkAllocationCallbacks *allocator, VkDevice *out)
{
	VkLayerDeviceCreateInfo *node = (void *)info->pNext;
	struct nowhere_device *device = calloc(1, sizeof(*device));
	const char **names =
		calloc(info->enabledExtensionCount + DISPLAY_N_EXTENSIONS + 1, sizeof(*names));
	VkDeviceCreateInfo asked = *info;
	PFN_vkCreateDevice create;
	VkResult result;

	while (node->sType != VK_STRUCTURE_TYPE_LOADER_DEVICE_CREATE_INFO ||
		node->function != VK_LAYER_LINK_INFO)
		node = (void *)node->pNext;
	create = (PFN_vkCreateDevice)node->u.pLayerInfo->pfnNextGetInstanceProcAddr(
		NULL, "vkCreateDevice");
	device->next.GetDeviceProcAddr = node->u.pLayerInfo->pfnNextGetDeviceProcAddr;
	node->u.pLayerInfo = node->u.pLayerInfo->pNext;
	asked.enabledExtensionCount = 0;
	asked.ppEnabledExtensionNames = names;
	for (uint32_t i = 0; i < info->enabledExtensionCount; i++) {
		if (strcmp(info->ppEnabledExtensionNames[i], VK_KHR_SWAPCHAIN_EXTENSION_NAME))
			names[asked.enabledExtensionCount++] = info->ppEnabledExtensionNames[i];
	}
	for (uint32_t i = 0; display_is_wanted() && i < DISPLAY_N_EXTENSIONS; i++)
		names[asked.enabledExtensionCount++] = display_extensions[i];
	result = create(physical, &asked, allocator, out);
	free(names);
	if (result != VK_SUCCESS) {
		free(device);
		return result;
	}
	device->handle = *out;
	dispatch_device_load(&device->next, *out);
	nowhere_instance(physical)->GetPhysicalDeviceMemoryProperties(physical, &device->memory);
	device->next.GetDeviceQueue(
		*out, info->pQueueCreateInfos[0].queueFamilyIndex, 0, &device->queue);
	table_put(&nowhere_devices, dispatch_key(*out), device);
	return result;
}

static void VKAPI_CALL nowhere_DestroyDevice(
	VkDevice handle, const VkAllocationCallbacks *allocator)
{
	struct nowhere_device *device = table_take(&nowhere_devices, dispatch_key(handle));

	device->next.DestroyDevice(handle, allocator);
	free(device);
}

/* What the loader finds. */

static PFN_vkVoidFunction VKAPI_CALL nowhere_GetInstanceProcAddr(VkInstance, const char *);
static PFN_vkVoidFunction VKAPI_CALL nowhere_GetDeviceProcAddr(VkDevice, const char *);

struct nowhere_function {
	const char *name;
	PFN_vkVoidFunction function;
};

#define NOWHERE_FUNCTION(name) {"vk" #name, (PFN_vkVoidFunction)nowhere_##name}

static const struct nowhere_function nowhere_instance_functions[] = {
	NOWHERE_FUNCTION(GetInstanceProcAddr),
	NOWHERE_FUNCTION(CreateInstance),
	NOWHERE_FUNCTION(DestroyInstance),
	NOWHERE_FUNCTION(EnumerateDeviceExtensionProperties),
	NOWHERE_FUNCTION(CreateWaylandSurfaceKHR),
	NOWHERE_FUNCTION(CreateHeadlessSurfaceEXT),
	NOWHERE_FUNCTION(DestroySurfaceKHR),
	NOWHERE_FUNCTION(GetPhysicalDeviceWaylandPresentationSupportKHR),
	NOWHERE_FUNCTION(GetPhysicalDeviceSurfaceSupportKHR),
	NOWHERE_FUNCTION(GetPhysicalDeviceSurfaceCapabilitiesKHR),
	NOWHERE_FUNCTION(GetPhysicalDeviceSurfaceFormatsKHR),
	NOWHERE_FUNCTION(GetPhysicalDeviceSurfacePresentModesKHR),
	NOWHERE_FUNCTION(CreateDevice),
};

static const struct nowhere_function nowhere_device_functions[] = {
	NOWHERE_FUNCTION(GetDeviceProcAddr),
	NOWHERE_FUNCTION(DestroyDevice),
	NOWHERE_FUNCTION(CreateSwapchainKHR),
	NOWHERE_FUNCTION(DestroySwapchainKHR),
	NOWHERE_FUNCTION(GetSwapchainImagesKHR),
	NOWHERE_FUNCTION(AcquireNextImageKHR),
	NOWHERE_FUNCTION(QueuePresentKHR),
};

static PFN_vkVoidFunction nowhere_find(
	const struct nowhere_function *list, size_t len, const char *name)
{
	for (size_t i = 0; i < len; i++) {
		if (!strcmp(list[i].name, name))
			return list[i].function;
	}
	return NULL;
}

static PFN_vkVoidFunction nowhere_find_for_device(const char *name)
{
	return nowhere_find(nowhere_device_functions,
		sizeof(nowhere_device_functions) / sizeof(nowhere_device_functions[0]), name);
}

static PFN_vkVoidFunction VKAPI_CALL nowhere_GetInstanceProcAddr(
	VkInstance instance, const char *name)
{
	PFN_vkVoidFunction function = nowhere_find(nowhere_instance_functions,
		sizeof(nowhere_instance_functions) / sizeof(nowhere_instance_functions[0]), name);

	if (!function)
		function = nowhere_find_for_device(name);
	if (!function && instance)
		function = nowhere_instance(instance)->GetInstanceProcAddr(instance, name);
	return function;
}

static PFN_vkVoidFunction VKAPI_CALL nowhere_GetDeviceProcAddr(VkDevice device, const char *name)
{
	PFN_vkVoidFunction function = nowhere_find_for_device(name);

	return function ? function : nowhere_device(device)->next.GetDeviceProcAddr(device, name);
}

NOWHERE_EXPORT VkResult VKAPI_CALL vkNegotiateLoaderLayerInterfaceVersion(
	VkNegotiateLayerInterface *negotiate)
{
	negotiate->loaderLayerInterfaceVersion = 2;
	negotiate->pfnGetInstanceProcAddr = nowhere_GetInstanceProcAddr;
	negotiate->pfnGetDeviceProcAddr = nowhere_GetDeviceProcAddr;
	negotiate->pfnGetPhysicalDeviceProcAddr = NULL;
	return VK_SUCCESS;
}
