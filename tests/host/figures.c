// SPDX-License-Identifier: MIT
/* Prints what a driver offers through the layer: memory types, LINEAR, and how fast the GPU fills
 * shared memory. */
#include "tests/host/harness.h"

#include <stdio.h>
#include <time.h>

#define FIGURES_SIZE (32 * 1024 * 1024) /* bytes: about a frame of 3840x2160 */
#define FIGURES_FILLS 50

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

static void figures(void **state)
{
	struct harness h;

	harness_open(&h);
	figures_memory(&h);
	figures_linear(&h);
	figures_bandwidth(&h);
	harness_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(figures)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
