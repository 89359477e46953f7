// SPDX-License-Identifier: MIT
/* The commands of a scene: its picture, and its barriers. */
#include "tests/host/scene.h"

static VkImageMemoryBarrier2 scene_draw_barrier2(
	const struct scene *scene, const struct scene_barrier *barrier)
{
	return (VkImageMemoryBarrier2){
		.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER_2,
		.srcStageMask = barrier->before,
		.srcAccessMask = barrier->written,
		.dstStageMask = barrier->after,
		.dstAccessMask = barrier->read,
		.oldLayout = barrier->from,
		.newLayout = barrier->to,
		.srcQueueFamilyIndex = barrier->source,
		.dstQueueFamilyIndex = barrier->destination,
		.image = scene->image,
		.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1},
	};
}

void scene_barrier(struct scene *scene, VkCommandBuffer commands, struct scene_barrier barrier)
{
	VkImageMemoryBarrier2 second = scene_draw_barrier2(scene, &barrier);
	VkImageMemoryBarrier first = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
		.srcAccessMask = barrier.written,
		.dstAccessMask = barrier.read,
		.oldLayout = barrier.from,
		.newLayout = barrier.to,
		.srcQueueFamilyIndex = barrier.source,
		.dstQueueFamilyIndex = barrier.destination,
		.image = scene->image,
		.subresourceRange = second.subresourceRange,
	};
	VkDependencyInfo info = {
		.sType = VK_STRUCTURE_TYPE_DEPENDENCY_INFO,
		.imageMemoryBarrierCount = 1,
		.pImageMemoryBarriers = &second,
	};

	scene->state = barrier.to;
	if (barrier.second)
		vkCmdPipelineBarrier2(commands, &info);
	else
		vkCmdPipelineBarrier(
			commands, barrier.before, barrier.after, 0, 0, NULL, 0, NULL, 1, &first);
}

void scene_release(struct scene *scene, VkCommandBuffer commands, bool second)
{
	scene_barrier(scene, commands,
		(struct scene_barrier){
			.second = second,
			.from = scene->state,
			.to = VK_IMAGE_LAYOUT_GENERAL,
			.destination = VK_QUEUE_FAMILY_FOREIGN_EXT,
			.before = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
			.after = second ? 0 : VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT,
			.written = VK_ACCESS_MEMORY_WRITE_BIT,
		});
}

void scene_acquire(struct scene *scene, VkCommandBuffer commands, bool second)
{
	scene_barrier(scene, commands,
		(struct scene_barrier){
			.second = second,
			.from = VK_IMAGE_LAYOUT_GENERAL,
			.to = VK_IMAGE_LAYOUT_GENERAL,
			.source = VK_QUEUE_FAMILY_FOREIGN_EXT,
			.before = second ? 0 : VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT,
			.after = VK_PIPELINE_STAGE_TRANSFER_BIT,
			.read = VK_ACCESS_TRANSFER_READ_BIT,
		});
}

/** One rectangle a cell, inside of a render pass or a rendering. */
static void scene_draw_cells(struct scene *scene, VkCommandBuffer commands, unsigned seed)
{
	for (uint32_t y = 0; y < scene->height; y += SCENE_CELL) {
		for (uint32_t x = 0; x < scene->width; x += SCENE_CELL) {
			VkClearAttachment clear = {.aspectMask = VK_IMAGE_ASPECT_COLOR_BIT};
			VkClearRect rect = {
				.rect = {{(int32_t)x, (int32_t)y}, {SCENE_CELL, SCENE_CELL}},
				.layerCount = 1,
			};

			if (x + SCENE_CELL > scene->width)
				rect.rect.extent.width = scene->width - x;
			if (y + SCENE_CELL > scene->height)
				rect.rect.extent.height = scene->height - y;
			for (int i = 0; i < 4; i++)
				clear.clearValue.color.float32[i] =
					scene_pixels_color(x, y, seed) & 1u << i ? 1 : 0;
			vkCmdClearAttachments(commands, 1, &clear, 1, &rect);
		}
	}
}

static void scene_draw_pass(
	struct scene *scene, VkCommandBuffer commands, bool second, unsigned seed)
{
	VkSubpassBeginInfo inside = {.sType = VK_STRUCTURE_TYPE_SUBPASS_BEGIN_INFO};
	VkSubpassEndInfo end = {.sType = VK_STRUCTURE_TYPE_SUBPASS_END_INFO};
	VkClearValue black = {0};
	VkRenderPassBeginInfo begin = {
		.sType = VK_STRUCTURE_TYPE_RENDER_PASS_BEGIN_INFO,
		.renderPass = scene->pass,
		.framebuffer = scene->framebuffer,
		.renderArea.extent = {scene->width, scene->height},
		.clearValueCount = 1,
		.pClearValues = &black,
	};

	if (second) {
		begin.renderPass = scene->pass2;
		vkCmdBeginRenderPass2(commands, &begin, &inside);
	} else {
		vkCmdBeginRenderPass(commands, &begin, VK_SUBPASS_CONTENTS_INLINE);
	}
	scene_draw_cells(scene, commands, seed);
	if (second)
		vkCmdEndRenderPass2(commands, &end);
	else
		vkCmdEndRenderPass(commands);
	scene->state = VK_IMAGE_LAYOUT_GENERAL;
}

static void scene_draw_rendering(struct scene *scene, VkCommandBuffer commands, unsigned seed)
{
	VkRenderingAttachmentInfo attachment = {
		.sType = VK_STRUCTURE_TYPE_RENDERING_ATTACHMENT_INFO,
		.imageView = scene->view,
		.imageLayout = VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
		.loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR,
		.storeOp = VK_ATTACHMENT_STORE_OP_STORE,
	};
	VkRenderingInfo rendering = {
		.sType = VK_STRUCTURE_TYPE_RENDERING_INFO,
		.renderArea.extent = {scene->width, scene->height},
		.layerCount = 1,
		.colorAttachmentCount = 1,
		.pColorAttachments = &attachment,
	};

	scene_barrier(scene, commands,
		(struct scene_barrier){
			.to = VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
			.source = VK_QUEUE_FAMILY_IGNORED,
			.destination = VK_QUEUE_FAMILY_IGNORED,
			.before = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT,
			.after = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT,
			.read = VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT,
		});
	vkCmdBeginRendering(commands, &rendering);
	scene_draw_cells(scene, commands, seed);
	vkCmdEndRendering(commands);
}

void scene_draw(struct scene *scene, VkCommandBuffer commands, enum scene_way way, unsigned seed)
{
	if (way == SCENE_RENDERING)
		scene_draw_rendering(scene, commands, seed);
	else
		scene_draw_pass(scene, commands, way == SCENE_PASS2, seed);
}
