// SPDX-License-Identifier: MIT
/*
 * Submissions: waits that an imported payload satisfies are left out, signals are remembered by
 * their queue, and the driver's semaphores and fences stand in for the application's.
 */
#include "host/device.h"
#include "host/fence.h"
#include "host/hooks.h"
#include "host/queue.h"
#include "host/semaphore.h"
#include "host/shadow_submit.h"
#include "host/submission.h"

#include <stdlib.h>

VkResult VKAPI_CALL submit_QueueSubmit(
	VkQueue handle, uint32_t count, const VkSubmitInfo *submits, VkFence fence)
{
	struct device *device = device_get(handle);
	VkSubmitInfo *asked = calloc((size_t)count + 1, sizeof(*asked));
	VkResult result = VK_ERROR_OUT_OF_HOST_MEMORY;
	struct submission submission;
	struct shadow_submit shadows;

	submission_init(&submission, device, count);
	for (uint32_t i = 0; submission.views && i < count; i++)
		submission.views[i] =
			(struct submission_view){submits[i].pNext, submits[i].waitSemaphoreCount,
				submits[i].signalSemaphoreCount, submits[i].pWaitSemaphores,
				submits[i].pSignalSemaphores, submits[i].pWaitDstStageMask};
	shadow_submit_begin(&shadows, device, handle);
	if (asked && submission_begin(&submission)) {
		for (uint32_t i = 0; i < count; i++) {
			const struct submission_view *view = &submission.asked[i];

			asked[i] = submits[i];
			asked[i].pNext = view->chain;
			asked[i].waitSemaphoreCount = view->n_waits;
			asked[i].pWaitSemaphores = view->waits;
			asked[i].pWaitDstStageMask = view->stages;
			asked[i].pSignalSemaphores = view->signals;
			asked[i].pCommandBuffers = shadow_submit_extend(&shadows, submits[i].pNext,
				submits[i].pCommandBuffers, &asked[i].commandBufferCount);
		}
		struct queue *queue = queue_lock(device, handle);
		result =
			device->next.QueueSubmit(handle, count, asked, fence_submit(device, fence));
		queue_unlock(queue);
	}
	if (result != VK_SUCCESS)
		fence_unsubmit(device, fence);
	submission_end(&submission, handle, result);
	shadow_submit_end(&shadows, result);
	free(asked);
	return result;
}

VkResult VKAPI_CALL submit_QueueBindSparse(
	VkQueue handle, uint32_t count, const VkBindSparseInfo *binds, VkFence fence)
{
	struct device *device = device_get(handle);
	VkBindSparseInfo *asked = calloc((size_t)count + 1, sizeof(*asked));
	VkResult result = VK_ERROR_OUT_OF_HOST_MEMORY;
	struct submission submission;

	submission_init(&submission, device, count);
	for (uint32_t i = 0; submission.views && i < count; i++)
		submission.views[i] = (struct submission_view){binds[i].pNext,
			binds[i].waitSemaphoreCount, binds[i].signalSemaphoreCount,
			binds[i].pWaitSemaphores, binds[i].pSignalSemaphores, NULL};
	if (asked && submission_begin(&submission)) {
		for (uint32_t i = 0; i < count; i++) {
			const struct submission_view *view = &submission.asked[i];

			asked[i] = binds[i];
			asked[i].pNext = view->chain;
			asked[i].waitSemaphoreCount = view->n_waits;
			asked[i].pWaitSemaphores = view->waits;
			asked[i].pSignalSemaphores = view->signals;
		}
		struct queue *queue = queue_lock(device, handle);
		result = device->next.QueueBindSparse(
			handle, count, asked, fence_submit(device, fence));
		queue_unlock(queue);
	}
	if (result != VK_SUCCESS)
		fence_unsubmit(device, fence);
	submission_end(&submission, handle, result);
	free(asked);
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

static void submit_undo2(struct device *device, uint32_t count, const VkSubmitInfo2 *submits)
{
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t j = 0; j < submits[i].waitSemaphoreInfoCount; j++)
			semaphore_waits_not(device, submits[i].pWaitSemaphoreInfos[j].semaphore);
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
	if (result == VK_SUCCESS) {
		submit_track2(device, handle, count, submits);
	} else {
		submit_undo2(device, count, submits);
		fence_unsubmit(device, fence);
	}
	shadow_submit_end(&shadows, result);
	free(asked);
	free(infos);
	return result;
}
