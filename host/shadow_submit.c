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
#include <string.h>

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
		VkImageLayout layout = (VkImageLayout)atomic_load(&shadow->state);

		if (layout != VK_IMAGE_LAYOUT_UNDEFINED)
			out[n] =
				shadow_handover_get(submit->device, shadow, submit->family, layout);
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
	if (group && group->commandBufferCount)
		submit->n_written = 0;
	if (!submit->n_written)
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
		shadow_count_submit(
			&submit->device->shadow_total, &submit->count, submit->device->gpu->name);
	while (submit->lists) {
		struct shadow_submit_list *list = submit->lists;

		submit->lists = list->next;
		free(list);
	}
	free(submit->written);
}
