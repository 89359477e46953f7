// SPDX-License-Identifier: MIT
/* The entry points that the other tests do not pass: barriers of every kind, planes, second
 * versions, questions. */
#include "tests/host/harness.h"

#define ENTRY_FOREIGN VK_QUEUE_FAMILY_FOREIGN_EXT

static VkBufferMemoryBarrier2 entry_barrier(VkBuffer buffer, bool acquire)
{
	return (VkBufferMemoryBarrier2){
		.sType = VK_STRUCTURE_TYPE_BUFFER_MEMORY_BARRIER_2,
		.srcStageMask =
			acquire ? VK_PIPELINE_STAGE_2_NONE : VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT,
		.dstStageMask =
			acquire ? VK_PIPELINE_STAGE_2_ALL_TRANSFER_BIT : VK_PIPELINE_STAGE_2_NONE,
		.srcAccessMask = acquire ? 0 : VK_ACCESS_2_TRANSFER_WRITE_BIT,
		.dstAccessMask = acquire ? VK_ACCESS_2_TRANSFER_WRITE_BIT : 0,
		.srcQueueFamilyIndex = acquire ? ENTRY_FOREIGN : 0,
		.dstQueueFamilyIndex = acquire ? 0 : ENTRY_FOREIGN,
		.buffer = buffer,
		.size = VK_WHOLE_SIZE,
	};
}

/**
 * The quirk layer ends the process if FOREIGN gets through; on lavapipe, which has it, nothing may
 * change.
 */
static void entry_barriers(void **state)
{
	VkEventCreateInfo event_info = {
		.sType = VK_STRUCTURE_TYPE_EVENT_CREATE_INFO,
		.flags = VK_EVENT_CREATE_DEVICE_ONLY_BIT,
	};
	VkBufferMemoryBarrier2 barriers[2];
	VkDependencyInfo info = {
		.sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO,
		.bufferMemoryBarrierCount = 1,
		.pBufferMemoryBarriers = barriers,
	};
	VkBufferMemoryBarrier first = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_MEMORY_BARRIER,
		.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
		.dstQueueFamilyIndex = ENTRY_FOREIGN,
		.size = VK_WHOLE_SIZE,
	};
	VkDeviceMemory memory;
	VkBuffer buffer;
	VkEvent event;
	struct harness h;

	harness_open(&h);
	buffer = harness_buffer(&h, 4096);
	HARNESS_CHECK(harness_allocate(&h, 65536, harness_shared_type(&h), &memory));
	HARNESS_CHECK(vkBindBufferMemory(h.device, buffer, memory, 0));
	HARNESS_CHECK(vkCreateEvent(h.device, &event_info, NULL, &event));
	harness_begin(&h);
	vkCmdFillBuffer(h.commands, buffer, 0, VK_WHOLE_SIZE, 1);
	barriers[0] = entry_barrier(buffer, false);
	vkCmdPipelineBarrier2(h.commands, &info);
	assert_int_equal(barriers[0].dstQueueFamilyIndex, ENTRY_FOREIGN);
	barriers[0] = entry_barrier(buffer, true);
	vkCmdPipelineBarrier2(h.commands, &info);
	vkCmdFillBuffer(h.commands, buffer, 0, VK_WHOLE_SIZE, 2);
	barriers[0] = entry_barrier(buffer, false);
	vkCmdSetEvent2(h.commands, event, &info);
	vkCmdWaitEvents2(h.commands, 1, &event, &info);
	vkCmdResetEvent2(h.commands, event, VK_PIPELINE_STAGE_2_ALL_COMMANDS_BIT);
	first.buffer = buffer;
	vkCmdSetEvent(h.commands, event, VK_PIPELINE_STAGE_TRANSFER_BIT);
	if (!harness_validates()) /* not valid here, VUID-vkCmdWaitEvents-srcQueueFamilyIndex-02803;
				     but rewritten */
		vkCmdWaitEvents(h.commands, 1, &event, VK_PIPELINE_STAGE_TRANSFER_BIT,
			VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, 0, NULL, 1, &first, 0, NULL);
	harness_finish(&h);
	vkDestroyEvent(h.device, event, NULL);
	vkDestroyBuffer(h.device, buffer, NULL);
	vkFreeMemory(h.device, memory, NULL);
	harness_close(&h);
}

/** A two-plane image by modifier: its memory planes are the driver's planes, each where it says. */
static void entry_planes(void **state)
{
	struct harness_image wanted = {
		.width = 64,
		.height = 32,
		.format = VK_FORMAT_G8_B8R8_2PLANE_420_UNORM,
		.usage = VK_IMAGE_USAGE_TRANSFER_DST_BIT,
	};
	VkImageSubresource planes[2] = {
		{.aspectMask = VK_IMAGE_ASPECT_MEMORY_PLANE_0_BIT_EXT},
		{.aspectMask = VK_IMAGE_ASPECT_MEMORY_PLANE_1_BIT_EXT},
	};
	VkSubresourceLayout layouts[2];
	VkMemoryRequirements requirements;
	VkDrmFormatModifierPropertiesListEXT list = {
		.sType = VK_STRUCTURE_TYPE_DRM_FORMAT_MODIFIER_PROPERTIES_LIST_EXT,
	};
	VkFormatProperties2 properties = {
		.sType = VK_STRUCTURE_TYPE_FORMAT_PROPERTIES_2, .pNext = &list};
	VkDeviceMemory memory;
	VkImage image;
	struct harness h;

	harness_open(&h);
	/* lavapipe does not tell where planes are, so the layer does not offer any; over the quirk
	 * layer it does. */
	vkGetPhysicalDeviceFormatProperties2(h.physical, wanted.format, &properties);
	if (h.memory.memoryTypeCount == 1) {
		assert_int_equal(list.drmFormatModifierCount, 0);
		harness_close(&h);
		return;
	}
	assert_int_equal(list.drmFormatModifierCount, 1);
	HARNESS_CHECK(harness_image(&h, &wanted, &image));
	for (int i = 0; i < 2; i++)
		vkGetImageSubresourceLayout(h.device, image, &planes[i], &layouts[i]);
	assert_true(layouts[0].rowPitch >= 64);
	assert_true(layouts[1].offset >= layouts[0].offset + 64 * 32);
	vkGetImageMemoryRequirements(h.device, image, &requirements);
	assert_true(requirements.size >= layouts[1].offset + 64 * 16);
	HARNESS_CHECK(harness_allocate(&h, requirements.size, harness_shared_type(&h), &memory));
	HARNESS_CHECK(vkBindImageMemory(h.device, image, memory, 0));
	vkDestroyImage(h.device, image, NULL);

	/* The same as an explicit layout, moved as a whole; and planes that would lie elsewhere. */
	VkSubresourceLayout moved[2] = {
		{.offset = requirements.alignment, .rowPitch = layouts[0].rowPitch},
		{.offset = layouts[1].offset + requirements.alignment,
			.rowPitch = layouts[1].rowPitch}};
	VkImageDrmFormatModifierExplicitCreateInfoEXT layout = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_EXPLICIT_CREATE_INFO_EXT,
		.drmFormatModifierPlaneCount = 2,
		.pPlaneLayouts = moved,
	};
	wanted.layout = &layout;
	HARNESS_CHECK(harness_image(&h, &wanted, &image));
	vkGetImageSubresourceLayout(h.device, image, &planes[1], &layouts[1]);
	assert_int_equal(layouts[1].offset, moved[1].offset);
	vkDestroyImage(h.device, image, NULL);
	moved[1].offset += requirements.alignment;
	assert_int_equal(harness_image(&h, &wanted, &image),
		VK_ERROR_INVALID_DRM_FORMAT_MODIFIER_PLANE_LAYOUT_EXT);
	vkFreeMemory(h.device, memory, NULL);
	harness_close(&h);
}

static const uint64_t entry_linear = 0;
static const VkImageDrmFormatModifierListCreateInfoEXT entry_list = {
	.sType = VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_LIST_CREATE_INFO_EXT,
	.drmFormatModifierCount = 1,
	.pDrmFormatModifiers = &entry_linear,
};
static const VkExternalMemoryImageCreateInfo entry_external = {
	.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO,
	.pNext = &entry_list,
	.handleTypes = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
};
static const VkImageCreateInfo entry_image = {
	.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
	.pNext = &entry_external,
	.imageType = VK_IMAGE_TYPE_2D,
	.format = VK_FORMAT_B8G8R8A8_UNORM,
	.extent = {100, 100, 1},
	.mipLevels = 1,
	.arrayLayers = 1,
	.samples = VK_SAMPLE_COUNT_1_BIT,
	.tiling = VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT,
	.usage = VK_IMAGE_USAGE_TRANSFER_DST_BIT,
};

static void entry_expect_same(VkMemoryRequirements one, VkMemoryRequirements two)
{
	assert_int_equal(one.size, two.size);
	assert_int_equal(one.alignment, two.alignment);
	assert_int_equal(one.memoryTypeBits, two.memoryTypeBits);
}

/**
 * The second versions answer as the first ones do; nothing external needs an allocation of its
 * own.
 */
static void entry_second_versions(void **state)
{
	VkMemoryDedicatedRequirements dedicated = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_REQUIREMENTS,
		.requiresDedicatedAllocation = 7,
	};
	VkMemoryRequirements2 second = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2,
		.pNext = &dedicated,
	};
	VkImageMemoryRequirementsInfo2 image_info = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_REQUIREMENTS_INFO_2,
	};
	VkBufferMemoryRequirementsInfo2 buffer_info = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_MEMORY_REQUIREMENTS_INFO_2,
	};
	VkBindImageMemoryInfo bind = {.sType = VK_STRUCTURE_TYPE_BIND_IMAGE_MEMORY_INFO};
	VkMemoryRequirements first;
	VkDeviceMemory memory;
	struct harness h;
	VkBuffer buffer;

	harness_open(&h);
	HARNESS_CHECK(vkCreateImage(h.device, &entry_image, NULL, &bind.image));
	assert_ptr_equal(entry_image.pNext, &entry_external);
	image_info.image = bind.image;
	vkGetImageMemoryRequirements(h.device, bind.image, &first);
	vkGetImageMemoryRequirements2(h.device, &image_info, &second);
	entry_expect_same(first, second.memoryRequirements);
	assert_int_equal(dedicated.requiresDedicatedAllocation, VK_FALSE);
	HARNESS_CHECK(harness_allocate(
		&h, first.size, harness_memory_type(&h, first.memoryTypeBits, 0), &memory));
	bind.memory = memory;
	HARNESS_CHECK(vkBindImageMemory2(h.device, 1, &bind));
	buffer = harness_buffer(&h, 5000);
	buffer_info.buffer = buffer;
	vkGetBufferMemoryRequirements(h.device, buffer, &first);
	vkGetBufferMemoryRequirements2(h.device, &buffer_info, &second);
	entry_expect_same(first, second.memoryRequirements);
	assert_true(first.memoryTypeBits & 1u << harness_shared_type(&h));
	vkDestroyBuffer(h.device, buffer, NULL);
	vkDestroyImage(h.device, bind.image, NULL);
	vkFreeMemory(h.device, memory, NULL);
	harness_close(&h);
}

/** Requirements that are asked for before there is an object are those of the object. */
static void entry_questions_before_creation(void **state)
{
	VkExternalMemoryBufferCreateInfo external = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO,
		.handleTypes = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
	};
	VkBufferCreateInfo create = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
		.pNext = &external,
		.size = 5000,
		.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
	};
	VkDeviceBufferMemoryRequirements buffer_info = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_BUFFER_MEMORY_REQUIREMENTS,
		.pCreateInfo = &create,
	};
	VkDeviceImageMemoryRequirements image_info = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_IMAGE_MEMORY_REQUIREMENTS,
		.pCreateInfo = &entry_image,
	};
	VkMemoryRequirements2 answer = {.sType = VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2};
	VkMemoryRequirements made;
	uint32_t n_sparse = 9;
	struct harness h;
	VkBuffer buffer;
	VkImage image;

	harness_open(&h);
	buffer = harness_buffer(&h, 5000);
	vkGetBufferMemoryRequirements(h.device, buffer, &made);
	vkDestroyBuffer(h.device, buffer, NULL);
	vkGetDeviceBufferMemoryRequirements(h.device, &buffer_info, &answer);
	assert_int_equal(answer.memoryRequirements.size, made.size);
	assert_ptr_equal(create.pNext, &external);
	HARNESS_CHECK(vkCreateImage(h.device, &entry_image, NULL, &image));
	vkGetImageMemoryRequirements(h.device, image, &made);
	vkDestroyImage(h.device, image, NULL);
	vkGetDeviceImageMemoryRequirements(h.device, &image_info, &answer);
	assert_true(answer.memoryRequirements.size >= 100 * 100 * 4);
	vkGetDeviceImageSparseMemoryRequirements(h.device, &image_info, &n_sparse, NULL);
	assert_int_equal(n_sparse, 0);
	harness_close(&h);
}

/** The later ways to ask for a memory plane's place answer as the first one does. */
static void entry_subresource_layouts(void **state)
{
	VkImageSubresource2KHR subresource = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_SUBRESOURCE_2_KHR,
		.imageSubresource.aspectMask = VK_IMAGE_ASPECT_MEMORY_PLANE_0_BIT_EXT,
	};
	VkDeviceImageSubresourceInfoKHR info = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_IMAGE_SUBRESOURCE_INFO_KHR,
		.pCreateInfo = &entry_image,
		.pSubresource = &subresource,
	};
	VkSubresourceLayout2KHR second = {.sType = VK_STRUCTURE_TYPE_SUBRESOURCE_LAYOUT_2_KHR};
	VkSubresourceLayout2KHR before = {.sType = VK_STRUCTURE_TYPE_SUBRESOURCE_LAYOUT_2_KHR};
	PFN_vkGetImageSubresourceLayout2KHR get;
	PFN_vkGetDeviceImageSubresourceLayoutKHR get_before;
	VkSubresourceLayout first;
	struct harness h;
	VkImage image;

	harness_open(&h);
	assert_true(h.has_maintenance5);
	get = HARNESS_FUNCTION(&h, vkGetImageSubresourceLayout2KHR);
	get_before = HARNESS_FUNCTION(&h, vkGetDeviceImageSubresourceLayoutKHR);
	HARNESS_CHECK(vkCreateImage(h.device, &entry_image, NULL, &image));
	vkGetImageSubresourceLayout(h.device, image, &subresource.imageSubresource, &first);
	get(h.device, image, &subresource, &second);
	assert_int_equal(
		subresource.imageSubresource.aspectMask, VK_IMAGE_ASPECT_MEMORY_PLANE_0_BIT_EXT);
	assert_true(first.rowPitch >= 400);
	assert_int_equal(second.subresourceLayout.rowPitch, first.rowPitch);
	assert_int_equal(second.subresourceLayout.offset, first.offset);
	if (h.memory.memoryTypeCount ==
		1) { /* the quirk layer makes rows longer, and does not say so here */
		get_before(h.device, &info, &before);
		assert_int_equal(before.subresourceLayout.rowPitch, first.rowPitch);
	}
	vkDestroyImage(h.device, image, NULL);
	harness_close(&h);
}

/** Sparse images and the question of Vulkan 1.0 know no modifiers. */
static void entry_modifier_nowhere_else(void **state)
{
	VkPhysicalDeviceSparseImageFormatInfo2 info = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SPARSE_IMAGE_FORMAT_INFO_2,
		.format = VK_FORMAT_B8G8R8A8_UNORM,
		.type = VK_IMAGE_TYPE_2D,
		.samples = VK_SAMPLE_COUNT_1_BIT,
		.usage = VK_IMAGE_USAGE_SAMPLED_BIT,
		.tiling = VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT,
	};
	PFN_vkGetPhysicalDeviceSparseImageFormatProperties2KHR alias;
	VkImageFormatProperties properties;
	uint32_t count = 9;
	struct harness h;

	harness_open(&h);
	vkGetPhysicalDeviceSparseImageFormatProperties2(h.physical, &info, &count, NULL);
	assert_int_equal(count, 0);
	count = 9;
	alias = (PFN_vkGetPhysicalDeviceSparseImageFormatProperties2KHR)vkGetInstanceProcAddr(
		h.instance, "vkGetPhysicalDeviceSparseImageFormatProperties2KHR");
	alias(h.physical, &info, &count, NULL);
	assert_int_equal(count, 0);
	if (!harness_validates_above()) /* it knows that this must not be asked */
		assert_int_equal(vkGetPhysicalDeviceImageFormatProperties(h.physical, info.format,
					 info.type, info.tiling, info.usage, 0, &properties),
			VK_ERROR_FORMAT_NOT_SUPPORTED);
	harness_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entry_barriers),
		cmocka_unit_test(entry_planes),
		cmocka_unit_test(entry_second_versions),
		cmocka_unit_test(entry_questions_before_creation),
		cmocka_unit_test(entry_subresource_layouts),
		cmocka_unit_test(entry_modifier_nowhere_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
