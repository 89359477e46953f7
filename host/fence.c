// SPDX-License-Identifier: MIT
#include "host/fence.h"
#include "host/chain.h"
#include "host/device.h"
#include "host/env.h"
#include "host/gpu.h"
#include "host/hooks.h"
#include "host/sync_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct fence *fence_get(struct device *device, VkFence handle)
{
	return table_get(&device->fences, TABLE_KEY(handle));
}

/**
 * The entry of a handle, made now if there is none, and then with submitted. NULL: out of memory.
 */
static struct fence *fence_need(struct device *device, VkFence handle, bool submitted)
{
	struct fence *fence = fence_get(device, handle);

	if (fence)
		return fence;
	fence = calloc(1, sizeof(*fence));
	if (!fence)
		return NULL;
	fence->handle = fence->current = handle;
	fence->submitted = submitted;
	pthread_mutex_init(&fence->lock, NULL);
	if (!table_put(&device->fences, TABLE_KEY(handle), fence)) {
		fence_drop(fence, NULL);
		return NULL;
	}
	return fence;
}

void fence_drop(void *data, void *unused)
{
	struct fence *fence = data;

	pthread_mutex_destroy(&fence->lock);
	free(fence);
}

VkFence fence_current(struct device *device, VkFence handle)
{
	struct fence *fence = fence_get(device, handle);
	VkFence current = handle;

	if (fence) {
		pthread_mutex_lock(&fence->lock);
		current = fence->current;
		pthread_mutex_unlock(&fence->lock);
	}
	return current;
}

VkFence fence_submit(struct device *device, VkFence handle)
{
	struct fence *fence = fence_get(device, handle);
	VkFence current = handle;

	if (fence) {
		pthread_mutex_lock(&fence->lock);
		current = fence->current;
		fence->submitted = true;
		pthread_mutex_unlock(&fence->lock);
	}
	return current;
}

/** Destroys what stands behind the handle, but not the driver's fence that the handle itself is. */
static void fence_release(void *data, void *device_data)
{
	struct fence *fence = data;
	struct device *device = device_data;

	if (fence->current != fence->handle)
		device->next.DestroyFence(device->handle, fence->current, NULL);
}

void fence_release_all(struct device *device)
{
	table_each(&device->fences, fence_release, device);
}

/** One that can stand for fence. */
static VkFence fence_make(
	struct device *device, const struct fence *fence, VkFenceCreateFlags flags)
{
	VkExportFenceCreateInfo export = {
		.sType = VK_STRUCTURE_TYPE_EXPORT_FENCE_CREATE_INFO,
		.handleTypes = fence->types,
	};
	VkFenceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO,
		.pNext = fence->types ? &export : NULL,
		.flags = flags,
	};
	VkFence made = VK_NULL_HANDLE;

	if (device->next.CreateFence(device->handle, &info, NULL, &made) != VK_SUCCESS)
		return VK_NULL_HANDLE;
	return made;
}

VkResult VKAPI_CALL fence_CreateFence(VkDevice handle, const VkFenceCreateInfo *info,
	const VkAllocationCallbacks *allocator, VkFence *out)
{
	struct device *device = device_get(handle);
	const VkExportFenceCreateInfo *export =
		chain_find(info->pNext, VK_STRUCTURE_TYPE_EXPORT_FENCE_CREATE_INFO);
	struct chain chain = chain_edit(info->pNext);
	VkFenceCreateInfo asked = *info;
	VkExportFenceCreateInfo others;
	struct fence *fence;
	VkResult result;

	if (!(device->offers & GPU_FENCE_FD) || !export ||
		!(export->handleTypes & VK_EXTERNAL_FENCE_HANDLE_TYPE_SYNC_FD_BIT))
		return device->next.CreateFence(handle, info, allocator, out);
	others = *export;
	others.handleTypes &= ~VK_EXTERNAL_FENCE_HANDLE_TYPE_SYNC_FD_BIT;
	chain_remove(&chain, VK_STRUCTURE_TYPE_EXPORT_FENCE_CREATE_INFO);
	if (others.handleTypes)
		chain_prepend(&chain, &others);
	asked.pNext = chain.head;
	result = device->next.CreateFence(handle, &asked, allocator, out);
	chain_restore(&chain);
	if (result != VK_SUCCESS)
		return result;
	fence = fence_need(device, *out, info->flags & VK_FENCE_CREATE_SIGNALED_BIT);
	if (!fence) {
		device->next.DestroyFence(handle, *out, allocator);
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	}
	fence->types = others.handleTypes;
	return VK_SUCCESS;
}

void VKAPI_CALL fence_DestroyFence(
	VkDevice handle, VkFence name, const VkAllocationCallbacks *allocator)
{
	struct device *device = device_get(handle);
	struct fence *fence = table_take(&device->fences, TABLE_KEY(name));

	if (fence) {
		fence_release(fence, device);
		fence_drop(fence, NULL);
	}
	device->next.DestroyFence(handle, name, allocator);
}

/**
 * The driver's fence that stands for it, for a call in which an export by another thread may take
 * its place: fence_leave() follows.
 */
static VkFence fence_enter(struct device *device, VkFence handle)
{
	struct fence *fence = fence_get(device, handle);
	VkFence current = handle;

	if (fence) {
		pthread_mutex_lock(&fence->lock);
		current = fence->current;
		fence->n_users++;
		pthread_mutex_unlock(&fence->lock);
	}
	return current;
}

/** used is what fence_enter() returned. */
static void fence_leave(struct device *device, VkFence handle, VkFence used)
{
	struct fence *fence = fence_get(device, handle);

	if (!fence)
		return;
	pthread_mutex_lock(&fence->lock);
	if (fence->current != used)
		graveyard_leave(device, used);
	else if (fence->n_users)
		fence->n_users--;
	pthread_mutex_unlock(&fence->lock);
}

VkResult VKAPI_CALL fence_GetFenceStatus(VkDevice handle, VkFence fence)
{
	struct device *device = device_get(handle);
	VkFence used = fence_enter(device, fence);
	VkResult result = device->next.GetFenceStatus(handle, used);

	fence_leave(device, fence, used);
	return result;
}

#define FENCE_FEW 16

/**
 * The driver's fences for count of the application's, by get: in few if they fit, else to be
 * freed. NULL: out of memory.
 */
static VkFence *fence_all(struct device *device, uint32_t count, const VkFence *fences,
	VkFence few[FENCE_FEW], VkFence (*get)(struct device *device, VkFence handle))
{
	VkFence *all = count <= FENCE_FEW ? few : malloc(count * sizeof(*all));

	for (uint32_t i = 0; all && i < count; i++)
		all[i] = get(device, fences[i]);
	return all;
}

void fence_unsubmit(struct device *device, VkFence handle)
{
	struct fence *fence = fence_get(device, handle);

	if (fence) {
		pthread_mutex_lock(&fence->lock);
		fence->submitted = false;
		pthread_mutex_unlock(&fence->lock);
	}
}

VkResult VKAPI_CALL fence_ResetFences(VkDevice handle, uint32_t count, const VkFence *fences)
{
	struct device *device = device_get(handle);
	VkFence few[FENCE_FEW], *all = fence_all(device, count, fences, few, fence_current);
	VkResult result =
		all ? device->next.ResetFences(handle, count, all) : VK_ERROR_OUT_OF_HOST_MEMORY;

	for (uint32_t i = 0; result == VK_SUCCESS && i < count; i++)
		fence_unsubmit(device, fences[i]);
	if (all != few)
		free(all);
	return result;
}

VkResult VKAPI_CALL fence_WaitForFences(
	VkDevice handle, uint32_t count, const VkFence *fences, VkBool32 wait_all, uint64_t timeout)
{
	struct device *device = device_get(handle);
	VkFence few[FENCE_FEW], *all = fence_all(device, count, fences, few, fence_enter);
	VkResult result = VK_ERROR_OUT_OF_HOST_MEMORY;

	if (all)
		result = device->next.WaitForFences(handle, count, all, wait_all, timeout);
	for (uint32_t i = 0; all && i < count; i++)
		fence_leave(device, fences[i], all[i]);
	if (all != few)
		free(all);
	return result;
}

/**
 * A temporary, signalled payload. A reset ends it, and the fence is unsignalled as it was before.
 */
static VkResult fence_import_signalled(struct device *device, VkFence handle)
{
	struct fence *fence = fence_need(device, handle, false);
	VkFence signalled = fence ? fence_make(device, fence, VK_FENCE_CREATE_SIGNALED_BIT)
				  : VK_NULL_HANDLE,
		old;

	if (!signalled)
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	pthread_mutex_lock(&fence->lock);
	old = fence->current;
	fence->current = signalled;
	fence->n_users = 0;
	fence->submitted = true;
	pthread_mutex_unlock(&fence->lock);
	/* VUID-vkImportFenceFdKHR-fence-01463: no submission is pending on it. */
	if (old != fence->handle)
		device->next.DestroyFence(device->handle, old, NULL);
	return VK_SUCCESS;
}

VkResult VKAPI_CALL fence_ImportFenceFdKHR(VkDevice handle, const VkImportFenceFdInfoKHR *info)
{
	struct device *device = device_get(handle);
	VkResult result;

	if (!(device->offers & GPU_FENCE_FD) ||
		info->handleType != VK_EXTERNAL_FENCE_HANDLE_TYPE_SYNC_FD_BIT) {
		VkImportFenceFdInfoKHR asked = *info;

		asked.fence = fence_current(device, info->fence);
		if (device->next.ImportFenceFdKHR)
			return device->next.ImportFenceFdKHR(handle, &asked);
		return VK_ERROR_INVALID_EXTERNAL_HANDLE;
	}
	if (!sync_file_wait(info->fd))
		return VK_ERROR_INVALID_EXTERNAL_HANDLE;
	result = fence_import_signalled(device, info->fence);
	if (result == VK_SUCCESS && info->fd >= 0)
		close(info->fd);
	return result;
}

/**
 * Puts a fresh fence in the place of one that is pending or in use. False: out of memory, nothing
 * changed.
 */
static bool fence_replace(struct device *device, struct fence *fence)
{
	struct grave *grave = graveyard_dig();
	VkFence fresh = grave ? fence_make(device, fence, 0) : VK_NULL_HANDLE, old = fence->current;
	unsigned n_users = fence->n_users;

	if (!fresh) {
		free(grave);
		return false;
	}
	fence->current = fresh;
	fence->n_users = 0;
	fence->submitted = false;
	if (old == fence->handle)
		free(grave); /* the handle itself is destroyed by the application */
	else
		graveyard_bury(device, grave, VK_NULL_HANDLE, old, n_users);
	return true;
}

/** Makes the fence unsignalled, whatever is still pending on it. Its lock is held. */
static void fence_detach(struct device *device, struct fence *fence)
{
	VkResult status;

	if (!fence->submitted)
		return; /* nothing to export: not valid, and harmless */
	status = device->next.GetFenceStatus(device->handle, fence->current);
	/* vkResetFences wants it for itself. */
	if (status == VK_SUCCESS && !fence->n_users)
		status = device->next.ResetFences(device->handle, 1, &fence->current);
	else if (status == VK_SUCCESS || status == VK_NOT_READY)
		status = fence_replace(device, fence) ? VK_SUCCESS : VK_ERROR_OUT_OF_HOST_MEMORY;
	if (status == VK_SUCCESS)
		fence->submitted = false;
	else
		env_complain("an exported fence keeps its signal: error %d", status);
}

VkResult VKAPI_CALL fence_GetFenceFdKHR(VkDevice handle, const VkFenceGetFdInfoKHR *info, int *fd)
{
	struct device *device = device_get(handle);
	struct fence *fence;

	if (!(device->offers & GPU_FENCE_FD) ||
		info->handleType != VK_EXTERNAL_FENCE_HANDLE_TYPE_SYNC_FD_BIT) {
		VkFenceGetFdInfoKHR asked = *info;

		asked.fence = fence_current(device, info->fence);
		if (device->next.GetFenceFdKHR)
			return device->next.GetFenceFdKHR(handle, &asked, fd);
		*fd = -1;
		return VK_ERROR_TOO_MANY_OBJECTS;
	}
	/* Never an error: virglrenderer answers one by ending the guest's ring, and Mesa that by
	 * abort(). */
	*fd = -1;
	fence = fence_need(device, info->fence, true);
	if (!fence)
		return VK_SUCCESS;
	pthread_mutex_lock(&fence->lock);
	fence_detach(device, fence);
	pthread_mutex_unlock(&fence->lock);
	return VK_SUCCESS;
}
