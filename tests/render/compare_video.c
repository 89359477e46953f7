/*
 * The same video from both back ends, pixel by pixel: NV12 and P010, BT.601 and BT.709. Usage:
 * compare_video RENDERER, which is compared with cpu.
 *
 * They agree within 1 of 255 whatever the samples are, at any scale: compare.c says why.
 */
#include "footage.h"
#include "pair.h"

#include "common/format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *compare_video_renderer;
static struct harness compare_video_workers[2];

static int compare_video_setup(void **state)
{
	pair_start(compare_video_workers, compare_video_renderer);
	return 0;
}

static int compare_video_teardown(void **state)
{
	pair_kill(compare_video_workers);
	return 0;
}

/* One picture in both workers, each in the layout that it wants. */
struct compare_video_picture {
	struct footage footage[2];
	uint32_t buffer[2], texture[2];
};

/* Any, of all that 8 or 10 bits can have: darker than black and more colourful than RGB, too. */
static int compare_video_noise(int32_t x, int32_t y, int component, int most)
{
	uint32_t value = (uint32_t)(x * 7919 + y * 104729 + component * 1299709 + 12345);
	value = (value ^ value >> 15) * 2246822519u;
	value = (value ^ value >> 13) * 3266489917u;
	return (int)((value ^ value >> 16) % ((uint32_t)most + 1));
}

static void compare_video_fill(const struct footage *footage)
{
	int most = format_find(footage->dmabuf.format)->bytes_per_pixel == 2 ? 1023 : 255;
	for (int32_t y = 0; y < footage->dmabuf.height; y++) {
		for (int32_t x = 0; x < footage->dmabuf.width; x++) {
			footage_put(footage, 0, x, y, 0, compare_video_noise(x, y, 0, most));
			if (x % 2 || y % 2)
				continue;
			footage_put(
				footage, 1, x / 2, y / 2, 0, compare_video_noise(x, y, 1, most));
			footage_put(
				footage, 1, x / 2, y / 2, 1, compare_video_noise(x, y, 2, most));
		}
	}
}

static void compare_video_picture_create(
	struct compare_video_picture *picture, uint32_t fourcc, int32_t width, int32_t height)
{
	for (int worker = 0; worker < 2; worker++) {
		struct harness *harness = &compare_video_workers[worker];
		struct footage *footage = &picture->footage[worker];
		footage_create(footage, fourcc, width, height);
		picture->buffer[worker] = footage_import(harness, footage);
		compare_video_fill(footage);
		picture->texture[worker] =
			harness_texture_update(harness, 0, picture->buffer[worker], NULL, 0);
	}
}

static void compare_video_picture_finish(struct compare_video_picture *picture)
{
	for (int worker = 0; worker < 2; worker++) {
		struct harness *harness = &compare_video_workers[worker];
		harness_forget(harness, WIRE_TEXTURE_FORGET, picture->texture[worker]);
		harness_forget(harness, WIRE_BUFFER_FORGET, picture->buffer[worker]);
		footage_finish(&picture->footage[worker]);
	}
}

/* Of a picture's pixels these, or all of them where width is 0. */
struct compare_video_part {
	float x, y, width, height;
};

static struct wire_quad compare_video_quad(const struct compare_video_picture *picture,
	const struct compare_video_part *part, uint32_t transform, float stretch)
{
	const struct wire_dmabuf *dmabuf = &picture->footage[0].dmabuf;
	struct wire_quad quad = {
		.flags = WIRE_QUAD_OPAQUE,
		.transform = transform,
		.alpha = 1,
		.src_x = part->x,
		.src_y = part->y,
		.src_w = part->width > 0 ? part->width : (float)dmabuf->width,
		.src_h = part->width > 0 ? part->height : (float)dmabuf->height,
	};
	bool is_turned = transform & 1;
	quad.width = (int32_t)lroundf((is_turned ? quad.src_h : quad.src_w) * stretch);
	quad.height = (int32_t)lroundf((is_turned ? quad.src_w : quad.src_h) * stretch);
	return quad;
}

/* The quad alone, on targets of its size. The largest difference of a channel. */
static int compare_video_draw(
	const struct compare_video_picture *picture, const struct wire_quad *wanted)
{
	static struct harness_frame frame;
	struct harness_target targets[2];
	for (int worker = 0; worker < 2; worker++) {
		struct harness *harness = &compare_video_workers[worker];
		assert_true(harness_target_create(harness, &targets[worker],
			harness_access(worker ? compare_video_renderer : "cpu"), wanted->width,
			wanted->height, DRM_FORMAT_XRGB8888, 0, NULL));
		harness_frame_init(&frame, &targets[worker]);
		pair_add(&frame, &targets[worker], picture->texture[worker], wanted);
		harness_frame_draw(harness, &frame, &targets[worker]);
	}
	int most = pair_difference(targets);
	for (int worker = 0; worker < 2; worker++)
		harness_target_finish(&compare_video_workers[worker], &targets[worker]);
	return most;
}

/* The whole picture with its edges, and parts that begin and end within a pair of pixels; some of
 * them within a pixel, which is not for those drawn pixel for pixel. */
static const struct compare_video_part compare_video_parts[] = {
	{0, 0, 0, 0}, {3, 5, 21, 17}, {7, 0, 25, 13}, {0.5f, 1.25f, 30.25f, 21.5f}};
#define COMPARE_VIDEO_WHOLE_PIXELS 3

static int compare_video_stretched(
	const struct compare_video_picture *picture, float stretch, const char *what)
{
	static const uint32_t transforms[] = {0, 1, 6};
	size_t n_parts = stretch == 1 ? COMPARE_VIDEO_WHOLE_PIXELS
				      : sizeof compare_video_parts / sizeof compare_video_parts[0];
	int most = 0;
	for (size_t p = 0; p < n_parts; p++) {
		for (size_t t = 0; t < sizeof transforms / sizeof transforms[0]; t++) {
			struct wire_quad quad = compare_video_quad(
				picture, &compare_video_parts[p], transforms[t], stretch);
			int apart = compare_video_draw(picture, &quad);
			most = apart > most ? apart : most;
		}
	}
	print_message("%s at %g: %d of 255\n", what, (double)stretch, most);
	return most;
}

static void compare_video_kinds(const char *what, const float *stretches, size_t n_stretches)
{
	static const struct {
		const char *name;
		uint32_t fourcc;
		int32_t width, height;
	} kinds[] = {
		{"NV12 in BT.601", DRM_FORMAT_NV12, 64, 48},
		{"NV12 in BT.709", DRM_FORMAT_NV12, 38, 578},
		{"P010 in BT.601", DRM_FORMAT_P010, 64, 48},
		{"P010 in BT.709", DRM_FORMAT_P010, 38, 578},
	};
	int most = 0;
	for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
		struct compare_video_picture picture;
		compare_video_picture_create(
			&picture, kinds[k].fourcc, kinds[k].width, kinds[k].height);
		for (size_t i = 0; i < n_stretches; i++) {
			int apart = compare_video_stretched(&picture, stretches[i], kinds[k].name);
			most = apart > most ? apart : most;
		}
		compare_video_picture_finish(&picture);
	}
	pair_end(compare_video_workers, what, most);
}

static void compare_video_test_pixel_for_pixel(void **state)
{
	const float one = 1;
	compare_video_kinds("pixel for pixel", &one, 1);
}

static void compare_video_test_scaled(void **state)
{
	const float stretches[] = {1.25f, 1.37f, 2, 2.7f, 0.8f, 0.5f, 0.3f};
	compare_video_kinds("scaled", stretches, sizeof stretches / sizeof stretches[0]);
}

#define COMPARE_VIDEO_TEST(name) \
	cmocka_unit_test_setup_teardown( \
		compare_video_test_##name, compare_video_setup, compare_video_teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		COMPARE_VIDEO_TEST(pixel_for_pixel),
		COMPARE_VIDEO_TEST(scaled),
	};
	if (argc != 2)
		return 2;
	compare_video_renderer = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
