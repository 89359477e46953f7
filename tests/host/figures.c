// SPDX-License-Identifier: MIT
/* Prints what a driver offers through the layer: memory types, LINEAR, how fast the GPU fills
 * shared memory, and what a frame's ways over the bus take. */
#include "tests/host/harness.h"

#include <stdio.h>
#include <time.h>

#define FIGURES_SIZE (32 * 1024 * 1024) /* bytes: about a frame of 3840x2160 */
#define FIGURES_FILLS 50
#define FIGURES_WIDTH 1920
#define FIGURES_HEIGHT 1080
#define FIGURES_FRAMES 100

static double figures_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void figures_memory(struct harness *h)
{
	printf("device: %s\n", h->properties.deviceName);
	for (uint32_t i = 0; i < h->memory.memoryTypeCount; i++)
		printf("memory type %u: flags 0x%x, heap of %llu MiB\n", i,
			h->memory.memoryTypes[i].propertyFlags,
			(unsigned long long)h->memory
					.memoryHeaps[h->memory.memoryTypes[i].heapIndex]
					.size >>
				20);
}

static void figures_linear(struct harness *h)
{
	VkDrmFormatModifierPropertiesEXT entries[64];
	VkDrmFormatModifierPropertiesListEXT list = {
		.sType = VK_STRUCTURE_TYPE_DRM_FORMAT_MODIFIER_PROPERTIES_LIST_EXT,
		.drmFormatModifierCount = 64,
		.pDrmFormatModifierProperties = entries,
	};
	VkFormatProperties2 properties = {
		.sType = VK_STRUCTURE_TYPE_FORMAT_PROPERTIES_2, .pNext = &list};
	struct harness_image wanted = {.width = 3840, .height = 2160};
	VkImageSubresource plane = {.aspectMask = VK_IMAGE_ASPECT_MEMORY_PLANE_0_BIT_EXT};
	VkMemoryRequirements requirements;
	VkSubresourceLayout layout;
	VkImage image;

	vkGetPhysicalDeviceFormatProperties2(h->physical, VK_FORMAT_B8G8R8A8_UNORM, &properties);
	for (uint32_t i = 0; i < list.drmFormatModifierCount; i++)
		printf("B8G8R8A8 modifier 0x%llx: features 0x%x, colour attachment: %s\n",
			(unsigned long long)entries[i].drmFormatModifier,
			entries[i].drmFormatModifierTilingFeatures,
			entries[i].drmFormatModifierTilingFeatures &
					VK_FORMAT_FEATURE_COLOR_ATTACHMENT_BIT
				? "yes"
				: "no");
	HARNESS_CHECK(harness_image(h, &wanted, &image));
	vkGetImageSubresourceLayout(h->device, image, &plane, &layout);
	vkGetImageMemoryRequirements(h->device, image, &requirements);
	printf("LINEAR 3840x2160: pitch %llu, size %llu, memory types 0x%x\n",
		(unsigned long long)layout.rowPitch, (unsigned long long)requirements.size,
		requirements.memoryTypeBits);
	vkDestroyImage(h->device, image, NULL);
}

/** GB/s of vkCmdFillBuffer into memory. */
static double figures_fill(struct harness *h, VkBuffer buffer)
{
	double best = 1e9;

	for (int i = 0; i < 3; i++) {
		double before;

		harness_begin(h);
		for (uint32_t j = 0; j < FIGURES_FILLS; j++)
			vkCmdFillBuffer(h->commands, buffer, 0, VK_WHOLE_SIZE, j);
		before = figures_now();
		harness_finish(h);
		if (figures_now() - before < best)
			best = figures_now() - before;
	}
	return (double)FIGURES_SIZE * FIGURES_FILLS / best * 1e-9;
}

static void figures_bandwidth(struct harness *h)
{
	VkBufferCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
		.size = FIGURES_SIZE,
		.usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT,
	};
	VkMemoryAllocateInfo allocate = {.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO};
	VkMemoryRequirements requirements;
	VkDeviceMemory memory;
	VkBuffer buffer = harness_buffer(h, FIGURES_SIZE);

	vkGetBufferMemoryRequirements(h->device, buffer, &requirements);
	HARNESS_CHECK(harness_allocate(h, requirements.size,
		harness_memory_type(
			h, requirements.memoryTypeBits, VK_MEMORY_PROPERTY_HOST_COHERENT_BIT),
		&memory));
	HARNESS_CHECK(vkBindBufferMemory(h->device, buffer, memory, 0));
	printf("filling shared memory: %.1f GB/s\n", figures_fill(h, buffer));
	vkDestroyBuffer(h->device, buffer, NULL);
	vkFreeMemory(h->device, memory, NULL);

	HARNESS_CHECK(vkCreateBuffer(h->device, &info, NULL, &buffer));
	vkGetBufferMemoryRequirements(h->device, buffer, &requirements);
	allocate.allocationSize = requirements.size;
	allocate.memoryTypeIndex = harness_memory_type(
		h, requirements.memoryTypeBits, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
	HARNESS_CHECK(vkAllocateMemory(h->device, &allocate, NULL, &memory));
	HARNESS_CHECK(vkBindBufferMemory(h->device, buffer, memory, 0));
	printf("filling device-local memory: %.1f GB/s\n", figures_fill(h, buffer));
	vkDestroyBuffer(h->device, buffer, NULL);
	vkFreeMemory(h->device, memory, NULL);
}

/** Milliseconds that the commands take, of which there are FIGURES_FRAMES. */
static double figures_finish(struct harness *h)
{
	double before = figures_now();

	harness_finish(h);
	return (figures_now() - before) * 1e3 / FIGURES_FRAMES;
}

static void figures_barrier(struct harness *h, VkImage image, VkImageLayout from, VkImageLayout to,
	uint32_t source, uint32_t destination)
{
	VkImageMemoryBarrier barrier = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
		.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
		.dstAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
		.oldLayout = from,
		.newLayout = to,
		.srcQueueFamilyIndex = source,
		.dstQueueFamilyIndex = destination,
		.image = image,
		.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1},
	};

	vkCmdPipelineBarrier(h->commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
		VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 0, NULL, 0, NULL, 1, &barrier);
}

static void figures_to_layout(struct harness *h, VkImage image, VkImageLayout layout)
{
	figures_barrier(h, image, VK_IMAGE_LAYOUT_UNDEFINED, layout, VK_QUEUE_FAMILY_IGNORED,
		VK_QUEUE_FAMILY_IGNORED);
}

/** A frame as a client's swapchain hands it over; a shadow image is copied each time. */
static void figures_handing_over(struct harness *h)
{
	struct harness_image wanted = {
		.width = FIGURES_WIDTH,
		.height = FIGURES_HEIGHT,
		.usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT,
	};
	VkDeviceMemory memory;
	VkImage image;

	if (harness_image(h, &wanted, &image) != VK_SUCCESS) {
		printf("handing a frame over: it cannot be drawn\n");
		return;
	}
	memory = harness_image_bind(h, image, NULL);
	harness_begin(h);
	for (int i = 0; i < FIGURES_FRAMES; i++) {
		figures_to_layout(h, image, VK_IMAGE_LAYOUT_GENERAL);
		figures_barrier(h, image, VK_IMAGE_LAYOUT_GENERAL, VK_IMAGE_LAYOUT_GENERAL, 0,
			VK_QUEUE_FAMILY_FOREIGN_EXT);
		figures_barrier(h, image, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_GENERAL,
			VK_QUEUE_FAMILY_FOREIGN_EXT, 0);
	}
	printf("handing a frame over: %.3f ms\n", figures_finish(h));
	vkDestroyImage(h->device, image, NULL);
	vkFreeMemory(h->device, memory, NULL);
}

/** An image of the device's own, OPTIMAL, to be copied into. */
static VkImage figures_own_image(struct harness *h, VkDeviceMemory *memory)
{
	VkImageCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
		.imageType = VK_IMAGE_TYPE_2D,
		.format = VK_FORMAT_B8G8R8A8_UNORM,
		.extent = {FIGURES_WIDTH, FIGURES_HEIGHT, 1},
		.mipLevels = 1,
		.arrayLayers = 1,
		.samples = VK_SAMPLE_COUNT_1_BIT,
		.usage = VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT,
	};
	VkMemoryAllocateInfo allocate = {.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO};
	VkMemoryRequirements requirements;
	VkImage image;

	HARNESS_CHECK(vkCreateImage(h->device, &info, NULL, &image));
	vkGetImageMemoryRequirements(h->device, image, &requirements);
	allocate.allocationSize = requirements.size;
	allocate.memoryTypeIndex = harness_memory_type(
		h, requirements.memoryTypeBits, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
	HARNESS_CHECK(vkAllocateMemory(h->device, &allocate, NULL, memory));
	HARNESS_CHECK(vkBindImageMemory(h->device, image, *memory, 0));
	return image;
}

static double figures_fetch_buffer(struct harness *h, VkImage to)
{
	VkDeviceSize size = (VkDeviceSize)FIGURES_WIDTH * FIGURES_HEIGHT * 4;
	VkBufferImageCopy region = {
		.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
		.imageExtent = {FIGURES_WIDTH, FIGURES_HEIGHT, 1},
	};
	VkBuffer buffer = harness_buffer(h, size);
	VkMemoryRequirements requirements;
	VkDeviceMemory memory;
	double took;

	vkGetBufferMemoryRequirements(h->device, buffer, &requirements);
	HARNESS_CHECK(harness_allocate(h, requirements.size, harness_shared_type(h), &memory));
	HARNESS_CHECK(vkBindBufferMemory(h->device, buffer, memory, 0));
	harness_begin(h);
	for (int i = 0; i < FIGURES_FRAMES; i++) {
		figures_to_layout(h, to, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
		vkCmdCopyBufferToImage(
			h->commands, buffer, to, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region);
	}
	took = figures_finish(h);
	vkDestroyBuffer(h->device, buffer, NULL);
	vkFreeMemory(h->device, memory, NULL);
	return took;
}

static double figures_fetch_image(struct harness *h, VkImage to)
{
	struct harness_image wanted = {
		.width = FIGURES_WIDTH,
		.height = FIGURES_HEIGHT,
		.usage = VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT,
	};
	VkImageCopy region = {
		.srcSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
		.dstSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
		.extent = {FIGURES_WIDTH, FIGURES_HEIGHT, 1},
	};
	VkDeviceMemory memory;
	VkImage from;
	double took;

	HARNESS_CHECK(harness_image(h, &wanted, &from));
	memory = harness_image_bind(h, from, NULL);
	harness_begin(h);
	figures_to_layout(h, from, VK_IMAGE_LAYOUT_GENERAL);
	for (int i = 0; i < FIGURES_FRAMES; i++) {
		figures_to_layout(h, to, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
		vkCmdCopyImage(h->commands, from, VK_IMAGE_LAYOUT_GENERAL, to,
			VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region);
	}
	took = figures_finish(h);
	vkDestroyImage(h->device, from, NULL);
	vkFreeMemory(h->device, memory, NULL);
	return took;
}

/** A client's frame into memory of the device, as a compositor may. */
static void figures_fetching(struct harness *h)
{
	VkDeviceMemory memory;
	VkImage to = figures_own_image(h, &memory);

	printf("fetching a frame by its buffer: %.3f ms\n", figures_fetch_buffer(h, to));
	printf("fetching a frame by its image: %.3f ms\n", figures_fetch_image(h, to));
	vkDestroyImage(h->device, to, NULL);
	vkFreeMemory(h->device, memory, NULL);
}

static void figures(void **state)
{
	struct harness h;

	harness_open(&h);
	figures_memory(&h);
	figures_linear(&h);
	figures_bandwidth(&h);
	figures_handing_over(&h);
	figures_fetching(&h);
	harness_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(figures)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
