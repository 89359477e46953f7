/** What load and floor show alike, so that the same is measured with a compositor and without. */
#ifndef TESTS_PERFORMANCE_LOAD_H
#define TESTS_PERFORMANCE_LOAD_H

#include <stdint.h>

/** 0xRRGGBB, one frame's after the other. vm/bench waits for the first. */
static const uint32_t load_colors[] = {0x00a040, 0xa00040, 0x4000a0};
#define LOAD_COLORS (sizeof load_colors / sizeof load_colors[0])

#define LOAD_KEY_SIZE 64 /**< of the square in the middle that a key changes, pixels both ways */

#endif
