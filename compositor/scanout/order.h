/** The rungs of the scanout ladder and the order in which to try them (`--scanout`). */
#ifndef SCANOUT_ORDER_H
#define SCANOUT_ORDER_H

#include <stdbool.h>
#include <stddef.h>

enum scanout_rung {
	SCANOUT_GBM_IMPORT,   /**< GBM allocates, Vulkan imports the dma-buf: no copy */
	SCANOUT_VK_EXPORT,    /**< Vulkan allocates, KMS imports the dma-buf: no copy */
	SCANOUT_HOST_POINTER, /**< KMS allocates, the worker maps it and imports the pointer: no
				 copy */
	SCANOUT_COPY,         /**< KMS allocates, the worker copies the damage into the mapping */
	SCANOUT_CPU,          /**< KMS allocates, the CPU draws into the mapping */
	SCANOUT_RUNGS,
};

/** "gbm-import", "vk-export", "host-pointer", "copy", "cpu". */
const char *scanout_rung_name(enum scanout_rung rung);

struct scanout_order {
	enum scanout_rung rungs[SCANOUT_RUNGS]; /**< each at most once */
	bool named[SCANOUT_RUNGS]; /**< by position: asked for by name, so tried also where it is
				      known to be fatal */
	size_t len;                /**< 1 to SCANOUT_RUNGS */
};

/** "auto": all rungs, top down. */
void scanout_order_init(struct scanout_order *order);

/** Puts a rung before all that are not named, if it is one of them itself. */
void scanout_order_prefer(struct scanout_order *order, enum scanout_rung rung);

/**
 * Parses a comma-separated list of rungs and "auto" (all not named so far). "vk-export" alone
 * forces that rung. False: error holds one line that says what is wrong and which names there are.
 */
bool scanout_order_parse(const char *text, struct scanout_order *order, char *error, size_t cap);

#endif
