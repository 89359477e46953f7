/* Where the screens lie: beside each other, left to right, unless they were told a place. */
#include "compositor/server_input.h"

#include <math.h>
#include <string.h>

struct server_screen *server_first_screen(const struct server *server)
{
	struct server_screen *first;
	if (wl_list_empty(&server->screens))
		return NULL;
	return wl_container_of(server->screens.next, first, link);
}

struct server_screen *server_find_screen(const struct server *server, const char *name)
{
	struct server_screen *screen;
	wl_list_for_each (screen, &server->screens, link) {
		if (strcmp(screen->screen.output.name, name) == 0)
			return screen;
	}
	return NULL;
}

struct server_screen *server_nth_screen(const struct server *server, uint32_t n)
{
	struct server_screen *screen;
	wl_list_for_each (screen, &server->screens, link) {
		if (screen->nth == n)
			return screen;
	}
	return NULL;
}

/* How far a point is from a box: 0 inside. */
static double server_distance(const struct xdg_box *box, double x, double y)
{
	double dx = fmax(fmax(box->x - x, x - (box->x + box->width)), 0);
	double dy = fmax(fmax(box->y - y, y - (box->y + box->height)), 0);
	return dx * dx + dy * dy;
}

struct server_screen *server_screen_at(const struct server *server, double x, double y)
{
	struct server_screen *screen, *nearest = NULL;
	double least = 0;
	wl_list_for_each (screen, &server->screens, link) {
		const struct xdg_box *box = &screen->place.box;
		if (xdg_box_has(box, x, y))
			return screen;
		double distance = server_distance(box, x, y);
		if (nearest && distance >= least)
			continue;
		nearest = screen;
		least = distance;
	}
	return nearest;
}

struct xdg_box server_layout_box(const struct server *server)
{
	const struct server_screen *screen, *first = server_first_screen(server);
	if (!first)
		return (struct xdg_box){0};
	pixman_box32_t all = {
		first->place.box.x, first->place.box.y, first->place.box.x, first->place.box.y};
	wl_list_for_each (screen, &server->screens, link) {
		const struct xdg_box *box = &screen->place.box;
		all.x1 = box->x < all.x1 ? box->x : all.x1;
		all.y1 = box->y < all.y1 ? box->y : all.y1;
		all.x2 = box->x + box->width > all.x2 ? box->x + box->width : all.x2;
		all.y2 = box->y + box->height > all.y2 ? box->y + box->height : all.y2;
	}
	return (struct xdg_box){all.x1, all.y1, all.x2 - all.x1, all.y2 - all.y1};
}

/* The right and the bottom edge are the next screen's. */
static double server_clamp(double at, int32_t start, int32_t length)
{
	return fmin(fmax(at, start), start + length - 1);
}

static void server_clamp_to_box(const struct xdg_box *box, double *x, double *y)
{
	if (xdg_box_has(box, *x, *y))
		return;
	*x = server_clamp(*x, box->x, box->width);
	*y = server_clamp(*y, box->y, box->height);
}

void server_clamp_to_screens(const struct server *server, double *x, double *y)
{
	const struct server_screen *screen = server_screen_at(server, *x, *y);
	if (screen)
		server_clamp_to_box(&screen->place.box, x, y);
}

struct server_screen *server_screen_of(const struct output *output)
{
	struct server_screen *screen;
	return wl_container_of(output, screen, screen.output);
}

/* True: it has another place or another size now, or will have. */
static bool server_place_screen(struct server_screen *screen, int32_t x, int32_t y)
{
	struct screen *shown = &screen->screen;
	const struct kms_mode *mode = screen_coming_mode(shown);
	struct output_map map = shown->output.map;
	map.x = x;
	map.y = y;
	map.transform = screen->identity.map.transform;
	map.scale = screen->identity.map.scale;
	map.zoom = 0;
	map.fit = (pixman_box32_t){0};
	bool changed = memcmp(&map, &shown->output.map, sizeof map) != 0;
	if (changed)
		screen_remap(shown, &map);
	struct xdg_box box = {.x = x, .y = y};
	map.width = mode->width;
	map.height = mode->height;
	output_map_size(&map, &box.width, &box.height);
	if (memcmp(&box, &screen->place.box, sizeof box) == 0)
		return changed;
	screen->place.changing = screen_is_changing_mode(shown);
	if (screen->place.output)
		desktop_place_output(&screen->server->desktop, &screen->place, &box);
	screen->place.box = box;
	screen_schedule(shown);
	return true;
}

/* True: something has changed. */
static bool server_place_screens(struct server *server)
{
	struct server_screen *screen;
	int32_t right = 0;
	bool changed = false;
	wl_list_for_each (screen, &server->screens, link) {
		bool moved = server_is_mirror(screen) ? server_place_mirror(screen)
			     : screen->positioned
				     ? server_place_screen(screen, screen->x, screen->y)
				     : server_place_screen(screen, right, 0);
		if (moved && screen->head.manager)
			server_tell_head(screen);
		changed = changed || moved;
		int32_t end = screen->place.box.x + screen->place.box.width;
		right = end > right ? end : right;
	}
	return changed;
}

/* The pointer stays on its screen, which was at from. */
static void server_carry_pointer(
	struct server *server, const struct server_screen *screen, const struct xdg_box *from)
{
	double x = server->cursor.x, y = server->cursor.y;
	if (screen && xdg_box_has(from, x, y)) {
		x += screen->place.box.x - from->x;
		y += screen->place.box.y - from->y;
		server_clamp_to_box(&screen->place.box, &x, &y);
	}
	server_pointer_place_cursor(server, x, y);
	drag_restart(&server->desktop.drag);
	/* The next place of an absolute device is no motion from the last one. */
	server->has_place = false;
}

void server_arrange_screens(struct server *server)
{
	const struct server_screen *pointed =
		server_screen_at(server, server->cursor.x, server->cursor.y);
	const struct xdg_box from = pointed ? pointed->place.box : (struct xdg_box){0};
	bool changed = server_choose_sources(server);
	changed = server_place_screens(server) || changed;
	server_move_proof(server);
	if (!server->running || !changed)
		return;
	server_carry_pointer(server, pointed, &from);
	server_show_screens(server);
	server_lock_arrange(server);
	server_update_pointer(server);
}
