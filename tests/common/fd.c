#include "common/fd.h"
#include "common/dmabuf.h"
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

static void test_close_sets_none(void **state)
{
	int fd = fd_create_memory("test", 10);
	assert_true(fd >= 0);
	int number = fd;
	fd_close(&fd);
	assert_int_equal(fd, -1);
	assert_int_equal(fcntl(number, F_GETFD), -1);
	fd_close(&fd); /* harmless */
	assert_int_equal(fd_dup(-1), -1);
}

static void test_memory_cannot_shrink(void **state)
{
	int fd = fd_create_memory("test", 8192);
	assert_int_equal(fd_size(fd), 8192);
	assert_int_equal(ftruncate(fd, 4096), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(ftruncate(fd, 16384), -1);
	fd_close(&fd);
}

/* Only what can be mapped has one. */
static void test_size_of_other_kinds(void **state)
{
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(fd_size(fds[0]), -1);
	assert_int_equal(fd_size(-1), -1);
	fd_close(&fds[0]);
	fd_close(&fds[1]);
	fds[0] = open("/", O_RDONLY | O_DIRECTORY);
	assert_int_equal(fd_size(fds[0]), -1);
	fd_close(&fds[0]);
	fds[0] = open("/dev/zero", O_RDONLY);
	assert_int_equal(fd_size(fds[0]), -1);
	fd_close(&fds[0]);
}

static void test_sealed_is_shared_safely(void **state)
{
	int fd = fd_create_sealed("test", "abc", 4);
	char *text = mmap(NULL, 4, PROT_READ, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(text, MAP_FAILED);
	assert_string_equal(text, "abc");
	munmap(text, 4);
	assert_ptr_equal(mmap(NULL, 4, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
	assert_true(write(fd, "x", 1) < 0);
	fd_close(&fd);
}

static void test_dmabuf_dup_is_independent(void **state)
{
	struct dmabuf one, two;
	dmabuf_init(&one);
	one.n_planes = 2;
	one.planes[0].fd = fd_create_memory("a", 4096);
	one.planes[1].fd = fd_create_memory("b", 4096);
	assert_true(dmabuf_dup(&two, &one));
	assert_int_not_equal(one.planes[0].fd, two.planes[0].fd);
	dmabuf_finish(&one);
	assert_int_equal(fd_size(two.planes[1].fd), 4096);
	dmabuf_finish(&two);
	dmabuf_finish(&two);
	assert_int_equal(two.planes[0].fd, -1);
}

static void test_dmabuf_dup_of_bad_fd_is_empty(void **state)
{
	struct dmabuf one, two;
	dmabuf_init(&one);
	one.n_planes = 2;
	one.planes[0].fd = fd_create_memory("a", 4096);
	assert_false(dmabuf_dup(&two, &one)); /* plane 1 has none */
	assert_int_equal(two.planes[0].fd, -1);
	dmabuf_finish(&one);
}

static void test_linear_size(void **state)
{
	struct dmabuf dmabuf;
	dmabuf_init(&dmabuf);
	assert_int_equal(dmabuf_linear_size(&dmabuf), 0);
	dmabuf.n_planes = 1;
	dmabuf.height = INT32_MAX;
	dmabuf.planes[0].stride = UINT32_MAX;
	dmabuf.planes[0].offset = UINT32_MAX;
	assert_true(dmabuf_linear_size(&dmabuf) == UINT32_MAX + (uint64_t)UINT32_MAX * INT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_close_sets_none),
		cmocka_unit_test(test_memory_cannot_shrink),
		cmocka_unit_test(test_size_of_other_kinds),
		cmocka_unit_test(test_sealed_is_shared_safely),
		cmocka_unit_test(test_dmabuf_dup_is_independent),
		cmocka_unit_test(test_dmabuf_dup_of_bad_fd_is_empty),
		cmocka_unit_test(test_linear_size),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
