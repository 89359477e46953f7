// SPDX-License-Identifier: MIT
/* What the layer says there is: extensions, memory types, handles, entry points and their aliases.
 */
#include "tests/host/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const properties_offered[] = {
	"VK_KHR_external_memory_fd",
	"VK_EXT_external_memory_dma_buf",
	"VK_EXT_image_drm_format_modifier",
	"VK_EXT_queue_family_foreign",
	"VK_KHR_external_semaphore_fd",
	"VK_KHR_external_fence_fd",
};
#define PROPERTIES_N_OFFERED (sizeof(properties_offered) / sizeof(properties_offered[0]))

static void properties_list_of_extensions(void **state)
{
	static VkExtensionProperties list[512], again[512];
	uint32_t count = 0, fewer;
	struct harness h;

	harness_open_instance(&h);
	HARNESS_CHECK(vkEnumerateDeviceExtensionProperties(h.physical, NULL, &count, NULL));
	assert_in_range(count, PROPERTIES_N_OFFERED, 512);
	HARNESS_CHECK(vkEnumerateDeviceExtensionProperties(h.physical, NULL, &count, list));
	for (size_t i = 0; i < PROPERTIES_N_OFFERED; i++) {
		unsigned n = 0;

		for (uint32_t j = 0; j < count; j++) {
			n += !strcmp(list[j].extensionName, properties_offered[i]);
			assert_true(list[j].specVersion > 0);
		}
		assert_int_equal(n, 1);
	}
	/* Too little room: as many as fit, in the same order. */
	fewer = count - 1;
	memset(again, 0x55, sizeof(again));
	assert_int_equal(vkEnumerateDeviceExtensionProperties(h.physical, NULL, &fewer, again),
		VK_INCOMPLETE);
	assert_int_equal(fewer, count - 1);
	assert_memory_equal(again, list, fewer * sizeof(*list));
	assert_int_equal(again[fewer].specVersion, 0x55555555);
	fewer = 0;
	assert_int_equal(vkEnumerateDeviceExtensionProperties(h.physical, NULL, &fewer, again),
		VK_INCOMPLETE);
	assert_int_equal(fewer, 0);
	/* More room than needed. */
	fewer = 512;
	HARNESS_CHECK(vkEnumerateDeviceExtensionProperties(h.physical, NULL, &fewer, again));
	assert_int_equal(fewer, count);
	assert_false(harness_lists(&h, "VK_EXT_external_memory_metal"));
	assert_false(harness_lists(&h, "VK_EXT_metal_objects"));
	harness_close(&h);
}

static void properties_layer_extensions(void **state)
{
	static VkExtensionProperties list[64];
	uint32_t count = 64;
	struct harness h;

	harness_open_instance(&h);
	if (h.is_venus)
		skip(); /* the layer is on the other side */
	HARNESS_CHECK(vkEnumerateDeviceExtensionProperties(
		h.physical, "VK_LAYER_VITRINE_host", &count, list));
	assert_int_equal(count, PROPERTIES_N_OFFERED);
	harness_close(&h);
}

/** Venus writes out of bounds where no type is coherent (HOST.md A.3). */
static void properties_memory_types(void **state)
{
	VkPhysicalDeviceMemoryProperties2 second = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2};
	VkMemoryPropertyFlags coherent =
		VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
	struct harness h;

	harness_open(&h);
	harness_memory_type(&h, UINT32_MAX, coherent);
	/* The quirk layer's: importable is number 1 alone, number 2 is told as the device's only.
	 */
	if (h.memory.memoryTypeCount == 3) {
		assert_int_equal(
			h.memory.memoryTypes[0].propertyFlags, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
		assert_int_equal(h.memory.memoryTypes[1].propertyFlags & coherent, coherent);
		assert_int_equal(
			h.memory.memoryTypes[2].propertyFlags, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
	}
	vkGetPhysicalDeviceMemoryProperties2(h.physical, &second);
	assert_int_equal(second.memoryProperties.memoryTypeCount, h.memory.memoryTypeCount);
	for (uint32_t i = 0; i < h.memory.memoryTypeCount; i++) {
		VkMemoryPropertyFlags flags = h.memory.memoryTypes[i].propertyFlags;
		VkDeviceMemory memory;

		assert_int_equal(second.memoryProperties.memoryTypes[i].propertyFlags, flags);
		/* virglrenderer exports each host-visible allocation: every such type must be
		 * exportable. */
		if (flags & VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT) {
			HARNESS_CHECK(harness_allocate(&h, 1, i, &memory));
			vkFreeMemory(h.device, memory, NULL);
		}
	}
	harness_close(&h);
}

static void properties_external_handles(void **state)
{
	const char *quirks = getenv("QUIRKS");
	struct harness h;
	VkPhysicalDeviceExternalBufferInfo buffer = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_BUFFER_INFO,
		.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT,
		.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
	};
	VkExternalBufferProperties answer = {.sType = VK_STRUCTURE_TYPE_EXTERNAL_BUFFER_PROPERTIES};

	harness_open_instance(&h);
	/* Exactly what virglrenderer asks; with another answer its worker ends (HOST.md A.1). */
	vkGetPhysicalDeviceExternalBufferProperties(h.physical, &buffer, &answer);
	assert_true(answer.externalMemoryProperties.externalMemoryFeatures &
		    VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT);
	assert_true(
		answer.externalMemoryProperties.exportFromImportedHandleTypes & buffer.handleType);
	if (h.is_venus) {
		harness_close(&h); /* what follows is between the layer and virglrenderer */
		return;
	}
	/* An exportable OPAQUE_FD would be mapped by a Vulkan device inside QEMU. */
	buffer.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT;
	vkGetPhysicalDeviceExternalBufferProperties(h.physical, &buffer, &answer);
	assert_int_equal(answer.externalMemoryProperties.externalMemoryFeatures, 0);
	/* What is not ours is still answered by the driver. */
	buffer.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT;
	vkGetPhysicalDeviceExternalBufferProperties(h.physical, &buffer, &answer);
	assert_true(quirks && !strcmp(quirks, "none")
			    ? !answer.externalMemoryProperties.externalMemoryFeatures
			    : answer.externalMemoryProperties.externalMemoryFeatures &
				      VK_EXTERNAL_MEMORY_FEATURE_IMPORTABLE_BIT);
	harness_close(&h);
}

static void properties_external_sync(void **state)
{
	struct harness h;
	VkSemaphoreTypeCreateInfo timeline = {
		.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO,
		.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE,
	};
	VkPhysicalDeviceExternalSemaphoreInfo semaphore = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_SEMAPHORE_INFO,
		.handleType = VK_EXTERNAL_SEMAPHORE_HANDLE_TYPE_SYNC_FD_BIT,
	};
	VkExternalSemaphoreProperties answer = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_SEMAPHORE_PROPERTIES};
	VkPhysicalDeviceExternalFenceInfo fence = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_FENCE_INFO,
		.handleType = VK_EXTERNAL_FENCE_HANDLE_TYPE_SYNC_FD_BIT,
	};
	VkExternalFenceProperties fence_answer = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_FENCE_PROPERTIES};

	harness_open_instance(&h);
	vkGetPhysicalDeviceExternalSemaphoreProperties(h.physical, &semaphore, &answer);
	assert_int_equal(answer.externalSemaphoreFeatures,
		VK_EXTERNAL_SEMAPHORE_FEATURE_EXPORTABLE_BIT |
			VK_EXTERNAL_SEMAPHORE_FEATURE_IMPORTABLE_BIT);
	semaphore.pNext = &timeline;
	vkGetPhysicalDeviceExternalSemaphoreProperties(h.physical, &semaphore, &answer);
	assert_int_equal(answer.externalSemaphoreFeatures, 0);
	vkGetPhysicalDeviceExternalFenceProperties(h.physical, &fence, &fence_answer);
	assert_true(fence_answer.externalFenceFeatures & VK_EXTERNAL_FENCE_FEATURE_EXPORTABLE_BIT);
	harness_close(&h);
}

/** Every alias of a function of the instance leads to what its core name leads to. */
static void properties_aliases_of_instance(void **state)
{
	static const char *const names[] = {
		"vkEnumeratePhysicalDeviceGroups",
		"vkGetPhysicalDeviceMemoryProperties2",
		"vkGetPhysicalDeviceExternalBufferProperties",
		"vkGetPhysicalDeviceExternalSemaphoreProperties",
		"vkGetPhysicalDeviceExternalFenceProperties",
		"vkGetPhysicalDeviceFormatProperties2",
		"vkGetPhysicalDeviceImageFormatProperties2",
		"vkGetPhysicalDeviceSparseImageFormatProperties2",
	};
	PFN_vkGetPhysicalDeviceMemoryProperties2 memory;
	PFN_vkGetPhysicalDeviceExternalBufferProperties buffer;
	VkPhysicalDeviceMemoryProperties2 answer = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2};
	VkPhysicalDeviceExternalBufferInfo info = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_BUFFER_INFO,
		.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT,
		.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
	};
	VkExternalBufferProperties external = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_BUFFER_PROPERTIES};
	struct harness h;
	char name[128];

	harness_open_instance(&h);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), "%sKHR", names[i]);
		assert_non_null(vkGetInstanceProcAddr(h.instance, names[i]));
		assert_non_null(vkGetInstanceProcAddr(h.instance, name));
	}
	memory = (PFN_vkGetPhysicalDeviceMemoryProperties2)vkGetInstanceProcAddr(
		h.instance, "vkGetPhysicalDeviceMemoryProperties2KHR");
	memory(h.physical, &answer);
	assert_memory_equal(answer.memoryProperties.memoryTypes, h.memory.memoryTypes,
		h.memory.memoryTypeCount * sizeof(h.memory.memoryTypes[0]));
	buffer = (PFN_vkGetPhysicalDeviceExternalBufferProperties)vkGetInstanceProcAddr(
		h.instance, "vkGetPhysicalDeviceExternalBufferPropertiesKHR");
	buffer(h.physical, &info, &external);
	assert_true(external.externalMemoryProperties.externalMemoryFeatures &
		    VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT);
	harness_close(&h);
}

/** Of the device likewise; with the layer on top, the two are one and the same pointer. */
static void properties_aliases_of_device(void **state)
{
	static const char *const names[] = {
		"vkGetBufferMemoryRequirements2",
		"vkGetImageMemoryRequirements2",
		"vkBindImageMemory2",
		"vkGetDeviceBufferMemoryRequirements",
		"vkGetDeviceImageMemoryRequirements",
		"vkGetDeviceImageSparseMemoryRequirements",
		"vkCmdPipelineBarrier2",
		"vkCmdWaitEvents2",
		"vkCmdSetEvent2",
		"vkQueueSubmit2",
	};
	static const char *const extensions[] = {
		"VK_KHR_get_memory_requirements2",
		"VK_KHR_bind_memory2",
		"VK_KHR_maintenance4",
		"VK_KHR_synchronization2",
		"VK_KHR_external_memory_fd",
		"VK_EXT_external_memory_dma_buf",
	};
	struct harness h;
	VkDevice device;
	char name[128];

	harness_open_instance(&h);
	device = harness_bare_device(&h, extensions, sizeof(extensions) / sizeof(extensions[0]));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		PFN_vkVoidFunction core = vkGetDeviceProcAddr(device, names[i]), alias;

		snprintf(name, sizeof(name), "%sKHR", names[i]);
		alias = vkGetDeviceProcAddr(device, name);
		assert_non_null(core);
		assert_non_null(alias);
		assert_true(harness_validates_above() || core == alias);
	}
	assert_non_null(vkGetDeviceProcAddr(device, "vkGetMemoryFdKHR"));
	assert_null(vkGetDeviceProcAddr(device, "vkNoSuchFunctionEXT"));
	vkDestroyDevice(device, NULL);
	harness_close(&h);
}

/**
 * virglrenderer enables names twice; and a device that enables nothing of ours is the driver's
 * alone.
 */
static void properties_devices(void **state)
{
	static const char *const twice[] = {
		"VK_KHR_external_memory_fd",
		"VK_EXT_external_memory_dma_buf",
		"VK_KHR_external_memory_fd",
		"VK_KHR_external_fence_fd",
		"VK_KHR_external_fence_fd",
	};
	struct harness h;
	VkDevice device;

	harness_open_instance(&h);
	device = harness_bare_device(&h, NULL, 0);
	assert_null(vkGetDeviceProcAddr(device, "vkGetSemaphoreFdKHR"));
	assert_null(vkGetDeviceProcAddr(device, "vkGetImageDrmFormatModifierPropertiesEXT"));
	vkDestroyDevice(device, NULL);
	device = harness_bare_device(&h, twice, sizeof(twice) / sizeof(twice[0]));
	assert_non_null(vkGetDeviceProcAddr(device, "vkGetMemoryFdKHR"));
	assert_non_null(vkGetDeviceProcAddr(device, "vkGetFenceFdKHR"));
	vkDestroyDevice(device, NULL);
	harness_close(&h);
}

/** An instance of Vulkan 1.0 is none of the layer's business: it passes everything on. */
static void properties_old_instance(void **state)
{
	VkInstanceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
	VkPhysicalDevice physical;
	VkPhysicalDeviceMemoryProperties memory;
	uint32_t count = 1, n_extensions = 0;
	VkInstance instance;

	HARNESS_CHECK(vkCreateInstance(&info, NULL, &instance));
	assert_true(vkEnumeratePhysicalDevices(instance, &count, &physical) >= 0);
	vkGetPhysicalDeviceMemoryProperties(physical, &memory);
	assert_true(memory.memoryTypeCount > 0);
	HARNESS_CHECK(vkEnumerateDeviceExtensionProperties(physical, NULL, &n_extensions, NULL));
	assert_true(n_extensions > 0);
	vkDestroyInstance(instance, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(properties_list_of_extensions),
		cmocka_unit_test(properties_layer_extensions),
		cmocka_unit_test(properties_memory_types),
		cmocka_unit_test(properties_external_handles),
		cmocka_unit_test(properties_external_sync),
		cmocka_unit_test(properties_aliases_of_instance),
		cmocka_unit_test(properties_aliases_of_device),
		cmocka_unit_test(properties_devices),
		cmocka_unit_test(properties_old_instance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
