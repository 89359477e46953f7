/** A VkDevice: the next layer's functions, and what the layer knows of the objects made from it. */
#ifndef HOST_DEVICE_H
#define HOST_DEVICE_H

#include "host/dispatch.h"
#include "host/graveyard.h"
#include "host/shadow_count.h"
#include "host/shadow_handover.h"
#include "host/table.h"

#include <stdatomic.h>

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

	PFN_vkSetDeviceLoaderData set_loader_data; /**< may be NULL */
	atomic_uint n_shadows;                     /**< images with a shadow */
	struct table shadow_commands;     /**< struct shadow_commands: all command buffers */
	struct table shadow_views;        /**< struct shadow: by the views of its image */
	struct table shadow_passes;       /**< struct shadow_pass: all render passes */
	struct table shadow_framebuffers; /**< struct shadow_framebuffer: with such views */
	struct shadow_pools shadow_pools;
	struct shadow_total shadow_total;
};

/** By any dispatchable object of the device: VkDevice, VkQueue, VkCommandBuffer. */
struct device *device_get(const void *object);

#endif
