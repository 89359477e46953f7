/** A VkInstance: the next layer's functions, and the physical devices seen through it. */
#ifndef HOST_INSTANCE_H
#define HOST_INSTANCE_H

#include "host/dispatch.h"

#include <pthread.h>

struct gpu;

struct instance {
	VkInstance handle;
	struct dispatch_instance next;
	PFN_vkLayerCreateDevice
		create_device; /**< the loader's, for devices of our own; may be NULL */
	PFN_vkLayerDestroyDevice destroy_device; /**< may be NULL */
	uint32_t api_version;                    /**< what the application asked for */
	pthread_mutex_t lock; /**< protects gpus; recursive, see instance_gpu() */
	struct gpu *gpus;     /**< gpu.sibling */
};

/**
 * By any dispatchable object of the instance: the VkInstance or a VkPhysicalDevice. NULL if it is
 * none of ours.
 */
struct instance *instance_get(const void *object);

/**
 * What we know of a physical device, asked of the driver at the first call. NULL if memory is
 * short.
 */
struct gpu *instance_gpu(VkPhysicalDevice handle);

#endif
