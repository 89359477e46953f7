// SPDX-License-Identifier: MIT
#include "host/image.h"
#include "host/device.h"
#include "host/env.h"
#include "host/format.h"
#include "host/gpu.h"
#include "host/hooks.h"
#include "host/instance.h"
#include "host/shadow.h"
#include "host/shadow_format.h"

#include <stdlib.h>

#define IMAGE_MODIFIER_LINEAR 0 /* DRM_FORMAT_MOD_LINEAR */
#define IMAGE_SPARSE \
	(VK_IMAGE_CREATE_SPARSE_BINDING_BIT | VK_IMAGE_CREATE_SPARSE_RESIDENCY_BIT | \
		VK_IMAGE_CREATE_SPARSE_ALIASED_BIT)

bool image_is_ours(const struct device *device)
{
	return device->offers & (GPU_MEMORY_FD | GPU_MODIFIER);
}

/**
 * Whether the driver takes HOST_ALLOCATION for such an image (VUID-VkImageCreateInfo-pNext-00990).
 */
static bool image_can_be_host(const struct gpu *gpu, const VkImageCreateInfo *info)
{
	VkPhysicalDeviceExternalImageFormatInfo external = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO,
		.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT,
	};
	VkPhysicalDeviceImageFormatInfo2 asked = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_FORMAT_INFO_2,
		.pNext = &external,
		.format = info->format,
		.type = info->imageType,
		.tiling = info->tiling,
		.usage = info->usage,
		.flags = info->flags,
	};
	VkExternalImageFormatProperties answer = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES};
	VkImageFormatProperties2 properties = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_PROPERTIES_2,
		.pNext = &answer,
	};

	/* VUID-VkImageCreateInfo-pNext-01443: an external image starts undefined. */
	if (!gpu->takes_handle_type || info->flags & IMAGE_SPARSE ||
		info->initialLayout != VK_IMAGE_LAYOUT_UNDEFINED)
		return false;
	return gpu->instance->next.GetPhysicalDeviceImageFormatProperties2(
		       gpu->handle, &asked, &properties) == VK_SUCCESS &&
	       answer.externalMemoryProperties.externalMemoryFeatures &
		       VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT;
}

/** Takes the modifier's structures out and makes the tiling LINEAR. */
static VkResult image_rewrite_modifier(struct image_rewrite *rewrite)
{
	const VkImageDrmFormatModifierListCreateInfoEXT *list = chain_remove(
		&rewrite->chain, VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_LIST_CREATE_INFO_EXT);
	bool linear = false;

	rewrite->layout = chain_remove(&rewrite->chain,
		VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_EXPLICIT_CREATE_INFO_EXT);
	for (uint32_t i = 0; list && i < list->drmFormatModifierCount; i++)
		linear |= list->pDrmFormatModifiers[i] == IMAGE_MODIFIER_LINEAR;
	if (rewrite->layout) {
		linear = rewrite->layout->drmFormatModifier == IMAGE_MODIFIER_LINEAR &&
			 rewrite->layout->drmFormatModifierPlaneCount ==
				 format_planes(rewrite->info.format);
	}
	rewrite->info.tiling = VK_IMAGE_TILING_LINEAR;
	rewrite->image.modifier = true;
	return linear ? VK_SUCCESS : VK_ERROR_INVALID_DRM_FORMAT_MODIFIER_PLANE_LAYOUT_EXT;
}

/**
 * An image that may be bound to shared memory names the handle type of it, as a buffer does. One
 * with tiling OPTIMAL names it only where there is no other memory: elsewhere it would lose the
 * driver's own tiling or memory.
 */
static void image_rewrite_handle(struct image_rewrite *rewrite, const struct gpu *gpu)
{
	const VkExternalMemoryImageCreateInfo *external = chain_find(
		rewrite->chain.head, VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO);
	VkExternalMemoryHandleTypeFlags named = external ? external->handleTypes : 0;
	uint32_t all_types = (uint32_t)((UINT64_C(1) << gpu->memory.memoryTypeCount) - 1);
	bool linear = rewrite->info.tiling == VK_IMAGE_TILING_LINEAR;

	rewrite->image.external = named & GPU_MEMORY_HANDLES;
	rewrite->image.optimal = !linear && !named;
	if (named && !rewrite->image.external)
		return; /* a handle type that is the driver's own business */
	chain_remove(&rewrite->chain, VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO);
	rewrite->handle.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO;
	rewrite->handle.handleTypes = named & ~GPU_MEMORY_HANDLES;
	if ((rewrite->image.external || linear || gpu->importable == all_types) &&
		image_can_be_host(gpu, &rewrite->info))
		rewrite->handle.handleTypes |=
			VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT;
	if (rewrite->handle.handleTypes)
		chain_prepend(&rewrite->chain, &rewrite->handle);
}

/**
 * Where the driver cannot make the LINEAR image: an OPTIMAL one that knows nothing of others.
 */
static void image_rewrite_shadow(struct image_rewrite *rewrite, const struct gpu *gpu)
{
	const VkExternalMemoryImageCreateInfo *external = chain_find(
		rewrite->chain.head, VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO);

	if (external && !(external->handleTypes & GPU_MEMORY_HANDLES))
		return; /* a handle type that is the driver's own business */
	rewrite->shadowed =
		shadow_format_needed(gpu, &rewrite->info, external != NULL, rewrite->chain.head);
	if (!rewrite->shadowed)
		return;
	chain_remove(&rewrite->chain, VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO);
	rewrite->info.tiling = VK_IMAGE_TILING_OPTIMAL;
	rewrite->info.usage |= SHADOW_USAGE;
	rewrite->info.flags &= ~(VkImageCreateFlags)VK_IMAGE_CREATE_ALIAS_BIT;
	rewrite->image.external = true;
}

VkResult image_rewrite_begin(
	struct image_rewrite *rewrite, const struct device *device, const VkImageCreateInfo *info)
{
	VkResult result = VK_SUCCESS;

	*rewrite = (struct image_rewrite){
		.info = *info,
		.chain = chain_edit(info->pNext),
		.image.format = info->format,
		.image.disjoint = info->flags & VK_IMAGE_CREATE_DISJOINT_BIT,
	};
	if (info->tiling == VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT &&
		device->offers & GPU_MODIFIER)
		result = image_rewrite_modifier(rewrite);
	if (result == VK_SUCCESS && rewrite->image.modifier && shadow_is_ours(device))
		image_rewrite_shadow(rewrite, device->gpu);
	if (device->offers & GPU_MEMORY_FD && !rewrite->shadowed)
		image_rewrite_handle(rewrite, device->gpu);
	rewrite->info.pNext = rewrite->chain.head;
	return result;
}

void image_rewrite_end(struct image_rewrite *rewrite)
{
	chain_restore(&rewrite->chain);
}

/**
 * Whether the driver's layout of the image is the explicit one but for an offset, which is then
 * applied at binding. A driver chooses the pitch of a LINEAR image itself: another pitch cannot be
 * had.
 */
static bool image_fits_layout(struct device *device, VkImage handle, struct image *image,
	const VkImageDrmFormatModifierExplicitCreateInfoEXT *layout)
{
	uint32_t n_planes = layout->drmFormatModifierPlaneCount;
	VkMemoryRequirements requirements;

	for (uint32_t i = 0; i < n_planes; i++) {
		const VkSubresourceLayout *wanted = &layout->pPlaneLayouts[i];
		VkImageSubresource plane = {
			.aspectMask = format_plane_aspect(
				image->format, VK_IMAGE_ASPECT_MEMORY_PLANE_0_BIT_EXT << i),
		};
		VkSubresourceLayout got;

		if (image->shadow)
			got = image->shadow->layout;
		else
			device->next.GetImageSubresourceLayout(
				device->handle, handle, &plane, &got);
		if (wanted->rowPitch != got.rowPitch || wanted->offset < got.offset)
			return false;
		image->offsets[i] = wanted->offset - got.offset;
		if (!image->disjoint && image->offsets[i] != image->offsets[0])
			return false;
	}
	if (image->disjoint)
		return true; /* alignment is the business of each plane's binding */
	if (image->shadow)
		requirements = image->shadow->requirements;
	else
		device->next.GetImageMemoryRequirements(device->handle, handle, &requirements);
	return image->offsets[0] % requirements.alignment == 0 &&
	       image->offsets[0] <= PTRDIFF_MAX - requirements.size;
}

/** Accepts NULL. Not the driver's image. */
static void image_destroy(struct device *device, struct image *image)
{
	if (!image)
		return;
	shadow_destroy(device, image->shadow);
	free(image);
}

static VkResult image_register(
	struct device *device, VkImage handle, const struct image_rewrite *rewrite)
{
	struct image *image = malloc(sizeof(*image));
	VkResult result;

	if (!image)
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	*image = rewrite->image;
	if (rewrite->shadowed) {
		result = shadow_create(device, handle, &rewrite->info, &image->shadow);
		if (result != VK_SUCCESS) {
			free(image);
			return result;
		}
	}
	if (rewrite->layout && !image_fits_layout(device, handle, image, rewrite->layout)) {
		env_complain("a LINEAR image with row pitch %llu at %llu is not what %s makes",
			(unsigned long long)rewrite->layout->pPlaneLayouts[0].rowPitch,
			(unsigned long long)rewrite->layout->pPlaneLayouts[0].offset,
			device->gpu->name);
		result = VK_ERROR_INVALID_DRM_FORMAT_MODIFIER_PLANE_LAYOUT_EXT;
	} else if (table_put(&device->images, TABLE_KEY(handle), image)) {
		return VK_SUCCESS;
	} else {
		result = VK_ERROR_OUT_OF_HOST_MEMORY;
	}
	image_destroy(device, image);
	return result;
}

VkResult VKAPI_CALL image_CreateImage(VkDevice handle, const VkImageCreateInfo *info,
	const VkAllocationCallbacks *allocator, VkImage *out)
{
	struct device *device = device_get(handle);
	struct image_rewrite rewrite;
	VkResult result;

	if (!image_is_ours(device))
		return device->next.CreateImage(handle, info, allocator, out);
	result = image_rewrite_begin(&rewrite, device, info);
	if (result == VK_SUCCESS)
		result = device->next.CreateImage(handle, &rewrite.info, allocator, out);
	image_rewrite_end(&rewrite);
	if (result != VK_SUCCESS)
		return result;
	result = image_register(device, *out, &rewrite);
	if (result != VK_SUCCESS)
		device->next.DestroyImage(handle, *out, allocator);
	return result;
}

static void image_release(void *data, void *device)
{
	struct image *image = data;

	shadow_destroy(device, image->shadow);
	image->shadow = NULL;
}

void image_release_all(struct device *device)
{
	table_each(&device->images, image_release, device);
}

void image_drop(void *image, void *unused)
{
	free(image);
}

void VKAPI_CALL image_DestroyImage(
	VkDevice handle, VkImage image, const VkAllocationCallbacks *allocator)
{
	struct device *device = device_get(handle);
	struct image *ours = table_take(&device->images, TABLE_KEY(image));

	device->next.DestroyImage(handle, image, allocator);
	image_destroy(device, ours);
}

VkResult VKAPI_CALL image_GetImageDrmFormatModifierPropertiesEXT(
	VkDevice handle, VkImage image, VkImageDrmFormatModifierPropertiesEXT *out)
{
	struct device *device = device_get(handle);

	if (!(device->offers & GPU_MODIFIER))
		return device->next.GetImageDrmFormatModifierPropertiesEXT(handle, image, out);
	out->drmFormatModifier = IMAGE_MODIFIER_LINEAR;
	return VK_SUCCESS;
}
