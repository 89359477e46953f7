// SPDX-License-Identifier: MIT
/*
 * The proof that silence means something: a call that breaks a rule is heard from each validation
 * layer that the other tests rely on. Usage: heard MESSAGES.
 */
#include "tests/host/harness.h"

#include <stdlib.h>

static unsigned heard_expected;

/** VUID-VkBufferCreateInfo-size-00912: a buffer of nothing. */
static void heard_each_layer(void **state)
{
	VkBufferCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
		.usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT,
	};
	struct harness h;
	VkBuffer buffer;

	harness_open(&h);
	if (vkCreateBuffer(h.device, &info, NULL, &buffer) == VK_SUCCESS)
		vkDestroyBuffer(h.device, buffer, NULL);
	HARNESS_CHECK(vkDeviceWaitIdle(h.device)); /* through Venus the call is made by now */
	assert_int_equal(h.n_messages, heard_expected);
	h.n_messages = 0;
	harness_close(&h);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(heard_each_layer)};

	heard_expected = argc == 2 ? (unsigned)atoi(argv[1]) : 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
