// SPDX-License-Identifier: MIT
#include "host/shadow_commands.h"
#include "host/device.h"
#include "host/env.h"
#include "host/hooks.h"

#include <stdlib.h>

struct shadow_commands *shadow_commands_get(struct device *device, VkCommandBuffer handle)
{
	return table_get(&device->shadow_commands, TABLE_KEY(handle));
}

void shadow_commands_drop(void *data, void *unused)
{
	struct shadow_commands *commands = data;

	if (commands)
		free(commands->uses);
	free(commands);
}

static void shadow_commands_reset(struct shadow_commands *commands)
{
	commands->count = (struct shadow_count){0};
	commands->n_uses = 0;
}

void shadow_commands_copy(
	struct device *device, VkCommandBuffer handle, const struct shadow *shadow, bool out)
{
	struct shadow_commands *commands = shadow_commands_get(device, handle);

	if (!commands)
		return;
	commands->count.n_out += out;
	commands->count.n_in += !out;
	commands->count.bytes_out += out ? shadow->bytes : 0;
	commands->count.bytes_in += out ? 0 : shadow->bytes;
}

/** The image's use, made now if there is none. NULL: out of memory. */
static struct shadow_use *shadow_commands_need_use(
	struct shadow_commands *commands, struct shadow *shadow)
{
	struct shadow_use *longer;

	for (uint32_t i = 0; i < commands->n_uses; i++) {
		if (commands->uses[i].shadow == shadow)
			return &commands->uses[i];
	}
	if (commands->n_uses == commands->cap_uses) {
		uint32_t cap = commands->cap_uses ? commands->cap_uses * 2 : 4;

		longer = realloc(commands->uses, cap * sizeof(*longer));
		if (!longer)
			return NULL;
		commands->uses = longer;
		commands->cap_uses = cap;
	}
	commands->uses[commands->n_uses] = (struct shadow_use){.shadow = shadow};
	return &commands->uses[commands->n_uses++];
}

void shadow_commands_use(struct device *device, VkCommandBuffer handle, struct shadow *shadow,
	VkImageLayout layout, bool writes)
{
	struct shadow_commands *commands;
	struct shadow_use *use;

	if (atomic_load(&shadow->transfers))
		return;
	commands = shadow_commands_get(device, handle);
	use = commands ? shadow_commands_need_use(commands, shadow) : NULL;
	if (!use) {
		env_complain("out of memory: a shadow image is not seen by others");
		return;
	}
	use->layout = layout;
	use->writes |= writes;
}

VkResult VKAPI_CALL shadow_commands_AllocateCommandBuffers(
	VkDevice handle, const VkCommandBufferAllocateInfo *info, VkCommandBuffer *out)
{
	struct device *device = device_get(handle);
	VkResult result = device->next.AllocateCommandBuffers(handle, info, out);
	bool ok = true;

	if (result != VK_SUCCESS || !shadow_is_ours(device))
		return result;
	for (uint32_t i = 0; ok && i < info->commandBufferCount; i++) {
		struct shadow_commands *commands = calloc(1, sizeof(*commands));

		if (commands)
			*commands = (struct shadow_commands){
				.handle = out[i], .pool = info->commandPool};
		ok = commands && table_put(&device->shadow_commands, TABLE_KEY(out[i]), commands);
		if (!ok)
			free(commands);
	}
	if (ok)
		return VK_SUCCESS;
	shadow_commands_FreeCommandBuffers(
		handle, info->commandPool, info->commandBufferCount, out);
	for (uint32_t i = 0; i < info->commandBufferCount; i++)
		out[i] = NULL;
	return VK_ERROR_OUT_OF_HOST_MEMORY;
}

void VKAPI_CALL shadow_commands_FreeCommandBuffers(
	VkDevice handle, VkCommandPool pool, uint32_t count, const VkCommandBuffer *list)
{
	struct device *device = device_get(handle);

	for (uint32_t i = 0; i < count; i++)
		shadow_commands_drop(
			table_take(&device->shadow_commands, TABLE_KEY(list[i])), NULL);
	device->next.FreeCommandBuffers(handle, pool, count, list);
}

/** The command buffers of a pool, in a list. */
struct shadow_commands_sweep {
	VkCommandPool pool;
	struct shadow_commands *first;
};

static void shadow_commands_collect(void *data, void *sweep_data)
{
	struct shadow_commands_sweep *sweep = sweep_data;
	struct shadow_commands *commands = data;

	if (commands->pool != sweep->pool)
		return;
	commands->next = sweep->first;
	sweep->first = commands;
}

void VKAPI_CALL shadow_commands_DestroyCommandPool(
	VkDevice handle, VkCommandPool pool, const VkAllocationCallbacks *allocator)
{
	struct device *device = device_get(handle);
	struct shadow_commands_sweep sweep = {.pool = pool};

	table_each(&device->shadow_commands, shadow_commands_collect, &sweep);
	while (sweep.first) {
		struct shadow_commands *commands = sweep.first;

		sweep.first = commands->next;
		table_take(&device->shadow_commands, TABLE_KEY(commands->handle));
		shadow_commands_drop(commands, NULL);
	}
	device->next.DestroyCommandPool(handle, pool, allocator);
}

VkResult VKAPI_CALL shadow_commands_BeginCommandBuffer(
	VkCommandBuffer handle, const VkCommandBufferBeginInfo *info)
{
	struct device *device = device_get(handle);
	struct shadow_commands *commands = shadow_commands_get(device, handle);

	if (commands)
		shadow_commands_reset(commands);
	return device->next.BeginCommandBuffer(handle, info);
}

void VKAPI_CALL shadow_commands_CmdExecuteCommands(
	VkCommandBuffer handle, uint32_t count, const VkCommandBuffer *list)
{
	struct device *device = device_get(handle);
	struct shadow_commands *commands = shadow_commands_get(device, handle), *secondary;

	for (uint32_t i = 0; commands && i < count; i++) {
		secondary = shadow_commands_get(device, list[i]);
		if (!secondary)
			continue;
		shadow_count_add(&commands->count, &secondary->count);
		for (uint32_t j = 0; j < secondary->n_uses; j++) {
			const struct shadow_use *use = &secondary->uses[j];

			shadow_commands_use(device, handle, use->shadow, use->layout, use->writes);
		}
	}
	device->next.CmdExecuteCommands(handle, count, list);
}
