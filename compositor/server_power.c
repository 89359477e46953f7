/*
 * Turning screens off and on: those that clients want off, by wlr-output-power, and all while
 * nobody does anything (server_blank.c). Clients are told of both as the mode of the output.
 */
#include "compositor/server_input.h"

#include "kms/output.h"

/* Whether it is to show anything when the session has the display. */
static bool server_power_is_lit(const struct server_screen *screen)
{
	return !screen->server->blanked && !screen->powered_off;
}

void server_power_update(struct server_screen *screen)
{
	bool active = !screen->server->session_away && server_power_is_lit(screen);
	if (active == screen->screen.active)
		return;
	screen->turn_off = false;
	screen_set_active(&screen->screen, active);
	if (!active) {
		captures_screen_off(&screen->server->captures, &screen->screen);
		server_answer_mode_request(screen, NULL); /* it comes with the display */
		server_lock_confirm(screen->server);
	}
	cursor_plane_forget(&screen->cursor);
}

void server_set_session_active(struct server *server, bool active)
{
	struct server_screen *screen;
	server->session_away = !active;
	server->session_turns++;
	wl_list_for_each (screen, &server->screens, link)
		server_power_update(screen);
	if (!active)
		return;
	server_blank_activity(server); /* somebody is there */
	/* Whoever had the display may have turned on what is to be off. */
	wl_list_for_each (screen, &server->screens, link) {
		if (screen->powered_off)
			server_turn_off(screen);
	}
	wl_list_for_each (screen, &server->disabled, link)
		server_turn_off(screen);
}

static bool server_power_is_on(void *data, struct output *output)
{
	return server_power_is_lit(server_screen_of(output));
}

/* It is lit now, or not any more. While another VT has the display it is not ours to turn off:
 * server_set_session_active() does. */
static void server_power_changed(struct server_screen *screen)
{
	struct server *server = screen->server;
	bool lit = server_power_is_lit(screen);
	server_power_update(screen);
	if (!lit && !server->session_away)
		server_turn_off(screen);
	output_power_changed(&server->output_power, &screen->screen.output, lit);
}

static void server_power_turn(struct server_screen *screen, bool on)
{
	bool was_lit = server_power_is_lit(screen);
	screen->powered_off = !on;
	if (server_power_is_lit(screen) != was_lit)
		server_power_changed(screen);
}

static bool server_power_set(void *data, struct output *output, bool on)
{
	struct server_screen *screen = server_screen_of(output), *other;
	/* With its mirrors, of which no client knows. */
	wl_list_for_each (other, &screen->server->screens, link) {
		if (other == screen || other->screen.source == &screen->screen)
			server_power_turn(other, on);
	}
	if (on)
		server_blank_activity(screen->server);
	return true;
}

void server_set_blanked(struct server *server, bool blanked)
{
	struct server_screen *screen;
	server->blanked = blanked;
	wl_list_for_each (screen, &server->screens, link) {
		if (!screen->powered_off)
			server_power_changed(screen);
	}
}

static const struct output_power_listener server_power_listener = {
	.is_on = server_power_is_on,
	.set = server_power_set,
};

bool server_create_output_power(struct server *server)
{
	server->output_power.listener = &server_power_listener;
	server->output_power.data = server;
	return output_power_create(&server->output_power, server->display);
}
