// SPDX-License-Identifier: MIT
#include "host/shadow_barrier.h"
#include "host/chain.h"
#include "host/device.h"
#include "host/env.h"
#include "host/gpu.h"
#include "host/shadow_commands.h"

#include <stdlib.h>

#define SHADOW_BARRIER_WRITES \
	(VK_ACCESS_2_SHADER_WRITE_BIT | VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT | \
		VK_ACCESS_2_TRANSFER_WRITE_BIT | VK_ACCESS_2_HOST_WRITE_BIT | \
		VK_ACCESS_2_MEMORY_WRITE_BIT | VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT)

/** The nearest of the first version's stages; never fewer. */
static VkPipelineStageFlags shadow_barrier_stages(VkPipelineStageFlags2 stages)
{
	VkPipelineStageFlags2 transfer =
		VK_PIPELINE_STAGE_2_COPY_BIT | VK_PIPELINE_STAGE_2_RESOLVE_BIT |
		VK_PIPELINE_STAGE_2_BLIT_BIT | VK_PIPELINE_STAGE_2_CLEAR_BIT;
	VkPipelineStageFlags2 vertex = VK_PIPELINE_STAGE_2_INDEX_INPUT_BIT |
				       VK_PIPELINE_STAGE_2_VERTEX_ATTRIBUTE_INPUT_BIT;
	VkPipelineStageFlags first = (VkPipelineStageFlags)(stages & UINT32_MAX);

	if (stages & transfer)
		first |= VK_PIPELINE_STAGE_TRANSFER_BIT;
	if (stages & vertex)
		first |= VK_PIPELINE_STAGE_VERTEX_INPUT_BIT;
	if (stages & ~(VkPipelineStageFlags2)UINT32_MAX & ~(transfer | vertex))
		first |= VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
	return first ? first : VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT;
}

static VkAccessFlags shadow_barrier_access(VkAccessFlags2 access)
{
	VkAccessFlags2 reads =
		VK_ACCESS_2_SHADER_SAMPLED_READ_BIT | VK_ACCESS_2_SHADER_STORAGE_READ_BIT;
	VkAccessFlags first = (VkAccessFlags)(access & UINT32_MAX);

	if (access & reads)
		first |= VK_ACCESS_SHADER_READ_BIT;
	if (access & VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT)
		first |= VK_ACCESS_SHADER_WRITE_BIT;
	if (access & ~(VkAccessFlags2)UINT32_MAX & ~(reads | VK_ACCESS_2_SHADER_STORAGE_WRITE_BIT))
		first |= VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT;
	return first;
}

/** Whether the pixels have to follow the ownership. */
static bool shadow_barrier_copies(
	const struct device *device, const VkImageMemoryBarrier2 *barrier, bool out)
{
	const VkExternalMemoryAcquireUnmodifiedEXT *unmodified = chain_find(
		barrier->pNext, VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_ACQUIRE_UNMODIFIED_EXT);
	uint32_t family = out ? barrier->srcQueueFamilyIndex : barrier->dstQueueFamilyIndex;

	if (barrier->oldLayout == VK_IMAGE_LAYOUT_UNDEFINED)
		return false; /* the contents may be lost */
	if (!out && unmodified && unmodified->acquireUnmodifiedMemory)
		return false; /* they are what was released */
	if (family < 32 && !(device->gpu->copying_families & 1u << family)) {
		env_complain("queues of family %u of %s cannot copy: a shadow image is handed over "
			     "without its pixels",
			family, device->gpu->name);
		return false;
	}
	return true;
}

/** NULL: out of memory. */
static struct shadow_copy *shadow_barrier_add(
	struct shadow_barrier_copies *copies, uint32_t capacity)
{
	if (!copies->list)
		copies->list = calloc(capacity, sizeof(*copies->list));
	if (!copies->list) {
		env_complain("out of memory: a shadow image is handed over without its pixels");
		return NULL;
	}
	return &copies->list[copies->len++];
}

/**
 * The barrier that comes first. What a release waits for is the application's to say. Whoever
 * acquires need not say what the image was used for before, so all that is waited for; and what it
 * holds is replaced, in whatever layout it is.
 */
static void shadow_barrier_enter(VkImageMemoryBarrier2 *barrier, bool out)
{
	if (!out) {
		barrier->srcStageMask |= VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT;
		barrier->oldLayout = VK_IMAGE_LAYOUT_UNDEFINED;
	}
	barrier->newLayout = SHADOW_COPY_LAYOUT(out);
	barrier->dstStageMask = VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT;
	barrier->dstAccessMask =
		out ? VK_ACCESS_2_TRANSFER_READ_BIT : VK_ACCESS_2_TRANSFER_WRITE_BIT;
}

void shadow_barrier_cross(struct device *device, VkImageMemoryBarrier2 *barrier,
	struct shadow_barrier_copies *copies, uint32_t capacity)
{
	struct shadow *shadow = shadow_get(device, barrier->image);
	bool out = shadow_barrier_is_outside(barrier->dstQueueFamilyIndex);
	struct shadow_copy *copy = NULL;
	bool moves;

	if (!shadow || out == shadow_barrier_is_outside(barrier->srcQueueFamilyIndex))
		return;
	atomic_store(&shadow->transfers, true);
	/* An ownership transfer does not look at the access on the far side; a barrier does. */
	if (out)
		barrier->dstAccessMask = 0;
	else
		barrier->srcAccessMask = 0;
	moves = shadow_barrier_copies(device, barrier, out);
	if (moves && copies) {
		copy = shadow_barrier_add(copies, capacity);
		moves = copy;
	}
	if (copy)
		*copy = (struct shadow_copy){
			.shadow = shadow,
			.out = out,
			.layout = barrier->newLayout,
			.source = barrier->srcQueueFamilyIndex,
			.destination = barrier->dstQueueFamilyIndex,
			.stages = shadow_barrier_stages(barrier->dstStageMask),
			.access = shadow_barrier_access(barrier->dstAccessMask),
		};
	barrier->srcQueueFamilyIndex = barrier->dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
	if (moves)
		shadow_barrier_enter(barrier, out);
}

void shadow_barrier_note(struct device *device, VkCommandBuffer commands, VkImage image,
	VkImageLayout layout, VkAccessFlags2 access)
{
	struct shadow *shadow = shadow_get(device, image);

	if (shadow)
		shadow_commands_use(
			device, commands, shadow, layout, access & SHADOW_BARRIER_WRITES);
}

void shadow_barrier_finish(
	struct device *device, VkCommandBuffer commands, struct shadow_barrier_copies *copies)
{
	for (uint32_t i = 0; i < copies->len; i++) {
		shadow_copy_record(device, commands, &copies->list[i]);
		shadow_commands_copy(device, commands, copies->list[i].shadow, copies->list[i].out);
	}
	free(copies->list);
}
