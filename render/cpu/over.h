/** Rows of premultiplied pixels of 8 bits a channel over others: pixman's OVER, to the bit, in
 * fewer instructions. The alpha is the highest byte of a pixel's 32 bits. */
#ifndef RENDER_CPU_OVER_H
#define RENDER_CPU_OVER_H

#include "render/cpu/rows.h"

/** What does it, with what a processor has. */
struct over {
	size_t step; /**< bytes at a time, OVER_MAX_STEP at most */
	/* Both leave out what of a row is less than a step. */
	void (*colour)(const struct rows *rows, uint32_t colour);
	void (*pixels)(const struct rows *rows);
};

#define OVER_MAX_STEP 32

/** With what every processor of the architecture has. */
extern const struct over over_plain;

/** With what this one has. */
const struct over *over_best(void);

/**
 * Blends the rows, which need not be aligned. Of a plain colour no channel is more than its alpha
 * (pixels' may be: they end at white).
 */
void over_rows(const struct over *over, const struct rows *rows, uint32_t colour);

#endif
