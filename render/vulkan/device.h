/** The Vulkan device: which one, what it can do, its queue and its memory. */
#ifndef RENDER_VULKAN_DEVICE_H
#define RENDER_VULKAN_DEVICE_H

#include "render/renderer.h"
#include "render/vulkan/instance.h"

#include <stdbool.h>
#include <stdint.h>
#include <vulkan/vulkan.h>

struct device {
	struct instance instance;
	VkPhysicalDevice physical;
	VkDevice handle;
	VkQueue queue; /**< graphics; the only one */
	uint32_t queue_family;
	uint32_t timestamp_bits; /**< of the queue's timestamps, 0: none */
	VkPhysicalDeviceProperties properties;
	VkPhysicalDeviceMemoryProperties memory;
	char driver[VK_MAX_DRIVER_NAME_SIZE];
	bool is_venus, is_software;
	VkDeviceSize host_alignment; /**< of imported host pointers, bytes */

	/* Extensions in force. */
	bool has_dma_buf;        /**< and external_memory_fd */
	bool has_modifiers;      /**< VK_EXT_image_drm_format_modifier */
	bool has_video;          /**< samplerYcbcrConversion, of Vulkan 1.1 */
	bool has_host_pointer;   /**< VK_EXT_external_memory_host */
	bool has_sync_fd;        /**< semaphores are exported as sync files: without blocking, for a
				    display */
	uint32_t foreign_family; /**< VK_QUEUE_FAMILY_FOREIGN_EXT, or EXTERNAL without the extension
				  */

	/* NULL without their extension. */
	PFN_vkGetMemoryFdKHR get_memory_fd;
	PFN_vkGetMemoryFdPropertiesKHR get_memory_fd_properties;
	PFN_vkGetMemoryHostPointerPropertiesEXT get_host_pointer_properties;
	PFN_vkGetSemaphoreFdKHR get_semaphore_fd;
};

/** Chooses and opens a device. False: reason says why; finish all the same. */
bool device_init(struct device *device, const struct renderer_options *options, char *reason);

/** Everything made of it is gone before. */
void device_finish(struct device *device);

#endif
