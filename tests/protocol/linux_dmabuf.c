#include "common/fd.h"
#include "protocol/buffer.h"
#include "tests/protocol/client.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* memfds stand in for dma-bufs: the core looks at their size only. */
#define SIZE (64 * 64 * 4)

struct answers {
	int created, failed;
	struct wl_buffer *buffer;
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

static void params_add(struct zwp_linux_buffer_params_v1 *params, uint32_t plane, uint32_t offset,
	uint32_t stride, uint64_t modifier)
{
	int fd = fd_create_memory("dmabuf", SIZE);
	zwp_linux_buffer_params_v1_add(
		params, fd, plane, offset, stride, (uint32_t)(modifier >> 32), (uint32_t)modifier);
	close(fd);
}

static struct zwp_linux_buffer_params_v1 *params_create(
	struct client *client, struct answers *answers)
{
	struct zwp_linux_buffer_params_v1 *params =
		zwp_linux_dmabuf_v1_create_params(client->dmabuf);
	*answers = (struct answers){0};
	zwp_linux_buffer_params_v1_add_listener(params, &answers_listener, answers);
	params_add(params, 0, 0, 256, DRM_FORMAT_MOD_LINEAR);
	return params;
}

static void test_accepted(void **state)
{
	struct answers answers;
	struct client *client = client_create(*state, 0);
	struct zwp_linux_buffer_params_v1 *params = params_create(client, &answers);
	zwp_linux_buffer_params_v1_create(params, 64, 64, DRM_FORMAT_XRGB8888, 0);
	client_expect_alive(client);
	assert_int_equal(answers.created, 1);
	const struct buffer *buffer = buffer_from_resource(client_resource(client, answers.buffer));
	assert_int_equal(buffer->dmabuf.planes[0].stride, 256);
	assert_int_equal(buffer->locks + buffer->holds, 0);
	zwp_linux_buffer_params_v1_destroy(params);
	wl_buffer_destroy(answers.buffer);
	client_expect_alive(client);
	client_destroy(client);
}

/* The client never attached it: a release would be mistaken for that of a later commit. */
static void test_no_release_after_the_import(void **state)
{
	struct harness *harness = *state;
	struct answers answers;
	int released = 0;
	struct client *client = client_create(harness, 0);
	struct zwp_linux_buffer_params_v1 *params = params_create(client, &answers);
	harness->import = IMPORT_LATER;
	struct wl_buffer *buffer =
		zwp_linux_buffer_params_v1_create_immed(params, 64, 64, DRM_FORMAT_XRGB8888, 0);
	wl_buffer_add_listener(buffer, &count_release, &released);
	client_expect_alive(client);
	linux_dmabuf_imported(harness->importing, true, NULL);
	client_expect_alive(client);
	assert_int_equal(released, 0);
	assert_int_equal(answers.created + answers.failed, 0);
	client_destroy(client);
}

static void test_refused(void **state)
{
	struct harness *harness = *state;
	struct answers answers;
	struct client *client = client_create(harness, 0);
	harness->import = IMPORT_REFUSE;
	struct zwp_linux_buffer_params_v1 *params = params_create(client, &answers);
	zwp_linux_buffer_params_v1_create(params, 64, 64, DRM_FORMAT_XRGB8888, 0);
	client_expect_alive(client);
	assert_int_equal(answers.failed, 1);
	params = params_create(client, &answers);
	struct wl_buffer *buffer =
		zwp_linux_buffer_params_v1_create_immed(params, 64, 64, DRM_FORMAT_XRGB8888, 0);
	client_expect_alive(client);
	assert_int_equal(answers.failed, 1);
	assert_false(buffer_from_resource(client_resource(client, buffer))->readable);
	harness->import = IMPORT_ACCEPT;
	params = params_create(client, &answers);
	zwp_linux_buffer_params_v1_create(
		params, 64, 64, DRM_FORMAT_XRGB8888, ZWP_LINUX_BUFFER_PARAMS_V1_FLAGS_Y_INVERT);
	client_expect_alive(client);
	assert_int_equal(answers.failed, 1);
	client_destroy(client);
}

/* The worker's answer comes after the params, the buffer or the whole client went. */
static void test_answers_that_come_late(void **state)
{
	struct harness *harness = *state;
	harness->import = IMPORT_LATER;
	for (int i = 0; i < 8; i++) {
		bool immediate = i & 1, gone = i & 2, ok = i & 4;
		struct answers answers;
		struct client *client = client_create(harness, 0);
		struct zwp_linux_buffer_params_v1 *params = params_create(client, &answers);
		struct wl_buffer *buffer = NULL;
		if (immediate)
			buffer = zwp_linux_buffer_params_v1_create_immed(
				params, 64, 64, DRM_FORMAT_XRGB8888, 0);
		else
			zwp_linux_buffer_params_v1_create(params, 64, 64, DRM_FORMAT_XRGB8888, 0);
		zwp_linux_buffer_params_v1_destroy(params);
		if (buffer)
			wl_buffer_destroy(buffer);
		client_expect_alive(client);
		if (gone)
			client_destroy(client);
		linux_dmabuf_imported(harness->importing, ok, "late");
		if (!gone) {
			client_expect_alive(client);
			client_destroy(client);
		}
	}
}

static struct wl_buffer *buffer_immediately(struct client *client)
{
	struct zwp_linux_buffer_params_v1 *params =
		zwp_linux_dmabuf_v1_create_params(client->dmabuf);
	params_add(params, 0, 0, 256, DRM_FORMAT_MOD_LINEAR);
	struct wl_buffer *buffer =
		zwp_linux_buffer_params_v1_create_immed(params, 64, 64, DRM_FORMAT_XRGB8888, 0);
	zwp_linux_buffer_params_v1_destroy(params);
	return buffer;
}

/* A surface that shows a picture; the next one was committed, and its import is not answered. */
struct change {
	struct client *client;
	struct wl_surface *surface;
	struct surface *server;
	struct wl_buffer *next;
	int released;
};

static void change_begin(struct change *change, void **state)
{
	struct harness *harness = *state;
	*change = (struct change){.client = client_create(harness, 0)};
	change->surface = wl_compositor_create_surface(change->client->compositor);
	change->server = client_surface(change->client, change->surface);
	struct wl_buffer *first = client_buffer(change->client, 64, 64);
	wl_buffer_add_listener(first, &count_release, &change->released);
	wl_surface_attach(change->surface, first, 0, 0);
	wl_surface_commit(change->surface);
	harness->import = IMPORT_LATER;
	change->next = buffer_immediately(change->client);
	wl_surface_attach(change->surface, change->next, 0, 0);
	wl_surface_commit(change->surface);
	wl_surface_commit(change->surface);
	client_expect_alive(change->client);
	assert_true(change->server->current.buffer->readable);
	assert_int_equal(change->released, 0);
}

static void test_a_picture_stays_until_the_next_is_there(void **state)
{
	struct harness *harness = *state;
	for (int ok = 0; ok < 2; ok++) {
		struct change change;
		change_begin(&change, state);
		struct buffer *next =
			buffer_from_resource(client_resource(change.client, change.next));
		if (ok)
			wl_buffer_destroy(change.next);
		client_expect_alive(change.client);
		linux_dmabuf_imported(harness->importing, ok, "the test says so");
		client_expect_alive(change.client);
		assert_ptr_equal(change.server->current.buffer, next);
		assert_int_equal(next->readable, ok);
		assert_int_equal(next->holds, 0);
		assert_int_equal(change.released, 1);
		client_destroy(change.client);
	}
}

/* Before the answer, and when it has just come. */
static void test_a_surface_goes_while_its_picture_is_imported(void **state)
{
	struct harness *harness = *state;
	for (int answered = 0; answered < 2; answered++) {
		struct change change;
		change_begin(&change, state);
		struct buffer *next = harness->importing;
		buffer_hold(next);
		if (answered)
			linux_dmabuf_imported(next, true, NULL);
		wl_resource_destroy(change.server->resource);
		if (!answered)
			linux_dmabuf_imported(next, true, NULL);
		client_expect_alive(change.client);
		assert_int_equal(change.released, 1);
		assert_int_equal(next->locks, 0);
		assert_int_equal(next->holds, 1);
		buffer_drop(next);
		client_destroy(change.client);
	}
}

/* There is nothing that it could show meanwhile. */
static void test_a_first_picture_waits_for_nothing(void **state)
{
	struct harness *harness = *state;
	struct client *client = client_create(harness, 0);
	struct wl_surface *surface = wl_compositor_create_surface(client->compositor);
	harness->import = IMPORT_LATER;
	wl_surface_attach(surface, buffer_immediately(client), 0, 0);
	wl_surface_commit(surface);
	client_expect_alive(client);
	assert_ptr_equal(client_surface(client, surface)->current.buffer, harness->importing);
	linux_dmabuf_imported(harness->importing, true, NULL);
	client_destroy(client);
}

/* Two planes; of an odd size it is refused without asking whoever draws, and the client lives on.
 */
static void test_video(void **state)
{
	static const struct {
		int32_t width, height;
		bool ok;
	} sizes[] = {{64, 32, true}, {2, 2, true}, {63, 32, false}, {64, 31, false}, {1, 1, false}};
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct answers answers;
		struct client *client = client_create(*state, 0);
		struct zwp_linux_buffer_params_v1 *params = params_create(client, &answers);
		params_add(params, 1, 64 * 32, 64, DRM_FORMAT_MOD_LINEAR);
		zwp_linux_buffer_params_v1_create(
			params, sizes[i].width, sizes[i].height, DRM_FORMAT_NV12, 0);
		client_expect_alive(client);
		assert_int_equal(answers.created, sizes[i].ok);
		assert_int_equal(answers.failed, !sizes[i].ok);
		client_destroy(client);
	}
}

static void params_expect(void **state,
	void (*fault)(struct client *, struct zwp_linux_buffer_params_v1 *), uint32_t code)
{
	struct answers answers;
	struct client *client = client_create(*state, 0);
	fault(client, params_create(client, &answers));
	client_expect_error(client, &zwp_linux_buffer_params_v1_interface, code);
	client_destroy(client);
}

static void fault_plane_index(struct client *client, struct zwp_linux_buffer_params_v1 *params)
{
	params_add(params, 4, 0, 256, DRM_FORMAT_MOD_LINEAR);
}

static void fault_plane_index_huge(struct client *client, struct zwp_linux_buffer_params_v1 *params)
{
	params_add(params, UINT32_MAX, 0, 256, DRM_FORMAT_MOD_LINEAR);
}

static void fault_plane_twice(struct client *client, struct zwp_linux_buffer_params_v1 *params)
{
	params_add(params, 0, 0, 256, DRM_FORMAT_MOD_LINEAR);
}

static void fault_modifiers(struct client *client, struct zwp_linux_buffer_params_v1 *params)
{
	params_add(params, 1, 0, 256, DRM_FORMAT_MOD_INVALID);
}

static void fault_used(struct client *client, struct zwp_linux_buffer_params_v1 *params)
{
	zwp_linux_buffer_params_v1_create(params, 64, 64, DRM_FORMAT_XRGB8888, 0);
	zwp_linux_buffer_params_v1_create(params, 64, 64, DRM_FORMAT_XRGB8888, 0);
}

static void fault_add_after_use(struct client *client, struct zwp_linux_buffer_params_v1 *params)
{
	zwp_linux_buffer_params_v1_create(params, 64, 64, DRM_FORMAT_XRGB8888, 0);
	params_add(params, 1, 0, 256, DRM_FORMAT_MOD_LINEAR);
}

static void fault_no_planes(struct client *client, struct zwp_linux_buffer_params_v1 *params)
{
	zwp_linux_buffer_params_v1_create_immed(
		zwp_linux_dmabuf_v1_create_params(client->dmabuf), 64, 64, DRM_FORMAT_XRGB8888, 0);
	(void)params;
}

static void fault_plane_missing(struct client *client, struct zwp_linux_buffer_params_v1 *params)
{
	params_add(params, 2, 0, 256, DRM_FORMAT_MOD_LINEAR);
	zwp_linux_buffer_params_v1_create(params, 64, 32, DRM_FORMAT_NV12, 0);
}

static void fault_plane_too_many(struct client *client, struct zwp_linux_buffer_params_v1 *params)
{
	params_add(params, 1, 0, 256, DRM_FORMAT_MOD_LINEAR);
	zwp_linux_buffer_params_v1_create(params, 64, 64, DRM_FORMAT_XRGB8888, 0);
}

static void test_hostile_planes(void **state)
{
	params_expect(state, fault_plane_index, ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_PLANE_IDX);
	params_expect(state, fault_plane_index_huge, ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_PLANE_IDX);
	params_expect(state, fault_plane_twice, ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_PLANE_SET);
	params_expect(state, fault_modifiers, ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_INVALID_FORMAT);
	params_expect(state, fault_used, ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_ALREADY_USED);
	params_expect(state, fault_add_after_use, ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_ALREADY_USED);
	params_expect(state, fault_plane_missing, ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_INCOMPLETE);
	params_expect(state, fault_plane_too_many, ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_INCOMPLETE);
	params_expect(state, fault_no_planes, ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_INCOMPLETE);
}

/* A second plane that is short of its rows, narrow or beyond its end. */
static void test_hostile_video(void **state)
{
	static const struct {
		uint32_t offset, stride;
	} bad[] = {{SIZE - 64 * 15, 64}, {SIZE, 64}, {UINT32_MAX, 64}, {0, 63}, {0, 0},
		{0, UINT32_MAX}, {UINT32_MAX, UINT32_MAX}};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct answers answers;
		struct client *client = client_create(*state, 0);
		struct zwp_linux_buffer_params_v1 *params = params_create(client, &answers);
		params_add(params, 1, bad[i].offset, bad[i].stride, DRM_FORMAT_MOD_LINEAR);
		zwp_linux_buffer_params_v1_create(params, 64, 32, DRM_FORMAT_NV12, 0);
		client_expect_error(client, &zwp_linux_buffer_params_v1_interface,
			ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_OUT_OF_BOUNDS);
		client_destroy(client);
	}
}

static void test_hostile_sizes(void **state)
{
	static const struct {
		int32_t width, height;
		uint32_t format, offset, stride, error;
	} bad[] = {
		{0, 64, DRM_FORMAT_XRGB8888, 0, 256,
			ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_INVALID_DIMENSIONS},
		{64, 0, DRM_FORMAT_XRGB8888, 0, 256,
			ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_INVALID_DIMENSIONS},
		{-1, 64, DRM_FORMAT_XRGB8888, 0, 256,
			ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_INVALID_DIMENSIONS},
		{64, INT32_MIN, DRM_FORMAT_XRGB8888, 0, 256,
			ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_INVALID_DIMENSIONS},
		{64, 64, 0, 0, 256, ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_INVALID_FORMAT},
		{64, 64, DRM_FORMAT_C8, 0, 256, ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_INVALID_FORMAT},
		{64, 65, DRM_FORMAT_XRGB8888, 0, 256,
			ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_OUT_OF_BOUNDS},
		{64, 64, DRM_FORMAT_XRGB8888, 4, 256,
			ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_OUT_OF_BOUNDS},
		{64, 64, DRM_FORMAT_XRGB8888, UINT32_MAX, 256,
			ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_OUT_OF_BOUNDS},
		{64, 64, DRM_FORMAT_XRGB8888, 0, UINT32_MAX,
			ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_OUT_OF_BOUNDS},
		{64, 64, DRM_FORMAT_XRGB8888, 0, 255,
			ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_OUT_OF_BOUNDS},
		{64, 64, DRM_FORMAT_XRGB8888, 0, 0, ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_OUT_OF_BOUNDS},
		{INT32_MAX, INT32_MAX, DRM_FORMAT_XRGB8888, UINT32_MAX, UINT32_MAX,
			ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_OUT_OF_BOUNDS},
	};
	for (size_t i = 0; i < 2 * sizeof bad / sizeof bad[0]; i++) {
		struct client *client = client_create(*state, 0);
		struct zwp_linux_buffer_params_v1 *params =
			zwp_linux_dmabuf_v1_create_params(client->dmabuf);
		params_add(params, 0, bad[i / 2].offset, bad[i / 2].stride, DRM_FORMAT_MOD_LINEAR);
		if (i & 1)
			zwp_linux_buffer_params_v1_create(
				params, bad[i / 2].width, bad[i / 2].height, bad[i / 2].format, 0);
		else
			zwp_linux_buffer_params_v1_create_immed(
				params, bad[i / 2].width, bad[i / 2].height, bad[i / 2].format, 0);
		client_expect_error(
			client, &zwp_linux_buffer_params_v1_interface, bad[i / 2].error);
		client_destroy(client);
	}
}

static void test_what_is_no_dmabuf(void **state)
{
	struct client *client = client_create(*state, 0);
	struct zwp_linux_buffer_params_v1 *params =
		zwp_linux_dmabuf_v1_create_params(client->dmabuf);
	int fds[2];
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	zwp_linux_buffer_params_v1_add(params, fds[0], 0, 0, 256, 0, 0);
	close(fds[0]);
	close(fds[1]);
	zwp_linux_buffer_params_v1_create(params, 64, 64, DRM_FORMAT_XRGB8888, 0);
	client_expect_error(client, &zwp_linux_buffer_params_v1_interface,
		ZWP_LINUX_BUFFER_PARAMS_V1_ERROR_OUT_OF_BOUNDS);
	client_destroy(client);
}

/* tranches, and of them those for scanout, since it was last cleared; formats of the last one. */
struct feedback {
	uint32_t size, tranches, scanout, formats, done;
};

static void feedback_handle_done(void *data, struct zwp_linux_dmabuf_feedback_v1 *wl)
{
	((struct feedback *)data)->done++;
}

static void feedback_handle_table(
	void *data, struct zwp_linux_dmabuf_feedback_v1 *wl, int32_t fd, uint32_t size)
{
	struct feedback *feedback = data;
	const uint32_t *table = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	assert_ptr_not_equal(table, MAP_FAILED);
	assert_int_equal(table[0], DRM_FORMAT_XRGB8888);
	assert_int_equal(table[8], DRM_FORMAT_NV12);
	munmap((void *)table, size);
	feedback->size = size;
	close(fd);
}

static void feedback_handle_device(
	void *data, struct zwp_linux_dmabuf_feedback_v1 *wl, struct wl_array *device)
{
	assert_int_equal(device->size, sizeof(dev_t));
}

static void feedback_handle_tranche_done(void *data, struct zwp_linux_dmabuf_feedback_v1 *wl)
{
	((struct feedback *)data)->tranches++;
}

static void feedback_handle_formats(
	void *data, struct zwp_linux_dmabuf_feedback_v1 *wl, struct wl_array *indices)
{
	struct feedback *feedback = data;
	uint32_t formats = (uint32_t)(indices->size / sizeof(uint16_t));
	/* Only the first of the table can be scanned out. */
	if (feedback->scanout > feedback->tranches)
		assert_int_equal(formats, 1);
	feedback->formats = formats;
}

static void feedback_handle_flags(
	void *data, struct zwp_linux_dmabuf_feedback_v1 *wl, uint32_t flags)
{
	struct feedback *feedback = data;
	if (!(flags & ZWP_LINUX_DMABUF_FEEDBACK_V1_TRANCHE_FLAGS_SCANOUT))
		return;
	feedback->scanout++;
	assert_int_equal(feedback->formats, 0); /* flags come before formats */
}

static const struct zwp_linux_dmabuf_feedback_v1_listener feedback_listener = {
	.done = feedback_handle_done,
	.format_table = feedback_handle_table,
	.main_device = feedback_handle_device,
	.tranche_done = feedback_handle_tranche_done,
	.tranche_target_device = feedback_handle_device,
	.tranche_formats = feedback_handle_formats,
	.tranche_flags = feedback_handle_flags,
};

static void test_feedback(void **state)
{
	struct client *client = client_create(*state, 0);
	for (int i = 0; i < 2; i++) {
		struct feedback feedback = {0};
		struct wl_surface *surface = wl_compositor_create_surface(client->compositor);
		struct zwp_linux_dmabuf_feedback_v1 *wl =
			i ? zwp_linux_dmabuf_v1_get_default_feedback(client->dmabuf)
			  : zwp_linux_dmabuf_v1_get_surface_feedback(client->dmabuf, surface);
		zwp_linux_dmabuf_feedback_v1_add_listener(wl, &feedback_listener, &feedback);
		client_expect_alive(client);
		assert_int_equal(feedback.done, 1);
		assert_int_equal(feedback.size, 3 * 16);
		assert_int_equal(feedback.tranches, 1);
		assert_int_equal(feedback.formats, 3);
		wl_surface_destroy(surface);
		zwp_linux_dmabuf_feedback_v1_destroy(wl);
	}
	client_expect_alive(client);
	client_destroy(client);
}

/* A renderer that reads more took over: what is drawn from now on may be that. */
static void test_feedback_for_more_formats(void **state)
{
	struct harness *harness = *state;
	struct linux_dmabuf *dmabuf = &harness->dmabuf;
	struct linux_dmabuf_format more[4] = {[3] = {DRM_FORMAT_RGB565, 1, DRM_FORMAT_MOD_LINEAR}};
	const struct linux_dmabuf_format *before = dmabuf->formats;
	struct feedback feedback = {0};
	struct answers answers;
	struct client *client = client_create(harness, 0);
	struct zwp_linux_dmabuf_feedback_v1 *wl =
		zwp_linux_dmabuf_v1_get_default_feedback(client->dmabuf);
	zwp_linux_dmabuf_feedback_v1_add_listener(wl, &feedback_listener, &feedback);
	client_expect_alive(client);
	assert_int_equal(feedback.formats, 3);
	assert_int_equal(harness->dmabuf_asked, 1);
	/* Without a table nothing is told, and what there was is true. */
	struct rlimit files, few = {4, 4};
	getrlimit(RLIMIT_NOFILE, &files);
	few.rlim_max = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &few);
	bool set = linux_dmabuf_set_formats(dmabuf, more, 4);
	setrlimit(RLIMIT_NOFILE, &files);
	assert_false(set);
	assert_int_equal(dmabuf->formats_len, 3);
	memcpy(more, before, 3 * sizeof more[0]);
	feedback = (struct feedback){0};
	assert_true(linux_dmabuf_set_formats(dmabuf, more, 4));
	client_expect_alive(client);
	assert_int_equal(feedback.done, 1);
	assert_int_equal(feedback.size, 4 * 16);
	assert_int_equal(feedback.formats, 4);
	struct zwp_linux_buffer_params_v1 *params = params_create(client, &answers);
	zwp_linux_buffer_params_v1_create(params, 64, 64, DRM_FORMAT_RGB565, 0);
	client_expect_alive(client);
	assert_int_equal(answers.created, 1);
	dmabuf->formats = before;
	dmabuf->formats_len = 3;
	client_destroy(client);
}

/* Whoever fills an output alone is told what it can show without drawing, and when that ends. */
static void test_feedback_for_scanout(void **state)
{
	struct harness *harness = *state;
	struct feedback feedback = {0}, late = {0};
	struct client *client = client_create(harness, 0);
	struct wl_surface *wl = wl_compositor_create_surface(client->compositor);
	struct zwp_linux_dmabuf_feedback_v1 *first =
		zwp_linux_dmabuf_v1_get_surface_feedback(client->dmabuf, wl);
	zwp_linux_dmabuf_feedback_v1_add_listener(first, &feedback_listener, &feedback);
	struct surface *surface = client_surface(client, wl);
	for (int i = 0; i < 2; i++) { /* the second time it is nothing new */
		feedback = (struct feedback){0};
		linux_dmabuf_prefer_scanout(&harness->dmabuf, surface, true);
		client_expect_alive(client);
		assert_int_equal(feedback.scanout, i ? 0 : 1);
		assert_int_equal(feedback.tranches, i ? 0 : 2);
		assert_int_equal(feedback.done, i ? 0 : 1);
	}
	struct zwp_linux_dmabuf_feedback_v1 *second =
		zwp_linux_dmabuf_v1_get_surface_feedback(client->dmabuf, wl);
	zwp_linux_dmabuf_feedback_v1_add_listener(second, &feedback_listener, &late);
	client_expect_alive(client);
	assert_int_equal(late.scanout, 1);
	feedback = late = (struct feedback){0};
	linux_dmabuf_prefer_scanout(&harness->dmabuf, surface, false);
	client_expect_alive(client);
	assert_int_equal(feedback.tranches, 1);
	assert_int_equal(feedback.scanout + late.scanout, 0);
	zwp_linux_dmabuf_feedback_v1_destroy(first);
	wl_surface_destroy(wl); /* the second has no surface any more */
	client_expect_alive(client);
	zwp_linux_dmabuf_feedback_v1_destroy(second);
	client_expect_alive(client);
	client_destroy(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_accepted),
		harness_test(test_no_release_after_the_import),
		harness_test(test_refused),
		harness_test(test_answers_that_come_late),
		harness_test(test_a_picture_stays_until_the_next_is_there),
		harness_test(test_a_surface_goes_while_its_picture_is_imported),
		harness_test(test_a_first_picture_waits_for_nothing),
		harness_test(test_video),
		harness_test(test_hostile_planes),
		harness_test(test_hostile_video),
		harness_test(test_hostile_sizes),
		harness_test(test_what_is_no_dmabuf),
		harness_test(test_feedback),
		harness_test(test_feedback_for_more_formats),
		harness_test(test_feedback_for_scanout),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
