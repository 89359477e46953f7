/* Which windows are on which output, when outputs come, go, move and change their size. */
#include "compositor/desktop_private.h"

#include "common/xalloc.h"
#include "protocol/output.h"
#include "protocol/surface.h"

#include <stdlib.h>
#include <string.h>

static const struct desktop_output *desktop_output_of(const struct view *view)
{
	return view->output ? view->output : &view->desktop->nowhere;
}

struct xdg_box desktop_output_box(const struct view *view)
{
	return desktop_output_of(view)->box;
}

struct xdg_box desktop_work_area(const struct view *view)
{
	return desktop_output_of(view)->area;
}

struct desktop_output *desktop_find_output(
	const struct desktop *desktop, const struct output *output)
{
	struct desktop_output *found;
	wl_list_for_each (found, &desktop->outputs, link) {
		if (found->output == output)
			return found;
	}
	return NULL;
}

struct desktop_output *desktop_output_at(const struct desktop *desktop, double x, double y)
{
	struct desktop_output *output;
	wl_list_for_each (output, &desktop->outputs, link) {
		if (xdg_box_has(&output->box, x, y))
			return output;
	}
	return NULL;
}

static struct desktop_output *desktop_first_output(const struct desktop *desktop)
{
	struct desktop_output *first;
	if (wl_list_empty(&desktop->outputs))
		return NULL;
	return wl_container_of(desktop->outputs.next, first, link);
}

/* NULL: any. */
static const char *desktop_assigned_name(const struct view *view)
{
	const struct desktop *desktop = view->desktop;
	struct wl_resource *resource = view->layer ? view->layer->resource : view->xdg->resource;
	return desktop->listener->assigned(desktop->data, wl_resource_get_client(resource));
}

struct desktop_output *desktop_assigned_output(const struct view *view)
{
	const char *name = desktop_assigned_name(view);
	struct desktop_output *output;
	wl_list_for_each (output, &view->desktop->outputs, link) {
		if (name && strcmp(output->output->name, name) == 0)
			return output;
	}
	return NULL;
}

struct desktop_output *desktop_choose_output(const struct view *view)
{
	const struct desktop *desktop = view->desktop;
	if (desktop_is_window(view) && desktop_parent(view))
		return desktop_parent(view)->output;
	struct desktop_output *assigned = desktop_assigned_output(view);
	if (assigned)
		return assigned;
	return desktop->active && desktop->active->output ? desktop->active->output
							  : desktop_first_output(desktop);
}

/* A window goes along with its output. */
static void desktop_carry(struct view *view, const struct xdg_box *from, const struct xdg_box *to)
{
	view->x += to->x - from->x;
	view->y += to->y - from->y;
	view->floating.x += to->x - from->x;
	view->floating.y += to->y - from->y;
	view->held_right += to->x - from->x;
	view->held_bottom += to->y - from->y;
}

/* A place is kept where the window's middle is seen; else it becomes one where all of it is. */
static void desktop_bring_into_sight(
	const struct xdg_box *area, int32_t *x, int32_t *y, int32_t width, int32_t height)
{
	if (xdg_box_has(area, *x + width / 2.0, *y + height / 2.0))
		return;
	*x = desktop_clamp(*x, width, area->x, area->width);
	*y = desktop_clamp(*y, height, area->y, area->height);
}

void desktop_keep_in_sight(struct view *view)
{
	const struct desktop_output *output = view->output;
	const struct xdg_box *geometry = &view->xdg->geometry;
	struct xdg_box *floating = &view->floating;
	if (!output || output->changing)
		return;
	if (!view->bound)
		desktop_bring_into_sight(
			&output->area, &view->x, &view->y, geometry->width, geometry->height);
	if (floating->width > 0 && floating->height > 0)
		desktop_bring_into_sight(&output->area, &floating->x, &floating->y, floating->width,
			floating->height);
}

void desktop_set_output(struct view *view, struct desktop_output *output)
{
	if (view->output == output)
		return;
	struct xdg_box from = desktop_output_box(view);
	view->output = output;
	desktop_carry(view, &from, &desktop_output_of(view)->box);
	desktop_keep_in_sight(view);
	struct xdg_toplevel *child;
	wl_list_for_each (child, &desktop_toplevel(view)->children, parent_link)
		desktop_set_output(child->data, output);
	desktop_window_changed(view);
}

static void desktop_keep_all_in_sight(struct desktop *desktop, const struct desktop_output *output)
{
	struct view *view;
	wl_list_for_each (view, &desktop->views, link) {
		if (view->output == output)
			desktop_keep_in_sight(view);
	}
}

/* Its size or place is another one: sizes first, then places. */
static void desktop_output_changed(struct desktop *desktop, struct desktop_output *output)
{
	layers_arrange(&desktop->layers, output);
	desktop_configure_output(desktop, output);
	desktop_keep_all_in_sight(desktop, output);
	desktop_arrange(desktop);
	desktop_focus_keyboard(desktop);
}

void desktop_add_output(struct desktop *desktop, struct desktop_output *output)
{
	struct view *view;
	wl_list_insert(desktop->outputs.prev, &output->link);
	output->area = output->box;
	wl_list_for_each (view, &desktop->views, link) {
		bool home = view->home && strcmp(view->home, output->output->name) == 0;
		if (view->output && !home && desktop_assigned_output(view) != output)
			continue;
		desktop_set_output(view, output);
		if (!home)
			continue;
		view->x = view->floating.x = output->box.x + view->home_x;
		view->y = view->floating.y = output->box.y + view->home_y;
		free(view->home);
		view->home = NULL;
	}
	layers_adopt(&desktop->layers, output);
	desktop_output_changed(desktop, output);
	desktop_layers_changed(desktop); /* some of another output's may have come here */
}

/* The first output that it had counts, when one after the other goes. */
static void desktop_remember_home(struct view *view)
{
	if (view->home || !view->output)
		return;
	view->home = xstrdup(view->output->output->name);
	view->home_x = (view->bound ? view->floating.x : view->x) - view->output->box.x;
	view->home_y = (view->bound ? view->floating.y : view->y) - view->output->box.y;
}

void desktop_remove_output(struct desktop *desktop, struct desktop_output *output)
{
	struct view *view;
	wl_list_remove(&output->link);
	desktop->nowhere.box = output->box;
	desktop->nowhere.area = output->area;
	struct desktop_output *other = desktop_first_output(desktop);
	wl_list_for_each (view, &desktop->views, link) {
		if (view->output != output)
			continue;
		desktop_remember_home(view);
		desktop_set_output(view, other);
	}
	wl_list_for_each (view, &desktop->waiting, link) {
		if (view->output == output)
			desktop_set_output(view, other);
	}
	layers_leave(&desktop->layers, output, other);
	if (other)
		desktop_output_changed(desktop, other);
}

static void desktop_carry_all(
	const struct wl_list *views, const struct desktop_output *output, const struct xdg_box *to)
{
	struct view *view;
	wl_list_for_each (view, views, link) {
		if (view->output == output)
			desktop_carry(view, &output->box, to);
	}
}

void desktop_place_output(
	struct desktop *desktop, struct desktop_output *output, const struct xdg_box *box)
{
	desktop_carry_all(&desktop->views, output, box);
	desktop_carry_all(&desktop->waiting, output, box);
	output->box = *box;
	desktop_output_changed(desktop, output);
}

void desktop_settle_output(struct desktop *desktop, struct desktop_output *output)
{
	if (!output->changing)
		return;
	output->changing = false;
	layers_arrange(&desktop->layers, output);
	desktop_keep_all_in_sight(desktop, output);
	desktop_arrange(desktop);
}

bool desktop_is_settled(const struct desktop *desktop, const struct desktop_output *output)
{
	const struct view *view;
	wl_list_for_each (view, &desktop->views, link) {
		if (view->output == output && !view->minimized &&
			!xdg_surface_is_settled(view->xdg))
			return false;
	}
	return layers_are_settled(&desktop->layers, output);
}
