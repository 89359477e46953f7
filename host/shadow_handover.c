// SPDX-License-Identifier: MIT
#include "host/shadow_handover.h"
#include "host/device.h"
#include "host/env.h"
#include "host/gpu.h"
#include "host/shadow_copy.h"

#include <stdlib.h>

/** A recorded copy to the buffer for one kind of queue and one layout, which may be submitted
 * often. */
struct shadow_handover {
	struct shadow_handover *next;
	uint32_t family;
	VkImageLayout layout;
	VkCommandBuffer commands;
};

void shadow_handover_init(struct shadow_pools *pools)
{
	*pools = (struct shadow_pools){0};
	pthread_mutex_init(&pools->lock, NULL);
}

void shadow_handover_finish(struct device *device)
{
	struct shadow_pools *pools = &device->shadow_pools;

	for (uint32_t i = 0; i < SHADOW_MAX_FAMILIES; i++) {
		if (pools->list[i])
			device->next.DestroyCommandPool(device->handle, pools->list[i], NULL);
	}
}

void shadow_handover_forget(struct device *device, struct shadow *shadow)
{
	struct shadow_pools *pools = &device->shadow_pools;

	pthread_mutex_lock(&pools->lock);
	while (shadow->handovers) {
		struct shadow_handover *handover = shadow->handovers;

		shadow->handovers = handover->next;
		device->next.FreeCommandBuffers(
			device->handle, pools->list[handover->family], 1, &handover->commands);
		free(handover);
	}
	pthread_mutex_unlock(&pools->lock);
}

/** A new command buffer of the layer's own, to which the loader has to give its first word. */
static VkCommandBuffer shadow_handover_allocate(struct device *device, uint32_t family)
{
	struct shadow_pools *pools = &device->shadow_pools;
	VkCommandPoolCreateInfo pool = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
		.queueFamilyIndex = family,
	};
	VkCommandBufferAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
		.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
		.commandBufferCount = 1,
	};
	VkCommandBuffer commands;

	if (!device->set_loader_data)
		return NULL;
	if (!pools->list[family] && device->next.CreateCommandPool(device->handle, &pool, NULL,
					    &pools->list[family]) != VK_SUCCESS)
		return NULL;
	info.commandPool = pools->list[family];
	if (device->next.AllocateCommandBuffers(device->handle, &info, &commands) != VK_SUCCESS)
		return NULL;
	device->set_loader_data(device->handle, commands);
	return commands;
}

/** Waits for all that came before it in the queue, and lets nothing after it go ahead. */
static bool shadow_handover_record(struct device *device, VkCommandBuffer commands,
	struct shadow *shadow, uint32_t family, VkImageLayout layout)
{
	VkCommandBufferBeginInfo begin = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
		.flags = VK_COMMAND_BUFFER_USAGE_SIMULTANEOUS_USE_BIT,
	};
	VkImageMemoryBarrier image = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
		.srcAccessMask = VK_ACCESS_MEMORY_WRITE_BIT,
		.dstAccessMask = VK_ACCESS_TRANSFER_READ_BIT,
		.oldLayout = layout,
		.newLayout = SHADOW_COPY_LAYOUT(true),
		.srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
		.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
		.image = shadow->image,
		.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1},
	};
	struct shadow_copy copy = {
		.shadow = shadow,
		.out = true,
		.layout = layout,
		.source = shadow->concurrent ? VK_QUEUE_FAMILY_IGNORED : family,
		.destination = VK_QUEUE_FAMILY_EXTERNAL,
		.stages = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
		.access = VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT,
	};

	if (device->next.BeginCommandBuffer(commands, &begin) != VK_SUCCESS)
		return false;
	device->next.CmdPipelineBarrier(commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
		VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 0, NULL, 0, NULL, 1, &image);
	shadow_copy_record(device, commands, &copy);
	return device->next.EndCommandBuffer(commands) == VK_SUCCESS;
}

static VkCommandBuffer shadow_handover_make(
	struct device *device, struct shadow *shadow, uint32_t family, VkImageLayout layout)
{
	struct shadow_handover *handover = calloc(1, sizeof(*handover));
	VkCommandBuffer commands = handover ? shadow_handover_allocate(device, family) : NULL;

	if (!commands) {
		free(handover);
		return NULL;
	}
	if (!shadow_handover_record(device, commands, shadow, family, layout)) {
		device->next.FreeCommandBuffers(
			device->handle, device->shadow_pools.list[family], 1, &commands);
		free(handover);
		return NULL;
	}
	*handover = (struct shadow_handover){shadow->handovers, family, layout, commands};
	shadow->handovers = handover;
	return commands;
}

VkCommandBuffer shadow_handover_get(
	struct device *device, struct shadow *shadow, uint32_t family, VkImageLayout layout)
{
	VkCommandBuffer commands = NULL;

	pthread_mutex_lock(&device->shadow_pools.lock);
	for (struct shadow_handover *each = shadow->handovers; each; each = each->next) {
		if (each->family == family && each->layout == layout)
			commands = each->commands;
	}
	if (!commands)
		commands = shadow_handover_make(device, shadow, family, layout);
	pthread_mutex_unlock(&device->shadow_pools.lock);
	if (!commands)
		env_complain("%s: a shadow image cannot be handed over at a submission",
			device->gpu->name);
	return commands;
}
