// SPDX-License-Identifier: MIT
/* Shadow images: drawn in every way, handed over in every way, counted, and only where they are
 * needed. */
#include "tests/host/counted.h"
#include "tests/host/scene.h"

#include <stdlib.h>
#include <string.h>

#define SHADOW_DRAWN (VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT)
#define SHADOW_BYTES (SCENE_WIDTH * SCENE_HEIGHT * 4)

static void shadow_every_way(void **state)
{
	struct harness h;
	unsigned n = 0;

	harness_open(&h);
	for (size_t i = 0; i < scene_n_formats; i++) {
		struct scene scene = {0};

		if (!scene_can_draw(&h, scene_formats[i].format))
			continue;
		scene_open(&scene, &h, &scene_formats[i], SHADOW_DRAWN);
		for (unsigned way = 0; way < 2 * SCENE_N_WAYS; way++) {
			bool second = way >= SCENE_N_WAYS;

			harness_begin(&h);
			scene_draw(&scene, h.commands, way % SCENE_N_WAYS, way);
			scene_release(&scene, h.commands, second);
			harness_finish(&h);
			scene_pixels_expect(&scene, way);
		}
		scene_close(&scene, (unsigned)i);
		n++;
	}
	assert_true(n > 0);
	harness_close(&h);
}

/** What the CPU has written is what the GPU sees. */
static void shadow_and_back(void **state)
{
	struct harness h;

	harness_open(&h);
	for (size_t i = 0; i < scene_n_formats; i++) {
		struct scene scene = {0};

		if (!scene_can_draw(&h, scene_formats[i].format))
			continue;
		scene_open(&scene, &h, &scene_formats[i], SHADOW_DRAWN);
		for (unsigned seed = 0; seed < 4; seed++) {
			scene_pixels_write(&scene, seed);
			scene_pixels_expect_acquired(&scene, seed, seed % 2);
			harness_begin(&h);
			scene_release(&scene, h.commands, seed % 2);
			harness_finish(&h);
			scene_pixels_expect(&scene, seed);
		}
		scene_close(&scene, 0);
	}
	harness_close(&h);
}

/** Ownership that is taken or given without the contents moves no pixels. */
static void shadow_discarded(void **state)
{
	struct counted counted;
	struct scene scene = {0};
	struct harness h;

	counted_begin(&counted);
	harness_open(&h);
	scene_open(&scene, &h, &scene_formats[0], SHADOW_DRAWN);
	for (int second = 0; second < 2; second++) {
		harness_begin(&h);
		scene_barrier(&scene, h.commands,
			(struct scene_barrier){
				.second = second,
				.to = VK_IMAGE_LAYOUT_GENERAL,
				.source = VK_QUEUE_FAMILY_FOREIGN_EXT,
				.before = VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT,
				.after = VK_PIPELINE_STAGE_TRANSFER_BIT,
				.read = VK_ACCESS_TRANSFER_WRITE_BIT,
			});
		scene_barrier(&scene, h.commands,
			(struct scene_barrier){
				.second = second,
				.to = VK_IMAGE_LAYOUT_GENERAL,
				.destination = VK_QUEUE_FAMILY_EXTERNAL,
				.before = VK_PIPELINE_STAGE_TRANSFER_BIT,
				.after = VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT,
				.written = VK_ACCESS_TRANSFER_WRITE_BIT,
			});
		harness_finish(&h);
	}
	scene_close(&scene, 0);
	harness_close(&h);
	counted_end(&counted);
	if (counted_is_here())
		assert_int_equal(counted.bytes, 0);
}

static void shadow_submit(struct harness *h, bool second)
{
	VkCommandBufferSubmitInfo commands = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_SUBMIT_INFO,
		.commandBuffer = h->commands,
	};
	VkSubmitInfo2 submit2 = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO_2,
		.commandBufferInfoCount = 1,
		.pCommandBufferInfos = &commands,
	};
	VkSubmitInfo submit = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
		.commandBufferCount = 1,
		.pCommandBuffers = &h->commands,
	};

	if (second)
		HARNESS_CHECK(vkQueueSubmit2(h->queue, 1, &submit2, VK_NULL_HANDLE));
	else
		HARNESS_CHECK(vkQueueSubmit(h->queue, 1, &submit, VK_NULL_HANDLE));
	HARNESS_CHECK(vkQueueWaitIdle(h->queue));
}

/** An application that knows of no ownership: each submission that draws shows its picture. */
static void shadow_without_release(void **state)
{
	struct harness h;

	harness_open(&h);
	for (unsigned way = 0; way < 2 * SCENE_N_WAYS; way++) {
		struct scene scene = {0};

		scene_open(&scene, &h, &scene_formats[0], SHADOW_DRAWN);
		for (unsigned frame = 0; frame < 3; frame++) {
			harness_begin(&h);
			scene_draw(&scene, h.commands, way % SCENE_N_WAYS, frame);
			HARNESS_CHECK(vkEndCommandBuffer(h.commands));
			shadow_submit(&h, way >= SCENE_N_WAYS);
			scene_pixels_expect(&scene, frame);
		}
		scene_close(&scene, way);
	}
	harness_close(&h);
}

/** A copy belongs to the recorded commands: it is made each time that they run. */
static void shadow_submitted_again(void **state)
{
	struct counted counted;
	struct scene scene = {0};
	struct harness h;
	bool needed;

	counted_begin(&counted);
	harness_open(&h);
	needed = scene_has_shadow(&h, SHADOW_DRAWN);
	scene_open(&scene, &h, &scene_formats[0], SHADOW_DRAWN);
	harness_begin(&h);
	scene_draw(&scene, h.commands, SCENE_PASS, 5);
	scene_release(&scene, h.commands, false);
	HARNESS_CHECK(vkEndCommandBuffer(h.commands));
	for (int i = 0; i < 4; i++) {
		memset(scene.bytes, 0, scene.size);
		shadow_submit(&h, i % 2);
		scene_pixels_expect(&scene, 5);
	}
	scene_close(&scene, 1);
	harness_close(&h);
	counted_end(&counted);
	if (counted_is_here()) {
		assert_int_equal(counted.frames, needed ? 4 : 0);
		assert_int_equal(counted.bytes, needed ? 4 * SHADOW_BYTES : 0);
	}
}

static void shadow_in_secondary(void **state)
{
	VkCommandBufferAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
		.level = VK_COMMAND_BUFFER_LEVEL_SECONDARY,
		.commandBufferCount = 1,
	};
	VkCommandBufferInheritanceInfo inheritance = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_INHERITANCE_INFO};
	VkCommandBufferBeginInfo begin = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
		.pInheritanceInfo = &inheritance,
	};
	struct scene scene = {0};
	VkCommandBuffer secondary;
	struct harness h;

	harness_open(&h);
	scene_open(&scene, &h, &scene_formats[0], SHADOW_DRAWN);
	info.commandPool = h.pool;
	HARNESS_CHECK(vkAllocateCommandBuffers(h.device, &info, &secondary));
	/* First without a release, which the primary's submission then stands for. */
	for (unsigned seed = 0; seed < 2; seed++) {
		HARNESS_CHECK(vkBeginCommandBuffer(secondary, &begin));
		scene_draw(&scene, secondary, SCENE_RENDERING, seed);
		if (seed)
			scene_release(&scene, secondary, true);
		HARNESS_CHECK(vkEndCommandBuffer(secondary));
		harness_begin(&h);
		vkCmdExecuteCommands(h.commands, 1, &secondary);
		harness_finish(&h);
		scene_pixels_expect(&scene, seed);
	}
	vkFreeCommandBuffers(h.device, h.pool, 1, &secondary);
	scene_close(&scene, 0);
	harness_close(&h);
}

/** The release is waited for by an event, in both versions. */
static void shadow_by_event(void **state)
{
	VkEventCreateInfo event_info = {.sType = VK_STRUCTURE_TYPE_EVENT_CREATE_INFO};
	VkImageMemoryBarrier first = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
		.srcAccessMask = VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT,
		.oldLayout = VK_IMAGE_LAYOUT_GENERAL,
		.newLayout = VK_IMAGE_LAYOUT_GENERAL,
		.dstQueueFamilyIndex = VK_QUEUE_FAMILY_FOREIGN_EXT,
		.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1},
	};
	VkImageMemoryBarrier2 second = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER_2,
		.srcStageMask = VK_PIPELINE_STAGE_2_COLOR_ATTACHMENT_OUTPUT_BIT,
		.srcAccessMask = VK_ACCESS_2_COLOR_ATTACHMENT_WRITE_BIT,
		.oldLayout = VK_IMAGE_LAYOUT_GENERAL,
		.newLayout = VK_IMAGE_LAYOUT_GENERAL,
		.dstQueueFamilyIndex = VK_QUEUE_FAMILY_FOREIGN_EXT,
		.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1},
	};
	VkDependencyInfo info = {
		.sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO,
		.imageMemoryBarrierCount = 1,
		.pImageMemoryBarriers = &second,
	};
	struct scene scene = {0};
	struct harness h;
	VkEvent event;

	harness_open(&h);
	scene_open(&scene, &h, &scene_formats[0], SHADOW_DRAWN);
	HARNESS_CHECK(vkCreateEvent(h.device, &event_info, NULL, &event));
	first.image = second.image = scene.image;
	/* The first version allows no ownership transfers there (VUID-vkCmdWaitEvents-02803). */
	for (unsigned version = harness_validates() ? 1 : 0; version < 2; version++) {
		harness_begin(&h);
		HARNESS_CHECK(vkResetEvent(h.device, event));
		scene_draw(&scene, h.commands, SCENE_PASS, version);
		if (version) {
			vkCmdSetEvent2(h.commands, event, &info);
			vkCmdWaitEvents2(h.commands, 1, &event, &info);
		} else {
			vkCmdSetEvent(
				h.commands, event, VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT);
			vkCmdWaitEvents(h.commands, 1, &event,
				VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT,
				VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, 0, NULL, 0, NULL, 1, &first);
		}
		harness_finish(&h);
		scene_pixels_expect(&scene, version);
	}
	vkDestroyEvent(h.device, event, NULL);
	scene_close(&scene, 0);
	harness_close(&h);
}

/** Nothing is copied for an image that the driver makes as LINEAR. */
static void shadow_only_where_needed(void **state)
{
	static const VkImageUsageFlags usages[] = {SHADOW_DRAWN,
		VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT, SHADOW_DRAWN};
	static const VkFormat formats[] = {VK_FORMAT_B8G8R8A8_UNORM, VK_FORMAT_B8G8R8A8_SRGB};
	static const VkImageFormatListCreateInfo views = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_LIST_CREATE_INFO,
		.viewFormatCount = 2,
		.pViewFormats = formats,
	};

	if (!counted_is_here())
		skip(); /* the layer's log is in the render server */
	for (int i = 0; i < 3; i++) {
		struct counted counted;
		struct scene scene = {.views = i == 2 ? &views : NULL};
		struct harness h;
		bool needed;

		counted_begin(&counted);
		harness_open(&h);
		needed = scene_has_shadow(&h, usages[i]);
		scene_open(&scene, &h, &scene_formats[0], usages[i]);
		harness_begin(&h);
		if (usages[i] == SHADOW_DRAWN)
			scene_draw(&scene, h.commands, SCENE_PASS, 1);
		else
			scene_barrier(&scene, h.commands,
				(struct scene_barrier){
					.to = VK_IMAGE_LAYOUT_GENERAL,
					.source = VK_QUEUE_FAMILY_IGNORED,
					.destination = VK_QUEUE_FAMILY_IGNORED,
					.before = VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT,
					.after = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
				});
		scene_release(&scene, h.commands, false);
		harness_finish(&h);
		scene_close(&scene, 0);
		harness_close(&h);
		counted_end(&counted);
		assert_int_equal(counted.frames, needed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shadow_every_way),
		cmocka_unit_test(shadow_and_back),
		cmocka_unit_test(shadow_discarded),
		cmocka_unit_test(shadow_without_release),
		cmocka_unit_test(shadow_submitted_again),
		cmocka_unit_test(shadow_in_secondary),
		cmocka_unit_test(shadow_by_event),
		cmocka_unit_test(shadow_only_where_needed),
	};

	setenv("VITRINE_HOST_LOG", "1", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
