#include "compositor/drag.h"

#include "compositor/desktop_private.h"
#include "protocol/seat_grab.h"
#include "protocol/space.h"

#include "xdg-shell-server.h"

static void drag_end(struct drag *drag)
{
	struct view *view = drag->view;
	struct seat_touch_point *point = drag->point;
	if (!view)
		return;
	struct desktop *desktop = view->desktop;
	/* The edge is where it was let go, until the client's next size says better. */
	const struct xdg_toplevel *toplevel = desktop_toplevel(view);
	bool moved = drag->x != drag->start_x || drag->y != drag->start_y;
	if (drag->edges && moved && view->held & VIEW_HOLD_RIGHT)
		view->x = view->held_right - toplevel->width;
	if (drag->edges && moved && view->held & VIEW_HOLD_BOTTOM)
		view->y = view->held_bottom - toplevel->height;
	*drag = (struct drag){0};
	if (view->xdg->mapped)
		xdg_toplevel_set_flag(desktop_toplevel(view), XDG_TOPLEVEL_RESIZING, false);
	if (point)
		touch_end_grab(point);
	else
		pointer_end_grab(desktop->seat);
	desktop_changed(desktop); /* and with it the pointer's focus */
}

/* Places come by drag_move(), in the screen's pixels. */
static void drag_handle_focus(void *data, struct surface *surface, double sx, double sy)
{
}

static void drag_handle_motion(void *data, uint32_t time, double sx, double sy)
{
}

static void drag_handle_release(void *data)
{
	drag_end(data);
}

static const struct seat_grab drag_grab = {
	.focus = drag_handle_focus,
	.motion = drag_handle_motion,
	.release = drag_handle_release,
	.cancel = drag_handle_release,
};

void drag_start(
	struct drag *drag, struct view *view, struct seat_touch_point *point, uint32_t edges)
{
	const struct xdg_box *geometry = &view->xdg->geometry;
	drag_end(drag);
	*drag = (struct drag){
		.view = view,
		.point = point,
		.edges = edges,
		.window_x = view->x,
		.window_y = view->y,
		.width = geometry->width,
		.height = geometry->height,
	};
	if (edges) {
		view->held = (edges & XDG_TOPLEVEL_RESIZE_EDGE_LEFT ? VIEW_HOLD_RIGHT : 0) |
			     (edges & XDG_TOPLEVEL_RESIZE_EDGE_TOP ? VIEW_HOLD_BOTTOM : 0);
		view->held_right = view->x + geometry->width;
		view->held_bottom = view->y + geometry->height;
		xdg_toplevel_set_flag(desktop_toplevel(view), XDG_TOPLEVEL_RESIZING, true);
	}
	if (point) {
		drag_move(drag, point, point->origin_x + point->sx, point->origin_y + point->sy);
		touch_start_grab(point, &drag_grab, drag);
	} else {
		pointer_start_grab(view->desktop->seat, &drag_grab, drag);
		desktop_changed(view->desktop); /* by which the pointer's place is told */
	}
}

/* A size within what the client asks for; the smaller of two that contradict each other. */
static int32_t drag_size(double size, int32_t smallest, int32_t largest)
{
	if (largest > 0 && size > largest)
		size = largest;
	if (size > SPACE_MAX_SIZE)
		size = SPACE_MAX_SIZE;
	if (size < smallest)
		size = smallest;
	return size < 1 ? 1 : (int32_t)size;
}

static void drag_resize(struct drag *drag, double dx, double dy)
{
	const struct xdg_window *window = &drag->view->xdg->window;
	double width = drag->width, height = drag->height;
	if (drag->edges & XDG_TOPLEVEL_RESIZE_EDGE_LEFT)
		width -= dx;
	else if (drag->edges & XDG_TOPLEVEL_RESIZE_EDGE_RIGHT)
		width += dx;
	if (drag->edges & XDG_TOPLEVEL_RESIZE_EDGE_TOP)
		height -= dy;
	else if (drag->edges & XDG_TOPLEVEL_RESIZE_EDGE_BOTTOM)
		height += dy;
	xdg_toplevel_set_size(desktop_toplevel(drag->view),
		drag_size(width, window->min_width, window->max_width),
		drag_size(height, window->min_height, window->max_height));
}

void drag_move(struct drag *drag, const struct seat_touch_point *point, double x, double y)
{
	struct view *view = drag->view;
	if (!view || drag->point != point || (drag->moving && drag->x == x && drag->y == y))
		return;
	if (!drag->moving) {
		drag->start_x = x;
		drag->start_y = y;
	}
	drag->moving = true;
	drag->x = x;
	drag->y = y;
	double dx = x - drag->start_x, dy = y - drag->start_y;
	if (drag->edges) {
		drag_resize(drag, dx, dy);
		return;
	}
	desktop_move(view, space_limit((int64_t)(drag->window_x + dx)),
		space_limit((int64_t)(drag->window_y + dy)));
}

void drag_restart(struct drag *drag)
{
	const struct view *view = drag->view;
	if (!view || !drag->moving)
		return;
	const struct xdg_toplevel *toplevel = desktop_toplevel(view);
	drag->moving = false;
	drag->window_x = view->x;
	drag->window_y = view->y;
	if (drag->edges) {
		drag->width = toplevel->width;
		drag->height = toplevel->height;
	}
}

void drag_forget(struct drag *drag, const struct view *view)
{
	if (drag->view == view)
		drag_end(drag);
}
