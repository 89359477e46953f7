/** Modes as people write them, and which a screen can have. */
#ifndef COMPOSITOR_MODE_H
#define COMPOSITOR_MODE_H

#include "kms/mode.h"

#include <stdbool.h>

/** Pixels, either side: what a host shows at least (virtio-gpu's XRES_MIN; QEMU wants 16 of a
 * blob), and more than any. */
#define SCREEN_MIN_SIZE 32
#define SCREEN_MAX_SIZE 16384

/** mHz. Less has no pixel clock, which the kernel counts in kHz; of more, timers, which count
 * milliseconds, know nothing. */
#define MODE_MIN_REFRESH 1000
#define MODE_MAX_REFRESH 1000000

/** Reads WxH or WxH@HZ, HZ up to MODE_MAX_REFRESH; without it the refresh is 0, any. False: it is
 * none; *mode may have been written to. */
bool mode_parse(const char *text, struct kms_mode *mode);

/** Whether it is neither too small nor too large. */
bool mode_fits_screens(const struct kms_mode *mode);

#endif
