// SPDX-License-Identifier: MIT
/**
 * A layer for measuring: a window system that shows nothing, so that a program draws as fast as its
 * driver does alone; or, with NOWHERE_DISPLAY=1, a display that the program has to itself. For
 * programs that submit from one thread.
 */
#ifndef TESTS_PERFORMANCE_NOWHERE_H
#define TESTS_PERFORMANCE_NOWHERE_H

#include "host/dispatch.h"

struct nowhere_device {
	VkDevice handle;
	VkQueue queue; /**< any: what is acquired is signalled by it */
	VkPhysicalDeviceMemoryProperties memory;
	struct dispatch_device next;
};

/** The device of a VkDevice or VkQueue. */
struct nowhere_device *nowhere_device(const void *object);

struct kms_buffer;

/** One that can be drawn into, and presented. */
struct nowhere_image {
	VkImage handle;
	VkDeviceMemory memory;
	struct kms_buffer *buffer; /**< nowhere_display.c's; NULL where nothing is shown */
};

/** How an image and its memory are made. */
struct nowhere_image_kind {
	VkImageTiling tiling;
	const void *next; /**< of VkImageCreateInfo */
	/** Of VkMemoryAllocateInfo, its image filled in; NULL: the memory need not be dedicated. */
	VkMemoryDedicatedAllocateInfo *dedicated;
};

/** nowhere_swapchain.c: *image's handle and memory, as a swapchain wants them; freed with the
 * swapchain, complete or not. */
VkResult nowhere_create_image(struct nowhere_device *device, const VkSwapchainCreateInfoKHR *wanted,
	const struct nowhere_image_kind *kind, struct nowhere_image *image);

/** Images of OPTIMAL tiling, or a display's, taken in turn. */
VkResult VKAPI_CALL nowhere_CreateSwapchainKHR(VkDevice handle,
	const VkSwapchainCreateInfoKHR *info, const VkAllocationCallbacks *allocator,
	VkSwapchainKHR *out);
void VKAPI_CALL nowhere_DestroySwapchainKHR(
	VkDevice handle, VkSwapchainKHR swapchain, const VkAllocationCallbacks *allocator);
VkResult VKAPI_CALL nowhere_GetSwapchainImagesKHR(
	VkDevice handle, VkSwapchainKHR swapchain, uint32_t *count, VkImage *images);
VkResult VKAPI_CALL nowhere_AcquireNextImageKHR(VkDevice handle, VkSwapchainKHR swapchain,
	uint64_t timeout, VkSemaphore semaphore, VkFence fence, uint32_t *index);
VkResult VKAPI_CALL nowhere_QueuePresentKHR(VkQueue queue, const VkPresentInfoKHR *info);

#endif
