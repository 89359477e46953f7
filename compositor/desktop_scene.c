/* What is seen of the windows and layers, and which of them is under a point. */
#include "compositor/desktop_private.h"

#include "compositor/scene.h"

/* As its client has it, not as it was asked to be. */
static bool desktop_fills_output(const struct view *view)
{
	return view->xdg->window.configure.flags & XDG_TOPLEVEL_FULLSCREEN;
}

/*
 * Below a fullscreen window nothing of its output is seen, also where it is transparent or smaller
 * than the screen (xdg_toplevel.set_fullscreen), but for the layers above all windows.
 */
static void desktop_find_covered(const struct desktop *desktop)
{
	struct desktop_output *output;
	struct view *view;
	wl_list_for_each (output, &desktop->outputs, link)
		output->covered = false;
	wl_list_for_each_reverse (view, &desktop->views, link) {
		view->covered = view->output && view->output->covered;
		if (view->output && !view->minimized && desktop_fills_output(view))
			view->output->covered = true;
	}
}

void desktop_build_scene(const struct desktop *desktop, struct scene *scene)
{
	struct view *view;
	desktop_find_covered(desktop);
	layers_add_to_scene(&desktop->layers, false, scene);
	wl_list_for_each (view, &desktop->views, link) {
		if (!view->minimized && !view->covered)
			view_add_to_scene(view, scene);
	}
	layers_add_to_scene(&desktop->layers, true, scene);
}

struct surface *desktop_surface_at(
	const struct desktop *desktop, double x, double y, double *sx, double *sy)
{
	struct surface *surface = layers_surface_at(&desktop->layers, true, x, y, sx, sy);
	if (surface)
		return surface;
	struct view *view;
	desktop_find_covered(desktop);
	wl_list_for_each_reverse (view, &desktop->views, link) {
		if (view->minimized || view->covered)
			continue;
		surface = view_surface_at(view, x, y, sx, sy);
		if (surface)
			return surface;
	}
	return layers_surface_at(&desktop->layers, false, x, y, sx, sy);
}

struct view *desktop_view_at(const struct desktop *desktop, double x, double y)
{
	double sx, sy;
	struct view *view = desktop_view_of(desktop_surface_at(desktop, x, y, &sx, &sy));
	return view && desktop_is_window(view) ? view : NULL;
}
