/*
 * The same frames from both back ends, pixel by pixel. Usage: compare RENDERER, which is compared
 * with cpu.
 *
 * They must agree within 1 of 255, where nothing is filtered and where neighbours that are as far
 * apart as can be are mixed. A GPU that computes exactly would agree in every bit but where a mean
 * is a tie, for the shader counts and rounds where pixman does; lavapipe's blending errs by 1 at
 * times.
 */
#include "pair.h"

#include "common/format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMPARE_SIZE 192

static const char *compare_renderer;
static struct harness compare_workers[2];

/* One picture in both workers. */
struct compare_picture {
	struct harness_shm shm[2];
	uint32_t texture[2];
};

static int compare_setup(void **state)
{
	pair_start(compare_workers, compare_renderer);
	return 0;
}

static int compare_teardown(void **state)
{
	pair_kill(compare_workers);
	return 0;
}

static uint32_t compare_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* A pixel of any colour, premultiplied where the format has alpha. */
static uint32_t compare_pixel(const struct format *format, uint32_t *seed)
{
	uint32_t value = compare_random(seed) << 12 ^ compare_random(seed);
	bool is_deep = format->fourcc == DRM_FORMAT_ARGB2101010 ||
		       format->fourcc == DRM_FORMAT_ABGR2101010;
	int bits = is_deep ? 10 : 8;
	if (!format->has_alpha)
		return value;
	uint32_t most = (1u << bits) - 1, alphas = is_deep ? 3 : 255, alpha = value >> 24 & alphas;
	uint32_t pixel = alpha << 3 * bits;
	for (int i = 0; i < 3; i++)
		pixel |= (value >> i * 5 & most) * alpha / alphas << i * bits;
	return pixel;
}

static void compare_picture_create(
	struct compare_picture *picture, uint32_t fourcc, int32_t width, int32_t height)
{
	const struct format *format = format_find(fourcc);
	for (int worker = 0; worker < 2; worker++) {
		struct harness_shm *shm = &picture->shm[worker];
		uint32_t seed = fourcc + (uint32_t)width;
		harness_shm_create(&compare_workers[worker], shm, width, height, fourcc, 0, 0);
		for (int32_t i = 0; i < width * height; i++) {
			uint32_t pixel = compare_pixel(format, &seed);
			memcpy(harness_shm_pixel(shm, i % width, i / width), &pixel,
				format->bytes_per_pixel);
		}
		picture->texture[worker] =
			harness_texture_update(&compare_workers[worker], 0, shm->buffer, NULL, 0);
	}
}

static void compare_picture_finish(struct compare_picture *picture)
{
	for (int worker = 0; worker < 2; worker++) {
		harness_forget(
			&compare_workers[worker], WIRE_TEXTURE_FORGET, picture->texture[worker]);
		harness_shm_finish(&compare_workers[worker], &picture->shm[worker]);
	}
}

static const enum wire_target_access compare_access[2] = {WIRE_TARGET_MAP, WIRE_TARGET_COPY};

/* The same quads, whose textures are picture's, in both. The largest difference of a channel. */
static int compare_draw(const struct compare_picture *const *pictures,
	const struct wire_quad *quads, uint32_t n_quads)
{
	struct harness_target targets[2];
	static struct harness_frame frame;
	for (int worker = 0; worker < 2; worker++) {
		struct harness *harness = &compare_workers[worker];
		assert_true(harness_target_create(harness, &targets[worker], compare_access[worker],
			COMPARE_SIZE, COMPARE_SIZE, DRM_FORMAT_XRGB8888, 0, NULL));
		uint32_t grey = harness_texture_update(
			harness, 0, harness_solid_create(harness, 0.25f, 0.5f, 0.75f, 1), NULL, 0);
		harness_frame_init(&frame, &targets[worker]);
		struct wire_quad *below = harness_frame_add(
			&frame, &targets[worker], grey, 0, 0, COMPARE_SIZE, COMPARE_SIZE);
		below->src_w = below->src_h = 1;
		for (uint32_t i = 0; i < n_quads; i++)
			pair_add(&frame, &targets[worker], pictures[i]->texture[worker], &quads[i]);
		harness_frame_draw(harness, &frame, &targets[worker]);
	}
	int most = pair_difference(targets);
	for (int worker = 0; worker < 2; worker++)
		harness_target_finish(&compare_workers[worker], &targets[worker]);
	return most;
}

/* Every format, overlapping the last one, as it is and half transparent, at one transform; stretch:
 * target pixels for a buffer's. */
static int compare_scene(uint32_t transform, float stretch)
{
	size_t n;
	const struct format *formats = format_list(&n);
	struct compare_picture pictures[16];
	const struct compare_picture *shown[32];
	struct wire_quad quads[32];
	bool turned = transform & 1;
	const int32_t width = 40, height = 28; /* on the target, at 1 */
	int32_t w = (int32_t)lroundf((float)width * stretch);
	int32_t h = (int32_t)lroundf((float)height * stretch);
	for (size_t i = 0; i < n; i++) {
		compare_picture_create(&pictures[i], formats[i].fourcc, turned ? height : width,
			turned ? width : height);
		for (size_t half = 0; half < 2; half++) {
			shown[2 * i + half] = &pictures[i];
			quads[2 * i + half] = (struct wire_quad){
				.flags = formats[i].has_alpha ? 0 : WIRE_QUAD_OPAQUE,
				.transform = transform,
				.alpha = half ? 0.7f : 1,
				.src_w = (float)pictures[i].shm[0].width,
				.src_h = (float)pictures[i].shm[0].height,
				.x = (int32_t)(i % 3) * 60 - 7 + (int32_t)half * 23,
				.y = (int32_t)(i / 3) * 60 - 5 + (int32_t)half * 19,
				.width = w,
				.height = h,
			};
		}
	}
	int most = compare_draw(shown, quads, (uint32_t)(2 * n));
	for (size_t i = 0; i < n; i++)
		compare_picture_finish(&pictures[i]);
	return most;
}

static int compare_scenes(const float *stretches, size_t n)
{
	int most = 0;
	for (size_t i = 0; i < n; i++) {
		int here = 0;
		for (uint32_t transform = 0; transform < 8; transform++) {
			int apart = compare_scene(transform, stretches[i]);
			here = apart > here ? apart : here;
		}
		print_message("at %g: %d\n", (double)stretches[i], here);
		most = here > most ? here : most;
	}
	return most;
}

/* A client that draws as many pixels as the scaled output has: nothing is filtered. */
static void compare_test_pixel_for_pixel(void **state)
{
	const float one = 1;
	pair_end(compare_workers, "pixel for pixel", compare_scenes(&one, 1));
}

/* One that does not, at the scales of outputs. */
static void compare_test_enlarged(void **state)
{
	const float stretches[] = {1.25f, 1.5f, 2};
	pair_end(compare_workers, "enlarged", compare_scenes(stretches, 3));
}

static void compare_test_reduced(void **state)
{
	const float stretches[] = {0.8f, 0.5f, 0.3f, 0.04f};
	pair_end(compare_workers, "reduced", compare_scenes(stretches, 4));
}

/* Parts of one picture, in every transform; stretch: target pixels for a buffer's. */
static int compare_parts(
	const struct compare_picture *picture, const float (*parts)[4], size_t n, float stretch)
{
	int most = 0;
	for (size_t i = 0; i < n; i++) {
		const float *part = parts[i];
		for (uint32_t transform = 0; transform < 8; transform++) {
			bool turned = transform & 1;
			const struct wire_quad quad = {
				.transform = transform,
				.alpha = 1,
				.src_x = part[0],
				.src_y = part[1],
				.src_w = part[2],
				.src_h = part[3],
				.x = 9,
				.y = 7,
				.width = (int32_t)lroundf(part[turned ? 3 : 2] * stretch),
				.height = (int32_t)lroundf(part[turned ? 2 : 3] * stretch),
			};
			int apart = compare_draw(&picture, &quad, 1);
			most = apart > most ? apart : most;
		}
	}
	return most;
}

/* Sources that begin and end within a pixel, or a pixel beyond the buffer, where its edge is
 * repeated. */
static void compare_test_sources(void **state)
{
	static const float sources[][4] = {{-1, 0, 33, 24}, {0, -1, 32, 25}, {0, 0, 33, 24},
		{0, 0, 32, 25}, {-1, -1, 33, 25}, {3, 5, 8, 9}, {31, 23, 1, 1}};
	struct compare_picture picture;
	compare_picture_create(&picture, DRM_FORMAT_ARGB8888, 32, 24);
	int most = compare_parts(&picture, sources, sizeof sources / sizeof sources[0], 1);
	pair_end(compare_workers, "parts and edges", most);
}

/* The largest picture that both take: its places are as exact at the far end as at the near. */
static void compare_test_far_end(void **state)
{
	int32_t width = INT32_MAX;
	for (int worker = 0; worker < 2; worker++) {
		int32_t extent = (int32_t)compare_workers[worker].hello.max_extent;
		width = extent < width ? extent : width;
	}
	const float end = (float)width;
	const float parts[][4] = {{end - 90, 0, 90, 3}, {end - 90.25f, 0.5f, 91.25f, 2.5f}};
	struct compare_picture picture;
	compare_picture_create(&picture, DRM_FORMAT_XRGB8888, width, 3);
	int most = 0;
	static const float stretches[] = {1.7f, 1, 0.4f};
	for (size_t i = 0; i < sizeof stretches / sizeof stretches[0]; i++) {
		int apart = compare_parts(&picture, parts, stretches[i] == 1 ? 1 : 2, stretches[i]);
		most = apart > most ? apart : most;
	}
	print_message("%d pixels wide: ", width);
	pair_end(compare_workers, "the far end", most);
}

/* The mean of a checkerboard is grey wherever it lies, and what is reduced by whole numbers is the
 * mean of whole pixels. */
static void compare_test_reduced_is_the_mean(void **state)
{
	struct compare_picture picture;
	struct harness_target target;
	static struct harness_frame frame;
	compare_picture_create(&picture, DRM_FORMAT_XRGB8888, 120, 120);
	for (int worker = 0; worker < 2; worker++) {
		struct harness *harness = &compare_workers[worker];
		for (int32_t i = 0; i < 120 * 120; i++)
			harness_shm_put(&picture.shm[worker], i % 120, i / 120,
				(i % 120 + i / 120) % 2 ? 0xffffff : 0);
		uint32_t texture =
			harness_texture_update(harness, 0, picture.shm[worker].buffer, NULL, 0);
		assert_true(harness_target_create(harness, &target, compare_access[worker], 64, 64,
			DRM_FORMAT_XRGB8888, 0, NULL));
		harness_frame_init(&frame, &target);
		struct wire_quad *quad =
			harness_frame_add(&frame, &target, texture, 0, 0, 120, 120);
		quad->width = quad->height = 30;
		harness_frame_draw(harness, &frame, &target);
		for (int32_t i = 0; i < 30 * 30; i++)
			assert_in_range(
				harness_target_get(&target, i % 30, i / 30) & 0xff, 127, 128);
		harness_target_finish(harness, &target);
	}
	compare_picture_finish(&picture);
	pair_stop(compare_workers);
}

#define COMPARE_TEST(name) \
	cmocka_unit_test_setup_teardown(compare_test_##name, compare_setup, compare_teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		COMPARE_TEST(pixel_for_pixel),
		COMPARE_TEST(enlarged),
		COMPARE_TEST(reduced),
		COMPARE_TEST(sources),
		COMPARE_TEST(far_end),
		COMPARE_TEST(reduced_is_the_mean),
	};
	if (argc != 2)
		return 2;
	compare_renderer = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
