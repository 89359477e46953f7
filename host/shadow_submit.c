// SPDX-License-Identifier: MIT
#include "host/shadow_submit.h"
#include "host/chain.h"
#include "host/device.h"
#include "host/env.h"
#include "host/gpu.h"
#include "host/queue.h"
#include "host/shadow_commands.h"
#include "host/shadow_handover.h"

#include <stdlib.h>

struct shadow_submit_list {
	struct shadow_submit_list *next;
	_Alignas(16) unsigned char bytes[];
};

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

/** Whether the image that list[i] uses is to be copied after it: no later one writes into it. */
static bool shadow_submit_is_last(const struct shadow_submit *submit, const VkCommandBuffer *list,
	uint32_t count, uint32_t i, const struct shadow_use *use)
{
	if (!use->writes || submit->family >= SHADOW_MAX_FAMILIES ||
		atomic_load(&use->shadow->transfers))
		return false;
	while (++i < count) {
		const struct shadow_commands *later = shadow_commands_get(submit->device, list[i]);

		for (uint32_t j = 0; later && j < later->n_uses; j++) {
			if (later->uses[j].shadow == use->shadow && later->uses[j].writes)
				return false;
		}
	}
	return true;
}

/** Counts what the command buffers copy; returns how many images are to be copied after them. */
static uint32_t shadow_submit_look(
	struct shadow_submit *submit, const VkCommandBuffer *list, uint32_t count)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct shadow_commands *commands =
			shadow_commands_get(submit->device, list[i]);

		if (!commands)
			continue;
		shadow_count_add(&submit->count, &commands->count);
		for (uint32_t j = 0; j < commands->n_uses; j++)
			n += shadow_submit_is_last(submit, list, count, i, &commands->uses[j]);
	}
	return n;
}

/** Room for n elements of a list, zeroed; NULL: out of memory. */
static void *shadow_submit_room(struct shadow_submit *submit, size_t n, size_t size)
{
	struct shadow_submit_list *list = calloc(1, sizeof(*list) + n * size);

	if (!list) {
		env_complain("out of memory: shadow images are not seen by others");
		return NULL;
	}
	list->next = submit->lists;
	submit->lists = list;
	return list->bytes;
}

/**
 * Appends the copies of the images that list[i] is the last to write. They come at once, not at the
 * batch's end: there Venus has a command that tells the guest that all before it is done.
 */
static uint32_t shadow_submit_append(struct shadow_submit *submit, const VkCommandBuffer *list,
	uint32_t count, uint32_t i, VkCommandBuffer *out)
{
	const struct shadow_commands *commands = shadow_commands_get(submit->device, list[i]);
	uint32_t n = 0;

	for (uint32_t j = 0; commands && j < commands->n_uses; j++) {
		const struct shadow_use *use = &commands->uses[j];

		if (use->layout == VK_IMAGE_LAYOUT_UNDEFINED ||
			!shadow_submit_is_last(submit, list, count, i, use))
			continue;
		out[n] = shadow_handover_get(
			submit->device, use->shadow, submit->family, use->layout);
		if (!out[n])
			continue;
		n++;
		submit->count.n_out++;
		submit->count.bytes_out += use->shadow->bytes;
	}
	return n;
}

const VkCommandBuffer *shadow_submit_extend(struct shadow_submit *submit, const void *chain,
	const VkCommandBuffer *list, uint32_t *count)
{
	const VkDeviceGroupSubmitInfo *group =
		chain_find(chain, VK_STRUCTURE_TYPE_DEVICE_GROUP_SUBMIT_INFO);
	VkCommandBuffer *longer;
	uint32_t more, len = 0;

	if (!shadow_is_ours(submit->device))
		return list;
	more = shadow_submit_look(submit, list, *count);
	/* A device group's masks are parallel to the list; one device needs none. */
	if (!more || (group && group->commandBufferCount))
		return list;
	longer = shadow_submit_room(submit, (size_t)*count + more, sizeof(*list));
	if (!longer)
		return list;
	for (uint32_t i = 0; i < *count; i++) {
		longer[len++] = list[i];
		len += shadow_submit_append(submit, list, *count, i, longer + len);
	}
	*count = len;
	return longer;
}

const VkCommandBufferSubmitInfo *shadow_submit_extend2(
	struct shadow_submit *submit, const VkCommandBufferSubmitInfo *list, uint32_t *count)
{
	VkCommandBufferSubmitInfo *longer;
	VkCommandBuffer *handles;
	const VkCommandBuffer *all;
	uint32_t n = *count, given = 0;

	if (!shadow_is_ours(submit->device) || !n)
		return list;
	handles = shadow_submit_room(submit, n, sizeof(*handles));
	for (uint32_t i = 0; handles && i < n; i++)
		handles[i] = list[i].commandBuffer;
	all = handles ? shadow_submit_extend(submit, NULL, handles, &n) : NULL;
	if (n == *count)
		return list;
	longer = shadow_submit_room(submit, n, sizeof(*longer));
	if (!longer)
		return list;
	/* The application's are there in their order; the others are the layer's. */
	for (uint32_t i = 0; i < n; i++) {
		if (given < *count && all[i] == list[given].commandBuffer)
			longer[i] = list[given++];
		else
			longer[i] = (VkCommandBufferSubmitInfo){
				.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO,
				.commandBuffer = all[i],
			};
	}
	*count = n;
	return longer;
}

void shadow_submit_end(struct shadow_submit *submit, VkResult result)
{
	if (result == VK_SUCCESS && (submit->count.n_out || submit->count.n_in))
		shadow_count_submit(
			&submit->device->shadow_total, &submit->count, submit->device->gpu->name);
	while (submit->lists) {
		struct shadow_submit_list *list = submit->lists;

		submit->lists = list->next;
		free(list);
	}
}
