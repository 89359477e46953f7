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

static void test_whole(void **state)
{
	const struct pattern pattern = {.seed = 5};
	pattern_fill(&pattern, 3, test_new, TEST_WIDTH, TEST_HEIGHT);
	for (uint32_t i = 0; i < TEST_WIDTH * TEST_HEIGHT; i++)
		assert_int_equal(
			test_new[i], 0xff000000 | pattern_pixel(8, i % TEST_WIDTH, i / TEST_WIDTH,
							  TEST_WIDTH, TEST_HEIGHT));
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
