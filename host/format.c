// SPDX-License-Identifier: MIT
#include "host/format.h"
#include "host/chain.h"
#include "host/env.h"
#include "host/gpu.h"
#include "host/hooks.h"
#include "host/instance.h"
#include "host/shadow_format.h"

#define FORMAT_MODIFIER_LINEAR 0 /* DRM_FORMAT_MOD_LINEAR */

uint32_t format_planes(VkFormat format)
{
	switch ((int)format) {
	case VK_FORMAT_G8_B8_R8_3PLANE_420_UNORM:
	case VK_FORMAT_G8_B8_R8_3PLANE_422_UNORM:
	case VK_FORMAT_G8_B8_R8_3PLANE_444_UNORM:
	case VK_FORMAT_G10X6_B10X6_R10X6_3PLANE_420_UNORM_3PACK16:
	case VK_FORMAT_G10X6_B10X6_R10X6_3PLANE_422_UNORM_3PACK16:
	case VK_FORMAT_G10X6_B10X6_R10X6_3PLANE_444_UNORM_3PACK16:
	case VK_FORMAT_G12X4_B12X4_R12X4_3PLANE_420_UNORM_3PACK16:
	case VK_FORMAT_G12X4_B12X4_R12X4_3PLANE_422_UNORM_3PACK16:
	case VK_FORMAT_G12X4_B12X4_R12X4_3PLANE_444_UNORM_3PACK16:
	case VK_FORMAT_G16_B16_R16_3PLANE_420_UNORM:
	case VK_FORMAT_G16_B16_R16_3PLANE_422_UNORM:
	case VK_FORMAT_G16_B16_R16_3PLANE_444_UNORM:
		return 3;
	case VK_FORMAT_G8_B8R8_2PLANE_420_UNORM:
	case VK_FORMAT_G8_B8R8_2PLANE_422_UNORM:
	case VK_FORMAT_G8_B8R8_2PLANE_444_UNORM:
	case VK_FORMAT_G10X6_B10X6R10X6_2PLANE_420_UNORM_3PACK16:
	case VK_FORMAT_G10X6_B10X6R10X6_2PLANE_422_UNORM_3PACK16:
	case VK_FORMAT_G10X6_B10X6R10X6_2PLANE_444_UNORM_3PACK16:
	case VK_FORMAT_G12X4_B12X4R12X4_2PLANE_420_UNORM_3PACK16:
	case VK_FORMAT_G12X4_B12X4R12X4_2PLANE_422_UNORM_3PACK16:
	case VK_FORMAT_G12X4_B12X4R12X4_2PLANE_444_UNORM_3PACK16:
	case VK_FORMAT_G16_B16R16_2PLANE_420_UNORM:
	case VK_FORMAT_G16_B16R16_2PLANE_422_UNORM:
	case VK_FORMAT_G16_B16R16_2PLANE_444_UNORM:
		return 2;
	default:
		return 1;
	}
}

VkImageAspectFlags format_plane_aspect(VkFormat format, VkImageAspectFlags aspect)
{
	VkImageAspectFlags first =
		format_planes(format) > 1 ? VK_IMAGE_ASPECT_PLANE_0_BIT : VK_IMAGE_ASPECT_COLOR_BIT;

	switch (aspect) {
	case VK_IMAGE_ASPECT_MEMORY_PLANE_0_BIT_EXT:
		return first;
	case VK_IMAGE_ASPECT_MEMORY_PLANE_1_BIT_EXT:
		return VK_IMAGE_ASPECT_PLANE_1_BIT;
	case VK_IMAGE_ASPECT_MEMORY_PLANE_2_BIT_EXT:
		return VK_IMAGE_ASPECT_PLANE_2_BIT;
	default:
		return aspect;
	}
}

static bool format_is_ours(const struct gpu *gpu)
{
	return gpu && gpu->offers & GPU_MODIFIER;
}

static bool format_linear_draws(const struct gpu *gpu, VkFormat format)
{
	VkFormatProperties2 properties = {.sType = VK_STRUCTURE_TYPE_FORMAT_PROPERTIES_2};

	gpu->instance->next.GetPhysicalDeviceFormatProperties2(gpu->handle, format, &properties);
	return properties.formatProperties.linearTilingFeatures &
	       VK_FORMAT_FEATURE_COLOR_ATTACHMENT_BIT;
}

bool format_linear_allows(const struct gpu *gpu, const VkPhysicalDeviceImageFormatInfo2 *info)
{
	const VkImageFormatListCreateInfo *views =
		chain_find(info->pNext, VK_STRUCTURE_TYPE_IMAGE_FORMAT_LIST_CREATE_INFO);

	if (!(info->usage & VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT) ||
		format_linear_draws(gpu, info->format))
		return true;
	/* The usage may be that of views in other formats; Mesa's mutable swapchains say so. */
	if (!(info->flags & VK_IMAGE_CREATE_EXTENDED_USAGE_BIT))
		return false;
	for (uint32_t i = 0; views && i < views->viewFormatCount; i++) {
		if (format_linear_draws(gpu, views->pViewFormats[i]))
			return true;
	}
	return !views || !views->viewFormatCount;
}

/** A format whose planes' places are not known cannot be shared by a modifier. */
static bool format_has_modifier(const struct gpu *gpu, VkFormat format)
{
	return gpu->knows_planes || format_planes(format) == 1;
}

/** The two-call protocol of a modifier list: whether the one entry LINEAR is to be written. */
static bool format_count(uint32_t *count, bool writes, bool usable)
{
	if (!usable || (writes && !*count)) {
		*count = 0;
		return false;
	}
	*count = 1;
	return writes;
}

void VKAPI_CALL format_GetPhysicalDeviceFormatProperties2(
	VkPhysicalDevice handle, VkFormat format, VkFormatProperties2 *out)
{
	struct instance *instance = instance_get(handle);
	struct gpu *gpu = instance_gpu(handle);
	struct chain chain = chain_edit(out->pNext);
	VkFormatProperties2 asked = *out;
	VkFormatProperties3 wide = {.sType = VK_STRUCTURE_TYPE_FORMAT_PROPERTIES_3};
	VkDrmFormatModifierPropertiesListEXT *list;
	VkDrmFormatModifierPropertiesList2EXT *list2;

	if (!format_is_ours(gpu)) {
		instance->next.GetPhysicalDeviceFormatProperties2(handle, format, out);
		return;
	}
	list = chain_remove_output(
		&chain, VK_STRUCTURE_TYPE_DRM_FORMAT_MODIFIER_PROPERTIES_LIST_EXT);
	list2 = chain_remove_output(
		&chain, VK_STRUCTURE_TYPE_DRM_FORMAT_MODIFIER_PROPERTIES_LIST_2_EXT);
	const VkFormatProperties3 *theirs =
		chain_find(chain.head, VK_STRUCTURE_TYPE_FORMAT_PROPERTIES_3);
	asked.pNext = (void *)chain.head;
	instance->next.GetPhysicalDeviceFormatProperties2(handle, format, &asked);
	chain_restore(&chain);
	out->formatProperties = asked.formatProperties;
	wide.linearTilingFeatures =
		theirs ? theirs->linearTilingFeatures : asked.formatProperties.linearTilingFeatures;

	wide.optimalTilingFeatures = theirs ? theirs->optimalTilingFeatures
					    : asked.formatProperties.optimalTilingFeatures;
	wide.linearTilingFeatures |= shadow_format_features(
		gpu, format, wide.linearTilingFeatures, wide.optimalTilingFeatures);

	/* The bits of VkFormatFeatureFlagBits are those of the wider type. */
	VkFormatFeatureFlags features = (VkFormatFeatureFlags)wide.linearTilingFeatures &
					VK_FORMAT_FEATURE_FLAG_BITS_MAX_ENUM;
	if (!format_has_modifier(gpu, format))
		features = 0;
	if (list && format_count(&list->drmFormatModifierCount, list->pDrmFormatModifierProperties,
			    features))
		list->pDrmFormatModifierProperties[0] = (VkDrmFormatModifierPropertiesEXT){
			FORMAT_MODIFIER_LINEAR, format_planes(format), features};
	if (list2 && format_count(&list2->drmFormatModifierCount,
			     list2->pDrmFormatModifierProperties, features))
		list2->pDrmFormatModifierProperties[0] = (VkDrmFormatModifierProperties2EXT){
			FORMAT_MODIFIER_LINEAR, format_planes(format), wide.linearTilingFeatures};
}

VkResult VKAPI_CALL format_GetPhysicalDeviceImageFormatProperties(VkPhysicalDevice handle,
	VkFormat format, VkImageType type, VkImageTiling tiling, VkImageUsageFlags usage,
	VkImageCreateFlags flags, VkImageFormatProperties *out)
{
	/* The modifier travels in a chain, which this old form has not. */
	if (tiling == VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT &&
		format_is_ours(instance_gpu(handle))) {
		*out = (VkImageFormatProperties){0};
		return VK_ERROR_FORMAT_NOT_SUPPORTED;
	}
	return instance_get(handle)->next.GetPhysicalDeviceImageFormatProperties(
		handle, format, type, tiling, usage, flags, out);
}

static void format_fill_external(
	VkExternalImageFormatProperties *out, VkExternalMemoryHandleTypeFlagBits type)
{
	out->externalMemoryProperties = (VkExternalMemoryProperties){
		.externalMemoryFeatures = VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT |
					  VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT,
		.exportFromImportedHandleTypes = type,
		.compatibleHandleTypes = type,
	};
}

/**
 * One question to the driver, in its terms: LINEAR tiling instead of a modifier, a host pointer
 * instead of an fd.
 */
struct format_question {
	VkPhysicalDeviceImageFormatInfo2 info;
	struct chain in, out;
	const VkPhysicalDeviceExternalImageFormatInfo
		*external; /**< taken out; NULL unless the layer answers it */
	VkPhysicalDeviceExternalImageFormatInfo host;
	VkExternalImageFormatProperties *external_out; /**< taken out; may be NULL */
	VkExternalImageFormatProperties host_out;
	bool is_modifier;
	bool may_shadow; /**< it is about a modifier, and memory that the layer shares or none */
	const void *rest_in; /**< the chains without external memory */
	void *rest_out;
};

/**
 * VK_ERROR_FORMAT_NOT_SUPPORTED for what the driver need not be asked. format_question_end()
 * follows either way.
 */
static VkResult format_question_begin(struct format_question *q, const struct gpu *gpu)
{
	const VkPhysicalDeviceImageDrmFormatModifierInfoEXT *modifier = chain_remove(
		&q->in, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_DRM_FORMAT_MODIFIER_INFO_EXT);
	const VkPhysicalDeviceExternalImageFormatInfo *external = chain_find(
		q->in.head, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO);

	if (q->info.tiling == VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT) {
		if (!modifier || modifier->drmFormatModifier != FORMAT_MODIFIER_LINEAR ||
			!format_has_modifier(gpu, q->info.format))
			return VK_ERROR_FORMAT_NOT_SUPPORTED;
		q->info.tiling = VK_IMAGE_TILING_LINEAR;
		q->is_modifier = true;
		q->may_shadow = gpu->shadows && !external;
	}
	q->rest_in = q->in.head;
	q->rest_out = (void *)q->out.head;
	if (!external || !(external->handleType & GPU_MEMORY_HANDLES) ||
		!(gpu->offers & GPU_MEMORY_FD))
		return VK_SUCCESS;
	if (external->handleType != VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT)
		return VK_ERROR_FORMAT_NOT_SUPPORTED;
	q->external =
		chain_remove(&q->in, VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO);
	q->external_out =
		chain_remove_output(&q->out, VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES);
	q->may_shadow = modifier && gpu->shadows;
	q->rest_in = q->in.head;
	q->rest_out = (void *)q->out.head;
	if (gpu->takes_handle_type) {
		q->host = (VkPhysicalDeviceExternalImageFormatInfo){
			.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO,
			.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT,
		};
		q->host_out.sType = VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES;
		chain_prepend(&q->in, &q->host);
		chain_prepend(&q->out, &q->host_out);
	}
	return VK_SUCCESS;
}

static bool format_question_refused(const struct format_question *q, const struct gpu *gpu)
{
	return q->external && gpu->takes_handle_type &&
	       !(q->host_out.externalMemoryProperties.externalMemoryFeatures &
		       VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT);
}

/** As LINEAR, or whatever tiling it is about. */
static VkResult format_question_ask(
	const struct format_question *q, const struct gpu *gpu, VkImageFormatProperties2 *out)
{
	VkPhysicalDeviceImageFormatInfo2 info = q->info;
	VkResult result;

	if (q->is_modifier && !format_linear_allows(gpu, &info))
		return VK_ERROR_FORMAT_NOT_SUPPORTED;
	info.pNext = q->in.head;
	out->pNext = (void *)q->out.head;
	result = gpu->instance->next.GetPhysicalDeviceImageFormatProperties2(
		gpu->handle, &info, out);
	if (result == VK_SUCCESS && format_question_refused(q, gpu))
		result = VK_ERROR_FORMAT_NOT_SUPPORTED;
	return result;
}

static VkResult format_question_ask_shadow(
	const struct format_question *q, const struct gpu *gpu, VkImageFormatProperties2 *out)
{
	VkPhysicalDeviceImageFormatInfo2 info = q->info;

	if (!q->may_shadow)
		return VK_ERROR_FORMAT_NOT_SUPPORTED;
	info.pNext = q->rest_in;
	out->pNext = q->rest_out;
	return shadow_format_ask(gpu, &info, out);
}

/** What image_CreateImage() would do: shadow_format_needed(). */
static VkResult format_question_answer(
	const struct format_question *q, const struct gpu *gpu, VkImageFormatProperties2 *out)
{
	bool forced = env_get()->shadow == ENV_SHADOW_FORCED;
	VkResult result = VK_ERROR_FORMAT_NOT_SUPPORTED;

	if (forced)
		result = format_question_ask_shadow(q, gpu, out);
	if (result != VK_SUCCESS)
		result = format_question_ask(q, gpu, out);
	if (result != VK_SUCCESS && !forced)
		result = format_question_ask_shadow(q, gpu, out);
	return result;
}

VkResult VKAPI_CALL format_GetPhysicalDeviceImageFormatProperties2(VkPhysicalDevice handle,
	const VkPhysicalDeviceImageFormatInfo2 *info, VkImageFormatProperties2 *out)
{
	struct instance *instance = instance_get(handle);
	struct gpu *gpu = instance_gpu(handle);
	struct format_question q = {
		.info = *info, .in = chain_edit(info->pNext), .out = chain_edit(out->pNext)};
	VkImageFormatProperties2 asked = *out;
	VkResult result;

	/* Memory is never ours without the modifiers: gpu_decide(). */
	if (!format_is_ours(gpu))
		return instance->next.GetPhysicalDeviceImageFormatProperties2(handle, info, out);
	result = format_question_begin(&q, gpu);
	if (result == VK_SUCCESS)
		result = format_question_answer(&q, gpu, &asked);
	chain_restore(&q.in);
	chain_restore(&q.out);
	if (result == VK_SUCCESS)
		out->imageFormatProperties = asked.imageFormatProperties;
	else
		out->imageFormatProperties = (VkImageFormatProperties){0};
	if (result == VK_SUCCESS && q.external_out)
		format_fill_external(q.external_out, q.external->handleType);
	return result;
}

void VKAPI_CALL format_GetPhysicalDeviceSparseImageFormatProperties2(VkPhysicalDevice handle,
	const VkPhysicalDeviceSparseImageFormatInfo2 *info, uint32_t *count,
	VkSparseImageFormatProperties2 *out)
{
	if (info->tiling == VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT &&
		format_is_ours(instance_gpu(handle))) {
		*count = 0;
		return;
	}
	instance_get(handle)->next.GetPhysicalDeviceSparseImageFormatProperties2(
		handle, info, count, out);
}
