/* Blanking: without input for as long as --blank says, the screens are turned off; the next input
 * turns them on. */
#include "compositor/server_input.h"

static void server_blank_arm(struct server *server)
{
	wl_event_source_timer_update(server->blank_timer, server->options->blank * 1000);
}

static int server_blank_handle_timer(void *data)
{
	struct server *server = data;
	if (idle_inhibit_is_active(&server->idle_inhibit)) {
		server_blank_arm(server);
		return 0;
	}
	server_set_blanked(server, true);
	return 0;
}

void server_blank_inhibition(struct server *server)
{
	if (server->blank_timer && !server->blanked)
		server_blank_arm(server);
}

void server_blank_activity(struct server *server)
{
	if (!server->blank_timer)
		return;
	if (server->blanked)
		server_set_blanked(server, false);
	server_blank_arm(server);
}

bool server_blank_create(struct server *server)
{
	if (!server->options->blank)
		return true;
	server->blank_timer =
		wl_event_loop_add_timer(server->loop, server_blank_handle_timer, server);
	if (server->blank_timer)
		server_blank_arm(server);
	return server->blank_timer;
}

void server_blank_destroy(struct server *server)
{
	if (server->blank_timer)
		wl_event_source_remove(server->blank_timer);
	server->blank_timer = NULL;
}
