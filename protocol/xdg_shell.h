/** xdg_wm_base 6: the windows of the desktop protocol. Who decides where they go implements struct
 * xdg_shell_listener. */
#ifndef PROTOCOL_XDG_SHELL_H
#define PROTOCOL_XDG_SHELL_H

#include "protocol/extension.h"
#include "protocol/unacked.h"
#include "protocol/xdg_positioner.h"
#include "protocol/xdg_window.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct seat;
struct surface;
struct xdg_popup;
struct xdg_toplevel;
struct xdg_wm_base;

/** All are required. */
struct xdg_shell_listener {
	/** Has a role now, is not mapped yet; the first configure follows the client's first
	 * commit. */
	void (*new_toplevel)(void *data, struct xdg_toplevel *toplevel);
	void (*new_popup)(void *data, struct xdg_popup *popup);
	/** Where the popup may be, relative to its parent's window geometry. width 0: anywhere. */
	struct xdg_box (*popup_bounds)(void *data, struct xdg_popup *popup);
	/** A grab began or ended (the popup then is NULL or its grabbing parent): keyboard and
	 * outside clicks go by it. */
	void (*popup_grab)(void *data, struct xdg_popup *popup);
};

/** Zeroed but for listener and data, both borrowed, and lenient, before xdg_shell_create(). */
struct xdg_shell {
	const struct xdg_shell_listener *listener;
	void *data;
	struct wl_event_loop *loop;
	struct wl_display *display;
	bool lenient;         /**< a window may show a buffer before it was configured: against the
				 protocol, but some clients do */
	struct wl_list grabs; /**< struct xdg_popup::grab_link, topmost first */
};

enum xdg_kind {
	XDG_NONE,
	XDG_TOPLEVEL,
	XDG_POPUP,
};

struct xdg_surface {
	struct xdg_shell *shell;
	struct wl_resource *resource;
	struct xdg_wm_base *wm_base; /**< takes errors; NULL: the client is ending */
	struct wl_list wm_base_link; /**< xdg_wm_base::surfaces */
	struct surface *surface;     /**< NULL: the wl_surface is gone, all is inert */
	enum xdg_kind kind;
	union {
		struct xdg_toplevel *toplevel;
		struct xdg_popup *popup;
	};

	bool initial_commit; /**< the client has asked for its first configure */
	bool configured;     /**< it has acknowledged one */
	bool mapped;
	struct wl_event_source *configure_idle;
	uint32_t last_serial;      /**< of the last configure; 0: none since the last reset */
	struct unacked configures; /**< struct xdg_configure */

	struct xdg_window window, pending_window;
	bool window_pending; /**< the next commit changes it */
	struct wl_list
		waiting; /**< window states of commits that wait (protocol/surface_cached.h) */
	struct xdg_box geometry; /**< the window without its shadow, surface coordinates, within
				    the surface tree; all of that when not set */
	struct wl_list popups;   /**< struct xdg_popup::parent_link */
};

enum xdg_toplevel_flag {
	XDG_TOPLEVEL_ACTIVATED = 1 << 0,
	XDG_TOPLEVEL_FULLSCREEN = 1 << 1,
	XDG_TOPLEVEL_MAXIMIZED = 1 << 2,
	XDG_TOPLEVEL_RESIZING = 1 << 3,
	XDG_TOPLEVEL_TILED_LEFT = 1 << 4, /**< that edge touches something */
	XDG_TOPLEVEL_TILED_RIGHT = 1 << 5,
	XDG_TOPLEVEL_TILED_TOP = 1 << 6,
	XDG_TOPLEVEL_TILED_BOTTOM = 1 << 7,
	XDG_TOPLEVEL_SUSPENDED = 1 << 8, /**< nothing of it can be seen */
};

/** What a toplevel may be asked to become (xdg_toplevel.wm_capabilities). */
enum xdg_toplevel_capability {
	XDG_TOPLEVEL_CAN_MAXIMIZE = 1 << 0,
	XDG_TOPLEVEL_CAN_FULLSCREEN = 1 << 1,
	XDG_TOPLEVEL_CAN_MINIMIZE = 1 << 2,
};

/** All are required. */
struct xdg_toplevel_listener {
	void (*map)(void *data);
	void (*unmap)(void *data);
	void (*commit)(void *data); /**< while mapped */
	void (*destroy)(void *data);
	/** mapped: it is the same one, and has just come to be seen. */
	void (*parent_changed)(void *data, bool mapped);
	void (*title_changed)(void *data);
	/** The client wishes; whatever the answer, a configure follows. output: a wl_output to be
	 * fullscreen on; NULL: any. */
	void (*request_state)(
		void *data, enum xdg_toplevel_flag flag, bool on, struct wl_resource *output);
	void (*request_minimize)(void *data);
	void (*request_move)(void *data, uint32_t serial);
	void (*request_resize)(void *data, uint32_t serial, uint32_t edges);
};

/** What other protocols hang on a toplevel. */
enum xdg_toplevel_extension {
	XDG_TOPLEVEL_DECORATION,
	XDG_TOPLEVEL_DIALOG,
	XDG_TOPLEVEL_EXTENSIONS, /**< how many */
};

struct xdg_toplevel {
	struct xdg_surface *xdg;
	struct wl_resource *resource;
	const struct xdg_toplevel_listener *listener; /**< set in new_toplevel, with data */
	void *data;

	char *title, *app_id;        /**< NULL: none; UTF-8 as the client sent it, cut */
	struct xdg_toplevel *parent; /**< NULL: none; see xdg_toplevel_parent() */
	const void *parent_by;       /**< who gave it the parent; NULL: xdg_toplevel.set_parent */
	struct wl_list children;     /**< struct xdg_toplevel::parent_link */
	struct wl_list parent_link;
	bool modal; /**< wants to be answered before its parent is used again (xdg_dialog_v1) */
	struct extension *extensions[XDG_TOPLEVEL_EXTENSIONS];
	struct {
		struct wl_signal destroy; /**< data: the toplevel, unmapped already */
	} events;

	/* What the next configure says. What the client follows already: xdg_surface::window. */
	uint32_t flags;                      /**< enum xdg_toplevel_flag */
	int32_t width, height;               /**< 0: the client decides */
	int32_t bounds_width, bounds_height; /**< 0: unknown */
	bool tell_bounds;                    /**< they changed */
	uint32_t capabilities; /**< enum xdg_toplevel_capability; set in new_toplevel */
};

/** All are required. */
struct xdg_popup_listener {
	void (*map)(void *data);
	void (*unmap)(void *data);
	void (*commit)(void *data);
	void (*destroy)(void *data);
};

struct xdg_popup {
	struct xdg_surface *xdg;
	struct wl_resource *resource;
	const struct xdg_popup_listener *listener; /**< set in new_popup, with data */
	void *data;

	struct xdg_surface *parent; /**< NULL: gone, and the popup is dismissed; or host instead */
	struct surface *host;       /**< the parent, of another role than xdg_surface; else NULL */
	struct wl_list parent_link;
	struct xdg_positioner positioner;
	struct xdg_box box; /**< relative to the parent's window geometry, as last acknowledged */
	bool grabbing, dismissed;
	struct wl_list grab_link;
	bool reposition; /**< a token waits for the next configure */
	uint32_t token;
};

struct wl_global *xdg_shell_create(struct wl_display *display, struct xdg_shell *shell);

/** NULL: the surface is none, or its xdg_surface is gone. */
struct xdg_surface *xdg_surface_from_surface(const struct surface *surface);

/** NULL: its object is still there but inert, for its wl_surface is gone. */
struct xdg_toplevel *xdg_toplevel_from_resource(struct wl_resource *resource);

/** The window's parent; NULL: none, or one that is not mapped, which counts as none until it is. */
struct xdg_toplevel *xdg_toplevel_parent(const struct xdg_toplevel *toplevel);

/**
 * As xdg_toplevel.set_parent; parent may be another client's, NULL for none. False: a protocol
 * error was posted on the toplevel, for it would be its own ancestor.
 */
bool xdg_toplevel_set_parent(struct xdg_toplevel *toplevel, struct xdg_toplevel *parent);

/** Asks the client to close the window. */
void xdg_toplevel_close(struct xdg_toplevel *toplevel);

/** Sends a configure when the event loop is next idle; several changes make one. */
void xdg_surface_schedule_configure(struct xdg_surface *xdg);

/** Whether the client has followed the last configure: acknowledged and committed it. */
bool xdg_surface_is_settled(const struct xdg_surface *xdg);

/** Sets what the next configure says and schedules it if that differs. */
void xdg_toplevel_set_flag(struct xdg_toplevel *toplevel, enum xdg_toplevel_flag flag, bool on);
void xdg_toplevel_set_size(struct xdg_toplevel *toplevel, int32_t width, int32_t height);
void xdg_toplevel_set_bounds(struct xdg_toplevel *toplevel, int32_t width, int32_t height);

/** The surface's place changed, or what surrounds it: its reactive popups are placed again. */
void xdg_surface_replace_popups(struct xdg_surface *xdg);

/** Asks the client for a sign of life. One that gave none in time after the last is unresponsive
 * until it does. */
void xdg_surface_ping(struct xdg_surface *xdg);
bool xdg_surface_is_responsive(const struct xdg_surface *xdg);

/** Ends the client with xdg_wm_base.error.unresponsive. */
void xdg_surface_end_client(struct xdg_surface *xdg);

/** Tells the client that the popup, and every popup of it, is over. */
void xdg_popup_dismiss(struct xdg_popup *popup);

/**
 * Gives a popup that was made without a parent one of another role, whose list of popups it joins
 * (struct xdg_popup::parent_link). host NULL: that is gone already, and the popup is dismissed. An
 * error is posted if it has a parent or was committed.
 */
void xdg_popup_set_host(struct wl_resource *resource, struct surface *host, struct wl_list *popups);

/** For every popup in a parent's list: its parent is unmapped; its parent goes. */
void xdg_popup_dismiss_all(struct wl_list *popups);
void xdg_popup_orphan_all(struct wl_list *popups);

/** The popup with the innermost grab; NULL: no grab. */
struct xdg_popup *xdg_shell_grab(struct xdg_shell *shell);

/** Dismisses every grabbing popup, as on a click outside. */
void xdg_shell_end_grabs(struct xdg_shell *shell);

#endif
