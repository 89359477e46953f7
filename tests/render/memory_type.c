/* Which memory is taken for what is exported (render/vulkan/memory_type.c), of devices as drivers
 * describe theirs. */
#include "render/vulkan/memory_type.h"

#include "render/vulkan/device.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ALL UINT32_MAX

enum {
	LOCAL = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT,
	COHERENT = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT,
	CACHED = COHERENT | VK_MEMORY_PROPERTY_HOST_CACHED_BIT,
};

static struct device describe(
	VkPhysicalDeviceType kind, uint32_t n_types, const VkMemoryPropertyFlags *types)
{
	struct device device = {.properties.deviceType = kind, .memory.memoryTypeCount = n_types};
	for (uint32_t i = 0; i < n_types; i++)
		device.memory.memoryTypes[i].propertyFlags = types[i];
	return device;
}

/* NVIDIA's, and the same behind the host layer, which calls the last one the device's own. */
static void test_far_memory_is_cached(void **state)
{
	const VkMemoryPropertyFlags nvidia[] = {0, LOCAL, COHERENT, CACHED, LOCAL | COHERENT};
	const VkMemoryPropertyFlags layered[] = {0, LOCAL, COHERENT, LOCAL | CACHED};
	struct device device = describe(VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU, 5, nvidia);
	assert_int_equal(memory_type_find_exported(&device, ALL), 3);
	assert_int_equal(memory_type_find_exported(&device, 1u << 2 | 1u << 1), 2);
	device = describe(VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU, 4, layered);
	assert_int_equal(memory_type_find_exported(&device, ALL), 3);
}

/* Where all memory is the device's own its driver's order counts: snooping may cost such a GPU. */
static void test_near_memory_is_the_first(void **state)
{
	const VkMemoryPropertyFlags types[] = {LOCAL, LOCAL | COHERENT, LOCAL | CACHED};
	struct device device = describe(VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU, 3, types);
	assert_int_equal(memory_type_find_exported(&device, ALL), 1);
	device = describe(VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU, 3, types);
	assert_int_equal(memory_type_find_exported(&device, ALL), 1);
}

static void test_what_there_is(void **state)
{
	const VkMemoryPropertyFlags types[] = {LOCAL, COHERENT};
	struct device device = describe(VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU, 2, types);
	assert_int_equal(memory_type_find_exported(&device, ALL), 1);
	assert_int_equal(memory_type_find_exported(&device, 1), 0);
	assert_int_equal(memory_type_find_exported(&device, 0), MEMORY_TYPE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_far_memory_is_cached),
		cmocka_unit_test(test_near_memory_is_the_first),
		cmocka_unit_test(test_what_there_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
