// SPDX-License-Identifier: MIT
/*
 * Ownership transfers to and from VK_QUEUE_FAMILY_FOREIGN_EXT, which Venus records for every image
 * it shares. Those of shadow images (shadow_barrier.h) end here, with a copy.
 *
 * A driver without VK_EXT_queue_family_foreign is told VK_QUEUE_FAMILY_EXTERNAL instead: another
 * instance of the same driver. That holds between Venus guests; and a reader outside of Vulkan sees
 * host memory that is coherent.
 */
#include "host/device.h"
#include "host/env.h"
#include "host/gpu.h"
#include "host/hooks.h"
#include "host/shadow_barrier.h"

#include <stdlib.h>
#include <string.h>

static uint32_t barrier_family(const struct device *device, uint32_t family)
{
	return family == VK_QUEUE_FAMILY_FOREIGN_EXT && device->offers & GPU_FOREIGN
		       ? VK_QUEUE_FAMILY_EXTERNAL
		       : family;
}

/*
 * VkBufferMemoryBarrier, VkImageMemoryBarrier and their second versions have the two families in
 * different places. Returns a copy of barriers[count] with the families replaced, or NULL if none
 * leads outside (or memory is short: the barriers then pass as they are, for a command cannot
 * fail).
 */
#define BARRIER_COPY(type, name) \
	static type *barrier_copy_##name( \
		const struct device *device, const type *barriers, uint32_t count) \
	{ \
		bool outside = false; \
		type *copy; \
\
		for (uint32_t i = 0; i < count; i++) \
			outside |= shadow_barrier_is_outside(barriers[i].srcQueueFamilyIndex) || \
				   shadow_barrier_is_outside(barriers[i].dstQueueFamilyIndex); \
		if (!outside) \
			return NULL; \
		copy = malloc(count * sizeof(*copy)); \
		if (!copy) { \
			env_complain("out of memory: a foreign barrier passes as it is"); \
			return NULL; \
		} \
		memcpy(copy, barriers, count * sizeof(*copy)); \
		for (uint32_t i = 0; i < count; i++) { \
			copy[i].srcQueueFamilyIndex = \
				barrier_family(device, copy[i].srcQueueFamilyIndex); \
			copy[i].dstQueueFamilyIndex = \
				barrier_family(device, copy[i].dstQueueFamilyIndex); \
		} \
		return copy; \
	}

BARRIER_COPY(VkBufferMemoryBarrier, buffers)
BARRIER_COPY(VkImageMemoryBarrier, images)
BARRIER_COPY(VkBufferMemoryBarrier2, buffers2)
BARRIER_COPY(VkImageMemoryBarrier2, images2)

/** The barriers of one command of the first version, on their way to the driver. */
struct barrier_first {
	VkPipelineStageFlags before, after;
	const VkBufferMemoryBarrier *buffers;
	const VkImageMemoryBarrier *images;
	VkBufferMemoryBarrier *our_buffers; /**< owned; NULL if the application's will do */
	VkImageMemoryBarrier *our_images;   /**< likewise */
	struct shadow_barrier_copies copies;
};

/** The stages are the command's, and so are those that a shadow image needs. */
static void barrier_first_cross(struct barrier_first *first, struct device *device,
	VkImageMemoryBarrier *image, uint32_t n_images)
{
	VkImageMemoryBarrier2 barrier = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER_2,
		.pNext = image->pNext,
		.srcStageMask = first->before,
		.srcAccessMask = image->srcAccessMask,
		.dstStageMask = first->after,
		.dstAccessMask = image->dstAccessMask,
		.oldLayout = image->oldLayout,
		.newLayout = image->newLayout,
		.srcQueueFamilyIndex = image->srcQueueFamilyIndex,
		.dstQueueFamilyIndex = image->dstQueueFamilyIndex,
		.image = image->image,
	};

	shadow_barrier_cross(device, &barrier, &first->copies, n_images);
	first->before |= (VkPipelineStageFlags)barrier.srcStageMask;
	first->after |= (VkPipelineStageFlags)barrier.dstStageMask;
	image->srcAccessMask = (VkAccessFlags)barrier.srcAccessMask;
	image->dstAccessMask = (VkAccessFlags)barrier.dstAccessMask;
	image->oldLayout = barrier.oldLayout;
	image->newLayout = barrier.newLayout;
	image->srcQueueFamilyIndex = barrier.srcQueueFamilyIndex;
	image->dstQueueFamilyIndex = barrier.dstQueueFamilyIndex;
}

static bool barrier_stays(uint32_t source, uint32_t destination)
{
	return !shadow_barrier_is_outside(source) && !shadow_barrier_is_outside(destination);
}

/** first has its stages, buffers and images. */
static void barrier_first_init(struct barrier_first *first, struct device *device,
	VkCommandBuffer commands, uint32_t n_buffers, uint32_t n_images)
{
	const VkImageMemoryBarrier *theirs = first->images;

	first->our_buffers = barrier_copy_buffers(device, first->buffers, n_buffers);
	first->our_images = barrier_copy_images(device, first->images, n_images);
	if (first->our_buffers)
		first->buffers = first->our_buffers;
	if (first->our_images)
		first->images = first->our_images;
	for (uint32_t i = 0; i < n_images; i++) {
		if (barrier_stays(theirs[i].srcQueueFamilyIndex, theirs[i].dstQueueFamilyIndex))
			shadow_barrier_note(device, commands, theirs[i].image, theirs[i].newLayout,
				theirs[i].srcAccessMask | theirs[i].dstAccessMask);
		else if (first->our_images)
			barrier_first_cross(first, device, &first->our_images[i], n_images);
	}
}

static void barrier_first_finish(
	struct barrier_first *first, struct device *device, VkCommandBuffer commands)
{
	shadow_barrier_finish(device, commands, &first->copies);
	free(first->our_buffers);
	free(first->our_images);
}

void VKAPI_CALL barrier_CmdPipelineBarrier(VkCommandBuffer commands, VkPipelineStageFlags before,
	VkPipelineStageFlags after, VkDependencyFlags flags, uint32_t n_memory,
	const VkMemoryBarrier *memory, uint32_t n_buffers, const VkBufferMemoryBarrier *buffers,
	uint32_t n_images, const VkImageMemoryBarrier *images)
{
	struct device *device = device_get(commands);
	struct barrier_first first = {before, after, buffers, images};

	barrier_first_init(&first, device, commands, n_buffers, n_images);
	device->next.CmdPipelineBarrier(commands, first.before, first.after, flags, n_memory,
		memory, n_buffers, first.buffers, n_images, first.images);
	barrier_first_finish(&first, device, commands);
}

void VKAPI_CALL barrier_CmdWaitEvents(VkCommandBuffer commands, uint32_t n_events,
	const VkEvent *events, VkPipelineStageFlags before, VkPipelineStageFlags after,
	uint32_t n_memory, const VkMemoryBarrier *memory, uint32_t n_buffers,
	const VkBufferMemoryBarrier *buffers, uint32_t n_images, const VkImageMemoryBarrier *images)
{
	struct device *device = device_get(commands);
	struct barrier_first first = {before, after, buffers, images};

	barrier_first_init(&first, device, commands, n_buffers, n_images);
	/* The stages before are those with which the events are set, and no others:
	 * VUID-vkCmdWaitEvents-srcStageMask-01158. */
	device->next.CmdWaitEvents(commands, n_events, events, before, first.after, n_memory,
		memory, n_buffers, first.buffers, n_images, first.images);
	barrier_first_finish(&first, device, commands);
}

/**
 * A VkDependencyInfo with the families replaced; barrier_dependency_finish() frees what it holds.
 */
struct barrier_dependency {
	VkDependencyInfo info;
	VkBufferMemoryBarrier2 *buffers;
	VkImageMemoryBarrier2 *images;
	struct shadow_barrier_copies copies;
};

/** is_set: the dependency is waited for elsewhere, and what is to be copied is copied there. */
static void barrier_dependency_init(struct barrier_dependency *dependency, struct device *device,
	VkCommandBuffer commands, const VkDependencyInfo *info, bool is_set)
{
	struct shadow_barrier_copies *copies = is_set ? NULL : &dependency->copies;
	uint32_t n_images = info->imageMemoryBarrierCount;

	*dependency = (struct barrier_dependency){
		.info = *info,
		.buffers = barrier_copy_buffers2(
			device, info->pBufferMemoryBarriers, info->bufferMemoryBarrierCount),
		.images = barrier_copy_images2(device, info->pImageMemoryBarriers, n_images),
	};
	if (dependency->buffers)
		dependency->info.pBufferMemoryBarriers = dependency->buffers;
	if (dependency->images)
		dependency->info.pImageMemoryBarriers = dependency->images;
	for (uint32_t i = 0; i < n_images; i++) {
		const VkImageMemoryBarrier2 *theirs = &info->pImageMemoryBarriers[i];

		if (barrier_stays(theirs->srcQueueFamilyIndex, theirs->dstQueueFamilyIndex))
			shadow_barrier_note(device, commands, theirs->image, theirs->newLayout,
				theirs->srcAccessMask | theirs->dstAccessMask);
		else if (dependency->images)
			shadow_barrier_cross(device, &dependency->images[i], copies, n_images);
	}
}

static void barrier_dependency_finish(
	struct barrier_dependency *dependency, struct device *device, VkCommandBuffer commands)
{
	shadow_barrier_finish(device, commands, &dependency->copies);
	free(dependency->buffers);
	free(dependency->images);
}

void VKAPI_CALL barrier_CmdPipelineBarrier2(VkCommandBuffer commands, const VkDependencyInfo *info)
{
	struct device *device = device_get(commands);
	struct barrier_dependency dependency;

	barrier_dependency_init(&dependency, device, commands, info, false);
	device->next.CmdPipelineBarrier2(commands, &dependency.info);
	barrier_dependency_finish(&dependency, device, commands);
}

void VKAPI_CALL barrier_CmdSetEvent2(
	VkCommandBuffer commands, VkEvent event, const VkDependencyInfo *info)
{
	struct device *device = device_get(commands);
	struct barrier_dependency dependency;

	barrier_dependency_init(&dependency, device, commands, info, true);
	device->next.CmdSetEvent2(commands, event, &dependency.info);
	barrier_dependency_finish(&dependency, device, commands);
}

void VKAPI_CALL barrier_CmdWaitEvents2(VkCommandBuffer commands, uint32_t count,
	const VkEvent *events, const VkDependencyInfo *infos)
{
	struct device *device = device_get(commands);
	struct barrier_dependency *dependencies = calloc((size_t)count + 1, sizeof(*dependencies));
	VkDependencyInfo *asked = calloc((size_t)count + 1, sizeof(*asked));
	bool ok = dependencies && asked;

	if (!ok)
		env_complain("out of memory: a foreign barrier passes as it is");
	for (uint32_t i = 0; ok && i < count; i++) {
		barrier_dependency_init(&dependencies[i], device, commands, &infos[i], false);
		asked[i] = dependencies[i].info;
	}
	device->next.CmdWaitEvents2(commands, count, events, ok ? asked : infos);
	for (uint32_t i = 0; ok && i < count; i++)
		barrier_dependency_finish(&dependencies[i], device, commands);
	free(dependencies);
	free(asked);
}
