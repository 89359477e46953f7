/** The same frames from both back ends: a worker that draws with the CPU, and another beside it. */
#ifndef TESTS_RENDER_PAIR_H
#define TESTS_RENDER_PAIR_H

#include "harness.h"

/** workers[0] draws with the CPU, workers[1] by that renderer. */
void pair_start(struct harness workers[2], const char *renderer);

/** As harness_stop() and harness_kill(). */
void pair_stop(struct harness workers[2]);
void pair_kill(struct harness workers[2]);

/** Ends a test by pair_stop(): says the largest difference that it found of what, and fails it if
 * that is more than 1 of 255. */
void pair_end(struct harness workers[2], const char *what, int most);

/** Draws the frame's next quad: as wanted, but of the texture, and everywhere within the target. */
void pair_add(struct harness_frame *frame, const struct harness_target *target, uint32_t texture,
	const struct wire_quad *wanted);

/** The largest difference of a channel between targets of one size, of 255. */
int pair_difference(const struct harness_target targets[2]);

#endif
