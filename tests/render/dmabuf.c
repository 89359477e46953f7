/*
 * dma-bufs as textures. Usage: dmabuf import RENDERER (memfds stand for dma-bufs, as lavapipe and
 * the CPU take them), dmabuf copy OFFSET (the same, with VITRINE_CLIENT_COPY=force; the offset,
 * bytes, is where the driver allows a first row) or dmabuf share (one worker allocates, another
 * samples: two Venus contexts).
 */
#include "harness.h"

#include "common/fd.h"
#include "common/format.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct harness dmabuf_harness, dmabuf_other;
static uint32_t dmabuf_offset;
static const char *dmabuf_renderer = "vulkan";

static int dmabuf_setup(void **state)
{
	harness_start(&dmabuf_harness, dmabuf_renderer);
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
	bad.format = DRM_FORMAT_YUYV;
	dmabuf_expect_refused(harness, &bad, fd, "unknown format YUYV");
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

static bool dmabuf_is_listed(const struct harness *harness, const struct format *format)
{
	for (uint32_t i = 0; i < harness->hello.n_formats; i++) {
		const struct wire_format *listed = &harness->formats[i];
		if (listed->format == format->fourcc && listed->modifier == DRM_FORMAT_MOD_LINEAR)
			return listed->n_planes == (uint32_t)format_planes(format);
	}
	return false;
}

static void dmabuf_expect_listed(
	const struct harness *harness, const struct format *formats, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char name[5];
		format_name(formats[i].fourcc, name);
		if (!dmabuf_is_listed(harness, &formats[i]))
			fail_msg("LINEAR %s is not listed, or with other planes", name);
	}
}

static void dmabuf_test_format_list(void **state)
{
	struct harness *harness = *state;
	size_t len, videos_len;
	const struct format *formats = format_list(&len), *videos = format_list_video(&videos_len);
	assert_true(harness->hello.features & WIRE_FEATURE_IMPORT_DMABUF);
	for (uint32_t i = 0; i < harness->hello.n_formats; i++)
		assert_in_range(harness->formats[i].n_planes, 1, DMABUF_MAX_PLANES);
	dmabuf_expect_listed(harness, formats, len);
	dmabuf_expect_listed(harness, videos, videos_len);
	harness_stop(harness);
}

/* No copy: what the client draws later shows without an upload, and outlives the buffer's id. */
static void dmabuf_test_sampled(void **state)
{
	struct harness *harness = *state;
	struct harness_target target;
	static struct harness_frame frame;
	assert_true(harness_target_create(harness, &target, harness_access(dmabuf_renderer), 64, 64,
		DRM_FORMAT_XRGB8888, 0, NULL));
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

/* A client's dma-buf with one plane, and the test's own mapping of it. */
struct dmabuf_client {
	uint32_t buffer;
	struct wire_dmabuf layout;
	uint8_t *data;
	size_t size;
};

static void dmabuf_client_create(
	struct harness *harness, struct dmabuf_client *client, const struct wire_dmabuf *layout)
{
	client->layout = *layout;
	client->size = layout->planes[0].offset +
		       (size_t)layout->planes[0].stride * (size_t)layout->height;
	client->size = (client->size + 4095) / 4096 * 4096; /* lavapipe rounds the height up */
	int fd = fd_create_memory("test", client->size);
	client->data = mmap(NULL, client->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(client->data, MAP_FAILED);
	struct wire_result result = dmabuf_send(harness, layout, fd);
	if (!result.ok)
		fail_msg("refused: %s", result.reason);
	client->buffer = result.id;
	fd_close(&fd);
}

static void dmabuf_client_finish(struct harness *harness, struct dmabuf_client *client)
{
	harness_forget(harness, WIRE_BUFFER_FORGET, client->buffer);
	munmap(client->data, client->size);
}

/* Draws a buffer of 64x64 into a target, over black. */
static void dmabuf_draw(
	struct harness *harness, const struct harness_target *target, uint32_t buffer)
{
	static struct harness_frame frame;
	uint32_t texture = harness_texture_update(harness, 0, buffer, NULL, 0);
	uint32_t black = harness_texture_update(
		harness, 0, harness_solid_create(harness, 0, 0, 0, 1), NULL, 0);
	harness_frame_init(&frame, target);
	struct wire_quad *quad = harness_frame_add(&frame, target, black, 0, 0, 64, 64);
	quad->src_w = quad->src_h = 1;
	harness_frame_add(&frame, target, texture, 0, 0, 64, 64);
	harness_frame_draw(harness, &frame, target);
}

static void dmabuf_expect_same(const struct harness_target *seen,
	const struct harness_target *wanted, const struct format *format)
{
	char name[5];
	format_name(format->fourcc, name);
	for (int32_t i = 0; i < 64 * 64; i++) {
		uint32_t a = harness_target_get(seen, i % 64, i / 64) & 0xffffff;
		uint32_t b = harness_target_get(wanted, i % 64, i / 64) & 0xffffff;
		if (a != b)
			fail_msg("%s: pixel %d shows 0x%06x, not 0x%06x", name, i, a, b);
	}
}

/* The same bytes show the same whether they are a dma-buf or shared memory, whose colours draw.c
 * looks at. Video comes in dma-bufs only: video.c. */
static void dmabuf_test_every_format(void **state)
{
	struct harness *harness = *state;
	size_t len;
	const struct format *formats = format_list(&len);
	struct harness_target targets[2];
	for (int i = 0; i < 2; i++)
		assert_true(harness_target_create(harness, &targets[i],
			harness_access(dmabuf_renderer), 64, 64, DRM_FORMAT_XRGB8888, 0, NULL));
	for (size_t f = 0; f < len; f++) {
		struct dmabuf_client client;
		struct harness_shm shm;
		struct wire_dmabuf layout = dmabuf_good;
		layout.format = formats[f].fourcc;
		layout.planes[0].stride = 64 * formats[f].bytes_per_pixel;
		dmabuf_client_create(harness, &client, &layout);
		harness_shm_create(harness, &shm, 64, 64, layout.format, 0, 0);
		for (uint32_t i = 0; i < shm.size; i++)
			client.data[i] = shm.data[i] = (uint8_t)(i * i >> 5 ^ i * 29);
		dmabuf_draw(harness, &targets[0], client.buffer);
		dmabuf_draw(harness, &targets[1], shm.buffer);
		dmabuf_expect_same(&targets[0], &targets[1], &formats[f]);
		dmabuf_client_finish(harness, &client);
		harness_shm_finish(harness, &shm);
	}
	harness_stop(harness);
}

/* Fills a buffer of 32-bit pixels. */
static void dmabuf_client_fill(const struct dmabuf_client *client, uint32_t seed)
{
	const struct wire_dmabuf *layout = &client->layout;
	for (int32_t y = 0; y < layout->height; y++) {
		uint8_t *row = client->data + layout->planes[0].offset +
			       (size_t)y * layout->planes[0].stride;
		for (int32_t x = 0; x < layout->width; x++) {
			uint32_t value = seed + (uint32_t)(y << 8 | x) * 3;
			memcpy(row + 4 * x, &value, sizeof value);
		}
	}
}

static uint32_t dmabuf_client_get(const struct dmabuf_client *client, int32_t x, int32_t y)
{
	const struct wire_dmabuf *layout = &client->layout;
	uint32_t value;
	memcpy(&value,
		client->data + layout->planes[0].offset + (size_t)y * layout->planes[0].stride +
			4 * (size_t)x,
		sizeof value);
	return value & 0xffffff;
}

/* A swapchain of two dma-bufs: the GPU copies what each commit changed and no more, and every pixel
 * is right. */
static void dmabuf_test_copied(void **state)
{
	struct harness *harness = *state;
	struct harness_target target;
	static struct harness_frame frame;
	struct dmabuf_client clients[2];
	assert_true(harness_target_create(
		harness, &target, WIRE_TARGET_COPY, 64, 64, DRM_FORMAT_XRGB8888, 0, NULL));
	for (int i = 0; i < 2; i++) {
		dmabuf_client_create(harness, &clients[i], &dmabuf_good);
		dmabuf_client_fill(&clients[i], i ? 0x102030 : 0x405060);
	}
	uint32_t texture = harness_texture_update(harness, 0, clients[0].buffer, NULL, 0);
	harness_frame_init(&frame, &target);
	harness_frame_add(&frame, &target, texture, 0, 0, 64, 64);
	struct wire_frame_done done = harness_frame_draw(harness, &frame, &target);
	assert_int_equal(done.gpu_copy_bytes, 64 * 64 * 4);
	assert_true(done.record_duration > 0 && done.gpu_duration > 0);
	assert_true(done.record_duration + done.gpu_duration <= done.duration);

	/* The rectangles overlap: 10x10 and 5x10, and 2x64 at the edge. */
	const struct wire_rect damage[] = {{3, 4, 13, 14}, {8, 4, 18, 14}, {62, 0, 64, 64}};
	harness_texture_update(harness, texture, clients[1].buffer, damage, 3);
	done = harness_frame_draw(harness, &frame, &target);
	assert_int_equal(done.gpu_copy_bytes, (15 * 10 + 2 * 64) * 4);
	assert_int_equal(done.upload_bytes, 0);
	for (int32_t y = 0; y < 64; y++) {
		for (int32_t x = 0; x < 64; x++) {
			bool changed = (x >= 3 && x < 18 && y >= 4 && y < 14) || x >= 62;
			assert_int_equal(harness_target_get(&target, x, y) & 0xffffff,
				dmabuf_client_get(&clients[changed], x, y));
		}
	}
	/* Nothing changed: nothing is read again, and the client may do with both what it likes. */
	uint32_t kept = harness_target_get(&target, 20, 20);
	for (int i = 0; i < 2; i++) {
		dmabuf_client_fill(&clients[i], 0);
		dmabuf_client_finish(harness, &clients[i]);
	}
	done = harness_frame_draw(harness, &frame, &target);
	assert_int_equal(done.gpu_copy_bytes, 0);
	assert_int_equal(harness_target_get(&target, 20, 20), kept);
	harness_stop(harness);
}

/* A buffer that begins in the middle of its memory, sizes that change, and the way back to wl_shm.
 */
static void dmabuf_test_copied_changes(void **state)
{
	struct harness *harness = *state;
	struct harness_target target;
	static struct harness_frame frame;
	struct dmabuf_client clients[2];
	struct harness_shm shm;
	struct wire_dmabuf small = dmabuf_good;
	assert_true(harness_target_create(
		harness, &target, WIRE_TARGET_COPY, 64, 64, DRM_FORMAT_XRGB8888, 0, NULL));
	small.width = 33;
	small.height = 17;
	small.planes[0].offset = dmabuf_offset;
	small.planes[0].stride = 192; /* lavapipe's own */
	dmabuf_client_create(harness, &clients[0], &dmabuf_good);
	dmabuf_client_create(harness, &clients[1], &small);
	harness_shm_create(harness, &shm, 64, 64, DRM_FORMAT_XRGB8888, 0, 0);
	memset(shm.data, 0x33, shm.size);
	uint32_t texture = 0;
	for (uint32_t round = 0; round < 6; round++) {
		struct dmabuf_client *client = &clients[round & 1];
		const struct wire_dmabuf *layout = &client->layout;
		dmabuf_client_fill(client, round * 0x111111);
		texture = harness_texture_update(harness, texture, client->buffer, NULL, 0);
		harness_frame_init(&frame, &target);
		harness_frame_add(&frame, &target, texture, 0, 0, layout->width, layout->height);
		struct wire_frame_done done = harness_frame_draw(harness, &frame, &target);
		assert_int_equal(done.gpu_copy_bytes, layout->width * layout->height * 4);
		for (int32_t i = 0; i < layout->width * layout->height; i++)
			assert_int_equal(
				harness_target_get(&target, i % layout->width, i / layout->width) &
					0xffffff,
				dmabuf_client_get(client, i % layout->width, i / layout->width));
		harness_texture_update(harness, texture, shm.buffer, NULL, 0);
		harness_frame_init(&frame, &target);
		harness_frame_add(&frame, &target, texture, 0, 0, 64, 64);
		done = harness_frame_draw(harness, &frame, &target);
		assert_int_equal(done.gpu_copy_bytes, 0);
		assert_int_equal(harness_target_get(&target, 63, 63) & 0xffffff, 0x333333);
	}
	for (int i = 0; i < 2; i++)
		dmabuf_client_finish(harness, &clients[i]);
	harness_shm_finish(harness, &shm);
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
		DMABUF_TEST(every_format),
	};
	const struct CMUnitTest copy[] = {
		DMABUF_TEST(copied),
		DMABUF_TEST(copied_changes),
	};
	const struct CMUnitTest share[] = {
		DMABUF_TEST(format_list),
		DMABUF_TEST(shared),
	};
	if (argc == 3 && strcmp(argv[1], "import") == 0) {
		dmabuf_renderer = argv[2];
		return cmocka_run_group_tests(import, NULL, NULL);
	}
	dmabuf_offset = argc == 3 ? (uint32_t)atoi(argv[2]) : 0;
	if (argc == 3 && strcmp(argv[1], "copy") == 0)
		return cmocka_run_group_tests(copy, NULL, NULL);
	if (argc == 2 && strcmp(argv[1], "share") == 0)
		return cmocka_run_group_tests(share, NULL, NULL);
	return 2;
}
