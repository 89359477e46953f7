#include "protocol/shm.h"
#include "common/fd.h"
#include "protocol/buffer.h"
#include "tests/protocol/client.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAGE 4096

static void test_a_buffer_keeps_its_pool(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_shm_pool *pool = client_pool(client, fd_create_memory("test", PAGE), PAGE);
	struct wl_buffer *wl_buffer =
		wl_shm_pool_create_buffer(pool, 64, 8, 4, 40, WL_SHM_FORMAT_ARGB8888);
	wl_shm_pool_destroy(pool);
	client_expect_alive(client);
	const struct buffer *buffer = buffer_from_resource(client_resource(client, wl_buffer));
	assert_int_equal(buffer->width, 8);
	assert_int_equal(buffer->height, 4);
	assert_int_equal(buffer->offset, 64);
	assert_int_equal(buffer->stride, 40);
	assert_int_equal(buffer->format, DRM_FORMAT_ARGB8888);
	assert_int_equal(buffer->pool->refs, 1);
	assert_int_equal(fd_size(buffer->pool->fd), PAGE);
	wl_buffer_destroy(wl_buffer);
	client_expect_alive(client);
	client_destroy(client);
}

static void test_the_clients_file_offset_stays(void **state)
{
	struct client *client = client_create(*state, 0);
	int fd = fd_create_memory("test", PAGE);
	assert_int_equal(lseek(fd, 100, SEEK_SET), 100);
	struct wl_shm_pool *pool = wl_shm_create_pool(client->shm, fd, PAGE);
	client_expect_alive(client);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 100);
	wl_shm_pool_destroy(pool);
	close(fd);
	client_destroy(client);
}

static void test_a_pool_grows(void **state)
{
	struct client *client = client_create(*state, 0);
	int fd = memfd_create("test", MFD_CLOEXEC);
	assert_int_equal(ftruncate(fd, PAGE), 0);
	struct wl_shm_pool *pool = wl_shm_create_pool(client->shm, fd, PAGE);
	assert_int_equal(ftruncate(fd, 2 * PAGE), 0);
	close(fd);
	wl_shm_pool_resize(pool, 2 * PAGE);
	struct wl_buffer *buffer =
		wl_shm_pool_create_buffer(pool, PAGE, 32, 32, 128, WL_SHM_FORMAT_XRGB8888);
	client_expect_alive(client);
	assert_non_null(client_resource(client, buffer));
	client_destroy(client);
}

/* What cannot be a pool. Each opens a fresh one. */
static int open_pipe(void)
{
	int fds[2];
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	close(fds[1]);
	return fds[0];
}

static int open_socket(void)
{
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	close(fds[1]);
	return fds[0];
}

static int open_folder(void)
{
	return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int open_path(void)
{
	return open("/usr/bin/env", O_PATH | O_CLOEXEC);
}

static int open_device(void)
{
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

/* Whoever serves its pages may let us wait. */
static int open_disk(void)
{
	return open("/usr/bin/env", O_RDONLY | O_CLOEXEC);
}

static int open_short(void)
{
	return fd_create_memory("short", PAGE - 1);
}

static int open_empty(void)
{
	return memfd_create("empty", MFD_CLOEXEC);
}

static int open_write_only(void)
{
	char path[] = "/tmp/shm-XXXXXX";
	int fd = mkstemp(path);
	assert_int_equal(ftruncate(fd, PAGE), 0);
	close(fd);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	unlink(path);
	return fd;
}

static void test_hostile_files(void **state)
{
	int (*const opens[])(void) = {open_pipe, open_socket, open_folder, open_path, open_device,
		open_disk, open_short, open_empty, open_write_only};
	for (size_t i = 0; i < sizeof opens / sizeof opens[0]; i++) {
		struct client *client = client_create(*state, 0);
		client_pool(client, opens[i](), PAGE);
		client_expect_error(client, &wl_shm_interface, WL_SHM_ERROR_INVALID_FD);
		client_destroy(client);
	}
}

static void test_hostile_pool_sizes(void **state)
{
	static const struct {
		int32_t size;
		uint32_t error;
	} bad[] = {{0, WL_SHM_ERROR_INVALID_STRIDE}, {-1, WL_SHM_ERROR_INVALID_STRIDE},
		{INT32_MIN, WL_SHM_ERROR_INVALID_STRIDE}, {INT32_MAX, WL_SHM_ERROR_INVALID_FD}};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct client *client = client_create(*state, 0);
		client_pool(client, fd_create_memory("test", PAGE), bad[i].size);
		client_expect_error(client, &wl_shm_interface, bad[i].error);
		client_destroy(client);
	}
	static const int32_t resizes[] = {INT32_MIN, -1, 0, PAGE - 1, PAGE + 1, INT32_MAX};
	for (size_t i = 0; i < sizeof resizes / sizeof resizes[0]; i++) {
		struct client *client = client_create(*state, 0);
		struct wl_shm_pool *pool =
			client_pool(client, fd_create_memory("test", PAGE), PAGE);
		wl_shm_pool_resize(pool, resizes[i]);
		client_expect_error(client, &wl_shm_pool_interface, WL_SHM_ERROR_INVALID_FD);
		client_destroy(client);
	}
}

static void test_hostile_buffers(void **state)
{
	static const struct {
		int32_t offset, width, height, stride;
	} bad[] = {
		{-1, 1, 1, 4},
		{0, 0, 1, 4},
		{0, 1, 0, 4},
		{0, -1, 1, 4},
		{0, 1, -1, 4},
		{0, 2, 1, 7},
		{0, 1, 1, -4},
		{0, 1, 1, 0},
		{PAGE, 1, 1, 4},
		{PAGE - 3, 1, 1, 4},
		{0, 32, 33, 128},
		{0, 1, 2, INT32_MAX},
		{INT32_MAX, 1, 1, 4},
		{0, INT32_MAX, INT32_MAX, INT32_MAX},
		{INT32_MAX, 1, INT32_MAX, INT32_MAX},
		{0, 0x40000001, 1, 4},
		{0, 1, 0x40000001, 4},
		{INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN},
	};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct client *client = client_create(*state, 0);
		struct wl_shm_pool *pool =
			client_pool(client, fd_create_memory("test", PAGE), PAGE);
		wl_shm_pool_create_buffer(pool, bad[i].offset, bad[i].width, bad[i].height,
			bad[i].stride, WL_SHM_FORMAT_XRGB8888);
		client_expect_error(client, &wl_shm_pool_interface, WL_SHM_ERROR_INVALID_STRIDE);
		client_destroy(client);
	}
	static const uint32_t formats[] = {2, DRM_FORMAT_NV12, DRM_FORMAT_C8, UINT32_MAX};
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		struct client *client = client_create(*state, 0);
		struct wl_shm_pool *pool =
			client_pool(client, fd_create_memory("test", PAGE), PAGE);
		wl_shm_pool_create_buffer(pool, 0, 4, 4, 16, formats[i]);
		client_expect_error(client, &wl_shm_pool_interface, WL_SHM_ERROR_INVALID_FORMAT);
		client_destroy(client);
	}
}

/* Truncating afterwards is the worker's affair; here nothing may read the file. */
static void test_truncated_while_shown(void **state)
{
	struct client *client = client_create(*state, 0);
	int fd = memfd_create("test", MFD_CLOEXEC);
	assert_int_equal(ftruncate(fd, PAGE), 0);
	struct wl_shm_pool *pool = wl_shm_create_pool(client->shm, fd, PAGE);
	struct wl_surface *surface = wl_compositor_create_surface(client->compositor);
	for (int i = 0; i < 3; i++) {
		wl_surface_attach(surface,
			wl_shm_pool_create_buffer(pool, 0, 32, 32, 128, WL_SHM_FORMAT_XRGB8888), 0,
			0);
		wl_surface_damage(surface, 0, 0, 32, 32);
		wl_surface_commit(surface);
		client_expect_alive(client);
		assert_int_equal(ftruncate(fd, 0), 0);
	}
	close(fd);
	client_destroy(client);
}

static void test_release_of_the_global(void **state)
{
	struct client *client = client_create(*state, 1); /* before wl_shm.release */
	client_buffer(client, 4, 4);
	client_expect_alive(client);
	client_destroy(client);
	client = client_create(*state, 0);
	wl_shm_release(client->shm);
	client_expect_alive(client);
	client_destroy(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_a_buffer_keeps_its_pool),
		harness_test(test_the_clients_file_offset_stays),
		harness_test(test_a_pool_grows),
		harness_test(test_hostile_files),
		harness_test(test_hostile_pool_sizes),
		harness_test(test_hostile_buffers),
		harness_test(test_truncated_while_shown),
		harness_test(test_release_of_the_global),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
