#include "compositor/desktop_private.h"

#include "protocol/space.h"
#include "protocol/surface.h"

#define WINDOWS_CASCADE \
	32 /* a new window is this much to the right of and below the one before \
	    */

#define WINDOWS_TILED_LEFT \
	(XDG_TOPLEVEL_TILED_LEFT | XDG_TOPLEVEL_TILED_TOP | XDG_TOPLEVEL_TILED_BOTTOM)
#define WINDOWS_TILED_RIGHT \
	(XDG_TOPLEVEL_TILED_RIGHT | XDG_TOPLEVEL_TILED_TOP | XDG_TOPLEVEL_TILED_BOTTOM)
#define WINDOWS_TILED (WINDOWS_TILED_LEFT | WINDOWS_TILED_RIGHT)
#define WINDOWS_BOUND (XDG_TOPLEVEL_FULLSCREEN | XDG_TOPLEVEL_MAXIMIZED | WINDOWS_TILED)

/* What a window of these flags fills. False: it floats. */
static bool windows_box(const struct view *view, uint32_t flags, struct xdg_box *box)
{
	*box = flags & XDG_TOPLEVEL_FULLSCREEN ? desktop_output_box(view) : desktop_work_area(view);
	if (flags & (XDG_TOPLEVEL_FULLSCREEN | XDG_TOPLEVEL_MAXIMIZED))
		return true;
	if (!(flags & WINDOWS_TILED))
		return false;
	int32_t half = box->width / 2;
	if (flags & XDG_TOPLEVEL_TILED_RIGHT) {
		box->x += half;
		box->width -= half;
	} else {
		box->width = half;
	}
	return true;
}

static void windows_configure(struct view *view)
{
	struct xdg_toplevel *toplevel = desktop_toplevel(view);
	struct xdg_box area = desktop_work_area(view), box;
	xdg_toplevel_set_bounds(toplevel, area.width, area.height);
	if (windows_box(view, toplevel->flags, &box))
		xdg_toplevel_set_size(toplevel, box.width, box.height);
}

/* The first place of a window: in the middle, each a little off the one before. */
static void windows_choose_place(struct view *view)
{
	const struct view *parent = desktop_parent(view);
	struct xdg_box area = desktop_work_area(view), over = area;
	if (parent) {
		over = (struct xdg_box){parent->x, parent->y, parent->xdg->geometry.width,
			parent->xdg->geometry.height};
	} else {
		int32_t steps = (int32_t)(view->desktop->opened - 1) % 8;
		over.x += (steps - 3) * WINDOWS_CASCADE;
		over.y += (steps - 3) * WINDOWS_CASCADE;
	}
	desktop_center(view, &over, &area);
}

/* A window that is resized at its left or top keeps the other edge where it is. */
static void windows_hold_edge(struct view *view)
{
	const struct xdg_box *geometry = &view->xdg->geometry;
	if (view->held & VIEW_HOLD_RIGHT)
		view->x = view->held_right - geometry->width;
	if (view->held & VIEW_HOLD_BOTTOM)
		view->y = view->held_bottom - geometry->height;
	bool resizing = (view->xdg->window.configure.flags | desktop_toplevel(view)->flags) &
			XDG_TOPLEVEL_RESIZING;
	if (!resizing)
		view->held = 0;
}

/* Without a geometry that the client set, its surface stays where it is when a sub-surface grows to
 * the left of it or above. */
static void windows_follow_origin(struct view *view)
{
	const struct xdg_box *geometry = &view->xdg->geometry;
	if (view->placed && !view->bound && !view->xdg->window.has_geometry) {
		view->x += geometry->x - view->origin_x;
		view->y += geometry->y - view->origin_y;
	}
	view->origin_x = geometry->x;
	view->origin_y = geometry->y;
}

/* Not that of sub-surfaces beyond the window's own, which it would be told to have itself. */
static bool windows_has_own_size(const struct view *view)
{
	const struct surface *surface = view->xdg->surface;
	const struct xdg_box *geometry = &view->xdg->geometry;
	return view->xdg->window.has_geometry ||
	       (geometry->width == surface->width && geometry->height == surface->height);
}

/* A client that follows all it was told, and then has another size, chose that: it is not told the
 * old one again when something else of it changes. */
static void windows_follow_size(struct view *view)
{
	struct xdg_toplevel *toplevel = desktop_toplevel(view);
	bool told = toplevel->width > 0 && toplevel->height > 0;
	if (!told || view->bound || toplevel->flags & XDG_TOPLEVEL_RESIZING ||
		!xdg_surface_is_settled(view->xdg) || !windows_has_own_size(view))
		return;
	toplevel->width = view->xdg->geometry.width;
	toplevel->height = view->xdg->geometry.height;
}

/* Follows what the client has acknowledged and committed, not what it was asked. */
static void windows_place(struct view *view)
{
	struct xdg_box box;
	bool bound = windows_box(view, view->xdg->window.configure.flags, &box);
	bool restored = view->bound && !bound;
	if (bound && view->xdg->window.configure.flags & XDG_TOPLEVEL_FULLSCREEN) {
		desktop_center(view, &box, &box);
	} else if (bound) {
		view->x = box.x;
		view->y = box.y;
	} else if (!view->placed) {
		windows_choose_place(view);
		view->placed = true;
		view->origin_x = view->xdg->geometry.x;
		view->origin_y = view->xdg->geometry.y;
	} else if (view->bound) {
		view->x = view->floating.x;
		view->y = view->floating.y;
	}
	view->bound = bound;
	if (restored)
		desktop_keep_in_sight(view);
	windows_follow_origin(view);
	windows_follow_size(view);
	windows_hold_edge(view);
}

static void windows_set_flags(struct view *view, uint32_t clear, uint32_t set)
{
	struct xdg_toplevel *toplevel = desktop_toplevel(view);
	uint32_t flags = (toplevel->flags & ~clear) | set;
	if (flags & WINDOWS_BOUND) {
		drag_forget(&view->desktop->drag, view);
		flags &= ~(uint32_t)XDG_TOPLEVEL_RESIZING;
	}
	bool was_bound = toplevel->flags & WINDOWS_BOUND;
	struct xdg_box box;
	if (!was_bound && !view->bound && flags & WINDOWS_BOUND && view->xdg->mapped)
		view->floating = (struct xdg_box){
			view->x, view->y, view->xdg->geometry.width, view->xdg->geometry.height};
	for (uint32_t flag = 1; flag <= XDG_TOPLEVEL_SUSPENDED; flag <<= 1)
		xdg_toplevel_set_flag(toplevel, flag, flags & flag);
	if (windows_box(view, flags, &box))
		xdg_toplevel_set_size(toplevel, box.width, box.height);
	else if (was_bound)
		xdg_toplevel_set_size(toplevel, view->floating.width, view->floating.height);
}

static void windows_set_state(struct view *view, enum xdg_toplevel_flag flag, bool on)
{
	uint32_t clear = flag == XDG_TOPLEVEL_MAXIMIZED ? WINDOWS_TILED | flag : flag;
	windows_set_flags(view, clear, on ? flag : 0);
}

static void windows_set_minimized(struct view *view, bool on)
{
	bool changed = view->minimized != on;
	view->minimized = on;
	xdg_toplevel_set_flag(desktop_toplevel(view), XDG_TOPLEVEL_SUSPENDED, on);
	if (changed)
		desktop_window_changed(view);
	struct xdg_toplevel *child;
	wl_list_for_each (child, &desktop_toplevel(view)->children, parent_link) {
		if (child->xdg->mapped)
			windows_set_minimized(child->data, on);
	}
}

static void windows_snap(struct view *view, enum xdg_toplevel_flag half)
{
	uint32_t tiled = half == XDG_TOPLEVEL_TILED_LEFT    ? WINDOWS_TILED_LEFT
			 : half == XDG_TOPLEVEL_TILED_RIGHT ? WINDOWS_TILED_RIGHT
							    : 0;
	windows_set_flags(view, WINDOWS_BOUND, tiled);
}

static bool windows_may_drag(struct view *view, uint32_t edges)
{
	return !(desktop_toplevel(view)->flags & WINDOWS_BOUND);
}

const struct policy windows_policy = {
	.capabilities =
		XDG_TOPLEVEL_CAN_MAXIMIZE | XDG_TOPLEVEL_CAN_FULLSCREEN | XDG_TOPLEVEL_CAN_MINIMIZE,
	.configure = windows_configure,
	.place = windows_place,
	.set_state = windows_set_state,
	.set_minimized = windows_set_minimized,
	.snap = windows_snap,
	.may_drag = windows_may_drag,
};
