/** A VkDevice: the next layer's functions, and what the layer knows of the objects made from it. */
#ifndef HOST_DEVICE_H
#define HOST_DEVICE_H

#include "host/dispatch.h"
#include "host/graveyard.h"
#include "host/table.h"

struct gpu;

struct device {
	VkDevice handle;
	struct gpu *gpu;
	struct dispatch_device next;
	unsigned
		offers; /**< enum gpu_extension: of what the gpu offers, what this device enabled */

	struct table memories;   /**< struct memory: those backed by shared memory */
	struct table buffers;    /**< a set: those made for external memory */
	struct table images;     /**< struct image: all, where memory or modifiers are ours */
	struct table queues;     /**< struct queue: all, where semaphores are ours */
	struct table semaphores; /**< struct semaphore: those that were made exportable or imported
				    into */
	struct table fences;     /**< struct fence: likewise */
	struct graveyard graveyard;
};

/** By any dispatchable object of the device: VkDevice, VkQueue, VkCommandBuffer. */
struct device *device_get(const void *object);

#endif
