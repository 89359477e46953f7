#include "render/vulkan/surface.h"

#include "render/target.h"

#include <stdlib.h>
#include <string.h>

void surface_destroy(const struct device *device, struct surface *surface)
{
	if (!surface)
		return;
	if (surface->framebuffer)
		vkDestroyFramebuffer(device->handle, surface->framebuffer, NULL);
	image_finish(device, &surface->image);
	image_buffer_finish(device, &surface->buffer);
	if (surface->mapped)
		pixman_image_unref(surface->mapped);
	free(surface);
}

void surface_begin(const struct device *device, struct surface *surface, VkCommandBuffer commands)
{
	/* All that an earlier frame did with the image: it was drawn into or copied from. */
	VkImageMemoryBarrier barrier = image_barrier(device, &surface->image,
		VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL, VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT,
		VK_ACCESS_COLOR_ATTACHMENT_READ_BIT | VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT, false);
	vkCmdPipelineBarrier(commands,
		VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT,
		VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT, 0, 0, NULL, 0, NULL, 1, &barrier);
}

/* Hands the finished image to whoever reads the memory: another device, or the CPU. */
static void surface_end_image(
	const struct device *device, struct surface *surface, VkCommandBuffer commands)
{
	bool shared = surface->image.is_shared;
	VkImageMemoryBarrier barrier = image_barrier(device, &surface->image,
		VK_IMAGE_LAYOUT_GENERAL, VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT,
		shared ? 0 : VK_ACCESS_HOST_READ_BIT, shared);
	vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT,
		shared ? VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT : VK_PIPELINE_STAGE_HOST_BIT,
		0, 0, NULL, 0, NULL, 1, &barrier);
}

static uint64_t surface_copy_damage(struct surface *surface, const pixman_region32_t *damage,
	uint32_t bytes_per_pixel, VkCommandBuffer commands)
{
	int n;
	const pixman_box32_t *boxes = pixman_region32_rectangles(damage, &n);
	uint64_t bytes = 0;
	for (int i = 0; i < n; i++) {
		const pixman_box32_t *box = &boxes[i];
		uint32_t width = (uint32_t)(box->x2 - box->x1);
		uint32_t height = (uint32_t)(box->y2 - box->y1);
		const VkBufferImageCopy region = {
			.bufferOffset = surface->offset + (VkDeviceSize)box->y1 * surface->stride +
					(VkDeviceSize)box->x1 * bytes_per_pixel,
			.bufferRowLength = surface->stride / bytes_per_pixel,
			.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
			.imageOffset = {box->x1, box->y1, 0},
			.imageExtent = {width, height, 1},
		};
		vkCmdCopyImageToBuffer(commands, surface->image.handle,
			VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, surface->buffer.handle, 1, &region);
		bytes += (uint64_t)width * height * bytes_per_pixel;
	}
	return bytes;
}

static uint64_t surface_end_buffer(const struct device *device, struct surface *surface,
	const pixman_region32_t *damage, uint32_t bytes_per_pixel, VkCommandBuffer commands)
{
	bool shared = surface->buffer.is_shared;
	VkImageMemoryBarrier image =
		image_barrier(device, &surface->image, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
			VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT, VK_ACCESS_TRANSFER_READ_BIT, false);
	VkBufferMemoryBarrier buffer = image_buffer_barrier(device, &surface->buffer,
		VK_ACCESS_TRANSFER_WRITE_BIT, VK_ACCESS_TRANSFER_WRITE_BIT, false);
	vkCmdPipelineBarrier(commands,
		VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT,
		VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 0, NULL, 1, &buffer, 1, &image);
	uint64_t bytes = surface_copy_damage(surface, damage, bytes_per_pixel, commands);
	buffer = image_buffer_barrier(device, &surface->buffer, VK_ACCESS_TRANSFER_WRITE_BIT,
		shared ? 0 : VK_ACCESS_HOST_READ_BIT, shared);
	vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
		shared ? VK_PIPELINE_STAGE_TRANSFER_BIT : VK_PIPELINE_STAGE_HOST_BIT, 0, 0, NULL, 1,
		&buffer, 0, NULL);
	return surface->pixels ? 0 : bytes;
}

uint64_t surface_end(const struct device *device, struct surface *surface,
	const pixman_region32_t *damage, uint32_t bytes_per_pixel, VkCommandBuffer commands)
{
	if (surface->buffer.handle)
		return surface_end_buffer(device, surface, damage, bytes_per_pixel, commands);
	surface_end_image(device, surface, commands);
	return 0;
}

uint64_t surface_read_back(
	const struct surface *surface, const struct target *target, const pixman_region32_t *damage)
{
	const struct dmabuf_plane *plane = &target->dmabuf.planes[0];
	uint32_t bpp = target->format->bytes_per_pixel;
	uint64_t bytes = 0;
	int n;
	if (!surface->pixels)
		return 0;
	const pixman_box32_t *boxes = pixman_region32_rectangles(damage, &n);
	target_begin_write(target);
	for (int i = 0; i < n; i++) {
		size_t left = (size_t)boxes[i].x1 * bpp;
		size_t row = (size_t)(boxes[i].x2 - boxes[i].x1) * bpp;
		for (int32_t y = boxes[i].y1; y < boxes[i].y2; y++)
			memcpy(target_pixels(target) + plane->offset + (size_t)y * plane->stride +
					left,
				surface->pixels + (size_t)y * surface->pixels_stride + left, row);
		bytes += row * (size_t)(boxes[i].y2 - boxes[i].y1);
	}
	target_end_write(target);
	return bytes;
}
