#include "protocol/subsurface.h"
#include "protocol/surface.h"

bool surface_is_mapped(const struct surface *surface)
{
	for (;;) {
		if (!surface->current.buffer)
			return false;
		const struct subsurface *subsurface = subsurface_from_surface(surface);
		if (!subsurface)
			return true;
		if (!subsurface->parent || !subsurface->added)
			return false;
		surface = subsurface->parent;
	}
}

struct surface *surface_root(struct surface *surface)
{
	struct subsurface *subsurface;
	while ((subsurface = subsurface_from_surface(surface)) && subsurface->parent)
		surface = subsurface->parent;
	return surface;
}

static void surface_visit(
	struct surface *surface, int32_t sx, int32_t sy, surface_visitor visitor, void *data)
{
	if (!surface->current.buffer)
		return;
	struct subsurface *child;
	wl_list_for_each (child, &surface->below, current_link)
		surface_visit(child->surface, sx + child->x, sy + child->y, visitor, data);
	visitor(surface, sx, sy, data);
	wl_list_for_each (child, &surface->above, current_link)
		surface_visit(child->surface, sx + child->x, sy + child->y, visitor, data);
}

void surface_for_each(struct surface *surface, surface_visitor visitor, void *data)
{
	surface_visit(surface, 0, 0, visitor, data);
}

struct surface_hit {
	double x, y;
	struct surface *surface;
	double sx, sy;
};

static void surface_hit_visit(struct surface *surface, int32_t sx, int32_t sy, void *data)
{
	struct surface_hit *hit = data;
	if (!surface_accepts_input(surface, hit->x - sx, hit->y - sy))
		return;
	hit->surface = surface; /* the last one visited is the top one */
	hit->sx = hit->x - sx;
	hit->sy = hit->y - sy;
}

struct surface *surface_at(struct surface *surface, double x, double y, double *sx, double *sy)
{
	struct surface_hit hit = {.x = x, .y = y};
	surface_for_each(surface, surface_hit_visit, &hit);
	*sx = hit.sx;
	*sy = hit.sy;
	return hit.surface;
}
