// SPDX-License-Identifier: MIT
/* Where the planes of an image lie: the application says memory plane, the driver of a LINEAR image
 * knows aspects. */
#include "host/device.h"
#include "host/format.h"
#include "host/hooks.h"
#include "host/image.h"
#include "host/shadow.h"

static VkImageSubresource layout_rename(
	const struct image *image, const VkImageSubresource *subresource)
{
	VkImageSubresource renamed = *subresource;

	if (image && image->modifier)
		renamed.aspectMask = format_plane_aspect(image->format, subresource->aspectMask);
	return renamed;
}

/**
 * Offsets of a modifier's planes count from where memory is bound, an explicit layout's offset
 * included.
 */
static void layout_add_offset(
	const struct image *image, VkImageAspectFlags aspect, VkSubresourceLayout *layout)
{
	if (!image || !image->modifier)
		return;
	if (aspect & (VK_IMAGE_ASPECT_PLANE_1_BIT | VK_IMAGE_ASPECT_MEMORY_PLANE_1_BIT_EXT))
		layout->offset += image->offsets[1];
	else if (aspect & (VK_IMAGE_ASPECT_PLANE_2_BIT | VK_IMAGE_ASPECT_MEMORY_PLANE_2_BIT_EXT))
		layout->offset += image->offsets[2];
	else
		layout->offset += image->offsets[0];
}

void VKAPI_CALL layout_GetImageSubresourceLayout(VkDevice handle, VkImage image,
	const VkImageSubresource *subresource, VkSubresourceLayout *out)
{
	struct device *device = device_get(handle);
	const struct image *ours = table_get(&device->images, TABLE_KEY(image));
	VkImageSubresource renamed = layout_rename(ours, subresource);

	if (ours && ours->shadow)
		*out = ours->shadow->layout;
	else
		device->next.GetImageSubresourceLayout(handle, image, &renamed, out);
	layout_add_offset(ours, subresource->aspectMask, out);
}

void VKAPI_CALL layout_GetImageSubresourceLayout2(VkDevice handle, VkImage image,
	const VkImageSubresource2 *subresource, VkSubresourceLayout2 *out)
{
	struct device *device = device_get(handle);
	const struct image *ours = table_get(&device->images, TABLE_KEY(image));
	VkImageSubresource2 renamed = *subresource;
	PFN_vkGetImageSubresourceLayout2 next = device->next.GetImageSubresourceLayout2;

	if (!next)
		next = device->next.GetImageSubresourceLayout2EXT;
	renamed.imageSubresource = layout_rename(ours, &subresource->imageSubresource);
	/* A shadow's OPTIMAL image has no layout to tell, but what else the chain asks for. */
	next(handle, image, &renamed, out);
	if (ours && ours->shadow)
		out->subresourceLayout = ours->shadow->layout;
	layout_add_offset(ours, subresource->imageSubresource.aspectMask, &out->subresourceLayout);
}

void VKAPI_CALL layout_GetDeviceImageSubresourceLayout(
	VkDevice handle, const VkDeviceImageSubresourceInfo *info, VkSubresourceLayout2 *out)
{
	struct device *device = device_get(handle);
	VkDeviceImageSubresourceInfo asked = *info;
	VkImageSubresource2 renamed = *info->pSubresource;
	struct image_rewrite rewrite;
	struct shadow_measure measured;

	if (!image_is_ours(device)) {
		device->next.GetDeviceImageSubresourceLayout(handle, info, out);
		return;
	}
	image_rewrite_begin(&rewrite, device, info->pCreateInfo);
	renamed.imageSubresource =
		layout_rename(&rewrite.image, &info->pSubresource->imageSubresource);
	asked.pCreateInfo = &rewrite.info;
	asked.pSubresource = &renamed;
	device->next.GetDeviceImageSubresourceLayout(handle, &asked, out);
	image_rewrite_end(&rewrite);
	if (rewrite.shadowed && shadow_measure(device, &rewrite.info, &measured) == VK_SUCCESS)
		out->subresourceLayout = measured.layout;
}
