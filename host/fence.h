/**
 * Fences as sync_files, without any.
 *
 * Exporting resets a fence even while it is pending, which a driver's fence cannot do. So a fence
 * that was exported or imported has a driver's fence behind its handle that may change:
 * submissions, waits and resets use that one.
 */
#ifndef HOST_FENCE_H
#define HOST_FENCE_H

#include <pthread.h>
#include <stdbool.h>
#include <vulkan/vulkan.h>

struct device;

struct fence {
	pthread_mutex_t lock;
	VkFence handle;  /**< the application's name for it; a driver's fence as well, kept until it
			    is  destroyed so that no other gets that name */
	VkFence current; /**< the driver's fence that stands for it */
	bool submitted;  /**< since it was last unsignalled: it is pending or signalled */
	VkExternalFenceHandleTypeFlags
		types;    /**< of the driver's own, for which it can be exported as well */
	unsigned n_users; /**< calls that are in the driver with current */
};

/** The driver's fence that stands for the application's; any handle, VK_NULL_HANDLE too. */
VkFence fence_current(struct device *device, VkFence handle);
/** Likewise, for a submission that will signal it; if that fails, fence_unsubmit() follows. */
VkFence fence_submit(struct device *device, VkFence handle);
void fence_unsubmit(struct device *device, VkFence handle);

/**
 * Before the device is destroyed: the driver's fences behind handles that the application forgot.
 */
void fence_release_all(struct device *device);
/** For table_each(). */
void fence_drop(void *fence, void *unused);

#endif
