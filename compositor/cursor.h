/** The pointer's place on the screen and a picture at it (its own, or a drag's icon), which the
 * worker draws. */
#ifndef COMPOSITOR_CURSOR_H
#define COMPOSITOR_CURSOR_H

#include <stdint.h>
#include <wayland-server-core.h>

struct scene;
struct surface;

/** Zeroed, then cursor_init(). */
struct cursor {
	double x, y;             /**< layout */
	struct surface *surface; /**< NULL: none is shown */
	int32_t hotspot_x, hotspot_y;
	uint32_t version; /**< another one for every picture; never 0 */
	struct wl_listener surface_commit;
};

void cursor_init(struct cursor *cursor);

/** NULL: none is shown. */
void cursor_set(
	struct cursor *cursor, struct surface *surface, int32_t hotspot_x, int32_t hotspot_y);

/** To a place of the layout. */
void cursor_move(struct cursor *cursor, double x, double y);

void cursor_add_to_scene(const struct cursor *cursor, struct scene *scene);

#endif
