// SPDX-License-Identifier: MIT
#include "tests/host/quirks_wishes.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct quirks_wishes quirks_wishes;

struct quirks_wishes *quirks_get_wishes(void)
{
	return &quirks_wishes;
}

static bool quirks_fails(const char *name)
{
	const char *fails = quirks_wishes.fails;

	return fails && !strcmp(fails, name);
}

#define QUIRKS_TRY(object, name, ...) \
	(quirks_fails("vk" #name) ? VK_ERROR_OUT_OF_DEVICE_MEMORY \
				  : quirks_next(object)->name(object, __VA_ARGS__))

void VKAPI_CALL quirks_FreeMemory(
	VkDevice device, VkDeviceMemory memory, const VkAllocationCallbacks *allocator)
{
	quirks_wishes.n_memories -= memory != VK_NULL_HANDLE;
	quirks_next(device)->FreeMemory(device, memory, allocator);
}

static void quirks_linger(void)
{
	static const struct timespec pause = {.tv_nsec = 1000000};

	while (quirks_wishes.lingers)
		nanosleep(&pause, NULL);
}

static void quirks_end(const char *what, const char *of)
{
	fprintf(stderr, "quirks: %s of a %s\n", what, of);
	abort();
}

VkResult VKAPI_CALL quirks_QueuePresentKHR(VkQueue queue, const VkPresentInfoKHR *info)
{
	quirks_wishes.presents = true;
	quirks_linger();
	quirks_wishes.presents = false;
	return VK_SUCCESS;
}

VkResult VKAPI_CALL quirks_QueueSubmit(
	VkQueue queue, uint32_t count, const VkSubmitInfo *submits, VkFence fence)
{
	if (quirks_wishes.presents)
		quirks_end("vkQueueSubmit", "queue that presents");
	return QUIRKS_TRY(queue, QueueSubmit, count, submits, fence);
}

VkResult VKAPI_CALL quirks_QueueSubmit2(
	VkQueue queue, uint32_t count, const VkSubmitInfo2 *submits, VkFence fence)
{
	return QUIRKS_TRY(queue, QueueSubmit2, count, submits, fence);
}

VkResult VKAPI_CALL quirks_BindBufferMemory(
	VkDevice device, VkBuffer buffer, VkDeviceMemory memory, VkDeviceSize offset)
{
	return QUIRKS_TRY(device, BindBufferMemory, buffer, memory, offset);
}

VkResult VKAPI_CALL quirks_BindImageMemory(
	VkDevice device, VkImage image, VkDeviceMemory memory, VkDeviceSize offset)
{
	return QUIRKS_TRY(device, BindImageMemory, image, memory, offset);
}

VkResult VKAPI_CALL quirks_BindImageMemory2(
	VkDevice device, uint32_t count, const VkBindImageMemoryInfo *infos)
{
	return QUIRKS_TRY(device, BindImageMemory2, count, infos);
}

static void quirks_check_fence(VkFence fence, const char *what)
{
	if (fence && fence == quirks_wishes.waited)
		quirks_end(what, "fence that is waited for");
}

void VKAPI_CALL quirks_DestroyFence(
	VkDevice device, VkFence fence, const VkAllocationCallbacks *allocator)
{
	quirks_check_fence(fence, "vkDestroyFence");
	quirks_next(device)->DestroyFence(device, fence, allocator);
}

VkResult VKAPI_CALL quirks_ResetFences(VkDevice device, uint32_t count, const VkFence *fences)
{
	for (uint32_t i = 0; i < count; i++)
		quirks_check_fence(fences[i], "vkResetFences");
	return quirks_next(device)->ResetFences(device, count, fences);
}

VkResult VKAPI_CALL quirks_WaitForFences(
	VkDevice device, uint32_t count, const VkFence *fences, VkBool32 wait_all, uint64_t timeout)
{
	VkResult result;

	if (!quirks_wishes.lingers)
		return quirks_next(device)->WaitForFences(device, count, fences, wait_all, timeout);
	quirks_wishes.waited = fences[0];
	result = quirks_next(device)->WaitForFences(device, count, fences, wait_all, timeout);
	quirks_linger();
	quirks_wishes.waited = VK_NULL_HANDLE;
	return result;
}

VkResult VKAPI_CALL quirks_GetSemaphoreFdKHR(
	VkDevice device, const VkSemaphoreGetFdInfoKHR *info, int *fd)
{
	quirks_wishes.semaphore = info->semaphore;
	*fd = -1;
	return VK_SUCCESS;
}

VkResult VKAPI_CALL quirks_ImportSemaphoreFdKHR(
	VkDevice device, const VkImportSemaphoreFdInfoKHR *info)
{
	quirks_wishes.semaphore = info->semaphore;
	return VK_SUCCESS;
}

VkResult VKAPI_CALL quirks_GetFenceFdKHR(VkDevice device, const VkFenceGetFdInfoKHR *info, int *fd)
{
	quirks_wishes.fence = info->fence;
	*fd = -1;
	return VK_SUCCESS;
}

VkResult VKAPI_CALL quirks_ImportFenceFdKHR(VkDevice device, const VkImportFenceFdInfoKHR *info)
{
	quirks_wishes.fence = info->fence;
	return VK_SUCCESS;
}
