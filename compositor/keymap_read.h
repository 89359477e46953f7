/**
 * A client's keymap. xkbcommon (1.7) aborts at a level or a keycode of some hundred millions, takes
 * seconds and gigabytes for smaller ones, and overflows its stack in a long sum: so a process of
 * its own tries each text first.
 */
#ifndef COMPOSITOR_KEYMAP_READ_H
#define COMPOSITOR_KEYMAP_READ_H

#include <xkbcommon/xkbcommon.h>

/** Of processor time, that a text may take; the usual layouts take some hundredths, and by TCG some
 * tenths. */
#define KEYMAP_READ_SECONDS 2
/** And of memory; the usual ones take some thousands. */
#define KEYMAP_READ_KIB (64 * 1024)

/** text: NUL-terminated. Waits for the trial. NULL: it is none, takes longer, or there is no memory
 * or process. */
struct xkb_keymap *keymap_read(struct xkb_context *context, const char *text);

#endif
