/**
 * Where windows go, and what their clients' wishes do. compositor/desktop.c knows which windows
 * there are, their order and their focus; a policy decides the rest. Each policy is a table in a
 * file of its own.
 */
#ifndef COMPOSITOR_POLICY_H
#define COMPOSITOR_POLICY_H

#include "compositor/view.h"

#include <stdbool.h>
#include <stdint.h>

/** All are required. The views are toplevels'. */
struct policy {
	uint32_t capabilities; /**< enum xdg_toplevel_capability: what clients are offered */
	bool ends;             /**< the session is over when its last window is closed */
	/** Sets what the client is told: when it is new, its parent changed, or the screen's size.
	 */
	void (*configure)(struct view *view);
	/** Sets view->x and ->y: it was mapped or committed, or what is around it changed. */
	void (*place)(struct view *view);
	/** Makes it maximised or fullscreen, or not. flag: one of the two. */
	void (*set_state)(struct view *view, enum xdg_toplevel_flag flag, bool on);
	/** With its dialogs; tells of each whose state changed. */
	void (*set_minimized)(struct view *view, bool on);
	/** Puts it into a half of the screen; XDG_TOPLEVEL_TILED_LEFT or _RIGHT; 0: neither. */
	void (*snap)(struct view *view, enum xdg_toplevel_flag half);
	/** Whether the user may move it (edges 0) or resize it now; then drag.c does. */
	bool (*may_drag)(struct view *view, uint32_t edges);
};

/** Every window is fullscreen; a dialog keeps its size and is centred over its parent. */
extern const struct policy kiosk_policy;

/** Windows float, with the size that their clients want. */
extern const struct policy windows_policy;

#endif
