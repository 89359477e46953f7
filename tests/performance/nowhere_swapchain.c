// SPDX-License-Identifier: MIT
#include "nowhere.h"
#include "nowhere_display.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SWAPCHAIN_MAX_IMAGES 8
#define SWAPCHAIN_MAX_WAITS 16

struct swapchain {
	struct nowhere_image images[SWAPCHAIN_MAX_IMAGES];
	uint32_t n_images;
	uint32_t next;            /* to be acquired */
	uint64_t presented;       /* frames */
	struct timespec from, to; /* of the first and the last */
};

static struct swapchain *swapchain_from_handle(VkSwapchainKHR handle)
{
	return (struct swapchain *)(uintptr_t)handle;
}

/* One of the memory types in bits, the device's own if there is such. */
static uint32_t swapchain_find_memory(const struct nowhere_device *device, uint32_t bits)
{
	for (uint32_t i = 0; i < device->memory.memoryTypeCount; i++) {
		if (bits & 1u << i && device->memory.memoryTypes[i].propertyFlags &
					      VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT)
			return i;
	}
	return 0;
}

static VkResult swapchain_allocate(struct nowhere_device *device,
	VkMemoryDedicatedAllocateInfo *dedicated, struct nowhere_image *image)
{
	VkMemoryRequirements needs;

	device->next.GetImageMemoryRequirements(device->handle, image->handle, &needs);
	if (dedicated)
		dedicated->image = image->handle;
	const VkMemoryAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
		.pNext = dedicated,
		.allocationSize = needs.size,
		.memoryTypeIndex = swapchain_find_memory(device, needs.memoryTypeBits),
	};
	VkResult result = device->next.AllocateMemory(device->handle, &info, NULL, &image->memory);

	if (result != VK_SUCCESS)
		return result;
	return device->next.BindImageMemory(device->handle, image->handle, image->memory, 0);
}

VkResult nowhere_create_image(struct nowhere_device *device, const VkSwapchainCreateInfoKHR *wanted,
	const struct nowhere_image_kind *kind, struct nowhere_image *image)
{
	const VkImageCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
		.pNext = kind->next,
		.imageType = VK_IMAGE_TYPE_2D,
		.format = wanted->imageFormat,
		.extent = {wanted->imageExtent.width, wanted->imageExtent.height, 1},
		.mipLevels = 1,
		.arrayLayers = 1,
		.samples = VK_SAMPLE_COUNT_1_BIT,
		.tiling = kind->tiling,
		.usage = wanted->imageUsage,
	};
	VkResult result = device->next.CreateImage(device->handle, &info, NULL, &image->handle);

	return result == VK_SUCCESS ? swapchain_allocate(device, kind->dedicated, image) : result;
}

static VkResult swapchain_add_image(struct nowhere_device *device, struct swapchain *swapchain,
	const VkSwapchainCreateInfoKHR *wanted)
{
	static const struct nowhere_image_kind optimal = {.tiling = VK_IMAGE_TILING_OPTIMAL};
	struct nowhere_image *image = &swapchain->images[swapchain->n_images++];

	if (!display_is_wanted())
		return nowhere_create_image(device, wanted, &optimal, image);
	return display_image_create(device, wanted, image) ? VK_SUCCESS
							   : VK_ERROR_INITIALIZATION_FAILED;
}

VkResult VKAPI_CALL nowhere_CreateSwapchainKHR(VkDevice handle,
	const VkSwapchainCreateInfoKHR *info, const VkAllocationCallbacks *allocator,
	VkSwapchainKHR *out)
{
	struct nowhere_device *device = nowhere_device(handle);
	struct swapchain *swapchain = calloc(1, sizeof(*swapchain));
	VkResult result = swapchain ? VK_SUCCESS : VK_ERROR_OUT_OF_HOST_MEMORY;

	*out = (VkSwapchainKHR)(uintptr_t)swapchain;
	for (uint32_t i = 0; result == VK_SUCCESS && i < info->minImageCount; i++)
		result = i < SWAPCHAIN_MAX_IMAGES ? swapchain_add_image(device, swapchain, info)
						  : VK_ERROR_INITIALIZATION_FAILED;
	if (result != VK_SUCCESS) {
		nowhere_DestroySwapchainKHR(handle, *out, allocator);
		*out = VK_NULL_HANDLE;
	}
	return result;
}

/* One frame ends where the next begins: n presents make n - 1 frames. */
static void swapchain_report(const struct swapchain *swapchain)
{
	double seconds = (double)(swapchain->to.tv_sec - swapchain->from.tv_sec) +
			 (double)(swapchain->to.tv_nsec - swapchain->from.tv_nsec) / 1e9;

	if (swapchain->presented > 1 && seconds > 0)
		fprintf(stderr, "nowhere: %llu frames, %.1f a second\n",
			(unsigned long long)swapchain->presented,
			(double)(swapchain->presented - 1) / seconds);
}

void VKAPI_CALL nowhere_DestroySwapchainKHR(
	VkDevice handle, VkSwapchainKHR object, const VkAllocationCallbacks *allocator)
{
	struct nowhere_device *device = nowhere_device(handle);
	struct swapchain *swapchain = swapchain_from_handle(object);

	if (!swapchain)
		return;
	swapchain_report(swapchain);
	for (uint32_t i = 0; i < swapchain->n_images; i++) {
		display_image_finish(&swapchain->images[i]);
		device->next.DestroyImage(handle, swapchain->images[i].handle, NULL);
		device->next.FreeMemory(handle, swapchain->images[i].memory, NULL);
	}
	free(swapchain);
}

VkResult VKAPI_CALL nowhere_GetSwapchainImagesKHR(
	VkDevice handle, VkSwapchainKHR object, uint32_t *count, VkImage *images)
{
	const struct swapchain *swapchain = swapchain_from_handle(object);
	bool incomplete = images && *count < swapchain->n_images;

	if (!incomplete)
		*count = swapchain->n_images;
	for (uint32_t i = 0; images && i < *count; i++)
		images[i] = swapchain->images[i].handle;
	return incomplete ? VK_INCOMPLETE : VK_SUCCESS;
}

VkResult VKAPI_CALL nowhere_AcquireNextImageKHR(VkDevice handle, VkSwapchainKHR object,
	uint64_t timeout, VkSemaphore semaphore, VkFence fence, uint32_t *index)
{
	struct nowhere_device *device = nowhere_device(handle);
	struct swapchain *swapchain = swapchain_from_handle(object);
	const VkSubmitInfo submit = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
		.signalSemaphoreCount = semaphore ? 1 : 0,
		.pSignalSemaphores = &semaphore,
	};

	*index = swapchain->next;
	swapchain->next = (swapchain->next + 1) % swapchain->n_images;
	return device->next.QueueSubmit(device->queue, 1, &submit, fence);
}

/* NOWHERE_WAIT=1: each present waits for its queue, as Mesa's Venus does for a window system. */
static bool swapchain_waits(void)
{
	const char *wish = getenv("NOWHERE_WAIT");

	return display_is_wanted() || (wish && *wish == '1');
}

/* What is on the screen and what is on its way there are not acquired: there are three images at
 * least. */
static VkResult swapchain_show(const struct swapchain *swapchain, uint32_t index)
{
	return !display_is_wanted() || display_show(&swapchain->images[index])
		       ? VK_SUCCESS
		       : VK_ERROR_SURFACE_LOST_KHR;
}

static VkResult swapchain_finish_drawing(VkQueue queue, const VkPresentInfoKHR *info)
{
	const struct dispatch_device *next = &nowhere_device(queue)->next;
	VkPipelineStageFlags stages[SWAPCHAIN_MAX_WAITS];
	const VkSubmitInfo submit = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
		.waitSemaphoreCount = info->waitSemaphoreCount,
		.pWaitSemaphores = info->pWaitSemaphores,
		.pWaitDstStageMask = stages,
	};

	if (info->waitSemaphoreCount > SWAPCHAIN_MAX_WAITS)
		return VK_ERROR_OUT_OF_HOST_MEMORY;
	for (uint32_t i = 0; i < info->waitSemaphoreCount; i++)
		stages[i] = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
	VkResult result = next->QueueSubmit(queue, 1, &submit, VK_NULL_HANDLE);

	return result == VK_SUCCESS && swapchain_waits() ? next->QueueWaitIdle(queue) : result;
}

VkResult VKAPI_CALL nowhere_QueuePresentKHR(VkQueue queue, const VkPresentInfoKHR *info)
{
	VkResult result = swapchain_finish_drawing(queue, info);

	for (uint32_t i = 0; result == VK_SUCCESS && i < info->swapchainCount; i++) {
		struct swapchain *swapchain = swapchain_from_handle(info->pSwapchains[i]);

		clock_gettime(CLOCK_MONOTONIC, &swapchain->to);
		if (!swapchain->presented++)
			swapchain->from = swapchain->to;
		result = swapchain_show(swapchain, info->pImageIndices[i]);
		if (info->pResults)
			info->pResults[i] = result;
	}
	return result;
}
