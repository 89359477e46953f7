#include "protocol/xdg_window.h"

#include "common/xalloc.h"
#include "protocol/surface.h"
#include "protocol/xdg_shell.h"

#include <stdlib.h>

/* Of a commit that is not applied yet. */
struct xdg_window_change {
	struct surface_change change;
	struct wl_list link;     /* xdg_surface::window_changes */
	struct xdg_surface *xdg; /* NULL: it was reset meanwhile, or is gone */
	struct xdg_window window;
};

static void xdg_window_drop(struct surface_change *change)
{
	struct xdg_window_change *window = wl_container_of(change, window, change);
	wl_list_remove(&window->link);
	free(window);
}

static void xdg_window_apply(struct surface_change *change, struct surface *surface)
{
	struct xdg_window_change *window = wl_container_of(change, window, change);
	if (window->xdg)
		window->xdg->window = window->window;
	xdg_window_drop(change);
}

static const struct surface_change_kind xdg_window_kind = {
	.apply = xdg_window_apply,
	.drop = xdg_window_drop,
};

void xdg_window_commit(struct xdg_surface *xdg)
{
	struct xdg_window_change *change = xcalloc(1, sizeof *change);
	change->change.kind = &xdg_window_kind;
	change->xdg = xdg;
	change->window = xdg->pending_window;
	wl_list_insert(&xdg->window_changes, &change->link);
	surface_state_add_change(&xdg->surface->pending, &change->change);
}

void xdg_window_reset(struct xdg_surface *xdg)
{
	struct xdg_window_change *change, *next;
	wl_list_for_each_safe (change, next, &xdg->window_changes, link) {
		wl_list_remove(&change->link);
		wl_list_init(&change->link);
		change->xdg = NULL;
	}
	/* What is the xdg_surface's, not its role's, outlives being unmapped. */
	const struct xdg_window kept = {
		.has_geometry = xdg->pending_window.has_geometry,
		.geometry = xdg->pending_window.geometry,
	};
	xdg->window = xdg->pending_window = kept;
}
