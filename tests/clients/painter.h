/** What puts pictures into a window: shared memory, the display's own memory, or a Vulkan
 * swapchain. */
#ifndef TESTS_CLIENTS_PAINTER_H
#define TESTS_CLIENTS_PAINTER_H

#include "pattern.h"
#include "window.h"

struct painter;

struct painter_interface {
	/** NULL: not possible, said on stderr. Both arguments stay the caller's and outlive the
	 * painter. */
	struct painter *(*create)(struct window *window, const struct pattern *pattern);
	void (*destroy)(struct painter *painter);
	/** Draws a frame of the window's size and commits it; whole: all of it may have changed.
	 * False: said on stderr. */
	bool (*draw)(struct painter *painter, uint32_t frame, bool whole);
};

extern const struct painter_interface shm_painter;
extern const struct painter_interface dumb_painter;
extern const struct painter_interface udmabuf_painter;
extern const struct painter_interface memfd_painter;
extern const struct painter_interface guest_painter;
extern const struct painter_interface gbm_painter;
extern const struct painter_interface memory_painter;
extern const struct painter_interface vulkan_painter;

#endif
