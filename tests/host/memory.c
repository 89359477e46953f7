// SPDX-License-Identifier: MIT
/* Export and import of memory: the same bytes in another device and in another process, both ways.
 */
#include "tests/host/harness.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MEMORY_SIZE (256 * 1024)
#define MEMORY_COHERENT (VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT)

static const char *memory_program;

/** A buffer over memory. */
static VkBuffer memory_bind(struct harness *h, VkDeviceMemory memory)
{
	VkBuffer buffer = harness_buffer(h, MEMORY_SIZE);

	HARNESS_CHECK(vkBindBufferMemory(h->device, buffer, memory, 0));
	return buffer;
}

static uint32_t memory_type(struct harness *h)
{
	VkBuffer buffer = harness_buffer(h, MEMORY_SIZE);
	VkMemoryRequirements requirements;

	vkGetBufferMemoryRequirements(h->device, buffer, &requirements);
	vkDestroyBuffer(h->device, buffer, NULL);
	assert_true(requirements.size >= MEMORY_SIZE);
	return harness_memory_type(h, requirements.memoryTypeBits, MEMORY_COHERENT);
}

/** The GPU writes value all over memory. */
static void memory_fill(struct harness *h, VkDeviceMemory memory, uint32_t value)
{
	VkBuffer buffer = memory_bind(h, memory);
	VkBufferMemoryBarrier barrier = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_MEMORY_BARRIER,
		.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
		.srcQueueFamilyIndex = 0,
		.dstQueueFamilyIndex = VK_QUEUE_FAMILY_FOREIGN_EXT,
		.buffer = buffer,
		.size = VK_WHOLE_SIZE,
	};

	harness_begin(h);
	vkCmdFillBuffer(h->commands, buffer, 0, VK_WHOLE_SIZE, value);
	vkCmdPipelineBarrier(h->commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
		VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, 0, 0, NULL, 1, &barrier, 0, NULL);
	harness_finish(h);
	vkDestroyBuffer(h->device, buffer, NULL);
}

/** The CPU looks through Vulkan's mapping. */
static void memory_expect(struct harness *h, VkDeviceMemory memory, uint32_t value)
{
	uint32_t *words;

	HARNESS_CHECK(vkMapMemory(h->device, memory, 0, VK_WHOLE_SIZE, 0, (void **)&words));
	for (size_t i = 0; i < MEMORY_SIZE / sizeof(*words); i++) {
		if (words[i] != value)
			fail_msg("word %zu is %08x, not %08x", i, words[i], value);
	}
	vkUnmapMemory(h->device, memory);
}

static void memory_is_zero_at_first(void **state)
{
	struct harness h;
	VkDeviceMemory memory;

	harness_open(&h);
	HARNESS_CHECK(harness_allocate(&h, MEMORY_SIZE, memory_type(&h), &memory));
	memory_expect(&h, memory, 0);
	vkFreeMemory(h.device, memory, NULL);
	harness_close(&h);
}

static void memory_through_the_fd(void **state)
{
	struct harness h;
	VkDeviceMemory memory;
	uint32_t *words;
	int fd;

	harness_open(&h);
	HARNESS_CHECK(harness_allocate(&h, MEMORY_SIZE, memory_type(&h), &memory));
	fd = harness_export(&h, memory);
	/* What virglrenderer asks of it (vkr_device_memory_export_blob). */
	assert_true(lseek(fd, 0, SEEK_END) >= MEMORY_SIZE);
	words = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(words, MAP_FAILED);
	memory_fill(&h, memory, 0x12345678);
	assert_int_equal(words[0], 0x12345678);
	assert_int_equal(words[MEMORY_SIZE / 4 - 1], 0x12345678);
	for (size_t i = 0; i < MEMORY_SIZE / 4; i++)
		words[i] = 0xcafe0000;
	memory_expect(&h, memory, 0xcafe0000);
	munmap(words, MEMORY_SIZE);
	close(fd);
	vkFreeMemory(h.device, memory, NULL);
	harness_close(&h);
}

/** Mesa's window systems want such memory for a swapchain, and hang where there is none. */
static void memory_of_a_shared_image_is_local(void **state)
{
	struct harness_image wanted = {.width = 64, .height = 64};
	VkMemoryRequirements requirements;
	VkMemoryType type;
	struct harness h;
	VkImage image;

	harness_open(&h);
	HARNESS_CHECK(harness_image(&h, &wanted, &image));
	vkGetImageMemoryRequirements(h.device, image, &requirements);
	type = h.memory.memoryTypes[harness_memory_type(
		&h, requirements.memoryTypeBits, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT)];
	assert_true(h.memory.memoryHeaps[type.heapIndex].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT);
	vkDestroyImage(h.device, image, NULL);
	harness_close(&h);
}

static void memory_in_another_device(void **state)
{
	harness_skip_without_import();

	struct harness one, two;
	VkDeviceMemory exported, imported;
	VkMemoryFdPropertiesKHR properties = {.sType = VK_STRUCTURE_TYPE_MEMORY_FD_PROPERTIES_KHR};
	int fd;

	harness_open(&one);
	harness_open(&two);
	HARNESS_CHECK(harness_allocate(&one, MEMORY_SIZE, memory_type(&one), &exported));
	memory_fill(&one, exported, 0x01010101);
	fd = harness_export(&one, exported);
	HARNESS_CHECK(two.get_fd_properties(
		two.device, VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT, fd, &properties));
	assert_true(properties.memoryTypeBits & 1u << memory_type(&two));
	HARNESS_CHECK(harness_import(&two, fd, MEMORY_SIZE, memory_type(&two), &imported));
	memory_expect(&two, imported, 0x01010101);
	memory_fill(&two, imported, 0x02020202);
	memory_expect(&one, exported, 0x02020202);
	/* The exporter's end is not the memory's: the importer keeps it. */
	vkFreeMemory(one.device, exported, NULL);
	harness_close(&one);
	memory_expect(&two, imported, 0x02020202);
	vkFreeMemory(two.device, imported, NULL);
	harness_close(&two);
}

/** Both handles are one memory, and each is freed by itself. */
static void memory_twice_in_one_device(void **state)
{
	harness_skip_without_import();

	struct harness h;
	VkDeviceMemory exported, imported[2];

	harness_open(&h);
	if (h.is_venus)
		skip(); /* virglrenderer 1.1 keeps no fd of what the same instance exported: fatal
			   (docs/host.md) */
	HARNESS_CHECK(harness_allocate(&h, MEMORY_SIZE, memory_type(&h), &exported));
	for (int i = 0; i < 2; i++)
		HARNESS_CHECK(harness_import(&h, harness_export(&h, exported), MEMORY_SIZE,
			memory_type(&h), &imported[i]));
	memory_fill(&h, imported[0], 0x0badf00d);
	vkFreeMemory(h.device, imported[0], NULL);
	memory_expect(&h, imported[1], 0x0badf00d);
	/* An import may be exported again. */
	close(harness_export(&h, imported[1]));
	vkFreeMemory(h.device, exported, NULL);
	vkFreeMemory(h.device, imported[1], NULL);
	harness_close(&h);
}

/** The other process: `memory FD`. */
static int memory_child(int fd)
{
	struct harness h;
	VkDeviceMemory imported;

	harness_open(&h);
	HARNESS_CHECK(harness_import(&h, fd, MEMORY_SIZE, memory_type(&h), &imported));
	memory_expect(&h, imported, 0xaaaa5555);
	memory_fill(&h, imported, 0x5555aaaa);
	vkFreeMemory(h.device, imported, NULL);
	harness_close(&h);
	return 0;
}

static void memory_in_another_process(void **state)
{
	struct harness h;
	VkDeviceMemory exported;
	char command[1024];
	const char
		*prefix; /* what the program needs to be started with here, such as another ld.so */
	char *argv[] = {"sh", "-c", command, NULL};
	int fd, status;
	pid_t pid;

	harness_open(&h);
	HARNESS_CHECK(harness_allocate(&h, MEMORY_SIZE, memory_type(&h), &exported));
	memory_fill(&h, exported, 0xaaaa5555);
	fd = harness_export(&h, exported);
	assert_int_equal(fcntl(fd, F_SETFD, 0), 0);
	/* Venus by vtest exports but cannot import: there the other process is the host's side
	 * itself. */
	prefix = getenv(harness_imports() ? "HOST_TEST_PREFIX" : "HOST_TEST_DIRECTLY");
	snprintf(command, sizeof(command), "exec %s %s %d", prefix ? prefix : "", memory_program,
		fd);
	assert_int_equal(posix_spawn(&pid, "/bin/sh", NULL, NULL, argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	memory_expect(&h, exported, 0x5555aaaa);
	close(fd);
	vkFreeMemory(h.device, exported, NULL);
	harness_close(&h);
}

/**
 * `memory hold`: stays connected until its standard input ends, for a test that looks at the
 * processes.
 */
static int memory_hold(void)
{
	struct harness h;

	harness_open(&h);
	puts("ready");
	fflush(stdout);
	while (getchar() != EOF)
		;
	harness_close(&h);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zero_at_first),
		cmocka_unit_test(memory_through_the_fd),
		cmocka_unit_test(memory_of_a_shared_image_is_local),
		cmocka_unit_test(memory_in_another_device),
		cmocka_unit_test(memory_twice_in_one_device),
		cmocka_unit_test(memory_in_another_process),
	};

	memory_program = argv[0];
	if (argc == 2 && !strcmp(argv[1], "hold"))
		return memory_hold();
	if (argc == 2)
		return memory_child(atoi(argv[1]));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
