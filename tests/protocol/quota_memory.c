/* How much memory one client may have the compositor keep alive. Nothing of it is ever touched. */
#include "common/fd.h"
#include "protocol/buffer.h"
#include "protocol/quota.h"
#include "tests/protocol/client.h"

#include <drm_fourcc.h>
#include <unistd.h>

#define PAGE 4096
#define GIB (1 << 30)
#define SIDE 16384 /* of a square of 1 GiB */

/* How many GiB fit. */
static int memory_limit(void)
{
	long part = sysconf(_SC_PHYS_PAGES) / 2 / (GIB / sysconf(_SC_PAGESIZE));
	int min = QUOTA_MIN_MEMORY >> 20;
	return part > min ? (int)part : min;
}

/* Asks for a GiB at a time until the client is thrown out; how many it got. */
static int ask(struct client *client, void (*request)(struct client *client))
{
	int i = 0;
	while (i <= 2 * memory_limit()) {
		request(client);
		if (!client_sync(client))
			break;
		i++;
	}
	return i;
}

static void ask_pool(struct client *client)
{
	client_pool(client, fd_create_memory("test", GIB), GIB);
}

static void ask_larger_pool(struct client *client)
{
	struct wl_shm_pool *pool = client_pool(client, fd_create_memory("test", GIB), PAGE);
	wl_shm_pool_resize(pool, GIB / 2);
	wl_shm_pool_resize(pool, GIB);
}

/* Alive by a buffer of a pixel. */
static void ask_destroyed_pool(struct client *client)
{
	struct wl_shm_pool *pool = client_pool(client, fd_create_memory("test", GIB), GIB);
	wl_shm_pool_create_buffer(pool, 0, 1, 1, 4, WL_SHM_FORMAT_XRGB8888);
	wl_shm_pool_destroy(pool);
}

static struct wl_shm_pool *buffers_pool;

/* Whoever draws may copy each. */
static void ask_buffer(struct client *client)
{
	if (!buffers_pool)
		buffers_pool = client_pool(client, fd_create_memory("test", GIB), GIB);
	wl_shm_pool_create_buffer(buffers_pool, 0, SIDE, SIDE, 4 * SIDE, WL_SHM_FORMAT_XRGB8888);
}

static void expect_limit(void **state, void (*request)(struct client *client), int most)
{
	struct client *client = client_create(*state, 0);
	assert_int_equal(ask(client, request), most);
	client_expect_error(client, NULL, WL_DISPLAY_ERROR_NO_MEMORY);
	client_destroy(client);
}

static void test_pools_and_their_buffers_have_a_limit(void **state)
{
	int limit = memory_limit();
	print_message("figures: %d GiB for a client\n", limit);
	expect_limit(state, ask_pool, limit);
	expect_limit(state, ask_larger_pool, limit);
	/* The pixel counts, too. */
	expect_limit(state, ask_destroyed_pool, limit - 1);
	buffers_pool = NULL;
	expect_limit(state, ask_buffer, limit - 1);
}

static void ask_brief_pool(struct client *client)
{
	struct wl_shm_pool *pool = client_pool(client, fd_create_memory("test", GIB), PAGE);
	wl_shm_pool_resize(pool, GIB);
	wl_buffer_destroy(
		wl_shm_pool_create_buffer(pool, 0, SIDE, SIDE, 4 * SIDE, WL_SHM_FORMAT_XRGB8888));
	wl_shm_pool_destroy(pool);
}

struct answers {
	int created, failed;
	struct wl_buffer *buffer; /* the last that was created */
};

static void answers_handle_created(
	void *data, struct zwp_linux_buffer_params_v1 *params, struct wl_buffer *buffer)
{
	struct answers *answers = data;
	answers->created++;
	answers->buffer = buffer;
}

static void answers_handle_failed(void *data, struct zwp_linux_buffer_params_v1 *params)
{
	((struct answers *)data)->failed++;
}

static const struct zwp_linux_buffer_params_v1_listener answers_listener = {
	.created = answers_handle_created,
	.failed = answers_handle_failed,
};

static struct answers answers;

/* A memfd stands in for a dma-buf: the core looks at its size only. */
static struct zwp_linux_buffer_params_v1 *params_create(struct client *client, int64_t size)
{
	int fd = fd_create_memory("test", (size_t)size);
	struct zwp_linux_buffer_params_v1 *params =
		zwp_linux_dmabuf_v1_create_params(client->dmabuf);
	assert_true(fd >= 0);
	zwp_linux_buffer_params_v1_add_listener(params, &answers_listener, &answers);
	zwp_linux_buffer_params_v1_add(params, fd, 0, 0, 256, 0, 0);
	close(fd);
	return params;
}

static void ask_dmabuf_of(struct client *client, int64_t size)
{
	struct zwp_linux_buffer_params_v1 *params = params_create(client, size);
	zwp_linux_buffer_params_v1_create(params, 64, 64, DRM_FORMAT_XRGB8888, 0);
	client_expect_alive(client);
	zwp_linux_buffer_params_v1_destroy(params);
}

static void ask_brief_dmabuf(struct client *client)
{
	ask_dmabuf_of(client, GIB);
	wl_buffer_destroy(answers.buffer);
}

static void ask_brief_plane(struct client *client)
{
	zwp_linux_buffer_params_v1_destroy(params_create(client, GIB));
}

static void test_what_is_given_back_does_not_count(void **state)
{
	struct client *client = client_create(*state, 0);
	int more = 2 * memory_limit() + 1;
	answers = (struct answers){0};
	assert_int_equal(ask(client, ask_brief_pool), more);
	assert_int_equal(ask(client, ask_brief_plane), more);
	assert_int_equal(ask(client, ask_brief_dmabuf), more);
	assert_int_equal(answers.created, more);
	assert_int_equal(answers.failed, 0);
	client_destroy(client);
}

/* The client may go on without another one. */
static void test_dmabufs_fail_above_the_limit(void **state)
{
	struct client *client = client_create(*state, 0);
	int limit = memory_limit();
	answers = (struct answers){0};
	for (int i = 0; i < limit; i++)
		ask_dmabuf_of(client, GIB);
	assert_int_equal(answers.created, limit);
	ask_dmabuf_of(client, 64 * 64 * 4);
	assert_int_equal(answers.failed, 1);
	wl_buffer_destroy(answers.buffer);
	ask_dmabuf_of(client, GIB);
	assert_int_equal(answers.created, limit + 1);
	ask_dmabuf_of(client, INT64_MAX / PAGE * PAGE);
	assert_int_equal(answers.failed, 2);
	/* What was to be there at once cannot fail otherwise. */
	zwp_linux_buffer_params_v1_create_immed(
		params_create(client, GIB), 64, 64, DRM_FORMAT_XRGB8888, 0);
	client_expect_error(client, &zwp_linux_buffer_params_v1_interface,
		ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_INVALID_WL_BUFFER);
	client_destroy(client);
}

/* A plane keeps its memory alive before there is a buffer. */
static void test_planes_count_before_their_buffer(void **state)
{
	struct client *client = client_create(*state, 0);
	answers = (struct answers){0};
	for (int i = 0; i < memory_limit(); i++)
		params_create(client, GIB);
	client_expect_alive(client);
	ask_dmabuf_of(client, 64 * 64 * 4);
	assert_int_equal(answers.failed, 1);
	client_destroy(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_pools_and_their_buffers_have_a_limit),
		harness_test(test_what_is_given_back_does_not_count),
		harness_test(test_dmabufs_fail_above_the_limit),
		harness_test(test_planes_count_before_their_buffer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
