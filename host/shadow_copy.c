// SPDX-License-Identifier: MIT
#include "host/shadow_copy.h"
#include "host/device.h"

#define SHADOW_COPY_STAGE VK_PIPELINE_STAGE_TRANSFER_BIT

static VkBufferMemoryBarrier shadow_copy_buffer(const struct shadow_copy *copy, bool transfers)
{
	return (VkBufferMemoryBarrier){
		.sType = VK_STRUCTURE_TYPE_BUFFER_MEMORY_BARRIER,
		.srcQueueFamilyIndex = transfers ? copy->source : VK_QUEUE_FAMILY_IGNORED,
		.dstQueueFamilyIndex = transfers ? copy->destination : VK_QUEUE_FAMILY_IGNORED,
		.buffer = copy->shadow->buffer,
		.size = VK_WHOLE_SIZE,
	};
}

/** After other copies of the same buffer, and after whoever else has written into its memory. */
static void shadow_copy_begin(
	struct device *device, VkCommandBuffer commands, const struct shadow_copy *copy)
{
	VkBufferMemoryBarrier buffer = shadow_copy_buffer(copy, !copy->out);

	buffer.srcAccessMask = copy->out ? VK_ACCESS_TRANSFER_WRITE_BIT : 0;
	buffer.dstAccessMask =
		copy->out ? VK_ACCESS_TRANSFER_WRITE_BIT : VK_ACCESS_TRANSFER_READ_BIT;
	device->next.CmdPipelineBarrier(
		commands, SHADOW_COPY_STAGE, SHADOW_COPY_STAGE, 0, 0, NULL, 1, &buffer, 0, NULL);
}

static void shadow_copy_end(
	struct device *device, VkCommandBuffer commands, const struct shadow_copy *copy)
{
	VkBufferMemoryBarrier buffer = shadow_copy_buffer(copy, true);
	VkImageMemoryBarrier image = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
		.srcAccessMask = copy->out ? 0 : VK_ACCESS_TRANSFER_WRITE_BIT,
		.dstAccessMask = copy->access,
		.oldLayout = SHADOW_COPY_LAYOUT(copy->out),
		.newLayout = copy->layout,
		.srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
		.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
		.image = copy->shadow->image,
		.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1},
	};

	buffer.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT;
	device->next.CmdPipelineBarrier(commands, SHADOW_COPY_STAGE, copy->stages, 0, 0, NULL,
		copy->out ? 1 : 0, &buffer, 1, &image);
}

void shadow_copy_record(
	struct device *device, VkCommandBuffer commands, const struct shadow_copy *copy)
{
	const struct shadow *shadow = copy->shadow;

	shadow_copy_begin(device, commands, copy);
	if (copy->out)
		device->next.CmdCopyImageToBuffer(commands, shadow->image, SHADOW_COPY_LAYOUT(true),
			shadow->buffer, 1, &shadow->region);
	else
		device->next.CmdCopyBufferToImage(commands, shadow->buffer, shadow->image,
			SHADOW_COPY_LAYOUT(false), 1, &shadow->region);
	shadow_copy_end(device, commands, copy);
}
