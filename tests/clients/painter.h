/** What puts pictures into a window: the CPU, in each kind of memory that it can, or a Vulkan
 * swapchain. */
#ifndef TESTS_CLIENTS_PAINTER_H
#define TESTS_CLIENTS_PAINTER_H

#include "pattern.h"
#include "pool.h"
#include "window.h"

struct painter;

struct painter_interface {
	/** NULL: not possible, said on stderr. The window and the pattern stay the caller's and
	 * outlive the painter. layout: of what the CPU draws into. */
	struct painter *(*create)(struct window *window, const struct pattern *pattern,
		const struct pool_layout *layout);
	void (*destroy)(struct painter *painter);
	/** Draws a frame of the window's size and commits it; whole: all of it may have changed.
	 * False: said on stderr. */
	bool (*draw)(struct painter *painter, uint32_t frame, bool whole);
};

extern const struct painter_interface cpu_painter;
extern const struct painter_interface vulkan_painter;

#endif
