#include "compositor/layer_layout.h"

#include "tests/unit.h"

#include "wlr-layer-shell-unstable-v1-server.h"

#define TOP ZWLR_LAYER_SURFACE_V1_ANCHOR_TOP
#define BOTTOM ZWLR_LAYER_SURFACE_V1_ANCHOR_BOTTOM
#define LEFT ZWLR_LAYER_SURFACE_V1_ANCHOR_LEFT
#define RIGHT ZWLR_LAYER_SURFACE_V1_ANCHOR_RIGHT

static const struct xdg_box output = {0, 0, 800, 600};

static void expect_box(struct xdg_box box, int32_t x, int32_t y, int32_t width, int32_t height)
{
	assert_int_equal(box.x, x);
	assert_int_equal(box.y, y);
	assert_int_equal(box.width, width);
	assert_int_equal(box.height, height);
}

static void test_places(void **state)
{
	struct layer_state layer = {.width = 100, .height = 50};
	expect_box(layer_layout_place(&layer, output), 350, 275, 100, 50);
	layer.anchor = TOP;
	expect_box(layer_layout_place(&layer, output), 350, 0, 100, 50);
	layer.anchor = BOTTOM | RIGHT;
	layer.margin.bottom = 10;
	layer.margin.right = 20;
	layer.margin.top = layer.margin.left = 1000; /* not anchored there */
	expect_box(layer_layout_place(&layer, output), 680, 540, 100, 50);
	layer = (struct layer_state){.anchor = LEFT | RIGHT | BOTTOM, .height = 200};
	expect_box(layer_layout_place(&layer, output), 0, 400, 800, 200);
	layer.margin.left = 100;
	expect_box(layer_layout_place(&layer, output), 100, 400, 700, 200);
	layer.width = 300; /* narrower than its edges are apart: centred between the margins */
	expect_box(layer_layout_place(&layer, output), 300, 400, 300, 200);
	layer = (struct layer_state){.anchor = LEFT | RIGHT | BOTTOM | TOP};
	expect_box(layer_layout_place(&layer, (struct xdg_box){5, 6, 70, 80}), 5, 6, 70, 80);
}

static void test_exclusive_zones(void **state)
{
	struct xdg_box area = output;
	struct layer_state layer = {.anchor = TOP, .height = 30, .exclusive_zone = 30};
	layer_layout_exclude(&layer, &area);
	expect_box(area, 0, 30, 800, 570);
	layer.anchor = BOTTOM | LEFT | RIGHT;
	layer.margin.bottom = 10;
	layer_layout_exclude(&layer, &area);
	expect_box(area, 0, 30, 800, 530);
	layer = (struct layer_state){.anchor = LEFT | TOP | BOTTOM, .exclusive_zone = 50};
	layer_layout_exclude(&layer, &area);
	expect_box(area, 50, 30, 750, 530);
	/* A corner, two opposite edges, all or none: no zone, unless the edge is said. */
	static const uint32_t none[] = {TOP | LEFT, LEFT | RIGHT, TOP | BOTTOM, 15, 0};
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		layer.anchor = none[i];
		layer_layout_exclude(&layer, &area);
		expect_box(area, 50, 30, 750, 530);
	}
	layer.anchor = TOP | RIGHT;
	layer.exclusive_edge = RIGHT;
	layer_layout_exclude(&layer, &area);
	expect_box(area, 50, 30, 700, 530);
}

static void test_nonsense_leaves_a_pixel(void **state)
{
	struct xdg_box area = output;
	const int32_t limit = 1 << 22; /* SPACE_LIMIT */
	struct layer_state layer = {
		.anchor = TOP, .exclusive_zone = limit, .margin = {limit, limit, limit, limit}};
	layer_layout_exclude(&layer, &area);
	expect_box(area, 0, 599, 800, 1);
	layer.anchor = LEFT;
	layer.margin.left = -limit;
	layer.exclusive_zone = 1;
	layer_layout_exclude(&layer, &area);
	expect_box(area, 0, 599, 800, 1);
	layer = (struct layer_state){.anchor = 15, .margin = {limit, limit, limit, limit}};
	struct xdg_box box = layer_layout_place(&layer, output);
	assert_int_equal(box.width, 1);
	assert_int_equal(box.height, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_exclusive_zones),
		cmocka_unit_test(test_nonsense_leaves_a_pixel),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
