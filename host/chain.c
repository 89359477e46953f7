// SPDX-License-Identifier: MIT
#define VK_USE_PLATFORM_METAL_EXT
#include "host/chain.h"

#include <stdbool.h>
#include <string.h>

/*
 * What may stand in the chains that are edited, by the structures' list of valid pNext types
 * (vk.xml, 1.4.309, without the platforms of others); what may stand in several is in the first.
 */
/* VkMemoryAllocateInfo */
#define CHAIN_MEMORY(X) \
	X(VkDedicatedAllocationMemoryAllocateInfoNV, DEDICATED_ALLOCATION_MEMORY_ALLOCATE_INFO_NV) \
	X(VkExportMemoryAllocateInfo, EXPORT_MEMORY_ALLOCATE_INFO) \
	X(VkExportMemoryAllocateInfoNV, EXPORT_MEMORY_ALLOCATE_INFO_NV) \
	X(VkExportMetalObjectCreateInfoEXT, EXPORT_METAL_OBJECT_CREATE_INFO_EXT) \
	X(VkImportMemoryFdInfoKHR, IMPORT_MEMORY_FD_INFO_KHR) \
	X(VkImportMemoryHostPointerInfoEXT, IMPORT_MEMORY_HOST_POINTER_INFO_EXT) \
	X(VkImportMemoryMetalHandleInfoEXT, IMPORT_MEMORY_METAL_HANDLE_INFO_EXT) \
	X(VkImportMetalBufferInfoEXT, IMPORT_METAL_BUFFER_INFO_EXT) \
	X(VkMemoryAllocateFlagsInfo, MEMORY_ALLOCATE_FLAGS_INFO) \
	X(VkMemoryDedicatedAllocateInfo, MEMORY_DEDICATED_ALLOCATE_INFO) \
	X(VkMemoryOpaqueCaptureAddressAllocateInfo, MEMORY_OPAQUE_CAPTURE_ADDRESS_ALLOCATE_INFO) \
	X(VkMemoryPriorityAllocateInfoEXT, MEMORY_PRIORITY_ALLOCATE_INFO_EXT)

/* VkBufferCreateInfo */
#define CHAIN_BUFFER(X) \
	X(VkBufferDeviceAddressCreateInfoEXT, BUFFER_DEVICE_ADDRESS_CREATE_INFO_EXT) \
	X(VkBufferOpaqueCaptureAddressCreateInfo, BUFFER_OPAQUE_CAPTURE_ADDRESS_CREATE_INFO) \
	X(VkBufferUsageFlags2CreateInfo, BUFFER_USAGE_FLAGS_2_CREATE_INFO) \
	X(VkDedicatedAllocationBufferCreateInfoNV, DEDICATED_ALLOCATION_BUFFER_CREATE_INFO_NV) \
	X(VkExternalMemoryBufferCreateInfo, EXTERNAL_MEMORY_BUFFER_CREATE_INFO) \
	X(VkOpaqueCaptureDescriptorDataCreateInfoEXT, \
		OPAQUE_CAPTURE_DESCRIPTOR_DATA_CREATE_INFO_EXT) \
	X(VkVideoProfileListInfoKHR, VIDEO_PROFILE_LIST_INFO_KHR)

/* VkImageCreateInfo, VkPhysicalDeviceImageFormatInfo2 */
#define CHAIN_IMAGE(X) \
	X(VkDedicatedAllocationImageCreateInfoNV, DEDICATED_ALLOCATION_IMAGE_CREATE_INFO_NV) \
	X(VkExternalMemoryImageCreateInfo, EXTERNAL_MEMORY_IMAGE_CREATE_INFO) \
	X(VkExternalMemoryImageCreateInfoNV, EXTERNAL_MEMORY_IMAGE_CREATE_INFO_NV) \
	X(VkImageAlignmentControlCreateInfoMESA, IMAGE_ALIGNMENT_CONTROL_CREATE_INFO_MESA) \
	X(VkImageCompressionControlEXT, IMAGE_COMPRESSION_CONTROL_EXT) \
	X(VkImageDrmFormatModifierExplicitCreateInfoEXT, \
		IMAGE_DRM_FORMAT_MODIFIER_EXPLICIT_CREATE_INFO_EXT) \
	X(VkImageDrmFormatModifierListCreateInfoEXT, \
		IMAGE_DRM_FORMAT_MODIFIER_LIST_CREATE_INFO_EXT) \
	X(VkImageFormatListCreateInfo, IMAGE_FORMAT_LIST_CREATE_INFO) \
	X(VkImageStencilUsageCreateInfo, IMAGE_STENCIL_USAGE_CREATE_INFO) \
	X(VkImageSwapchainCreateInfoKHR, IMAGE_SWAPCHAIN_CREATE_INFO_KHR) \
	X(VkImportMetalIOSurfaceInfoEXT, IMPORT_METAL_IO_SURFACE_INFO_EXT) \
	X(VkImportMetalTextureInfoEXT, IMPORT_METAL_TEXTURE_INFO_EXT) \
	X(VkOpticalFlowImageFormatInfoNV, OPTICAL_FLOW_IMAGE_FORMAT_INFO_NV) \
	X(VkPhysicalDeviceExternalImageFormatInfo, PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO) \
	X(VkPhysicalDeviceImageDrmFormatModifierInfoEXT, \
		PHYSICAL_DEVICE_IMAGE_DRM_FORMAT_MODIFIER_INFO_EXT) \
	X(VkPhysicalDeviceImageViewImageFormatInfoEXT, \
		PHYSICAL_DEVICE_IMAGE_VIEW_IMAGE_FORMAT_INFO_EXT)

/* VkBindImageMemoryInfo, VkImageMemoryRequirementsInfo2 */
#define CHAIN_BIND(X) \
	X(VkBindImageMemoryDeviceGroupInfo, BIND_IMAGE_MEMORY_DEVICE_GROUP_INFO) \
	X(VkBindImageMemorySwapchainInfoKHR, BIND_IMAGE_MEMORY_SWAPCHAIN_INFO_KHR) \
	X(VkBindImagePlaneMemoryInfo, BIND_IMAGE_PLANE_MEMORY_INFO) \
	X(VkBindMemoryStatus, BIND_MEMORY_STATUS) \
	X(VkImagePlaneMemoryRequirementsInfo, IMAGE_PLANE_MEMORY_REQUIREMENTS_INFO)

/* VkSubmitInfo, VkBindSparseInfo */
#define CHAIN_SUBMIT(X) \
	X(VkAmigoProfilingSubmitInfoSEC, AMIGO_PROFILING_SUBMIT_INFO_SEC) \
	X(VkDeviceGroupBindSparseInfo, DEVICE_GROUP_BIND_SPARSE_INFO) \
	X(VkDeviceGroupSubmitInfo, DEVICE_GROUP_SUBMIT_INFO) \
	X(VkFrameBoundaryEXT, FRAME_BOUNDARY_EXT) \
	X(VkLatencySubmissionPresentIdNV, LATENCY_SUBMISSION_PRESENT_ID_NV) \
	X(VkPerformanceQuerySubmitInfoKHR, PERFORMANCE_QUERY_SUBMIT_INFO_KHR) \
	X(VkProtectedSubmitInfo, PROTECTED_SUBMIT_INFO) \
	X(VkTimelineSemaphoreSubmitInfo, TIMELINE_SEMAPHORE_SUBMIT_INFO)

/* VkSemaphoreCreateInfo, VkFenceCreateInfo */
#define CHAIN_SYNC(X) \
	X(VkExportFenceCreateInfo, EXPORT_FENCE_CREATE_INFO) \
	X(VkExportSemaphoreCreateInfo, EXPORT_SEMAPHORE_CREATE_INFO) \
	X(VkImportMetalSharedEventInfoEXT, IMPORT_METAL_SHARED_EVENT_INFO_EXT) \
	X(VkQueryLowLatencySupportNV, QUERY_LOW_LATENCY_SUPPORT_NV) \
	X(VkSemaphoreTypeCreateInfo, SEMAPHORE_TYPE_CREATE_INFO)

/** Bytes of the arena that a copy takes. */
#define CHAIN_ROOM(size) (((size) + 15) & ~(size_t)15)
#define CHAIN_ADD(structure, name) +CHAIN_ROOM(sizeof(structure))
/* VkImageCreateInfo allows the most. */
_Static_assert((0 CHAIN_IMAGE(CHAIN_ADD) CHAIN_ADD(VkExportMetalObjectCreateInfoEXT, )
			       CHAIN_ADD(VkOpaqueCaptureDescriptorDataCreateInfoEXT, )
				       CHAIN_ADD(VkVideoProfileListInfoKHR, )) <= CHAIN_ARENA,
	"");

/** Bytes, 0 for an unknown one. */
static size_t chain_node_size(VkStructureType type)
{
	switch ((int)type) {
#define CHAIN_SIZE(structure, name) \
	case VK_STRUCTURE_TYPE_##name: \
		return sizeof(structure);
		CHAIN_MEMORY(CHAIN_SIZE)
		CHAIN_BUFFER(CHAIN_SIZE)
		CHAIN_IMAGE(CHAIN_SIZE)
		CHAIN_BIND(CHAIN_SIZE)
		CHAIN_SUBMIT(CHAIN_SIZE)
		CHAIN_SYNC(CHAIN_SIZE)
	default:
		return 0;
	}
}

const void *chain_find(const void *head, VkStructureType type)
{
	for (const VkBaseInStructure *node = head; node; node = node->pNext) {
		if (node->sType == type)
			return node;
	}
	return NULL;
}

static bool chain_is_copy(const struct chain *chain, const VkBaseOutStructure *node)
{
	const unsigned char *byte = (const unsigned char *)node;

	return byte >= chain->arena && byte < chain->arena + sizeof(chain->arena);
}

static VkBaseOutStructure *chain_copy(struct chain *chain, const VkBaseOutStructure *node)
{
	size_t size = chain_node_size(node->sType);
	unsigned char *copy = chain->arena + chain->used;

	if (!size || size > sizeof(chain->arena) - chain->used)
		return NULL;
	memcpy(copy, node, size);
	chain->used += CHAIN_ROOM(size);
	return (VkBaseOutStructure *)copy;
}

static void chain_link(struct chain *chain, VkBaseOutStructure *before, VkBaseOutStructure *node)
{
	if (before)
		before->pNext = node;
	else
		chain->head = node;
}

/**
 * Makes copies of what precedes node; false as soon as one cannot be, and the chain's link to it
 * stays the caller's.
 */
static bool chain_copy_until(
	struct chain *chain, const VkBaseOutStructure *node, VkBaseOutStructure **before)
{
	*before = NULL;
	for (VkBaseOutStructure *each = (void *)chain->head; each != node; each = each->pNext) {
		VkBaseOutStructure *copy =
			chain_is_copy(chain, each) ? each : chain_copy(chain, each);

		if (!copy)
			return false;
		chain_link(chain, *before, copy);
		*before = copy;
		each = copy;
	}
	return true;
}

static void *chain_take(struct chain *chain, VkStructureType type, bool copies)
{
	VkBaseOutStructure *node = (void *)chain_find(chain->head, type), *before = NULL;

	if (!node || chain->n_removed == CHAIN_MAX_REMOVED)
		return NULL;
	if (copies && chain_copy_until(chain, node, &before)) {
		chain_link(chain, before, node->pNext);
		return node;
	}
	for (before = (void *)chain->head; before != node && before->pNext != node;)
		before = before->pNext;
	if (before == node) {
		chain->head = node->pNext;
		return node;
	}
	chain->removed[chain->n_removed].before = before;
	chain->removed[chain->n_removed++].node = node;
	before->pNext = node->pNext;
	return node;
}

const void *chain_remove(struct chain *chain, VkStructureType type)
{
	return chain_take(chain, type, true);
}

void *chain_remove_output(struct chain *chain, VkStructureType type)
{
	return chain_take(chain, type, false);
}

void chain_prepend(struct chain *chain, void *node)
{
	((VkBaseOutStructure *)node)->pNext = (void *)chain->head;
	chain->head = node;
}

void chain_restore(struct chain *chain)
{
	/* The removed node still points at its successor: last out, first in. */
	while (chain->n_removed) {
		chain->n_removed--;
		chain->removed[chain->n_removed].before->pNext =
			chain->removed[chain->n_removed].node;
	}
}
