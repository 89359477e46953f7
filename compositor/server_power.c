/* Turning screens off and on, by wlr-output-power. */
#include "compositor/server_input.h"

#include "kms/output.h"

void server_power_update(struct server_screen *screen)
{
	bool active = !screen->server->session_away && !screen->powered_off;
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
	wl_list_for_each (screen, &server->screens, link) {
		if (screen->powered_off)
			server_turn_off(screen);
	}
}

static bool server_power_is_on(void *data, struct output *output)
{
	return !server_screen_of(output)->powered_off;
}

/* While another VT has the display it is not ours to turn off: server_set_session_active() does. */
static void server_power_turn(struct server_screen *screen, bool on)
{
	if (screen->powered_off == !on)
		return;
	screen->powered_off = !on;
	server_power_update(screen);
	if (!on && !screen->server->session_away)
		server_turn_off(screen);
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
	output_power_changed(&screen->server->output_power, output, on);
	return true;
}

void server_set_power(struct server *server, bool on)
{
	struct server_screen *screen;
	wl_list_for_each (screen, &server->screens, link)
		server_power_set(server, &screen->screen.output, on);
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
