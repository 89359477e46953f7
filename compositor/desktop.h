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

struct output;
struct scene;

/** An output with its place in the layout. Zeroed but for output and box, then
 * desktop_add_output(). */
struct desktop_output {
	struct wl_list link;   /**< desktop::outputs */
	struct output *output; /**< as clients know it */
	struct xdg_box box;
	struct xdg_box area; /**< what layer surfaces leave to the windows */
	bool covered;        /**< by a fullscreen window, when it was last looked */
	bool changing; /**< the box is not shown yet: clients are told, but what is seen stays where
			  it is until desktop_settle_output() */
};

/** All are required. */
struct desktop_listener {
	/** Something that is to be seen changed, and with it perhaps what the pointer is over. */
	void (*changed)(void *data);
	/** A window was mapped or unmapped, got another title, or its state or parent changed. */
	void (*window_changed)(void *data, struct view *view);
	/** The name of the output on which a client's windows are to be whenever it is there;
	 * NULL: on any. */
	const char *(*assigned)(void *data, const struct wl_client *client);
	/** The last window of a policy that ends with it is closed. */
	void (*ended)(void *data);
};

/** Zeroed but for listener, data, policy and seat, then desktop_create(). */
struct desktop {
	const struct desktop_listener *listener;
	void *data;
	const struct policy *policy;
	struct seat *seat;
	struct wl_list outputs;        /**< struct desktop_output::link, in the layout's order */
	struct desktop_output nowhere; /**< stands for the last output when there is none */
	struct xdg_shell shell;
	struct layers layers;   /**< below and above the windows */
	struct wl_list views;   /**< mapped toplevels, bottom to top */
	struct wl_list waiting; /**< the others */
	struct view *active;    /**< has the keyboard; NULL: none */
	bool locked;            /**< no window gets any input */
	struct surface *lock;   /**< has the keyboard while locked; NULL: nobody */
	struct drag drag;       /**< of a window by the user */
	uint32_t opened;        /**< windows ever mapped */
	struct wl_event_source
		*ending; /**< waits for another window before the end; NULL: does not */
};

/** Adds the xdg_wm_base global. False: no memory. */
bool desktop_create(struct desktop *desktop, struct wl_display *display);

/** Before the display goes. */
void desktop_destroy(struct desktop *desktop);

/** Windows that were on an output of that name come back to it. */
void desktop_add_output(struct desktop *desktop, struct desktop_output *output);

/** Its windows go to another one. */
void desktop_remove_output(struct desktop *desktop, struct desktop_output *output);

/** Puts an output elsewhere, or gives it another size; its windows move along. */
void desktop_place_output(
	struct desktop *desktop, struct desktop_output *output, const struct xdg_box *box);

/** The output is shown with its new box now. */
void desktop_settle_output(struct desktop *desktop, struct desktop_output *output);

/** Whether the clients on an output have followed all that they were asked. */
bool desktop_is_settled(const struct desktop *desktop, const struct desktop_output *output);

/** The one that clients know as output, or that has a point of the layout; NULL: none. */
struct desktop_output *desktop_find_output(
	const struct desktop *desktop, const struct output *output);
struct desktop_output *desktop_output_at(const struct desktop *desktop, double x, double y);

void desktop_build_scene(const struct desktop *desktop, struct scene *scene);

/** The surface under a point of the layout; NULL: none. */
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
 * ends the grab, but if surface types into what has the keyboard, as an on-screen keyboard does. */
void desktop_pressed(struct desktop *desktop, struct surface *surface, bool types);

/** What the user or a program asks of a mapped window. half: as of policy->snap(). */
void desktop_activate(struct desktop *desktop, struct view *view);
void desktop_minimize(struct desktop *desktop, struct view *view, bool on);
void desktop_snap(struct view *view, enum xdg_toplevel_flag half);

/** Puts a floating window's geometry somewhere in the layout. */
void desktop_move(struct view *view, int32_t x, int32_t y);

/** Asks the client to close it. One that does not answer, asked again, is ended. */
void desktop_close(struct view *view);

/** The lowest window comes to the top, or (back) the top one goes below all. */
void desktop_cycle(struct desktop *desktop, bool back);

/** The toplevel under a point of the layout; NULL: none. */
struct view *desktop_view_at(const struct desktop *desktop, double x, double y);

#endif
