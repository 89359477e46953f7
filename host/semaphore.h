/**
 * Binary semaphores as sync_files, without any.
 *
 * virglrenderer exports one only to consume its signal, and imports only -1, "signalled already". So an import
 * means that the next wait is left out, an export that a wait is queued; neither ever waits for the GPU here.
 */
#ifndef HOST_SEMAPHORE_H
#define HOST_SEMAPHORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <vulkan/vulkan.h>

struct device;

struct semaphore {
	_Atomic(VkQueue) signal_queue; /**< where the last signal was submitted; NULL: consumed, or none yet */
	_Atomic(bool) imported;	       /**< a temporary, signalled payload: the next wait is satisfied by it */
};

/** The one that was made exportable or imported into, or NULL. */
struct semaphore *semaphore_get(struct device *device, VkSemaphore handle);
/** Whether a wait for it is to be left out; it is not, the next time. Accepts any handle. */
bool semaphore_take_imported(struct device *device, VkSemaphore handle);
/** A signal of it is submitted to queue. Accepts any handle. */
void semaphore_signals(struct device *device, VkSemaphore handle, VkQueue queue);
/** A wait for it is submitted. Accepts any handle. */
void semaphore_waits(struct device *device, VkSemaphore handle);

/** For table_each(). */
void semaphore_drop(void *semaphore, void *unused);

#endif
