// SPDX-License-Identifier: MIT
#include "host/device.h"
#include "host/chain.h"
#include "host/env.h"
#include "host/fence.h"
#include "host/gpu.h"
#include "host/hooks.h"
#include "host/image.h"
#include "host/instance.h"
#include "host/memory.h"
#include "host/queue.h"
#include "host/semaphore.h"
#include "host/shadow_commands.h"
#include "host/shadow_pass.h"

#include <stdlib.h>
#include <string.h>

static struct table device_table = TABLE_INITIALIZER; /* by dispatch key */

struct device *device_get(const void *object)
{
	return table_get(&device_table, dispatch_key(object));
}

static struct device *device_create(struct gpu *gpu)
{
	struct device *device = calloc(1, sizeof(*device));

	if (!device)
		return NULL;
	device->gpu = gpu;
	table_init(&device->memories);
	table_init(&device->buffers);
	table_init(&device->images);
	table_init(&device->queues);
	table_init(&device->semaphores);
	table_init(&device->fences);
	table_init(&device->shadow_commands);
	table_init(&device->shadow_views);
	table_init(&device->shadow_passes);
	table_init(&device->shadow_framebuffers);
	graveyard_init(&device->graveyard);
	shadow_handover_init(&device->shadow_pools);
	shadow_count_init(&device->shadow_total);
	return device;
}

/** After the driver's device is gone: whatever the application forgot to destroy goes with it. */
static void device_destroy(struct device *device)
{
	if (!device)
		return;
	table_each(&device->memories, memory_drop, NULL);
	table_each(&device->images, image_drop, NULL);
	table_each(&device->queues, queue_drop, NULL);
	table_each(&device->semaphores, semaphore_drop, NULL);
	table_each(&device->fences, fence_drop, NULL);
	table_each(&device->shadow_commands, shadow_commands_drop, NULL);
	table_each(&device->shadow_passes, shadow_pass_drop, NULL);
	table_each(&device->shadow_framebuffers, shadow_pass_drop, NULL);
	table_finish(&device->memories);
	table_finish(&device->buffers);
	table_finish(&device->images);
	table_finish(&device->queues);
	table_finish(&device->semaphores);
	table_finish(&device->fences);
	table_finish(&device->shadow_commands);
	table_finish(&device->shadow_views);
	table_finish(&device->shadow_passes);
	table_finish(&device->shadow_framebuffers);
	pthread_mutex_destroy(&device->shadow_pools.lock);
	shadow_count_finish(&device->shadow_total, device->gpu->name);
	free(device);
}

/** A device's extensions on their way to the driver. */
struct device_names {
	const char **list;
	uint32_t len;
	unsigned enabled; /**< enum gpu_extension: what the application enables */
};

static bool device_names_has(const struct device_names *names, const char *name)
{
	for (uint32_t i = 0; i < names->len; i++) {
		if (!strcmp(names->list[i], name))
			return true;
	}
	return false;
}

/** virglrenderer enables some names twice; the driver must not see ours, nor any twice. */
static void device_names_add(struct device_names *names, const struct gpu *gpu, const char *name)
{
	for (unsigned i = 0; i < GPU_N_EXTENSIONS; i++) {
		if (strcmp(name, gpu_extension(i)->extensionName) != 0)
			continue;
		names->enabled |= 1u << i;
		if (!(gpu->lists & 1u << i))
			return;
	}
	if (!device_names_has(names, name))
		names->list[names->len++] = name;
}

static bool device_names_init(
	struct device_names *names, const struct gpu *gpu, const VkDeviceCreateInfo *info)
{
	*names = (struct device_names){
		.list = calloc(info->enabledExtensionCount + 2, sizeof(*names->list))};
	if (!names->list)
		return false;
	for (uint32_t i = 0; i < info->enabledExtensionCount; i++)
		device_names_add(names, gpu, info->ppEnabledExtensionNames[i]);
	if (names->enabled & (GPU_MEMORY_FD | GPU_DMA_BUF | GPU_MODIFIER) &&
		gpu->offers & GPU_MEMORY_FD) {
		names->enabled |= GPU_MEMORY_FD | GPU_DMA_BUF;
		device_names_add(names, gpu, VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME);
	}
	return true;
}

static VkLayerDeviceCreateInfo *device_loader_info(
	const VkDeviceCreateInfo *info, VkLayerFunction function)
{
	VkLayerDeviceCreateInfo *node = (void *)info->pNext;

	for (; node; node = (void *)node->pNext) {
		if (node->sType == VK_STRUCTURE_TYPE_LOADER_DEVICE_CREATE_INFO &&
			node->function == function)
			break;
	}
	return node;
}

static VkLayerDeviceLink *device_link(const VkDeviceCreateInfo *info)
{
	VkLayerDeviceCreateInfo *node = device_loader_info(info, VK_LAYER_LINK_INFO);
	VkLayerDeviceLink *link;

	if (!node)
		return NULL;
	link = node->u.pLayerInfo;
	node->u.pLayerInfo = link->pNext;
	return link;
}

/**
 * Calls down with our list of names, and with the portability subset, which such a driver requires
 * to be enabled.
 */
static VkResult device_call(struct device *device, PFN_vkCreateDevice create,
	const VkDeviceCreateInfo *info, struct device_names *names,
	const VkAllocationCallbacks *allocator, VkDevice *out)
{
	struct gpu *gpu = device->gpu;
	struct chain chain = chain_edit(info->pNext);
	VkDeviceCreateInfo asked = *info;
	VkPhysicalDevicePortabilitySubsetFeaturesKHR portability;

	if (gpu->has_portability_subset &&
		!device_names_has(names, VK_KHR_PORTABILITY_SUBSET_EXTENSION_NAME)) {
		names->list[names->len++] = VK_KHR_PORTABILITY_SUBSET_EXTENSION_NAME;
		if (!chain_find(info->pNext,
			    VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PORTABILITY_SUBSET_FEATURES_KHR)) {
			portability = gpu_portability(gpu);
			chain_prepend(&chain, &portability);
		}
	}
	asked.pNext = chain.head;
	asked.enabledExtensionCount = names->len;
	asked.ppEnabledExtensionNames = names->list;
	return create(gpu->handle, &asked, allocator, out);
}

VkResult VKAPI_CALL device_CreateDevice(VkPhysicalDevice handle, const VkDeviceCreateInfo *info,
	const VkAllocationCallbacks *allocator, VkDevice *out)
{
	struct gpu *gpu = instance_gpu(handle);
	VkLayerDeviceLink *link = device_link(info);
	const VkLayerDeviceCreateInfo *loader = device_loader_info(info, VK_LOADER_DATA_CALLBACK);
	struct device *device;
	struct device_names names;
	PFN_vkCreateDevice create;
	VkResult result;

	if (!link)
		return VK_ERROR_INITIALIZATION_FAILED;
	create = (PFN_vkCreateDevice)link->pfnNextGetInstanceProcAddr(
		instance_get(handle)->handle, "vkCreateDevice");
	if (!create)
		return VK_ERROR_INITIALIZATION_FAILED;
	device = gpu ? device_create(gpu) : NULL;
	if (!device || !device_names_init(&names, gpu, info)) {
		device_destroy(device);
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	}
	device->offers = gpu->offers & names.enabled;
	device->next.GetDeviceProcAddr = link->pfnNextGetDeviceProcAddr;
	device->set_loader_data = loader ? loader->u.pfnSetDeviceLoaderData : NULL;
	if (gpu->offers)
		result = device_call(device, create, info, &names, allocator, out);
	else
		result = create(handle, info, allocator, out);
	free(names.list);
	if (result != VK_SUCCESS) {
		device_destroy(device);
		return result;
	}
	device->handle = *out;
	if (device->offers & GPU_MEMORY_FD)
		env_raise_file_limit();
	dispatch_device_load(&device->next, *out);
	if (!table_put(&device_table, dispatch_key(*out), device)) {
		device->next.DestroyDevice(*out, allocator);
		device_destroy(device);
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	}
	return VK_SUCCESS;
}

void VKAPI_CALL device_DestroyDevice(VkDevice handle, const VkAllocationCallbacks *allocator)
{
	struct device *device = handle ? table_take(&device_table, dispatch_key(handle)) : NULL;

	if (!device)
		return;
	graveyard_finish(device);
	semaphore_release_all(device);
	fence_release_all(device);
	image_release_all(device);
	shadow_handover_finish(device);
	device->next.DestroyDevice(handle, allocator);
	device_destroy(device);
}
