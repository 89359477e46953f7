#include "pattern.h"

#define PATTERN_ALPHA 0x80u

static uint32_t pattern_hash(uint32_t seed, uint32_t column, uint32_t row)
{
	uint32_t hash = seed * 0x9e3779b1u + column * 0x85ebca77u + row * 0xc2b2ae3du;
	hash = (hash ^ hash >> 15) * 0x2c1b3c6du;
	return (hash ^ hash >> 12) & 0xffffff;
}

uint32_t pattern_pixel(uint32_t seed, uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
	if (x == 0 || y == 0 || x == width - 1 || y == height - 1)
		return PATTERN_BORDER;
	return pattern_hash(seed, x / PATTERN_CELL, y / PATTERN_CELL);
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

/* The last frame, not after the given one, that set the cell of that index, of so many. */
static uint32_t pattern_last_frame(
	const struct pattern *pattern, uint32_t frame, uint32_t index, uint32_t cells)
{
	if (!pattern->is_small)
		return frame;
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

static uint32_t pattern_color(const struct pattern *pattern, uint32_t rgb)
{
	return pattern->has_alpha ? pattern_premultiply(rgb) : 0xff000000u | rgb;
}

/* The cell at that corner, as much of it as the picture has. */
static void pattern_fill_cell(uint32_t color, struct pattern_cell corner, uint32_t *pixels,
	uint32_t width, uint32_t height)
{
	for (uint32_t y = corner.y; y < corner.y + PATTERN_CELL && y < height; y++) {
		for (uint32_t x = corner.x; x < corner.x + PATTERN_CELL && x < width; x++)
			pixels[(uint64_t)y * width + x] = color;
	}
}

static void pattern_fill_border(uint32_t color, uint32_t *pixels, uint32_t width, uint32_t height)
{
	uint32_t *last = pixels + (uint64_t)(height - 1) * width;
	for (uint32_t x = 0; x < width; x++)
		pixels[x] = last[x] = color;
	for (uint32_t *row = pixels; row <= last; row += width)
		row[0] = row[width - 1] = color;
}

/* A hash for each cell, not for each pixel: under emulation pictures of a screen's size take long.
 */
void pattern_fill(const struct pattern *pattern, uint32_t frame, uint32_t *pixels, uint32_t width,
	uint32_t height)
{
	uint32_t cells = pattern_cells(width, height);
	for (uint32_t index = 0; index < cells; index++) {
		uint32_t seed = pattern->seed + pattern_last_frame(pattern, frame, index, cells);
		struct pattern_cell corner = pattern_cell(index, width, height);
		uint32_t rgb = pattern_hash(seed, corner.x / PATTERN_CELL, corner.y / PATTERN_CELL);
		pattern_fill_cell(pattern_color(pattern, rgb), corner, pixels, width, height);
	}
	pattern_fill_border(pattern_color(pattern, PATTERN_BORDER), pixels, width, height);
}
