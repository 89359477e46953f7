#include "compositor/view.h"

#include "common/xalloc.h"
#include "compositor/scene.h"
#include "protocol/layer_shell.h"
#include "protocol/surface.h"

#include <stdlib.h>

static struct view *view_create_bare(struct desktop *desktop)
{
	struct view *view = xcalloc(1, sizeof *view);
	view->desktop = desktop;
	wl_list_init(&view->link);
	wl_list_init(&view->popups);
	return view;
}

struct view *view_create(struct desktop *desktop, struct xdg_surface *xdg)
{
	struct view *view = view_create_bare(desktop);
	view->xdg = xdg;
	return view;
}

struct view *view_create_layer(struct desktop *desktop, struct layer_surface *layer)
{
	struct view *view = view_create_bare(desktop);
	view->layer = layer;
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
	free(view->home);
	free(view);
}

void view_reset(struct view *view)
{
	view->minimized = false;
	view->held = 0;
	if (!view->bound) {
		view->floating.x = view->x;
		view->floating.y = view->y;
	}
	view->floating.width = view->floating.height = 0;
}

struct view *view_of(const struct xdg_surface *xdg)
{
	if (!xdg || xdg->kind == XDG_NONE)
		return NULL;
	return xdg->kind == XDG_TOPLEVEL ? xdg->toplevel->data : xdg->popup->data;
}

struct view *view_of_surface(const struct surface *surface)
{
	const struct layer_surface *layer = layer_surface_from_surface(surface);
	return layer ? layer->data : view_of(xdg_surface_from_surface(surface));
}

struct view *view_of_popup_parent(const struct xdg_popup *popup)
{
	return popup->host ? view_of_surface(popup->host) : view_of(popup->parent);
}

struct surface *view_surface(const struct view *view)
{
	return view->layer ? view->layer->surface : view->xdg->surface;
}

struct xdg_box view_geometry(const struct view *view)
{
	const struct surface *surface = view_surface(view);
	return view->layer ? (struct xdg_box){0, 0, surface->width, surface->height}
			   : view->xdg->geometry;
}

void view_add_to_scene(const struct view *view, struct scene *scene)
{
	struct xdg_box geometry = view_geometry(view);
	scene_add_tree(scene, view_surface(view), view->x - geometry.x, view->y - geometry.y);
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
	struct xdg_box geometry = view_geometry(view);
	return surface_at(
		view_surface(view), x - view->x + geometry.x, y - view->y + geometry.y, sx, sy);
}

struct view_search {
	const struct surface *surface;
	bool found;
	int32_t sx, sy;
};

static void view_search_visit(struct surface *surface, int32_t sx, int32_t sy, void *data)
{
	struct view_search *search = data;
	if (surface != search->surface)
		return;
	search->found = true;
	search->sx = sx;
	search->sy = sy;
}

bool view_find_surface(struct surface *surface, int32_t *x, int32_t *y)
{
	struct view_search search = {.surface = surface};
	struct surface *root = surface_root(surface);
	const struct view *view = view_of_surface(root);
	if (!view)
		return false;
	struct xdg_box geometry = view_geometry(view);
	surface_for_each(root, view_search_visit, &search);
	*x = view->x - geometry.x + search.sx;
	*y = view->y - geometry.y + search.sy;
	return search.found;
}

struct view *view_root(struct view *view)
{
	while (view->parent)
		view = view->parent;
	return view;
}
