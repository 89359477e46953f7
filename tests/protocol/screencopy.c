#include "protocol/screencopy.h"

#include "common/fd.h"
#include "protocol/output.h"
#include "tests/protocol/client.h"

#include "wlr-screencopy-unstable-v1-client.h"

#include <drm_fourcc.h>

/* Whoever captures, and a client that asks. */
struct scene {
	struct screencopy screencopy;
	struct client *client;
	struct zwlr_screencopy_manager_v1 *manager;
	int32_t width, height;           /* what describe answers; 0: cannot be captured */
	pixman_box32_t region;           /* as last told */
	struct screencopy_frame *copied; /* NULL: none waits */
	bool waits;
	int copies;
};

static void scene_handle_describe(void *data, struct screencopy_frame *frame)
{
	struct scene *scene = data;
	frame->width = scene->width;
	frame->height = scene->height;
	frame->format = DRM_FORMAT_XRGB8888;
	scene->region = frame->region;
}

static void scene_handle_copy(
	void *data, struct screencopy_frame *frame, struct buffer *buffer, bool waits)
{
	struct scene *scene = data;
	scene->copied = frame;
	scene->waits = waits;
	scene->copies++;
}

static void scene_handle_destroy(void *data, struct screencopy_frame *frame)
{
	struct scene *scene = data;
	if (scene->copied == frame)
		scene->copied = NULL;
}

static const struct screencopy_listener scene_listener = {
	.describe = scene_handle_describe,
	.copy = scene_handle_copy,
	.destroy = scene_handle_destroy,
};

static void scene_setup(struct scene *scene, void **state)
{
	struct harness *harness = *state;
	*scene = (struct scene){.width = 64, .height = 32};
	scene->screencopy.listener = &scene_listener;
	scene->screencopy.data = scene;
	assert_true(screencopy_create(&scene->screencopy, harness->display));
	scene->client = client_create(harness, 0);
	scene->manager = client_bind(scene->client, &zwlr_screencopy_manager_v1_interface);
	assert_non_null(scene->manager);
}

/* What a frame's client was told. */
struct told {
	struct zwlr_screencopy_frame_v1 *frame;
	uint32_t format, width, height, stride;
	int buffers, dones, flags, damages, readies, fails;
	uint32_t damage_x, seconds, nanoseconds;
};

static void told_handle_buffer(void *data, struct zwlr_screencopy_frame_v1 *frame, uint32_t format,
	uint32_t width, uint32_t height, uint32_t stride)
{
	struct told *told = data;
	told->buffers++;
	told->format = format;
	told->width = width;
	told->height = height;
	told->stride = stride;
}

static void told_handle_flags(void *data, struct zwlr_screencopy_frame_v1 *frame, uint32_t flags)
{
	((struct told *)data)->flags++;
	assert_int_equal(flags, 0);
}

static void told_handle_ready(void *data, struct zwlr_screencopy_frame_v1 *frame, uint32_t high,
	uint32_t low, uint32_t nanoseconds)
{
	struct told *told = data;
	told->readies++;
	told->seconds = low;
	told->nanoseconds = nanoseconds;
}

static void told_handle_failed(void *data, struct zwlr_screencopy_frame_v1 *frame)
{
	((struct told *)data)->fails++;
}

static void told_handle_damage(void *data, struct zwlr_screencopy_frame_v1 *frame, uint32_t x,
	uint32_t y, uint32_t width, uint32_t height)
{
	struct told *told = data;
	told->damages++;
	told->damage_x = x;
}

static void told_handle_done(void *data, struct zwlr_screencopy_frame_v1 *frame)
{
	((struct told *)data)->dones++;
}

static const struct zwlr_screencopy_frame_v1_listener told_listener = {
	.buffer = told_handle_buffer,
	.flags = told_handle_flags,
	.ready = told_handle_ready,
	.failed = told_handle_failed,
	.damage = told_handle_damage,
	.buffer_done = told_handle_done,
};

static void scene_capture(struct scene *scene, struct told *told)
{
	*told = (struct told){0};
	told->frame =
		zwlr_screencopy_manager_v1_capture_output(scene->manager, 0, scene->client->output);
	zwlr_screencopy_frame_v1_add_listener(told->frame, &told_listener, told);
}

static void test_copy(void **state)
{
	struct scene scene;
	struct told told;
	scene_setup(&scene, state);
	for (int i = 0; i < 2; i++) {
		scene_capture(&scene, &told);
		client_expect_alive(scene.client);
		assert_int_equal(told.buffers, 1);
		assert_int_equal(told.dones, 1);
		assert_int_equal(told.format, WL_SHM_FORMAT_XRGB8888);
		assert_int_equal(told.stride, 64 * 4);
		struct wl_buffer *buffer = client_buffer(scene.client, 64, 32);
		if (i)
			zwlr_screencopy_frame_v1_copy_with_damage(told.frame, buffer);
		else
			zwlr_screencopy_frame_v1_copy(told.frame, buffer);
		client_expect_alive(scene.client);
		assert_non_null(scene.copied);
		assert_int_equal(scene.waits, i);
		pixman_region32_t damage;
		pixman_region32_init_rect(&damage, 7, 0, 5, 5);
		screencopy_ready(scene.copied, &damage, 5000000007);
		pixman_region32_fini(&damage);
		client_expect_alive(scene.client);
		assert_int_equal(told.flags, 1);
		assert_int_equal(told.readies, 1);
		assert_int_equal(told.damages, i);
		assert_int_equal(told.damage_x, i ? 7 : 0);
		assert_int_equal(told.seconds, 5);
		assert_int_equal(told.nanoseconds, 7);
		zwlr_screencopy_frame_v1_destroy(told.frame);
		client_expect_alive(scene.client);
		assert_null(scene.copied);
	}
	client_destroy(scene.client);
}

static void test_what_cannot_be_captured_fails(void **state)
{
	struct scene scene;
	struct told told;
	scene_setup(&scene, state);
	scene.width = 0;
	scene_capture(&scene, &told);
	/* A client that does not look. */
	zwlr_screencopy_frame_v1_copy(told.frame, client_buffer(scene.client, 64, 32));
	client_expect_alive(scene.client);
	assert_int_equal(told.fails, 1);
	assert_int_equal(told.buffers, 0);
	assert_int_equal(scene.copies, 0);
	client_destroy(scene.client);
}

static void test_region_that_is_nonsense(void **state)
{
	static const int32_t numbers[] = {INT32_MIN, -1, 0, 1, INT32_MAX};
	struct scene scene;
	scene_setup(&scene, state);
	for (int i = 0; i < 25; i++) {
		zwlr_screencopy_manager_v1_capture_output_region(scene.manager, 1,
			scene.client->output, numbers[i % 5], numbers[i / 5], numbers[i / 5],
			numbers[i % 5]);
		client_expect_alive(scene.client);
		assert_true(scene.region.x1 <= scene.region.x2);
		assert_true(scene.region.y1 <= scene.region.y2);
	}
	client_destroy(scene.client);
}

static void test_output_goes(void **state)
{
	struct harness *harness = *state;
	struct scene scene;
	struct told early, late;
	scene_setup(&scene, state);
	scene_capture(&scene, &early);
	client_expect_alive(scene.client);
	output_destroy(&harness->output);
	zwlr_screencopy_frame_v1_copy(early.frame, client_buffer(scene.client, 64, 32));
	scene_capture(&scene, &late);
	client_expect_alive(scene.client);
	assert_int_equal(early.fails, 1);
	assert_int_equal(late.fails, 1);
	assert_int_equal(scene.copies, 0);
	client_destroy(scene.client);
}

static void test_client_goes_while_it_waits(void **state)
{
	struct scene scene;
	struct told told;
	scene_setup(&scene, state);
	scene_capture(&scene, &told);
	zwlr_screencopy_frame_v1_copy(told.frame, client_buffer(scene.client, 64, 32));
	client_expect_alive(scene.client);
	assert_non_null(scene.copied);
	client_destroy(scene.client);
	assert_null(scene.copied);
}

static void scene_expect(void **state, void (*fault)(struct scene *, struct told *), uint32_t code)
{
	struct scene scene;
	struct told told;
	scene_setup(&scene, state);
	scene_capture(&scene, &told);
	fault(&scene, &told);
	client_expect_error(scene.client, &zwlr_screencopy_frame_v1_interface, code);
	client_destroy(scene.client);
}

static void fault_twice(struct scene *scene, struct told *told)
{
	struct wl_buffer *buffer = client_buffer(scene->client, 64, 32);
	zwlr_screencopy_frame_v1_copy(told->frame, buffer);
	zwlr_screencopy_frame_v1_copy_with_damage(told->frame, buffer);
}

static void fault_size(struct scene *scene, struct told *told)
{
	zwlr_screencopy_frame_v1_copy(told->frame, client_buffer(scene->client, 64, 31));
}

static struct wl_buffer *odd_buffer(struct scene *scene, int32_t stride, uint32_t format)
{
	struct wl_shm_pool *pool =
		client_pool(scene->client, fd_create_memory("odd", 64 * 1024), 64 * 1024);
	return wl_shm_pool_create_buffer(pool, 0, 64, 32, stride, format);
}

static void fault_stride(struct scene *scene, struct told *told)
{
	zwlr_screencopy_frame_v1_copy(
		told->frame, odd_buffer(scene, 64 * 4 + 4, WL_SHM_FORMAT_XRGB8888));
}

static void fault_format(struct scene *scene, struct told *told)
{
	zwlr_screencopy_frame_v1_copy(
		told->frame, odd_buffer(scene, 64 * 4, WL_SHM_FORMAT_ARGB8888));
}

static void test_hostile(void **state)
{
	scene_expect(state, fault_twice, ZWLR_SCREENCOPY_FRAME_V1_ERROR_ALREADY_USED);
	scene_expect(state, fault_size, ZWLR_SCREENCOPY_FRAME_V1_ERROR_INVALID_BUFFER);
	scene_expect(state, fault_stride, ZWLR_SCREENCOPY_FRAME_V1_ERROR_INVALID_BUFFER);
	scene_expect(state, fault_format, ZWLR_SCREENCOPY_FRAME_V1_ERROR_INVALID_BUFFER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_copy),
		harness_test(test_what_cannot_be_captured_fails),
		harness_test(test_region_that_is_nonsense),
		harness_test(test_output_goes),
		harness_test(test_client_goes_while_it_waits),
		harness_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
