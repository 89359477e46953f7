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

static struct semaphore *semaphore_get(struct device *device, VkSemaphore handle)
{
	return table_get(&device->semaphores, TABLE_KEY(handle));
}

bool semaphore_is_changed(struct device *device, VkSemaphore handle)
{
	struct semaphore *semaphore = semaphore_get(device, handle);
	bool is_changed = false;

	if (semaphore) {
		pthread_mutex_lock(&semaphore->lock);
		is_changed = semaphore->imported || semaphore->current != handle;
		pthread_mutex_unlock(&semaphore->lock);
	}
	return is_changed;
}

VkSemaphore semaphore_current(struct device *device, VkSemaphore handle)
{
	struct semaphore *semaphore = semaphore_get(device, handle);
	VkSemaphore current = handle;

	if (semaphore) {
		pthread_mutex_lock(&semaphore->lock);
		current = semaphore->current;
		pthread_mutex_unlock(&semaphore->lock);
	}
	return current;
}

bool semaphore_take_imported(struct device *device, VkSemaphore handle)
{
	struct semaphore *semaphore = semaphore_get(device, handle);
	bool imported = false;

	if (semaphore) {
		pthread_mutex_lock(&semaphore->lock);
		imported = semaphore->imported;
		semaphore->imported = false;
		semaphore->taken |= imported;
		pthread_mutex_unlock(&semaphore->lock);
	}
	return imported;
}

void semaphore_signals(struct device *device, VkSemaphore handle, VkQueue queue)
{
	struct semaphore *semaphore = semaphore_get(device, handle);

	if (semaphore) {
		pthread_mutex_lock(&semaphore->lock);
		semaphore->signal_queue = queue;
		pthread_mutex_unlock(&semaphore->lock);
	}
}

void semaphore_waits(struct device *device, VkSemaphore handle)
{
	struct semaphore *semaphore = semaphore_get(device, handle);

	if (semaphore) {
		pthread_mutex_lock(&semaphore->lock);
		if (!semaphore->taken)
			semaphore->signal_queue = NULL; /* its own signal was waited for */
		semaphore->taken = false;
		pthread_mutex_unlock(&semaphore->lock);
	}
}

void semaphore_waits_not(struct device *device, VkSemaphore handle)
{
	struct semaphore *semaphore = semaphore_get(device, handle);

	if (semaphore) {
		pthread_mutex_lock(&semaphore->lock);
		semaphore->imported |= semaphore->taken;
		semaphore->taken = false;
		pthread_mutex_unlock(&semaphore->lock);
	}
}

void semaphore_drop(void *data, void *unused)
{
	struct semaphore *semaphore = data;

	pthread_mutex_destroy(&semaphore->lock);
	free(semaphore);
}

/**
 * Destroys what stands behind the handle, but not the driver's semaphore that the handle itself
 * is.
 */
static void semaphore_release(void *data, void *device_data)
{
	struct semaphore *semaphore = data;
	struct device *device = device_data;

	if (semaphore->current != semaphore->handle)
		device->next.DestroySemaphore(device->handle, semaphore->current, NULL);
}

void semaphore_release_all(struct device *device)
{
	table_each(&device->semaphores, semaphore_release, device);
}

/** The entry of a handle, made now if there is none. NULL: out of memory. */
static struct semaphore *semaphore_need(struct device *device, VkSemaphore handle)
{
	struct semaphore *semaphore = semaphore_get(device, handle);

	if (semaphore)
		return semaphore;
	semaphore = calloc(1, sizeof(*semaphore));
	if (!semaphore)
		return NULL;
	semaphore->handle = semaphore->current = handle;
	pthread_mutex_init(&semaphore->lock, NULL);
	if (!table_put(&device->semaphores, TABLE_KEY(handle), semaphore)) {
		semaphore_drop(semaphore, NULL);
		return NULL;
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
	struct semaphore *semaphore;
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
	if (result != VK_SUCCESS)
		return result;
	semaphore = semaphore_need(device, *out);
	if (!semaphore) {
		device->next.DestroySemaphore(handle, *out, allocator);
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	}
	semaphore->types = others.handleTypes;
	return VK_SUCCESS;
}

void VKAPI_CALL semaphore_DestroySemaphore(
	VkDevice handle, VkSemaphore semaphore, const VkAllocationCallbacks *allocator)
{
	struct device *device = device_get(handle);
	struct semaphore *ours = table_take(&device->semaphores, TABLE_KEY(semaphore));

	if (ours) {
		semaphore_release(ours, device);
		semaphore_drop(ours, NULL);
	}
	device->next.DestroySemaphore(handle, semaphore, allocator);
}

/** A payload of the driver's own handle types takes the place of all that there was. */
static VkResult semaphore_import_driver(
	struct device *device, const VkImportSemaphoreFdInfoKHR *info)
{
	struct semaphore *semaphore = semaphore_get(device, info->semaphore);
	VkImportSemaphoreFdInfoKHR asked = *info;
	VkResult result;

	if (!device->next.ImportSemaphoreFdKHR)
		return VK_ERROR_INVALID_EXTERNAL_HANDLE;
	asked.semaphore = semaphore_current(device, info->semaphore);
	result = device->next.ImportSemaphoreFdKHR(device->handle, &asked);
	if (result == VK_SUCCESS && semaphore) {
		pthread_mutex_lock(&semaphore->lock);
		semaphore->imported = false;
		semaphore->signal_queue = NULL;
		pthread_mutex_unlock(&semaphore->lock);
	}
	return result;
}

VkResult VKAPI_CALL semaphore_ImportSemaphoreFdKHR(
	VkDevice handle, const VkImportSemaphoreFdInfoKHR *info)
{
	struct device *device = device_get(handle);
	struct semaphore *semaphore;

	if (!(device->offers & GPU_SEMAPHORE_FD) ||
		info->handleType != VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT)
		return semaphore_import_driver(device, info);
	if (!sync_file_wait(info->fd))
		return VK_ERROR_INVALID_EXTERNAL_HANDLE;
	semaphore = semaphore_need(device, info->semaphore);
	if (!semaphore)
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	pthread_mutex_lock(&semaphore->lock);
	semaphore->imported = true;
	pthread_mutex_unlock(&semaphore->lock);
	if (info->fd >= 0)
		close(info->fd);
	return VK_SUCCESS;
}

/**
 * A fence that signals after all that has been submitted to the queue: it comes with a batch of
 * nothing.
 */
static VkResult semaphore_make_fence(struct device *device, VkQueue where, VkFence *out)
{
	VkFenceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
	VkResult result = device->next.CreateFence(device->handle, &info, NULL, out);
	struct queue *queue;

	if (result != VK_SUCCESS)
		return result;
	queue = queue_lock(device, where);
	result = device->next.QueueSubmit(where, 0, NULL, *out);
	queue_unlock(queue);
	if (result != VK_SUCCESS)
		device->next.DestroyFence(device->handle, *out, NULL);
	return result;
}

/**
 * The signal that was submitted to where is left behind, a fresh semaphore takes the handle's
 * place.
 */
static VkResult semaphore_detach(struct device *device, struct semaphore *semaphore, VkQueue where)
{
	VkExportSemaphoreCreateInfo export = {
		.sType = VK_STRUCTURE_TYPE_EXPORT_SEMAPHORE_CREATE_INFO,
		.handleTypes = semaphore->types,
	};
	VkSemaphoreCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO,
		.pNext = semaphore->types ? &export : NULL,
	};
	VkSemaphore fresh, old;
	VkFence fence;
	struct grave *grave = graveyard_dig();
	VkResult result = VK_ERROR_OUT_OF_HOST_MEMORY;

	if (grave)
		result = device->next.CreateSemaphore(device->handle, &info, NULL, &fresh);
	if (result == VK_SUCCESS) {
		result = semaphore_make_fence(device, where, &fence);
		if (result != VK_SUCCESS)
			device->next.DestroySemaphore(device->handle, fresh, NULL);
	}
	if (result != VK_SUCCESS) {
		free(grave);
		return result;
	}
	pthread_mutex_lock(&semaphore->lock);
	old = semaphore->current;
	semaphore->current = fresh;
	pthread_mutex_unlock(&semaphore->lock);
	/* The handle itself is destroyed by the application. */
	graveyard_bury(device, grave, old == semaphore->handle ? VK_NULL_HANDLE : old, fence, 0);
	return VK_SUCCESS;
}

VkResult VKAPI_CALL semaphore_GetSemaphoreFdKHR(
	VkDevice handle, const VkSemaphoreGetFdInfoKHR *info, int *fd)
{
	struct device *device = device_get(handle);
	struct semaphore *semaphore;
	VkResult result;
	VkQueue where = NULL;

	if (!(device->offers & GPU_SEMAPHORE_FD) ||
		info->handleType != VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT) {
		VkSemaphoreGetFdInfoKHR asked = *info;

		asked.semaphore = semaphore_current(device, info->semaphore);
		if (device->next.GetSemaphoreFdKHR)
			return device->next.GetSemaphoreFdKHR(handle, &asked, fd);
		*fd = -1;
		return VK_ERROR_TOO_MANY_OBJECTS;
	}
	/* Never an error: virglrenderer answers one by ending the guest's ring, and Mesa that by
	 * abort(). */
	*fd = -1;
	semaphore = semaphore_get(device, info->semaphore);
	if (!semaphore)
		return VK_SUCCESS;
	pthread_mutex_lock(&semaphore->lock);
	if (!semaphore->imported) {
		where = semaphore->signal_queue;
		semaphore->signal_queue = NULL;
	}
	semaphore->imported = false;
	pthread_mutex_unlock(&semaphore->lock);
	result = where ? semaphore_detach(device, semaphore, where) : VK_SUCCESS;
	if (result != VK_SUCCESS)
		env_complain("an exported semaphore keeps its signal: error %d", result);
	return VK_SUCCESS;
}
