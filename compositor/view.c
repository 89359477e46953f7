#include "compositor/view.h"

#include "common/xalloc.h"
#include "compositor/scene.h"
#include "protocol/surface.h"

#include <stdlib.h>

struct view *view_create(struct desktop *desktop, struct xdg_surface *xdg)
{
	struct view *view = xcalloc(1, sizeof *view);
	view->desktop = desktop;
	view->xdg = xdg;
	wl_list_init(&view->link);
	wl_list_init(&view->popups);
	return view;
}

void view_destroy(struct view *view)
{
	struct view *popup, *next;
	wl_list_for_each_safe (popup, next, &view->popups, link) {
		wl_list_remove(&popup->link);
		wl_list_init(&popup->link);
		popup->parent = NULL;
	}
	wl_list_remove(&view->link);
	free(view);
}

struct view *view_of(const struct xdg_surface *xdg)
{
	if (!xdg || xdg->kind == XDG_NONE)
		return NULL;
	return xdg->kind == XDG_TOPLEVEL ? xdg->toplevel->data : xdg->popup->data;
}

void view_add_to_scene(const struct view *view, struct scene *scene)
{
	const struct xdg_box *geometry = &view->xdg->geometry;
	scene_add_tree(scene, view->xdg->surface, view->x - geometry->x, view->y - geometry->y);
	struct view *popup;
	wl_list_for_each (popup, &view->popups, link)
		view_add_to_scene(popup, scene);
}

struct surface *view_surface_at(const struct view *view, double x, double y, double *sx, double *sy)
{
	struct view *popup;
	wl_list_for_each_reverse (popup, &view->popups, link) {
		struct surface *surface = view_surface_at(popup, x, y, sx, sy);
		if (surface)
			return surface;
	}
	return surface_at(view->xdg->surface, x - view->x + view->xdg->geometry.x,
		y - view->y + view->xdg->geometry.y, sx, sy);
}

struct view *view_toplevel(struct view *view)
{
	while (view->parent)
		view = view->parent;
	return view;
}
