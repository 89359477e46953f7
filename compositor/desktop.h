/**
 * The windows of the session: which there are, their order, and which has the focus: the last one
 * opened or clicked. Popups go where their positioner says. Where windows go is
 * compositor/policy.h's.
 */
#ifndef COMPOSITOR_DESKTOP_H
#define COMPOSITOR_DESKTOP_H

#include "compositor/drag.h"
#include "compositor/layers.h"
#include "compositor/policy.h"
#include "compositor/view.h"
#include "protocol/seat.h"
#include "protocol/xdg_shell.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct scene;

/** All are required. */
struct desktop_listener {
	/** Something that is to be seen changed, and with it perhaps what the pointer is over. */
	void (*changed)(void *data);
	/** A window was mapped or unmapped, got another title, or its state or parent changed. */
	void (*window_changed)(void *data, struct view *view);
	/** The last window of a policy that ends with it is closed. */
	void (*ended)(void *data);
};

/** Zeroed but for listener, data, policy, seat and the size, then desktop_create(). */
struct desktop {
	const struct desktop_listener *listener;
	void *data;
	const struct policy *policy;
	struct seat *seat;
	int32_t width, height; /**< of the screen, pixels */
	struct xdg_shell shell;
	struct layers layers; /**< below and above the windows */
	struct wl_list views; /**< mapped toplevels, bottom to top */
	struct view *active;  /**< has the keyboard; NULL: none */
	bool locked;          /**< no window gets any input */
	struct surface *lock; /**< has the keyboard while locked; NULL: nobody */
	struct drag drag;     /**< of a window by the user */
	uint32_t opened;      /**< windows ever mapped */
	struct wl_event_source
		*ending; /**< waits for another window before the end; NULL: does not */
};

/** Adds the xdg_wm_base global. False: no memory. */
bool desktop_create(struct desktop *desktop, struct wl_display *display);

/** Before the display goes. */
void desktop_destroy(struct desktop *desktop);

/** The screen has another size. */
void desktop_resize(struct desktop *desktop, int32_t width, int32_t height);

void desktop_build_scene(const struct desktop *desktop, struct scene *scene);

/** The surface under a point of the screen; NULL: none. */
struct surface *desktop_surface_at(
	const struct desktop *desktop, double x, double y, double *sx, double *sy);

/** The toplevel or layer surface that a surface is part of, or hangs on; NULL: none. */
struct view *desktop_view_of(struct surface *surface);

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

/** What the user or a program asks of a mapped window. */
void desktop_activate(struct desktop *desktop, struct view *view);
void desktop_minimize(struct desktop *desktop, struct view *view, bool on);

/** Puts a floating window's geometry somewhere, pixels of the screen. */
void desktop_move(struct view *view, int32_t x, int32_t y);

/** Asks the client to close it. One that does not answer, asked again, is ended. */
void desktop_close(struct view *view);

/** The lowest window comes to the top, or (back) the top one goes below all. */
void desktop_cycle(struct desktop *desktop, bool back);

/** The toplevel under a point of the screen; NULL: none. */
struct view *desktop_view_at(const struct desktop *desktop, double x, double y);

#endif
