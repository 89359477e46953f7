#include "pattern.h"

#define PATTERN_ALPHA 0x80u

uint32_t pattern_pixel(uint32_t seed, uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
	if (x == 0 || y == 0 || x == width - 1 || y == height - 1)
		return PATTERN_BORDER;
	uint32_t hash = seed * 0x9e3779b1u + x / PATTERN_CELL * 0x85ebca77u +
			y / PATTERN_CELL * 0xc2b2ae3du;
	hash = (hash ^ hash >> 15) * 0x2c1b3c6du;
	return (hash ^ hash >> 12) & 0xffffff;
}

static uint32_t pattern_columns(uint32_t width)
{
	return (width + PATTERN_CELL - 1) / PATTERN_CELL;
}

static uint32_t pattern_cells(uint32_t width, uint32_t height)
{
	return pattern_columns(width) * pattern_columns(height);
}

struct pattern_cell pattern_cell(uint32_t frame, uint32_t width, uint32_t height)
{
	uint32_t columns = pattern_columns(width);
	uint32_t index = frame % pattern_cells(width, height);
	return (struct pattern_cell){
		index % columns * PATTERN_CELL, index / columns * PATTERN_CELL};
}

/* The last frame, not after the given one, that set the pixel's cell. */
static uint32_t pattern_last_frame(const struct pattern *pattern, uint32_t frame, uint32_t x,
	uint32_t y, uint32_t width, uint32_t height)
{
	if (!pattern->is_small)
		return frame;
	uint32_t cells = pattern_cells(width, height);
	uint32_t index = y / PATTERN_CELL * pattern_columns(width) + x / PATTERN_CELL;
	if (index > frame)
		return 0;
	return index + (frame - index) / cells * cells;
}

static uint32_t pattern_premultiply(uint32_t rgb)
{
	uint32_t pixel = PATTERN_ALPHA << 24;
	for (int shift = 0; shift < 24; shift += 8)
		pixel |= ((rgb >> shift & 0xff) * PATTERN_ALPHA + 127) / 255 << shift;
	return pixel;
}

void pattern_fill(const struct pattern *pattern, uint32_t frame, uint32_t *pixels, uint32_t width,
	uint32_t height)
{
	for (uint32_t y = 0; y < height; y++) {
		for (uint32_t x = 0; x < width; x++) {
			uint32_t last = pattern_last_frame(pattern, frame, x, y, width, height);
			uint32_t rgb = pattern_pixel(pattern->seed + last, x, y, width, height);
			pixels[(uint64_t)y * width + x] =
				pattern->has_alpha ? pattern_premultiply(rgb) : 0xff000000u | rgb;
		}
	}
}
