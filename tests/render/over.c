/* Rows over rows (render/cpu/over.c), by whatever processors have, beside pixman's OVER. */
#include "render/cpu/over.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>

#include <cmocka.h>
#include <pixman.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 64
#define ROWS 512

static uint32_t above[WIDTH * ROWS], below[WIDTH * ROWS], expected[WIDTH * ROWS];

/* Pixels of which each fourth is brighter than its alpha allows. */
static uint32_t any_pixel(int i)
{
	uint32_t noise = (uint32_t)rand(), alpha = noise >> 8 & 0xff;
	uint32_t pixel = alpha << 24;
	for (int shift = 0; shift < 24; shift += 8)
		pixel |= ((uint32_t)rand() % (i % 4 ? alpha + 1 : 256)) << shift;
	return pixel;
}

static int setup(void **state)
{
	srand(1);
	for (int i = 0; i < WIDTH * ROWS; i++) {
		above[i] = any_pixel(i);
		below[i] = (uint32_t)rand() * 2654435761u;
	}
	return 0;
}

static pixman_image_t *image_of(uint32_t *pixels)
{
	return pixman_image_create_bits_no_clear(PIXMAN_a8r8g8b8, WIDTH, ROWS, pixels, WIDTH * 4);
}

static void expect_pixman(pixman_image_t *source, int width)
{
	pixman_image_t *target = image_of(expected);
	memcpy(expected, below, sizeof expected);
	pixman_image_composite32(
		PIXMAN_OP_OVER, source, NULL, target, 0, 0, 0, 0, 0, 0, width, ROWS);
	pixman_image_unref(target);
}

/* Rows of every width, at addresses of every kind. */
static void compare(const struct over *over, const uint32_t *from, uint32_t colour)
{
	static uint8_t to[WIDTH * ROWS * 4 + 4], source[WIDTH * ROWS * 4 + 4];
	for (int width = 1; width <= WIDTH; width++) {
		int shift = width % 4;
		size_t stride = WIDTH * 4;
		pixman_color_t colours = {.red = (uint16_t)((colour >> 16 & 0xff) * 257),
			.green = (uint16_t)((colour >> 8 & 0xff) * 257),
			.blue = (uint16_t)((colour & 0xff) * 257),
			.alpha = (uint16_t)((colour >> 24) * 257)};
		pixman_image_t *image =
			from ? image_of(above) : pixman_image_create_solid_fill(&colours);
		expect_pixman(image, width);
		pixman_image_unref(image);
		memcpy(to + shift, below, sizeof below);
		if (from)
			memcpy(source + shift, from, sizeof above);
		const struct rows rows = {to + shift, from ? source + shift : NULL, stride, stride,
			(size_t)width, ROWS};
		over_rows(over, &rows, colour);
		assert_memory_equal(to + shift, expected, sizeof expected);
	}
}

static void test_pixels(void **state)
{
	compare(&over_plain, above, 0);
	compare(over_best(), above, 0);
}

static void test_colours(void **state)
{
	const uint32_t colours[] = {0, 0x01010001, 0x40201040, 0x80808000, 0xfe7f01fe, 0xffffffff};
	for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++) {
		compare(&over_plain, NULL, colours[i]);
		compare(over_best(), NULL, colours[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pixels),
		cmocka_unit_test(test_colours),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
