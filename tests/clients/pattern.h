/**
 * A picture that anybody can compute: the same few lines stand in the virtual machine tests, in
 * Python.
 *
 * It is made of cells of 16x16 pixels, coloured by a hash of their place, inside a border one pixel
 * wide in a colour of its own, so that a shift, a scaling or a cut by a single pixel shows.
 */
#ifndef TESTS_CLIENTS_PATTERN_H
#define TESTS_CLIENTS_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

#define PATTERN_CELL 16
#define PATTERN_BORDER 0xff00ffu

/**
 * The colour 0xRRGGBB of the pixel x, y of a picture of width by height pixels. All arithmetic is
 * modulo 2^32:
 *
 *   on the border: 0xff00ff; else
 *   h = seed * 0x9e3779b1 + (x / 16) * 0x85ebca77 + (y / 16) * 0xc2b2ae3d
 *   h = (h ^ h >> 15) * 0x2c1b3c6d
 *   (h ^ h >> 12) & 0xffffff
 */
uint32_t pattern_pixel(uint32_t seed, uint32_t x, uint32_t y, uint32_t width, uint32_t height);

struct pattern {
	uint32_t seed;  /**< of frame 0 */
	bool is_small;  /**< a frame changes one cell only */
	bool has_alpha; /**< half transparent */
};

/** The cell that frame (1 or more) of a small pattern changes: left to right, row by row, over and
 * over. */
struct pattern_cell {
	uint32_t x, y; /**< its corner, pixels; it may be cut by the picture's edge */
};
struct pattern_cell pattern_cell(uint32_t frame, uint32_t width, uint32_t height);

/**
 * Fills rows of 32-bit pixels (XRGB8888, or ARGB8888 premultiplied with alpha 0x80) with a frame.
 * Frame n of a pattern is the picture with seed + n; of a small one it is frame n - 1 with the cell
 * of n taken from the picture with seed + n.
 */
void pattern_fill(const struct pattern *pattern, uint32_t frame, uint32_t *pixels, uint32_t width,
	uint32_t height);

#endif
