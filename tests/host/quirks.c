// SPDX-License-Identifier: MIT
/*
 * A layer for tests, below the host's layer: lavapipe with the manners of MoltenVK (HOST.md D) and
 * of a discrete GPU.
 *
 * Host pointers by 16 KiB, none of the sharing extensions, portability_subset that must be enabled;
 * export structures and all handle types but HOST_ALLOCATION are refused; LINEAR images are 2D with
 * one level and rows of 256 bytes. Memory types: 0 for the device alone, 1 host-visible and
 * importable, 2 host-visible and not importable; all of them are lavapipe's one type. QUIRKS=none
 * refuses every handle type, as old MoltenVK does; QUIRKS=buffers refuses it of images, as
 * KosmicKrisp does; QUIRKS=complete lacks nothing; QUIRKS=nodraw has no colour attachment on
 * LINEAR, as NVIDIA; QUIRKS=opaque exports semaphores and fences as OPAQUE_FD. Failures are the
 * test's to ask for (quirks.h). A foreign queue family ends the process: no caller would hear of it
 * otherwise.
 */
#include "host/chain.h"
#include "host/dispatch.h"
#include "host/table.h"
#include "tests/host/quirks_wishes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUIRKS_ALIGNMENT 16384
#define QUIRKS_ROW 256 /* bytes */
#define QUIRKS_N_TYPES 3
#define QUIRKS_IMPORTABLE (1u << 1)
#define QUIRKS_HOST VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT

static struct table quirks_instances = TABLE_INITIALIZER, quirks_devices = TABLE_INITIALIZER;

static struct dispatch_instance *quirks_instance(const void *object)
{
	return table_get(&quirks_instances, dispatch_key(object));
}

struct quirks_device {
	VkDevice handle;
	struct dispatch_device next;
};

static struct quirks_device *quirks_device(const void *object)
{
	return table_get(&quirks_devices, dispatch_key(object));
}

struct dispatch_device *quirks_next(const void *object)
{
	return &quirks_device(object)->next;
}

static bool quirks_mode(const char *mode)
{
	const char *set = getenv("QUIRKS");

	return set && !strcmp(set, mode);
}

/** Whether a resource may name these handle types. */
static bool quirks_takes(VkExternalMemoryHandleTypeFlags types)
{
	return !types || (types == QUIRKS_HOST && !quirks_mode("none"));
}

static bool quirks_image_takes(VkExternalMemoryHandleTypeFlags types)
{
	return !types || (quirks_takes(types) && !quirks_mode("buffers"));
}

/* The instance. */

static VkResult VKAPI_CALL quirks_CreateInstance(
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
	table_put(&quirks_instances, dispatch_key(*out), next);
	return result;
}

static void VKAPI_CALL quirks_DestroyInstance(
	VkInstance instance, const VkAllocationCallbacks *allocator)
{
	struct dispatch_instance *next = table_take(&quirks_instances, dispatch_key(instance));

	next->DestroyInstance(instance, allocator);
	free(next);
}

static const char *const quirks_hidden[] = {"VK_KHR_external_memory_fd",
	"VK_EXT_external_memory_dma_buf", "VK_EXT_image_drm_format_modifier",
	"VK_EXT_queue_family_foreign", "VK_KHR_external_semaphore_fd", "VK_KHR_external_fence_fd"};
static const char *const quirks_shown[] = {
	"VK_KHR_portability_subset", "VK_EXT_external_memory_metal", "VK_EXT_metal_objects"};

/** QUIRKS=complete: nothing is missing, so that the host's layer has nothing to do. */
static bool quirks_is_complete(void)
{
	return quirks_mode("complete");
}

static bool quirks_hides(const char *name)
{
	for (size_t i = 0; i < sizeof(quirks_hidden) / sizeof(quirks_hidden[0]); i++) {
		if (!strcmp(name, quirks_hidden[i]))
			return true;
	}
	return false;
}

static VkResult VKAPI_CALL quirks_EnumerateDeviceExtensionProperties(
	VkPhysicalDevice physical, const char *layer, uint32_t *count, VkExtensionProperties *out)
{
	static _Thread_local VkExtensionProperties list[512];
	uint32_t all = 500, len = 0;
	VkResult result;

	if (layer)
		return quirks_instance(physical)->EnumerateDeviceExtensionProperties(
			physical, layer, count, out);
	result = quirks_instance(physical)->EnumerateDeviceExtensionProperties(
		physical, NULL, &all, list);
	if (result != VK_SUCCESS)
		return result;
	for (uint32_t i = 0; i < all; i++) {
		if (!quirks_hides(list[i].extensionName))
			list[len++] = list[i];
	}
	const char *const *shown = quirks_is_complete() ? quirks_hidden : quirks_shown;
	size_t n_shown = quirks_is_complete() ? sizeof(quirks_hidden) / sizeof(quirks_hidden[0])
					      : sizeof(quirks_shown) / sizeof(quirks_shown[0]);
	for (size_t i = 0; i < n_shown; i++) {
		snprintf(list[len].extensionName, sizeof(list[len].extensionName), "%s", shown[i]);
		list[len++].specVersion = 1;
	}
	if (out && *count < len)
		result = VK_INCOMPLETE;
	else
		*count = len;
	if (out)
		memcpy(out, list, *count * sizeof(*out));
	return result;
}

static void quirks_fill_memory(VkPhysicalDeviceMemoryProperties *memory)
{
	VkMemoryPropertyFlags visible = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
					VK_MEMORY_PROPERTY_HOST_COHERENT_BIT |
					VK_MEMORY_PROPERTY_HOST_CACHED_BIT;

	memory->memoryTypeCount = QUIRKS_N_TYPES;
	memory->memoryTypes[0] = (VkMemoryType){VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, 0};
	memory->memoryTypes[1] = (VkMemoryType){visible, 0};
	memory->memoryTypes[2] = (VkMemoryType){visible | VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, 0};
}

static void VKAPI_CALL quirks_GetPhysicalDeviceMemoryProperties(
	VkPhysicalDevice physical, VkPhysicalDeviceMemoryProperties *out)
{
	quirks_instance(physical)->GetPhysicalDeviceMemoryProperties(physical, out);
	quirks_fill_memory(out);
}

static void VKAPI_CALL quirks_GetPhysicalDeviceMemoryProperties2(
	VkPhysicalDevice physical, VkPhysicalDeviceMemoryProperties2 *out)
{
	quirks_instance(physical)->GetPhysicalDeviceMemoryProperties2(physical, out);
	quirks_fill_memory(&out->memoryProperties);
}

static void VKAPI_CALL quirks_GetPhysicalDeviceProperties2(
	VkPhysicalDevice physical, VkPhysicalDeviceProperties2 *out)
{
	VkPhysicalDeviceExternalMemoryHostPropertiesEXT *host = (void *)chain_find(
		out->pNext, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_MEMORY_HOST_PROPERTIES_EXT);

	quirks_instance(physical)->GetPhysicalDeviceProperties2(physical, out);
	if (host)
		host->minImportedHostPointerAlignment = QUIRKS_ALIGNMENT;
}

static void VKAPI_CALL quirks_GetPhysicalDeviceFeatures2(
	VkPhysicalDevice physical, VkPhysicalDeviceFeatures2 *out)
{
	VkPhysicalDevicePortabilitySubsetFeaturesKHR *portability = (void *)chain_find(
		out->pNext, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PORTABILITY_SUBSET_FEATURES_KHR);

	quirks_instance(physical)->GetPhysicalDeviceFeatures2(physical, out);
	if (portability)
		portability->events = portability->triangleFans = VK_TRUE;
}

static void VKAPI_CALL quirks_GetPhysicalDeviceExternalBufferProperties(VkPhysicalDevice physical,
	const VkPhysicalDeviceExternalBufferInfo *info, VkExternalBufferProperties *out)
{
	out->externalMemoryProperties =
		(VkExternalMemoryProperties){.compatibleHandleTypes = info->handleType};
	if (info->handleType == QUIRKS_HOST && quirks_takes(QUIRKS_HOST))
		out->externalMemoryProperties.externalMemoryFeatures =
			VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT;
	if (info->handleType == VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT &&
		quirks_is_complete())
		out->externalMemoryProperties =
			(VkExternalMemoryProperties){VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT,
				info->handleType, info->handleType};
}

static void VKAPI_CALL quirks_GetPhysicalDeviceExternalSemaphoreProperties(
	VkPhysicalDevice physical, const VkPhysicalDeviceExternalSemaphoreInfo *info,
	VkExternalSemaphoreProperties *out)
{
	out->exportFromImportedHandleTypes = out->compatibleHandleTypes =
		out->externalSemaphoreFeatures = 0;
	if (quirks_is_complete())
		out->externalSemaphoreFeatures = VK_EXTERNAL_SEMAPHORE_FEATURE_EXPORTABLE_BIT |
						 VK_EXTERNAL_SEMAPHORE_FEATURE_IMPORTABLE_BIT;
}

static void VKAPI_CALL quirks_GetPhysicalDeviceExternalFenceProperties(VkPhysicalDevice physical,
	const VkPhysicalDeviceExternalFenceInfo *info, VkExternalFenceProperties *out)
{
	out->exportFromImportedHandleTypes = out->compatibleHandleTypes =
		out->externalFenceFeatures = 0;
	if (quirks_is_complete())
		out->externalFenceFeatures = VK_EXTERNAL_FENCE_FEATURE_EXPORTABLE_BIT;
}

static void VKAPI_CALL quirks_GetPhysicalDeviceFormatProperties2(
	VkPhysicalDevice physical, VkFormat format, VkFormatProperties2 *out)
{
	quirks_instance(physical)->GetPhysicalDeviceFormatProperties2(physical, format, out);
	if (quirks_mode("nodraw"))
		out->formatProperties.linearTilingFeatures &=
			~(VK_FORMAT_FEATURE_COLOR_ATTACHMENT_BIT |
				VK_FORMAT_FEATURE_COLOR_ATTACHMENT_BLEND_BIT);
}

static VkResult VKAPI_CALL quirks_GetPhysicalDeviceImageFormatProperties2(VkPhysicalDevice physical,
	const VkPhysicalDeviceImageFormatInfo2 *info, VkImageFormatProperties2 *out)
{
	const VkPhysicalDeviceExternalImageFormatInfo *external = chain_find(
		info->pNext, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO);
	VkResult result;

	if (info->tiling == VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT ||
		(external && !quirks_image_takes(external->handleType)))
		return VK_ERROR_FORMAT_NOT_SUPPORTED;
	/* As NVIDIA's driver, nodraw does not say so here, but in the format's features only. */
	result = quirks_instance(physical)->GetPhysicalDeviceImageFormatProperties2(
		physical, info, out);
	if (info->tiling == VK_IMAGE_TILING_LINEAR)
		out->imageFormatProperties.maxMipLevels =
			out->imageFormatProperties.maxArrayLayers = 1;
	return result;
}

/* The device. */

/**
 * portability_subset must be enabled, once, with its features; nothing hidden may be. Returns the
 * rest in names.
 */
static bool quirks_check_names(const VkDeviceCreateInfo *info, const char **names, uint32_t *len)
{
	const VkPhysicalDevicePortabilitySubsetFeaturesKHR *features = chain_find(
		info->pNext, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PORTABILITY_SUBSET_FEATURES_KHR);
	unsigned n_portability = 0;

	*len = 0;
	for (uint32_t i = 0; i < info->enabledExtensionCount; i++) {
		const char *name = info->ppEnabledExtensionNames[i];

		for (uint32_t j = 0; j < i; j++) {
			if (!strcmp(name, info->ppEnabledExtensionNames[j]))
				return false;
		}
		if (quirks_hides(name))
			return false;
		if (!strcmp(name, "VK_KHR_portability_subset"))
			n_portability++;
		else
			names[(*len)++] = name;
	}
	if (quirks_is_complete())
		return true;
	return n_portability == 1 && features && features->events && features->triangleFans;
}

static VkResult VKAPI_CALL quirks_CreateDevice(VkPhysicalDevice physical,
	const VkDeviceCreateInfo *info, const VkAllocationCallbacks *allocator, VkDevice *out)
{
	VkLayerDeviceCreateInfo *node = (void *)info->pNext;
	struct quirks_device *device = calloc(1, sizeof(*device));
	struct chain chain = chain_edit(info->pNext);
	VkDeviceCreateInfo asked = *info;
	PFN_vkCreateDevice create;
	const char *names[64];
	VkResult result;

	while (node->sType != VK_STRUCTURE_TYPE_LOADER_DEVICE_CREATE_INFO ||
		node->function != VK_LAYER_LINK_INFO)
		node = (void *)node->pNext;
	create = (PFN_vkCreateDevice)node->u.pLayerInfo->pfnNextGetInstanceProcAddr(
		NULL, "vkCreateDevice");
	device->next.GetDeviceProcAddr = node->u.pLayerInfo->pfnNextGetDeviceProcAddr;
	node->u.pLayerInfo = node->u.pLayerInfo->pNext;
	if (!quirks_check_names(info, names, &asked.enabledExtensionCount)) {
		free(device);
		return VK_ERROR_EXTENSION_NOT_PRESENT;
	}
	chain_remove(&chain, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PORTABILITY_SUBSET_FEATURES_KHR);
	asked.pNext = chain.head;
	asked.ppEnabledExtensionNames = names;
	result = create(physical, &asked, allocator, out);
	chain_restore(&chain);
	if (result != VK_SUCCESS) {
		free(device);
		return result;
	}
	device->handle = *out;
	dispatch_device_load(&device->next, *out);
	table_put(&quirks_devices, dispatch_key(*out), device);
	return result;
}

static void VKAPI_CALL quirks_DestroyDevice(VkDevice handle, const VkAllocationCallbacks *allocator)
{
	struct quirks_device *device = table_take(&quirks_devices, dispatch_key(handle));

	device->next.DestroyDevice(handle, allocator);
	free(device);
}

static VkResult VKAPI_CALL quirks_AllocateMemory(VkDevice handle, const VkMemoryAllocateInfo *info,
	const VkAllocationCallbacks *allocator, VkDeviceMemory *out)
{
	const VkImportMemoryHostPointerInfoEXT *host =
		chain_find(info->pNext, VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT);
	VkMemoryAllocateInfo asked = *info;
	VkResult result;

	if (chain_find(info->pNext, VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO) ||
		chain_find(info->pNext, VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR))
		return VK_ERROR_INITIALIZATION_FAILED;
	if (host &&
		((uintptr_t)host->pHostPointer % QUIRKS_ALIGNMENT ||
			info->allocationSize % QUIRKS_ALIGNMENT ||
			!(QUIRKS_IMPORTABLE & 1u << info->memoryTypeIndex) ||
			chain_find(info->pNext, VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO)))
		return VK_ERROR_INVALID_EXTERNAL_HANDLE;
	asked.memoryTypeIndex = 0;
	result = quirks_device(handle)->next.AllocateMemory(handle, &asked, allocator, out);
	quirks_get_wishes()->n_memories += result == VK_SUCCESS;
	return result;
}

static VkResult VKAPI_CALL quirks_GetMemoryHostPointerPropertiesEXT(VkDevice handle,
	VkExternalMemoryHandleTypeFlagBits type, const void *pointer,
	VkMemoryHostPointerPropertiesEXT *out)
{
	out->memoryTypeBits = QUIRKS_IMPORTABLE | 1u << 0;
	return VK_SUCCESS;
}

static VkResult VKAPI_CALL quirks_CreateBuffer(VkDevice handle, const VkBufferCreateInfo *info,
	const VkAllocationCallbacks *allocator, VkBuffer *out)
{
	const VkExternalMemoryBufferCreateInfo *external =
		chain_find(info->pNext, VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO);

	if (external && !quirks_takes(external->handleTypes))
		return VK_ERROR_FEATURE_NOT_PRESENT;
	return quirks_device(handle)->next.CreateBuffer(handle, info, allocator, out);
}

static VkResult VKAPI_CALL quirks_CreateImage(VkDevice handle, const VkImageCreateInfo *info,
	const VkAllocationCallbacks *allocator, VkImage *out)
{
	const VkExternalMemoryImageCreateInfo *external =
		chain_find(info->pNext, VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO);
	VkImageCreateInfo asked = *info;

	if ((external && !quirks_image_takes(external->handleTypes)) ||
		info->tiling == VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT)
		return VK_ERROR_FEATURE_NOT_PRESENT;
	if (info->tiling == VK_IMAGE_TILING_LINEAR) {
		if (quirks_mode("nodraw") && info->usage & VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT)
			return VK_ERROR_FEATURE_NOT_PRESENT;
		if (info->mipLevels > 1 || info->arrayLayers > 1 ||
			info->imageType != VK_IMAGE_TYPE_2D)
			return VK_ERROR_FEATURE_NOT_PRESENT;
		/* A wider image has longer rows; four bytes a pixel are assumed. */
		asked.extent.width =
			(info->extent.width + QUIRKS_ROW / 4 - 1) & ~(QUIRKS_ROW / 4 - 1u);
	}
	return quirks_device(handle)->next.CreateImage(handle, &asked, allocator, out);
}

/**
 * lavapipe forgets where a plane begins. The planar images of the tests, and the layer's probe,
 * are 64 by 32.
 */
static void VKAPI_CALL quirks_GetImageSubresourceLayout(VkDevice handle, VkImage image,
	const VkImageSubresource *subresource, VkSubresourceLayout *out)
{
	quirks_device(handle)->next.GetImageSubresourceLayout(handle, image, subresource, out);
	if (subresource->aspectMask == VK_IMAGE_ASPECT_PLANE_1_BIT && !out->offset)
		out->offset = 64 * 32;
}

/** Any type will do for the driver's one. */
static void quirks_widen(VkMemoryRequirements *requirements)
{
	requirements->memoryTypeBits = (1u << QUIRKS_N_TYPES) - 1;
}

static void VKAPI_CALL quirks_GetBufferMemoryRequirements(
	VkDevice handle, VkBuffer buffer, VkMemoryRequirements *out)
{
	quirks_device(handle)->next.GetBufferMemoryRequirements(handle, buffer, out);
	quirks_widen(out);
}

static void VKAPI_CALL quirks_GetBufferMemoryRequirements2(
	VkDevice handle, const VkBufferMemoryRequirementsInfo2 *info, VkMemoryRequirements2 *out)
{
	quirks_device(handle)->next.GetBufferMemoryRequirements2(handle, info, out);
	quirks_widen(&out->memoryRequirements);
}

static void VKAPI_CALL quirks_GetImageMemoryRequirements(
	VkDevice handle, VkImage image, VkMemoryRequirements *out)
{
	quirks_device(handle)->next.GetImageMemoryRequirements(handle, image, out);
	quirks_widen(out);
}

static void VKAPI_CALL quirks_GetImageMemoryRequirements2(
	VkDevice handle, const VkImageMemoryRequirementsInfo2 *info, VkMemoryRequirements2 *out)
{
	quirks_device(handle)->next.GetImageMemoryRequirements2(handle, info, out);
	quirks_widen(&out->memoryRequirements);
}

static VkResult VKAPI_CALL quirks_CreateSemaphore(VkDevice handle,
	const VkSemaphoreCreateInfo *info, const VkAllocationCallbacks *allocator, VkSemaphore *out)
{
	const VkExportSemaphoreCreateInfo *export =
		chain_find(info->pNext, VK_STRUCTURE_TYPE_EXPORT_SEMAPHORE_CREATE_INFO);
	VkSemaphoreCreateInfo asked = *info;

	if (export &&
		(!quirks_mode("opaque") ||
			export->handleTypes != VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD_BIT))
		return VK_ERROR_FEATURE_NOT_PRESENT;
	if (export) {
		asked.pNext = NULL; /* lavapipe has no such semaphores */
		quirks_get_wishes()->n_opaque++;
	}
	return quirks_device(handle)->next.CreateSemaphore(handle, &asked, allocator, out);
}

static VkResult VKAPI_CALL quirks_CreateFence(VkDevice handle, const VkFenceCreateInfo *info,
	const VkAllocationCallbacks *allocator, VkFence *out)
{
	const VkExportFenceCreateInfo *export =
		chain_find(info->pNext, VK_STRUCTURE_TYPE_EXPORT_FENCE_CREATE_INFO);
	VkFenceCreateInfo asked = *info;

	if (export && (!quirks_mode("opaque") ||
			      export->handleTypes != VK_EXTERNAL_FENCE_HANDLE_TYPE_OPAQUE_FD_BIT))
		return VK_ERROR_FEATURE_NOT_PRESENT;
	if (export) {
		asked.pNext = NULL;
		quirks_get_wishes()->n_opaque++;
	}
	return quirks_device(handle)->next.CreateFence(handle, &asked, allocator, out);
}

static void quirks_check_family(uint32_t source, uint32_t destination)
{
	if (source != VK_QUEUE_FAMILY_FOREIGN_EXT && destination != VK_QUEUE_FAMILY_FOREIGN_EXT)
		return;
	fprintf(stderr, "quirks: a foreign queue family reached the driver\n");
	abort();
}

static void VKAPI_CALL quirks_CmdPipelineBarrier(VkCommandBuffer commands,
	VkPipelineStageFlags before, VkPipelineStageFlags after, VkDependencyFlags flags,
	uint32_t n_memory, const VkMemoryBarrier *memory, uint32_t n_buffers,
	const VkBufferMemoryBarrier *buffers, uint32_t n_images, const VkImageMemoryBarrier *images)
{
	for (uint32_t i = 0; i < n_buffers; i++)
		quirks_check_family(buffers[i].srcQueueFamilyIndex, buffers[i].dstQueueFamilyIndex);
	for (uint32_t i = 0; i < n_images; i++)
		quirks_check_family(images[i].srcQueueFamilyIndex, images[i].dstQueueFamilyIndex);
	quirks_device(commands)->next.CmdPipelineBarrier(commands, before, after, flags, n_memory,
		memory, n_buffers, buffers, n_images, images);
}

static void VKAPI_CALL quirks_CmdWaitEvents(VkCommandBuffer commands, uint32_t n_events,
	const VkEvent *events, VkPipelineStageFlags before, VkPipelineStageFlags after,
	uint32_t n_memory, const VkMemoryBarrier *memory, uint32_t n_buffers,
	const VkBufferMemoryBarrier *buffers, uint32_t n_images, const VkImageMemoryBarrier *images)
{
	for (uint32_t i = 0; i < n_buffers; i++)
		quirks_check_family(buffers[i].srcQueueFamilyIndex, buffers[i].dstQueueFamilyIndex);
	for (uint32_t i = 0; i < n_images; i++)
		quirks_check_family(images[i].srcQueueFamilyIndex, images[i].dstQueueFamilyIndex);
	quirks_device(commands)->next.CmdWaitEvents(commands, n_events, events, before, after,
		n_memory, memory, n_buffers, buffers, n_images, images);
}

static void quirks_check_dependency(const VkDependencyInfo *info)
{
	for (uint32_t i = 0; i < info->bufferMemoryBarrierCount; i++)
		quirks_check_family(info->pBufferMemoryBarriers[i].srcQueueFamilyIndex,
			info->pBufferMemoryBarriers[i].dstQueueFamilyIndex);
	for (uint32_t i = 0; i < info->imageMemoryBarrierCount; i++)
		quirks_check_family(info->pImageMemoryBarriers[i].srcQueueFamilyIndex,
			info->pImageMemoryBarriers[i].dstQueueFamilyIndex);
}

static void VKAPI_CALL quirks_CmdPipelineBarrier2(
	VkCommandBuffer commands, const VkDependencyInfo *info)
{
	quirks_check_dependency(info);
	quirks_device(commands)->next.CmdPipelineBarrier2(commands, info);
}

static void VKAPI_CALL quirks_CmdSetEvent2(
	VkCommandBuffer commands, VkEvent event, const VkDependencyInfo *info)
{
	quirks_check_dependency(info);
	quirks_device(commands)->next.CmdSetEvent2(commands, event, info);
}

static void VKAPI_CALL quirks_CmdWaitEvents2(VkCommandBuffer commands, uint32_t count,
	const VkEvent *events, const VkDependencyInfo *infos)
{
	for (uint32_t i = 0; i < count; i++)
		quirks_check_dependency(&infos[i]);
	quirks_device(commands)->next.CmdWaitEvents2(commands, count, events, infos);
}

/* The loader's side. */

static PFN_vkVoidFunction VKAPI_CALL quirks_GetInstanceProcAddr(
	VkInstance instance, const char *name);
static PFN_vkVoidFunction VKAPI_CALL quirks_GetDeviceProcAddr(VkDevice device, const char *name);

#define QUIRKS_HOOK(name, alias) {"vk" #name, "vk" #name alias, (PFN_vkVoidFunction)quirks_##name}
#define QUIRKS_WISHING_HOOK(name, alias) QUIRKS_HOOK(name, alias),

static const struct {
	const char *name, *alias;
	PFN_vkVoidFunction function;
} quirks_hooks[] = {
	QUIRKS_WISHING(QUIRKS_WISHING_HOOK) /* quirks_wishes.c */
	QUIRKS_HOOK(GetInstanceProcAddr, ""),
	QUIRKS_HOOK(GetDeviceProcAddr, ""),
	QUIRKS_HOOK(CreateInstance, ""),
	QUIRKS_HOOK(DestroyInstance, ""),
	QUIRKS_HOOK(EnumerateDeviceExtensionProperties, ""),
	QUIRKS_HOOK(GetPhysicalDeviceMemoryProperties, ""),
	QUIRKS_HOOK(GetPhysicalDeviceMemoryProperties2, "KHR"),
	QUIRKS_HOOK(GetPhysicalDeviceProperties2, "KHR"),
	QUIRKS_HOOK(GetPhysicalDeviceFeatures2, "KHR"),
	QUIRKS_HOOK(GetPhysicalDeviceExternalBufferProperties, "KHR"),
	QUIRKS_HOOK(GetPhysicalDeviceExternalSemaphoreProperties, "KHR"),
	QUIRKS_HOOK(GetPhysicalDeviceExternalFenceProperties, "KHR"),
	QUIRKS_HOOK(GetPhysicalDeviceFormatProperties2, "KHR"),
	QUIRKS_HOOK(GetPhysicalDeviceImageFormatProperties2, "KHR"),
	QUIRKS_HOOK(CreateDevice, ""),
	QUIRKS_HOOK(DestroyDevice, ""),
	QUIRKS_HOOK(AllocateMemory, ""),
	QUIRKS_HOOK(GetMemoryHostPointerPropertiesEXT, ""),
	QUIRKS_HOOK(CreateBuffer, ""),
	QUIRKS_HOOK(CreateImage, ""),
	QUIRKS_HOOK(GetImageSubresourceLayout, ""),
	QUIRKS_HOOK(GetBufferMemoryRequirements, ""),
	QUIRKS_HOOK(GetBufferMemoryRequirements2, "KHR"),
	QUIRKS_HOOK(GetImageMemoryRequirements, ""),
	QUIRKS_HOOK(GetImageMemoryRequirements2, "KHR"),
	QUIRKS_HOOK(CreateSemaphore, ""),
	QUIRKS_HOOK(CreateFence, ""),
	QUIRKS_HOOK(CmdPipelineBarrier, ""),
	QUIRKS_HOOK(CmdWaitEvents, ""),
	QUIRKS_HOOK(CmdPipelineBarrier2, "KHR"),
	QUIRKS_HOOK(CmdSetEvent2, "KHR"),
	QUIRKS_HOOK(CmdWaitEvents2, "KHR"),
};

static PFN_vkVoidFunction quirks_find(const char *name)
{
	for (size_t i = 0; i < sizeof(quirks_hooks) / sizeof(quirks_hooks[0]); i++) {
		if (!strcmp(name, quirks_hooks[i].name) || !strcmp(name, quirks_hooks[i].alias))
			return quirks_hooks[i].function;
	}
	return NULL;
}

/** The functions of what is hidden. */
static bool quirks_lacks(const char *name)
{
	if (strstr(name, "SemaphoreFdKHR") || strstr(name, "FenceFdKHR"))
		return !quirks_mode("opaque");
	return strstr(name, "FdKHR") || strstr(name, "FdPropertiesKHR") ||
	       strstr(name, "DrmFormatModifier");
}

static PFN_vkVoidFunction VKAPI_CALL quirks_GetDeviceProcAddr(VkDevice device, const char *name)
{
	PFN_vkVoidFunction ours = quirks_find(name);

	if (quirks_lacks(name))
		return NULL;
	if (!strcmp(name, QUIRKS_WISHES))
		return (PFN_vkVoidFunction)quirks_get_wishes;
	return ours ? ours : quirks_device(device)->next.GetDeviceProcAddr(device, name);
}

static PFN_vkVoidFunction VKAPI_CALL quirks_GetInstanceProcAddr(
	VkInstance instance, const char *name)
{
	PFN_vkVoidFunction ours = quirks_find(name);

	if (quirks_lacks(name))
		return NULL;
	if (ours || !instance)
		return ours;
	return quirks_instance(instance)->GetInstanceProcAddr(instance, name);
}

__attribute__((visibility("default"))) VkResult VKAPI_CALL vkNegotiateLoaderLayerInterfaceVersion(
	VkNegotiateLayerInterface *negotiate)
{
	negotiate->loaderLayerInterfaceVersion = 2;
	negotiate->pfnGetInstanceProcAddr = quirks_GetInstanceProcAddr;
	negotiate->pfnGetDeviceProcAddr = quirks_GetDeviceProcAddr;
	negotiate->pfnGetPhysicalDeviceProcAddr = NULL;
	return VK_SUCCESS;
}
