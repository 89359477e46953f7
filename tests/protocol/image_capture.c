#include "protocol/image_capture.h"

#include "protocol/capture_source.h"
#include "protocol/output.h"
#include "tests/protocol/client.h"

#include "ext-image-capture-source-v1-client.h"
#include "ext-image-copy-capture-v1-client.h"

#include <drm_fourcc.h>

static const uint32_t formats[] = {DRM_FORMAT_XRGB8888};

/* Whoever captures, and a client with a session. */
struct studio {
	struct image_capture capture;
	struct client *client;
	struct ext_output_image_capture_source_manager_v1 *sources;
	struct ext_image_copy_capture_manager_v1 *manager;
	struct ext_image_capture_source_v1 *source;
	struct ext_image_copy_capture_session_v1 *session;
	struct image_session *server; /* the session, until it ends */
	struct image_frame *waiting;  /* a copy that is not answered */
	bool waits;
	int begun, ended, copies;
	/* as the client was told */
	int dones, stopped, readies, fails, damages;
	uint32_t width, height, formats, reason;
};

static void studio_handle_begin(void *data, struct image_session *session)
{
	struct studio *studio = data;
	studio->server = session;
	studio->begun++;
	session->width = 64;
	session->height = 32;
}

static void studio_handle_end(void *data, struct image_session *session)
{
	((struct studio *)data)->ended++;
}

static void studio_handle_copy(void *data, struct image_frame *frame, bool waits)
{
	struct studio *studio = data;
	studio->waiting = frame;
	studio->waits = waits;
	studio->copies++;
}

static void studio_handle_cancel(void *data, struct image_frame *frame)
{
	struct studio *studio = data;
	if (studio->waiting == frame)
		studio->waiting = NULL;
}

static const struct image_capture_listener studio_listener = {
	.begin = studio_handle_begin,
	.end = studio_handle_end,
	.copy = studio_handle_copy,
	.cancel = studio_handle_cancel,
};

static void told_size(void *data, struct ext_image_copy_capture_session_v1 *session, uint32_t width,
	uint32_t height)
{
	struct studio *studio = data;
	studio->width = width;
	studio->height = height;
}

static void told_format(
	void *data, struct ext_image_copy_capture_session_v1 *session, uint32_t format)
{
	((struct studio *)data)->formats++;
}

static void told_device(
	void *data, struct ext_image_copy_capture_session_v1 *session, struct wl_array *device)
{
}

static void told_dmabuf(void *data, struct ext_image_copy_capture_session_v1 *session,
	uint32_t format, struct wl_array *modifiers)
{
}

static void told_done(void *data, struct ext_image_copy_capture_session_v1 *session)
{
	((struct studio *)data)->dones++;
}

static void told_stopped(void *data, struct ext_image_copy_capture_session_v1 *session)
{
	((struct studio *)data)->stopped++;
}

static const struct ext_image_copy_capture_session_v1_listener session_listener = {
	.buffer_size = told_size,
	.shm_format = told_format,
	.dmabuf_device = told_device,
	.dmabuf_format = told_dmabuf,
	.done = told_done,
	.stopped = told_stopped,
};

static void told_transform(
	void *data, struct ext_image_copy_capture_frame_v1 *frame, uint32_t transform)
{
}

static void told_damage(void *data, struct ext_image_copy_capture_frame_v1 *frame, int32_t x,
	int32_t y, int32_t width, int32_t height)
{
	((struct studio *)data)->damages++;
}

static void told_time(void *data, struct ext_image_copy_capture_frame_v1 *frame, uint32_t high,
	uint32_t low, uint32_t nanoseconds)
{
	assert_int_equal(low, 5);
	assert_int_equal(nanoseconds, 7);
}

static void told_ready(void *data, struct ext_image_copy_capture_frame_v1 *frame)
{
	((struct studio *)data)->readies++;
}

static void told_failed(void *data, struct ext_image_copy_capture_frame_v1 *frame, uint32_t reason)
{
	struct studio *studio = data;
	studio->fails++;
	studio->reason = reason;
}

static const struct ext_image_copy_capture_frame_v1_listener frame_listener = {
	.transform = told_transform,
	.damage = told_damage,
	.presentation_time = told_time,
	.ready = told_ready,
	.failed = told_failed,
};

static void studio_setup(struct studio *studio, void **state)
{
	struct harness *harness = *state;
	*studio = (struct studio){.capture.listener = &studio_listener,
		.capture.data = studio,
		.capture.formats = formats,
		.capture.formats_len = 1};
	assert_true(capture_source_create(harness->display));
	assert_true(image_capture_create(&studio->capture, harness->display));
	struct client *client = studio->client = client_create(harness, 0);
	studio->sources =
		client_bind(client, &ext_output_image_capture_source_manager_v1_interface);
	studio->manager = client_bind(client, &ext_image_copy_capture_manager_v1_interface);
	studio->source = ext_output_image_capture_source_manager_v1_create_source(
		studio->sources, client->output);
	studio->session = ext_image_copy_capture_manager_v1_create_session(
		studio->manager, studio->source, 0);
	ext_image_copy_capture_session_v1_add_listener(studio->session, &session_listener, studio);
	ext_image_capture_source_v1_destroy(studio->source);
	client_expect_alive(client);
	assert_int_equal(studio->dones, 1);
	assert_int_equal(studio->formats, 1);
	assert_int_equal(studio->width, 64);
}

static struct ext_image_copy_capture_frame_v1 *studio_frame(struct studio *studio)
{
	struct ext_image_copy_capture_frame_v1 *frame =
		ext_image_copy_capture_session_v1_create_frame(studio->session);
	ext_image_copy_capture_frame_v1_add_listener(frame, &frame_listener, studio);
	return frame;
}

static void test_capture(void **state)
{
	struct studio studio;
	studio_setup(&studio, state);
	for (int i = 0; i < 2; i++) {
		struct ext_image_copy_capture_frame_v1 *frame = studio_frame(&studio);
		ext_image_copy_capture_frame_v1_attach_buffer(
			frame, client_buffer(studio.client, 64, 32));
		ext_image_copy_capture_frame_v1_damage_buffer(frame, 0, 0, INT32_MAX, INT32_MAX);
		ext_image_copy_capture_frame_v1_capture(frame);
		client_expect_alive(studio.client);
		assert_non_null(studio.waiting);
		/* The first is answered at once, the others when something changes. */
		assert_int_equal(studio.waits, i);
		pixman_region32_t damage;
		pixman_region32_init_rect(&damage, 1, 2, 3, 4);
		image_frame_ready(studio.waiting, &damage, 5000000007);
		pixman_region32_fini(&damage);
		client_expect_alive(studio.client);
		assert_int_equal(studio.readies, i + 1);
		assert_int_equal(studio.damages, i + 1);
		ext_image_copy_capture_frame_v1_destroy(frame);
	}
	/* The session goes before its frame. */
	struct ext_image_copy_capture_frame_v1 *last = studio_frame(&studio);
	ext_image_copy_capture_session_v1_destroy(studio.session);
	client_expect_alive(studio.client);
	assert_int_equal(studio.ended, 0);
	ext_image_copy_capture_frame_v1_destroy(last);
	client_expect_alive(studio.client);
	assert_int_equal(studio.ended, 1);
	client_destroy(studio.client);
}

static void test_buffers_that_do_not_fit_fail(void **state)
{
	struct studio studio;
	studio_setup(&studio, state);
	struct ext_image_copy_capture_frame_v1 *frame = studio_frame(&studio);
	ext_image_copy_capture_frame_v1_attach_buffer(frame, client_buffer(studio.client, 64, 33));
	ext_image_copy_capture_frame_v1_capture(frame);
	client_expect_alive(studio.client);
	assert_int_equal(studio.fails, 1);
	assert_int_equal(
		studio.reason, EXT_IMAGE_COPY_CAPTURE_FRAME_V1_FAILURE_REASON_BUFFER_CONSTRAINTS);
	assert_int_equal(studio.copies, 0);
	/* Another size is told, and holds from then on. */
	image_session_resize(studio.server, 64, 33);
	ext_image_copy_capture_frame_v1_destroy(frame);
	client_expect_alive(studio.client);
	assert_int_equal(studio.height, 33);
	assert_int_equal(studio.dones, 2);
	client_destroy(studio.client);
	assert_int_equal(studio.ended, 1);
}

static void test_output_goes(void **state)
{
	struct harness *harness = *state;
	struct studio studio;
	studio_setup(&studio, state);
	struct ext_image_copy_capture_frame_v1 *frame = studio_frame(&studio);
	struct ext_image_capture_source_v1 *source =
		ext_output_image_capture_source_manager_v1_create_source(
			studio.sources, studio.client->output);
	client_expect_alive(studio.client);
	output_destroy(&harness->output);
	ext_image_copy_capture_frame_v1_attach_buffer(frame, client_buffer(studio.client, 64, 32));
	ext_image_copy_capture_frame_v1_capture(frame);
	client_expect_alive(studio.client);
	assert_int_equal(studio.stopped, 1);
	assert_int_equal(studio.reason, EXT_IMAGE_COPY_CAPTURE_FRAME_V1_FAILURE_REASON_STOPPED);
	studio.session =
		ext_image_copy_capture_manager_v1_create_session(studio.manager, source, 1);
	ext_image_copy_capture_session_v1_add_listener(studio.session, &session_listener, &studio);
	client_expect_alive(studio.client);
	assert_int_equal(studio.stopped, 2);
	assert_int_equal(studio.begun, 1);
	client_destroy(studio.client);
}

static void test_cursor_session(void **state)
{
	struct studio studio;
	studio_setup(&studio, state);
	struct ext_image_capture_source_v1 *source =
		ext_output_image_capture_source_manager_v1_create_source(
			studio.sources, studio.client->output);
	struct ext_image_copy_capture_cursor_session_v1 *cursor =
		ext_image_copy_capture_manager_v1_create_pointer_cursor_session(
			studio.manager, source, wl_seat_get_pointer(studio.client->seat));
	ext_image_copy_capture_session_v1_add_listener(
		ext_image_copy_capture_cursor_session_v1_get_capture_session(cursor),
		&session_listener, &studio);
	client_expect_alive(studio.client);
	assert_int_equal(studio.stopped, 1);
	ext_image_copy_capture_cursor_session_v1_get_capture_session(cursor);
	client_expect_error(studio.client, &ext_image_copy_capture_cursor_session_v1_interface,
		EXT_IMAGE_COPY_CAPTURE_CURSOR_SESSION_V1_ERROR_DUPLICATE_SESSION);
	client_destroy(studio.client);
}

static void studio_expect(void **state, void (*fault)(struct studio *),
	const struct wl_interface *interface, uint32_t code)
{
	struct studio studio;
	studio_setup(&studio, state);
	fault(&studio);
	client_expect_error(studio.client, interface, code);
	client_destroy(studio.client);
}

static void fault_no_buffer(struct studio *studio)
{
	ext_image_copy_capture_frame_v1_capture(studio_frame(studio));
}

static void fault_buffer_is_gone(struct studio *studio)
{
	struct ext_image_copy_capture_frame_v1 *frame = studio_frame(studio);
	struct wl_buffer *buffer = client_buffer(studio->client, 64, 32);
	ext_image_copy_capture_frame_v1_attach_buffer(frame, buffer);
	wl_buffer_destroy(buffer);
	ext_image_copy_capture_frame_v1_capture(frame);
}

static void fault_twice(struct studio *studio)
{
	struct ext_image_copy_capture_frame_v1 *frame = studio_frame(studio);
	ext_image_copy_capture_frame_v1_attach_buffer(frame, client_buffer(studio->client, 64, 32));
	ext_image_copy_capture_frame_v1_capture(frame);
	ext_image_copy_capture_frame_v1_damage_buffer(frame, 0, 0, 1, 1);
}

static void fault_damage(struct studio *studio)
{
	ext_image_copy_capture_frame_v1_damage_buffer(studio_frame(studio), -1, 0, 1, 1);
}

static void fault_empty_damage(struct studio *studio)
{
	ext_image_copy_capture_frame_v1_damage_buffer(studio_frame(studio), 0, 0, INT32_MIN, 1);
}

static void fault_two_frames(struct studio *studio)
{
	studio_frame(studio);
	studio_frame(studio);
}

static void fault_options(struct studio *studio)
{
	ext_image_copy_capture_manager_v1_create_session(studio->manager,
		ext_output_image_capture_source_manager_v1_create_source(
			studio->sources, studio->client->output),
		2);
}

static void test_hostile(void **state)
{
	const struct wl_interface *frame = &ext_image_copy_capture_frame_v1_interface;
	studio_expect(
		state, fault_no_buffer, frame, EXT_IMAGE_COPY_CAPTURE_FRAME_V1_ERROR_NO_BUFFER);
	studio_expect(state, fault_buffer_is_gone, frame,
		EXT_IMAGE_COPY_CAPTURE_FRAME_V1_ERROR_NO_BUFFER);
	studio_expect(
		state, fault_twice, frame, EXT_IMAGE_COPY_CAPTURE_FRAME_V1_ERROR_ALREADY_CAPTURED);
	studio_expect(state, fault_damage, frame,
		EXT_IMAGE_COPY_CAPTURE_FRAME_V1_ERROR_INVALID_BUFFER_DAMAGE);
	studio_expect(state, fault_empty_damage, frame,
		EXT_IMAGE_COPY_CAPTURE_FRAME_V1_ERROR_INVALID_BUFFER_DAMAGE);
	studio_expect(state, fault_two_frames, &ext_image_copy_capture_session_v1_interface,
		EXT_IMAGE_COPY_CAPTURE_SESSION_V1_ERROR_DUPLICATE_FRAME);
	studio_expect(state, fault_options, &ext_image_copy_capture_manager_v1_interface,
		EXT_IMAGE_COPY_CAPTURE_MANAGER_V1_ERROR_INVALID_OPTION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_capture),
		harness_test(test_buffers_that_do_not_fit_fail),
		harness_test(test_output_goes),
		harness_test(test_cursor_session),
		harness_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
