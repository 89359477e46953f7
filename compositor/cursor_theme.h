/**
 * The pictures of the cursor's shapes: from the X cursor theme XCURSOR_THEME ("default") in size
 * XCURSOR_SIZE (24), looked for in XCURSOR_PATH. Where there is no theme, an arrow of our own.
 */
#ifndef COMPOSITOR_CURSOR_THEME_H
#define COMPOSITOR_CURSOR_THEME_H

#include "compositor/cursor_file.h"

#include <stdint.h>

struct surface;

#define CURSOR_THEME_MAX_SHAPES 40

/** A shape as it is drawn; surface NULL: not asked for yet. */
struct cursor_picture {
	struct surface *surface;
	int32_t hotspot_x, hotspot_y;
};

/** Zeroed. */
struct cursor_theme {
	struct cursor_picture pictures[CURSOR_THEME_MAX_SHAPES];
};

void cursor_theme_finish(struct cursor_theme *theme);

/** The picture of a shape (enum wp_cursor_shape_device_v1_shape), read when first asked for. NULL:
 * no memory. Borrowed. */
const struct cursor_picture *cursor_theme_picture(struct cursor_theme *theme, uint32_t shape);

/** The file's picture of a name; false: no theme has it. For tests. */
bool cursor_theme_find(const char *name, uint32_t size, struct cursor_image *image);

#endif
