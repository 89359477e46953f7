#include "compositor/desktop_private.h"

#include "protocol/surface.h"

#define DESKTOP_ENDING \
	5000 /* milliseconds: programs close one window before they open the next \
	      */

void desktop_changed(struct desktop *desktop)
{
	desktop->listener->changed(desktop->data);
}

void desktop_window_changed(struct view *view)
{
	if (view->xdg->mapped || view->window)
		view->desktop->listener->window_changed(view->desktop->data, view);
}

int32_t desktop_clamp(int32_t at, int32_t size, int32_t start, int32_t length)
{
	if (at + size > start + length)
		at = start + length - size;
	return at < start ? start : at;
}

void desktop_center(struct view *view, const struct xdg_box *over, const struct xdg_box *within)
{
	const struct xdg_box *geometry = &view->xdg->geometry;
	int32_t x = over->x + (over->width - geometry->width) / 2,
		y = over->y + (over->height - geometry->height) / 2;
	view->x = desktop_clamp(x, geometry->width, within->x, within->width);
	view->y = desktop_clamp(y, geometry->height, within->y, within->height);
}

void desktop_arrange(struct desktop *desktop)
{
	struct view *view;
	wl_list_for_each (view, &desktop->views, link) {
		int32_t x = view->x, y = view->y;
		if (view->output && view->output->changing)
			continue;
		desktop->policy->place(view);
		if (x != view->x || y != view->y)
			xdg_surface_replace_popups(view->xdg);
		desktop_place_popups(view);
	}
	for (int i = 0; i < LAYER_COUNT; i++) {
		wl_list_for_each (view, &desktop->layers.views[i], link)
			desktop_place_popups(view);
	}
	desktop_changed(desktop);
}

void desktop_configure_output(struct desktop *desktop, const struct desktop_output *output)
{
	struct view *view;
	wl_list_for_each (view, &desktop->views, link) {
		if (view->output != output)
			continue;
		desktop->policy->configure(view);
		xdg_surface_replace_popups(view->xdg);
	}
}

void desktop_layers_changed(struct desktop *desktop)
{
	struct desktop_output *output;
	wl_list_for_each (output, &desktop->outputs, link) {
		if (layers_arrange(&desktop->layers, output))
			desktop_configure_output(desktop, output);
	}
	desktop_arrange(desktop);
	desktop_focus_keyboard(desktop);
}

void desktop_focus_keyboard(struct desktop *desktop)
{
	struct xdg_popup *grab = xdg_shell_grab(&desktop->shell);
	struct view *popup = grab ? view_of(grab->xdg) : NULL;
	struct view *view = layers_exclusive(&desktop->layers);
	if (desktop->locked) {
		keyboard_set_focus(desktop->seat, desktop->lock);
		return;
	}
	if (popup && (!view || view_root(popup) == view))
		view = popup;
	else if (!view)
		view = desktop->layers.wanted ? desktop->layers.wanted : desktop->active;
	keyboard_set_focus(desktop->seat, view ? view_surface(view) : NULL);
}

void desktop_set_locked(struct desktop *desktop, bool locked, struct surface *lock)
{
	if (locked && !desktop->locked)
		xdg_shell_end_grabs(&desktop->shell);
	desktop->locked = locked;
	desktop->lock = lock;
	desktop_focus_keyboard(desktop);
}

/* A menu of another window, or of a layer surface, would keep the keyboard. */
static void desktop_end_other_grabs(struct desktop *desktop, const struct view *view)
{
	struct xdg_popup *grab = xdg_shell_grab(&desktop->shell);
	if (grab && view_root(view_of(grab->xdg)) != view)
		xdg_shell_end_grabs(&desktop->shell);
}

void desktop_focus(struct desktop *desktop, struct view *view)
{
	struct view *before = desktop->active;
	if (before != view) {
		desktop->active = view;
		if (before)
			xdg_toplevel_set_flag(
				desktop_toplevel(before), XDG_TOPLEVEL_ACTIVATED, false);
		if (view)
			xdg_toplevel_set_flag(desktop_toplevel(view), XDG_TOPLEVEL_ACTIVATED, true);
		if (before)
			desktop_window_changed(before);
		if (view)
			desktop_window_changed(view);
		desktop_end_other_grabs(desktop, view);
	}
	desktop_focus_keyboard(desktop);
}

struct view *desktop_top(const struct desktop *desktop)
{
	struct view *view;
	wl_list_for_each_reverse (view, &desktop->views, link) {
		if (!view->minimized)
			return view;
	}
	return NULL;
}

/* The lowest of a window's dialogs that lie below it; NULL: none does. */
static struct view *desktop_dialog_below(const struct desktop *desktop, const struct view *view)
{
	struct view *other;
	wl_list_for_each (other, &desktop->views, link) {
		if (other == view)
			break;
		if (desktop_parent(other) == view)
			return other;
	}
	return NULL;
}

void desktop_raise(struct desktop *desktop, struct view *view)
{
	struct view *dialog;
	wl_list_remove(&view->link);
	wl_list_insert(desktop->views.prev, &view->link);
	while ((dialog = desktop_dialog_below(desktop, view)))
		desktop_raise(desktop, dialog);
}

/* The window of which it is a dialog, or a dialog's dialog; or itself. */
static const struct view *desktop_oldest(const struct view *view)
{
	const struct view *parent = desktop_parent(view);
	return parent ? desktop_oldest(parent) : view;
}

/* To the bottom, with the window that it is a dialog of and all that window's dialogs. */
static void desktop_lower(struct desktop *desktop, const struct view *view)
{
	const struct view *oldest = desktop_oldest(view);
	struct wl_list family;
	struct view *other, *next;
	wl_list_init(&family);
	wl_list_for_each_safe (other, next, &desktop->views, link) {
		if (desktop_oldest(other) != oldest)
			continue;
		wl_list_remove(&other->link);
		wl_list_insert(family.prev, &other->link);
	}
	wl_list_insert_list(&desktop->views, &family);
}

/* The innermost modal dialog that wants to be answered first, or the view itself. */
static struct view *desktop_modal(struct view *view)
{
	const struct xdg_toplevel *child;
	wl_list_for_each (child, &desktop_toplevel(view)->children, parent_link) {
		if (child->modal && child->xdg->mapped)
			return desktop_modal(child->data);
	}
	return view;
}

/* Brings back what was minimised of a window and the dialogs down to the modal one. */
static void desktop_restore(struct desktop *desktop, struct view *view, struct view *modal)
{
	if (view->minimized)
		desktop_minimize(desktop, view, false);
	for (; modal != view; modal = desktop_parent(modal)) {
		if (modal->minimized)
			desktop_minimize(desktop, modal, false);
	}
}

void desktop_activate(struct desktop *desktop, struct view *view)
{
	struct view *modal = desktop_modal(view);
	if (!view->xdg->mapped)
		return;
	desktop_restore(desktop, view, modal);
	desktop_raise(desktop, view);
	if (modal != view)
		desktop_raise(desktop, modal); /* above its siblings */
	layers_want_keyboard(&desktop->layers, NULL);
	desktop_focus(desktop, modal);
	desktop_changed(desktop);
}

void desktop_minimize(struct desktop *desktop, struct view *view, bool on)
{
	desktop->policy->set_minimized(view, on);
	if (desktop->active && desktop->active->minimized)
		desktop_focus(desktop, desktop_top(desktop));
	desktop_changed(desktop);
}

void desktop_snap(struct view *view, enum xdg_toplevel_flag half)
{
	view->desktop->policy->snap(view, half);
	desktop_window_changed(view); /* it may have been maximised */
}

void desktop_move(struct view *view, int32_t x, int32_t y)
{
	const struct xdg_box *geometry = &view->xdg->geometry;
	struct desktop_output *output = desktop_output_at(
		view->desktop, x + geometry->width / 2.0, y + geometry->height / 2.0);
	view->x = x;
	view->y = y;
	view->placed = true;
	if (output && output != view->output) {
		view->output = output;
		desktop_window_changed(view);
	}
	xdg_surface_replace_popups(view->xdg);
	desktop_arrange(view->desktop);
}

void desktop_close(struct view *view)
{
	if (!xdg_surface_is_responsive(view->xdg)) {
		xdg_surface_end_client(view->xdg);
		return;
	}
	xdg_toplevel_close(desktop_toplevel(view));
	xdg_surface_ping(view->xdg);
}

void desktop_cycle(struct desktop *desktop, bool back)
{
	struct view *top = desktop_top(desktop), *lowest;
	if (wl_list_empty(&desktop->views))
		return;
	if (back && top) {
		desktop_lower(desktop, top);
		desktop_activate(desktop, desktop_top(desktop));
		return;
	}
	lowest = wl_container_of(desktop->views.next, lowest, link); /* minimised or not */
	desktop_activate(desktop, lowest);
}

struct view *desktop_view_of(struct surface *surface)
{
	struct view *view = surface ? view_of_surface(surface_root(surface)) : NULL;
	return view ? view_root(view) : NULL;
}

bool desktop_is_window(const struct view *view)
{
	return view->xdg && view->xdg->kind == XDG_TOPLEVEL;
}

void desktop_show(struct desktop *desktop, struct surface *surface)
{
	struct view *view = desktop_view_of(surface);
	if (!view || !desktop_is_window(view))
		return;
	if (desktop->layers.wanted || desktop_modal(view) != desktop->active)
		desktop_activate(desktop, view);
}

void desktop_pressed(struct desktop *desktop, struct surface *surface, bool types)
{
	struct xdg_popup *grab = xdg_shell_grab(&desktop->shell);
	struct wl_client *client = surface ? wl_resource_get_client(surface->resource) : NULL;
	if (grab && !types && wl_resource_get_client(grab->resource) != client)
		xdg_shell_end_grabs(&desktop->shell);
	struct view *view = desktop_view_of(surface);
	if (!view || desktop->locked)
		return;
	bool moved = layers_want_keyboard(&desktop->layers, view->layer ? view : NULL);
	desktop_show(desktop, surface);
	if (moved)
		desktop_focus_keyboard(desktop);
}

static int desktop_handle_ending(void *data)
{
	struct desktop *desktop = data;
	desktop->listener->ended(desktop->data);
	return 0;
}

void desktop_count(struct desktop *desktop)
{
	bool over = desktop->policy->ends && desktop->opened > 0 && wl_list_empty(&desktop->views);
	if (desktop->ending)
		wl_event_source_timer_update(desktop->ending, over ? DESKTOP_ENDING : 0);
}

static void desktop_handle_new_toplevel(void *data, struct xdg_toplevel *toplevel)
{
	struct desktop *desktop = data;
	toplevel->listener = &desktop_toplevel_listener;
	toplevel->data = view_create(desktop, toplevel->xdg);
	toplevel->capabilities = desktop->policy->capabilities;
	struct view *view = toplevel->data;
	wl_list_insert(&desktop->waiting, &view->link);
	view->output = desktop_choose_output(view);
	desktop->policy->configure(view);
}

static void desktop_handle_new_popup(void *data, struct xdg_popup *popup)
{
	popup->listener = &desktop_popup_listener;
	popup->data = view_create(data, popup->xdg);
}

static struct xdg_box desktop_handle_popup_bounds(void *data, struct xdg_popup *popup)
{
	struct view *parent = view_of_popup_parent(popup);
	if (!parent)
		return (struct xdg_box){0};
	struct xdg_box box = desktop_output_box(view_root(parent));
	box.x -= parent->x;
	box.y -= parent->y;
	return box;
}

static void desktop_handle_popup_grab(void *data, struct xdg_popup *popup)
{
	desktop_focus_keyboard(data);
}

static const struct xdg_shell_listener desktop_shell_listener = {
	.new_toplevel = desktop_handle_new_toplevel,
	.new_popup = desktop_handle_new_popup,
	.popup_bounds = desktop_handle_popup_bounds,
	.popup_grab = desktop_handle_popup_grab,
};

bool desktop_create(struct desktop *desktop, struct wl_display *display)
{
	desktop->shell.listener = &desktop_shell_listener;
	desktop->shell.data = desktop;
	wl_list_init(&desktop->views);
	wl_list_init(&desktop->waiting);
	wl_list_init(&desktop->outputs);
	desktop->ending = wl_event_loop_add_timer(
		wl_display_get_event_loop(display), desktop_handle_ending, desktop);
	desktop->layers.desktop = desktop;
	if (!desktop->ending || !layers_create(&desktop->layers, display))
		return false;
	return xdg_shell_create(display, &desktop->shell);
}

void desktop_destroy(struct desktop *desktop)
{
	if (desktop->ending)
		wl_event_source_remove(desktop->ending);
	desktop->ending = NULL;
}
