#include "render/vulkan/upload.h"

#include "render/buffer.h"

#include <pixman.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One upload into the open frame. */
struct upload {
	struct frame_queue *queue;
	struct frame *frame;
	struct sampled *to;
	const struct buffer *buffer;
	struct sampled *from; /* NULL: the buffer's pool is read */
	char *reason;
};

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

/* Takes the dma-buf that is read from whoever shares it, or gives it back. */
static void upload_transfer(const struct upload *upload, bool give_back)
{
	VkBufferMemoryBarrier barrier = image_buffer_barrier(upload->queue->device,
		&upload->from->source, 0, give_back ? 0 : VK_ACCESS_TRANSFER_READ_BIT, give_back);
	vkCmdPipelineBarrier(upload->frame->commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
		VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 0, NULL, 1, &barrier, 0, NULL);
}

/* row_length in pixels. */
static void upload_copy(const struct upload *upload, VkBuffer from, VkDeviceSize offset,
	uint32_t row_length, const pixman_box32_t *box)
{
	const VkBufferImageCopy region = {
		.bufferOffset = offset,
		.bufferRowLength = row_length,
		.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
		.imageOffset = {box->x1, box->y1, 0},
		.imageExtent = {(uint32_t)(box->x2 - box->x1), (uint32_t)(box->y2 - box->y1), 1},
	};
	vkCmdCopyBufferToImage(upload->frame->commands, from, upload->to->image.handle,
		VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region);
}

/* The CPU copies the pool's pixels to staging memory, the GPU from there. */
static bool upload_stage_box(const struct upload *upload, const pixman_box32_t *box)
{
	struct frame_queue *queue = upload->queue;
	const struct buffer *buffer = upload->buffer;
	uint32_t bpp = buffer->format->bytes_per_pixel;
	uint32_t width = (uint32_t)(box->x2 - box->x1), height = (uint32_t)(box->y2 - box->y1);
	size_t row = (size_t)width * bpp;
	struct staging_place place;
	if (!staging_take(queue->device, &queue->staging, &upload->frame->chunks, row * height,
		    &place, upload->reason))
		return false;
	const uint8_t *from = buffer_shm_data(buffer);
	from += (size_t)box->y1 * buffer->stride + (size_t)box->x1 * bpp;
	for (size_t y = 0; y < height; y++)
		memcpy(place.map + y * row, from + y * buffer->stride, row);
	upload_copy(upload, place.buffer, place.offset, width, box);
	upload->frame->upload_bytes += row * height;
	return true;
}

/* The GPU copies from the dma-buf. */
static void upload_fetch_box(const struct upload *upload, const pixman_box32_t *box)
{
	const struct dmabuf_plane *plane = &upload->buffer->dmabuf.planes[0];
	uint32_t bpp = upload->buffer->format->bytes_per_pixel;
	VkDeviceSize offset =
		plane->offset + (VkDeviceSize)box->y1 * plane->stride + (VkDeviceSize)box->x1 * bpp;
	upload_copy(upload, upload->from->source.handle, offset, plane->stride / bpp, box);
	upload->frame->gpu_copy_bytes +=
		(uint64_t)(box->x2 - box->x1) * (uint64_t)(box->y2 - box->y1) * bpp;
}

static bool upload_boxes(const struct upload *upload, const pixman_box32_t *boxes, int n)
{
	bool ok = true;
	if (upload->from)
		upload_transfer(upload, false);
	upload_begin(upload->queue->device, upload->frame, upload->to);
	for (int i = 0; i < n && ok; i++) {
		if (upload->from)
			upload_fetch_box(upload, &boxes[i]);
		else
			ok = upload_stage_box(upload, &boxes[i]);
	}
	upload_end(upload->queue->device, upload->frame, upload->to);
	if (upload->from)
		upload_transfer(upload, true);
	return ok;
}

bool upload_region(struct frame_queue *queue, struct sampled *sampled, const struct buffer *buffer,
	const pixman_region32_t *region, char *reason)
{
	int n;
	const pixman_box32_t *boxes = pixman_region32_rectangles(region, &n);
	if (n == 0)
		return true;
	const struct upload upload = {
		.queue = queue,
		.frame = frame_queue_open(queue, reason),
		.to = sampled,
		.buffer = buffer,
		.from = buffer->kind == BUFFER_DMABUF ? buffer->own : NULL,
		.reason = reason,
	};
	if (!upload.frame)
		return false;
	if (!frame_hold(upload.frame, sampled) ||
		(upload.from && !frame_hold(upload.frame, upload.from))) {
		snprintf(reason, WIRE_MAX_REASON, "out of memory");
		return false;
	}
	return upload_boxes(&upload, boxes, n);
}

bool upload_white(struct frame_queue *queue, struct sampled *sampled, char *reason)
{
	struct frame *frame = frame_queue_open(queue, reason);
	if (!frame)
		return false;
	if (!frame_hold(frame, sampled)) {
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
