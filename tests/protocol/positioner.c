#include "protocol/space.h"
#include "protocol/xdg_positioner.h"
#include "tests/unit.h"

#include "xdg-shell-server.h"

static const struct xdg_box screen = {0, 0, 200, 100};

static void assert_place(const struct xdg_positioner *positioner, struct xdg_box bounds, int32_t x,
	int32_t y, int32_t width, int32_t height)
{
	struct xdg_box box = xdg_positioner_place(positioner, bounds);
	if (box.x != x || box.y != y || box.width != width || box.height != height)
		fail_msg("%dx%d at %d,%d instead of %dx%d at %d,%d", box.width, box.height, box.x,
			box.y, width, height, x, y);
}

/* A popup of 20x10 on an anchor of 40x30 at 50,40. */
static struct xdg_positioner positioner_of(uint32_t anchor, uint32_t gravity, uint32_t adjustment)
{
	return (struct xdg_positioner){.width = 20,
		.height = 10,
		.anchor_rect = {50, 40, 40, 30},
		.has_anchor_rect = true,
		.anchor = anchor,
		.gravity = gravity,
		.constraint_adjustment = adjustment};
}

static void test_anchors(void **state)
{
	/* With gravity bottom right the popup's corner is at the anchor point. */
	static const struct {
		uint32_t anchor;
		int32_t x, y;
	} known[] = {
		{XDG_POSITIONER_ANCHOR_NONE, 70, 55},
		{XDG_POSITIONER_ANCHOR_TOP, 70, 40},
		{XDG_POSITIONER_ANCHOR_BOTTOM, 70, 70},
		{XDG_POSITIONER_ANCHOR_LEFT, 50, 55},
		{XDG_POSITIONER_ANCHOR_RIGHT, 90, 55},
		{XDG_POSITIONER_ANCHOR_TOP_LEFT, 50, 40},
		{XDG_POSITIONER_ANCHOR_BOTTOM_LEFT, 50, 70},
		{XDG_POSITIONER_ANCHOR_TOP_RIGHT, 90, 40},
		{XDG_POSITIONER_ANCHOR_BOTTOM_RIGHT, 90, 70},
	};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		struct xdg_positioner positioner =
			positioner_of(known[i].anchor, XDG_POSITIONER_GRAVITY_BOTTOM_RIGHT, 0);
		assert_place(&positioner, screen, known[i].x, known[i].y, 20, 10);
		positioner.offset_x = -3;
		positioner.offset_y = 4;
		assert_place(&positioner, screen, known[i].x - 3, known[i].y + 4, 20, 10);
	}
}

static void test_gravities(void **state)
{
	static const struct {
		uint32_t gravity;
		int32_t x, y; /* with the anchor point at 70,55 */
	} known[] = {
		{XDG_POSITIONER_GRAVITY_NONE, 60, 50},
		{XDG_POSITIONER_GRAVITY_TOP, 60, 45},
		{XDG_POSITIONER_GRAVITY_BOTTOM, 60, 55},
		{XDG_POSITIONER_GRAVITY_LEFT, 50, 50},
		{XDG_POSITIONER_GRAVITY_RIGHT, 70, 50},
		{XDG_POSITIONER_GRAVITY_TOP_LEFT, 50, 45},
		{XDG_POSITIONER_GRAVITY_BOTTOM_LEFT, 50, 55},
		{XDG_POSITIONER_GRAVITY_TOP_RIGHT, 70, 45},
		{XDG_POSITIONER_GRAVITY_BOTTOM_RIGHT, 70, 55},
	};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		struct xdg_positioner positioner =
			positioner_of(XDG_POSITIONER_ANCHOR_NONE, known[i].gravity, 0);
		assert_place(&positioner, screen, known[i].x, known[i].y, 20, 10);
	}
}

/* A menu under an entry at the lower right edge of the screen. */
static struct xdg_positioner positioner_at_edge(uint32_t adjustment)
{
	struct xdg_positioner positioner = positioner_of(XDG_POSITIONER_ANCHOR_BOTTOM_RIGHT,
		XDG_POSITIONER_GRAVITY_BOTTOM_RIGHT, adjustment);
	positioner.anchor_rect = (struct xdg_box){180, 85, 15, 10};
	return positioner;
}

static void test_unadjusted_stays(void **state)
{
	struct xdg_positioner positioner = positioner_at_edge(0);
	assert_place(&positioner, screen, 195, 95, 20, 10);
	/* Each axis by its own bits. */
	positioner.constraint_adjustment = XDG_POSITIONER_CONSTRAINT_ADJUSTMENT_SLIDE_Y;
	assert_place(&positioner, screen, 195, 90, 20, 10);
}

static void test_flip(void **state)
{
	struct xdg_positioner positioner =
		positioner_at_edge(XDG_POSITIONER_CONSTRAINT_ADJUSTMENT_FLIP_X |
				   XDG_POSITIONER_CONSTRAINT_ADJUSTMENT_FLIP_Y);
	assert_place(&positioner, screen, 160, 75, 20, 10);
	/* "calculated given the original anchor rectangle and offset" */
	positioner.offset_x = 2;
	positioner.offset_y = -1;
	assert_place(&positioner, screen, 162, 74, 20, 10);
	/* "If the adjusted position also ends up being constrained" it is not taken. */
	positioner.offset_x = positioner.offset_y = 0;
	positioner.width = 190;
	positioner.height = 95;
	assert_place(&positioner, screen, 195, 95, 190, 95);
}

static void test_slide(void **state)
{
	struct xdg_positioner positioner =
		positioner_at_edge(XDG_POSITIONER_CONSTRAINT_ADJUSTMENT_SLIDE_X |
				   XDG_POSITIONER_CONSTRAINT_ADJUSTMENT_SLIDE_Y);
	assert_place(&positioner, screen, 180, 90, 20, 10);
	positioner.offset_x = positioner.offset_y = -500;
	assert_place(&positioner, screen, 0, 0, 20, 10);
	/* Too large: the edge where the reader starts stays in. */
	positioner.width = 300;
	positioner.height = 300;
	assert_place(&positioner, screen, 0, 0, 300, 300);
	positioner.gravity = XDG_POSITIONER_GRAVITY_TOP_LEFT;
	assert_place(&positioner, screen, -100, -200, 300, 300);
}

static void test_flip_before_slide_before_resize(void **state)
{
	struct xdg_positioner positioner = positioner_at_edge(~0u);
	assert_place(&positioner, screen, 160, 75, 20, 10);
	positioner.width = 190; /* cannot flip, can slide */
	assert_place(&positioner, screen, 10, 75, 190, 10);
	positioner.width = 1000; /* neither */
	assert_place(&positioner, screen, 0, 75, 200, 10);
}

static void test_resize(void **state)
{
	struct xdg_positioner positioner =
		positioner_at_edge(XDG_POSITIONER_CONSTRAINT_ADJUSTMENT_RESIZE_X |
				   XDG_POSITIONER_CONSTRAINT_ADJUSTMENT_RESIZE_Y);
	assert_place(&positioner, screen, 195, 95, 5, 5);
	positioner.offset_x = -200; /* from -5 */
	assert_place(&positioner, screen, 0, 95, 15, 5);
	positioner.offset_x = 100; /* nothing of it would be left */
	assert_place(&positioner, screen, 295, 95, 20, 5);
}

static void test_bounds_may_lie_anywhere(void **state)
{
	struct xdg_positioner positioner = positioner_at_edge(~0u);
	assert_place(&positioner, (struct xdg_box){-50, -50, 260, 160}, 160, 95, 20, 10);
	/* No bounds: nothing is adjusted. */
	assert_place(&positioner, (struct xdg_box){0}, 195, 95, 20, 10);
}

static void test_extremes(void **state)
{
	static const int32_t values[] = {INT32_MIN, -1, 0, 1, INT32_MAX};
	struct xdg_positioner positioner = positioner_of(0, 0, 0);
	for (int i = 0; i < 5 * 5 * 5; i++) {
		int32_t a = values[i % 5], b = values[i / 5 % 5], c = values[i / 25];
		positioner.anchor_rect = (struct xdg_box){a, b, INT32_MAX, INT32_MAX};
		positioner.offset_x = positioner.offset_y = c;
		positioner.width = positioner.height = INT32_MAX;
		for (uint32_t edge = 0; edge <= XDG_POSITIONER_ANCHOR_BOTTOM_RIGHT; edge++) {
			positioner.anchor = positioner.gravity = edge;
			positioner.constraint_adjustment = (uint32_t)i;
			struct xdg_box box = xdg_positioner_place(
				&positioner, (struct xdg_box){b, c, INT32_MAX, INT32_MAX});
			assert_in_range(box.x + (int64_t)SPACE_LIMIT, 0, 2 * SPACE_LIMIT);
			assert_in_range(box.y + (int64_t)SPACE_LIMIT, 0, 2 * SPACE_LIMIT);
			assert_in_range(box.width, 1, SPACE_LIMIT);
			assert_in_range(box.height, 1, SPACE_LIMIT);
		}
	}
}

static void test_complete(void **state)
{
	struct xdg_positioner positioner = {0};
	assert_false(xdg_positioner_is_complete(&positioner));
	positioner.width = positioner.height = 1;
	assert_false(xdg_positioner_is_complete(&positioner));
	positioner.has_anchor_rect = true;
	assert_true(xdg_positioner_is_complete(&positioner));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_anchors),
		cmocka_unit_test(test_gravities),
		cmocka_unit_test(test_unadjusted_stays),
		cmocka_unit_test(test_flip),
		cmocka_unit_test(test_slide),
		cmocka_unit_test(test_flip_before_slide_before_resize),
		cmocka_unit_test(test_resize),
		cmocka_unit_test(test_bounds_may_lie_anywhere),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_complete),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
