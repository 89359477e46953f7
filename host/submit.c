// SPDX-License-Identifier: MIT
/*
 * Submissions: waits that an imported payload satisfies are left out, signals are remembered by their queue, and
 * the driver's fence stands in for the application's.
 */
#include "host/chain.h"
#include "host/device.h"
#include "host/env.h"
#include "host/fence.h"
#include "host/gpu.h"
#include "host/hooks.h"
#include "host/queue.h"
#include "host/semaphore.h"

#include <stdlib.h>

/** The waits of one batch that are left, in arrays parallel to the application's. All in one allocation. */
struct submit_waits {
	struct chain chain;
	uint32_t len;
	uint64_t *values; /**< first: it has the widest elements, and the allocation's address */
	VkSemaphore *semaphores;
	VkPipelineStageFlags *stages;
	uint32_t *devices;
	VkTimelineSemaphoreSubmitInfo timeline;
	VkDeviceGroupSubmitInfo group;
};

static bool submit_has_imported(struct device *device, uint32_t count, const VkSemaphore *semaphores)
{
	for (uint32_t i = 0; i < count; i++) {
		struct semaphore *semaphore = semaphore_get(device, semaphores[i]);

		if (semaphore && atomic_load(&semaphore->imported))
			return true;
	}
	return false;
}

static bool submit_waits_init(struct submit_waits *waits, uint32_t count)
{
	size_t each = sizeof(uint64_t) + sizeof(VkSemaphore) + sizeof(VkPipelineStageFlags) + sizeof(uint32_t);

	waits->values = calloc(count, each);
	if (!waits->values)
		return false;
	waits->semaphores = (VkSemaphore *)(waits->values + count);
	waits->stages = (VkPipelineStageFlags *)(waits->semaphores + count);
	waits->devices = (uint32_t *)(waits->stages + count);
	return true;
}

/** Copies the waits that are left. stages may be NULL (sparse binding has none). */
static void submit_waits_filter(struct submit_waits *waits, struct device *device, uint32_t count,
	const VkSemaphore *semaphores, const VkPipelineStageFlags *stages)
{
	const VkTimelineSemaphoreSubmitInfo *timeline =
		chain_remove(&waits->chain, VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO);
	const VkDeviceGroupSubmitInfo *group =
		stages ? chain_remove(&waits->chain, VK_STRUCTURE_TYPE_DEVICE_GROUP_SUBMIT_INFO) : NULL;

	for (uint32_t i = 0; i < count; i++) {
		if (semaphore_take_imported(device, semaphores[i]))
			continue;
		waits->semaphores[waits->len] = semaphores[i];
		if (stages)
			waits->stages[waits->len] = stages[i];
		if (timeline && i < timeline->waitSemaphoreValueCount)
			waits->values[waits->len] = timeline->pWaitSemaphoreValues[i];
		if (group && i < group->waitSemaphoreCount)
			waits->devices[waits->len] = group->pWaitSemaphoreDeviceIndices[i];
		waits->len++;
	}
	if (timeline) {
		waits->timeline = *timeline;
		waits->timeline.waitSemaphoreValueCount = timeline->waitSemaphoreValueCount ? waits->len : 0;
		waits->timeline.pWaitSemaphoreValues = waits->values;
		chain_prepend(&waits->chain, &waits->timeline);
	}
	if (group) {
		waits->group = *group;
		waits->group.waitSemaphoreCount = group->waitSemaphoreCount ? waits->len : 0;
		waits->group.pWaitSemaphoreDeviceIndices = waits->devices;
		chain_prepend(&waits->chain, &waits->group);
	}
}

static void submit_waits_finish(struct submit_waits *waits, uint32_t count)
{
	for (uint32_t i = count; waits && i > 0; i--) {
		chain_restore(&waits[i - 1].chain);
		free(waits[i - 1].values);
	}
	free(waits);
}

static void submit_track(struct device *device, VkQueue queue, uint32_t n_waits, const VkSemaphore *waits,
	uint32_t n_signals, const VkSemaphore *signals)
{
	for (uint32_t i = 0; i < n_waits; i++)
		semaphore_waits(device, waits[i]);
	for (uint32_t i = 0; i < n_signals; i++)
		semaphore_signals(device, signals[i], queue);
}

/** Fills asked, a copy of the submits, with the waits that are left. False: out of memory, nothing consumed. */
static bool submit_rewrite(struct device *device, uint32_t count, VkSubmitInfo *asked, struct submit_waits *waits)
{
	for (uint32_t i = 0; i < count; i++) {
		if (submit_has_imported(device, asked[i].waitSemaphoreCount, asked[i].pWaitSemaphores) &&
			!submit_waits_init(&waits[i], asked[i].waitSemaphoreCount))
			return false;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (!waits[i].values)
			continue;
		waits[i].chain = chain_edit(asked[i].pNext);
		submit_waits_filter(&waits[i], device, asked[i].waitSemaphoreCount, asked[i].pWaitSemaphores,
			asked[i].pWaitDstStageMask);
		asked[i].pNext = waits[i].chain.head;
		asked[i].waitSemaphoreCount = waits[i].len;
		asked[i].pWaitSemaphores = waits[i].semaphores;
		asked[i].pWaitDstStageMask = waits[i].stages;
	}
	return true;
}

static VkResult submit_down(struct device *device, VkQueue handle, uint32_t count, const VkSubmitInfo *submits,
	VkFence fence)
{
	struct queue *queue = queue_lock(device, handle);
	VkResult result = device->next.QueueSubmit(handle, count, submits, fence_current(device, fence));

	queue_unlock(queue);
	return result;
}

VkResult VKAPI_CALL submit_QueueSubmit(VkQueue handle, uint32_t count, const VkSubmitInfo *submits, VkFence fence)
{
	struct device *device = device_get(handle);
	struct submit_waits *waits = NULL;
	VkSubmitInfo *asked = NULL;
	VkResult result = VK_ERROR_OUT_OF_HOST_MEMORY;
	bool imported = false;

	for (uint32_t i = 0; i < count; i++)
		imported |= submit_has_imported(device, submits[i].waitSemaphoreCount, submits[i].pWaitSemaphores);
	if (!imported) {
		result = submit_down(device, handle, count, submits, fence);
	} else {
		asked = malloc(count * sizeof(*asked));
		waits = calloc(count, sizeof(*waits));
		for (uint32_t i = 0; asked && i < count; i++)
			asked[i] = submits[i];
		if (asked && waits && submit_rewrite(device, count, asked, waits))
			result = submit_down(device, handle, count, asked, fence);
		submit_waits_finish(waits, count);
		free(asked);
	}
	for (uint32_t i = 0; result == VK_SUCCESS && i < count; i++)
		submit_track(device, handle, submits[i].waitSemaphoreCount, submits[i].pWaitSemaphores,
			submits[i].signalSemaphoreCount, submits[i].pSignalSemaphores);
	return result;
}

static bool submit_rewrite_sparse(struct device *device, uint32_t count, VkBindSparseInfo *asked,
	struct submit_waits *waits)
{
	for (uint32_t i = 0; i < count; i++) {
		if (submit_has_imported(device, asked[i].waitSemaphoreCount, asked[i].pWaitSemaphores) &&
			!submit_waits_init(&waits[i], asked[i].waitSemaphoreCount))
			return false;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (!waits[i].values)
			continue;
		waits[i].chain = chain_edit(asked[i].pNext);
		submit_waits_filter(&waits[i], device, asked[i].waitSemaphoreCount, asked[i].pWaitSemaphores, NULL);
		asked[i].pNext = waits[i].chain.head;
		asked[i].waitSemaphoreCount = waits[i].len;
		asked[i].pWaitSemaphores = waits[i].semaphores;
	}
	return true;
}

VkResult VKAPI_CALL submit_QueueBindSparse(VkQueue handle, uint32_t count, const VkBindSparseInfo *binds, VkFence fence)
{
	struct device *device = device_get(handle);
	VkBindSparseInfo *asked = malloc((count + 1) * sizeof(*asked));
	struct submit_waits *waits = calloc(count + 1, sizeof(*waits));
	VkResult result = VK_ERROR_OUT_OF_HOST_MEMORY;

	for (uint32_t i = 0; asked && i < count; i++)
		asked[i] = binds[i];
	if (asked && waits && submit_rewrite_sparse(device, count, asked, waits)) {
		struct queue *queue = queue_lock(device, handle);

		result = device->next.QueueBindSparse(handle, count, asked, fence_current(device, fence));
		queue_unlock(queue);
	}
	submit_waits_finish(waits, count);
	free(asked);
	for (uint32_t i = 0; result == VK_SUCCESS && i < count; i++)
		submit_track(device, handle, binds[i].waitSemaphoreCount, binds[i].pWaitSemaphores,
			binds[i].signalSemaphoreCount, binds[i].pSignalSemaphores);
	return result;
}

/** Copies the batches, and of their waits those that are left into waits, which has room for all. */
static void submit_rewrite2(struct device *device, uint32_t count, const VkSubmitInfo2 *submits, VkSubmitInfo2 *asked,
	VkSemaphoreSubmitInfo *waits)
{
	for (uint32_t i = 0; i < count; i++) {
		asked[i] = submits[i];
		asked[i].pWaitSemaphoreInfos = waits;
		asked[i].waitSemaphoreInfoCount = 0;
		for (uint32_t j = 0; j < submits[i].waitSemaphoreInfoCount; j++) {
			if (semaphore_take_imported(device, submits[i].pWaitSemaphoreInfos[j].semaphore))
				continue;
			*waits++ = submits[i].pWaitSemaphoreInfos[j];
			asked[i].waitSemaphoreInfoCount++;
		}
	}
}

static void submit_track2(struct device *device, VkQueue queue, uint32_t count, const VkSubmitInfo2 *submits)
{
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t j = 0; j < submits[i].waitSemaphoreInfoCount; j++)
			semaphore_waits(device, submits[i].pWaitSemaphoreInfos[j].semaphore);
		for (uint32_t j = 0; j < submits[i].signalSemaphoreInfoCount; j++)
			semaphore_signals(device, submits[i].pSignalSemaphoreInfos[j].semaphore, queue);
	}
}

VkResult VKAPI_CALL submit_QueueSubmit2(VkQueue handle, uint32_t count, const VkSubmitInfo2 *submits, VkFence fence)
{
	struct device *device = device_get(handle);
	VkResult result = VK_ERROR_OUT_OF_HOST_MEMORY;
	VkSemaphoreSubmitInfo *waits;
	VkSubmitInfo2 *asked;
	size_t n_waits = 0;

	for (uint32_t i = 0; i < count; i++)
		n_waits += submits[i].waitSemaphoreInfoCount;
	asked = malloc((count + 1) * sizeof(*asked));
	waits = malloc((n_waits + 1) * sizeof(*waits));
	if (asked && waits) {
		struct queue *queue;

		submit_rewrite2(device, count, submits, asked, waits);
		queue = queue_lock(device, handle);
		result = device->next.QueueSubmit2(handle, count, asked, fence_current(device, fence));
		queue_unlock(queue);
	}
	if (result == VK_SUCCESS)
		submit_track2(device, handle, count, submits);
	free(asked);
	free(waits);
	return result;
}
