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
		cmocka_unit_test(test_hostile_boxes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
