#include "protocol/subsurface.h"

#include "common/xalloc.h"
#include "protocol/resource.h"
#include "protocol/surface.h"
#include "protocol/surface_queue.h"

#include <stdlib.h>
#include <wayland-server-protocol.h>

/* Whoever walks the tree recurses. */
#define SUBSURFACE_MAX_DEPTH 64

/* Of one surface: every commit of it looks at each. */
#define SUBSURFACE_MAX_SIBLINGS 512

static void subsurface_handle_surface_destroy(struct surface *surface);

static const struct surface_role subsurface_role = {
	.name = "wl_subsurface",
	.has_object = true,
	.destroy = subsurface_handle_surface_destroy,
};

struct subsurface *subsurface_from_surface(const struct surface *surface)
{
	return surface->role == &subsurface_role ? surface->role_data : NULL;
}

bool subsurface_is_synchronized(const struct surface *surface)
{
	const struct subsurface *subsurface;
	while ((subsurface = subsurface_from_surface(surface)) && subsurface->parent) {
		if (subsurface->synchronized)
			return true;
		surface = subsurface->parent;
	}
	return false;
}

/* Where a commit of the parent puts a child. */
struct subsurface_place {
	struct wl_list own_link;       /* subsurface::places */
	struct subsurface *subsurface; /* NULL: it is gone */
	int32_t x, y;
	bool above;
};

/* The children of a surface, bottom to top, as it commits them: in one piece, for there may be
 * hundreds and every commit that moves one of them lists all. */
struct subsurface_order {
	struct surface_change change;
	size_t len;
	struct subsurface_place places[];
};

static void subsurface_remove_place(struct subsurface_place *place)
{
	wl_list_remove(&place->own_link);
	place->subsurface = NULL;
}

static void subsurface_drop_order(struct surface_change *change)
{
	struct subsurface_order *order = wl_container_of(change, order, change);
	for (size_t i = 0; i < order->len; i++) {
		if (order->places[i].subsurface)
			subsurface_remove_place(&order->places[i]);
	}
	free(order);
}

static void subsurface_apply_order(struct surface_change *change, struct surface *parent)
{
	struct subsurface_order *order = wl_container_of(change, order, change);
	for (size_t i = 0; i < order->len; i++) {
		const struct subsurface_place *place = &order->places[i];
		struct subsurface *child = place->subsurface;
		if (!child)
			continue;
		wl_list_remove(&child->current_link);
		wl_list_insert(place->above ? parent->above.prev : parent->below.prev,
			&child->current_link);
		child->added = true;
		child->x = place->x;
		child->y = place->y;
	}
	subsurface_drop_order(change);
}

static const struct surface_change_kind subsurface_order_kind = {
	.apply = subsurface_apply_order,
	.drop = subsurface_drop_order,
};

static void subsurface_add_places(
	struct subsurface_order *order, const struct wl_list *children, bool above)
{
	struct subsurface *child;
	wl_list_for_each (child, children, pending_link) {
		struct subsurface_place *place = &order->places[order->len++];
		place->subsurface = child;
		place->x = child->pending_x;
		place->y = child->pending_y;
		place->above = above;
		wl_list_insert(&child->places, &place->own_link);
	}
}

void subsurface_commit_tree(struct surface *parent)
{
	if (!parent->pending_tree)
		return;
	parent->pending_tree = false;
	struct subsurface_order *order =
		xcalloc(1, sizeof *order + parent->n_children * sizeof order->places[0]);
	order->change.kind = &subsurface_order_kind;
	subsurface_add_places(order, &parent->pending_below, false);
	subsurface_add_places(order, &parent->pending_above, true);
	surface_state_add_change(&parent->pending, &order->change);
}

static void subsurface_detach(struct subsurface *subsurface)
{
	if (!subsurface->parent)
		return;
	wl_list_remove(&subsurface->pending_link);
	wl_list_remove(&subsurface->current_link);
	wl_list_init(&subsurface->pending_link);
	wl_list_init(&subsurface->current_link);
	struct subsurface_place *place, *next;
	wl_list_for_each_safe (place, next, &subsurface->places, own_link)
		subsurface_remove_place(place);
	struct surface *parent = subsurface->parent;
	parent->n_children--;
	subsurface->parent = NULL;
	surface_queue_detach(subsurface->surface, parent);
}

void subsurface_orphan_children(struct surface *parent)
{
	struct wl_list *lists[] = {&parent->pending_below, &parent->pending_above};
	for (int i = 0; i < 2; i++) {
		struct subsurface *child, *next;
		wl_list_for_each_safe (child, next, lists[i], pending_link)
			subsurface_detach(child);
	}
}

static void subsurface_handle_set_position(
	struct wl_client *client, struct wl_resource *resource, int32_t x, int32_t y)
{
	struct subsurface *subsurface = wl_resource_get_user_data(resource);
	if (!subsurface)
		return;
	subsurface->pending_x = space_limit(x);
	subsurface->pending_y = space_limit(y);
	if (subsurface->parent)
		subsurface->parent->pending_tree = true;
}

static struct subsurface *subsurface_find_sibling(
	struct subsurface *subsurface, const struct surface *sibling)
{
	struct subsurface *other = subsurface_from_surface(sibling);
	return other && other != subsurface && other->parent == subsurface->parent ? other : NULL;
}

/* Puts the sub-surface right above (or below) the sibling or the parent itself. */
static void subsurface_place(
	struct wl_resource *resource, struct wl_resource *sibling_resource, bool above)
{
	struct subsurface *subsurface = wl_resource_get_user_data(resource);
	if (!subsurface || !subsurface->parent)
		return;
	struct surface *reference = surface_from_resource(sibling_resource);
	struct wl_list *at;
	if (reference == subsurface->parent) {
		at = above ? &subsurface->parent->pending_above
			   : subsurface->parent->pending_below.prev;
	} else {
		struct subsurface *sibling = subsurface_find_sibling(subsurface, reference);
		if (!sibling) {
			wl_resource_post_error(resource, WL_SUBSURFACE_ERROR_BAD_SURFACE,
				"wl_surface#%u is neither the parent nor a sibling",
				wl_resource_get_id(sibling_resource));
			return;
		}
		at = above ? &sibling->pending_link : sibling->pending_link.prev;
	}
	if (at == &subsurface->pending_link)
		return;
	wl_list_remove(&subsurface->pending_link);
	wl_list_insert(at, &subsurface->pending_link);
	subsurface->parent->pending_tree = true;
}

static void subsurface_handle_place_above(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *sibling)
{
	subsurface_place(resource, sibling, true);
}

static void subsurface_handle_place_below(
	struct wl_client *client, struct wl_resource *resource, struct wl_resource *sibling)
{
	subsurface_place(resource, sibling, false);
}

static void subsurface_handle_set_sync(struct wl_client *client, struct wl_resource *resource)
{
	struct subsurface *subsurface = wl_resource_get_user_data(resource);
	if (subsurface)
		subsurface->synchronized = true;
}

static void subsurface_handle_set_desync(struct wl_client *client, struct wl_resource *resource)
{
	struct subsurface *subsurface = wl_resource_get_user_data(resource);
	if (!subsurface || !subsurface->synchronized)
		return;
	subsurface->synchronized = false;
	surface_queue_desynchronize(subsurface->surface);
}

static const struct wl_subsurface_interface subsurface_implementation = {
	.destroy = resource_handle_destroy,
	.set_position = subsurface_handle_set_position,
	.place_above = subsurface_handle_place_above,
	.place_below = subsurface_handle_place_below,
	.set_sync = subsurface_handle_set_sync,
	.set_desync = subsurface_handle_set_desync,
};

static void subsurface_destroy(struct subsurface *subsurface)
{
	struct surface *parent = subsurface->parent;
	subsurface_detach(subsurface);
	subsurface->surface->role_data = NULL;
	wl_resource_set_user_data(subsurface->resource, NULL);
	/* Unmapped at once (wl_subsurface.destroy): whoever draws looks at the parent's tree again.
	 */
	if (parent)
		wl_signal_emit_mutable(&parent->events.commit, parent);
	free(subsurface);
}

static void subsurface_handle_surface_destroy(struct surface *surface)
{
	subsurface_destroy(surface->role_data);
}

static void subsurface_handle_resource_destroy(struct wl_resource *resource)
{
	struct subsurface *subsurface = wl_resource_get_user_data(resource);
	if (subsurface)
		subsurface_destroy(subsurface);
}

/* Generations of sub-surfaces. */
static int subsurface_height(const struct surface *surface)
{
	const struct wl_list *lists[] = {&surface->pending_below, &surface->pending_above};
	int height = 0;
	for (int i = 0; i < 2; i++) {
		const struct subsurface *child;
		wl_list_for_each (child, lists[i], pending_link) {
			int below = 1 + subsurface_height(child->surface);
			height = below > height ? below : height;
		}
	}
	return height;
}

static int subsurface_depth(const struct surface *surface)
{
	int depth = 0;
	const struct subsurface *subsurface;
	while ((subsurface = subsurface_from_surface(surface)) && subsurface->parent) {
		surface = subsurface->parent;
		depth++;
	}
	return depth;
}

static bool subsurface_is_descendant(const struct surface *surface, const struct surface *ancestor)
{
	for (; surface; surface = subsurface_from_surface(surface)
					  ? subsurface_from_surface(surface)->parent
					  : NULL) {
		if (surface == ancestor)
			return true;
	}
	return false;
}

static void subcompositor_handle_get_subsurface(struct wl_client *client,
	struct wl_resource *resource, uint32_t id, struct wl_resource *surface_resource,
	struct wl_resource *parent_resource)
{
	struct surface *surface = surface_from_resource(surface_resource);
	struct surface *parent = surface_from_resource(parent_resource);
	if (subsurface_is_descendant(parent, surface)) {
		wl_resource_post_error(resource, WL_SUBCOMPOSITOR_ERROR_BAD_PARENT,
			"wl_surface#%u would be its own ancestor",
			wl_resource_get_id(surface_resource));
		return;
	}
	if (subsurface_depth(parent) + 1 + subsurface_height(surface) > SUBSURFACE_MAX_DEPTH) {
		wl_client_post_implementation_error(
			client, "sub-surfaces nested more than %d deep", SUBSURFACE_MAX_DEPTH);
		return;
	}
	if (parent->n_children >= SUBSURFACE_MAX_SIBLINGS) {
		wl_client_post_implementation_error(client,
			"more than %d sub-surfaces of one surface", SUBSURFACE_MAX_SIBLINGS);
		return;
	}
	struct subsurface *subsurface = xcalloc(1, sizeof *subsurface);
	if (!surface_set_role(surface, &subsurface_role, subsurface, resource,
		    WL_SUBCOMPOSITOR_ERROR_BAD_SURFACE)) {
		free(subsurface);
		return;
	}
	subsurface->resource = resource_create(client, &wl_subsurface_interface,
		(uint32_t)wl_resource_get_version(resource), id, &subsurface_implementation,
		subsurface, subsurface_handle_resource_destroy);
	if (!subsurface->resource) {
		surface->role_data = NULL;
		free(subsurface);
		return;
	}
	subsurface->surface = surface;
	subsurface->parent = parent;
	subsurface->synchronized = true;
	wl_list_init(&subsurface->current_link);
	wl_list_init(&subsurface->places);
	wl_list_insert(parent->pending_above.prev, &subsurface->pending_link);
	parent->n_children++;
	parent->pending_tree = true;
}

static const struct wl_subcompositor_interface subcompositor_implementation = {
	.destroy = resource_handle_destroy,
	.get_subsurface = subcompositor_handle_get_subsurface,
};

static void subcompositor_bind(struct wl_client *client, void *data, uint32_t version, uint32_t id)
{
	resource_create(client, &wl_subcompositor_interface, version, id,
		&subcompositor_implementation, NULL, NULL);
}

struct wl_global *subcompositor_create(struct wl_display *display)
{
	return wl_global_create(display, &wl_subcompositor_interface, 1, NULL, subcompositor_bind);
}
