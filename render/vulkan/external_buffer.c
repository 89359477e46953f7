#include "common/format.h"
#include "render/vulkan/external.h"
#include "render/vulkan/external_memory.h"

#include <drm_fourcc.h>
#include <stdio.h>

/* Rows of exported buffers: what scanout hardware commonly asks for, bytes. */
#define EXTERNAL_STRIDE_ALIGNMENT 256

static bool external_create_buffer(const struct device *device, struct image_buffer *buffer,
	VkBufferUsageFlags usage, VkExternalMemoryHandleTypeFlagBits handle,
	VkExternalMemoryFeatureFlags features, bool *dedicated, char *reason)
{
	const VkPhysicalDeviceExternalBufferInfo query = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_BUFFER_INFO,
		.usage = usage,
		.handleType = handle,
	};
	VkExternalBufferProperties properties = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_BUFFER_PROPERTIES};
	vkGetPhysicalDeviceExternalBufferProperties(device->physical, &query, &properties);
	VkExternalMemoryFeatureFlags there =
		properties.externalMemoryProperties.externalMemoryFeatures;
	if ((there & features) != features) {
		snprintf(reason, WIRE_MAX_REASON, "the driver does not copy %s such memory",
			usage & VK_BUFFER_USAGE_TRANSFER_SRC_BIT ? "from" : "into");
		return false;
	}
	*dedicated = there & VK_EXTERNAL_MEMORY_FEATURE_DEDICATED_ONLY_BIT;
	const VkExternalMemoryBufferCreateInfo external = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO,
		.handleTypes = handle,
	};
	const VkBufferCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
		.pNext = &external,
		.size = buffer->size,
		.usage = usage,
		.sharingMode = VK_SHARING_MODE_EXCLUSIVE,
	};
	VkResult result = vkCreateBuffer(device->handle, &info, NULL, &buffer->handle);
	if (result == VK_SUCCESS)
		return true;
	buffer->handle = VK_NULL_HANDLE;
	return instance_fail(reason, "no buffer", result);
}

bool external_import_buffer(const struct device *device, struct image_buffer *buffer,
	const struct dmabuf *dmabuf, VkBufferUsageFlags usage, char *reason)
{
	bool dedicated;
	*buffer = (struct image_buffer){.size = dmabuf_linear_size(dmabuf)};
	if (!external_create_buffer(device, buffer, usage, EXTERNAL_MEMORY_DMA_BUF,
		    VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT, &dedicated, reason))
		return false;
	struct external_memory_needs needs = external_memory_buffer_needs(device, buffer);
	needs.dedicated |= dedicated;
	buffer->is_shared = true;
	return external_memory_import(
		device, &needs, dmabuf->planes[0].fd, &buffer->memory, NULL, reason);
}

bool external_export_buffer(const struct device *device, struct image_buffer *buffer,
	struct dmabuf *dmabuf, char *reason)
{
	uint32_t row = (uint32_t)dmabuf->width * format_find(dmabuf->format)->bytes_per_pixel;
	uint32_t align = EXTERNAL_STRIDE_ALIGNMENT;
	bool dedicated;
	dmabuf->modifier = DRM_FORMAT_MOD_LINEAR;
	dmabuf->n_planes = 1;
	dmabuf->planes[0].stride = (row + align - 1) / align * align;
	*buffer = (struct image_buffer){.size = dmabuf_linear_size(dmabuf)};
	if (!external_create_buffer(device, buffer, VK_BUFFER_USAGE_TRANSFER_DST_BIT,
		    EXTERNAL_MEMORY_DMA_BUF, VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT, &dedicated,
		    reason))
		return false;
	struct external_memory_needs needs = external_memory_buffer_needs(device, buffer);
	needs.dedicated |= dedicated;
	buffer->is_shared = true;
	return external_memory_export(
		device, &needs, &buffer->memory, &dmabuf->planes[0].fd, NULL, reason);
}

bool external_host_buffer(const struct device *device, struct image_buffer *buffer, void *pointer,
	size_t size, char *reason)
{
	bool dedicated;
	*buffer = (struct image_buffer){.size = size};
	if (!external_create_buffer(device, buffer, VK_BUFFER_USAGE_TRANSFER_DST_BIT,
		    EXTERNAL_MEMORY_HOST, VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT, &dedicated,
		    reason))
		return false;
	struct external_memory_needs needs = external_memory_buffer_needs(device, buffer);
	return external_memory_import_host(device, &needs, pointer, size, &buffer->memory, reason);
}
