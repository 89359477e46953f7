#include "compositor/desktop_private.h"

static void kiosk_configure(struct view *view)
{
	struct xdg_toplevel *toplevel = desktop_toplevel(view);
	struct xdg_box box = desktop_work_area(view);
	bool dialog = toplevel->parent; /* also before that is mapped */
	xdg_toplevel_set_bounds(toplevel, box.width, box.height);
	xdg_toplevel_set_flag(toplevel, XDG_TOPLEVEL_FULLSCREEN, !dialog);
	xdg_toplevel_set_size(toplevel, dialog ? 0 : box.width, dialog ? 0 : box.height);
}

static void kiosk_place(struct view *view)
{
	const struct view *parent = desktop_parent(view);
	struct xdg_box area = desktop_work_area(view), over = area;
	if (parent) {
		over = (struct xdg_box){parent->x, parent->y, parent->xdg->geometry.width,
			parent->xdg->geometry.height};
	}
	desktop_center(view, &over, &area);
}

/* A kiosk decides by itself; the client gets its configure and sees so. */
static void kiosk_set_state(struct view *view, enum xdg_toplevel_flag flag, bool on)
{
}

static void kiosk_set_minimized(struct view *view, bool on)
{
}

static void kiosk_snap(struct view *view, enum xdg_toplevel_flag half)
{
}

static bool kiosk_may_drag(struct view *view, uint32_t edges)
{
	return false;
}

const struct policy kiosk_policy = {
	.capabilities = XDG_TOPLEVEL_CAN_FULLSCREEN,
	.ends = true,
	.configure = kiosk_configure,
	.place = kiosk_place,
	.set_state = kiosk_set_state,
	.set_minimized = kiosk_set_minimized,
	.snap = kiosk_snap,
	.may_drag = kiosk_may_drag,
};
