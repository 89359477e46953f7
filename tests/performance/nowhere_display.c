// SPDX-License-Identifier: MIT
/*
 * Nothing here releases an image to the foreign family, which shows a shadow's pixels
 * (docs/host.md): Mesa's Venus makes such a release of each end of a render pass and each barrier
 * in PRESENT_SRC, of whatever image (vn_cmd_fix_image_memory_barrier), just as it does for its own
 * swapchains.
 */
#include "nowhere_display.h"

#include "screen.h"

#include <drm_fourcc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const display_extensions[DISPLAY_N_EXTENSIONS] = {
	VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME,
	VK_EXT_EXTERNAL_MEMORY_DMA_BUF_EXTENSION_NAME,
	VK_EXT_IMAGE_DRM_FORMAT_MODIFIER_EXTENSION_NAME,
	VK_EXT_QUEUE_FAMILY_FOREIGN_EXTENSION_NAME,
};

static struct screen display_screen = {.fd = -1};

static bool display_fail(const char *what, const char *why)
{
	fprintf(stderr, "nowhere: %s: %s\n", what, why);
	return false;
}

bool display_is_wanted(void)
{
	const char *wish = getenv("NOWHERE_DISPLAY");

	return wish && *wish == '1';
}

static bool display_open(void)
{
	int error = display_screen.output ? 0 : screen_open(&display_screen);

	if (!error)
		return true;
	screen_close(&display_screen);
	return display_fail("no display", strerror(-error));
}

bool display_size(VkExtent2D *size)
{
	if (!display_is_wanted() || !display_open())
		return false;
	*size = (VkExtent2D){
		(uint32_t)display_screen.mode.width, (uint32_t)display_screen.mode.height};
	return true;
}

void display_close(void)
{
	if (display_screen.output)
		screen_close(&display_screen);
}

static VkResult display_create_image(struct nowhere_device *device,
	const VkSwapchainCreateInfoKHR *wanted, struct nowhere_image *image)
{
	const uint64_t linear = DRM_FORMAT_MOD_LINEAR;
	const VkImageDrmFormatModifierListCreateInfoEXT modifiers = {
		.sType = VK_STRUCTURE_TYPE_IMAGE_DRM_FORMAT_MODIFIER_LIST_CREATE_INFO_EXT,
		.drmFormatModifierCount = 1,
		.pDrmFormatModifiers = &linear,
	};
	const VkExternalMemoryImageCreateInfo external = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO,
		.pNext = &modifiers,
		.handleTypes = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
	};
	const VkExportMemoryAllocateInfo export = {
		.sType = VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO,
		.handleTypes = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
	};
	VkMemoryDedicatedAllocateInfo dedicated = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO,
		.pNext = &export,
	};
	const struct nowhere_image_kind kind = {
		.tiling = VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT,
		.next = &external,
		.dedicated = &dedicated,
	};

	return nowhere_create_image(device, wanted, &kind, image);
}

static VkResult display_export(struct nowhere_device *device, VkExtent2D size,
	const struct nowhere_image *image, struct dmabuf *dmabuf)
{
	const VkImageSubresource plane = {.aspectMask = VK_IMAGE_ASPECT_MEMORY_PLANE_0_BIT_EXT};
	const VkMemoryGetFdInfoKHR info = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_GET_FD_INFO_KHR,
		.memory = image->memory,
		.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
	};
	VkSubresourceLayout layout;

	device->next.GetImageSubresourceLayout(device->handle, image->handle, &plane, &layout);
	dmabuf->width = (int32_t)size.width;
	dmabuf->height = (int32_t)size.height;
	dmabuf->format = DRM_FORMAT_XRGB8888;
	dmabuf->modifier = DRM_FORMAT_MOD_LINEAR;
	dmabuf->n_planes = 1;
	dmabuf->planes[0].offset = (uint32_t)layout.offset;
	dmabuf->planes[0].stride = (uint32_t)layout.rowPitch;
	return device->next.GetMemoryFdKHR(device->handle, &info, &dmabuf->planes[0].fd);
}

bool display_image_create(struct nowhere_device *device, const VkSwapchainCreateInfoKHR *wanted,
	struct nowhere_image *image)
{
	struct dmabuf dmabuf;
	VkResult result = display_create_image(device, wanted, image);

	dmabuf_init(&dmabuf);
	if (result == VK_SUCCESS)
		result = display_export(device, wanted->imageExtent, image, &dmabuf);
	if (result != VK_SUCCESS)
		return display_fail("no image that can be shown", "refused by the driver");
	int error = kms_buffer_import(display_screen.device, &dmabuf, &image->buffer);
	dmabuf_finish(&dmabuf);
	return !error || display_fail("an image cannot be shown", strerror(-error));
}

void display_image_finish(struct nowhere_image *image)
{
	kms_buffer_unref(image->buffer);
}

bool display_show(const struct nowhere_image *image)
{
	int error = screen_wait(&display_screen);

	if (!error)
		error = screen_show(&display_screen, image->buffer, NULL);
	return !error || display_fail("a frame is not shown", kms_device_explain(error));
}
