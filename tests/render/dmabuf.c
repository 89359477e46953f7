/*
 * dma-bufs as textures. Usage: dmabuf import (memfds stand for dma-bufs, as lavapipe takes them) or
 * dmabuf share (one worker allocates, another samples: two Venus contexts).
 */
#include "harness.h"

#include "common/fd.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct harness dmabuf_harness, dmabuf_other;

static int dmabuf_setup(void **state)
{
	harness_start(&dmabuf_harness, "vulkan");
	*state = &dmabuf_harness;
	return 0;
}

static int dmabuf_teardown(void **state)
{
	harness_kill(&dmabuf_harness);
	harness_kill(&dmabuf_other);
	return 0;
}

static struct wire_result dmabuf_send(
	struct harness *harness, const struct wire_dmabuf *dmabuf, int fd)
{
	struct wire_buffer_dmabuf message = {
		.header = {WIRE_BUFFER_DMABUF, sizeof message},
		.buffer = harness_new_id(harness),
		.dmabuf = *dmabuf,
	};
	struct wire_result result;
	harness_send(harness, &message, sizeof message, fd);
	harness_receive(harness, WIRE_BUFFER_RESULT, &result, sizeof result, NULL);
	assert_int_equal(result.id, message.buffer);
	assert_int_equal(result.ok, result.reason[0] == '\0');
	return result;
}

static const struct wire_dmabuf dmabuf_good = {
	.width = 64,
	.height = 64,
	.format = DRM_FORMAT_XRGB8888,
	.n_planes = 1,
	.modifier = DRM_FORMAT_MOD_LINEAR,
	.planes = {{0, 256}},
};

static void dmabuf_expect_refused(
	struct harness *harness, const struct wire_dmabuf *dmabuf, int fd, const char *what)
{
	struct wire_result result = dmabuf_send(harness, dmabuf, fd);
	assert_false(result.ok);
	if (!strstr(result.reason, what))
		fail_msg("refused for \"%s\" instead of \"%s\"", result.reason, what);
}

/* Each is refused with a reason, and the worker draws on. */
static void dmabuf_test_refused(void **state)
{
	struct harness *harness = *state;
	struct wire_dmabuf bad = dmabuf_good;
	int fd = fd_create_memory("test", 64 * 256);
	bad.format = DRM_FORMAT_NV12;
	dmabuf_expect_refused(harness, &bad, fd, "unknown format NV12");
	bad = dmabuf_good;
	bad.modifier = I915_FORMAT_MOD_X_TILED;
	dmabuf_expect_refused(harness, &bad, fd, "modifier 0x100000000000001");
	bad = dmabuf_good;
	bad.height = 65;
	dmabuf_expect_refused(harness, &bad, fd, "needs 16640 bytes, the dma-buf has 16384");
	bad = dmabuf_good;
	bad.planes[0].offset = UINT32_MAX;
	dmabuf_expect_refused(harness, &bad, fd, "needs 4294983679 bytes");
	bad = dmabuf_good;
	bad.height = 10;
	bad.planes[0].stride = 0;
	dmabuf_expect_refused(harness, &bad, fd, "bytes a row");
	bad.planes[0].stride = 252;
	dmabuf_expect_refused(harness, &bad, fd, "bytes a row");
	fd_close(&fd);

	/* Its owner could shorten it. */
	fd = memfd_create("test", MFD_CLOEXEC);
	assert_int_equal(ftruncate(fd, 64 * 256), 0);
	dmabuf_expect_refused(harness, &dmabuf_good, fd, "not a dma-buf");
	fd_close(&fd);
	int pipes[2];
	assert_int_equal(pipe(pipes), 0);
	dmabuf_expect_refused(harness, &dmabuf_good, pipes[0], "not a dma-buf");
	close(pipes[0]);
	close(pipes[1]);
	harness_stop(harness);
}

static void dmabuf_test_format_list(void **state)
{
	struct harness *harness = *state;
	bool has_argb = false, has_xrgb = false;
	assert_true(harness->hello.features & WIRE_FEATURE_IMPORT_DMABUF);
	for (uint32_t i = 0; i < harness->hello.n_formats; i++) {
		const struct wire_format *format = &harness->formats[i];
		assert_in_range(format->n_planes, 1, DMABUF_MAX_PLANES);
		if (format->modifier != DRM_FORMAT_MOD_LINEAR)
			continue;
		has_argb |= format->format == DRM_FORMAT_ARGB8888;
		has_xrgb |= format->format == DRM_FORMAT_XRGB8888;
	}
	assert_true(has_argb);
	assert_true(has_xrgb);
	harness_stop(harness);
}

/* No copy: what the client draws later shows without an upload, and outlives the buffer's id. */
static void dmabuf_test_sampled(void **state)
{
	struct harness *harness = *state;
	struct harness_target target;
	static struct harness_frame frame;
	assert_true(harness_target_create(
		harness, &target, WIRE_TARGET_COPY, 64, 64, DRM_FORMAT_XRGB8888, 0, NULL));
	int fd = fd_create_memory("test", 64 * 256);
	uint32_t *pixels = mmap(NULL, 64 * 256, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(pixels, MAP_FAILED);
	struct wire_result result = dmabuf_send(harness, &dmabuf_good, fd);
	assert_true(result.ok);
	fd_close(&fd);
	uint32_t texture = harness_texture_update(harness, 0, result.id, NULL, 0);
	for (uint32_t round = 0; round < 5; round++) {
		for (uint32_t i = 0; i < 64 * 64; i++)
			pixels[i] = i * 5 + round * 0x10203;
		harness_frame_init(&frame, &target);
		harness_frame_add(&frame, &target, texture, 0, 0, 64, 64);
		struct wire_frame_done done = harness_frame_draw(harness, &frame, &target);
		assert_int_equal(done.upload_bytes, 0);
		for (int32_t i = 0; i < 64 * 64; i++)
			assert_int_equal(harness_target_get(&target, i % 64, i / 64) & 0xffffff,
				pixels[i] & 0xffffff);
		if (round == 2)
			harness_forget(harness, WIRE_BUFFER_FORGET, result.id);
	}
	munmap(pixels, 64 * 256);
	harness_stop(harness);
}

/* One worker draws into its own dma-buf, another shows it. */
static void dmabuf_test_shared(void **state)
{
	struct harness *harness = *state;
	struct harness_target from, to;
	static struct harness_frame frame;
	char reason[WIRE_MAX_REASON];
	harness_start(&dmabuf_other, "vulkan");
	bool allocates = dmabuf_other.hello.features & WIRE_FEATURE_EXPORT_DMABUF;
	enum wire_target_access access = allocates ? 0 : WIRE_TARGET_DMABUF;
	if (!harness_target_create(
		    &dmabuf_other, &from, access, 80, 60, DRM_FORMAT_XRGB8888, 0, reason))
		fail_msg("no target: %s", reason);
	assert_true(
		harness_target_create(harness, &to, access, 64, 64, DRM_FORMAT_XRGB8888, 0, NULL));
	struct wire_dmabuf dmabuf = dmabuf_good;
	dmabuf.width = from.width;
	dmabuf.height = from.height;
	dmabuf.planes[0].stride = from.stride;
	struct wire_result result = dmabuf_send(harness, &dmabuf, from.fd);
	if (!result.ok)
		fail_msg("refused: %s", result.reason);
	uint32_t texture = harness_texture_update(harness, 0, result.id, NULL, 0);
	for (int round = 0; round < 4; round++) {
		uint32_t buffer = harness_solid_create(
			&dmabuf_other, round & 1 ? 1 : 0, round & 2 ? 1 : 0, 1, 1);
		uint32_t solid = harness_texture_update(&dmabuf_other, 0, buffer, NULL, 0);
		harness_frame_init(&frame, &from);
		struct wire_quad *quad = harness_frame_add(&frame, &from, solid, 0, 0, 80, 60);
		quad->src_w = quad->src_h = 1;
		harness_frame_draw(&dmabuf_other, &frame, &from);
		harness_frame_init(&frame, &to);
		harness_frame_add(&frame, &to, texture, 0, 0, 80, 60);
		struct wire_frame_done done = harness_frame_draw(harness, &frame, &to);
		assert_int_equal(done.upload_bytes, 0);
		uint32_t expected =
			(round & 1 ? 0xff0000u : 0) | (round & 2 ? 0x00ff00u : 0) | 0x0000ff;
		assert_int_equal(harness_target_get(&to, 0, 0) & 0xffffff, expected);
		assert_int_equal(harness_target_get(&to, 63, 59) & 0xffffff, expected);
	}
	harness_stop(&dmabuf_other);
	harness_stop(harness);
}

#define DMABUF_TEST(name) \
	cmocka_unit_test_setup_teardown(dmabuf_test_##name, dmabuf_setup, dmabuf_teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest import[] = {
		DMABUF_TEST(refused),
		DMABUF_TEST(format_list),
		DMABUF_TEST(sampled),
	};
	const struct CMUnitTest share[] = {
		DMABUF_TEST(format_list),
		DMABUF_TEST(shared),
	};
	if (argc == 2 && strcmp(argv[1], "import") == 0)
		return cmocka_run_group_tests(import, NULL, NULL);
	if (argc == 2 && strcmp(argv[1], "share") == 0)
		return cmocka_run_group_tests(share, NULL, NULL);
	return 2;
}
