// SPDX-License-Identifier: MIT
/*
 * Ownership transfers to and from VK_QUEUE_FAMILY_FOREIGN_EXT, which Venus records for every image
 * it shares.
 *
 * A driver without VK_EXT_queue_family_foreign is told VK_QUEUE_FAMILY_EXTERNAL instead: another
 * instance of the same driver. That holds between Venus guests; and a reader outside of Vulkan sees
 * host memory that is coherent.
 */
#include "host/device.h"
#include "host/env.h"
#include "host/gpu.h"
#include "host/hooks.h"

#include <stdlib.h>
#include <string.h>

static uint32_t barrier_family(uint32_t family)
{
	return family == VK_QUEUE_FAMILY_FOREIGN_EXT ? VK_QUEUE_FAMILY_EXTERNAL : family;
}

/*
 * VkBufferMemoryBarrier, VkImageMemoryBarrier and their second versions have the two families in
 * different places. Returns a copy of barriers[count] with the families replaced, or NULL if none
 * is foreign (or memory is short: the barriers then pass as they are, for a command cannot fail).
 */
#define BARRIER_COPY(type, name) \
	static type *barrier_copy_##name(const type *barriers, uint32_t count) \
	{ \
		bool foreign = false; \
		type *copy; \
\
		for (uint32_t i = 0; i < count; i++) \
			foreign |= \
				barriers[i].srcQueueFamilyIndex == VK_QUEUE_FAMILY_FOREIGN_EXT || \
				barriers[i].dstQueueFamilyIndex == VK_QUEUE_FAMILY_FOREIGN_EXT; \
		if (!foreign) \
			return NULL; \
		copy = malloc(count * sizeof(*copy)); \
		if (!copy) { \
			env_complain("out of memory: a foreign barrier passes as it is"); \
			return NULL; \
		} \
		memcpy(copy, barriers, count * sizeof(*copy)); \
		for (uint32_t i = 0; i < count; i++) { \
			copy[i].srcQueueFamilyIndex = barrier_family(copy[i].srcQueueFamilyIndex); \
			copy[i].dstQueueFamilyIndex = barrier_family(copy[i].dstQueueFamilyIndex); \
		} \
		return copy; \
	}

BARRIER_COPY(VkBufferMemoryBarrier, buffers)
BARRIER_COPY(VkImageMemoryBarrier, images)
BARRIER_COPY(VkBufferMemoryBarrier2, buffers2)
BARRIER_COPY(VkImageMemoryBarrier2, images2)

static bool barrier_is_ours(const struct device *device)
{
	return device->offers & GPU_FOREIGN;
}

void VKAPI_CALL barrier_CmdPipelineBarrier(VkCommandBuffer commands, VkPipelineStageFlags before,
	VkPipelineStageFlags after, VkDependencyFlags flags, uint32_t n_memory,
	const VkMemoryBarrier *memory, uint32_t n_buffers, const VkBufferMemoryBarrier *buffers,
	uint32_t n_images, const VkImageMemoryBarrier *images)
{
	struct device *device = device_get(commands);
	VkBufferMemoryBarrier *our_buffers = NULL;
	VkImageMemoryBarrier *our_images = NULL;

	if (barrier_is_ours(device)) {
		our_buffers = barrier_copy_buffers(buffers, n_buffers);
		our_images = barrier_copy_images(images, n_images);
	}
	device->next.CmdPipelineBarrier(commands, before, after, flags, n_memory, memory, n_buffers,
		our_buffers ? our_buffers : buffers, n_images, our_images ? our_images : images);
	free(our_buffers);
	free(our_images);
}

void VKAPI_CALL barrier_CmdWaitEvents(VkCommandBuffer commands, uint32_t n_events,
	const VkEvent *events, VkPipelineStageFlags before, VkPipelineStageFlags after,
	uint32_t n_memory, const VkMemoryBarrier *memory, uint32_t n_buffers,
	const VkBufferMemoryBarrier *buffers, uint32_t n_images, const VkImageMemoryBarrier *images)
{
	struct device *device = device_get(commands);
	VkBufferMemoryBarrier *our_buffers = NULL;
	VkImageMemoryBarrier *our_images = NULL;

	if (barrier_is_ours(device)) {
		our_buffers = barrier_copy_buffers(buffers, n_buffers);
		our_images = barrier_copy_images(images, n_images);
	}
	device->next.CmdWaitEvents(commands, n_events, events, before, after, n_memory, memory,
		n_buffers, our_buffers ? our_buffers : buffers, n_images,
		our_images ? our_images : images);
	free(our_buffers);
	free(our_images);
}

/**
 * A VkDependencyInfo with the families replaced; barrier_dependency_finish() frees what it holds.
 */
struct barrier_dependency {
	VkDependencyInfo info;
	VkBufferMemoryBarrier2 *buffers;
	VkImageMemoryBarrier2 *images;
};

static void barrier_dependency_init(struct barrier_dependency *dependency,
	const struct device *device, const VkDependencyInfo *info)
{
	*dependency = (struct barrier_dependency){.info = *info};
	if (!barrier_is_ours(device))
		return;
	dependency->buffers =
		barrier_copy_buffers2(info->pBufferMemoryBarriers, info->bufferMemoryBarrierCount);
	dependency->images =
		barrier_copy_images2(info->pImageMemoryBarriers, info->imageMemoryBarrierCount);
	if (dependency->buffers)
		dependency->info.pBufferMemoryBarriers = dependency->buffers;
	if (dependency->images)
		dependency->info.pImageMemoryBarriers = dependency->images;
}

static void barrier_dependency_finish(struct barrier_dependency *dependency)
{
	free(dependency->buffers);
	free(dependency->images);
}

void VKAPI_CALL barrier_CmdPipelineBarrier2(VkCommandBuffer commands, const VkDependencyInfo *info)
{
	struct device *device = device_get(commands);
	struct barrier_dependency dependency;

	barrier_dependency_init(&dependency, device, info);
	device->next.CmdPipelineBarrier2(commands, &dependency.info);
	barrier_dependency_finish(&dependency);
}

void VKAPI_CALL barrier_CmdSetEvent2(
	VkCommandBuffer commands, VkEvent event, const VkDependencyInfo *info)
{
	struct device *device = device_get(commands);
	struct barrier_dependency dependency;

	barrier_dependency_init(&dependency, device, info);
	device->next.CmdSetEvent2(commands, event, &dependency.info);
	barrier_dependency_finish(&dependency);
}

void VKAPI_CALL barrier_CmdWaitEvents2(VkCommandBuffer commands, uint32_t count,
	const VkEvent *events, const VkDependencyInfo *infos)
{
	struct device *device = device_get(commands);
	struct barrier_dependency *dependencies = NULL;
	VkDependencyInfo *asked = NULL;

	if (barrier_is_ours(device) && count) {
		dependencies = calloc(count, sizeof(*dependencies));
		asked = calloc(count, sizeof(*asked));
	}
	if (dependencies && asked) {
		for (uint32_t i = 0; i < count; i++) {
			barrier_dependency_init(&dependencies[i], device, &infos[i]);
			asked[i] = dependencies[i].info;
		}
	}
	device->next.CmdWaitEvents2(commands, count, events, dependencies && asked ? asked : infos);
	for (uint32_t i = 0; dependencies && asked && i < count; i++)
		barrier_dependency_finish(&dependencies[i]);
	free(dependencies);
	free(asked);
}
