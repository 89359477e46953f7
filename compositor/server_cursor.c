/* When the pointer's picture is seen, and on which screen's plane. */
#include "compositor/server_input.h"

#include <wayland-server-protocol.h>

static bool server_cursor_is_wanted(const struct server *server)
{
	switch (server->options->cursor) {
	case OPTIONS_CURSOR_NEVER:
		return false;
	case OPTIONS_CURSOR_ALWAYS:
		return true;
	case OPTIONS_CURSOR_DEVICE:
		break;
	}
	return server_has_pointer(server) && !server->cursor_asleep;
}

const struct cursor *server_visible_cursor(const struct server *server)
{
	return server_cursor_is_wanted(server) ? &server->cursor : NULL;
}

static int server_handle_cursor_timer(void *data)
{
	struct server *server = data;
	server->cursor_asleep = true;
	server_schedule(server);
	return 0;
}

void server_wake_cursor(struct server *server)
{
	if (server->options->cursor_seconds == 0)
		return;
	if (!server->cursor_timer)
		server->cursor_timer =
			wl_event_loop_add_timer(server->loop, server_handle_cursor_timer, server);
	if (server->cursor_timer)
		wl_event_source_timer_update(
			server->cursor_timer, server->options->cursor_seconds * 1000);
	if (server->cursor_asleep)
		server_schedule(server);
	server->cursor_asleep = false;
}

void server_finish_cursor(struct server *server)
{
	if (server->cursor_timer)
		wl_event_source_remove(server->cursor_timer);
	server->cursor_timer = NULL;
}

bool server_show_cursor(struct server_screen *screen)
{
	struct server *server = screen->server;
	struct feedback *scene = &screen->screen.feedback;
	if (!server_is_cursor_captured(server, &screen->screen))
		return cursor_plane_show(&screen->cursor, server_visible_cursor(server), scene);
	/* Who captures it waits for what changes in the scene. */
	cursor_plane_yield(&screen->cursor, scene);
	return false;
}

void server_cursor_moved(struct server *server)
{
	struct server_screen *screen;
	if (!server->cursor.surface && !server->drag_icon.surface)
		return;
	wl_list_for_each (screen, &server->screens, link) {
		if (!cursor_plane_move(&screen->cursor, server_visible_cursor(server)) ||
			server->drag_icon.surface)
			screen_schedule(&screen->screen);
	}
}

static void server_handle_cursor_changed(void *data)
{
	struct server_screen *screen = data;
	screen_schedule(&screen->screen);
}

static const struct cursor_plane_listener server_cursor_listener = {
	.changed = server_handle_cursor_changed,
};

void server_init_cursor(struct server_screen *screen)
{
	screen->cursor = (struct cursor_plane){
		.listener = &server_cursor_listener,
		.data = screen,
		.device = screen->server->device,
		.kms = screen->kms,
		.renderer = &screen->server->renderer,
		.output = &screen->screen.output,
	};
	cursor_plane_init(&screen->cursor);
}
