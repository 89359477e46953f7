#include "compositor/desktop.h"

#include "compositor/scene.h"
#include "protocol/surface.h"

static void desktop_changed(struct desktop *desktop)
{
	desktop->listener->changed(desktop->data);
}

static void desktop_window_changed(struct view *view)
{
	view->desktop->listener->window_changed(view->desktop->data, view);
}

static struct xdg_toplevel *desktop_toplevel(const struct view *view)
{
	return view->xdg->toplevel;
}

static bool desktop_is_dialog(const struct view *view)
{
	return desktop_toplevel(view)->parent;
}

/* What the next configure of a toplevel says. */
static void desktop_configure(const struct view *view)
{
	const struct desktop *desktop = view->desktop;
	struct xdg_toplevel *toplevel = desktop_toplevel(view);
	const struct xdg_box *area = &desktop->layers.area;
	bool dialog = desktop_is_dialog(view);
	xdg_toplevel_set_bounds(toplevel, area->width, area->height);
	xdg_toplevel_set_flag(toplevel, XDG_TOPLEVEL_FULLSCREEN, !dialog);
	xdg_toplevel_set_flag(toplevel, XDG_TOPLEVEL_ACTIVATED, desktop->active == view);
	xdg_toplevel_set_size(toplevel, dialog ? 0 : area->width, dialog ? 0 : area->height);
}

/* So that it does not leave what lies from..to where it fits. */
static int32_t desktop_clamp(int32_t at, int32_t size, int32_t from, int32_t to)
{
	if (at + size > to)
		at = to - size;
	return at < from ? from : at;
}

static void desktop_place(struct view *view)
{
	const struct desktop *desktop = view->desktop;
	const struct xdg_box *geometry = &view->xdg->geometry;
	const struct xdg_box *area = &desktop->layers.area;
	struct xdg_box over = *area;
	if (desktop_is_dialog(view)) {
		const struct view *parent = view_of(desktop_toplevel(view)->parent->xdg);
		over = (struct xdg_box){parent->x, parent->y, parent->xdg->geometry.width,
			parent->xdg->geometry.height};
	}
	int32_t x = over.x + (over.width - geometry->width) / 2,
		y = over.y + (over.height - geometry->height) / 2;
	view->x = desktop_clamp(x, geometry->width, area->x, area->x + area->width);
	view->y = desktop_clamp(y, geometry->height, area->y, area->y + area->height);
}

static void desktop_place_popup(struct view *view)
{
	const struct xdg_box *box = &view->xdg->popup->box;
	view->x = view->parent->x + box->x;
	view->y = view->parent->y + box->y;
}

static void desktop_place_popups(struct view *view)
{
	struct view *popup;
	wl_list_for_each (popup, &view->popups, link) {
		desktop_place_popup(popup);
		desktop_place_popups(popup);
	}
}

/* Everything again: a dialog follows its parent, a popup what it hangs on. */
static void desktop_arrange(struct desktop *desktop)
{
	struct view *view;
	wl_list_for_each (view, &desktop->views, link) {
		desktop_place(view);
		desktop_place_popups(view);
	}
	for (int i = 0; i < LAYER_COUNT; i++) {
		wl_list_for_each (view, &desktop->layers.views[i], link)
			desktop_place_popups(view);
	}
	desktop_changed(desktop);
}

/*
 * A layer surface may want the keyboard for itself alone; else the innermost grabbing popup has it,
 * else a layer surface that was clicked, else the active window.
 */
static void desktop_focus_keyboard(struct desktop *desktop)
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

void desktop_layers_changed(struct desktop *desktop)
{
	struct view *view;
	if (layers_arrange(&desktop->layers, desktop->width, desktop->height)) {
		wl_list_for_each (view, &desktop->views, link)
			desktop_configure(view);
	}
	desktop_arrange(desktop);
	desktop_focus_keyboard(desktop);
}

static void desktop_activate(struct desktop *desktop, struct view *view)
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
	}
	desktop_focus_keyboard(desktop);
}

static struct view *desktop_top(const struct desktop *desktop)
{
	struct view *view;
	if (wl_list_empty(&desktop->views))
		return NULL;
	return wl_container_of(desktop->views.prev, view, link);
}

/* To the top, with its dialogs above it. */
static void desktop_raise(struct desktop *desktop, struct view *view)
{
	wl_list_remove(&view->link);
	wl_list_insert(desktop->views.prev, &view->link);
	struct xdg_toplevel *child;
	wl_list_for_each (child, &desktop_toplevel(view)->children, parent_link) {
		if (child->xdg->mapped)
			desktop_raise(desktop, child->data);
	}
}

static void desktop_handle_map(void *data)
{
	struct view *view = data;
	struct desktop *desktop = view->desktop;
	xdg_shell_end_grabs(&desktop->shell); /* the new window is above the menu that had one */
	wl_list_insert(desktop->views.prev, &view->link);
	layers_want_keyboard(&desktop->layers, NULL);
	desktop_configure(view); /* the area may have changed since it was created */
	desktop_place(view);
	desktop_window_changed(view);
	desktop_activate(desktop, view);
	desktop_changed(desktop);
}

static void desktop_handle_unmap(void *data)
{
	struct view *view = data;
	struct desktop *desktop = view->desktop;
	wl_list_remove(&view->link);
	wl_list_init(&view->link);
	desktop_window_changed(view);
	if (desktop->active == view) {
		desktop->active = NULL; /* an unmapped window is told nothing */
		view->xdg->toplevel->flags &= ~(uint32_t)XDG_TOPLEVEL_ACTIVATED;
		desktop_activate(desktop, desktop_top(desktop));
	}
	desktop_changed(desktop);
}

static void desktop_handle_commit(void *data)
{
	struct view *view = data;
	desktop_arrange(view->desktop);
}

static void desktop_handle_destroy(void *data)
{
	view_destroy(data);
}

static void desktop_handle_parent_changed(void *data)
{
	struct view *view = data;
	desktop_configure(view);
	if (!view->xdg->mapped)
		return;
	desktop_window_changed(view);
	struct xdg_toplevel *parent = desktop_toplevel(view)->parent;
	if (parent && parent->data == view->desktop->active)
		desktop_raise(
			view->desktop, parent->data); /* and with it the new dialog, above it */
	desktop_arrange(view->desktop);
}

static void desktop_handle_title_changed(void *data)
{
	struct view *view = data;
	if (view->xdg->mapped)
		desktop_window_changed(view);
}

/* A kiosk decides by itself; the client gets its configure and sees so. */
static void desktop_handle_request_state(
	void *data, enum xdg_toplevel_flag flag, bool on, struct wl_resource *output)
{
}

static void desktop_handle_request_minimize(void *data)
{
}

static void desktop_handle_request_move(void *data, uint32_t serial)
{
}

static void desktop_handle_request_resize(void *data, uint32_t serial, uint32_t edges)
{
}

static const struct xdg_toplevel_listener desktop_toplevel_listener = {
	.map = desktop_handle_map,
	.unmap = desktop_handle_unmap,
	.commit = desktop_handle_commit,
	.destroy = desktop_handle_destroy,
	.parent_changed = desktop_handle_parent_changed,
	.title_changed = desktop_handle_title_changed,
	.request_state = desktop_handle_request_state,
	.request_minimize = desktop_handle_request_minimize,
	.request_move = desktop_handle_request_move,
	.request_resize = desktop_handle_request_resize,
};

static void desktop_handle_popup_map(void *data)
{
	struct view *view = data;
	view->parent = view_of_popup_parent(view->xdg->popup);
	if (!view->parent)
		return;
	wl_list_insert(view->parent->popups.prev, &view->link);
	desktop_place_popup(view);
	desktop_changed(view->desktop);
}

static void desktop_handle_popup_unmap(void *data)
{
	struct view *view = data;
	wl_list_remove(&view->link);
	wl_list_init(&view->link);
	view->parent = NULL;
	desktop_changed(view->desktop);
}

static void desktop_handle_popup_commit(void *data)
{
	struct view *view = data;
	if (view->parent) {
		desktop_place_popup(view);
		desktop_place_popups(view);
	}
	desktop_changed(view->desktop);
}

static const struct xdg_popup_listener desktop_popup_listener = {
	.map = desktop_handle_popup_map,
	.unmap = desktop_handle_popup_unmap,
	.commit = desktop_handle_popup_commit,
	.destroy = desktop_handle_destroy,
};

static void desktop_handle_new_toplevel(void *data, struct xdg_toplevel *toplevel)
{
	toplevel->listener = &desktop_toplevel_listener;
	toplevel->data = view_create(data, toplevel->xdg);
	desktop_configure(toplevel->data);
}

static void desktop_handle_new_popup(void *data, struct xdg_popup *popup)
{
	popup->listener = &desktop_popup_listener;
	popup->data = view_create(data, popup->xdg);
}

static struct xdg_box desktop_handle_popup_bounds(void *data, struct xdg_popup *popup)
{
	const struct desktop *desktop = data;
	const struct view *parent = view_of_popup_parent(popup);
	if (!parent)
		return (struct xdg_box){0};
	return (struct xdg_box){-parent->x, -parent->y, desktop->width, desktop->height};
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

void desktop_build_scene(const struct desktop *desktop, struct scene *scene)
{
	struct view *view;
	layers_add_to_scene(&desktop->layers, false, scene);
	wl_list_for_each (view, &desktop->views, link)
		view_add_to_scene(view, scene);
	layers_add_to_scene(&desktop->layers, true, scene);
}

struct surface *desktop_surface_at(
	const struct desktop *desktop, double x, double y, double *sx, double *sy)
{
	struct surface *surface = layers_surface_at(&desktop->layers, true, x, y, sx, sy);
	if (surface)
		return surface;
	struct view *view;
	wl_list_for_each_reverse (view, &desktop->views, link) {
		surface = view_surface_at(view, x, y, sx, sy);
		if (surface)
			return surface;
	}
	return layers_surface_at(&desktop->layers, false, x, y, sx, sy);
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

void desktop_show(struct desktop *desktop, struct surface *surface)
{
	struct view *view = view_of_surface(surface_root(surface));
	view = view ? view_root(view) : NULL;
	if (!view || view->layer)
		return;
	struct view *modal = desktop_modal(view);
	if (!view->xdg->mapped || modal == desktop->active)
		return;
	desktop_raise(desktop, view);
	if (modal != view)
		desktop_raise(desktop, modal); /* above its siblings */
	desktop_activate(desktop, modal);
	desktop_changed(desktop);
}

void desktop_pressed(struct desktop *desktop, struct surface *surface)
{
	struct xdg_popup *grab = xdg_shell_grab(&desktop->shell);
	struct wl_client *client = surface ? wl_resource_get_client(surface->resource) : NULL;
	if (grab && wl_resource_get_client(grab->resource) != client)
		xdg_shell_end_grabs(&desktop->shell);
	struct view *view = surface ? view_of_surface(surface_root(surface)) : NULL;
	if (!view || desktop->locked)
		return;
	view = view_root(view);
	bool moved = layers_want_keyboard(&desktop->layers, view->layer ? view : NULL);
	desktop_show(desktop, surface);
	if (moved)
		desktop_focus_keyboard(desktop);
}

bool desktop_create(struct desktop *desktop, struct wl_display *display)
{
	desktop->shell.listener = &desktop_shell_listener;
	desktop->shell.data = desktop;
	wl_list_init(&desktop->views);
	desktop->layers.desktop = desktop;
	if (!layers_create(&desktop->layers, display))
		return false;
	layers_arrange(&desktop->layers, desktop->width, desktop->height);
	return xdg_shell_create(display, &desktop->shell);
}
