// SPDX-License-Identifier: MIT
/* The parts of the layer that need no Vulkan: tables, chains, shared memory. */
#include "host/chain.h"
#include "host/env.h"
#include "host/shm.h"
#include "host/table.h"
#include "tests/unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define UNITS_N_KEYS 5000

/** Against the plainest map there is, with keys that look like pointers and collide. */
static void units_table(void **state)
{
	static bool is_in[UNITS_N_KEYS];
	struct table table;

	table_init(&table);
	assert_null(table_get(&table, 64));
	assert_null(table_take(&table, 64));
	srand(1);
	for (int i = 0; i < 200000; i++) {
		size_t n = (size_t)rand() % UNITS_N_KEYS;
		uint64_t key = 0x7f0000000000 + n * 64;

		if (rand() % 2) {
			assert_true(table_put(&table, key, &is_in[n]));
			is_in[n] = true;
		} else {
			assert_ptr_equal(table_take(&table, key), is_in[n] ? &is_in[n] : NULL);
			is_in[n] = false;
		}
		n = (size_t)rand() % UNITS_N_KEYS;
		assert_ptr_equal(
			table_get(&table, 0x7f0000000000 + n * 64), is_in[n] ? &is_in[n] : NULL);
	}
	assert_null(table_get(&table, 0));
	assert_null(table_take(&table, 0));
	for (size_t n = 0; n < UNITS_N_KEYS; n++)
		table_take(&table, 0x7f0000000000 + n * 64);
	/* Empty, it holds no memory: nobody finishes a library's global tables. */
	assert_null(table.slots);
	assert_true(table_put(&table, 64, &table));
	assert_ptr_equal(table_take(&table, 64), &table);
	table_finish(&table);
}

/** A caller's structures in read-only memory: a write to them would end the test. */
static const VkImageStencilUsageCreateInfo units_last = {
	.sType = VK_STRUCTURE_TYPE_IMAGE_STENCIL_USAGE_CREATE_INFO,
};
static const VkExternalMemoryImageCreateInfo units_middle = {
	.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO,
	.pNext = &units_last,
	.handleTypes = 42,
};
static const VkImageFormatListCreateInfo units_first = {
	.sType = VK_STRUCTURE_TYPE_IMAGE_FORMAT_LIST_CREATE_INFO,
	.pNext = &units_middle,
	.viewFormatCount = 7,
};

static void units_chain_of_constants(void **state)
{
	struct chain chain = chain_edit(&units_first);
	VkExportMemoryAllocateInfo ours = {.sType = VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO};
	const VkImageFormatListCreateInfo *list;

	assert_null(chain_remove(&chain, VK_STRUCTURE_TYPE_BIND_MEMORY_STATUS));
	assert_ptr_equal(chain.head, &units_first);
	assert_ptr_equal(chain_remove(&chain, units_middle.sType), &units_middle);
	assert_null(chain_find(chain.head, units_middle.sType));
	list = chain_find(chain.head, units_first.sType);
	assert_int_equal(list->viewFormatCount, 7);
	assert_ptr_equal(chain_find(chain.head, units_last.sType), &units_last);
	assert_ptr_equal(chain_remove(&chain, units_last.sType), &units_last);
	assert_non_null(chain_remove(&chain, units_first.sType));
	assert_null(chain.head);
	chain_prepend(&chain, &ours);
	assert_ptr_equal(chain.head, &ours);
	chain_restore(&chain);
}

/** Submissions in read-only memory, as others' layers mark them. */
static void units_chain_of_submissions(void **state)
{
	static const VkTimelineSemaphoreSubmitInfo values = {
		.sType = VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO,
	};
	static const VkFrameBoundaryEXT frame = {
		.sType = VK_STRUCTURE_TYPE_FRAME_BOUNDARY_EXT,
		.pNext = &values,
		.frameID = 42,
	};
	static const VkLatencySubmissionPresentIdNV latency = {
		.sType = VK_STRUCTURE_TYPE_LATENCY_SUBMISSION_PRESENT_ID_NV,
		.pNext = &frame,
	};
	struct chain chain = chain_edit(&latency);
	const VkFrameBoundaryEXT *copy;

	assert_ptr_equal(chain_remove(&chain, values.sType), &values);
	copy = chain_find(chain.head, frame.sType);
	assert_int_equal(copy->frameID, 42);
	assert_null(copy->pNext);
	chain_restore(&chain);
}

/** In front of a node that is unknown the caller's chain changes, and is restored. */
static void units_chain_with_unknown(void **state)
{
	VkBaseOutStructure nodes[4] = {
		{.sType = (VkStructureType)999999001, .pNext = &nodes[1]},
		{.sType = VK_STRUCTURE_TYPE_EXPORT_FENCE_CREATE_INFO, .pNext = &nodes[2]},
		{.sType = VK_STRUCTURE_TYPE_EXPORT_SEMAPHORE_CREATE_INFO, .pNext = &nodes[3]},
		{.sType = (VkStructureType)999999002},
	};
	VkBaseOutStructure before[4];
	struct chain chain = chain_edit(nodes);

	memcpy(before, nodes, sizeof(nodes));
	assert_ptr_equal(chain_remove(&chain, nodes[1].sType), &nodes[1]);
	assert_ptr_equal(chain_remove(&chain, nodes[2].sType), &nodes[2]);
	assert_ptr_equal(chain.head, nodes);
	assert_ptr_equal(nodes[0].pNext, &nodes[3]);
	chain_restore(&chain);
	assert_memory_equal(before, nodes, sizeof(nodes));

	chain = chain_edit(nodes);
	assert_ptr_equal(chain_remove_output(&chain, nodes[2].sType), &nodes[2]);
	assert_ptr_equal(nodes[1].pNext, &nodes[3]);
	chain_restore(&chain);
	assert_memory_equal(before, nodes, sizeof(nodes));
}

static void units_mappings_are_aligned(void **state)
{
	static const size_t alignments[] = {4096, 16384, 65536, 1 << 21};

	for (size_t i = 0; i < sizeof(alignments) / sizeof(alignments[0]); i++) {
		int fd = shm_create(alignments[i]);
		char *bytes = shm_map(fd, alignments[i], alignments[i]);

		assert_non_null(bytes);
		assert_int_equal((uintptr_t)bytes % alignments[i], 0);
		bytes[0] = bytes[alignments[i] - 1] = 1;
		shm_unmap(bytes, alignments[i]);
		close(fd);
	}
	assert_null(shm_map(-1, 4096, 4096));
	assert_null(shm_map(-1, 65536, 65536));
	shm_unmap(NULL, 1);
}

/** Raised to the hard limit, once, and told with VITRINE_HOST_LOG. */
static void units_file_limit(void **state)
{
	struct rlimit limit, raised;
	int log = memfd_create("log", MFD_CLOEXEC), stderr_fd = dup(STDERR_FILENO);
	char expected[128], text[512] = "";

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 64;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	dup2(log, STDERR_FILENO);
	env_raise_file_limit();
	env_raise_file_limit();
	dup2(stderr_fd, STDERR_FILENO);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &raised), 0);
	assert_int_equal(raised.rlim_cur, limit.rlim_max);
	assert_true(pread(log, text, sizeof(text) - 1, 0) > 0);
	snprintf(expected, sizeof(expected), "open files: limit raised from 64 to %llu\n",
		(unsigned long long)limit.rlim_max);
	assert_non_null(strstr(text, expected));
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	close(log);
	close(stderr_fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_table),
		cmocka_unit_test(units_chain_of_constants),
		cmocka_unit_test(units_chain_of_submissions),
		cmocka_unit_test(units_chain_with_unknown),
		cmocka_unit_test(units_mappings_are_aligned),
		cmocka_unit_test(units_file_limit),
	};

	setenv("VITRINE_HOST_LOG", "1", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
