/* With --layout mirror all screens show the first one's place, and clients see that one alone. */
#include "compositor/server_private.h"

#include "common/log.h"

#include <string.h>

bool server_is_mirror(const struct server_screen *screen)
{
	return screen->screen.source;
}

/* Its windows, if it had any, go to the one that it shows. */
static void server_make_mirror(struct server_screen *screen, const struct screen *source)
{
	struct server *server = screen->server;
	if (screen->place.output)
		desktop_remove_output(&server->desktop, &screen->place);
	screen->place.output = NULL;
	screen_set_source(&screen->screen, source, server->display);
}

static bool server_choose_source(struct server_screen *screen)
{
	struct server *server = screen->server;
	const struct server_screen *first = server_first_screen(server);
	const struct screen *source =
		server->layout == LAYOUT_MIRROR && screen != first ? &first->screen : NULL;
	bool changed = source != screen->screen.source;
	if (source)
		server_make_mirror(screen, source);
	else if (!screen_set_source(&screen->screen, NULL, server->display))
		log_error("%s: clients are not told of it: no memory", screen->identity.name);
	return changed;
}

bool server_choose_sources(struct server *server)
{
	struct server_screen *screen;
	bool changed = false;
	wl_list_for_each (screen, &server->screens, link)
		changed = server_choose_source(screen) || changed;
	return changed;
}

bool server_place_mirror(struct server_screen *screen)
{
	const struct server_screen *first = server_first_screen(screen->server);
	struct output_map map = screen->screen.output.map;
	struct xdg_box box = first->place.box;
	map.transform = screen->identity.map.transform;
	output_map_mirror(&map, &first->screen.output.map);
	bool changed = memcmp(&map, &screen->screen.output.map, sizeof map) != 0;
	if (changed)
		screen_remap(&screen->screen, &map);
	changed = changed || memcmp(&box, &screen->place.box, sizeof box) != 0;
	screen->place.box = box;
	return changed;
}

void server_set_layout(struct server *server, enum layout layout)
{
	if (layout == LAYOUT_UNSAID)
		layout = LAYOUT_EXTEND;
	if (layout == server->layout)
		return;
	server->layout = layout;
	server_arrange_screens(server);
}
