// SPDX-License-Identifier: MIT
#include "host/instance.h"
#include "host/gpu.h"
#include "host/hooks.h"
#include "host/table.h"

#include <stdlib.h>

static struct table instance_table = TABLE_INITIALIZER; /* by dispatch key */

struct instance *instance_get(const void *object)
{
	return table_get(&instance_table, dispatch_key(object));
}

struct gpu *instance_gpu(VkPhysicalDevice handle)
{
	struct instance *instance = instance_get(handle);
	struct gpu *gpu;

	pthread_mutex_lock(&instance->lock);
	for (gpu = instance->gpus; gpu && gpu->handle != handle;)
		gpu = gpu->sibling;
	if (!gpu && (gpu = gpu_create(instance, handle))) {
		/* Listed before it is asked: while it makes a device for us, the loader asks us for
		 * its extensions. */
		gpu->sibling = instance->gpus;
		instance->gpus = gpu;
		gpu_ask(gpu);
	}
	pthread_mutex_unlock(&instance->lock);
	return gpu;
}

static void instance_destroy(struct instance *instance)
{
	if (!instance)
		return;
	while (instance->gpus) {
		struct gpu *gpu = instance->gpus;

		instance->gpus = gpu->sibling;
		gpu_destroy(gpu);
	}
	pthread_mutex_destroy(&instance->lock);
	free(instance);
}

static VkLayerInstanceCreateInfo *instance_loader_info(
	const VkInstanceCreateInfo *info, VkLayerFunction function)
{
	const VkLayerInstanceCreateInfo *node = info->pNext;

	for (; node; node = node->pNext) {
		if (node->sType == VK_STRUCTURE_TYPE_LOADER_INSTANCE_CREATE_INFO &&
			node->function == function)
			break;
	}
	return (VkLayerInstanceCreateInfo *)node;
}

static struct instance *instance_create(const VkInstanceCreateInfo *info)
{
	VkLayerInstanceCreateInfo *link = instance_loader_info(info, VK_LAYER_LINK_INFO);
	VkLayerInstanceCreateInfo *loader =
		instance_loader_info(info, VK_LOADER_LAYER_CREATE_DEVICE_CALLBACK);
	struct instance *instance;
	pthread_mutexattr_t recursive;

	if (!link || !(instance = calloc(1, sizeof(*instance))))
		return NULL;
	pthread_mutexattr_init(&recursive);
	pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&instance->lock, &recursive);
	pthread_mutexattr_destroy(&recursive);
	instance->next.GetInstanceProcAddr = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
	instance->next.GetPhysicalDeviceProcAddr =
		link->u.pLayerInfo->pfnNextGetPhysicalDeviceProcAddr;
	link->u.pLayerInfo = link->u.pLayerInfo->pNext;
	if (loader) {
		instance->create_device = loader->u.layerDevice.pfnLayerCreateDevice;
		instance->destroy_device = loader->u.layerDevice.pfnLayerDestroyDevice;
	}
	instance->api_version = VK_API_VERSION_1_0;
	if (info->pApplicationInfo && info->pApplicationInfo->apiVersion)
		instance->api_version = info->pApplicationInfo->apiVersion;
	return instance;
}

VkResult VKAPI_CALL instance_CreateInstance(
	const VkInstanceCreateInfo *info, const VkAllocationCallbacks *allocator, VkInstance *out)
{
	struct instance *instance = instance_create(info);
	PFN_vkCreateInstance create;
	VkResult result;

	if (!instance)
		return VK_ERROR_INITIALIZATION_FAILED;
	create = (PFN_vkCreateInstance)instance->next.GetInstanceProcAddr(NULL, "vkCreateInstance");
	result = create ? create(info, allocator, out) : VK_ERROR_INITIALIZATION_FAILED;
	if (result != VK_SUCCESS) {
		instance_destroy(instance);
		return result;
	}
	instance->handle = *out;
	dispatch_instance_load(&instance->next, *out);
	if (!table_put(&instance_table, dispatch_key(*out), instance)) {
		instance->next.DestroyInstance(*out, allocator);
		instance_destroy(instance);
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	}
	return VK_SUCCESS;
}

void VKAPI_CALL instance_DestroyInstance(VkInstance handle, const VkAllocationCallbacks *allocator)
{
	struct instance *instance =
		handle ? table_take(&instance_table, dispatch_key(handle)) : NULL;

	if (!instance)
		return;
	instance->next.DestroyInstance(handle, allocator);
	instance_destroy(instance);
}

VkResult VKAPI_CALL instance_EnumeratePhysicalDevices(
	VkInstance handle, uint32_t *count, VkPhysicalDevice *devices)
{
	VkResult result =
		instance_get(handle)->next.EnumeratePhysicalDevices(handle, count, devices);

	/* Now, for the loader holds its lock here, and asking a driver may take a device of our
	 * own. */
	if (devices && (result == VK_SUCCESS || result == VK_INCOMPLETE)) {
		for (uint32_t i = 0; i < *count; i++)
			instance_gpu(devices[i]);
	}
	return result;
}

VkResult VKAPI_CALL instance_EnumeratePhysicalDeviceGroups(
	VkInstance handle, uint32_t *count, VkPhysicalDeviceGroupProperties *groups)
{
	VkResult result =
		instance_get(handle)->next.EnumeratePhysicalDeviceGroups(handle, count, groups);

	if (groups && (result == VK_SUCCESS || result == VK_INCOMPLETE)) {
		for (uint32_t i = 0; i < *count; i++) {
			for (uint32_t j = 0; j < groups[i].physicalDeviceCount; j++)
				instance_gpu(groups[i].physicalDevices[j]);
		}
	}
	return result;
}
