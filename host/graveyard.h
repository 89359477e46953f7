/**
 * Semaphores and fences from which an export has taken their handle away, until nothing refers to
 * them any more. A device has one.
 */
#ifndef HOST_GRAVEYARD_H
#define HOST_GRAVEYARD_H

#include <pthread.h>
#include <vulkan/vulkan.h>

struct device;

struct graveyard {
	pthread_mutex_t lock; /**< protects first; taken under others, none under it */
	struct grave *first;
};

void graveyard_init(struct graveyard *graveyard);
/** Before the device is destroyed: waits for it, if anything is left. */
void graveyard_finish(struct device *device);

/**
 * Room for one more, so that graveyard_bury() cannot fail. Free it with free() if it is not used.
 * NULL: no memory.
 */
struct grave *graveyard_dig(void);
/**
 * Destroys fence, and semaphore if it is not null, at some later call when fence has signalled;
 * which it will. Takes the grave. n_users calls are in the driver with the fence: it also waits for
 * as many graveyard_leave().
 */
void graveyard_bury(struct device *device, struct grave *grave, VkSemaphore semaphore,
	VkFence fence, unsigned n_users);
/** A user of the fence has left the driver. One that is not buried is none of its business. */
void graveyard_leave(struct device *device, VkFence fence);

#endif
