#include "protocol/space.h"
#include "protocol/region.h"
#include "tests/unit.h"

#include <limits.h>
#include <math.h>
#include <wayland-server-protocol.h>

#define TRANSFORMS 8

static void assert_box(struct space_box got, double x, double y, double width, double height)
{
	const double found[] = {got.x, got.y, got.width, got.height},
		     wanted[] = {x, y, width, height};
	for (int i = 0; i < 4; i++) {
		if (fabs(found[i] - wanted[i]) > 1e-6)
			fail_msg("%gx%g at %g,%g instead of %gx%g at %g,%g", got.width, got.height,
				got.x, got.y, width, height, x, y);
	}
}

/*
 * A buffer of 100x60 pixels; a point near its top left corner, where the surface shows it. The
 * protocol: the transform is what the client has applied to its contents, counter-clockwise for 90,
 * 180 and 270 (wl_output.transform), flipped around the vertical axis first.
 */
static void test_transforms_known_places(void **state)
{
	static const struct {
		int32_t transform, width, height;
		double x, y, w, h; /* the buffer's box {10, 5, 20, 8} on the surface */
	} known[] = {
		{WL_OUTPUT_TRANSFORM_NORMAL, 100, 60, 10, 5, 20, 8},
		{WL_OUTPUT_TRANSFORM_90, 60, 100, 47, 10, 8, 20},
		{WL_OUTPUT_TRANSFORM_180, 100, 60, 70, 47, 20, 8},
		{WL_OUTPUT_TRANSFORM_270, 60, 100, 5, 70, 8, 20},
		{WL_OUTPUT_TRANSFORM_FLIPPED, 100, 60, 70, 5, 20, 8},
		{WL_OUTPUT_TRANSFORM_FLIPPED_90, 60, 100, 5, 10, 8, 20},
		{WL_OUTPUT_TRANSFORM_FLIPPED_180, 100, 60, 10, 47, 20, 8},
		{WL_OUTPUT_TRANSFORM_FLIPPED_270, 60, 100, 47, 70, 8, 20},
	};
	for (int i = 0; i < TRANSFORMS; i++) {
		struct space space = {.buffer_width = 100,
			.buffer_height = 60,
			.transform = known[i].transform,
			.scale = 1};
		int32_t width, height;
		space_surface_size(&space, &width, &height);
		assert_int_equal(width, known[i].width);
		assert_int_equal(height, known[i].height);
		assert_box(space_buffer_to_surface(&space, (struct space_box){10, 5, 20, 8}),
			known[i].x, known[i].y, known[i].w, known[i].h);
	}
}

/* One after the other is the same as both at once, in this order; and back leads to the start. */
static void test_transforms_compose(void **state)
{
	const struct space_box box = {10, 5, 20, 8};
	for (int i = 0; i < TRANSFORMS * TRANSFORMS; i++) {
		int32_t first = i / TRANSFORMS, second = i % TRANSFORMS;
		bool turned = second & WL_OUTPUT_TRANSFORM_90;
		/* From the buffer back: what was done last is undone first. */
		struct space_box there = space_transform_box(box, second, 100, 60);
		there = space_transform_box(there, first, turned ? 60 : 100, turned ? 100 : 60);
		struct space_box both =
			space_transform_box(box, space_compose_transforms(first, second), 100, 60);
		assert_box(both, there.x, there.y, there.width, there.height);
		assert_int_equal(space_compose_transforms(first, space_invert_transform(first)), 0);
	}
}

static struct space every_space(int32_t transform, int32_t scale, bool source, bool destination)
{
	struct space space = {.buffer_width = 120,
		.buffer_height = 60,
		.transform = transform,
		.scale = scale,
		.has_source = source,
		.source = {2.5, 3.25, 12, 9},
		.has_destination = destination,
		.width = 77,
		.height = 31};
	return space;
}

static void test_round_trips(void **state)
{
	const struct space_box box = {3, 4, 7.5, 2.25};
	for (int i = 0; i < TRANSFORMS * 3 * 4; i++) {
		struct space space =
			every_space(i % TRANSFORMS, i / TRANSFORMS % 3 + 1, i & 32, i & 64);
		struct space_box there = space_surface_to_buffer(&space, box);
		assert_box(space_buffer_to_surface(&space, there), box.x, box.y, box.width,
			box.height);
		there = space_buffer_to_surface(&space, box);
		assert_box(space_surface_to_buffer(&space, there), box.x, box.y, box.width,
			box.height);
	}
}

static void test_transforms_undo_each_other(void **state)
{
	const struct space_box box = {3, 4, 7, 2};
	for (int32_t i = 0; i < TRANSFORMS; i++) {
		bool turned = i & WL_OUTPUT_TRANSFORM_90;
		struct space_box there = space_transform_box(box, i, 50, 30);
		assert_box(space_transform_box(there, space_invert_transform(i), turned ? 30 : 50,
				   turned ? 50 : 30),
			box.x, box.y, box.width, box.height);
	}
}

static void test_scale_and_viewport(void **state)
{
	struct space space = {.buffer_width = 200, .buffer_height = 100, .scale = 2};
	int32_t width, height;
	space_surface_size(&space, &width, &height);
	assert_int_equal(width, 100);
	assert_int_equal(height, 50);
	assert_box(space_source(&space), 0, 0, 200, 100);
	space.has_source = true;
	space.source = (struct space_box){10, 5, 40, 20};
	space_surface_size(&space, &width, &height);
	assert_int_equal(width, 40);
	assert_int_equal(height, 20);
	assert_box(space_source(&space), 20, 10, 80, 40);
	space.has_destination = true;
	space.width = 400;
	space.height = 10;
	space_surface_size(&space, &width, &height);
	assert_int_equal(width, 400);
	assert_int_equal(height, 10);
	assert_box(space_source(&space), 20, 10, 80, 40);
	assert_box(space_surface_to_buffer(&space, (struct space_box){200, 5, 100, 5}), 60, 30, 20,
		20);
}

static void test_source_is_turned_with_the_buffer(void **state)
{
	struct space space = {.buffer_width = 200,
		.buffer_height = 100,
		.transform = WL_OUTPUT_TRANSFORM_90,
		.scale = 1,
		.has_source = true,
		.source = {0, 0, 30, 20}};
	/* Turned counter-clockwise, the top left of the surface is the bottom left of the buffer.
	 */
	assert_box(space_source(&space), 0, 70, 20, 30);
}

static void test_nothing_without_a_buffer(void **state)
{
	struct space space = {.scale = 1, .has_destination = true, .width = 10, .height = 10};
	int32_t width, height;
	space_surface_size(&space, &width, &height);
	assert_int_equal(width, 0);
	assert_int_equal(height, 0);
	assert_box(space_surface_to_buffer(&space, (struct space_box){1, 1, 1, 1}), 0, 0, 0, 0);
	assert_box(space_buffer_to_surface(&space, (struct space_box){1, 1, 1, 1}), 0, 0, 0, 0);
}

static void test_sizes_have_a_limit(void **state)
{
	struct space space = {.buffer_width = INT32_MAX,
		.buffer_height = 1,
		.scale = 1,
		.has_destination = true,
		.width = INT32_MAX,
		.height = INT32_MAX};
	int32_t width, height;
	space_surface_size(&space, &width, &height);
	assert_int_equal(width, SPACE_MAX_SIZE);
	assert_int_equal(height, SPACE_MAX_SIZE);
	space.has_destination = false;
	space_surface_size(&space, &width, &height);
	assert_int_equal(width, SPACE_MAX_SIZE);
	assert_int_equal(space_limit(INT64_MIN), -SPACE_LIMIT);
	assert_int_equal(space_limit(INT64_MAX), SPACE_LIMIT);
	assert_int_equal(space_limit(-7), -7);
}

/* What the worker refuses to draw must not come about by rounding. */
static void test_sources_stay_in_the_buffer(void **state)
{
	for (int32_t i = 0; i < 64 * 8; i++) {
		struct space space = {.buffer_width = 64,
			.buffer_height = 37,
			.transform = i % 8,
			.scale = 1,
			.has_source = true,
			.has_destination = true,
			.width = 7 + i,
			.height = 3 + i * 13};
		bool turned = i & 1;
		double cut = i / 256.0;
		space.source = (struct space_box){
			cut, cut, (turned ? 37 : 64) - cut, (turned ? 64 : 37) - cut};
		struct space_box box = space_source(&space);
		assert_true(box.x >= 0 && box.y >= 0 && box.width > 0 && box.height > 0);
		assert_true(box.x + box.width <= 64 && box.y + box.height <= 37);
	}
}

static void assert_extents(
	pixman_region32_t *region, int32_t x1, int32_t y1, int32_t x2, int32_t y2)
{
	const pixman_box32_t *box = pixman_region32_extents(region);
	assert_int_equal(box->x1, x1);
	assert_int_equal(box->y1, y1);
	assert_int_equal(box->x2, x2);
	assert_int_equal(box->y2, y2);
}

static void test_regions_are_rounded_outwards(void **state)
{
	struct space space = {.buffer_width = 30,
		.buffer_height = 30,
		.scale = 1,
		.has_destination = true,
		.width = 20,
		.height = 20};
	pixman_region32_t from, to;
	pixman_region32_init_rect(&from, 1, 1, 1, 1);
	pixman_region32_init(&to);
	space_map_region(&to, &from, &space, space_buffer_to_surface, 0);
	assert_extents(&to, 0, 0, 2, 2);
	pixman_region32_clear(&to);
	space_map_region(&to, &from, &space, space_buffer_to_surface, 1);
	assert_extents(&to, -1, -1, 3, 3);
	pixman_region32_fini(&from);
	pixman_region32_init_rect(&from, INT32_MIN / 2, INT32_MIN / 2, INT32_MAX, INT32_MAX);
	space.width = 3000;
	space.height = 3000;
	space_map_region(&to, &from, &space, space_buffer_to_surface, 1);
	assert_true(pixman_region32_contains_point(&to, 2999, 2999, NULL));
	pixman_region32_fini(&from);
	pixman_region32_fini(&to);
}

static void test_region_add_clips_instead_of_overflowing(void **state)
{
	pixman_region32_t region;
	pixman_region32_init(&region);
	region_add(&region, 0, 0, 0, 10);
	region_add(&region, 0, 0, 10, -1);
	region_add(&region, INT32_MAX, 0, 10, 10);
	region_add(&region, 0, 0, INT32_MIN, INT32_MIN);
	assert_false(pixman_region32_not_empty(&region));
	region_add(&region, 10, INT32_MIN, INT32_MAX, INT32_MAX);
	assert_extents(&region, 10, INT32_MIN, INT32_MAX, -1);
	pixman_region32_clear(&region);
	region_add(&region, INT32_MAX - 1, 5, INT32_MAX, INT32_MAX);
	assert_extents(&region, INT32_MAX - 1, 5, INT32_MAX, INT32_MAX);
	pixman_region32_fini(&region);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transforms_known_places),
		cmocka_unit_test(test_transforms_compose),
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_transforms_undo_each_other),
		cmocka_unit_test(test_scale_and_viewport),
		cmocka_unit_test(test_source_is_turned_with_the_buffer),
		cmocka_unit_test(test_nothing_without_a_buffer),
		cmocka_unit_test(test_sizes_have_a_limit),
		cmocka_unit_test(test_sources_stay_in_the_buffer),
		cmocka_unit_test(test_regions_are_rounded_outwards),
		cmocka_unit_test(test_region_add_clips_instead_of_overflowing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
