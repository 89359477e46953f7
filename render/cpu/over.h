/** Rows of premultiplied pixels of 8 bits a channel over others: pixman's OVER, to the bit, in
 * fewer instructions. The alpha is the highest byte of a pixel's 32 bits. */
#ifndef RENDER_CPU_OVER_H
#define RENDER_CPU_OVER_H

#include <stddef.h>
#include <stdint.h>

/** What does it, with what a processor has. */
struct over {
	size_t step; /**< bytes at a time, OVER_MAX_STEP at most */
	void (*colour)(uint8_t *to, size_t steps, uint32_t colour);
	void (*pixels)(uint8_t *restrict to, const uint8_t *restrict from, size_t steps);
};

#define OVER_MAX_STEP 32

/** With what every processor of the architecture has. */
extern const struct over over_plain;

/** With what this one has. */
const struct over *over_best(void);

/**
 * Blends size bytes at from over those at to; neither need be aligned. from NULL: the colour, of
 * which no channel is more than its alpha (pixels' may be: they end at white).
 */
void over_row(
	const struct over *over, uint8_t *to, const uint8_t *from, uint32_t colour, size_t size);

#endif
