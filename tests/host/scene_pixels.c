// SPDX-License-Identifier: MIT
/* The pixels of a scene: what they should be, and what they are. */
#include "tests/host/scene.h"

#include <string.h>

unsigned scene_pixels_color(uint32_t x, uint32_t y, unsigned seed)
{
	uint32_t column = x / SCENE_CELL, row = y / SCENE_CELL;

	return (column * 7 + row * 13 + column * row + seed * 5 + 1) & 15;
}

static uint64_t scene_pixels_texel(const struct scene *scene, uint32_t x, uint32_t y, unsigned seed)
{
	uint64_t texel = 0;

	for (int i = 0; i < 4; i++)
		texel |= scene_pixels_color(x, y, seed) & 1u << i ? scene->format->channels[i] : 0;
	return texel;
}

void scene_pixels_write(struct scene *scene, unsigned seed)
{
	for (uint32_t y = 0; y < scene->height; y++) {
		unsigned char *row =
			scene->bytes + scene->layout.offset + y * scene->layout.rowPitch;

		for (uint32_t x = 0; x < scene->width; x++) {
			uint64_t texel = scene_pixels_texel(scene, x, y, seed);

			memcpy(row + x * scene->format->size, &texel, scene->format->size);
		}
	}
}

/** The rows as they should be, at a distance of pitch bytes. */
static void scene_pixels_compare(
	struct scene *scene, const unsigned char *rows, size_t pitch, unsigned seed)
{
	for (uint32_t y = 0; y < scene->height; y++) {
		for (uint32_t x = 0; x < scene->width; x++) {
			uint64_t wanted = scene_pixels_texel(scene, x, y, seed), got = 0;

			memcpy(&got, rows + y * pitch + x * scene->format->size,
				scene->format->size);
			if (got != wanted)
				fail_msg("format %d: texel %u,%u is %llx, not %llx",
					scene->format->format, x, y, (unsigned long long)got,
					(unsigned long long)wanted);
		}
	}
}

void scene_pixels_expect(struct scene *scene, unsigned seed)
{
	scene_pixels_compare(
		scene, scene->bytes + scene->layout.offset, scene->layout.rowPitch, seed);
}

void scene_pixels_expect_acquired(struct scene *scene, unsigned seed, bool second)
{
	struct harness *h = scene->h;
	size_t pitch = (size_t)scene->width * scene->format->size, size = pitch * scene->height;
	VkBufferImageCopy region = {
		.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
		.imageExtent = {scene->width, scene->height, 1},
	};
	VkBuffer buffer = harness_buffer(h, size);
	VkMemoryRequirements needs;
	VkDeviceMemory memory;
	void *rows;

	vkGetBufferMemoryRequirements(h->device, buffer, &needs);
	HARNESS_CHECK(harness_allocate(h, needs.size, harness_shared_type(h), &memory));
	HARNESS_CHECK(vkBindBufferMemory(h->device, buffer, memory, 0));
	harness_begin(h);
	scene_acquire(scene, h->commands, second);
	vkCmdCopyImageToBuffer(
		h->commands, scene->image, VK_IMAGE_LAYOUT_GENERAL, buffer, 1, &region);
	harness_finish(h);
	HARNESS_CHECK(vkMapMemory(h->device, memory, 0, VK_WHOLE_SIZE, 0, &rows));
	scene_pixels_compare(scene, rows, pitch, seed);
	vkDestroyBuffer(h->device, buffer, NULL);
	vkFreeMemory(h->device, memory, NULL);
}
