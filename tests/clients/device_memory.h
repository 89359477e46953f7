/** Memory of a Vulkan device that others can map and import: what a GPU's own buffers are made of.
 */
#ifndef TESTS_CLIENTS_DEVICE_MEMORY_H
#define TESTS_CLIENTS_DEVICE_MEMORY_H

#include <stddef.h>

struct device_memory_source;
struct device_memory;

/** The first device that exports memory as dma-bufs. NULL: said on stderr. */
struct device_memory_source *device_memory_open(void);

/** What was made of it must be gone. Accepts NULL. */
void device_memory_close(struct device_memory_source *source);

/** *file: a dma-buf of size bytes, the caller's, which the CPU can map; -1 with NULL. NULL: said on
 * stderr. */
struct device_memory *device_memory_create(
	struct device_memory_source *source, size_t size, int *file);

/** Accepts NULL. */
void device_memory_destroy(struct device_memory *memory);

#endif
