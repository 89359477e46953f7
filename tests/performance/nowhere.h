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

/** One of the memory types in bits, a device's own if there is such. */
uint32_t nowhere_find_memory(const struct nowhere_device *device, uint32_t bits);

/** nowhere_swapchain.c: images of OPTIMAL tiling, or a display's, taken in turn. */
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
