// SPDX-License-Identifier: MIT
#include "host/submission.h"
#include "host/chain.h"
#include "host/semaphore.h"

#include <stdlib.h>

/**
 * The driver's semaphores of one batch, in arrays parallel to the application's. All in one
 * allocation.
 */
struct submission_batch {
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

static bool submission_is_changed(struct device *device, const struct submission_view *view)
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

static bool submission_batch_init(
	struct submission_batch *batch, const struct submission_view *view)
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
static void submission_batch_prepend(struct submission_batch *batch,
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

static void submission_batch_fill(struct submission_batch *batch, struct device *device,
	const struct submission_view *view, struct submission_view *asked)
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
	submission_batch_prepend(batch, timeline, group);
	*asked = (struct submission_view){batch->chain.head, n, view->n_signals, batch->semaphores,
		batch->signals, view->stages ? batch->stages : NULL};
}

void submission_init(struct submission *submission, struct device *device, uint32_t count)
{
	*submission = (struct submission){.device = device, .count = count};
	submission->views = calloc((size_t)count * 2 + 1, sizeof(*submission->views));
	submission->batches = calloc((size_t)count + 1, sizeof(*submission->batches));
	if (submission->views)
		submission->asked = submission->views + count;
}

bool submission_begin(struct submission *submission)
{
	struct device *device = submission->device;
	struct submission_batch *batches = submission->batches;

	if (!submission->views || !batches)
		return false;
	/* All memory before the first import is consumed. */
	for (uint32_t i = 0; i < submission->count; i++) {
		if (submission_is_changed(device, &submission->views[i]) &&
			!submission_batch_init(&batches[i], &submission->views[i]))
			return false;
	}
	for (uint32_t i = 0; i < submission->count; i++) {
		submission->asked[i] = submission->views[i];
		if (batches[i].values)
			submission_batch_fill(
				&batches[i], device, &submission->views[i], &submission->asked[i]);
	}
	return true;
}

/** The signals are remembered by their queue. */
static void submission_track(const struct submission *submission, VkQueue queue)
{
	for (uint32_t i = 0; i < submission->count; i++) {
		const struct submission_view *view = &submission->views[i];

		for (uint32_t j = 0; j < view->n_waits; j++)
			semaphore_waits(submission->device, view->waits[j]);
		for (uint32_t j = 0; j < view->n_signals; j++)
			semaphore_signals(submission->device, view->signals[j], queue);
	}
}

/** The application may try again with what it had. */
static void submission_undo(const struct submission *submission)
{
	for (uint32_t i = 0; submission->views && i < submission->count; i++) {
		for (uint32_t j = 0; j < submission->views[i].n_waits; j++)
			semaphore_waits_not(submission->device, submission->views[i].waits[j]);
	}
}

void submission_end(struct submission *submission, VkQueue queue, VkResult result)
{
	if (result == VK_SUCCESS)
		submission_track(submission, queue);
	else
		submission_undo(submission);
	for (uint32_t i = submission->batches ? submission->count : 0; i > 0; i--) {
		chain_restore(&submission->batches[i - 1].chain);
		free(submission->batches[i - 1].values);
	}
	free(submission->batches);
	free(submission->views);
}
