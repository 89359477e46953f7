/**
 * Which virtual machine monitor (VMM) runs this machine, as far as it tells, and what must not be
 * done there.
 *
 * What a rung can prove it proves (ladder.c). This table is for what no proof shows in time: what
 * ends the whole virtual machine, and what only the person before its window sees.
 */
#ifndef SCANOUT_VMM_H
#define SCANOUT_VMM_H

#include <stddef.h>

struct vmm {
	const char *id;   /**< "libkrun": what VITRINE_VMM takes */
	const char *name; /**< for people */
	const char *blob; /**< why a blob framebuffer must never be shown there; NULL: it may be */
	const char *advice; /**< what a person should know of it; NULL: nothing is known */
};

/**
 * Tells it by what firmware and kernel say: DMI, the kernel's command line, the device tree, the
 * bus of the virtio-gpu. root: what is put before the paths, "" but in tests. Never NULL: "unknown"
 * where nothing fits, a real machine included.
 */
const struct vmm *vmm_detect(const char *root);

/** By its id; "unknown" is one. NULL: there is none of that name. */
const struct vmm *vmm_find(const char *id);

/** One of the table, from 0 on, in the order in which it is searched; "unknown" is not among them.
 * NULL: there are fewer. */
const struct vmm *vmm_known(size_t index);

/** What counts here: VITRINE_VMM's where that is set (a name that is not known is logged and
 * ignored), else the detected one. Never NULL. */
const struct vmm *vmm_current(void);

#endif
