/**
 * What a test asks of the layer quirks.c below, while it runs.
 *
 * The test finds it by vkGetDeviceProcAddr(device, QUIRKS_WISHES), which is a quirks_function.
 */
#ifndef TESTS_HOST_QUIRKS_H
#define TESTS_HOST_QUIRKS_H

#include <stdatomic.h>
#include <vulkan/vulkan.h>

#define QUIRKS_WISHES "vkQuirksWishes"

struct quirks_wishes {
	/** This function, one of quirks_wishes.c, is VK_ERROR_OUT_OF_DEVICE_MEMORY; NULL: none */
	_Atomic(const char *) fails;
	/**
	 * vkWaitForFences stays for as long as this is true, its first fence in waited. A call that
	 * must not be made meanwhile ends the process.
	 */
	atomic_bool lingers;
	_Atomic(VkFence) waited; /**< null: nobody lingers */
	/** vkQueuePresentKHR, which does nothing else, has stayed likewise, alone on its queue. */
	atomic_bool presents;
	atomic_int n_memories; /**< allocated at present */
	/* With QUIRKS=opaque: */
	atomic_int n_opaque;            /**< semaphores and fences made for OPAQUE_FD */
	_Atomic(VkSemaphore) semaphore; /**< of the last export or import */
	_Atomic(VkFence) fence;         /**< likewise */
};

typedef struct quirks_wishes *(*quirks_function)(void);

#endif
