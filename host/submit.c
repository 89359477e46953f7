// SPDX-License-Identifier: MIT
/*
 * Submissions: waits that an imported payload satisfies are left out, signals are remembered by
 * their queue, and the driver's semaphores and fences stand in for the application's.
 */
#include "host/chain.h"
#include "host/device.h"
#include "host/fence.h"
#include "host/gpu.h"
#include "host/hooks.h"
#include "host/queue.h"
#include "host/semaphore.h"
#include "host/shadow_submit.h"

#include <stdlib.h>

/** What VkSubmitInfo and VkBindSparseInfo have in common. */
struct submit_view {
	const void *chain;
	uint32_t n_waits, n_signals;
	const VkSemaphore *waits, *signals;
	const VkPipelineStageFlags *stages; /**< NULL for sparse binding */
};

/**
 * The driver's semaphores of one batch, in arrays parallel to the application's. All in one
 * allocation.
 */
struct submit_batch {
	struct chain chain;
	uint32_t n_waits;
	uint64_t *values; /**< of the waits; first, for it has the widest elements: the allocation's
			     address */
	VkSemaphore *semaphores; /**< waits, then signals */
	VkSemaphore *signals;
	VkPipelineStageFlags *stages;
	uint32_t *devices;
	VkTimelineSemaphoreSubmitInfo timeline;
	VkDeviceGroupSubmitInfo group;
};

static bool submit_is_changed(struct device *device, const struct submit_view *view)
{
	for (uint32_t i = 0; i < view->n_waits; i++) {
		if (semaphore_is_changed(device, view->waits[i]))
			return true;
	}
	for (uint32_t i = 0; i < view->n_signals; i++) {
		if (semaphore_is_changed(device, view->signals[i]))
			return true;
	}
	return false;
}

static bool submit_batch_init(struct submit_batch *batch, const struct submit_view *view)
{
	size_t n = (size_t)view->n_waits, all = n + view->n_signals;

	batch->values =
		calloc(1, n * (sizeof(uint64_t) + sizeof(VkPipelineStageFlags) + sizeof(uint32_t)) +
				  all * sizeof(VkSemaphore) + 1);
	if (!batch->values)
		return false;
	batch->semaphores = (VkSemaphore *)(batch->values + n);
	batch->signals = batch->semaphores + n;
	batch->stages = (VkPipelineStageFlags *)(batch->semaphores + all);
	batch->devices = (uint32_t *)(batch->stages + n);
	batch->chain = chain_edit(view->chain);
	return true;
}

/** The chain's arrays that are parallel to the waits get as many elements as are left. */
static void submit_batch_prepend(struct submit_batch *batch,
	const VkTimelineSemaphoreSubmitInfo *timeline, const VkDeviceGroupSubmitInfo *group)
{
	if (timeline) {
		batch->timeline = *timeline;
		batch->timeline.waitSemaphoreValueCount =
			timeline->waitSemaphoreValueCount ? batch->n_waits : 0;
		batch->timeline.pWaitSemaphoreValues = batch->values;
		chain_prepend(&batch->chain, &batch->timeline);
	}
	if (group) {
		batch->group = *group;
		batch->group.waitSemaphoreCount = group->waitSemaphoreCount ? batch->n_waits : 0;
		batch->group.pWaitSemaphoreDeviceIndices = batch->devices;
		chain_prepend(&batch->chain, &batch->group);
	}
}

static void submit_batch_fill(
	struct submit_batch *batch, struct device *device, const struct submit_view *view)
{
	const VkTimelineSemaphoreSubmitInfo *timeline =
		chain_remove(&batch->chain, VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO);
	const VkDeviceGroupSubmitInfo *group =
		view->stages
			? chain_remove(&batch->chain, VK_STRUCTURE_TYPE_DEVICE_GROUP_SUBMIT_INFO)
			: NULL;
	uint32_t n = 0;

	for (uint32_t i = 0; i < view->n_waits; i++) {
		if (semaphore_take_imported(device, view->waits[i]))
			continue;
		batch->semaphores[n] = semaphore_current(device, view->waits[i]);
		if (view->stages)
			batch->stages[n] = view->stages[i];
		if (timeline && i < timeline->waitSemaphoreValueCount)
			batch->values[n] = timeline->pWaitSemaphoreValues[i];
		if (group && i < group->waitSemaphoreCount)
			batch->devices[n] = group->pWaitSemaphoreDeviceIndices[i];
		n++;
	}
	batch->n_waits = n;
	for (uint32_t i = 0; i < view->n_signals; i++)
		batch->signals[i] = semaphore_current(device, view->signals[i]);
	submit_batch_prepend(batch, timeline, group);
}

/**
 * Batches of those views that must change; values stays NULL in the others. NULL: out of memory,
 * nothing consumed.
 */
static struct submit_batch *submit_batches(
	struct device *device, uint32_t count, const struct submit_view *views)
{
	struct submit_batch *batches = calloc((size_t)count + 1, sizeof(*batches));
	bool ok = batches;

	for (uint32_t i = 0; ok && i < count; i++) {
		if (submit_is_changed(device, &views[i]))
			ok = submit_batch_init(&batches[i], &views[i]);
	}
	for (uint32_t i = 0; batches && i < count; i++) {
		if (ok && batches[i].values)
			submit_batch_fill(&batches[i], device, &views[i]);
		else if (!ok)
			free(batches[i].values);
	}
	if (!ok) {
		free(batches);
		return NULL;
	}
	return batches;
}

static void submit_batches_destroy(struct submit_batch *batches, uint32_t count)
{
	for (uint32_t i = count; i > 0; i--) {
		chain_restore(&batches[i - 1].chain);
		free(batches[i - 1].values);
	}
	free(batches);
}

static void submit_track(
	struct device *device, VkQueue queue, uint32_t count, const struct submit_view *views)
{
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t j = 0; j < views[i].n_waits; j++)
			semaphore_waits(device, views[i].waits[j]);
		for (uint32_t j = 0; j < views[i].n_signals; j++)
			semaphore_signals(device, views[i].signals[j], queue);
	}
}

VkResult VKAPI_CALL submit_QueueSubmit(
	VkQueue handle, uint32_t count, const VkSubmitInfo *submits, VkFence fence)
{
	struct device *device = device_get(handle);
	struct submit_view *views = calloc((size_t)count + 1, sizeof(*views));
	VkSubmitInfo *asked = calloc((size_t)count + 1, sizeof(*asked));
	struct submit_batch *batches = NULL;
	struct shadow_submit shadows;
	VkResult result = VK_ERROR_OUT_OF_HOST_MEMORY;

	shadow_submit_begin(&shadows, device, handle);
	for (uint32_t i = 0; views && asked && i < count; i++) {
		asked[i] = submits[i];
		asked[i].pCommandBuffers = shadow_submit_extend(&shadows, submits[i].pNext,
			submits[i].pCommandBuffers, &asked[i].commandBufferCount);
		views[i] = (struct submit_view){submits[i].pNext, submits[i].waitSemaphoreCount,
			submits[i].signalSemaphoreCount, submits[i].pWaitSemaphores,
			submits[i].pSignalSemaphores, submits[i].pWaitDstStageMask};
	}
	if (views && asked)
		batches = submit_batches(device, count, views);
	if (batches) {
		for (uint32_t i = 0; i < count; i++) {
			if (!batches[i].values)
				continue;
			asked[i].pNext = batches[i].chain.head;
			asked[i].waitSemaphoreCount = batches[i].n_waits;
			asked[i].pWaitSemaphores = batches[i].semaphores;
			asked[i].pWaitDstStageMask = batches[i].stages;
			asked[i].pSignalSemaphores = batches[i].signals;
		}
		struct queue *queue = queue_lock(device, handle);
		result =
			device->next.QueueSubmit(handle, count, asked, fence_submit(device, fence));
		queue_unlock(queue);
		submit_batches_destroy(batches, count);
	}
	if (result == VK_SUCCESS)
		submit_track(device, handle, count, views);
	shadow_submit_end(&shadows, result);
	free(asked);
	free(views);
	return result;
}

VkResult VKAPI_CALL submit_QueueBindSparse(
	VkQueue handle, uint32_t count, const VkBindSparseInfo *binds, VkFence fence)
{
	struct device *device = device_get(handle);
	struct submit_view *views = calloc((size_t)count + 1, sizeof(*views));
	VkBindSparseInfo *asked = calloc((size_t)count + 1, sizeof(*asked));
	struct submit_batch *batches = NULL;
	VkResult result = VK_ERROR_OUT_OF_HOST_MEMORY;

	for (uint32_t i = 0; views && asked && i < count; i++) {
		asked[i] = binds[i];
		views[i] = (struct submit_view){binds[i].pNext, binds[i].waitSemaphoreCount,
			binds[i].signalSemaphoreCount, binds[i].pWaitSemaphores,
			binds[i].pSignalSemaphores, NULL};
	}
	if (views && asked)
		batches = submit_batches(device, count, views);
	if (batches) {
		for (uint32_t i = 0; i < count; i++) {
			if (!batches[i].values)
				continue;
			asked[i].pNext = batches[i].chain.head;
			asked[i].waitSemaphoreCount = batches[i].n_waits;
			asked[i].pWaitSemaphores = batches[i].semaphores;
			asked[i].pSignalSemaphores = batches[i].signals;
		}
		struct queue *queue = queue_lock(device, handle);
		result = device->next.QueueBindSparse(
			handle, count, asked, fence_submit(device, fence));
		queue_unlock(queue);
		submit_batches_destroy(batches, count);
	}
	if (result == VK_SUCCESS)
		submit_track(device, handle, count, views);
	free(asked);
	free(views);
	return result;
}

/** Copies the batches with the driver's semaphores, into infos, which has room for all of them. */
static void submit_rewrite2(struct device *device, uint32_t count, const VkSubmitInfo2 *submits,
	VkSubmitInfo2 *asked, VkSemaphoreSubmitInfo *infos)
{
	for (uint32_t i = 0; i < count; i++) {
		asked[i] = submits[i];
		asked[i].pWaitSemaphoreInfos = infos;
		asked[i].waitSemaphoreInfoCount = 0;
		for (uint32_t j = 0; j < submits[i].waitSemaphoreInfoCount; j++) {
			const VkSemaphoreSubmitInfo *wait = &submits[i].pWaitSemaphoreInfos[j];

			if (semaphore_take_imported(device, wait->semaphore))
				continue;
			*infos = *wait;
			infos++->semaphore = semaphore_current(device, wait->semaphore);
			asked[i].waitSemaphoreInfoCount++;
		}
		asked[i].pSignalSemaphoreInfos = infos;
		for (uint32_t j = 0; j < submits[i].signalSemaphoreInfoCount; j++) {
			*infos = submits[i].pSignalSemaphoreInfos[j];
			infos->semaphore = semaphore_current(device, infos->semaphore);
			infos++;
		}
	}
}

static void submit_track2(
	struct device *device, VkQueue queue, uint32_t count, const VkSubmitInfo2 *submits)
{
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t j = 0; j < submits[i].waitSemaphoreInfoCount; j++)
			semaphore_waits(device, submits[i].pWaitSemaphoreInfos[j].semaphore);
		for (uint32_t j = 0; j < submits[i].signalSemaphoreInfoCount; j++)
			semaphore_signals(
				device, submits[i].pSignalSemaphoreInfos[j].semaphore, queue);
	}
}

VkResult VKAPI_CALL submit_QueueSubmit2(
	VkQueue handle, uint32_t count, const VkSubmitInfo2 *submits, VkFence fence)
{
	struct device *device = device_get(handle);
	VkResult result = VK_ERROR_OUT_OF_HOST_MEMORY;
	VkSubmitInfo2 *asked = calloc((size_t)count + 1, sizeof(*asked));
	VkSemaphoreSubmitInfo *infos;
	struct shadow_submit shadows;
	size_t n_infos = 1;

	shadow_submit_begin(&shadows, device, handle);
	for (uint32_t i = 0; i < count; i++)
		n_infos += (size_t)submits[i].waitSemaphoreInfoCount +
			   submits[i].signalSemaphoreInfoCount;
	infos = calloc(n_infos, sizeof(*infos));
	if (asked && infos) {
		struct queue *queue;

		submit_rewrite2(device, count, submits, asked, infos);
		for (uint32_t i = 0; i < count; i++)
			asked[i].pCommandBufferInfos = shadow_submit_extend2(&shadows,
				submits[i].pCommandBufferInfos, &asked[i].commandBufferInfoCount);
		queue = queue_lock(device, handle);
		result = device->next.QueueSubmit2(
			handle, count, asked, fence_submit(device, fence));
		queue_unlock(queue);
	}
	if (result == VK_SUCCESS)
		submit_track2(device, handle, count, submits);
	shadow_submit_end(&shadows, result);
	free(asked);
	free(infos);
	return result;
}
