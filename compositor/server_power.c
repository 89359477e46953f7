/* Turning the screen off and on, by wlr-output-power. */
#include "compositor/server_private.h"

#include "kms/output.h"

static void server_power_update(struct server *server)
{
	bool active = !server->session_away && !server->powered_off;
	if (server->screen.timer && active != server->screen.active)
		screen_set_active(&server->screen, active);
}

void server_set_session_active(struct server *server, bool active)
{
	server->session_away = !active;
	server_power_update(server);
}

static bool server_power_is_on(void *data, struct output *output)
{
	const struct server *server = data;
	return !server->powered_off;
}

/* While another VT has the display it is not ours to turn off: it is when we come back. */
static bool server_power_set(void *data, struct output *output, bool on)
{
	struct server *server = data;
	if (server->powered_off == on) {
		server->powered_off = !on;
		server_power_update(server);
		if (!on && server->kms && !server->session_away)
			kms_output_disable(server->kms);
	}
	output_power_changed(&server->output_power, output, on);
	return true;
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
