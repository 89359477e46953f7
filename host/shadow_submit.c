// SPDX-License-Identifier: MIT
#include "host/shadow_submit.h"
#include "host/chain.h"
#include "host/device.h"
#include "host/env.h"
#include "host/gpu.h"
#include "host/queue.h"
#include "host/shadow_commands.h"
#include "host/shadow_copy.h"

#include <stdlib.h>
#include <string.h>

/** A recorded copy to the buffer for one kind of queue and one layout, which may be submitted
 * often. */
struct shadow_handover {
	struct shadow_handover *next;
	uint32_t family;
	VkImageLayout layout;
	VkCommandBuffer commands;
};

struct shadow_submit_list {
	struct shadow_submit_list *next;
	_Alignas(16) unsigned char bytes[];
};

void shadow_pools_init(struct shadow_pools *pools)
{
	*pools = (struct shadow_pools){0};
	pthread_mutex_init(&pools->lock, NULL);
}

void shadow_pools_finish(struct device *device)
{
	struct shadow_pools *pools = &device->shadow_pools;

	for (uint32_t i = 0; i < SHADOW_MAX_FAMILIES; i++) {
		if (pools->list[i])
			device->next.DestroyCommandPool(device->handle, pools->list[i], NULL);
	}
}

void shadow_submit_forget(struct device *device, struct shadow *shadow)
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
static VkCommandBuffer shadow_submit_allocate(struct device *device, uint32_t family)
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
static bool shadow_submit_record(struct device *device, VkCommandBuffer commands,
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

static VkCommandBuffer shadow_submit_make(
	struct device *device, struct shadow *shadow, uint32_t family, VkImageLayout layout)
{
	struct shadow_handover *handover = calloc(1, sizeof(*handover));
	VkCommandBuffer commands = handover ? shadow_submit_allocate(device, family) : NULL;

	if (!commands) {
		free(handover);
		return NULL;
	}
	if (!shadow_submit_record(device, commands, shadow, family, layout)) {
		device->next.FreeCommandBuffers(
			device->handle, device->shadow_pools.list[family], 1, &commands);
		free(handover);
		return NULL;
	}
	*handover = (struct shadow_handover){shadow->handovers, family, layout, commands};
	shadow->handovers = handover;
	return commands;
}

/** The copy of an image as it is now, NULL if there can be none. */
static VkCommandBuffer shadow_submit_handover(
	const struct shadow_submit *submit, struct shadow *shadow)
{
	struct device *device = submit->device;
	VkImageLayout layout = (VkImageLayout)atomic_load(&shadow->state);
	VkCommandBuffer commands = NULL;

	if (layout == VK_IMAGE_LAYOUT_UNDEFINED)
		return NULL;
	pthread_mutex_lock(&device->shadow_pools.lock);
	for (struct shadow_handover *each = shadow->handovers; each; each = each->next) {
		if (each->family == submit->family && each->layout == layout)
			commands = each->commands;
	}
	if (!commands)
		commands = shadow_submit_make(device, shadow, submit->family, layout);
	pthread_mutex_unlock(&device->shadow_pools.lock);
	if (!commands)
		env_complain("%s: a shadow image cannot be handed over at a submission",
			device->gpu->name);
	return commands;
}

void shadow_submit_begin(struct shadow_submit *submit, struct device *device, VkQueue handle)
{
	const struct queue *queue;

	*submit = (struct shadow_submit){.device = device, .family = SHADOW_MAX_FAMILIES};
	if (!shadow_is_ours(device))
		return;
	queue = table_get(&device->queues, TABLE_KEY(handle));
	if (queue && queue->family < SHADOW_MAX_FAMILIES &&
		device->gpu->copying_families & 1u << queue->family)
		submit->family = queue->family;
}

static void shadow_submit_write(struct shadow_submit *submit, struct shadow *shadow)
{
	struct shadow **longer;

	for (uint32_t i = 0; i < submit->n_written; i++) {
		if (submit->written[i] == shadow)
			return;
	}
	if (submit->n_written == submit->cap_written) {
		uint32_t cap = submit->cap_written ? submit->cap_written * 2 : 4;

		longer = realloc(submit->written, cap * sizeof(*longer));
		if (!longer)
			return;
		submit->written = longer;
		submit->cap_written = cap;
	}
	submit->written[submit->n_written++] = shadow;
}

static void shadow_submit_look(struct shadow_submit *submit, VkCommandBuffer handle)
{
	const struct shadow_commands *commands = shadow_commands_get(submit->device, handle);

	if (!commands)
		return;
	shadow_count_add(&submit->count, &commands->count);
	for (uint32_t i = 0; i < commands->n_uses; i++) {
		const struct shadow_use *use = &commands->uses[i];

		atomic_store(&use->shadow->state, (int)use->layout);
		if (use->writes && submit->family < SHADOW_MAX_FAMILIES &&
			!atomic_load(&use->shadow->transfers))
			shadow_submit_write(submit, use->shadow);
	}
}

/** Room for a longer list that begins with the caller's; NULL: out of memory. */
static void *shadow_submit_lengthen(
	struct shadow_submit *submit, const void *list, size_t len, size_t more, size_t size)
{
	struct shadow_submit_list *longer = calloc(1, sizeof(*longer) + (len + more) * size);

	if (!longer) {
		env_complain("out of memory: shadow images are not seen by others");
		return NULL;
	}
	longer->next = submit->lists;
	submit->lists = longer;
	if (len)
		memcpy(longer->bytes, list, len * size);
	return longer->bytes;
}

/** Fills in the copies of the batch's images; returns how many there are. */
static uint32_t shadow_submit_take(struct shadow_submit *submit, VkCommandBuffer *out)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < submit->n_written; i++) {
		struct shadow *shadow = submit->written[i];

		out[n] = shadow_submit_handover(submit, shadow);
		if (!out[n])
			continue;
		n++;
		submit->count.n_out++;
		submit->count.bytes_out += shadow->bytes;
	}
	submit->n_written = 0;
	return n;
}

const VkCommandBuffer *shadow_submit_extend(struct shadow_submit *submit, const void *chain,
	const VkCommandBuffer *list, uint32_t *count)
{
	const VkDeviceGroupSubmitInfo *group =
		chain_find(chain, VK_STRUCTURE_TYPE_DEVICE_GROUP_SUBMIT_INFO);
	VkCommandBuffer *longer;

	if (!shadow_is_ours(submit->device))
		return list;
	for (uint32_t i = 0; i < *count; i++)
		shadow_submit_look(submit, list[i]);
	/* A device group's masks are parallel to the list; one device needs none. */
	if (!submit->n_written || (group && group->commandBufferCount))
		return list;
	longer = shadow_submit_lengthen(submit, list, *count, submit->n_written, sizeof(*list));
	if (!longer)
		return list;
	*count += shadow_submit_take(submit, longer + *count);
	return longer;
}

const VkCommandBufferSubmitInfo *shadow_submit_extend2(
	struct shadow_submit *submit, const VkCommandBufferSubmitInfo *list, uint32_t *count)
{
	VkCommandBufferSubmitInfo *longer;
	VkCommandBuffer *copies;
	uint32_t n;

	if (!shadow_is_ours(submit->device))
		return list;
	for (uint32_t i = 0; i < *count; i++)
		shadow_submit_look(submit, list[i].commandBuffer);
	if (!submit->n_written)
		return list;
	copies = shadow_submit_lengthen(submit, NULL, 0, submit->n_written, sizeof(*copies));
	longer = shadow_submit_lengthen(submit, list, *count, submit->n_written, sizeof(*list));
	if (!copies || !longer)
		return list;
	n = shadow_submit_take(submit, copies);
	for (uint32_t i = 0; i < n; i++)
		longer[(*count)++] = (VkCommandBufferSubmitInfo){
			.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO,
			.commandBuffer = copies[i],
		};
	return longer;
}

void shadow_submit_end(struct shadow_submit *submit, VkResult result)
{
	if (result == VK_SUCCESS && (submit->count.n_out || submit->count.n_in))
		shadow_total_add(
			&submit->device->shadow_total, &submit->count, submit->device->gpu->name);
	while (submit->lists) {
		struct shadow_submit_list *list = submit->lists;

		submit->lists = list->next;
		free(list);
	}
	free(submit->written);
}
