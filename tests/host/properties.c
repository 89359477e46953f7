// SPDX-License-Identifier: MIT
/* What the layer says there is: extensions, memory types, handles, entry points and their aliases.
 */
#include "host/hooks.h"
#include "tests/host/harness.h"

#include <dlfcn.h>
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
	HARNESS_CHECK(vkEnumerateDeviceExtensionProperties(
		h.physical, "VK_LAYER_VITRINE_host", &count, NULL));
	assert_int_equal(count, PROPERTIES_N_OFFERED);
	count = 2;
	assert_int_equal(vkEnumerateDeviceExtensionProperties(
				 h.physical, "VK_LAYER_VITRINE_host", &count, list),
		VK_INCOMPLETE);
	assert_int_equal(count, 2);
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

#define PROPERTIES_FUNCTION(h, name) ((PFN_##name)vkGetInstanceProcAddr((h)->instance, #name))

/** By the core's names and by the extensions'. */
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
	answer.externalSemaphoreFeatures = 0;
	PROPERTIES_FUNCTION(&h, vkGetPhysicalDeviceExternalSemaphorePropertiesKHR)(
		h.physical, &semaphore, &answer);
	assert_int_equal(answer.externalSemaphoreFeatures,
		VK_EXTERNAL_SEMAPHORE_FEATURE_EXPORTABLE_BIT |
			VK_EXTERNAL_SEMAPHORE_FEATURE_IMPORTABLE_BIT);
	semaphore.pNext = &timeline;
	vkGetPhysicalDeviceExternalSemaphoreProperties(h.physical, &semaphore, &answer);
	assert_int_equal(answer.externalSemaphoreFeatures, 0);
	vkGetPhysicalDeviceExternalFenceProperties(h.physical, &fence, &fence_answer);
	assert_true(fence_answer.externalFenceFeatures & VK_EXTERNAL_FENCE_FEATURE_EXPORTABLE_BIT);
	fence_answer.externalFenceFeatures = 0;
	PROPERTIES_FUNCTION(&h, vkGetPhysicalDeviceExternalFencePropertiesKHR)(
		h.physical, &fence, &fence_answer);
	assert_true(fence_answer.externalFenceFeatures & VK_EXTERNAL_FENCE_FEATURE_EXPORTABLE_BIT);
	harness_close(&h);
}

/** All that the layer answers, as host/hooks.h has it. */
struct properties_hook {
	const char *name, *aliases; /**< comma-separated suffixes */
};

#define PROPERTIES_HOOK(noun, name, aliases, provides) {"vk" #name, aliases},
static const struct properties_hook properties_instance_hooks[] = {HOOKS_INSTANCE(PROPERTIES_HOOK)};
static const struct properties_hook properties_device_hooks[] = {HOOKS_DEVICE(PROPERTIES_HOOK)};
#define PROPERTIES_N(hooks) (sizeof(hooks) / sizeof((hooks)[0]))

/** The next of a hook's aliases, in full; false: there is no more. */
static bool properties_alias(const struct properties_hook *hook, unsigned index, char name[128])
{
	if (strlen(hook->aliases) < 4 * (size_t)index + 3)
		return false;
	snprintf(name, 128, "%s%.3s", hook->name, hook->aliases + 4 * (size_t)index);
	return true;
}

static void properties_aliases_of_instance(void **state)
{
	struct harness h;
	unsigned n = 0;
	char name[128];

	harness_open_instance(&h);
	for (size_t i = 0; i < PROPERTIES_N(properties_instance_hooks); i++) {
		const struct properties_hook *hook = &properties_instance_hooks[i];

		for (unsigned j = 0; properties_alias(hook, j, name); j++, n++) {
			if (!vkGetInstanceProcAddr(h.instance, name))
				fail_msg("there is no %s", name);
		}
	}
	print_message("%u aliases\n", n);
	assert_true(n > 0);
	harness_close(&h);
}

/** The loader has functions of its own for the aliases: what they lead to must be the same. */
static void properties_aliases_of_memory(void **state)
{
	VkPhysicalDeviceMemoryProperties2 answer = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2};
	VkPhysicalDeviceExternalBufferInfo info = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_BUFFER_INFO,
		.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT,
		.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT,
	};
	VkExternalBufferProperties external = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_BUFFER_PROPERTIES};
	uint32_t n_groups = 0;
	struct harness h;

	harness_open_instance(&h);
	PROPERTIES_FUNCTION(&h, vkGetPhysicalDeviceMemoryProperties2KHR)(h.physical, &answer);
	assert_memory_equal(answer.memoryProperties.memoryTypes, h.memory.memoryTypes,
		h.memory.memoryTypeCount * sizeof(h.memory.memoryTypes[0]));
	PROPERTIES_FUNCTION(&h, vkGetPhysicalDeviceExternalBufferPropertiesKHR)(
		h.physical, &info, &external);
	assert_true(external.externalMemoryProperties.externalMemoryFeatures &
		    VK_EXTERNAL_MEMORY_FEATURE_EXPORTABLE_BIT);
	HARNESS_CHECK(PROPERTIES_FUNCTION(&h, vkEnumeratePhysicalDeviceGroupsKHR)(
		h.instance, &n_groups, NULL));
	assert_int_equal(n_groups, 1);
	harness_close(&h);
}

static void properties_aliases_of_formats(void **state)
{
	VkDrmFormatModifierPropertiesListEXT list = {
		.sType = VK_STRUCTURE_TYPE_DRM_FORMAT_MODIFIER_PROPERTIES_LIST_EXT};
	VkFormatProperties2 format = {
		.sType = VK_STRUCTURE_TYPE_FORMAT_PROPERTIES_2, .pNext = &list};
	VkPhysicalDeviceImageDrmFormatModifierInfoEXT modifier = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_DRM_FORMAT_MODIFIER_INFO_EXT};
	VkPhysicalDeviceImageFormatInfo2 info = {
		.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_IMAGE_FORMAT_INFO_2,
		.pNext = &modifier,
		.format = VK_FORMAT_B8G8R8A8_UNORM,
		.type = VK_IMAGE_TYPE_2D,
		.tiling = VK_IMAGE_TILING_DRM_FORMAT_MODIFIER_EXT,
		.usage = VK_IMAGE_USAGE_SAMPLED_BIT,
	};
	VkImageFormatProperties2 image = {.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_PROPERTIES_2};
	struct harness h;

	harness_open_instance(&h);
	PROPERTIES_FUNCTION(&h, vkGetPhysicalDeviceFormatProperties2KHR)(
		h.physical, info.format, &format);
	assert_int_equal(list.drmFormatModifierCount, 1);
	HARNESS_CHECK(PROPERTIES_FUNCTION(&h, vkGetPhysicalDeviceImageFormatProperties2KHR)(
		h.physical, &info, &image));
	harness_close(&h);
}

static bool properties_is_layers(PFN_vkVoidFunction function)
{
	Dl_info where;

	return dladdr((void *)function, &where) && strstr(where.dli_fname, "libvitrine_host");
}

/** A device with all extensions that have aliases of what the layer answers. */
static VkDevice properties_device_with_aliases(struct harness *h)
{
	static const char *const wanted[] = {
		"VK_KHR_get_memory_requirements2",
		"VK_KHR_bind_memory2",
		"VK_KHR_maintenance4",
		"VK_KHR_maintenance5",
		"VK_KHR_synchronization2",
		"VK_KHR_create_renderpass2",
		"VK_KHR_dynamic_rendering",
		"VK_KHR_copy_commands2",
		"VK_KHR_format_feature_flags2",
		"VK_EXT_host_image_copy",
		"VK_KHR_external_memory_fd",
		"VK_EXT_external_memory_dma_buf",
		"VK_KHR_external_semaphore_fd",
		"VK_KHR_external_fence_fd",
		"VK_EXT_image_drm_format_modifier",
	};
	const char *names[PROPERTIES_N(wanted)];
	uint32_t n = 0;

	for (size_t i = 0; i < PROPERTIES_N(wanted); i++) {
		if (harness_lists(h, wanted[i]))
			names[n++] = wanted[i];
	}
	return harness_bare_device(h, names, n);
}

/** Of the device, with the layer on top, each is the layer's own, and the core's where there is
 * one.
 */
static void properties_aliases_of_device(void **state)
{
	struct harness h;
	VkDevice device;
	unsigned n = 0;
	char name[128];

	harness_open_instance(&h);
	device = properties_device_with_aliases(&h);
	for (size_t i = 0; i < PROPERTIES_N(properties_device_hooks); i++) {
		const struct properties_hook *hook = &properties_device_hooks[i];
		PFN_vkVoidFunction core = vkGetDeviceProcAddr(device, hook->name), alias;

		for (unsigned j = 0; properties_alias(hook, j, name); j++) {
			alias = vkGetDeviceProcAddr(device, name);
			if (!alias && h.is_venus)
				continue; /* what the guest's driver has is its own affair */
			if (!alias)
				fail_msg("there is no %s", name);
			n++;
			if (harness_validates_above() || h.is_venus)
				continue;
			if (!properties_is_layers(alias) || (core && core != alias))
				fail_msg("%s leads elsewhere than %s", name, hook->name);
		}
	}
	print_message("%u aliases\n", n);
	assert_true(n > 0);
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
		"VK_KHR_maintenance4", /* the driver's own */
		"VK_KHR_maintenance4",
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
		cmocka_unit_test(properties_aliases_of_memory),
		cmocka_unit_test(properties_aliases_of_formats),
		cmocka_unit_test(properties_aliases_of_device),
		cmocka_unit_test(properties_devices),
		cmocka_unit_test(properties_old_instance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
