#include "compositor/server_input.h"

void server_idle_activity(struct server *server)
{
	idle_notify_activity(&server->idle_notifier);
	server_blank_activity(server);
}

void server_idle_update(struct server *server)
{
	bool inhibited = idle_inhibit_is_active(&server->idle_inhibit);
	if (server->idle_notifier.inhibited == inhibited)
		return;
	idle_notify_set_inhibited(&server->idle_notifier, inhibited);
	server_blank_inhibition(server);
}

static void server_idle_handle_changed(void *data)
{
	server_idle_update(data);
}

/* Of a window that is mapped: behind which other it is does not matter. */
static bool server_idle_handle_is_seen(void *data, struct surface *surface)
{
	const struct xdg_surface *xdg = xdg_surface_from_surface(surface_root(surface));
	return !xdg || xdg->mapped;
}

static const struct idle_inhibit_listener server_idle_inhibit_listener = {
	.changed = server_idle_handle_changed,
	.is_seen = server_idle_handle_is_seen,
};

bool server_idle_create(struct server *server)
{
	server->idle_inhibit.listener = &server_idle_inhibit_listener;
	server->idle_inhibit.data = server;
	return idle_notify_create(&server->idle_notifier, server->display) &&
	       idle_inhibit_create(&server->idle_inhibit, server->display) &&
	       server_blank_create(server);
}

void server_idle_destroy(struct server *server)
{
	server_blank_destroy(server);
	idle_inhibit_destroy(&server->idle_inhibit);
	idle_notify_destroy(&server->idle_notifier);
}
