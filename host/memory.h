/**
 * Device memory that is shared memory underneath: a mapped fd, imported into the driver as a host
 * pointer.
 */
#ifndef HOST_MEMORY_H
#define HOST_MEMORY_H

#include <stddef.h>

struct memory {
	int fd;        /**< owned */
	void *address; /**< owned mapping: outlives the driver's VkDeviceMemory */
	size_t size;   /**< bytes, a multiple of gpu.granularity */
};

/** For table_each(): frees one whose driver object is gone. */
void memory_drop(void *memory, void *unused);

#endif
