#include "render/vulkan/sampled.h"

#include "common/dmabuf.h"
#include "common/format.h"
#include "common/log.h"
#include "render/vulkan/external.h"
#include "render/vulkan/format.h"

#include <drm_fourcc.h>
#include <stdio.h>
#include <stdlib.h>

#define SAMPLED_POOL_SIZE 64

void sampled_set_init(struct sampled_set *set, const struct device *device,
	struct pipeline *pipeline, enum sampled_copy copy)
{
	*set = (struct sampled_set){.copy = copy, .device = device, .pipeline = pipeline};
}

void sampled_set_finish(struct sampled_set *set)
{
	while (set->pools) {
		struct sampled_pool *pool = set->pools;
		set->pools = pool->next;
		vkDestroyDescriptorPool(set->device->handle, pool->handle, NULL);
		free(pool);
	}
}

/* A pool with a free set. NULL: out of memory. */
static struct sampled_pool *sampled_get_pool(struct sampled_set *set)
{
	for (struct sampled_pool *pool = set->pools; pool; pool = pool->next) {
		if (pool->used < SAMPLED_POOL_SIZE)
			return pool;
	}
	const VkDescriptorPoolSize size = {VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
		SAMPLED_POOL_SIZE * FORMAT_MAX_DESCRIPTORS};
	const VkDescriptorPoolCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
		.flags = VK_DESCRIPTOR_POOL_CREATE_FREE_DESCRIPTOR_SET_BIT,
		.maxSets = SAMPLED_POOL_SIZE,
		.poolSizeCount = 1,
		.pPoolSizes = &size,
	};
	struct sampled_pool *pool = calloc(1, sizeof *pool);
	if (!pool || vkCreateDescriptorPool(set->device->handle, &info, NULL, &pool->handle) !=
			     VK_SUCCESS) {
		free(pool);
		return NULL;
	}
	pool->next = set->pools;
	set->pools = pool;
	return pool;
}

static bool sampled_describe(struct sampled *sampled, char *reason)
{
	VkDevice device = sampled->owner->device->handle;
	struct sampled_pool *pool = sampled_get_pool(sampled->owner);
	const VkDescriptorSetAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
		.descriptorPool = pool ? pool->handle : VK_NULL_HANDLE,
		.descriptorSetCount = 1,
		.pSetLayouts = &sampled->sampling->set_layout,
	};
	if (!pool || vkAllocateDescriptorSets(device, &info, &sampled->descriptor) != VK_SUCCESS) {
		snprintf(reason, WIRE_MAX_REASON, "no descriptor is left");
		return false;
	}
	sampled->pool = pool;
	pool->used++;
	const VkDescriptorImageInfo image = {
		.imageView = sampled->image.view,
		.imageLayout = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
	};
	const VkWriteDescriptorSet write = {
		.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
		.dstSet = sampled->descriptor,
		.descriptorCount = 1,
		.descriptorType = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER,
		.pImageInfo = &image,
	};
	vkUpdateDescriptorSets(device, 1, &write, 0, NULL);
	return true;
}

static struct sampled *sampled_new(struct sampled_set *set, char *reason)
{
	struct sampled *sampled = calloc(1, sizeof *sampled);
	if (sampled)
		*sampled = (struct sampled){.refs = 1,
			.owner = set,
			.sampling = &set->pipeline->samplings[SAMPLING_RGB]};
	else
		snprintf(reason, WIRE_MAX_REASON, "out of memory");
	return sampled;
}

#define SAMPLED_OWN_USAGE (VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT)

/* Whether sampled_create() makes such images. */
static bool sampled_can_create(
	const struct sampled_set *set, uint32_t fourcc, int32_t width, int32_t height)
{
	const struct format_query query = {
		.fourcc = fourcc,
		.modifier = DRM_FORMAT_MOD_LINEAR,
		.usage = SAMPLED_OWN_USAGE,
		.tiling = VK_IMAGE_TILING_OPTIMAL,
	};
	return format_is_supported(set->device, &query, (uint32_t)width, (uint32_t)height, NULL);
}

struct sampled *sampled_create(
	struct sampled_set *set, uint32_t fourcc, int32_t width, int32_t height, char *reason)
{
	const struct image_info info = {
		.fourcc = fourcc,
		.width = width,
		.height = height,
		.usage = SAMPLED_OWN_USAGE,
		.tiling = VK_IMAGE_TILING_OPTIMAL,
	};
	if (!sampled_can_create(set, fourcc, width, height)) {
		snprintf(reason, WIRE_MAX_REASON, "the driver has no such texture");
		return NULL;
	}
	struct sampled *sampled = sampled_new(set, reason);
	if (sampled && image_init(set->device, &sampled->image, &info, reason) &&
		sampled_describe(sampled, reason))
		return sampled;
	sampled_unref(sampled);
	return NULL;
}

/* A copy counts rows and places in whole pixels. */
static bool sampled_can_copy(const struct sampled_set *set, const struct dmabuf *dmabuf)
{
	const struct dmabuf_plane *plane = &dmabuf->planes[0];
	uint32_t bpp = format_find(dmabuf->format)->bytes_per_pixel;
	return dmabuf_is_linear(dmabuf) && dmabuf->n_planes == 1 && plane->stride % bpp == 0 &&
	       plane->stride / bpp >= (uint32_t)dmabuf->width && plane->offset % bpp == 0 &&
	       sampled_can_create(set, dmabuf->format, dmabuf->width, dmabuf->height);
}

/* From an image that was imported to a buffer over the same memory, if that is wanted and can be.
 */
static bool sampled_become_source(struct sampled *sampled, const struct dmabuf *dmabuf)
{
	const struct sampled_set *set = sampled->owner;
	char reason[WIRE_MAX_REASON];
	bool wanted = set->copy == SAMPLED_COPY_ALL ||
		      (set->copy == SAMPLED_COPY_FAR && sampled->image.is_far);
	if (!wanted || !sampled_can_copy(set, dmabuf))
		return false;
	if (!external_import_buffer(set->device, &sampled->source, dmabuf,
		    VK_BUFFER_USAGE_TRANSFER_SRC_BIT, reason)) {
		log_debug("a dma-buf is sampled where it lies: %s", reason);
		image_buffer_finish(set->device, &sampled->source);
		return false;
	}
	image_finish(set->device, &sampled->image);
	sampled->source.is_foreign = true;
	return true;
}

/* How a dma-buf of its kind is sampled. */
static bool sampled_choose(struct sampled *sampled, const struct dmabuf *dmabuf, char *reason)
{
	const struct sampled_set *set = sampled->owner;
	enum sampling_kind kind = sampling_kind_of(dmabuf->format);
	if (kind == SAMPLING_RGB)
		return true; /* sampled_new() has chosen it */
	if (!set->device->has_video) {
		snprintf(reason, WIRE_MAX_REASON, "the driver converts no video");
		return false;
	}
	sampled->sampling = pipeline_get_sampling(set->device, set->pipeline, kind,
		format_get_features(set->device, dmabuf->format, dmabuf->modifier), reason);
	return sampled->sampling;
}

struct sampled *sampled_import(struct sampled_set *set, const struct dmabuf *dmabuf, char *reason)
{
	struct sampled *sampled = sampled_new(set, reason);
	if (sampled && sampled_choose(sampled, dmabuf, reason) &&
		external_import_image(set->device, &sampled->image, dmabuf,
			VK_IMAGE_USAGE_SAMPLED_BIT, sampled->sampling->conversion, reason)) {
		if (sampled_become_source(sampled, dmabuf))
			return sampled;
		/* Whoever filled it left it in the general layout, as all who share dma-bufs do. */
		sampled->image.layout = VK_IMAGE_LAYOUT_GENERAL;
		sampled->image.is_foreign = true;
		if (sampled_describe(sampled, reason))
			return sampled;
	}
	sampled_unref(sampled);
	return NULL;
}

bool sampled_is_copied(const struct sampled *sampled)
{
	return sampled->source.handle != VK_NULL_HANDLE;
}

struct sampled *sampled_ref(struct sampled *sampled)
{
	sampled->refs++;
	return sampled;
}

void sampled_unref(struct sampled *sampled)
{
	if (!sampled || --sampled->refs > 0)
		return;
	const struct device *device = sampled->owner->device;
	if (sampled->pool) {
		vkFreeDescriptorSets(
			device->handle, sampled->pool->handle, 1, &sampled->descriptor);
		sampled->pool->used--;
	}
	image_finish(device, &sampled->image);
	image_buffer_finish(device, &sampled->source);
	free(sampled);
}
