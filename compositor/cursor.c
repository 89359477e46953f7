#include "compositor/cursor.h"

#include "compositor/scene.h"
#include "protocol/surface.h"

#include <math.h>

static void cursor_change(struct cursor *cursor)
{
	if (++cursor->version == 0)
		cursor->version = 1;
}

static void cursor_handle_commit(struct wl_listener *listener, void *data)
{
	struct cursor *cursor = wl_container_of(listener, cursor, surface_commit);
	const struct surface *surface = data;
	/* wl_surface.offset moves the picture under the hotspot (wl_pointer.set_cursor). */
	cursor->hotspot_x = space_limit(cursor->hotspot_x - surface->current.dx);
	cursor->hotspot_y = space_limit(cursor->hotspot_y - surface->current.dy);
	cursor_change(cursor);
}

void cursor_init(struct cursor *cursor)
{
	wl_list_init(&cursor->surface_commit.link);
	cursor->surface_commit.notify = cursor_handle_commit;
}

void cursor_set(
	struct cursor *cursor, struct surface *surface, int32_t hotspot_x, int32_t hotspot_y)
{
	wl_list_remove(&cursor->surface_commit.link);
	wl_list_init(&cursor->surface_commit.link);
	cursor->surface = surface;
	cursor->hotspot_x = hotspot_x;
	cursor->hotspot_y = hotspot_y;
	cursor_change(cursor);
	if (surface)
		wl_signal_add(&surface->events.commit, &cursor->surface_commit);
}

void cursor_move(struct cursor *cursor, double x, double y)
{
	cursor->x = x;
	cursor->y = y;
}

void cursor_add_to_scene(const struct cursor *cursor, struct scene *scene)
{
	double x = cursor->x, y = cursor->y;
	/* The hotspot is on the pixel that is pointed at, not on the nearest corner of one. */
	output_map_snap(&scene->map, &x, &y);
	if (cursor->surface)
		scene_add_tree(
			scene, cursor->surface, x - cursor->hotspot_x, y - cursor->hotspot_y);
}
