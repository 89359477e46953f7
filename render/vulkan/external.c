#include "render/vulkan/external.h"

#include "common/fd.h"
#include "common/format.h"
#include "render/vulkan/format.h"

#include <drm_fourcc.h>
#include <inttypes.h>
#include <stdio.h>

#define EXTERNAL_DMA_BUF VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT
#define EXTERNAL_HOST VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT

/* Rows of exported buffers: what scanout hardware commonly asks for, bytes. */
#define EXTERNAL_STRIDE_ALIGNMENT 256

static bool external_fail(char *reason, const char *what, VkResult result)
{
	snprintf(reason, WIRE_MAX_REASON, "%s: %s", what, instance_describe(result));
	return false;
}

/* What an image or buffer asks of its memory. */
struct external_needs {
	VkDeviceSize size;
	uint32_t bits;
	VkImage image; /* of these two, the one that is set */
	VkBuffer buffer;
	bool dedicated;
};

static struct external_needs external_image_needs(
	const struct device *device, const struct image *image)
{
	const VkImageMemoryRequirementsInfo2 info = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_REQUIREMENTS_INFO_2,
		.image = image->handle,
	};
	VkMemoryDedicatedRequirements dedicated = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_REQUIREMENTS};
	VkMemoryRequirements2 out = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2, .pNext = &dedicated};
	vkGetImageMemoryRequirements2(device->handle, &info, &out);
	return (struct external_needs){
		.size = out.memoryRequirements.size,
		.bits = out.memoryRequirements.memoryTypeBits,
		.image = image->handle,
		.dedicated = dedicated.requiresDedicatedAllocation ||
			     dedicated.prefersDedicatedAllocation,
	};
}

static struct external_needs external_buffer_needs(
	const struct device *device, const struct image_buffer *buffer)
{
	const VkBufferMemoryRequirementsInfo2 info = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_MEMORY_REQUIREMENTS_INFO_2,
		.buffer = buffer->handle,
	};
	VkMemoryDedicatedRequirements dedicated = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_REQUIREMENTS};
	VkMemoryRequirements2 out = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2, .pNext = &dedicated};
	vkGetBufferMemoryRequirements2(device->handle, &info, &out);
	return (struct external_needs){
		.size = out.memoryRequirements.size,
		.bits = out.memoryRequirements.memoryTypeBits,
		.buffer = buffer->handle,
		.dedicated = dedicated.requiresDedicatedAllocation ||
			     dedicated.prefersDedicatedAllocation,
	};
}

/* Allocates with the import or export struct in next, dedicated to the image or buffer if that is
 * wanted. */
static bool external_allocate(const struct device *device, const struct external_needs *needs,
	uint32_t type, const void *next, VkDeviceMemory *memory, char *reason)
{
	const VkMemoryDedicatedAllocateInfo dedicated = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO,
		.pNext = next,
		.image = needs->image,
		.buffer = needs->buffer,
	};
	const VkMemoryAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
		.pNext = needs->dedicated ? &dedicated : next,
		.allocationSize = needs->size,
		.memoryTypeIndex = type,
	};
	if (type == DEVICE_NO_MEMORY) {
		snprintf(reason, WIRE_MAX_REASON,
			"no memory type suits both the memory and its use");
		return false;
	}
	VkResult result = vkAllocateMemory(device->handle, &info, NULL, memory);
	if (result != VK_SUCCESS) {
		*memory = VK_NULL_HANDLE;
		return external_fail(reason, "no shared memory", result);
	}
	result = needs->image ? vkBindImageMemory(device->handle, needs->image, *memory, 0)
			      : vkBindBufferMemory(device->handle, needs->buffer, *memory, 0);
	return result == VK_SUCCESS || external_fail(reason, "no shared memory", result);
}

static bool external_import_memory(const struct device *device, struct external_needs *needs,
	int dmabuf_fd, VkDeviceMemory *memory, char *reason)
{
	VkMemoryFdPropertiesKHR properties = {.sType = VK_STRUCTURE_TYPE_MEMORY_FD_PROPERTIES_KHR};
	VkResult result = device->get_memory_fd_properties(
		device->handle, EXTERNAL_DMA_BUF, dmabuf_fd, &properties);
	if (result != VK_SUCCESS)
		return external_fail(reason, "the dma-buf is not importable", result);
	int64_t size = fd_size(dmabuf_fd);
	if (size < 0 || (uint64_t)size < needs->size) {
		snprintf(reason, WIRE_MAX_REASON,
			"the driver needs %" PRIu64 " bytes, the dma-buf has %" PRId64,
			(uint64_t)needs->size, size);
		return false;
	}
	/* The driver owns the fd of an import that succeeds, so it gets its own. */
	int fd = fd_dup(dmabuf_fd);
	if (fd < 0) {
		snprintf(reason, WIRE_MAX_REASON, "no file descriptor is left");
		return false;
	}
	const VkImportMemoryFdInfoKHR import = {
		.sType = VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR,
		.handleType = EXTERNAL_DMA_BUF,
		.fd = fd,
	};
	uint32_t type = device_find_memory(device, needs->bits & properties.memoryTypeBits, 0, 0);
	bool ok = external_allocate(device, needs, type, &import, memory, reason);
	if (*memory == VK_NULL_HANDLE)
		fd_close(&fd);
	return ok;
}

static bool external_export_memory(const struct device *device, struct external_needs *needs,
	VkDeviceMemory *memory, int *fd, char *reason)
{
	const VkExportMemoryAllocateInfo export = {
		.sType = VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO,
		.handleTypes = EXTERNAL_DMA_BUF,
	};
	/* The core reads targets back through the fd, which memory that only the GPU reaches may
	 * not allow. */
	uint32_t type =
		device_find_memory(device, needs->bits, 0, VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT);
	if (!external_allocate(device, needs, type, &export, memory, reason))
		return false;
	const VkMemoryGetFdInfoKHR get = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_GET_FD_INFO_KHR,
		.memory = *memory,
		.handleType = EXTERNAL_DMA_BUF,
	};
	VkResult result = device->get_memory_fd(device->handle, &get, fd);
	if (result == VK_SUCCESS)
		return true;
	*fd = -1;
	return external_fail(reason, "the memory cannot be exported", result);
}

static bool external_host_memory(const struct device *device, struct external_needs *needs,
	void *pointer, size_t size, VkDeviceMemory *memory, char *reason)
{
	const VkImportMemoryHostPointerInfoEXT import = {
		.sType = VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT,
		.handleType = EXTERNAL_HOST,
		.pHostPointer = pointer,
	};
	VkMemoryHostPointerPropertiesEXT properties = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_HOST_POINTER_PROPERTIES_EXT};
	VkResult result = device->get_host_pointer_properties(
		device->handle, EXTERNAL_HOST, pointer, &properties);
	if (result != VK_SUCCESS)
		return external_fail(reason, "the mapping is not importable", result);
	/* VUID-VkMemoryAllocateInfo-allocationSize-01745; the mapping covers whole pages. */
	VkDeviceSize alignment = device->host_alignment;
	VkDeviceSize rounded = (size + alignment - 1) / alignment * alignment;
	if ((uintptr_t)pointer % alignment || alignment > 4096 || rounded < needs->size) {
		snprintf(reason, WIRE_MAX_REASON,
			"the mapping does not suit the driver's alignment");
		return false;
	}
	needs->size = rounded;
	/* VUID-VkMemoryAllocateInfo-pNext-02806: host memory is never dedicated. */
	needs->dedicated = false;
	uint32_t type = device_find_memory(device, needs->bits & properties.memoryTypeBits, 0, 0);
	return external_allocate(device, needs, type, &import, memory, reason);
}

static bool external_check(const struct device *device, const struct format_query *query,
	int32_t width, int32_t height, bool *dedicated, char *reason)
{
	if (format_is_supported(device, query, (uint32_t)width, (uint32_t)height, dedicated))
		return true;
	char name[5];
	format_name(query->fourcc, name);
	snprintf(reason, WIRE_MAX_REASON,
		"the driver does not %s %s as %s (modifier 0x%" PRIx64 ")",
		query->usage & VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT ? "draw into" : "sample from",
		name, query->handle == EXTERNAL_HOST ? "host memory" : "dma-buf", query->modifier);
	return false;
}

/* Without explicit modifiers the driver chooses where the rows lie; it must be where they do. */
static bool external_check_layout(const struct device *device, const struct image *image,
	const struct dmabuf *dmabuf, char *reason)
{
	VkSubresourceLayout layout = image_get_layout(device, image, false);
	if (layout.rowPitch == dmabuf->planes[0].stride && layout.offset == 0 &&
		dmabuf->planes[0].offset == 0)
		return true;
	snprintf(reason, WIRE_MAX_REASON,
		"the driver wants %" PRIu64 " bytes a row and offset 0, not %u and %u",
		(uint64_t)layout.rowPitch, dmabuf->planes[0].stride, dmabuf->planes[0].offset);
	return false;
}

/* Planes in one image must be one file here: none of our formats has more memory than that. */
static bool external_check_planes(
	const struct device *device, const struct dmabuf *dmabuf, char *reason)
{
	uint32_t planes = format_count_planes(device, dmabuf->format, dmabuf->modifier);
	if (planes != (uint32_t)dmabuf->n_planes) {
		snprintf(reason, WIRE_MAX_REASON,
			"modifier 0x%" PRIx64 " has %u planes here, the dma-buf %d",
			dmabuf->modifier, planes, dmabuf->n_planes);
		return false;
	}
	return true;
}

static bool external_create_view(const struct device *device, struct image *image, uint32_t fourcc,
	VkImageUsageFlags usage, char *reason)
{
	return image_create_view(
		device, image, usage & VK_IMAGE_USAGE_SAMPLED_BIT ? fourcc : 0, reason);
}

bool external_import_image(const struct device *device, struct image *image,
	const struct dmabuf *dmabuf, VkImageUsageFlags usage, char *reason)
{
	struct format_query query = {
		.fourcc = dmabuf->format,
		.modifier = dmabuf->modifier == DRM_FORMAT_MOD_INVALID ? DRM_FORMAT_MOD_LINEAR
								       : dmabuf->modifier,
		.usage = usage,
		.handle = EXTERNAL_DMA_BUF,
		.features = VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT,
		.tiling = format_external_tiling(device),
	};
	struct dmabuf known = *dmabuf;
	known.modifier = query.modifier;
	bool dedicated = false;
	*image = (struct image){0};
	if (!device->has_dma_buf) {
		snprintf(reason, WIRE_MAX_REASON, "the driver knows no dma-bufs");
		return false;
	}
	if (!external_check_planes(device, &known, reason) ||
		!external_check(device, &query, dmabuf->width, dmabuf->height, &dedicated, reason))
		return false;
	VkSubresourceLayout planes[DMABUF_MAX_PLANES] = {0};
	for (int i = 0; i < dmabuf->n_planes; i++) {
		planes[i].offset = dmabuf->planes[i].offset;
		planes[i].rowPitch = dmabuf->planes[i].stride;
	}
	const VkImageDrmFormatModifierExplicitCreateInfoEXT explicit = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_EXPLICIT_CREATE_INFO_EXT,
		.drmFormatModifier = query.modifier,
		.drmFormatModifierPlaneCount = (uint32_t)dmabuf->n_planes,
		.pPlaneLayouts = planes,
	};
	const struct image_info info = {
		.fourcc = dmabuf->format,
		.width = dmabuf->width,
		.height = dmabuf->height,
		.usage = usage,
		.tiling = query.tiling,
		.handle = EXTERNAL_DMA_BUF,
		.next = device->has_modifiers ? &explicit : NULL,
	};
	if (!image_create(device, image, &info, reason) ||
		(!device->has_modifiers && !external_check_layout(device, image, dmabuf, reason)))
		return false;
	struct external_needs needs = external_image_needs(device, image);
	needs.dedicated |= dedicated;
	image->is_shared = true;
	return external_import_memory(
		       device, &needs, dmabuf->planes[0].fd, &image->memory, reason) &&
	       external_create_view(device, image, dmabuf->format, usage, reason);
}

bool external_export_image(const struct device *device, struct image *image, struct dmabuf *dmabuf,
	VkImageUsageFlags usage, char *reason)
{
	const uint64_t linear = DRM_FORMAT_MOD_LINEAR;
	const struct format_query query = {
		.fourcc = dmabuf->format,
		.modifier = linear,
		.usage = usage,
		.handle = EXTERNAL_DMA_BUF,
		.features = VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT,
		.tiling = format_external_tiling(device),
	};
	const VkImageDrmFormatModifierListCreateInfoEXT list = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_LIST_CREATE_INFO_EXT,
		.drmFormatModifierCount = 1,
		.pDrmFormatModifiers = &linear,
	};
	const struct image_info info = {
		.fourcc = dmabuf->format,
		.width = dmabuf->width,
		.height = dmabuf->height,
		.usage = usage,
		.tiling = query.tiling,
		.handle = EXTERNAL_DMA_BUF,
		.next = device->has_modifiers ? &list : NULL,
	};
	bool dedicated = false;
	*image = (struct image){0};
	if (!external_check(device, &query, dmabuf->width, dmabuf->height, &dedicated, reason) ||
		!image_create(device, image, &info, reason))
		return false;
	VkSubresourceLayout layout = image_get_layout(device, image, device->has_modifiers);
	if (layout.offset != 0) {
		snprintf(
			reason, WIRE_MAX_REASON, "the driver wants an offset before the first row");
		return false;
	}
	struct external_needs needs = external_image_needs(device, image);
	needs.dedicated |= dedicated;
	image->is_shared = true;
	dmabuf->modifier = linear;
	dmabuf->n_planes = 1;
	dmabuf->planes[0].stride = (uint32_t)layout.rowPitch;
	return external_export_memory(
		       device, &needs, &image->memory, &dmabuf->planes[0].fd, reason) &&
	       external_create_view(device, image, dmabuf->format, usage, reason);
}

bool external_host_image(const struct device *device, struct image *image,
	const struct dmabuf *layout, void *pointer, size_t size, VkImageUsageFlags usage,
	char *reason)
{
	const struct format_query query = {
		.fourcc = layout->format,
		.modifier = DRM_FORMAT_MOD_LINEAR,
		.usage = usage,
		.handle = EXTERNAL_HOST,
		.features = VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT,
		.tiling = VK_IMAGE_TILING_LINEAR,
	};
	const struct image_info info = {
		.fourcc = layout->format,
		.width = layout->width,
		.height = layout->height,
		.usage = usage,
		.tiling = query.tiling,
		.handle = EXTERNAL_HOST,
	};
	*image = (struct image){0};
	if (!external_check(device, &query, layout->width, layout->height, NULL, reason) ||
		!image_create(device, image, &info, reason) ||
		!external_check_layout(device, image, layout, reason))
		return false;
	struct external_needs needs = external_image_needs(device, image);
	return external_host_memory(device, &needs, pointer, size, &image->memory, reason) &&
	       external_create_view(device, image, layout->format, usage, reason);
}

static bool external_create_buffer(const struct device *device, struct image_buffer *buffer,
	VkDeviceSize size, VkExternalMemoryHandleTypeFlagBits handle,
	VkExternalMemoryFeatureFlags features, bool *dedicated, char *reason)
{
	*buffer = (struct image_buffer){.size = size};
	const VkPhysicalDeviceExternalBufferInfo query = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_BUFFER_INFO,
		.usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT,
		.handleType = handle,
	};
	VkExternalBufferProperties properties = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_BUFFER_PROPERTIES};
	vkGetPhysicalDeviceExternalBufferProperties(device->physical, &query, &properties);
	VkExternalMemoryFeatureFlags there =
		properties.externalMemoryProperties.externalMemoryFeatures;
	if ((there & features) != features) {
		snprintf(reason, WIRE_MAX_REASON, "the driver does not copy into such memory");
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
		.size = size,
		.usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT,
		.sharingMode = VK_SHARING_MODE_EXCLUSIVE,
	};
	VkResult result = vkCreateBuffer(device->handle, &info, NULL, &buffer->handle);
	if (result == VK_SUCCESS)
		return true;
	buffer->handle = VK_NULL_HANDLE;
	return external_fail(reason, "no buffer", result);
}

bool external_import_buffer(const struct device *device, struct image_buffer *buffer,
	const struct dmabuf *dmabuf, char *reason)
{
	bool dedicated;
	if (!external_create_buffer(device, buffer, dmabuf_linear_size(dmabuf), EXTERNAL_DMA_BUF,
		    VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT, &dedicated, reason))
		return false;
	struct external_needs needs = external_buffer_needs(device, buffer);
	needs.dedicated |= dedicated;
	buffer->is_shared = true;
	return external_import_memory(
		device, &needs, dmabuf->planes[0].fd, &buffer->memory, reason);
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
	if (!external_create_buffer(device, buffer, dmabuf_linear_size(dmabuf), EXTERNAL_DMA_BUF,
		    VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT, &dedicated, reason))
		return false;
	struct external_needs needs = external_buffer_needs(device, buffer);
	needs.dedicated |= dedicated;
	buffer->is_shared = true;
	return external_export_memory(
		device, &needs, &buffer->memory, &dmabuf->planes[0].fd, reason);
}

bool external_host_buffer(const struct device *device, struct image_buffer *buffer, void *pointer,
	size_t size, char *reason)
{
	bool dedicated;
	if (!external_create_buffer(device, buffer, size, EXTERNAL_HOST,
		    VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT, &dedicated, reason))
		return false;
	struct external_needs needs = external_buffer_needs(device, buffer);
	return external_host_memory(device, &needs, pointer, size, &buffer->memory, reason);
}
