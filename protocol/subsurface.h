/** wl_subcompositor: trees of surfaces that are applied together. */
#ifndef PROTOCOL_SUBSURFACE_H
#define PROTOCOL_SUBSURFACE_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct surface;

struct subsurface {
	struct wl_resource *resource;
	struct surface *surface;
	struct surface *parent; /**< NULL: it is gone, nothing is shown any more */
	bool synchronized;
	bool added; /**< the parent has been committed since; before, nothing is shown */
	int32_t x, y, pending_x, pending_y;
	struct wl_list current_link,
		pending_link;  /**< surface::below, ::above; ::pending_below, ::pending_above */
	struct wl_list places; /**< struct subsurface_place::own_link: in commits that wait */
};

struct wl_global *subcompositor_create(struct wl_display *display);

/** NULL: the surface is no sub-surface. */
struct subsurface *subsurface_from_surface(const struct surface *surface);

/** Whether commits of the surface wait for its parent: it or any parent is in synchronised mode. */
bool subsurface_is_synchronized(const struct surface *surface);

/** The parent commits: adds its children's order and positions, if they changed, to what it
 * commits. */
void subsurface_commit_tree(struct surface *parent);

/** The parent goes: its children stay as surfaces without a place. */
void subsurface_orphan_children(struct surface *parent);

#endif
