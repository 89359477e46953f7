// SPDX-License-Identifier: MIT
#include "tests/host/scene.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const struct scene_format scene_formats[] = {
	{VK_FORMAT_B8G8R8A8_UNORM, 4, {0xff0000, 0xff00, 0xff, 0xff000000}},
	{VK_FORMAT_R8G8B8A8_SRGB, 4, {0xff, 0xff00, 0xff0000, 0xff000000}},
	{VK_FORMAT_A2R10G10B10_UNORM_PACK32, 4, {0x3ff00000, 0xffc00, 0x3ff, 0xc0000000}},
	{VK_FORMAT_R5G6B5_UNORM_PACK16, 2, {0xf800, 0x7e0, 0x1f, 0}},
	{VK_FORMAT_R8_UNORM, 1, {0xff, 0, 0, 0}},
	{VK_FORMAT_R16G16B16A16_SFLOAT, 8,
		{0x3c00, 0x3c000000, UINT64_C(0x3c0000000000), UINT64_C(0x3c00000000000000)}},
};
const size_t scene_n_formats = sizeof(scene_formats) / sizeof(scene_formats[0]);

bool scene_can_draw(struct harness *h, VkFormat format)
{
	VkDrmFormatModifierPropertiesEXT entries[8];
	VkDrmFormatModifierPropertiesListEXT list = {
		.sType = VK_STRUCTURE_TYPE_DRM_FORMAT_MODIFIER_PROPERTIES_LIST_EXT,
		.drmFormatModifierCount = 8,
		.pDrmFormatModifierProperties = entries,
	};
	VkFormatProperties2 properties = {
		.sType = VK_STRUCTURE_TYPE_FORMAT_PROPERTIES_2, .pNext = &list};

	vkGetPhysicalDeviceFormatProperties2(h->physical, format, &properties);
	return list.drmFormatModifierCount &&
	       entries[0].drmFormatModifierTilingFeatures & VK_FORMAT_FEATURE_COLOR_ATTACHMENT_BIT;
}

bool scene_has_shadow(struct harness *h, VkImageUsageFlags usage)
{
	const char *set = getenv("VITRINE_HOST_SHADOW"), *quirks = getenv("QUIRKS");
	VkFormatProperties2 properties = {.sType = VK_STRUCTURE_TYPE_FORMAT_PROPERTIES_2};

	if ((set && !strcmp(set, "force")) || (quirks && !strcmp(quirks, "buffers")))
		return true;
	vkGetPhysicalDeviceFormatProperties2(h->physical, scene_formats[0].format, &properties);
	return usage & VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT &&
	       !(properties.formatProperties.linearTilingFeatures &
		       VK_FORMAT_FEATURE_COLOR_ATTACHMENT_BIT);
}

static void scene_make_pass(struct scene *scene)
{
	VkAttachmentDescription attachment = {
		.format = scene->format->format,
		.samples = VK_SAMPLE_COUNT_1_BIT,
		.loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR,
		.storeOp = VK_ATTACHMENT_STORE_OP_STORE,
		.stencilLoadOp = VK_ATTACHMENT_LOAD_OP_DONT_CARE,
		.stencilStoreOp = VK_ATTACHMENT_STORE_OP_DONT_CARE,
		.finalLayout = VK_IMAGE_LAYOUT_GENERAL,
	};
	VkAttachmentReference reference = {0, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL};
	VkSubpassDescription subpass = {.colorAttachmentCount = 1, .pColorAttachments = &reference};
	VkRenderPassCreateInfo pass = {
		.sType = VK_STRUCTURE_TYPE_RENDER_PASS_CREATE_INFO,
		.attachmentCount = 1,
		.pAttachments = &attachment,
		.subpassCount = 1,
		.pSubpasses = &subpass,
	};
	VkFramebufferCreateInfo framebuffer = {
		.sType = VK_STRUCTURE_TYPE_FRAMEBUFFER_CREATE_INFO,
		.attachmentCount = 1,
		.pAttachments = &scene->view,
		.width = scene->width,
		.height = scene->height,
		.layers = 1,
	};

	HARNESS_CHECK(vkCreateRenderPass(scene->h->device, &pass, NULL, &scene->pass));
	framebuffer.renderPass = scene->pass;
	HARNESS_CHECK(
		vkCreateFramebuffer(scene->h->device, &framebuffer, NULL, &scene->framebuffer));
}

static void scene_make_pass2(struct scene *scene)
{
	VkAttachmentDescription2 attachment = {
		.sType = VK_STRUCTURE_TYPE_ATTACHMENT_DESCRIPTION_2,
		.format = scene->format->format,
		.samples = VK_SAMPLE_COUNT_1_BIT,
		.loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR,
		.stencilLoadOp = VK_ATTACHMENT_LOAD_OP_DONT_CARE,
		.stencilStoreOp = VK_ATTACHMENT_STORE_OP_DONT_CARE,
		.finalLayout = VK_IMAGE_LAYOUT_GENERAL,
	};
	VkAttachmentReference2 reference = {
		.sType = VK_STRUCTURE_TYPE_ATTACHMENT_REFERENCE_2,
		.layout = VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
	};
	VkSubpassDescription2 subpass = {
		.sType = VK_STRUCTURE_TYPE_SUBPASS_DESCRIPTION_2,
		.colorAttachmentCount = 1,
		.pColorAttachments = &reference,
	};
	VkRenderPassCreateInfo2 pass = {
		.sType = VK_STRUCTURE_TYPE_RENDER_PASS_CREATE_INFO_2,
		.attachmentCount = 1,
		.pAttachments = &attachment,
		.subpassCount = 1,
		.pSubpasses = &subpass,
	};

	HARNESS_CHECK(vkCreateRenderPass2(scene->h->device, &pass, NULL, &scene->pass2));
}

/** The image is bound. */
static void scene_finish(struct scene *scene, VkImageUsageFlags usage, int fd)
{
	VkImageViewCreateInfo view = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO,
		.image = scene->image,
		.viewType = VK_IMAGE_VIEW_TYPE_2D,
		.format = scene->format->format,
		.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1},
	};

	scene->bytes = mmap(NULL, scene->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(scene->bytes, MAP_FAILED);
	close(fd);
	if (!(usage & VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT))
		return;
	HARNESS_CHECK(vkCreateImageView(scene->h->device, &view, NULL, &scene->view));
	scene_make_pass(scene);
	scene_make_pass2(scene);
}

void scene_open(struct scene *scene, struct harness *h, const struct scene_format *format,
	VkImageUsageFlags usage)
{
	struct harness_image wanted = {
		.format = format->format, .usage = usage, .views = scene->views};

	scene->h = h;
	scene->format = format;
	if (!scene->width) {
		scene->width = SCENE_WIDTH;
		scene->height = SCENE_HEIGHT;
	}
	wanted.width = (int)scene->width;
	wanted.height = (int)scene->height;
	scene->state = VK_IMAGE_LAYOUT_UNDEFINED;
	scene->view = VK_NULL_HANDLE;
	scene->pass = VK_NULL_HANDLE;
	scene->pass2 = VK_NULL_HANDLE;
	scene->framebuffer = VK_NULL_HANDLE;
	HARNESS_CHECK(harness_image(h, &wanted, &scene->image));
	scene->memory = harness_image_bind(h, scene->image, &scene->size);
	scene->layout = harness_image_layout(h, scene->image);
	scene_finish(scene, usage, harness_export(h, scene->memory));
}

void scene_import(struct scene *scene, struct harness *h, const struct scene *other, int fd)
{
	VkImageUsageFlags usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT |
				  VK_IMAGE_USAGE_TRANSFER_SRC_BIT | VK_IMAGE_USAGE_SAMPLED_BIT;
	VkSubresourceLayout plane = {
		.offset = other->layout.offset, .rowPitch = other->layout.rowPitch};
	VkImageDrmFormatModifierExplicitCreateInfoEXT layout = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_EXPLICIT_CREATE_INFO_EXT,
		.drmFormatModifierPlaneCount = 1,
		.pPlaneLayouts = &plane,
	};
	struct harness_image wanted = {.width = (int)other->width,
		.height = (int)other->height,
		.format = other->format->format,
		.layout = &layout,
		.usage = usage};
	VkMemoryRequirements needs;

	*scene = (struct scene){
		.h = h, .format = other->format, .width = other->width, .height = other->height};
	HARNESS_CHECK(harness_image(h, &wanted, &scene->image));
	vkGetImageMemoryRequirements(h->device, scene->image, &needs);
	scene->size = needs.size;
	scene->layout = harness_image_layout(h, scene->image);
	assert_int_equal(scene->layout.rowPitch, other->layout.rowPitch);
	HARNESS_CHECK(harness_import(h, dup(fd), needs.size,
		harness_memory_type(h, needs.memoryTypeBits, 0), &scene->memory));
	HARNESS_CHECK(vkBindImageMemory(h->device, scene->image, scene->memory, 0));
	scene_finish(scene, usage, fd);
}

void scene_close(struct scene *scene, unsigned order)
{
	VkDevice device = scene->h->device;

	if (order & 1)
		munmap(scene->bytes, scene->size);
	if (order % 3 == 0)
		vkFreeMemory(device, scene->memory, NULL);
	vkDestroyFramebuffer(device, scene->framebuffer, NULL);
	vkDestroyRenderPass(device, scene->pass, NULL);
	vkDestroyRenderPass(device, scene->pass2, NULL);
	vkDestroyImageView(device, scene->view, NULL);
	if (order % 3 == 1)
		vkFreeMemory(device, scene->memory, NULL);
	vkDestroyImage(device, scene->image, NULL);
	if (order % 3 == 2)
		vkFreeMemory(device, scene->memory, NULL);
	if (!(order & 1))
		munmap(scene->bytes, scene->size);
}
