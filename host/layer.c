// SPDX-License-Identifier: MIT
/* The border to the Vulkan loader: negotiation, and finding our function or the next layer's by its
 * name. */
#include "host/device.h"
#include "host/gpu.h"
#include "host/hooks.h"
#include "host/instance.h"

#include <string.h>

#define LAYER_INTERFACE_VERSION 2

struct layer_hook {
	const char *name;
	const char *aliases; /**< comma-separated suffixes */
	PFN_vkVoidFunction function;
	unsigned provides; /**< enum gpu_extension, or 0 */
};

#define LAYER_HOOK(noun, name, aliases, provides) \
	{"vk" #name, aliases, (PFN_vkVoidFunction)noun##_##name, provides},

static const struct layer_hook layer_instance_hooks[] = {HOOKS_INSTANCE(LAYER_HOOK){0}};
static const struct layer_hook layer_device_hooks[] = {HOOKS_DEVICE(LAYER_HOOK){0}};

static bool layer_hook_is(const struct layer_hook *hook, const char *name)
{
	size_t len = strlen(hook->name);

	if (strncmp(hook->name, name, len) != 0)
		return false;
	if (!name[len])
		return true;
	/* An alias is its extension's suffix of three letters. */
	return strlen(name + len) == 3 && strstr(hook->aliases, name + len);
}

static const struct layer_hook *layer_find(const struct layer_hook *hooks, const char *name)
{
	for (; hooks->name; hooks++) {
		if (layer_hook_is(hooks, name))
			return hooks;
	}
	return NULL;
}

PFN_vkVoidFunction VKAPI_CALL layer_GetDeviceProcAddr(VkDevice handle, const char *name)
{
	struct device *device = device_get(handle);
	const struct layer_hook *hook = layer_find(layer_device_hooks, name);
	PFN_vkVoidFunction next;

	if (hook && hook->provides && device->offers & hook->provides)
		return hook->function;
	next = device->next.GetDeviceProcAddr(handle, name);
	if (!hook || !next)
		return next;
	if (device->offers || hook->function == (PFN_vkVoidFunction)layer_GetDeviceProcAddr ||
		hook->function == (PFN_vkVoidFunction)device_DestroyDevice)
		return hook->function;
	return next; /* nothing to mend on this device: not even in the way */
}

PFN_vkVoidFunction VKAPI_CALL layer_GetInstanceProcAddr(VkInstance handle, const char *name)
{
	struct instance *instance = handle ? instance_get(handle) : NULL;
	const struct layer_hook *hook = layer_find(layer_instance_hooks, name);
	PFN_vkVoidFunction next;

	if (!hook)
		hook = layer_find(layer_device_hooks, name);
	if (!instance)
		return hook && hook->function == (PFN_vkVoidFunction)instance_CreateInstance
			       ? hook->function
			       : NULL;
	if (hook && hook->provides)
		return hook->function;
	next = instance->next.GetInstanceProcAddr(handle, name);
	return hook && next ? hook->function : next;
}

static PFN_vkVoidFunction VKAPI_CALL layer_GetPhysicalDeviceProcAddr(
	VkInstance handle, const char *name)
{
	struct instance *instance = instance_get(handle);
	const struct layer_hook *hook = layer_find(layer_instance_hooks, name);
	PFN_vkVoidFunction next = NULL;

	if (!strncmp(name, "vkGetPhysicalDevice", strlen("vkGetPhysicalDevice")) && hook)
		return layer_GetInstanceProcAddr(handle, name);
	if (instance && instance->next.GetPhysicalDeviceProcAddr)
		next = instance->next.GetPhysicalDeviceProcAddr(handle, name);
	return next;
}

__attribute__((visibility("default"))) VkResult VKAPI_CALL vkNegotiateLoaderLayerInterfaceVersion(
	VkNegotiateLayerInterface *negotiate)
{
	if (negotiate->sType != LAYER_NEGOTIATE_INTERFACE_STRUCT ||
		negotiate->loaderLayerInterfaceVersion < LAYER_INTERFACE_VERSION)
		return VK_ERROR_INITIALIZATION_FAILED;
	negotiate->loaderLayerInterfaceVersion = LAYER_INTERFACE_VERSION;
	negotiate->pfnGetInstanceProcAddr = layer_GetInstanceProcAddr;
	negotiate->pfnGetDeviceProcAddr = layer_GetDeviceProcAddr;
	negotiate->pfnGetPhysicalDeviceProcAddr = layer_GetPhysicalDeviceProcAddr;
	return VK_SUCCESS;
}
