/** A display that a program has to itself, by KMS. */
#ifndef TESTS_PERFORMANCE_SCREEN_H
#define TESTS_PERFORMANCE_SCREEN_H

#include "kms/buffer.h"
#include "kms/output.h"

struct screen {
	int fd;
	struct kms_device *device;
	struct kms_output *output;
	struct kms_mode mode;
	bool shown;    /**< something: the mode is set */
	bool flipping; /**< what was shown last is not on the screen yet */
};

/** Takes up the first display, as it prefers to be. 0, or -errno; screen_close() is due either way.
 */
int screen_open(struct screen *screen);

/** The caller has let go of all buffers before. */
void screen_close(struct screen *screen);

/** Flips to a buffer of the mode's size, when nothing flips; kms_device_dispatch() ends `flipping`.
 * damage: as in struct kms_output_frame. 0, or -errno. */
int screen_show(struct screen *screen, struct kms_buffer *buffer, const pixman_region32_t *damage);

/** Until nothing flips. 0, or -errno. */
int screen_wait(struct screen *screen);

#endif
