#include "compositor/desktop_private.h"

#include "protocol/output.h"
#include "protocol/pointer.h"
#include "protocol/surface.h"
#include "protocol/touch.h"

static void desktop_toplevel_handle_map(void *data)
{
	struct view *view = data;
	struct desktop *desktop = view->desktop;
	xdg_shell_end_grabs(&desktop->shell); /* the new window is above the menu that had one */
	wl_list_remove(&view->link);
	wl_list_insert(desktop->views.prev, &view->link);
	desktop->opened++;
	desktop_count(desktop);
	layers_want_keyboard(&desktop->layers, NULL);
	if (!view->output || desktop_assigned_output(view))
		desktop_set_output(view, desktop_choose_output(view));
	desktop->policy->configure(view); /* the area may have changed since it was created */
	desktop->policy->place(view);
	desktop_keep_in_sight(view);
	desktop_window_changed(view);
	desktop_focus(desktop, view);
	desktop_changed(desktop);
}

/* "The xdg_toplevel returns to the state it had right after xdg_surface.get_toplevel"
 * (xdg_toplevel), but is told nothing before it wants to be mapped again. */
static void desktop_toplevel_reset(struct view *view)
{
	struct xdg_toplevel *toplevel = desktop_toplevel(view);
	toplevel->flags = 0;
	toplevel->width = toplevel->height = 0;
	view->desktop->policy->configure(view);
}

static void desktop_toplevel_handle_unmap(void *data)
{
	struct view *view = data;
	struct desktop *desktop = view->desktop;
	wl_list_remove(&view->link);
	wl_list_insert(&desktop->waiting, &view->link);
	desktop_window_changed(view);
	drag_forget(&desktop->drag, view);
	view_reset(view);
	desktop_toplevel_reset(view);
	if (desktop->active == view) {
		desktop->active = NULL;
		desktop_focus(desktop, desktop_top(desktop));
	}
	desktop_count(desktop);
	desktop_changed(desktop);
}

static void desktop_toplevel_handle_commit(void *data)
{
	struct view *view = data;
	desktop_arrange(view->desktop);
}

static void desktop_toplevel_handle_destroy(void *data)
{
	view_destroy(data);
}

static void desktop_toplevel_handle_parent_changed(void *data, bool mapped)
{
	struct view *view = data;
	struct desktop *desktop = view->desktop;
	struct view *parent = desktop_parent(view);
	if (parent)
		desktop_set_output(view, desktop_choose_output(view));
	desktop->policy->configure(view);
	if (!view->xdg->mapped)
		return;
	desktop_window_changed(view);
	if (parent && parent == desktop->active) {
		desktop_raise(desktop, parent); /* and with it the new dialog, above it */
		if (mapped)
			desktop_activate(desktop, view);
	}
	desktop_arrange(desktop);
}

static void desktop_toplevel_handle_title_changed(void *data)
{
	desktop_window_changed(data);
}

static void desktop_toplevel_handle_request_state(
	void *data, enum xdg_toplevel_flag flag, bool on, struct wl_resource *output)
{
	struct view *view = data;
	struct desktop_output *wanted =
		output ? desktop_find_output(view->desktop, output_from_resource(output)) : NULL;
	if (wanted && on && wanted != view->output && !desktop_assigned_output(view)) {
		desktop_set_output(view, wanted);
		view->desktop->policy->configure(view);
	}
	view->desktop->policy->set_state(view, flag, on);
	if (on && view->minimized)
		desktop_activate(view->desktop, view);
	desktop_window_changed(view);
}

static void desktop_toplevel_handle_request_minimize(void *data)
{
	struct view *view = data;
	if (view->xdg->mapped)
		desktop_minimize(view->desktop, view, true);
}

/* Only while the press, the finger or the tip that the serial names is still down on the window. */
static void desktop_toplevel_drag(struct view *view, uint32_t serial, uint32_t edges)
{
	struct desktop *desktop = view->desktop;
	struct surface *surface = view->xdg->surface;
	if (!view->xdg->mapped || !desktop->policy->may_drag(view, edges))
		return;
	struct seat_touch_point *point = touch_find_grab(desktop->seat, surface, serial);
	if (point || pointer_claim_press(desktop->seat, surface, serial))
		drag_start(&desktop->drag, view, point, edges);
}

static void desktop_toplevel_handle_request_move(void *data, uint32_t serial)
{
	desktop_toplevel_drag(data, serial, 0);
}

static void desktop_toplevel_handle_request_resize(void *data, uint32_t serial, uint32_t edges)
{
	if (edges != 0)
		desktop_toplevel_drag(data, serial, edges);
}

const struct xdg_toplevel_listener desktop_toplevel_listener = {
	.map = desktop_toplevel_handle_map,
	.unmap = desktop_toplevel_handle_unmap,
	.commit = desktop_toplevel_handle_commit,
	.destroy = desktop_toplevel_handle_destroy,
	.parent_changed = desktop_toplevel_handle_parent_changed,
	.title_changed = desktop_toplevel_handle_title_changed,
	.request_state = desktop_toplevel_handle_request_state,
	.request_minimize = desktop_toplevel_handle_request_minimize,
	.request_move = desktop_toplevel_handle_request_move,
	.request_resize = desktop_toplevel_handle_request_resize,
};
