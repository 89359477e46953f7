/**
 * Binary semaphores as sync_files, without any.
 *
 * virglrenderer exports one only to consume its signal, and imports only -1, "signalled already".
 * So an import means that the next wait is left out; an export puts a fresh semaphore behind the
 * handle. Neither waits for the GPU: a submission that waits for the exported signal would do for
 * consuming it, but Mesa's drivers hold such a submission up until the signal is under way, which
 * may be for ever on virglrenderer's thread.
 */
#ifndef HOST_SEMAPHORE_H
#define HOST_SEMAPHORE_H

#include <pthread.h>
#include <stdbool.h>
#include <vulkan/vulkan.h>

struct device;

struct semaphore {
	pthread_mutex_t lock;
	VkSemaphore handle;   /**< the application's name for it; a driver's semaphore as well, kept
				 until it is   destroyed so that no other gets that name */
	VkSemaphore current;  /**< the driver's semaphore that stands for it */
	VkQueue signal_queue; /**< where the last signal was submitted; NULL: consumed, or none yet
			       */
	bool imported; /**< a temporary, signalled payload: the next wait is satisfied by it */
	bool taken;    /**< such a payload, by a wait that is on its way to the driver */
	VkExternalSemaphoreHandleTypeFlags
		types; /**< of the driver's own, for which it can be exported as well */
};

/* All of them accept any handle; those that the layer does not know are the driver's own. */

/**
 * Whether a submission must not be passed on as it is: the handle is not the driver's, or its wait
 * is to be left out.
 */
bool semaphore_is_changed(struct device *device, VkSemaphore handle);
/** The driver's semaphore that stands for the application's. */
VkSemaphore semaphore_current(struct device *device, VkSemaphore handle);
/**
 * Whether a wait for it is to be left out; it is not, the next time. When the driver has answered,
 * semaphore_waits() or semaphore_waits_not() follows.
 */
bool semaphore_take_imported(struct device *device, VkSemaphore handle);
/** A signal of it is submitted to queue. */
void semaphore_signals(struct device *device, VkSemaphore handle, VkQueue queue);
/** A wait for it is submitted. */
void semaphore_waits(struct device *device, VkSemaphore handle);
/** The submission failed, which leaves a semaphore as it was (vkQueueSubmit). */
void semaphore_waits_not(struct device *device, VkSemaphore handle);

/**
 * Before the device is destroyed: the driver's semaphores behind handles that the application
 * forgot.
 */
void semaphore_release_all(struct device *device);
/** For table_each(). */
void semaphore_drop(void *semaphore, void *unused);

#endif
