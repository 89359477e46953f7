// SPDX-License-Identifier: MIT
/* Memory for images: how much, of which types, and where in it an explicit layout puts the image.
 */
#include "host/device.h"
#include "host/format.h"
#include "host/gpu.h"
#include "host/hooks.h"
#include "host/image.h"
#include "host/shadow.h"

#include <stdlib.h>

static uint32_t bind_plane_index(VkImageAspectFlags aspect)
{
	switch (aspect) {
	case VK_IMAGE_ASPECT_PLANE_1_BIT:
	case VK_IMAGE_ASPECT_MEMORY_PLANE_1_BIT_EXT:
		return 1;
	case VK_IMAGE_ASPECT_PLANE_2_BIT:
	case VK_IMAGE_ASPECT_MEMORY_PLANE_2_BIT_EXT:
		return 2;
	default:
		return 0;
	}
}

static void bind_narrow(const struct device *device, const struct image *image, uint32_t plane,
	void *head, VkMemoryRequirements *requirements)
{
	VkMemoryDedicatedRequirements *dedicated =
		(void *)chain_find(head, VK_STRUCTURE_TYPE_MEMORY_DEDICATED_REQUIREMENTS);

	requirements->size += image->offsets[plane];
	if (!(device->offers & GPU_MEMORY_FD))
		return;
	if (image->external) {
		VkDeviceSize rounded = gpu_round(device->gpu, requirements->size);

		requirements->memoryTypeBits &= device->gpu->importable;
		requirements->size = rounded ? rounded : requirements->size;
		if (dedicated)
			dedicated->prefersDedicatedAllocation =
				dedicated->requiresDedicatedAllocation = VK_FALSE;
	} else if (image->optimal && requirements->memoryTypeBits & ~device->gpu->importable) {
		requirements->memoryTypeBits &= ~device->gpu->importable;
	}
}

void VKAPI_CALL bind_GetImageMemoryRequirements(
	VkDevice handle, VkImage image, VkMemoryRequirements *out)
{
	struct device *device = device_get(handle);
	struct image *ours = table_get(&device->images, TABLE_KEY(image));

	if (ours && ours->shadow)
		*out = ours->shadow->requirements;
	else
		device->next.GetImageMemoryRequirements(handle, image, out);
	if (ours)
		bind_narrow(device, ours, 0, NULL, out);
}

/**
 * Puts the driver's name of a memory plane in place of the application's
 * VkImagePlaneMemoryRequirementsInfo.
 */
static uint32_t bind_rename_plane(
	struct chain *chain, VkFormat format, VkImagePlaneMemoryRequirementsInfo *plane)
{
	const VkImagePlaneMemoryRequirementsInfo *theirs =
		chain_remove(chain, VK_STRUCTURE_TYPE_IMAGE_PLANE_MEMORY_REQUIREMENTS_INFO);

	if (!theirs)
		return 0;
	*plane = *theirs;
	plane->planeAspect =
		(VkImageAspectFlagBits)format_plane_aspect(format, theirs->planeAspect);
	chain_prepend(chain, plane);
	return bind_plane_index(theirs->planeAspect);
}

void VKAPI_CALL bind_GetImageMemoryRequirements2(
	VkDevice handle, const VkImageMemoryRequirementsInfo2 *info, VkMemoryRequirements2 *out)
{
	struct device *device = device_get(handle);
	struct image *image = table_get(&device->images, TABLE_KEY(info->image));
	struct chain chain = chain_edit(info->pNext);
	VkImageMemoryRequirementsInfo2 asked = *info;
	VkImagePlaneMemoryRequirementsInfo plane;
	uint32_t index = 0;

	if (!image) {
		device->next.GetImageMemoryRequirements2(handle, info, out);
		return;
	}
	if (image->modifier)
		index = bind_rename_plane(&chain, image->format, &plane);
	asked.pNext = chain.head;
	device->next.GetImageMemoryRequirements2(handle, &asked, out);
	chain_restore(&chain);
	if (image->shadow)
		out->memoryRequirements = image->shadow->requirements;
	bind_narrow(device, image, index, out->pNext, &out->memoryRequirements);
}

static VkImageAspectFlagBits bind_device_aspect(
	const struct image_rewrite *rewrite, VkImageAspectFlagBits aspect)
{
	if (!rewrite->image.modifier)
		return aspect;
	return (VkImageAspectFlagBits)format_plane_aspect(rewrite->info.format, aspect);
}

void VKAPI_CALL bind_GetDeviceImageMemoryRequirements(
	VkDevice handle, const VkDeviceImageMemoryRequirements *info, VkMemoryRequirements2 *out)
{
	struct device *device = device_get(handle);
	VkDeviceImageMemoryRequirements asked = *info;
	struct image_rewrite rewrite;
	struct shadow_measure measured;

	if (!image_is_ours(device)) {
		device->next.GetDeviceImageMemoryRequirements(handle, info, out);
		return;
	}
	/* An image that could not be made has no requirements: the driver's answer for LINEAR does
	 * no harm. */
	image_rewrite_begin(&rewrite, device, info->pCreateInfo);
	asked.pCreateInfo = &rewrite.info;
	asked.planeAspect = bind_device_aspect(&rewrite, info->planeAspect);
	device->next.GetDeviceImageMemoryRequirements(handle, &asked, out);
	image_rewrite_end(&rewrite);
	if (rewrite.shadowed && shadow_measure(device, &rewrite.info, &measured) == VK_SUCCESS)
		out->memoryRequirements = measured.requirements;
	/* VUID-VkDeviceImageMemoryRequirements-pCreateInfo-06776: never with an explicit layout, so
	 * without offset. */
	bind_narrow(device, &rewrite.image, 0, out->pNext, &out->memoryRequirements);
}

void VKAPI_CALL bind_GetDeviceImageSparseMemoryRequirements(VkDevice handle,
	const VkDeviceImageMemoryRequirements *info, uint32_t *count,
	VkSparseImageMemoryRequirements2 *out)
{
	struct device *device = device_get(handle);
	VkDeviceImageMemoryRequirements asked = *info;
	struct image_rewrite rewrite;

	if (!image_is_ours(device)) {
		device->next.GetDeviceImageSparseMemoryRequirements(handle, info, count, out);
		return;
	}
	image_rewrite_begin(&rewrite, device, info->pCreateInfo);
	asked.pCreateInfo = &rewrite.info;
	asked.planeAspect = bind_device_aspect(&rewrite, info->planeAspect);
	device->next.GetDeviceImageSparseMemoryRequirements(handle, &asked, count, out);
	image_rewrite_end(&rewrite);
}

VkResult VKAPI_CALL bind_BindImageMemory(
	VkDevice handle, VkImage image, VkDeviceMemory memory, VkDeviceSize offset)
{
	struct device *device = device_get(handle);
	struct image *ours = table_get(&device->images, TABLE_KEY(image));

	if (ours)
		offset += ours->offsets[0];
	if (ours && ours->shadow)
		return shadow_bind(device, ours->shadow, memory, offset);
	return device->next.BindImageMemory(handle, image, memory, offset);
}

/** One binding on its way to the driver. */
struct bind_rewrite {
	struct chain chain;
	VkBindImagePlaneMemoryInfo plane;
};

static void bind_rewrite_begin(
	const struct image *image, struct bind_rewrite *rewrite, VkBindImageMemoryInfo *info)
{
	const VkBindImagePlaneMemoryInfo *theirs;
	uint32_t index = 0;

	rewrite->chain = chain_edit(info->pNext);
	if (!image || !image->modifier)
		return;
	theirs = chain_remove(&rewrite->chain, VK_STRUCTURE_TYPE_BIND_IMAGE_PLANE_MEMORY_INFO);
	if (theirs) {
		rewrite->plane = *theirs;
		rewrite->plane.planeAspect = (VkImageAspectFlagBits)format_plane_aspect(
			image->format, theirs->planeAspect);
		index = bind_plane_index(theirs->planeAspect);
		chain_prepend(&rewrite->chain, &rewrite->plane);
	}
	info->memoryOffset += image->offsets[index];
	info->pNext = rewrite->chain.head;
}

/** An image with a shadow has one plane, and nothing about its binding is the driver's to know. */
static VkResult bind_shadow(
	struct device *device, const struct image *image, const VkBindImageMemoryInfo *info)
{
	const VkBindMemoryStatus *status =
		chain_find(info->pNext, VK_STRUCTURE_TYPE_BIND_MEMORY_STATUS);
	VkResult result = shadow_bind(
		device, image->shadow, info->memory, info->memoryOffset + image->offsets[0]);

	if (status)
		*status->pResult = result;
	return result;
}

/** Each is tried; the error is that of one that failed. asked and rewrites: room for count. */
static VkResult bind_each(struct device *device, uint32_t count, const VkBindImageMemoryInfo *infos,
	VkBindImageMemoryInfo *asked, struct bind_rewrite *rewrites)
{
	VkResult result = VK_SUCCESS, one = VK_SUCCESS;
	uint32_t n = 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct image *image = table_get(&device->images, TABLE_KEY(infos[i].image));

		if (image && image->shadow) {
			one = bind_shadow(device, image, &infos[i]);
			result = one == VK_SUCCESS ? result : one;
			continue;
		}
		asked[n] = infos[i];
		bind_rewrite_begin(image, &rewrites[n], &asked[n]);
		n++;
	}
	if (n)
		one = device->next.BindImageMemory2(device->handle, n, asked);
	while (n > 0)
		chain_restore(&rewrites[--n].chain);
	return one == VK_SUCCESS ? result : one;
}

/** VK_ERROR_OUT_OF_HOST_MEMORY before any was tried. */
static VkResult bind_none(uint32_t count, const VkBindImageMemoryInfo *infos)
{
	for (uint32_t i = 0; i < count; i++) {
		const VkBindMemoryStatus *status =
			chain_find(infos[i].pNext, VK_STRUCTURE_TYPE_BIND_MEMORY_STATUS);

		if (status)
			*status->pResult = VK_ERROR_OUT_OF_HOST_MEMORY;
	}
	return VK_ERROR_OUT_OF_HOST_MEMORY;
}

VkResult VKAPI_CALL bind_BindImageMemory2(
	VkDevice handle, uint32_t count, const VkBindImageMemoryInfo *infos)
{
	struct device *device = device_get(handle);
	VkBindImageMemoryInfo *asked;
	struct bind_rewrite *rewrites;
	VkResult result;

	if (!image_is_ours(device) || !count)
		return device->next.BindImageMemory2(handle, count, infos);
	asked = calloc(count, sizeof(*asked));
	rewrites = calloc(count, sizeof(*rewrites));
	if (asked && rewrites)
		result = bind_each(device, count, infos, asked, rewrites);
	else
		result = bind_none(count, infos);
	free(asked);
	free(rewrites);
	return result;
}
