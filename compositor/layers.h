/**
 * The layer surfaces: which of them are seen, where, and which has the keyboard.
 *
 * Two layers lie below the windows, two above, fullscreen windows included: in a kiosk every window
 * is fullscreen, and an on-screen keyboard would never be seen otherwise. What exclusive zones
 * leave is the windows' area.
 */
#ifndef COMPOSITOR_LAYERS_H
#define COMPOSITOR_LAYERS_H

#include "compositor/view.h"
#include "protocol/layer_shell.h"

#include <stdbool.h>

struct desktop;
struct desktop_output;
struct scene;

/** Zeroed but for desktop, then layers_create(). */
struct layers {
	struct desktop *desktop;
	struct layer_shell shell;
	struct wl_list views[LAYER_COUNT]; /**< mapped, struct view::link, bottom to top */
	struct wl_list waiting;            /**< struct view::link: not mapped */
	struct view *wanted; /**< was clicked and takes the keyboard on demand; NULL: none */
};

/** Adds the global. False: no memory. */
bool layers_create(struct layers *layers, struct wl_display *display);

/** Places all of an output again. True: its area for windows is another one. */
bool layers_arrange(struct layers *layers, struct desktop_output *output);

/** The output came: those that found none are on it, and those that belong there. */
void layers_adopt(struct layers *layers, struct desktop_output *output);

/** An output goes: those that did not ask for just that one are on another. to: NULL: none is
 * left. */
void layers_leave(
	struct layers *layers, const struct desktop_output *from, struct desktop_output *to);

/** Whether those of an output have followed the sizes that they were told. */
bool layers_are_settled(const struct layers *layers, const struct desktop_output *output);

/** Those below (or above) the windows, bottom to top. */
void layers_add_to_scene(const struct layers *layers, bool above, struct scene *scene);

/** The surface that takes input at a point, above (or below) the windows; NULL: none. */
struct surface *layers_surface_at(
	const struct layers *layers, bool above, double x, double y, double *sx, double *sy);

/** The one above the windows that wants the keyboard for itself; NULL: none. */
struct view *layers_exclusive(const struct layers *layers);

/** A layer surface (NULL: something else) was clicked or tapped: it takes the keyboard on demand,
 * or gives it back. True: that changed. */
bool layers_want_keyboard(struct layers *layers, struct view *view);

#endif
