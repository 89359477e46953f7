// SPDX-License-Identifier: MIT
/*
 * What draws into a shadow image, and in which layout it leaves it: views are followed to their
 * images, framebuffers to their views, render passes give the layouts.
 *
 * Only images that their application never hands over by a barrier need it (shadow_submit.h). Where
 * memory is short, such an image is not seen by others; a command cannot fail.
 */
#include "host/shadow_pass.h"
#include "host/chain.h"
#include "host/device.h"
#include "host/hooks.h"
#include "host/shadow_commands.h"

#include <stdlib.h>
#include <string.h>

struct shadow_pass {
	uint32_t len;
	VkImageLayout layouts[]; /**< of the attachments in the end */
};

struct shadow_framebuffer {
	uint32_t len;
	struct shadow *shadows[]; /**< of the attachments; NULL: another image */
};

void shadow_pass_drop(void *data, void *unused)
{
	free(data);
}

static struct shadow *shadow_pass_view(struct device *device, VkImageView view)
{
	return table_get(&device->shadow_views, TABLE_KEY(view));
}

VkResult VKAPI_CALL shadow_pass_CreateImageView(VkDevice handle, const VkImageViewCreateInfo *info,
	const VkAllocationCallbacks *allocator, VkImageView *out)
{
	struct device *device = device_get(handle);
	VkResult result = device->next.CreateImageView(handle, info, allocator, out);
	struct shadow *shadow = shadow_get(device, info->image);

	if (result == VK_SUCCESS && shadow)
		table_put(&device->shadow_views, TABLE_KEY(*out), shadow);
	return result;
}

void VKAPI_CALL shadow_pass_DestroyImageView(
	VkDevice handle, VkImageView view, const VkAllocationCallbacks *allocator)
{
	struct device *device = device_get(handle);

	if (shadow_is_ours(device))
		table_take(&device->shadow_views, TABLE_KEY(view));
	device->next.DestroyImageView(handle, view, allocator);
}

/**
 * Remembers the final layouts, of which the first is given and the others lie stride bytes apart:
 * both versions of an attachment's description have one.
 */
static void shadow_pass_register(struct device *device, VkRenderPass handle, uint32_t len,
	const VkImageLayout *layouts, size_t stride)
{
	struct shadow_pass *pass;

	if (!shadow_is_ours(device))
		return;
	pass = calloc(1, sizeof(*pass) + len * sizeof(pass->layouts[0]));
	if (!pass)
		return;
	pass->len = len;
	for (uint32_t i = 0; i < len; i++)
		memcpy(&pass->layouts[i], (const char *)layouts + i * stride, sizeof(*layouts));
	if (!table_put(&device->shadow_passes, TABLE_KEY(handle), pass))
		free(pass);
}

VkResult VKAPI_CALL shadow_pass_CreateRenderPass(VkDevice handle,
	const VkRenderPassCreateInfo *info, const VkAllocationCallbacks *allocator,
	VkRenderPass *out)
{
	struct device *device = device_get(handle);
	VkResult result = device->next.CreateRenderPass(handle, info, allocator, out);

	if (result == VK_SUCCESS && info->attachmentCount)
		shadow_pass_register(device, *out, info->attachmentCount,
			&info->pAttachments->finalLayout, sizeof(*info->pAttachments));
	return result;
}

VkResult VKAPI_CALL shadow_pass_CreateRenderPass2(VkDevice handle,
	const VkRenderPassCreateInfo2 *info, const VkAllocationCallbacks *allocator,
	VkRenderPass *out)
{
	struct device *device = device_get(handle);
	VkResult result = device->next.CreateRenderPass2(handle, info, allocator, out);

	if (result == VK_SUCCESS && info->attachmentCount)
		shadow_pass_register(device, *out, info->attachmentCount,
			&info->pAttachments->finalLayout, sizeof(*info->pAttachments));
	return result;
}

void VKAPI_CALL shadow_pass_DestroyRenderPass(
	VkDevice handle, VkRenderPass pass, const VkAllocationCallbacks *allocator)
{
	struct device *device = device_get(handle);

	free(table_take(&device->shadow_passes, TABLE_KEY(pass)));
	device->next.DestroyRenderPass(handle, pass, allocator);
}

/** Only framebuffers with shadow images among their attachments are kept. */
static void shadow_pass_register_framebuffer(
	struct device *device, VkFramebuffer handle, const VkFramebufferCreateInfo *info)
{
	uint32_t len = info->attachmentCount;
	struct shadow_framebuffer *framebuffer =
		calloc(1, sizeof(*framebuffer) + len * sizeof(framebuffer->shadows[0]));
	bool any = false;

	for (uint32_t i = 0; framebuffer && i < len; i++) {
		framebuffer->shadows[i] = shadow_pass_view(device, info->pAttachments[i]);
		any |= framebuffer->shadows[i] != NULL;
	}
	if (framebuffer)
		framebuffer->len = len;
	if (!any || !table_put(&device->shadow_framebuffers, TABLE_KEY(handle), framebuffer))
		free(framebuffer);
}

VkResult VKAPI_CALL shadow_pass_CreateFramebuffer(VkDevice handle,
	const VkFramebufferCreateInfo *info, const VkAllocationCallbacks *allocator,
	VkFramebuffer *out)
{
	struct device *device = device_get(handle);
	VkResult result = device->next.CreateFramebuffer(handle, info, allocator, out);

	if (result == VK_SUCCESS && atomic_load(&device->n_shadows) &&
		!(info->flags & VK_FRAMEBUFFER_CREATE_IMAGELESS_BIT))
		shadow_pass_register_framebuffer(device, *out, info);
	return result;
}

void VKAPI_CALL shadow_pass_DestroyFramebuffer(
	VkDevice handle, VkFramebuffer framebuffer, const VkAllocationCallbacks *allocator)
{
	struct device *device = device_get(handle);

	free(table_take(&device->shadow_framebuffers, TABLE_KEY(framebuffer)));
	device->next.DestroyFramebuffer(handle, framebuffer, allocator);
}

/** What the pass will have done, noted at its beginning: nothing else can use its images before. */
static void shadow_pass_begin(
	struct device *device, VkCommandBuffer commands, const VkRenderPassBeginInfo *info)
{
	const VkRenderPassAttachmentBeginInfo *imageless =
		chain_find(info->pNext, VK_STRUCTURE_TYPE_RENDER_PASS_ATTACHMENT_BEGIN_INFO);
	const struct shadow_framebuffer *framebuffer;
	const struct shadow_pass *pass;

	if (!atomic_load(&device->n_shadows))
		return;
	pass = table_get(&device->shadow_passes, TABLE_KEY(info->renderPass));
	framebuffer = table_get(&device->shadow_framebuffers, TABLE_KEY(info->framebuffer));
	for (uint32_t i = 0; pass && i < pass->len; i++) {
		struct shadow *shadow = NULL;

		if (framebuffer && i < framebuffer->len)
			shadow = framebuffer->shadows[i];
		else if (imageless && i < imageless->attachmentCount)
			shadow = shadow_pass_view(device, imageless->pAttachments[i]);
		if (shadow)
			shadow_commands_use(device, commands, shadow, pass->layouts[i], true);
	}
}

void VKAPI_CALL shadow_pass_CmdBeginRenderPass(
	VkCommandBuffer commands, const VkRenderPassBeginInfo *info, VkSubpassContents contents)
{
	struct device *device = device_get(commands);

	shadow_pass_begin(device, commands, info);
	device->next.CmdBeginRenderPass(commands, info, contents);
}

void VKAPI_CALL shadow_pass_CmdBeginRenderPass2(VkCommandBuffer commands,
	const VkRenderPassBeginInfo *info, const VkSubpassBeginInfo *subpass)
{
	struct device *device = device_get(commands);

	shadow_pass_begin(device, commands, info);
	device->next.CmdBeginRenderPass2(commands, info, subpass);
}

static void shadow_pass_render_to(
	struct device *device, VkCommandBuffer commands, VkImageView view, VkImageLayout layout)
{
	struct shadow *shadow = view ? shadow_pass_view(device, view) : NULL;

	if (shadow)
		shadow_commands_use(device, commands, shadow, layout, true);
}

void VKAPI_CALL shadow_pass_CmdBeginRendering(VkCommandBuffer commands, const VkRenderingInfo *info)
{
	struct device *device = device_get(commands);

	if (atomic_load(&device->n_shadows)) {
		for (uint32_t i = 0; i < info->colorAttachmentCount; i++) {
			const VkRenderingAttachmentInfo *each = &info->pColorAttachments[i];

			shadow_pass_render_to(device, commands, each->imageView, each->imageLayout);
			shadow_pass_render_to(
				device, commands, each->resolveImageView, each->resolveImageLayout);
		}
	}
	device->next.CmdBeginRendering(commands, info);
}
