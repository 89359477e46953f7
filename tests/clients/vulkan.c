/*
 * Pictures through a Vulkan swapchain: each is computed by the CPU and copied into the swapchain's
 * image by the GPU. One picture at a time is under way.
 */
#include "painter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VK_USE_PLATFORM_WAYLAND_KHR
#include <vulkan/vulkan.h>

#define VULKAN_MAX_IMAGES 8
#define VULKAN_MAX_DEVICES 16
#define VULKAN_MAX_FAMILIES 32
#define VULKAN_MAX_FORMATS 64

struct painter {
	struct window *window;
	const struct pattern *pattern;
	VkInstance instance;
	VkSurfaceKHR surface;
	VkPhysicalDevice physical;
	uint32_t family;
	VkDevice device;
	VkQueue queue;
	VkCommandPool pool;
	VkCommandBuffer commands;
	VkSemaphore acquired;
	VkFence fence;

	/* For the size in force. */
	VkSwapchainKHR swapchain;
	VkImage images[VULKAN_MAX_IMAGES];
	VkSemaphore drawn[VULKAN_MAX_IMAGES]; /* one an image: presenting may wait on it for long */
	uint32_t n_images;
	VkExtent2D extent;
	VkBuffer buffer;
	VkDeviceMemory memory;
	uint32_t *pixels;
};

/* Says what failed. */
static bool vulkan_check(VkResult result, const char *what)
{
	if (result == VK_SUCCESS || result == VK_SUBOPTIMAL_KHR)
		return true;
	fprintf(stderr, "pattern: %s failed (VkResult %d)\n", what, result);
	return false;
}

static bool vulkan_create_instance(struct painter *painter)
{
	const char *extensions[] = {
		VK_KHR_SURFACE_EXTENSION_NAME, VK_KHR_WAYLAND_SURFACE_EXTENSION_NAME};
	const VkApplicationInfo application = {
		.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
		.pApplicationName = "pattern",
		.apiVersion = VK_API_VERSION_1_1,
	};
	const VkInstanceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
		.pApplicationInfo = &application,
		.enabledExtensionCount = 2,
		.ppEnabledExtensionNames = extensions,
	};
	const VkWaylandSurfaceCreateInfoKHR surface = {
		.sType = VK_STRUCTURE_TYPE_WAYLAND_SURFACE_CREATE_INFO_KHR,
		.display = painter->window->display,
		.surface = painter->window->surface,
	};
	return vulkan_check(
		       vkCreateInstance(&info, NULL, &painter->instance), "vkCreateInstance") &&
	       vulkan_check(vkCreateWaylandSurfaceKHR(
				    painter->instance, &surface, NULL, &painter->surface),
		       "vkCreateWaylandSurfaceKHR");
}

static bool vulkan_has_swapchain(VkPhysicalDevice physical)
{
	uint32_t n = 0;
	bool found = false;
	vkEnumerateDeviceExtensionProperties(physical, NULL, &n, NULL);
	VkExtensionProperties *list = calloc(n + 1, sizeof *list);
	if (!list || vkEnumerateDeviceExtensionProperties(physical, NULL, &n, list) != VK_SUCCESS)
		n = 0;
	for (uint32_t i = 0; i < n; i++)
		found |= strcmp(list[i].extensionName, VK_KHR_SWAPCHAIN_EXTENSION_NAME) == 0;
	free(list);
	return found;
}

/* A queue family that draws and presents to the window, or UINT32_MAX. */
static uint32_t vulkan_find_family(const struct painter *painter, VkPhysicalDevice physical)
{
	VkQueueFamilyProperties families[VULKAN_MAX_FAMILIES];
	uint32_t n = VULKAN_MAX_FAMILIES;
	if (!vulkan_has_swapchain(physical))
		return UINT32_MAX;
	vkGetPhysicalDeviceQueueFamilyProperties(physical, &n, families);
	for (uint32_t i = 0; i < n; i++) {
		VkBool32 presents = VK_FALSE;
		vkGetPhysicalDeviceSurfaceSupportKHR(physical, i, painter->surface, &presents);
		if (presents && (families[i].queueFlags & VK_QUEUE_GRAPHICS_BIT))
			return i;
	}
	return UINT32_MAX;
}

static bool vulkan_choose_device(struct painter *painter)
{
	VkPhysicalDevice devices[VULKAN_MAX_DEVICES];
	uint32_t n = VULKAN_MAX_DEVICES;
	if (vkEnumeratePhysicalDevices(painter->instance, &n, devices) < VK_SUCCESS)
		n = 0;
	for (uint32_t i = 0; i < n; i++) {
		painter->family = vulkan_find_family(painter, devices[i]);
		if (painter->family == UINT32_MAX)
			continue;
		VkPhysicalDeviceProperties properties;
		vkGetPhysicalDeviceProperties(devices[i], &properties);
		printf("device %s\n", properties.deviceName);
		fflush(stdout);
		painter->physical = devices[i];
		return true;
	}
	fprintf(stderr, "pattern: no Vulkan device has a swapchain for Wayland (of %u)\n", n);
	return false;
}

static bool vulkan_create_device(struct painter *painter)
{
	const char *extension = VK_KHR_SWAPCHAIN_EXTENSION_NAME;
	const float priority = 1;
	const VkDeviceQueueCreateInfo queue = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
		.queueFamilyIndex = painter->family,
		.queueCount = 1,
		.pQueuePriorities = &priority,
	};
	const VkDeviceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
		.queueCreateInfoCount = 1,
		.pQueueCreateInfos = &queue,
		.enabledExtensionCount = 1,
		.ppEnabledExtensionNames = &extension,
	};
	if (!vulkan_check(vkCreateDevice(painter->physical, &info, NULL, &painter->device),
		    "vkCreateDevice"))
		return false;
	vkGetDeviceQueue(painter->device, painter->family, 0, &painter->queue);
	return true;
}

static bool vulkan_create_objects(struct painter *painter)
{
	const VkCommandPoolCreateInfo pool = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
		.flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT,
		.queueFamilyIndex = painter->family,
	};
	if (!vulkan_check(vkCreateCommandPool(painter->device, &pool, NULL, &painter->pool),
		    "vkCreateCommandPool"))
		return false;
	const VkCommandBufferAllocateInfo commands = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
		.commandPool = painter->pool,
		.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
		.commandBufferCount = 1,
	};
	const VkSemaphoreCreateInfo semaphore = {.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO};
	const VkFenceCreateInfo fence = {.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
	return vulkan_check(
		       vkAllocateCommandBuffers(painter->device, &commands, &painter->commands),
		       "vkAllocateCommandBuffers") &&
	       vulkan_check(
		       vkCreateSemaphore(painter->device, &semaphore, NULL, &painter->acquired),
		       "vkCreateSemaphore") &&
	       vulkan_check(vkCreateFence(painter->device, &fence, NULL, &painter->fence),
		       "vkCreateFence");
}

/* What belongs to the size in force. */
static void vulkan_finish_size(struct painter *painter)
{
	if (!painter->device)
		return;
	vkDeviceWaitIdle(painter->device);
	for (uint32_t i = 0; i < painter->n_images; i++)
		vkDestroySemaphore(painter->device, painter->drawn[i], NULL);
	painter->n_images = 0;
	vkDestroySwapchainKHR(painter->device, painter->swapchain, NULL);
	painter->swapchain = VK_NULL_HANDLE;
	vkDestroyBuffer(painter->device, painter->buffer, NULL);
	painter->buffer = VK_NULL_HANDLE;
	vkFreeMemory(painter->device, painter->memory, NULL);
	painter->memory = VK_NULL_HANDLE;
	painter->pixels = NULL;
}

static void vulkan_destroy(struct painter *painter)
{
	vulkan_finish_size(painter);
	if (painter->device) {
		vkDestroyFence(painter->device, painter->fence, NULL);
		vkDestroySemaphore(painter->device, painter->acquired, NULL);
		vkDestroyCommandPool(painter->device, painter->pool, NULL);
		vkDestroyDevice(painter->device, NULL);
	}
	if (painter->surface)
		vkDestroySurfaceKHR(painter->instance, painter->surface, NULL);
	if (painter->instance)
		vkDestroyInstance(painter->instance, NULL);
	free(painter);
}

static bool vulkan_find_format(const struct painter *painter, VkSurfaceFormatKHR *format)
{
	VkSurfaceFormatKHR formats[VULKAN_MAX_FORMATS];
	uint32_t n = VULKAN_MAX_FORMATS;
	if (vkGetPhysicalDeviceSurfaceFormatsKHR(painter->physical, painter->surface, &n, formats) <
		VK_SUCCESS)
		n = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (formats[i].format == VK_FORMAT_B8G8R8A8_UNORM) {
			*format = formats[i];
			return true;
		}
	}
	fprintf(stderr, "pattern: the swapchain does not offer B8G8R8A8_UNORM\n");
	return false;
}

static bool vulkan_create_swapchain(struct painter *painter)
{
	VkSurfaceCapabilitiesKHR caps;
	VkSurfaceFormatKHR format;
	if (!vulkan_check(vkGetPhysicalDeviceSurfaceCapabilitiesKHR(
				  painter->physical, painter->surface, &caps),
		    "vkGetPhysicalDeviceSurfaceCapabilitiesKHR") ||
		!vulkan_find_format(painter, &format))
		return false;
	painter->extent =
		(VkExtent2D){(uint32_t)painter->window->width, (uint32_t)painter->window->height};
	const VkSwapchainCreateInfoKHR info = {
		.sType = VK_STRUCTURE_TYPE_SWAPCHAIN_CREATE_INFO_KHR,
		.surface = painter->surface,
		.minImageCount = caps.minImageCount > 3 ? caps.minImageCount : 3,
		.imageFormat = format.format,
		.imageColorSpace = format.colorSpace,
		.imageExtent = painter->extent,
		.imageArrayLayers = 1,
		.imageUsage = VK_IMAGE_USAGE_TRANSFER_DST_BIT,
		.preTransform = VK_SURFACE_TRANSFORM_IDENTITY_BIT_KHR,
		.compositeAlpha = painter->pattern->has_alpha
					  ? VK_COMPOSITE_ALPHA_PRE_MULTIPLIED_BIT_KHR
					  : VK_COMPOSITE_ALPHA_OPAQUE_BIT_KHR,
		.presentMode = VK_PRESENT_MODE_FIFO_KHR,
		.clipped = VK_TRUE,
	};
	if (!vulkan_check(vkCreateSwapchainKHR(painter->device, &info, NULL, &painter->swapchain),
		    "vkCreateSwapchainKHR"))
		return false;
	uint32_t n = VULKAN_MAX_IMAGES;
	if (!vulkan_check(vkGetSwapchainImagesKHR(
				  painter->device, painter->swapchain, &n, painter->images),
		    "vkGetSwapchainImagesKHR"))
		return false;
	const VkSemaphoreCreateInfo semaphore = {.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO};
	for (; painter->n_images < n; painter->n_images++) {
		if (!vulkan_check(vkCreateSemaphore(painter->device, &semaphore, NULL,
					  &painter->drawn[painter->n_images]),
			    "vkCreateSemaphore"))
			return false;
	}
	return true;
}

/* A memory type that the CPU reaches, or UINT32_MAX. */
static uint32_t vulkan_find_memory(const struct painter *painter, uint32_t bits)
{
	const VkMemoryPropertyFlags wanted =
		VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
	VkPhysicalDeviceMemoryProperties memory;
	vkGetPhysicalDeviceMemoryProperties(painter->physical, &memory);
	for (uint32_t i = 0; i < memory.memoryTypeCount; i++) {
		if ((bits & 1u << i) && (memory.memoryTypes[i].propertyFlags & wanted) == wanted)
			return i;
	}
	return UINT32_MAX;
}

static bool vulkan_create_buffer(struct painter *painter)
{
	const VkBufferCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
		.size = (VkDeviceSize)painter->extent.width * painter->extent.height * 4,
		.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT,
	};
	if (!vulkan_check(vkCreateBuffer(painter->device, &info, NULL, &painter->buffer),
		    "vkCreateBuffer"))
		return false;
	VkMemoryRequirements needs;
	vkGetBufferMemoryRequirements(painter->device, painter->buffer, &needs);
	const VkMemoryAllocateInfo allocate = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
		.allocationSize = needs.size,
		.memoryTypeIndex = vulkan_find_memory(painter, needs.memoryTypeBits),
	};
	if (allocate.memoryTypeIndex == UINT32_MAX) {
		fprintf(stderr, "pattern: the device has no memory that the CPU can reach\n");
		return false;
	}
	void *map;
	if (!vulkan_check(vkAllocateMemory(painter->device, &allocate, NULL, &painter->memory),
		    "vkAllocateMemory") ||
		!vulkan_check(
			vkBindBufferMemory(painter->device, painter->buffer, painter->memory, 0),
			"vkBindBufferMemory") ||
		!vulkan_check(
			vkMapMemory(painter->device, painter->memory, 0, VK_WHOLE_SIZE, 0, &map),
			"vkMapMemory"))
		return false;
	painter->pixels = map;
	return true;
}

static struct painter *vulkan_create(
	struct window *window, const struct pattern *pattern, const struct pool_layout *layout)
{
	struct painter *painter = calloc(1, sizeof *painter);
	if (!painter)
		return NULL;
	painter->window = window;
	painter->pattern = pattern;
	if (vulkan_create_instance(painter) && vulkan_choose_device(painter) &&
		vulkan_create_device(painter) && vulkan_create_objects(painter))
		return painter;
	vulkan_destroy(painter);
	return NULL;
}

static VkImageMemoryBarrier vulkan_barrier(VkImage image, VkAccessFlags from, VkAccessFlags to,
	VkImageLayout old_layout, VkImageLayout new_layout)
{
	return (VkImageMemoryBarrier){
		.sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,
		.srcAccessMask = from,
		.dstAccessMask = to,
		.oldLayout = old_layout,
		.newLayout = new_layout,
		.srcQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
		.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED,
		.image = image,
		.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1},
	};
}

static bool vulkan_record(struct painter *painter, VkImage image)
{
	const VkCommandBufferBeginInfo begin = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
		.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT,
	};
	const VkBufferImageCopy region = {
		.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1},
		.imageExtent = {painter->extent.width, painter->extent.height, 1},
	};
	if (!vulkan_check(vkBeginCommandBuffer(painter->commands, &begin), "vkBeginCommandBuffer"))
		return false;
	VkImageMemoryBarrier barrier = vulkan_barrier(image, 0, VK_ACCESS_TRANSFER_WRITE_BIT,
		VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
	vkCmdPipelineBarrier(painter->commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
		VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 0, NULL, 0, NULL, 1, &barrier);
	vkCmdCopyBufferToImage(painter->commands, painter->buffer, image,
		VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1, &region);
	barrier = vulkan_barrier(image, VK_ACCESS_TRANSFER_WRITE_BIT, 0,
		VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, VK_IMAGE_LAYOUT_PRESENT_SRC_KHR);
	vkCmdPipelineBarrier(painter->commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
		VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, 0, 0, NULL, 0, NULL, 1, &barrier);
	return vulkan_check(vkEndCommandBuffer(painter->commands), "vkEndCommandBuffer");
}

static bool vulkan_submit(struct painter *painter, uint32_t index)
{
	const VkPipelineStageFlags stage = VK_PIPELINE_STAGE_TRANSFER_BIT;
	const VkSubmitInfo submit = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
		.waitSemaphoreCount = 1,
		.pWaitSemaphores = &painter->acquired,
		.pWaitDstStageMask = &stage,
		.commandBufferCount = 1,
		.pCommandBuffers = &painter->commands,
		.signalSemaphoreCount = 1,
		.pSignalSemaphores = &painter->drawn[index],
	};
	const VkPresentInfoKHR present = {
		.sType = VK_STRUCTURE_TYPE_PRESENT_INFO_KHR,
		.waitSemaphoreCount = 1,
		.pWaitSemaphores = &painter->drawn[index],
		.swapchainCount = 1,
		.pSwapchains = &painter->swapchain,
		.pImageIndices = &index,
	};
	/* The next picture is written over the staging buffer, so this one must have been read by
	 * then. */
	return vulkan_check(vkQueueSubmit(painter->queue, 1, &submit, painter->fence),
		       "vkQueueSubmit") &&
	       vulkan_check(vkQueuePresentKHR(painter->queue, &present), "vkQueuePresentKHR") &&
	       vulkan_check(
		       vkWaitForFences(painter->device, 1, &painter->fence, VK_TRUE, UINT64_MAX),
		       "vkWaitForFences") &&
	       vulkan_check(vkResetFences(painter->device, 1, &painter->fence), "vkResetFences");
}

static bool vulkan_draw(struct painter *painter, uint32_t frame, bool whole)
{
	bool fits = painter->swapchain &&
		    painter->extent.width == (uint32_t)painter->window->width &&
		    painter->extent.height == (uint32_t)painter->window->height;
	if (!fits) {
		vulkan_finish_size(painter);
		if (!vulkan_create_swapchain(painter) || !vulkan_create_buffer(painter))
			return false;
	}
	pattern_fill(painter->pattern, frame, painter->pixels, painter->extent.width,
		painter->extent.height);
	uint32_t index;
	return vulkan_check(vkAcquireNextImageKHR(painter->device, painter->swapchain, UINT64_MAX,
				    painter->acquired, VK_NULL_HANDLE, &index),
		       "vkAcquireNextImageKHR") &&
	       vulkan_record(painter, painter->images[index]) && vulkan_submit(painter, index);
}

const struct painter_interface vulkan_painter = {
	.create = vulkan_create,
	.destroy = vulkan_destroy,
	.draw = vulkan_draw,
};
