/**
 * One Vulkan device for a test of the host's layer, with every validation message counted.
 *
 * The environment says what is below: lavapipe with the layer (with-layers), or Venus by vtest
 * (with-venus).
 */
#ifndef TESTS_HOST_HARNESS_H
#define TESTS_HOST_HARNESS_H

#include "tests/unit.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <vulkan/vulkan.h>

#define HARNESS_MAX_FAMILIES 8

struct harness {
	VkInstance instance;
	VkDebugUtilsMessengerEXT messenger; /**< null where no layer validates */
	VkPhysicalDevice physical;
	VkPhysicalDeviceProperties properties;
	VkPhysicalDeviceMemoryProperties memory;
	VkDevice device;
	VkQueue queue;                        /**< the first of family 0 */
	VkQueue queues[HARNESS_MAX_FAMILIES]; /**< one of each family that copies; else null */
	VkCommandPool pool;
	VkCommandBuffer commands;
	atomic_int n_messages;
	bool is_venus;
	bool has_maintenance5; /**< enabled on the device if it is there */

	PFN_vkGetMemoryFdKHR get_memory_fd;
	PFN_vkGetMemoryFdPropertiesKHR get_fd_properties;
	PFN_vkGetImageDrmFormatModifierPropertiesEXT get_modifier;
	PFN_vkGetSemaphoreFdKHR get_semaphore_fd;
	PFN_vkImportSemaphoreFdKHR import_semaphore_fd;
	PFN_vkGetFenceFdKHR get_fence_fd;
	PFN_vkImportFenceFdKHR import_fence_fd;
};

#define HARNESS_CHECK(call) assert_int_equal(call, VK_SUCCESS)
#define HARNESS_FUNCTION(h, name) ((PFN_##name)vkGetDeviceProcAddr((h)->device, #name))

/** Instance only: h->physical, ->properties and ->memory are set. */
void harness_open_instance(struct harness *h);
/** With all the extensions of external memory and synchronisation that there are. */
void harness_open(struct harness *h);
/**
 * Another device of the same instance into h2, which borrows the instance: harness_close_device()
 * alone ends it.
 */
void harness_open_device(struct harness *h);
void harness_close_device(struct harness *h);
/** A device with one queue, these extensions and no features; the test destroys it. */
VkDevice harness_bare_device(struct harness *h, const char *const *extensions, uint32_t count);
/** Fails the test if a validation layer has said anything. */
void harness_close(struct harness *h);

/**
 * Whether memory can be imported at all: Mesa's vtest mode has no such function, it would crash.
 */
bool harness_imports(void);
/** Ends the test as skipped if not. */
void harness_skip_without_import(void);

/** Whether a validation layer is there at all. */
bool harness_validates(void);
/**
 * Whether the validation layer sees the test's own calls: what is not valid cannot be tried then.
 */
bool harness_validates_above(void);

bool harness_lists(struct harness *h, const char *extension);
/** The first of the types with all of the flags; fails the test if there is none. */
uint32_t harness_memory_type(struct harness *h, uint32_t types, VkMemoryPropertyFlags flags);
/** The first that is host-visible and coherent: with the layer, those can all be shared. */
uint32_t harness_shared_type(struct harness *h);

/** Exportable as a dma-buf. */
VkResult harness_allocate(struct harness *h, VkDeviceSize size, uint32_t type, VkDeviceMemory *out);
/** Exportable again. */
VkResult harness_import(
	struct harness *h, int fd, VkDeviceSize size, uint32_t type, VkDeviceMemory *out);
/** A new fd, the test's. */
int harness_export(struct harness *h, VkDeviceMemory memory);

/** A buffer for dma-bufs, for transfers. */
VkBuffer harness_buffer(struct harness *h, VkDeviceSize size);
/** Begins the one command buffer. */
VkCommandBuffer harness_begin(struct harness *h);
/** Submits it and waits for it. */
void harness_finish(struct harness *h);

struct harness_image {
	int width, height;
	VkFormat format;
	const VkImageDrmFormatModifierExplicitCreateInfoEXT
		*layout; /**< NULL: modifier list with LINEAR only */
	VkImageUsageFlags usage;
	const VkImageFormatListCreateInfo
		*views; /**< mutable and with extended usage, as WSI does it; NULL: not */
};

/** A LINEAR image by its DRM modifier, for dma-bufs. */
VkResult harness_image(struct harness *h, const struct harness_image *wanted, VkImage *out);
/** Of its first memory plane. */
VkSubresourceLayout harness_image_layout(struct harness *h, VkImage image);
/** New memory for the image, exportable, bound; its size in bytes into *size, which may be NULL. */
VkDeviceMemory harness_image_bind(struct harness *h, VkImage image, VkDeviceSize *size);
/** Clears the image, which is in GENERAL afterwards and released to the FOREIGN queue family. */
void harness_clear(struct harness *h, VkImage image, float red, float green, float blue);
/** Fails the test unless all pixels, of 32 bits, are that one where the layout puts them in fd. */
void harness_image_expect(
	const struct harness_image *image, int fd, VkSubresourceLayout layout, uint32_t pixel);

/**
 * Open file descriptors of this process, and its mappings of files and memfds; anonymous ones are
 * the allocators' own. A leak shows as growth.
 */
unsigned harness_count_fds(void);
unsigned harness_count_maps(void);

#endif
