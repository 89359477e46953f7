/**
 * The targets of one output at the rung that holds: two that take turns, or one where that is
 * better (kms_buffer_prefers_single()). Several outputs have one each, and one that changes its
 * size has two for a moment: the new one is made beside the old.
 */
#ifndef SCANOUT_SWAPCHAIN_H
#define SCANOUT_SWAPCHAIN_H

#include "compositor/scanout/scanout.h"

struct swapchain;

#define SWAPCHAIN_MAX_TARGETS 2

struct swapchain_listener {
	/** The targets are there. */
	void (*ready)(void *data);
	/** They cannot be made; reason is one line, good for the call. The swapchain is of no use
	 * any more, and may be destroyed. */
	void (*failed)(void *data, struct swapchain *swapchain, const char *reason);
};

/**
 * Starts making targets; the scanout must be ready. The first that is made for the place of the
 * proof, in scanout_listener::ready, takes over the target of the proof. The listener is called
 * from the loop, never from here. NULL: no memory.
 */
struct swapchain *swapchain_create(struct scanout *scanout, const struct scanout_place *place,
	const struct swapchain_listener *listener, void *data);

/** No frame may be under way in it, unless its worker is gone. A buffer on the screen lives on by
 * its references. Accepts NULL. */
void swapchain_destroy(struct swapchain *swapchain);

bool swapchain_is_ready(const struct swapchain *swapchain);

/** Gives up all of its targets but this one, which is the first then. It must be ready, and no
 * frame be under way in another one. */
void swapchain_keep(struct swapchain *swapchain, const struct scanout_target *target);

/** *len long (1: single-buffered); 0 while not ready. */
struct scanout_target *swapchain_targets(struct swapchain *swapchain, size_t *len);

#endif
