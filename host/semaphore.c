// SPDX-License-Identifier: MIT
#include "host/semaphore.h"
#include "host/chain.h"
#include "host/device.h"
#include "host/env.h"
#include "host/gpu.h"
#include "host/hooks.h"
#include "host/queue.h"
#include "host/sync_file.h"

#include <stdlib.h>
#include <unistd.h>

struct semaphore *semaphore_get(struct device *device, VkSemaphore handle)
{
	return table_get(&device->semaphores, TABLE_KEY(handle));
}

bool semaphore_take_imported(struct device *device, VkSemaphore handle)
{
	struct semaphore *semaphore = semaphore_get(device, handle);

	return semaphore && atomic_exchange(&semaphore->imported, false);
}

void semaphore_signals(struct device *device, VkSemaphore handle, VkQueue queue)
{
	struct semaphore *semaphore = semaphore_get(device, handle);

	if (semaphore)
		atomic_store(&semaphore->signal_queue, queue);
}

void semaphore_waits(struct device *device, VkSemaphore handle)
{
	semaphore_signals(device, handle, NULL);
}

void semaphore_drop(void *semaphore, void *unused)
{
	free(semaphore);
}

/** The entry of a handle, made now if there is none. NULL: out of memory. */
static struct semaphore *semaphore_need(struct device *device, VkSemaphore handle)
{
	struct semaphore *semaphore = semaphore_get(device, handle);

	if (semaphore)
		return semaphore;
	semaphore = calloc(1, sizeof(*semaphore));
	if (semaphore && !table_put(&device->semaphores, TABLE_KEY(handle), semaphore)) {
		free(semaphore);
		semaphore = NULL;
	}
	return semaphore;
}

VkResult VKAPI_CALL semaphore_CreateSemaphore(VkDevice handle, const VkSemaphoreCreateInfo *info,
	const VkAllocationCallbacks *allocator, VkSemaphore *out)
{
	struct device *device = device_get(handle);
	const VkExportSemaphoreCreateInfo *export =
		chain_find(info->pNext, VK_STRUCTURE_TYPE_EXPORT_SEMAPHORE_CREATE_INFO);
	struct chain chain = chain_edit(info->pNext);
	VkSemaphoreCreateInfo asked = *info;
	VkExportSemaphoreCreateInfo others;
	VkResult result;

	if (!(device->offers & GPU_SEMAPHORE_FD) || !export ||
		!(export->handleTypes & VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT))
		return device->next.CreateSemaphore(handle, info, allocator, out);
	others = *export;
	others.handleTypes &= ~VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT;
	chain_remove(&chain, VK_STRUCTURE_TYPE_EXPORT_SEMAPHORE_CREATE_INFO);
	if (others.handleTypes)
		chain_prepend(&chain, &others);
	asked.pNext = chain.head;
	result = device->next.CreateSemaphore(handle, &asked, allocator, out);
	chain_restore(&chain);
	if (result == VK_SUCCESS && !semaphore_need(device, *out)) {
		device->next.DestroySemaphore(handle, *out, allocator);
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	}
	return result;
}

void VKAPI_CALL semaphore_DestroySemaphore(VkDevice handle, VkSemaphore semaphore,
	const VkAllocationCallbacks *allocator)
{
	struct device *device = device_get(handle);

	free(table_take(&device->semaphores, TABLE_KEY(semaphore)));
	device->next.DestroySemaphore(handle, semaphore, allocator);
}

VkResult VKAPI_CALL semaphore_ImportSemaphoreFdKHR(VkDevice handle, const VkImportSemaphoreFdInfoKHR *info)
{
	struct device *device = device_get(handle);
	struct semaphore *semaphore;

	if (!(device->offers & GPU_SEMAPHORE_FD) ||
		info->handleType != VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT) {
		if (device->next.ImportSemaphoreFdKHR)
			return device->next.ImportSemaphoreFdKHR(handle, info);
		return VK_ERROR_INVALID_EXTERNAL_HANDLE;
	}
	if (!sync_file_wait(info->fd))
		return VK_ERROR_INVALID_EXTERNAL_HANDLE;
	semaphore = semaphore_need(device, info->semaphore);
	if (!semaphore)
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	atomic_store(&semaphore->imported, true);
	if (info->fd >= 0)
		close(info->fd);
	return VK_SUCCESS;
}

/** Queues a wait for the signal that is under way, so that the semaphore is unsignalled for its next use. */
static void semaphore_consume(struct device *device, VkSemaphore handle, VkQueue where)
{
	VkPipelineStageFlags stage = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
	VkSubmitInfo submit = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
		.waitSemaphoreCount = 1,
		.pWaitSemaphores = &handle,
		.pWaitDstStageMask = &stage,
	};
	struct queue *queue = queue_lock(device, where);
	VkResult result = device->next.QueueSubmit(where, 1, &submit, VK_NULL_HANDLE);

	queue_unlock(queue);
	if (result != VK_SUCCESS)
		env_complain("a semaphore's signal could not be consumed: error %d", result);
}

VkResult VKAPI_CALL semaphore_GetSemaphoreFdKHR(VkDevice handle, const VkSemaphoreGetFdInfoKHR *info, int *fd)
{
	struct device *device = device_get(handle);
	struct semaphore *semaphore;
	VkQueue where;

	if (!(device->offers & GPU_SEMAPHORE_FD) ||
		info->handleType != VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT) {
		if (device->next.GetSemaphoreFdKHR)
			return device->next.GetSemaphoreFdKHR(handle, info, fd);
		*fd = -1;
		return VK_ERROR_TOO_MANY_OBJECTS;
	}
	/* Never an error: virglrenderer answers one by ending the guest's ring, and Mesa that by abort(). */
	*fd = -1;
	if (semaphore_take_imported(device, info->semaphore))
		return VK_SUCCESS;
	semaphore = semaphore_get(device, info->semaphore);
	where = semaphore ? atomic_exchange(&semaphore->signal_queue, NULL) : NULL;
	if (where)
		semaphore_consume(device, info->semaphore, where);
	return VK_SUCCESS;
}
