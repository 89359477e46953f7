/** A window or popup as it lies on the screen. */
#ifndef COMPOSITOR_VIEW_H
#define COMPOSITOR_VIEW_H

#include "protocol/xdg_shell.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct desktop;
struct scene;
struct surface;

struct view {
	struct desktop *desktop;
	struct xdg_surface *xdg;
	struct view *parent;   /**< a popup's; a toplevel's is asked of the toplevel */
	struct wl_list link;   /**< mapped: desktop::views (bottom to top) or the parent's popups;
				  else empty */
	struct wl_list popups; /**< mapped ones, bottom to top */
	int32_t x, y;          /**< of its window geometry, pixels of the screen */
};

struct view *view_create(struct desktop *desktop, struct xdg_surface *xdg);
void view_destroy(struct view *view);

/** The view of a toplevel or popup; NULL for NULL. */
struct view *view_of(const struct xdg_surface *xdg);

/** Adds the view's surfaces, then its popups' above. */
void view_add_to_scene(const struct view *view, struct scene *scene);

/** The surface under a point that takes input there, popups first; NULL: none. */
struct surface *view_surface_at(
	const struct view *view, double x, double y, double *sx, double *sy);

/** The toplevel that a popup hangs on, or the view itself. */
struct view *view_toplevel(struct view *view);

#endif
