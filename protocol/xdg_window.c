#include "protocol/xdg_window.h"

#include "protocol/surface_cached.h"
#include "protocol/xdg_shell.h"

static void xdg_window_apply(void *owner, const void *state)
{
	struct xdg_surface *xdg = owner;
	const struct xdg_window *window = state;
	xdg->window = *window;
}

static const struct surface_cached_kind xdg_window_kind = {
	.change = SURFACE_CACHED_CHANGE,
	.size = sizeof(struct xdg_window),
	.apply = xdg_window_apply,
};

void xdg_window_commit(struct xdg_surface *xdg)
{
	if (!xdg->window_pending && xdg->pending_window.begun)
		return;
	xdg->window_pending = false;
	xdg->pending_window.begun = true;
	surface_cached_commit(
		xdg->surface, &xdg_window_kind, &xdg->waiting, xdg, &xdg->pending_window);
}

void xdg_window_reset(struct xdg_surface *xdg)
{
	surface_cached_forget(&xdg->waiting);
	/* What is the xdg_surface's, not its role's, outlives being unmapped. */
	const struct xdg_window kept = {
		.begun = xdg->pending_window.begun,
		.has_geometry = xdg->pending_window.has_geometry,
		.geometry = xdg->pending_window.geometry,
	};
	xdg->window = xdg->pending_window = kept;
}
