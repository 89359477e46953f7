#include "compositor/desktop_private.h"

void desktop_place_popup(struct view *view)
{
	const struct xdg_box *box = &view->xdg->popup->box;
	view->x = view->parent->x + box->x;
	view->y = view->parent->y + box->y;
}

void desktop_place_popups(struct view *view)
{
	struct view *popup;
	wl_list_for_each (popup, &view->popups, link) {
		desktop_place_popup(popup);
		desktop_place_popups(popup);
	}
}

static void desktop_popup_handle_map(void *data)
{
	struct view *view = data;
	view->parent = view_of_popup_parent(view->xdg->popup);
	if (!view->parent)
		return;
	wl_list_insert(view->parent->popups.prev, &view->link);
	desktop_place_popup(view);
	desktop_focus_keyboard(view->desktop); /* a grab that came before had no root yet */
	desktop_changed(view->desktop);
}

static void desktop_popup_handle_unmap(void *data)
{
	struct view *view = data;
	wl_list_remove(&view->link);
	wl_list_init(&view->link);
	view->parent = NULL;
	desktop_changed(view->desktop);
}

static void desktop_popup_handle_commit(void *data)
{
	struct view *view = data;
	if (view->parent) {
		desktop_place_popup(view);
		desktop_place_popups(view);
	}
	desktop_changed(view->desktop);
}

static void desktop_popup_handle_destroy(void *data)
{
	view_destroy(data);
}

const struct xdg_popup_listener desktop_popup_listener = {
	.map = desktop_popup_handle_map,
	.unmap = desktop_popup_handle_unmap,
	.commit = desktop_popup_handle_commit,
	.destroy = desktop_popup_handle_destroy,
};
