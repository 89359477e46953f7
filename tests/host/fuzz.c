// SPDX-License-Identifier: MIT
/*
 * Random calls with random chains and sizes, for HOST_FUZZ_SECONDS (5 if unset), with
 * HOST_FUZZ_SEED (the time if unset). Nothing may crash, nothing may be left behind, and nothing of
 * a caller's input may change.
 */
#include "tests/host/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define FUZZ_MAX_NODES 6

static unsigned fuzz_seed;

static unsigned fuzz_below(unsigned n)
{
	return (unsigned)rand_r(&fuzz_seed) % n;
}

static VkDeviceSize fuzz_size(void)
{
	static const VkDeviceSize edges[] = {1, 4095, 4096, 4097, 65536, 1 << 20, UINT64_C(1) << 33,
		UINT64_C(1) << 62, UINT64_MAX - 4095, UINT64_MAX};

	return fuzz_below(3) ? 1 + fuzz_below(200000)
			     : edges[fuzz_below(sizeof(edges) / sizeof(edges[0]))];
}

/**
 * Any node that may stand in a chain of VkMemoryAllocateInfo or VkImageCreateInfo, and some that
 * may not.
 */
union fuzz_node {
	VkBaseOutStructure base;
	VkExportMemoryAllocateInfo export;
	VkMemoryDedicatedAllocateInfo dedicated;
	VkMemoryAllocateFlagsInfo flags;
	VkMemoryPriorityAllocateInfoEXT priority;
	VkExternalMemoryImageCreateInfo external;
	VkImageDrmFormatModifierListCreateInfoEXT list;
	VkImageDrmFormatModifierExplicitCreateInfoEXT layout;
	VkImageFormatListCreateInfo formats;
	VkImportMemoryFdInfoKHR import;
};

static const uint64_t fuzz_modifiers[] = {0, 1, UINT64_MAX, 0};
static const VkFormat fuzz_formats[] = {VK_FORMAT_B8G8R8A8_UNORM, VK_FORMAT_R8G8B8A8_UNORM,
	VK_FORMAT_R5G6B5_UNORM_PACK16, VK_FORMAT_R8_UNORM};

static void fuzz_fill_memory(union fuzz_node *node)
{
	switch (fuzz_below(3)) {
	case 0:
		node->export =
			(VkExportMemoryAllocateInfo){VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO,
				NULL, VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT};
		break;
	case 1:
		node->flags =
			(VkMemoryAllocateFlagsInfo){VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO};
		break;
	default:
		node->priority = (VkMemoryPriorityAllocateInfoEXT){
			VK_STRUCTURE_TYPE_MEMORY_PRIORITY_ALLOCATE_INFO_EXT, NULL, 0.5f};
	}
}

static void fuzz_fill_image(union fuzz_node *node, VkSubresourceLayout *plane)
{
	switch (fuzz_below(4)) {
	case 0:
		node->external = (VkExternalMemoryImageCreateInfo){
			VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO, NULL,
			fuzz_below(4) ? VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT : 0};
		break;
	case 1:
		node->list = (VkImageDrmFormatModifierListCreateInfoEXT){
			VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_LIST_CREATE_INFO_EXT, NULL,
			fuzz_below(4), fuzz_modifiers + fuzz_below(2)};
		break;
	case 2:
		*plane = (VkSubresourceLayout){
			.offset = fuzz_below(4) * 64, .rowPitch = fuzz_below(64) * 64};
		node->layout = (VkImageDrmFormatModifierExplicitCreateInfoEXT){
			VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_EXPLICIT_CREATE_INFO_EXT, NULL,
			fuzz_modifiers[fuzz_below(4)], fuzz_below(4) ? 1 : fuzz_below(5), plane};
		break;
	default:
		node->formats = (VkImageFormatListCreateInfo){
			VK_STRUCTURE_TYPE_IMAGE_FORMAT_LIST_CREATE_INFO, NULL, 2, fuzz_formats};
	}
}

static bool fuzz_has(const VkBaseInStructure *chain, VkStructureType type)
{
	for (; chain; chain = chain->pNext) {
		if (chain->sType == type)
			return true;
	}
	return false;
}

/** A chain of nodes, each type once, in any order; planes are the layouts' own. */
static const void *fuzz_chain(union fuzz_node *nodes, VkSubresourceLayout *planes, bool image)
{
	void *chain = NULL;

	for (unsigned n = fuzz_below(FUZZ_MAX_NODES), i = 0; i < n; i++) {
		if (image)
			fuzz_fill_image(&nodes[i], &planes[i]);
		else
			fuzz_fill_memory(&nodes[i]);
		if (fuzz_has(chain, nodes[i].base.sType))
			continue;
		nodes[i].base.pNext = chain;
		chain = &nodes[i];
	}
	return chain;
}

static int fuzz_fd(struct harness *h)
{
	VkDeviceMemory memory;
	int fd;

	switch (fuzz_below(4)) {
	case 0:
		fd = memfd_create("fuzz", MFD_CLOEXEC | (fuzz_below(4) ? MFD_ALLOW_SEALING : 0));
		assert_int_equal(ftruncate(fd, fuzz_below(200000)), 0);
		return fd;
	case 1:
		return dup((int)fuzz_below(4));
	default:
		HARNESS_CHECK(harness_allocate(
			h, 1 + fuzz_below(100000), harness_shared_type(h), &memory));
		fd = harness_export(h, memory);
		vkFreeMemory(h->device, memory, NULL);
		return fd;
	}
}

static void fuzz_memory(struct harness *h)
{
	union fuzz_node nodes[FUZZ_MAX_NODES + 1] = {0}, before[FUZZ_MAX_NODES + 1];
	bool imports = fuzz_below(2);
	VkMemoryAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
		.pNext = fuzz_chain(nodes, NULL, false),
		.allocationSize = fuzz_size(),
		.memoryTypeIndex = fuzz_below(h->memory.memoryTypeCount),
	};
	VkDeviceMemory memory;
	VkResult result;
	int fd = -1;

	if (imports) {
		fd = fuzz_fd(h);
		nodes[FUZZ_MAX_NODES].import =
			(VkImportMemoryFdInfoKHR){VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR,
				info.pNext, VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT, fd};
		info.pNext = &nodes[FUZZ_MAX_NODES];
	} else if (!fuzz_has(info.pNext, VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO)) {
		return; /* the driver's own business, which need not like such sizes */
	}
	memcpy(before, nodes, sizeof(nodes));
	result = vkAllocateMemory(h->device, &info, NULL, &memory);
	assert_memory_equal(before, nodes, sizeof(nodes));
	if (result == VK_SUCCESS)
		vkFreeMemory(h->device, memory, NULL);
	else if (fd >= 0)
		close(fd);
}

static void fuzz_image(struct harness *h)
{
	union fuzz_node nodes[FUZZ_MAX_NODES] = {0}, before[FUZZ_MAX_NODES];
	VkSubresourceLayout planes[FUZZ_MAX_NODES] = {0};
	VkImageCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
		.pNext = fuzz_chain(nodes, planes, true),
		.flags = fuzz_below(4) ? 0 : VK_IMAGE_CREATE_MUTABLE_FORMAT_BIT,
		.imageType = VK_IMAGE_TYPE_2D,
		.format = fuzz_formats[fuzz_below(4)],
		.extent = {1 + fuzz_below(500), 1 + fuzz_below(500), 1},
		.mipLevels = 1,
		.arrayLayers = 1,
		.samples = VK_SAMPLE_COUNT_1_BIT,
		.tiling = VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT,
		.usage = VK_IMAGE_USAGE_TRANSFER_DST_BIT,
	};
	VkMemoryRequirements requirements;
	VkResult result;
	VkImage image;

	memcpy(before, nodes, sizeof(nodes));
	result = vkCreateImage(h->device, &info, NULL, &image);
	assert_memory_equal(before, nodes, sizeof(nodes));
	if (result != VK_SUCCESS)
		return;
	vkGetImageMemoryRequirements(h->device, image, &requirements);
	assert_true(requirements.memoryTypeBits);
	assert_true(requirements.size >= info.extent.height);
	vkDestroyImage(h->device, image, NULL);
}

static void fuzz_run(void **state)
{
	const char *seconds = getenv("HOST_FUZZ_SECONDS"), *seed = getenv("HOST_FUZZ_SEED");
	time_t end = time(NULL) + (seconds ? atoi(seconds) : 5);
	unsigned fds, n = 0;
	struct harness h;

	fuzz_seed = seed ? (unsigned)strtoul(seed, NULL, 10) : (unsigned)time(NULL);
	print_message("HOST_FUZZ_SEED=%u\n", fuzz_seed);
	harness_open(&h);
	fds = harness_count_fds();
	for (; time(NULL) < end; n++) {
		if (fuzz_below(2))
			fuzz_memory(&h);
		else
			fuzz_image(&h);
	}
	print_message("%u calls\n", n);
	assert_int_equal(harness_count_fds(), fds);
	harness_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(fuzz_run)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
