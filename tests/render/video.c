/*
 * Video in dma-bufs, NV12 and P010, that is converted. Usage: video RENDERER.
 */
#include "footage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct harness video_harness;
static const char *video_renderer;

static int video_setup(void **state)
{
	harness_start(&video_harness, video_renderer);
	*state = &video_harness;
	return 0;
}

static int video_teardown(void **state)
{
	harness_kill(&video_harness);
	return 0;
}

/* value: of 8 bits, whatever the format has. */
static void video_put(
	const struct footage *video, int plane, int32_t x, int32_t y, int component, int value)
{
	bool has_ten_bits = video->dmabuf.format == DRM_FORMAT_P010;
	footage_put(video, plane, x, y, component, has_ten_bits ? 4 * value : value);
}

static void video_fill(const struct footage *video, int y, int cb, int cr)
{
	for (int32_t row = 0; row < video->dmabuf.height; row++) {
		for (int32_t x = 0; x < video->dmabuf.width; x++) {
			video_put(video, 0, x, row, 0, y);
			video_put(video, 1, x / 2, row / 2, 0, cb);
			video_put(video, 1, x / 2, row / 2, 1, cr);
		}
	}
}

static int video_clamp(double value)
{
	return (int)lround(fmin(fmax(value, 0), 1) * 255);
}

/* ITU-R BT.601 and BT.709, limited range: 0xRRGGBB. depth 8 bits: P010's values here are the same
 * shares of its range but for its scale, 1023 for 255. */
static uint32_t video_mixed(const struct footage *video, double y, double cb, double cr)
{
	bool is_high = video->dmabuf.width >= 1280 || video->dmabuf.height > 576;
	double kr = is_high ? 0.2126 : 0.299, kb = is_high ? 0.0722 : 0.114;
	/* In 10 bits all values, and the range's ends, are four times as large: the same shares. */
	double luma = (y - 16) / 219.0, blue = (cb - 128) / 224.0, red = (cr - 128) / 224.0;
	double r = luma + 2 * (1 - kr) * red, b = luma + 2 * (1 - kb) * blue;
	double g = (luma - kr * r - kb * b) / (1 - kr - kb);
	return (uint32_t)(video_clamp(r) << 16 | video_clamp(g) << 8 | video_clamp(b));
}

static uint32_t video_expected(const struct footage *video, int y, int cb, int cr)
{
	return video_mixed(video, y, cb, cr);
}

/* Draws all of it into a target of its size. */
static void video_draw(struct footage *video, struct harness_target *target, uint32_t buffer)
{
	static struct harness_frame frame;
	int32_t width = video->dmabuf.width, height = video->dmabuf.height;
	assert_true(harness_target_create(&video_harness, target, harness_access(video_renderer),
		width, height, DRM_FORMAT_XRGB8888, 0, NULL));
	uint32_t texture = harness_texture_update(&video_harness, 0, buffer, NULL, 0);
	harness_frame_init(&frame, target);
	harness_frame_add(&frame, target, texture, 0, 0, width, height)->flags = WIRE_QUAD_OPAQUE;
	harness_frame_draw(&video_harness, &frame, target);
}

/* Plain colours: black, white, grey, and such as differ between the two standards. */
static void video_test_colours(void **state)
{
	static const int colours[][3] = {{16, 128, 128}, {235, 128, 128}, {126, 128, 128},
		{63, 102, 240}, {173, 42, 26}, {32, 240, 118}, {180, 90, 160}, {255, 255, 255},
		{0, 0, 0}};
	static const struct {
		uint32_t format;
		int32_t width, height;
	} kinds[] = {
		{DRM_FORMAT_NV12, 64, 64},
		{DRM_FORMAT_NV12, 64, 640},
		{DRM_FORMAT_P010, 64, 64},
		{DRM_FORMAT_P010, 1280, 64},
	};
	int most = 0;
	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
		struct footage video;
		struct harness_target target;
		footage_create(&video, kinds[k].format, kinds[k].width, kinds[k].height);
		uint32_t buffer = footage_import(&video_harness, &video);
		for (size_t c = 0; c < sizeof colours / sizeof colours[0]; c++) {
			const int *colour = colours[c];
			video_fill(&video, colour[0], colour[1], colour[2]);
			video_draw(&video, &target, buffer);
			uint32_t wanted = video_expected(&video, colour[0], colour[1], colour[2]);
			uint32_t seen = harness_target_get(&target, 31, 30);
			int apart = harness_difference(seen, wanted);
			most = apart > most ? apart : most;
			if (apart > 1)
				fail_msg("format %zu: Y %d Cb %d Cr %d shows 0x%06x, not 0x%06x", k,
					colour[0], colour[1], colour[2], seen & 0xffffff, wanted);
			harness_target_finish(&video_harness, &target);
		}
		harness_forget(&video_harness, WIRE_BUFFER_FORGET, buffer);
		footage_finish(&video);
	}
	print_message("largest difference from BT.601 and BT.709 by hand: %d of 255\n", most);
	harness_stop(*state);
}

/* Luma is shown pixel for pixel, and chroma where its pixels are. */
static void video_test_places(void **state)
{
	struct footage video;
	struct harness_target target;
	footage_create(&video, DRM_FORMAT_NV12, 64, 48);
	uint32_t buffer = footage_import(&video_harness, &video);
	video_fill(&video, 16, 128, 128);
	for (int32_t i = 0; i < 48; i += 3)
		video_put(&video, 0, i, i, 0, 235);
	/* The right half is blue below its luma. */
	for (int32_t y = 0; y < 24; y++) {
		for (int32_t x = 16; x < 32; x++)
			video_put(&video, 1, x, y, 0, 240);
	}
	video_draw(&video, &target, buffer);
	for (int32_t y = 0; y < 48; y++) {
		for (int32_t x = 0; x < 30; x++) {
			uint32_t wanted = x == y && x % 3 == 0 ? 0xffffff : 0;
			if (harness_difference(harness_target_get(&target, x, y), wanted) > 1)
				fail_msg("at %d,%d: 0x%06x", x, y,
					harness_target_get(&target, x, y));
		}
	}
	uint32_t blue = video_expected(&video, 16, 240, 128);
	assert_in_range(harness_difference(harness_target_get(&target, 40, 21), blue), 0, 1);
	harness_target_finish(&video_harness, &target);
	footage_finish(&video);
	harness_stop(*state);
}

/* Chroma that a picture's pixel has no sample of: between those of the columns beside it, and
 * nearer to one row than to the other. */
static double video_chroma(const struct footage *video, int32_t x, int32_t y, int component)
{
	const int32_t columns = video->dmabuf.width / 2, rows = video->dmabuf.height / 2;
	double sum = 0;
	for (int32_t i = 0; i < 4; i++) {
		double at_x = x / 2.0, at_y = (y - 0.5) / 2;
		int32_t column = (int32_t)floor(at_x) + i % 2, row = (int32_t)floor(at_y) + i / 2;
		double weight = (1 - fabs(at_x - column)) * (1 - fabs(at_y - row));
		column = column < columns ? column : columns - 1;
		row = row < 0 ? 0 : row < rows ? row : rows - 1;
		sum += weight * video->pixels[video->dmabuf.planes[1].offset +
					      (size_t)row * video->dmabuf.planes[1].stride +
					      (size_t)(2 * column + component)];
	}
	return sum;
}

static void video_test_chroma(void **state)
{
	struct footage video;
	struct harness_target target;
	int most = 0;
	footage_create(&video, DRM_FORMAT_NV12, 64, 48);
	uint32_t buffer = footage_import(&video_harness, &video);
	video_fill(&video, 126, 128, 128);
	for (int32_t y = 0; y < 24; y++) {
		for (int32_t x = 0; x < 32; x++) {
			video_put(&video, 1, x, y, 0, 90 + (x * 29 + y * 13) % 80);
			video_put(&video, 1, x, y, 1, 90 + (x * 11 + y * 31) % 80);
		}
	}
	video_draw(&video, &target, buffer);
	for (int32_t y = 0; y < 48; y++) {
		for (int32_t x = 0; x < 64; x++) {
			uint32_t wanted = video_mixed(&video, 126, video_chroma(&video, x, y, 0),
				video_chroma(&video, x, y, 1));
			int apart = harness_difference(harness_target_get(&target, x, y), wanted);
			most = apart > most ? apart : most;
		}
	}
	print_message("largest difference from chroma between its samples: %d of 255\n", most);
	assert_in_range(most, 0, 1);
	harness_target_finish(&video_harness, &target);
	footage_finish(&video);
	harness_stop(*state);
}

static void video_test_list(void **state)
{
	int found = 0;
	for (uint32_t i = 0; i < video_harness.hello.n_formats; i++) {
		const struct wire_format *format = &video_harness.formats[i];
		if (format->format != DRM_FORMAT_NV12 && format->format != DRM_FORMAT_P010)
			continue;
		found++;
		assert_int_equal(format->n_planes, 2);
	}
	assert_int_equal(found, 2);
	harness_stop(*state);
}

static void video_expect_refused(const struct wire_dmabuf *dmabuf, const int *fds, const char *what)
{
	struct wire_result result =
		footage_send(&video_harness, dmabuf, fds, (int)dmabuf->n_planes);
	assert_false(result.ok);
	if (!strstr(result.reason, what))
		fail_msg("refused for \"%s\" instead of \"%s\"", result.reason, what);
}

/* Each is refused with a reason, and the worker draws on. */
static void video_test_refused(void **state)
{
	struct footage video, other;
	footage_create(&video, DRM_FORMAT_NV12, 64, 64);
	footage_create(&other, DRM_FORMAT_NV12, 64, 64);
	uint32_t buffer = footage_import(&video_harness, &video);
	const int fds[] = {video.fd, video.fd, video.fd, video.fd};
	struct wire_dmabuf bad = video.dmabuf;
	bad.width = 63;
	video_expect_refused(&bad, fds, "an odd size, 63x64, lacks chroma");
	bad = video.dmabuf;
	bad.height = 1;
	video_expect_refused(&bad, fds, "lacks chroma");
	bad = video.dmabuf;
	bad.n_planes = 1;
	video_expect_refused(&bad, fds, "its format has 2 planes, the dma-buf 1");
	bad.n_planes = 3;
	video_expect_refused(&bad, fds, "its format has 2 planes, the dma-buf 3");
	bad = video.dmabuf;
	bad.planes[1].offset = (uint32_t)video.size - 100;
	video_expect_refused(&bad, fds, "plane 1 needs");
	bad.planes[1].offset = UINT32_MAX;
	video_expect_refused(&bad, fds, "plane 1 needs");
	bad = video.dmabuf;
	bad.planes[1].stride = UINT32_MAX;
	video_expect_refused(&bad, fds, "plane 1 needs");
	bad.planes[1].stride = 63;
	video_expect_refused(&bad, fds, "plane 1 has 63 bytes a row, and needs 64");
	bad = video.dmabuf;
	bad.planes[0].stride = 0;
	video_expect_refused(&bad, fds, "plane 0 has 0 bytes a row, and needs 64");
	bad = video.dmabuf;
	bad.format = DRM_FORMAT_P010;
	bad.planes[0].stride = 127;
	video_expect_refused(&bad, fds, "needs 128");
	bad = video.dmabuf;
	bad.modifier = I915_FORMAT_MOD_X_TILED;
	video_expect_refused(&bad, fds, "modifier 0x100000000000001");
	const int different[] = {video.fd, other.fd};
	if (strcmp(video_renderer, "cpu") != 0) /* the CPU maps each for itself */
		video_expect_refused(
			&video.dmabuf, different, "the planes lie in different dma-bufs");
	bad = video.dmabuf;
	bad.width = bad.height = 16384;
	video_expect_refused(&bad, fds, "bytes a row");
	struct harness_target target;
	video_fill(&video, 235, 128, 128);
	video_draw(&video, &target, buffer);
	assert_int_equal(harness_target_get(&target, 5, 5) & 0xffffff, 0xffffff);
	harness_target_finish(&video_harness, &target);
	footage_finish(&other);
	footage_finish(&video);
	harness_stop(*state);
}

#define VIDEO_TEST(name) \
	cmocka_unit_test_setup_teardown(video_test_##name, video_setup, video_teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		VIDEO_TEST(list),
		VIDEO_TEST(colours),
		VIDEO_TEST(places),
		VIDEO_TEST(chroma),
		VIDEO_TEST(refused),
	};
	if (argc != 2)
		return 2;
	video_renderer = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
