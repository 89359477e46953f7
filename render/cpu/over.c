#include "render/cpu/over.h"

#include <string.h>

#define OVER_INLINE static inline __attribute__((always_inline))

/* channel * rest / 255, to the nearest. */
OVER_INLINE uint16_t over_fade(unsigned channel, unsigned rest)
{
	uint16_t product = (uint16_t)(channel * rest + 128);
	return (uint16_t)(product * 257u >> 16);
}

OVER_INLINE unsigned over_add(unsigned a, unsigned b)
{
	return a + b > 255 ? 255 : a + b;
}

/*
 * Two channels lie in each 16 bits. Loops of this form, with as many bytes at a time as a vector of
 * the processor has, are what compilers make vectors of.
 */
OVER_INLINE void over_colour(const struct rows *rows, uint32_t colour, size_t step)
{
	size_t steps = rows->width * 4 / step;
	uint16_t add[OVER_MAX_STEP / 2], rest = (uint16_t)(255 - (colour >> 24));
	for (size_t i = 0; i < step / 2; i += 2)
		memcpy(add + i, &colour, sizeof colour);
	for (size_t y = 0; y < rows->height; y++) {
		uint8_t *to = rows->to + y * rows->to_stride;
#pragma GCC unroll 4
		for (size_t i = 0; i < steps; i++, to += step) {
			uint16_t lanes[OVER_MAX_STEP / 2];
			memcpy(lanes, to, step);
			for (size_t j = 0; j < step / 2; j++) {
				unsigned low = over_fade(lanes[j] & 0xff, rest);
				unsigned high = over_fade(lanes[j] >> 8, rest);
				lanes[j] = (uint16_t)(add[j] + (low | high << 8));
			}
			memcpy(to, lanes, step);
		}
	}
}

OVER_INLINE void over_step(uint8_t *restrict to, const uint8_t *restrict from, size_t step)
{
	uint32_t rests[OVER_MAX_STEP / 4];
	uint16_t lanes[OVER_MAX_STEP / 2], add[OVER_MAX_STEP / 2], rest[OVER_MAX_STEP / 2];
	for (size_t j = 0; j < step / 4; j++) {
		uint32_t pixel;
		memcpy(&pixel, from + 4 * j, sizeof pixel);
		rests[j] = (255 - (pixel >> 24)) * 0x10001;
	}
	memcpy(rest, rests, step);
	memcpy(add, from, step);
	memcpy(lanes, to, step);
	for (size_t j = 0; j < step / 2; j++) {
		unsigned low = over_add(add[j] & 0xff, over_fade(lanes[j] & 0xff, rest[j]));
		unsigned high = over_add(add[j] >> 8, over_fade(lanes[j] >> 8, rest[j]));
		lanes[j] = (uint16_t)(low | high << 8);
	}
	memcpy(to, lanes, step);
}

OVER_INLINE void over_pixels(const struct rows *rows, size_t step)
{
	size_t steps = rows->width * 4 / step;
	for (size_t y = 0; y < rows->height; y++) {
		uint8_t *to = rows->to + y * rows->to_stride;
		const uint8_t *from = rows->from + y * rows->from_stride;
#pragma GCC unroll 4
		for (size_t i = 0; i < steps; i++, to += step, from += step)
			over_step(to, from, step);
	}
}

static void over_colour_plain(const struct rows *rows, uint32_t colour)
{
	over_colour(rows, colour, 16);
}

static void over_pixels_plain(const struct rows *rows)
{
	over_pixels(rows, 16);
}

const struct over over_plain = {16, over_colour_plain, over_pixels_plain};

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void over_colour_avx2(
	const struct rows *rows, uint32_t colour)
{
	over_colour(rows, colour, 32);
}

__attribute__((target("avx2"))) static void over_pixels_avx2(const struct rows *rows)
{
	over_pixels(rows, 32);
}

const struct over *over_best(void)
{
	static const struct over avx2 = {32, over_colour_avx2, over_pixels_avx2};
	return __builtin_cpu_supports("avx2") ? &avx2 : &over_plain;
}
#else
const struct over *over_best(void)
{
	return &over_plain;
}
#endif

static void over_whole_steps(const struct over *over, const struct rows *rows, uint32_t colour)
{
	if (rows->from)
		over->pixels(rows);
	else
		over->colour(rows, colour);
}

/* The end of a row, less than a step, in a place of its own. */
static void over_end(
	const struct over *over, uint8_t *to, const uint8_t *from, uint32_t colour, size_t size)
{
	uint8_t last_to[OVER_MAX_STEP] = {0}, last_from[OVER_MAX_STEP] = {0};
	const struct rows last = {
		.to = last_to,
		.from = from ? last_from : NULL,
		.width = over->step / 4,
		.height = 1,
	};
	memcpy(last_to, to, size);
	if (from)
		memcpy(last_from, from, size);
	over_whole_steps(over, &last, colour);
	memcpy(to, last_to, size);
}

void over_rows(const struct over *over, const struct rows *rows, uint32_t colour)
{
	size_t size = rows->width * 4, end = size - size % over->step;
	over_whole_steps(over, rows, colour);
	for (size_t y = 0; y < rows->height && end < size; y++)
		over_end(over, rows->to + y * rows->to_stride + end,
			rows->from ? rows->from + y * rows->from_stride + end : NULL, colour,
			size - end);
}
