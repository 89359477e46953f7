// SPDX-License-Identifier: MIT
/* Over a driver that lacks nothing (QUIRKS=complete) the layer is not even in the way. */
#include "tests/host/harness.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>
#include <sys/resource.h>

static bool complete_is_layers(PFN_vkVoidFunction function)
{
	Dl_info where;

	return dladdr((void *)function, &where) && strstr(where.dli_fname, "libvitrine_host");
}

static int complete_is_loaded(struct dl_phdr_info *library, size_t size, void *unused)
{
	return strstr(library->dlpi_name, "libvitrine_host") != NULL;
}

static void complete_passes_through(void **state)
{
	static const char *const names[] = {"vkAllocateMemory", "vkFreeMemory", "vkCreateBuffer",
		"vkCreateImage", "vkGetImageMemoryRequirements2", "vkBindImageMemory2",
		"vkQueueSubmit", "vkQueueSubmit2", "vkCmdPipelineBarrier", "vkCreateSemaphore",
		"vkCreateFence", "vkWaitForFences", "vkGetDeviceQueue"};
	struct harness h;
	VkDevice device;

	harness_open_instance(&h);
	device = harness_bare_device(&h, NULL, 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		PFN_vkVoidFunction function = vkGetDeviceProcAddr(device, names[i]);

		assert_non_null(function);
		if (complete_is_layers(function))
			fail_msg("%s is the layer's", names[i]);
	}
	assert_true(dl_iterate_phdr(complete_is_loaded, NULL));
	vkDestroyDevice(device, NULL);
	harness_close(&h);
}

/** What the driver says of itself is not changed. */
static void complete_tells_the_truth(void **state)
{
	struct harness h;

	harness_open_instance(&h);
	assert_true(harness_lists(&h, VK_EXT_IMAGE_DRM_FORMAT_MODIFIER_EXTENSION_NAME));
	assert_int_equal(h.memory.memoryTypeCount, 3);
	/* Number 2 takes no host pointer, and stays host-visible all the same. */
	assert_true(h.memory.memoryTypes[2].propertyFlags & VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT);
	harness_close(&h);
}

/** The process keeps its limit of open files: the layer needs none. */
static void complete_keeps_the_limit(void **state)
{
	struct rlimit limit, after;
	struct harness h;
	VkDevice device;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 128;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	harness_open_instance(&h);
	device = harness_bare_device(&h, NULL, 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &after), 0);
	assert_int_equal(after.rlim_cur, 128);
	vkDestroyDevice(device, NULL);
	harness_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(complete_passes_through),
		cmocka_unit_test(complete_tells_the_truth),
		cmocka_unit_test(complete_keeps_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
