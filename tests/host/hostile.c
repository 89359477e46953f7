// SPDX-License-Identifier: MIT
/* File descriptors that are no good, sizes that cannot be, and ten thousand cycles that leave
 * nothing behind. */
#include "tests/host/harness.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOSTILE_SIZE 8192
/* The race detector is slow, and looks for something else. */
#ifdef __SANITIZE_THREAD__
#define HOSTILE_CYCLES 500
#else
#define HOSTILE_CYCLES 10000
#endif

static int hostile_memfd(size_t size, unsigned flags, int seals)
{
	int fd = memfd_create("test", MFD_CLOEXEC | flags);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	if (seals)
		assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

static bool hostile_uses_files(void)
{
	const char *memory = getenv("VITRINE_HOST_MEMORY");

	return memory && !strcmp(memory, "file");
}

/** The import is refused, and the fd is still the caller's. */
static void hostile_refuse(struct harness *h, int fd, VkDeviceSize size)
{
	VkMemoryFdPropertiesKHR properties = {.sType = VK_STRUCTURE_TYPE_MEMORY_FD_PROPERTIES_KHR};
	bool was_open = fcntl(fd, F_GETFD) >= 0;
	VkDeviceMemory memory = VK_NULL_HANDLE;

	assert_int_equal(harness_import(h, fd, size, harness_shared_type(h), &memory),
		VK_ERROR_INVALID_EXTERNAL_HANDLE);
	assert_int_equal(fcntl(fd, F_GETFD) >= 0, was_open);
	if (size <= HOSTILE_SIZE)
		assert_int_equal(
			h->get_fd_properties(h->device,
				VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT, fd, &properties),
			VK_ERROR_INVALID_EXTERNAL_HANDLE);
}

static void hostile_fds(void **state)
{
	struct harness h;
	char path[64];
	int fd, again, pair[2];

	if (harness_validates_above())
		skip(); /* it looks at the fd itself, and complains */
	harness_open(&h);
	hostile_refuse(&h, -1, HOSTILE_SIZE);
	hostile_refuse(&h, 123456, HOSTILE_SIZE);
	fd = hostile_memfd(HOSTILE_SIZE, MFD_ALLOW_SEALING, 0);
	hostile_refuse(&h, fd, UINT64_C(1) << 40);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY | O_CLOEXEC);
	hostile_refuse(&h, again, HOSTILE_SIZE);
	close(again);
	close(fd);
	fd = hostile_memfd(0, MFD_ALLOW_SEALING, 0);
	hostile_refuse(&h, fd, HOSTILE_SIZE);
	close(fd);
	if (!hostile_uses_files()) {
		fd = hostile_memfd(HOSTILE_SIZE, 0, 0); /* can be cut, and cannot be sealed */
		hostile_refuse(&h, fd, HOSTILE_SIZE);
		close(fd);
		fd = hostile_memfd(HOSTILE_SIZE, MFD_ALLOW_SEALING, F_SEAL_WRITE);
		hostile_refuse(&h, fd, HOSTILE_SIZE);
		close(fd);
	}
	fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
	hostile_refuse(&h, fd, HOSTILE_SIZE);
	close(fd);
	fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	hostile_refuse(&h, fd, HOSTILE_SIZE);
	close(fd);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	hostile_refuse(&h, pair[0], HOSTILE_SIZE);
	close(pair[0]);
	close(pair[1]);
	assert_int_equal(pipe2(pair, O_CLOEXEC), 0);
	hostile_refuse(&h, pair[0], HOSTILE_SIZE);
	close(pair[0]);
	close(pair[1]);
	harness_close(&h);
}

/** One that could be cut is sealed by the import, so that nobody cuts it under the mapping. */
static void hostile_seals(void **state)
{
	VkDeviceMemory memory;
	struct harness h;
	int fd, mine;

	harness_open(&h);
	fd = hostile_memfd(65536, MFD_ALLOW_SEALING, 0);
	mine = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	HARNESS_CHECK(harness_import(&h, fd, 65536, harness_shared_type(&h), &memory));
	if (!hostile_uses_files())
		assert_int_equal(ftruncate(mine, 0), -1);
	assert_int_equal(close(mine), 0);
	vkFreeMemory(h.device, memory, NULL);
	/* What we export nobody can cut or grow either. */
	HARNESS_CHECK(harness_allocate(&h, HOSTILE_SIZE, harness_shared_type(&h), &memory));
	fd = harness_export(&h, memory);
	if (!hostile_uses_files()) {
		assert_int_equal(ftruncate(fd, 0), -1);
		assert_int_equal(ftruncate(fd, 1 << 20), -1);
	}
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	close(fd);
	vkFreeMemory(h.device, memory, NULL);
	harness_close(&h);
}

static void hostile_sizes(void **state)
{
	static const VkDeviceSize sizes[] = {
		UINT64_MAX, UINT64_MAX - 4095, (UINT64_C(1) << 63) + 1, UINT64_C(1) << 62};
	VkDeviceMemory memory;
	struct harness h;

	if (harness_validates_above())
		skip(); /* it knows the largest allocation */
	harness_open(&h);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		assert_true(harness_allocate(&h, sizes[i], harness_shared_type(&h), &memory) < 0);
	assert_true(harness_allocate(&h, HOSTILE_SIZE, 31, &memory) < 0);
	harness_close(&h);
}

static void hostile_cycle(struct harness *h)
{
	VkDeviceMemory exported, imported;
	int fd;

	HARNESS_CHECK(harness_allocate(h, HOSTILE_SIZE, harness_shared_type(h), &exported));
	fd = harness_export(h, exported);
	HARNESS_CHECK(harness_import(h, fd, HOSTILE_SIZE, harness_shared_type(h), &imported));
	vkFreeMemory(h->device, exported, NULL);
	vkFreeMemory(h->device, imported, NULL);
}

static void hostile_ten_thousand_cycles(void **state)
{
	struct harness h;
	unsigned fds, maps;

	if (harness_validates_above())
		skip(); /* ten thousand cycles of the validation layer, that is */
	harness_open(&h);
	for (int i = 0; i < 100; i++)
		hostile_cycle(&h);
	fds = harness_count_fds();
	maps = harness_count_maps();
	for (int i = 0; i < HOSTILE_CYCLES; i++)
		hostile_cycle(&h);
	assert_int_equal(harness_count_fds(), fds);
	assert_int_equal(harness_count_maps(), maps);
	harness_close(&h);
}

/**
 * A device that is destroyed with memory still in it, as when a guest is killed, gives it all
 * back.
 */
static void hostile_forgotten_memory(void **state)
{
	struct harness h;
	unsigned fds;

	if (harness_validates())
		skip(); /* it is not valid */
	harness_open_instance(&h);
	harness_open_device(&h);
	harness_close_device(&h);
	fds = harness_count_fds();
	for (int i = 0; i < 10; i++) {
		VkDeviceMemory memory;

		harness_open_device(&h);
		for (int j = 0; j < 10; j++)
			HARNESS_CHECK(harness_allocate(
				&h, HOSTILE_SIZE, harness_shared_type(&h), &memory));
		harness_close_device(&h);
	}
	assert_int_equal(harness_count_fds(), fds);
	harness_close(&h);
}

static void *hostile_thread(void *data)
{
	struct harness own, *shared = data;

	for (int i = 0; i < 300; i++)
		hostile_cycle(shared);
	for (int i = 0; i < 3; i++) {
		harness_open(&own);
		hostile_cycle(&own);
		harness_close(&own);
	}
	return NULL;
}

/** Threads on one device, and instances and devices of their own, at once. */
static void hostile_threads(void **state)
{
	pthread_t threads[4];
	struct harness h;

	harness_open(&h);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hostile_thread, &h), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	harness_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_fds),
		cmocka_unit_test(hostile_seals),
		cmocka_unit_test(hostile_sizes),
		cmocka_unit_test(hostile_forgotten_memory),
		cmocka_unit_test(hostile_threads),
		cmocka_unit_test(hostile_ten_thousand_cycles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
