// SPDX-License-Identifier: MIT
/* Shadow images of several devices and processes over one memory, and what is told of them. */
#include "tests/host/scene.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHADOW_DRAWN (VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT)
#define SHADOW_DMA_BUF VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT

static const char *shadow_program;

static void shadow_show(struct scene *scene, enum scene_way way, unsigned seed)
{
	harness_begin(scene->h);
	scene_draw(scene, scene->h->commands, way, seed);
	scene_release(scene, scene->h->commands, seed % 2);
	harness_finish(scene->h);
}

/** Client and compositor: the one draws and exports, the other imports and sees; then vice versa.
 */
static void shadow_in_another_device(void **state)
{
	struct harness one, two;
	struct scene drawn = {0}, seen;

	harness_skip_without_import();
	harness_open(&one);
	harness_open(&two);
	scene_open(&drawn, &one, &scene_formats[0], SHADOW_DRAWN);
	scene_import(&seen, &two, &drawn, harness_export(&one, drawn.memory));
	for (unsigned seed = 0; seed < 6; seed += 2) {
		shadow_show(&drawn, SCENE_PASS, seed);
		scene_pixels_expect_acquired(&seen, seed, seed % 4);
		shadow_show(&seen, SCENE_RENDERING, seed + 1);
		scene_pixels_expect_acquired(&drawn, seed + 1, seed % 4);
	}
	/* The exporter's end is not the importer's. */
	scene_close(&drawn, 0);
	harness_close(&one);
	shadow_show(&seen, SCENE_PASS, 9);
	scene_pixels_expect(&seen, 9);
	scene_close(&seen, 3);
	harness_close(&two);
}

/** The other process: `shadow_share FD PITCH`. */
static int shadow_child(int fd, VkDeviceSize pitch)
{
	struct scene theirs = {.format = &scene_formats[0],
			     .width = SCENE_WIDTH,
			     .height = SCENE_HEIGHT,
			     .layout = {.rowPitch = pitch}},
		     seen;
	struct harness h;

	harness_open(&h);
	scene_import(&seen, &h, &theirs, fd);
	scene_pixels_expect_acquired(&seen, 1, true);
	shadow_show(&seen, SCENE_RENDERING, 2);
	scene_close(&seen, 0);
	harness_close(&h);
	return 0;
}

static void shadow_in_another_process(void **state)
{
	struct scene scene = {0};
	struct harness h;
	char command[1024];
	const char *prefix;
	char *argv[] = {"sh", "-c", command, NULL};
	int fd, status;
	pid_t pid;

	harness_open(&h);
	scene_open(&scene, &h, &scene_formats[0], SHADOW_DRAWN);
	shadow_show(&scene, SCENE_PASS, 1);
	fd = harness_export(&h, scene.memory);
	assert_int_equal(fcntl(fd, F_SETFD, 0), 0);
	/* As in memory.c: Venus by vtest cannot import, the other process is the host's side. */
	prefix = getenv(harness_imports() ? "HOST_TEST_PREFIX" : "HOST_TEST_DIRECTLY");
	snprintf(command, sizeof(command), "exec %s %s %d %llu", prefix ? prefix : "",
		shadow_program, fd, (unsigned long long)scene.layout.rowPitch);
	assert_int_equal(posix_spawn(&pid, "/bin/sh", NULL, NULL, argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	scene_pixels_expect(&scene, 2);
	scene_pixels_expect_acquired(&scene, 2, false);
	close(fd);
	scene_close(&scene, 0);
	harness_close(&h);
}

static VkResult shadow_ask(struct harness *h, VkFormat format, VkImageType type,
	VkImageCreateFlags flags, bool external, VkImageFormatProperties *out)
{
	const VkFormat views[] = {VK_FORMAT_B8G8R8A8_UNORM, VK_FORMAT_B8G8R8A8_SRGB};
	VkImageFormatListCreateInfo formats = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_LIST_CREATE_INFO,
		.viewFormatCount = 2,
		.pViewFormats = views,
	};
	VkPhysicalDeviceImageDrmFormatModifierInfoEXT drm = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_DRM_FORMAT_MODIFIER_INFO_EXT,
		.pNext = flags & VK_IMAGE_CREATE_MUTABLE_FORMAT_BIT ? &formats : NULL,
	};
	VkPhysicalDeviceExternalImageFormatInfo handle = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_IMAGE_FORMAT_INFO,
		.pNext = &drm,
		.handleType = SHADOW_DMA_BUF,
	};
	VkPhysicalDeviceImageFormatInfo2 info = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_FORMAT_INFO_2,
		.pNext = external ? (void *)&handle : &drm,
		.format = format,
		.type = type,
		.tiling = VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT,
		.usage = SHADOW_DRAWN,
		.flags = flags,
	};
	VkExternalImageFormatProperties answer = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_IMAGE_FORMAT_PROPERTIES};
	VkImageFormatProperties2 properties = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_PROPERTIES_2, .pNext = &answer};
	VkResult result =
		vkGetPhysicalDeviceImageFormatProperties2(h->physical, &info, &properties);

	if (result == VK_SUCCESS && external)
		assert_true(answer.externalMemoryProperties.externalMemoryFeatures &
			    VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT);
	*out = properties.imageFormatProperties;
	return result;
}

/** What can be drawn into is answered alike everywhere: with memory or without, as WSI asks. */
static void shadow_questions(void **state)
{
	VkFormat format = scene_formats[0].format;
	VkImageFormatProperties answer;
	struct harness h;

	harness_open(&h);
	assert_true(scene_can_draw(&h, format));
	assert_false(scene_can_draw(&h, VK_FORMAT_D16_UNORM));
	for (int external = 0; external < 2; external++) {
		HARNESS_CHECK(shadow_ask(&h, format, VK_IMAGE_TYPE_2D, 0, external, &answer));
		assert_true(answer.maxExtent.width >= 4096 && answer.maxExtent.height >= 4096);
		assert_true(answer.sampleCounts & VK_SAMPLE_COUNT_1_BIT);
		HARNESS_CHECK(shadow_ask(&h, format, VK_IMAGE_TYPE_2D,
			VK_IMAGE_CREATE_ALIAS_BIT | VK_IMAGE_CREATE_MUTABLE_FORMAT_BIT, external,
			&answer));
	}
	harness_close(&h);
}

static void shadow_same(const VkMemoryRequirements *one, const VkMemoryRequirements *two)
{
	assert_int_equal(one->size, two->size);
	assert_int_equal(one->alignment, two->alignment);
	assert_int_equal(one->memoryTypeBits, two->memoryTypeBits);
}

/** The image's memory and rows, asked in each of the ways that there are. */
static void shadow_requirements(void **state)
{
	static const uint64_t linear = 0;
	VkImageDrmFormatModifierListCreateInfoEXT list = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_LIST_CREATE_INFO_EXT,
		.drmFormatModifierCount = 1,
		.pDrmFormatModifiers = &linear,
	};
	VkExternalMemoryImageCreateInfo external = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO,
		.pNext = &list,
		.handleTypes = SHADOW_DMA_BUF,
	};
	VkImageCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,
		.pNext = &external,
		.imageType = VK_IMAGE_TYPE_2D,
		.format = scene_formats[0].format,
		.extent = {SCENE_WIDTH, SCENE_HEIGHT, 1},
		.mipLevels = 1,
		.arrayLayers = 1,
		.samples = VK_SAMPLE_COUNT_1_BIT,
		.tiling = VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT,
		.usage = SHADOW_DRAWN,
	};
	VkDeviceImageMemoryRequirements asked = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_IMAGE_MEMORY_REQUIREMENTS, .pCreateInfo = &info};
	VkImageMemoryRequirementsInfo2 asked2 = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_REQUIREMENTS_INFO_2};
	VkMemoryDedicatedRequirements dedicated = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_REQUIREMENTS};
	VkMemoryRequirements2 before = {.sType = VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2},
			      after = {.sType = VK_STRUCTURE_TYPE_MEMORY_REQUIREMENTS_2,
				      .pNext = &dedicated};
	VkMemoryRequirements first;
	struct harness h;

	harness_open(&h);
	asked.planeAspect = VK_IMAGE_ASPECT_MEMORY_PLANE_0_BIT_EXT;
	vkGetDeviceImageMemoryRequirements(h.device, &asked, &before);
	HARNESS_CHECK(vkCreateImage(h.device, &info, NULL, &asked2.image));
	vkGetImageMemoryRequirements(h.device, asked2.image, &first);
	vkGetImageMemoryRequirements2(h.device, &asked2, &after);
	shadow_same(&before.memoryRequirements, &first);
	shadow_same(&after.memoryRequirements, &first);
	assert_false(dedicated.requiresDedicatedAllocation);
	assert_true(first.memoryTypeBits & 1u << harness_shared_type(&h));
	assert_true(
		first.size >= harness_image_layout(&h, asked2.image).rowPitch * (SCENE_HEIGHT - 1) +
				      SCENE_WIDTH * 4);
	vkDestroyImage(h.device, asked2.image, NULL);
	harness_close(&h);
}

/** Two images at their places in one memory, bound by one call; one of them is drawn again. */
static void shadow_two_in_one_memory(void **state)
{
	struct harness_image wanted = {.width = SCENE_WIDTH,
		.height = SCENE_HEIGHT,
		.format = scene_formats[0].format,
		.usage = SHADOW_DRAWN | VK_IMAGE_USAGE_TRANSFER_DST_BIT};
	VkBindImageMemoryInfo binds[2];
	VkMemoryRequirements needs;
	VkSubresourceLayout layout;
	VkDeviceMemory memory;
	VkImage images[2];
	struct harness h;
	int fd;

	harness_open(&h);
	for (int i = 0; i < 2; i++)
		HARNESS_CHECK(harness_image(&h, &wanted, &images[i]));
	vkGetImageMemoryRequirements(h.device, images[0], &needs);
	HARNESS_CHECK(harness_allocate(
		&h, 2 * needs.size, harness_memory_type(&h, needs.memoryTypeBits, 0), &memory));
	for (int i = 0; i < 2; i++)
		binds[i] = (VkBindImageMemoryInfo){
			.sType = VK_STRUCTURE_TYPE_BIND_IMAGE_MEMORY_INFO,
			.image = images[i],
			.memory = memory,
			.memoryOffset = i * needs.size,
		};
	HARNESS_CHECK(vkBindImageMemory2(h.device, 2, binds));
	layout = harness_image_layout(&h, images[0]);
	harness_clear(&h, images[0], 1, 0, 0);
	harness_clear(&h, images[1], 0, 0, 1);
	harness_clear(&h, images[0], 0, 1, 0);
	fd = harness_export(&h, memory);
	harness_image_expect(&wanted, fd, layout, 0xff00ff00);
	layout.offset += needs.size;
	harness_image_expect(&wanted, fd, layout, 0xff0000ff);
	close(fd);
	for (int i = 0; i < 2; i++)
		vkDestroyImage(h.device, images[i], NULL);
	vkFreeMemory(h.device, memory, NULL);
	harness_close(&h);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shadow_in_another_device),
		cmocka_unit_test(shadow_in_another_process),
		cmocka_unit_test(shadow_questions),
		cmocka_unit_test(shadow_requirements),
		cmocka_unit_test(shadow_two_in_one_memory),
	};

	shadow_program = argv[0];
	if (argc == 3)
		return shadow_child(atoi(argv[1]), strtoull(argv[2], NULL, 10));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
