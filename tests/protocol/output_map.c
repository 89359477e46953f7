#include "protocol/output_map.h"
#include "protocol/space.h"
#include "tests/unit.h"

#include <math.h>
#include <wayland-server-protocol.h>

#define TRANSFORMS 8

static struct output_map map_of(int32_t width, int32_t height, int32_t transform, uint32_t scale)
{
	return (struct output_map){
		.width = width, .height = height, .transform = transform, .scale = scale};
}

static void test_logical_size(void **state)
{
	static const struct {
		int32_t width, height, transform;
		uint32_t scale;
		int32_t logical_width, logical_height;
	} known[] = {
		{1280, 800, WL_OUTPUT_TRANSFORM_NORMAL, 120, 1280, 800},
		{1280, 800, WL_OUTPUT_TRANSFORM_90, 120, 800, 1280},
		{1280, 800, WL_OUTPUT_TRANSFORM_FLIPPED_180, 240, 640, 400},
		{1280, 800, WL_OUTPUT_TRANSFORM_FLIPPED_270, 150, 640, 1024},
		{1367, 769, WL_OUTPUT_TRANSFORM_NORMAL, 180, 912, 513},
		{8192, 8192, WL_OUTPUT_TRANSFORM_NORMAL, OUTPUT_MAP_SCALE_MIN, 32768, 32768},
		{1, 1, WL_OUTPUT_TRANSFORM_NORMAL, OUTPUT_MAP_SCALE_MAX, 1, 1},
	};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		struct output_map map =
			map_of(known[i].width, known[i].height, known[i].transform, known[i].scale);
		int32_t width, height;
		output_map_size(&map, &width, &height);
		assert_int_equal(width, known[i].logical_width);
		assert_int_equal(height, known[i].logical_height);
	}
}

/* A surface of the output's size leaves no pixel of it uncovered, at any size and scale. */
static void test_fullscreen_covers(void **state)
{
	for (int32_t size = 1; size < 2000; size += 7) {
		for (uint32_t scale = OUTPUT_MAP_SCALE_MIN; scale <= OUTPUT_MAP_SCALE_MAX;
			scale += 13) {
			struct output_map map = map_of(size, size, 0, scale);
			int32_t width, height;
			output_map_size(&map, &width, &height);
			assert_true(output_map_box(&map, 0, 0, width, height).x2 >= size);
			assert_true(output_map_box(&map, 0, 0, width - 1, height).x2 <= size);
		}
	}
}

/* wl_output.transform 90: the contents are turned counter-clockwise, so what is at the top left is
 * at the bottom left of the target. */
static void test_turned_places(void **state)
{
	static const struct {
		int32_t x1, y1, x2, y2; /* of the logical box 10,5 to 30,13 on a target of 100x60 */
	} known[TRANSFORMS] = {
		{10, 5, 30, 13},
		{5, 30, 13, 50},
		{70, 47, 90, 55},
		{87, 10, 95, 30},
		{70, 5, 90, 13},
		{5, 10, 13, 30},
		{10, 47, 30, 55},
		{87, 30, 95, 50},
	};
	for (int i = 0; i < TRANSFORMS; i++) {
		struct output_map map = map_of(100, 60, i, OUTPUT_MAP_SCALE_ONE);
		pixman_box32_t box = output_map_turn(&map, output_map_box(&map, 10, 5, 20, 8));
		assert_int_equal(box.x1, known[i].x1);
		assert_int_equal(box.y1, known[i].y1);
		assert_int_equal(box.x2, known[i].x2);
		assert_int_equal(box.y2, known[i].y2);
	}
}

/* A finger on the middle of a pixel of the target is on what that pixel shows. */
static void test_points_lead_back(void **state)
{
	for (int i = 0; i < TRANSFORMS * 3; i++) {
		static const uint32_t scales[] = {120, 150, 240};
		struct output_map map = map_of(120, 60, i % TRANSFORMS, scales[i / TRANSFORMS]);
		map.x = 1000;
		map.y = -50;
		for (int32_t at = 0; at < 24; at++) {
			pixman_box32_t box =
				output_map_turn(&map, output_map_box(&map, map.x + 4 * at % 48,
							      map.y + 4 * at % 24, 4, 4));
			double x = (box.x1 + box.x2) / 2.0, y = (box.y1 + box.y2) / 2.0;
			output_map_to_logical(&map, &x, &y);
			assert_true(fabs(x - map.x - 4 * at % 48 - 2) < 1e-9);
			assert_true(fabs(y - map.y - 4 * at % 24 - 2) < 1e-9);
		}
	}
}

/* Each pixel of the target has its own points: its middle, its corner if that is turned nowhere. */
static void test_points_have_their_pixel(void **state)
{
	for (uint32_t scale = OUTPUT_MAP_SCALE_MIN; scale <= OUTPUT_MAP_SCALE_MAX; scale++) {
		for (int i = 0; i < TRANSFORMS * 40; i++) {
			struct output_map map = map_of(4000, 2000, i % TRANSFORMS, scale);
			int32_t across = 97 * (i / TRANSFORMS), down = 48 * (i / TRANSFORMS);
			double middle = map.transform ? 0.5 : 0, x = across + middle,
			       y = down + middle;
			map.x = 853;
			map.y = -50;
			output_map_to_logical(&map, &x, &y);
			pixman_box32_t box = output_map_turn(&map, output_map_pixel(&map, x, y));
			assert_true(box.x1 == across && box.x2 == across + 1);
			assert_true(box.y1 == down && box.y2 == down + 1);
		}
	}
}

/* All of the output's logical coordinates, where the far edges are no whole ones too. */
static void test_no_point_is_beside_the_target(void **state)
{
	for (uint32_t scale = OUTPUT_MAP_SCALE_MIN; scale <= OUTPUT_MAP_SCALE_MAX; scale++) {
		struct output_map map = map_of(1367, 769, WL_OUTPUT_TRANSFORM_90, scale);
		int32_t width, height;
		output_map_size(&map, &width, &height);
		for (double back = 1; back > 0.001; back *= 0.9) {
			pixman_box32_t box = output_map_pixel(&map, width - back, height - back);
			assert_true(box.x2 <= 769 && box.x2 == box.x1 + 1);
			assert_true(box.y2 <= 1367 && box.y2 == box.y1 + 1);
		}
		assert_true(output_map_pixel(&map, width, height).x1 >= 769);
	}
}

/* Of every shape, turned or not, and of any scale of the source's. */
static void for_each_mirror(
	void (*check)(const struct output_map *source, const struct output_map *mirror))
{
	static const int32_t sizes[][2] = {
		{640, 480}, {1367, 769}, {320, 400}, {1920, 1080}, {480, 640}, {32, 16384}};
	static const uint32_t scales[] = {120, 180, 150, 240, 30, 960};
	for (size_t i = 0; i < 36 * TRANSFORMS; i++) {
		const int32_t *from = sizes[i % 6], *to = sizes[i / 6 % 6];
		for (size_t k = 0; k < sizeof scales / sizeof scales[0]; k++) {
			struct output_map source =
				map_of(from[0], from[1], (int32_t)(i % 5), scales[k]);
			struct output_map mirror =
				map_of(to[0], to[1], (int32_t)(i / 36), OUTPUT_MAP_SCALE_ONE);
			source.x = 500;
			source.y = -300;
			output_map_mirror(&mirror, &source);
			check(&source, &mirror);
		}
	}
}

/* As large as it fits, in the middle; and shown pixel for pixel where it is of the same size. */
static void check_fit(const struct output_map *source, const struct output_map *mirror)
{
	int32_t width, height, source_width, source_height;
	pixman_box32_t fit = mirror->fit;
	output_map_upright_size(mirror, &width, &height);
	output_map_upright_size(source, &source_width, &source_height);
	assert_true(fit.x1 >= 0 && fit.y1 >= 0 && fit.x2 <= width && fit.y2 <= height);
	assert_true(fit.x1 == 0 || fit.y1 == 0);
	assert_in_range(width - fit.x2 - fit.x1 + 1, 0, 2);
	assert_in_range(height - fit.y2 - fit.y1 + 1, 0, 2);
	double shape = (double)source_width / source_height;
	assert_true(fabs((fit.x2 - fit.x1) - (fit.y2 - fit.y1) * shape) <= 1 + shape);
	bool same = source_width == width && source_height == height;
	assert_int_equal(same, mirror->zoom == 1 && fit.x1 == 0 && fit.y1 == 0 && fit.x2 == width &&
				       fit.y2 == height);
	for (int32_t at = 0; same && at < 50; at++) {
		pixman_box32_t a = output_map_box(source, 500 + at, -300 - at, 7, 9);
		pixman_box32_t b = output_map_box(mirror, 500 + at, -300 - at, 7, 9);
		assert_memory_equal(&a, &b, sizeof a);
	}
	int32_t logical_width, logical_height;
	output_map_size(source, &logical_width, &logical_height);
	pixman_box32_t all =
		output_map_box(mirror, source->x, source->y, logical_width, logical_height);
	assert_true(all.x1 == fit.x1 && all.y1 == fit.y1);
	assert_true(all.x2 >= fit.x2 || fit.x2 - fit.x1 == 1);
	assert_true(all.y2 >= fit.y2 || fit.y2 - fit.y1 == 1);
}

static void test_mirrors_fit(void **state)
{
	for_each_mirror(check_fit);
}

/* A place on the mirror's panel is the same place of the source's picture. */
static void check_points(const struct output_map *source, const struct output_map *mirror)
{
	int32_t width, height;
	output_map_upright_size(source, &width, &height);
	double logical_width = width * 120.0 / source->scale,
	       logical_height = height * 120.0 / source->scale;
	pixman_box32_t shown = output_map_shown(mirror);
	assert_true(shown.x1 >= 0 && shown.y1 >= 0 && shown.x2 <= mirror->width &&
		    shown.y2 <= mirror->height && shown.x2 > shown.x1 && shown.y2 > shown.y1);
	double x = (shown.x1 + shown.x2) / 2.0, y = (shown.y1 + shown.y2) / 2.0;
	double pixel = 120.0 / source->scale / mirror->zoom; /* logical */
	output_map_to_logical(mirror, &x, &y);
	assert_true(fabs(x - source->x - logical_width / 2) <= pixel);
	assert_true(fabs(y - source->y - logical_height / 2) <= pixel);
}

static void test_points_of_mirrors(void **state)
{
	for_each_mirror(check_points);
}

static void test_hostile_boxes_on_mirrors(void **state)
{
	struct output_map source = map_of(32, 32, 0, OUTPUT_MAP_SCALE_MAX);
	struct output_map mirror =
		map_of(16384, 16384, WL_OUTPUT_TRANSFORM_90, OUTPUT_MAP_SCALE_ONE);
	output_map_mirror(&mirror, &source);
	pixman_box32_t box =
		output_map_turn(&mirror, output_map_box(&mirror, -SPACE_LIMIT, -SPACE_LIMIT,
						 2 * SPACE_LIMIT, 2 * SPACE_LIMIT));
	assert_true(box.x1 <= 0 && box.y1 <= 0 && box.x2 >= 16384 && box.y2 >= 16384);
	assert_true((int64_t)box.x2 - box.x1 <= INT32_MAX);
}

static void test_hostile_boxes(void **state)
{
	struct output_map map = map_of(100, 60, WL_OUTPUT_TRANSFORM_90, OUTPUT_MAP_SCALE_MAX);
	pixman_box32_t box = output_map_turn(&map,
		output_map_box(&map, -SPACE_LIMIT, -SPACE_LIMIT, 2 * SPACE_LIMIT, 2 * SPACE_LIMIT));
	assert_true(box.x1 <= 0 && box.y1 <= 0 && box.x2 >= 100 && box.y2 >= 60);
	box = output_map_box(&map, 50, 50, 0, -7);
	assert_true(box.x2 <= box.x1 && box.y2 <= box.y1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_logical_size),
		cmocka_unit_test(test_fullscreen_covers),
		cmocka_unit_test(test_turned_places),
		cmocka_unit_test(test_points_lead_back),
		cmocka_unit_test(test_points_have_their_pixel),
		cmocka_unit_test(test_no_point_is_beside_the_target),
		cmocka_unit_test(test_mirrors_fit),
		cmocka_unit_test(test_points_of_mirrors),
		cmocka_unit_test(test_hostile_boxes_on_mirrors),
		cmocka_unit_test(test_hostile_boxes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
