/** Reads what a target holds, the way the core sees it, and compares it with the proof's last
 * frame. */
#ifndef SCANOUT_READBACK_H
#define SCANOUT_READBACK_H

#include "compositor/scanout/proof.h"
#include "compositor/scanout/scanout.h"

enum scanout_readback {
	SCANOUT_READBACK_RIGHT,
	SCANOUT_READBACK_WRONG,
	SCANOUT_READBACK_IMPOSSIBLE, /**< the memory cannot be mapped */
};

/** reason (cap bytes) says what is wrong; untouched if right. */
enum scanout_readback scanout_readback(const struct scanout_target *target,
	const struct scanout_proof *proof, char *reason, size_t cap);

#endif
