// SPDX-License-Identifier: MIT
#include "tests/host/sync.h"

VkSemaphore sync_semaphore(struct harness *h, bool exportable)
{
	VkExportSemaphoreCreateInfo export = {
		.sType = VK_STRUCTURE_TYPE_EXPORT_SEMAPHORE_CREATE_INFO,
		.handleTypes = SYNC_SEMAPHORE,
	};
	VkSemaphoreCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO,
		.pNext = exportable ? &export : NULL,
	};
	VkSemaphore semaphore;

	HARNESS_CHECK(vkCreateSemaphore(h->device, &info, NULL, &semaphore));
	return semaphore;
}

VkSemaphore sync_timeline(struct harness *h)
{
	VkSemaphoreTypeCreateInfo type = {
		.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO,
		.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE,
	};
	VkSemaphoreCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, .pNext = &type};
	VkSemaphore semaphore;

	HARNESS_CHECK(vkCreateSemaphore(h->device, &info, NULL, &semaphore));
	return semaphore;
}

void sync_advance(struct harness *h, VkSemaphore timeline, uint64_t value)
{
	VkSemaphoreSignalInfo info = {
		.sType = VK_STRUCTURE_TYPE_SEMAPHORE_SIGNAL_INFO,
		.semaphore = timeline,
		.value = value,
	};

	HARNESS_CHECK(vkSignalSemaphore(h->device, &info));
}

VkFence sync_fence(struct harness *h)
{
	VkExportFenceCreateInfo export = {
		.sType = VK_STRUCTURE_TYPE_EXPORT_FENCE_CREATE_INFO,
		.handleTypes = SYNC_FENCE,
	};
	VkFenceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO, .pNext = &export};
	VkFence fence;

	HARNESS_CHECK(vkCreateFence(h->device, &info, NULL, &fence));
	return fence;
}

void sync_submit_values(struct harness *h, VkSemaphore wait, uint64_t wait_value,
	VkSemaphore signal, uint64_t signal_value, VkFence fence)
{
	VkPipelineStageFlags stage = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
	VkTimelineSemaphoreSubmitInfo values = {
		.sType = VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO,
		.waitSemaphoreValueCount = wait ? 1 : 0,
		.pWaitSemaphoreValues = &wait_value,
		.signalSemaphoreValueCount = signal ? 1 : 0,
		.pSignalSemaphoreValues = &signal_value,
	};
	VkSubmitInfo submit = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
		.pNext = &values,
		.waitSemaphoreCount = wait ? 1 : 0,
		.pWaitSemaphores = &wait,
		.pWaitDstStageMask = &stage,
		.signalSemaphoreCount = signal ? 1 : 0,
		.pSignalSemaphores = &signal,
	};

	HARNESS_CHECK(vkQueueSubmit(h->queue, 1, &submit, fence));
	assert_ptr_equal(submit.pNext, &values);
}

void sync_submit(
	struct harness *h, VkSemaphore wait, uint64_t wait_value, VkSemaphore signal, VkFence fence)
{
	sync_submit_values(h, wait, wait_value, signal, 0, fence);
}

VkResult sync_import(struct harness *h, VkSemaphore semaphore, int fd)
{
	VkImportSemaphoreFdInfoKHR info = {
		.sType = VK_STRUCTURE_TYPE_IMPORT_SEMAPHORE_FD_INFO_KHR,
		.semaphore = semaphore,
		.flags = VK_SEMAPHORE_IMPORT_TEMPORARY_BIT,
		.handleType = SYNC_SEMAPHORE,
		.fd = fd,
	};

	return h->import_semaphore_fd(h->device, &info);
}

void sync_export(struct harness *h, VkSemaphore semaphore)
{
	VkSemaphoreGetFdInfoKHR info = {
		.sType = VK_STRUCTURE_TYPE_SEMAPHORE_GET_FD_INFO_KHR,
		.semaphore = semaphore,
		.handleType = SYNC_SEMAPHORE,
	};
	int fd = 7;

	HARNESS_CHECK(h->get_semaphore_fd(h->device, &info, &fd));
	assert_int_equal(fd, -1);
}

int sync_fence_fd(struct harness *h, VkFence fence)
{
	VkFenceGetFdInfoKHR info = {
		.sType = VK_STRUCTURE_TYPE_FENCE_GET_FD_INFO_KHR,
		.fence = fence,
		.handleType = SYNC_FENCE,
	};
	int fd = 7;

	HARNESS_CHECK(h->get_fence_fd(h->device, &info, &fd));
	return fd;
}

void sync_export_fence(struct harness *h, VkFence fence)
{
	assert_int_equal(sync_fence_fd(h, fence), -1);
}
