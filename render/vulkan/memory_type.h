/** Which of a device's memory types is taken for what. */
#ifndef RENDER_VULKAN_MEMORY_TYPE_H
#define RENDER_VULKAN_MEMORY_TYPE_H

#include <stdbool.h>
#include <stdint.h>
#include <vulkan/vulkan.h>

struct device;

#define MEMORY_TYPE_NONE UINT32_MAX

/**
 * A memory type among bits that has all of required and, if there is one, all of preferred;
 * MEMORY_TYPE_NONE: none.
 */
uint32_t memory_type_find(const struct device *device, uint32_t bits,
	VkMemoryPropertyFlags required, VkMemoryPropertyFlags preferred);

/** Whether the device reaches memory of that type over a bus, and has faster memory of its own. */
bool memory_type_is_far(const struct device *device, uint32_t type);

/**
 * One among bits for what is exported, and read by CPUs too; MEMORY_TYPE_NONE: bits has none. The
 * first that CPUs can reach, and where that is far from the device, cached: the bus takes as long
 * to it.
 */
uint32_t memory_type_find_exported(const struct device *device, uint32_t bits);

#endif
