#include "render/vulkan/memory_type.h"

#include "render/vulkan/device.h"

uint32_t memory_type_find(const struct device *device, uint32_t bits,
	VkMemoryPropertyFlags required, VkMemoryPropertyFlags preferred)
{
	uint32_t found = MEMORY_TYPE_NONE;
	for (uint32_t i = 0; i < device->memory.memoryTypeCount; i++) {
		VkMemoryPropertyFlags flags = device->memory.memoryTypes[i].propertyFlags;
		if (!(bits & 1u << i) || (flags & required) != required)
			continue;
		if ((flags & preferred) == preferred)
			return i;
		if (found == MEMORY_TYPE_NONE)
			found = i;
	}
	return found;
}

bool memory_type_is_far(const struct device *device, uint32_t type)
{
	return device->properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU &&
	       !(device->memory.memoryTypes[type].propertyFlags &
		       VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
}

uint32_t memory_type_find_exported(const struct device *device, uint32_t bits)
{
	const VkMemoryPropertyFlags cached = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
					     VK_MEMORY_PROPERTY_HOST_COHERENT_BIT |
					     VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
	uint32_t first = memory_type_find(device, bits, 0, VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT);
	if (first == MEMORY_TYPE_NONE || !memory_type_is_far(device, first))
		return first;
	uint32_t found = memory_type_find(device, bits, cached, 0);
	return found == MEMORY_TYPE_NONE ? first : found;
}
