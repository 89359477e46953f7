/* The picture is what pattern.h says; the numbers were computed from its text, in Python. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pattern.h"

#include <string.h>

#define TEST_WIDTH 70
#define TEST_HEIGHT 40

static uint32_t test_old[TEST_WIDTH * TEST_HEIGHT], test_new[TEST_WIDTH * TEST_HEIGHT];

static void test_pixels(void **state)
{
	assert_int_equal(pattern_pixel(1, 1, 1, 1280, 800), 0x0d83e3);
	assert_int_equal(pattern_pixel(1, 15, 15, 1280, 800), 0x0d83e3);
	assert_int_equal(pattern_pixel(1, 16, 15, 1280, 800), 0x7d05d7);
	assert_int_equal(pattern_pixel(1, 15, 16, 1280, 800), 0x1ebfcb);
	assert_int_equal(pattern_pixel(4000000000, 1278, 798, 1280, 800), 0xf5f946);
	const uint32_t border[][2] = {{0, 5}, {5, 0}, {1279, 5}, {5, 799}};
	for (int i = 0; i < 4; i++)
		assert_int_equal(pattern_pixel(7, border[i][0], border[i][1], 1280, 800), 0xff00ff);
}

/* In the test's own words. */
static uint32_t test_color(const struct pattern *pattern, uint32_t rgb)
{
	if (!pattern->has_alpha)
		return 0xff000000 | rgb;
	uint32_t red = ((rgb >> 16) * 0x80 + 127) / 255;
	uint32_t green = ((rgb >> 8 & 0xff) * 0x80 + 127) / 255;
	uint32_t blue = ((rgb & 0xff) * 0x80 + 127) / 255;
	return 0x80000000 | red << 16 | green << 8 | blue;
}

/* Frame 3 pixel by pixel, and nothing beyond its end. */
static void test_expect_whole(const struct pattern *pattern, uint32_t width, uint32_t height)
{
	uint32_t len = width * height;
	memset(test_new, 0x5a, sizeof test_new);
	pattern_fill(pattern, 3, test_new, width, height);
	for (uint32_t i = 0; i < len; i++) {
		uint32_t rgb =
			pattern_pixel(pattern->seed + 3, i % width, i / width, width, height);
		assert_int_equal(test_new[i], test_color(pattern, rgb));
	}
	for (uint32_t i = len; i < TEST_WIDTH * TEST_HEIGHT; i++)
		assert_int_equal(test_new[i], 0x5a5a5a5a);
}

/* Of sizes that cut the cells, and the border out of them, in every way. */
static void test_whole(void **state)
{
	const struct pattern opaque = {.seed = 5}, alpha = {.seed = 5, .has_alpha = true};
	for (uint32_t width = 1; width <= TEST_WIDTH; width++) {
		for (uint32_t height = 1; height <= TEST_HEIGHT; height++) {
			test_expect_whole(&opaque, width, height);
			test_expect_whole(&alpha, width, height);
		}
	}
}

/* From a frame to the next only one cell differs, and that one is the new seed's. */
static void test_small(void **state)
{
	const struct pattern pattern = {.seed = 5, .is_small = true};
	pattern_fill(&pattern, 0, test_old, TEST_WIDTH, TEST_HEIGHT);
	for (uint32_t frame = 1; frame < 40; frame++) {
		struct pattern_cell cell = pattern_cell(frame, TEST_WIDTH, TEST_HEIGHT);
		pattern_fill(&pattern, frame, test_new, TEST_WIDTH, TEST_HEIGHT);
		for (uint32_t i = 0; i < TEST_WIDTH * TEST_HEIGHT; i++) {
			uint32_t x = i % TEST_WIDTH, y = i / TEST_WIDTH;
			bool inside = x - cell.x < PATTERN_CELL && y - cell.y < PATTERN_CELL;
			uint32_t wanted = 0xff000000 |
					  pattern_pixel(5 + frame, x, y, TEST_WIDTH, TEST_HEIGHT);
			assert_int_equal(test_new[i], inside ? wanted : test_old[i]);
		}
		memcpy(test_old, test_new, sizeof test_old);
	}
}

static void test_alpha(void **state)
{
	const struct pattern pattern = {.seed = 5, .has_alpha = true};
	pattern_fill(&pattern, 0, test_new, TEST_WIDTH, TEST_HEIGHT);
	assert_int_equal(test_new[0], 0x80800080);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pixels),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_alpha),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
