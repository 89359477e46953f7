/** Modes as the kernel has them: with their timings. */
#ifndef KMS_MODELINE_H
#define KMS_MODELINE_H

#include "kms/mode.h"

#include <xf86drmMode.h>

/** The refresh rate in mHz, never 0. */
int32_t kms_modeline_refresh(const drmModeModeInfo *modeline);

struct kms_mode kms_modeline_mode(const drmModeModeInfo *modeline);

/**
 * A modeline for a mode that the display does not list (refresh 0: 60 Hz), with the blanking of
 * VESA's CVT, reduced, version 1. The width is exactly the mode's, which the kernel's own would
 * round down to a multiple of 8.
 */
void kms_modeline_make(const struct kms_mode *mode, drmModeModeInfo *modeline);

#endif
