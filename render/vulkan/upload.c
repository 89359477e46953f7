#include "render/vulkan/upload.h"

#include "render/buffer.h"

#include <pixman.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void upload_begin(const struct device *device, struct frame *frame, struct sampled *sampled)
{
	VkImageMemoryBarrier barrier =
		image_barrier(device, &sampled->image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
			VK_ACCESS_TRANSFER_WRITE_BIT, VK_ACCESS_TRANSFER_WRITE_BIT, false);
	vkCmdPipelineBarrier(frame->commands,
		VK_PIPELINE_STAGE_FRAGMENT_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT,
		VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 0, NULL, 0, NULL, 1, &barrier);
}

static void upload_end(const struct device *device, struct frame *frame, struct sampled *sampled)
{
	VkImageMemoryBarrier barrier =
		image_barrier(device, &sampled->image, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
			VK_ACCESS_TRANSFER_WRITE_BIT, VK_ACCESS_SHADER_READ_BIT, false);
	vkCmdPipelineBarrier(frame->commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
		VK_PIPELINE_STAGE_FRAGMENT_SHADER_BIT, 0, 0, NULL, 0, NULL, 1, &barrier);
}

static bool upload_box(struct frame_queue *queue, struct frame *frame, struct sampled *sampled,
	const struct buffer *buffer, const pixman_box32_t *box, char *reason)
{
	uint32_t bpp = buffer->format->bytes_per_pixel;
	uint32_t width = (uint32_t)(box->x2 - box->x1), height = (uint32_t)(box->y2 - box->y1);
	size_t row = (size_t)width * bpp;
	struct staging_place place;
	if (!staging_take(
		    queue->device, &queue->staging, &frame->chunks, row * height, &place, reason))
		return false;
	const uint8_t *from = buffer_shm_data(buffer);
	from += (size_t)box->y1 * buffer->stride + (size_t)box->x1 * bpp;
	for (size_t y = 0; y < height; y++)
		memcpy(place.map + y * row, from + y * buffer->stride, row);
	const VkBufferImageCopy region = {
		.bufferOffset = place.offset,
		.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
		.imageOffset = {box->x1, box->y1, 0},
		.imageExtent = {width, height, 1},
	};
	vkCmdCopyBufferToImage(frame->commands, place.buffer, sampled->image.handle,
		VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region);
	frame->upload_bytes += row * height;
	return true;
}

bool upload_rects(struct frame_queue *queue, struct sampled *sampled, const struct buffer *buffer,
	const struct wire_rect *rects, uint32_t n_rects, char *reason)
{
	struct frame *frame = frame_queue_open(queue, reason);
	bool is_new, ok;
	if (!frame)
		return false;
	/* As a region, so that what overlaps is copied once. struct wire_rect is laid out like
	 * pixman_box32_t. */
	pixman_region32_t region;
	ok = pixman_region32_init_rects(&region, (const pixman_box32_t *)rects, (int)n_rects) &&
	     frame_hold(frame, sampled, &is_new);
	if (!ok)
		snprintf(reason, WIRE_MAX_REASON, "out of memory");
	int n;
	const pixman_box32_t *boxes = pixman_region32_rectangles(&region, &n);
	if (ok && n > 0) {
		upload_begin(queue->device, frame, sampled);
		for (int i = 0; i < n && ok; i++)
			ok = upload_box(queue, frame, sampled, buffer, &boxes[i], reason);
		upload_end(queue->device, frame, sampled);
	}
	pixman_region32_fini(&region);
	return ok;
}

bool upload_white(struct frame_queue *queue, struct sampled *sampled, char *reason)
{
	struct frame *frame = frame_queue_open(queue, reason);
	bool is_new;
	if (!frame)
		return false;
	if (!frame_hold(frame, sampled, &is_new)) {
		snprintf(reason, WIRE_MAX_REASON, "out of memory");
		return false;
	}
	const VkClearColorValue white = {.float32 = {1, 1, 1, 1}};
	const VkImageSubresourceRange range = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
	upload_begin(queue->device, frame, sampled);
	vkCmdClearColorImage(frame->commands, sampled->image.handle,
		VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, &white, 1, &range);
	upload_end(queue->device, frame, sampled);
	return true;
}
