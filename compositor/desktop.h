/**
 * Where windows go and which has the focus. Kiosk: every toplevel is fullscreen, the last opened on
 * top; a toplevel with a parent (a dialog) keeps its size and is centred over it; popups go where
 * their positioner says.
 */
#ifndef COMPOSITOR_DESKTOP_H
#define COMPOSITOR_DESKTOP_H

#include "compositor/layers.h"
#include "compositor/view.h"
#include "protocol/seat.h"
#include "protocol/xdg_shell.h"

#include <stdint.h>
#include <wayland-server-core.h>

struct scene;

/** All are required. */
struct desktop_listener {
	/** Something that is to be seen changed, and with it perhaps what the pointer is over. */
	void (*changed)(void *data);
	/** A window was mapped or unmapped, got another title, or its state or parent changed. */
	void (*window_changed)(void *data, struct view *view);
};

/** Zeroed but for listener, data, seat and the size, then desktop_create(). */
struct desktop {
	const struct desktop_listener *listener;
	void *data;
	struct seat *seat;
	int32_t width, height; /**< of the screen, pixels */
	struct xdg_shell shell;
	struct layers layers; /**< below and above the windows */
	struct wl_list views; /**< mapped toplevels, bottom to top */
	struct view *active;  /**< has the keyboard; NULL: none */
	bool locked;          /**< no window gets any input */
	struct surface *lock; /**< has the keyboard while locked; NULL: nobody */
};

/** Adds the xdg_wm_base global. False: no memory. */
bool desktop_create(struct desktop *desktop, struct wl_display *display);

void desktop_build_scene(const struct desktop *desktop, struct scene *scene);

/** The surface under a point of the screen; NULL: none. */
struct surface *desktop_surface_at(
	const struct desktop *desktop, double x, double y, double *sx, double *sy);

/** Raises the surface's window and gives it the keyboard, if it is mapped: or else its modal
 * dialog. */
void desktop_show(struct desktop *desktop, struct surface *surface);

/** The session is locked (lock: what has the keyboard then) or not. */
void desktop_set_locked(struct desktop *desktop, bool locked, struct surface *lock);

/** A layer surface came, went or changed: what it leaves to the windows, and the keyboard, may be
 * others'. */
void desktop_layers_changed(struct desktop *desktop);

/** A button was pressed over surface (NULL: over none): raises its window; outside a grab's client
 * ends the grab. */
void desktop_pressed(struct desktop *desktop, struct surface *surface);

#endif
