// SPDX-License-Identifier: MIT
/* Images for dma-bufs, by the DRM modifier LINEAR: made, bound, drawn and looked at. */
#include "tests/host/harness.h"

#include <sys/mman.h>
#include <unistd.h>

VkResult harness_image(struct harness *h, const struct harness_image *wanted, VkImage *out)
{
	static const uint64_t linear = 0;
	VkImageDrmFormatModifierListCreateInfoEXT list = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_LIST_CREATE_INFO_EXT,
		.drmFormatModifierCount = 1,
		.pDrmFormatModifiers = &linear,
	};
	VkImageFormatListCreateInfo views = {0};
	VkExternalMemoryImageCreateInfo external = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO,
		.pNext = wanted->layout ? (const void *)wanted->layout : &list,
		.handleTypes = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
	};
	VkImageCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
		.pNext = &external,
		.imageType = VK_IMAGE_TYPE_2D,
		.format = wanted->format ? wanted->format : VK_FORMAT_B8G8R8A8_UNORM,
		.extent = {(uint32_t)wanted->width, (uint32_t)wanted->height, 1},
		.mipLevels = 1,
		.arrayLayers = 1,
		.samples = VK_SAMPLE_COUNT_1_BIT,
		.tiling = VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT,
		.usage = wanted->usage
				 ? wanted->usage
				 : VK_IMAGE_USAGE_TRANSFER_DST_BIT | VK_IMAGE_USAGE_SAMPLED_BIT,
	};

	if (wanted->views) {
		views = *wanted->views;
		views.pNext = external.pNext;
		external.pNext = &views;
		info.flags =
			VK_IMAGE_CREATE_MUTABLE_FORMAT_BIT | VK_IMAGE_CREATE_EXTENDED_USAGE_BIT;
	}
	return vkCreateImage(h->device, &info, NULL, out);
}

static void harness_barrier(
	struct harness *h, VkImage image, VkImageLayout from, VkImageLayout to, uint32_t dst_family)
{
	VkImageMemoryBarrier barrier = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
		.srcAccessMask = from ? VK_ACCESS_TRANSFER_WRITE_BIT : 0,
		.dstAccessMask = from ? 0 : VK_ACCESS_TRANSFER_WRITE_BIT,
		.oldLayout = from,
		.newLayout = to,
		.srcQueueFamilyIndex =
			dst_family == VK_QUEUE_FAMILY_IGNORED ? VK_QUEUE_FAMILY_IGNORED : 0,
		.dstQueueFamilyIndex = dst_family,
		.image = image,
		.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1},
	};

	vkCmdPipelineBarrier(h->commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
		VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 0, NULL, 0, NULL, 1, &barrier);
}

void harness_clear(struct harness *h, VkImage image, float red, float green, float blue)
{
	VkClearColorValue color = {.float32 = {red, green, blue, 1}};
	VkImageSubresourceRange range = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};

	harness_begin(h);
	harness_barrier(h, image, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_GENERAL,
		VK_QUEUE_FAMILY_IGNORED);
	vkCmdClearColorImage(h->commands, image, VK_IMAGE_LAYOUT_GENERAL, &color, 1, &range);
	harness_barrier(h, image, VK_IMAGE_LAYOUT_GENERAL, VK_IMAGE_LAYOUT_GENERAL,
		VK_QUEUE_FAMILY_FOREIGN_EXT);
	harness_finish(h);
}

VkSubresourceLayout harness_image_layout(struct harness *h, VkImage image)
{
	VkImageSubresource plane = {.aspectMask = VK_IMAGE_ASPECT_MEMORY_PLANE_0_BIT_EXT};
	VkSubresourceLayout layout;

	vkGetImageSubresourceLayout(h->device, image, &plane, &layout);
	return layout;
}

VkDeviceMemory harness_image_bind(struct harness *h, VkImage image, VkDeviceSize *size)
{
	VkMemoryRequirements requirements;
	VkDeviceMemory memory;

	vkGetImageMemoryRequirements(h->device, image, &requirements);
	HARNESS_CHECK(harness_allocate(h, requirements.size,
		harness_memory_type(
			h, requirements.memoryTypeBits, VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT),
		&memory));
	HARNESS_CHECK(vkBindImageMemory(h->device, image, memory, 0));
	if (size)
		*size = requirements.size;
	return memory;
}

void harness_image_expect(
	const struct harness_image *image, int fd, VkSubresourceLayout layout, uint32_t pixel)
{
	/* All of it: virtio-gpu maps its blobs whole or not at all (virtio_gpu_vram_mmap). */
	size_t size = (size_t)lseek(fd, 0, SEEK_END);
	char *bytes = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);

	assert_ptr_not_equal(bytes, MAP_FAILED);
	assert_true(layout.offset + layout.rowPitch * (size_t)image->height <= size);
	for (size_t y = 0; y < (size_t)image->height; y++) {
		const uint32_t *row =
			(const uint32_t *)(bytes + layout.offset + y * layout.rowPitch);

		for (size_t x = 0; x < (size_t)image->width; x++) {
			if (row[x] != pixel)
				fail_msg("pixel %zu,%zu is %08x, not %08x", x, y, row[x], pixel);
		}
	}
	munmap(bytes, size);
}
