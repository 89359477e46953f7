/** A window, popup or layer surface as it lies on the screen. */
#ifndef COMPOSITOR_VIEW_H
#define COMPOSITOR_VIEW_H

#include "protocol/xdg_shell.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct desktop;
struct desktop_output;
struct layer_surface;
struct scene;
struct surface;

struct view {
	struct desktop *desktop;
	struct xdg_surface *xdg;       /**< NULL: a layer surface */
	struct layer_surface *layer;   /**< NULL: a window or popup */
	struct view *parent;           /**< a popup's; a toplevel's is asked of the toplevel */
	struct desktop_output *output; /**< a toplevel's or layer surface's; NULL: there is none */
	struct wl_list link;    /**< a toplevel's: desktop::views (bottom to top) while mapped, else
				   ::waiting; a mapped popup's: the parent's popups, else empty;
				   layers::views */
	struct wl_list popups;  /**< mapped ones, bottom to top */
	void *window;           /**< of whoever tells other clients of windows; NULL: none */
	bool layer_mapped;      /**< a layer surface's, as it was last told */
	int32_t x, y;           /**< of its window geometry, in the layout */
	char *home;             /**< a toplevel's: the output that went away under it, by its name,
				   and to which it comes back; NULL: none */
	int32_t home_x, home_y; /**< where on it, while it floats */

	/* A toplevel's; of the policy. */
	bool minimized;
	bool covered;            /**< by a fullscreen window above it, when it was last looked */
	bool placed;             /**< it has a place of its own, x and y, while it floats */
	bool bound;              /**< the screen gives it its place now: maximised and its like */
	struct xdg_box floating; /**< where it comes back to; 0x0: the client decides its size */
	int32_t origin_x, origin_y; /**< of its geometry, when it was placed last */
	uint32_t held;              /**< enum view_hold */
	int32_t held_right, held_bottom;
};

/** Edges that stay where they are while its size changes. */
enum view_hold {
	VIEW_HOLD_RIGHT = 1 << 0,
	VIEW_HOLD_BOTTOM = 1 << 1,
};

struct view *view_create(struct desktop *desktop, struct xdg_surface *xdg);
struct view *view_create_layer(struct desktop *desktop, struct layer_surface *layer);
void view_destroy(struct view *view);

/** It is unmapped: the next time it comes where it floated, of the size that its client decides,
 * but is neither minimised nor dragged. */
void view_reset(struct view *view);

/** The view of a toplevel or popup; NULL for NULL. */
struct view *view_of(const struct xdg_surface *xdg);

/** The same for a surface of any role; NULL: it is none of a view, or of one that is ending. */
struct view *view_of_surface(const struct surface *surface);

/** What a popup hangs on; NULL: it is gone. */
struct view *view_of_popup_parent(const struct xdg_popup *popup);

struct surface *view_surface(const struct view *view);

/** The part of its surface that counts as the window. */
struct xdg_box view_geometry(const struct view *view);

/** Adds the view's surfaces, then its popups' above. */
void view_add_to_scene(const struct view *view, struct scene *scene);

/** The surface under a point that takes input there, popups first; NULL: none. */
struct surface *view_surface_at(
	const struct view *view, double x, double y, double *sx, double *sy);

/** Where the corner of a surface is in the layout. False: it is seen in no window, popup or layer.
 */
bool view_find_surface(struct surface *surface, int32_t *x, int32_t *y);

/** The toplevel or layer surface that a popup hangs on, or the view itself. */
struct view *view_root(struct view *view);

#endif
