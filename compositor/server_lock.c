/*
 * The locked session: nothing but lock surfaces is seen, gets input or the keyboard, over black
 * where there is none. It stays so when the locker dies, until another one locks and unlocks.
 */
#include "compositor/server_private.h"

#include "common/log.h"
#include "protocol/touch.h"

static struct session_lock_surface *server_lock_surface(const struct server *server)
{
	struct session_lock_surface *lock_surface;
	wl_list_for_each (lock_surface, &server->session_lock.surfaces, link) {
		if (lock_surface->mapped && lock_surface->surface)
			return lock_surface;
	}
	return NULL;
}

static void server_lock_update(struct server *server)
{
	const struct session_lock_surface *focus = server_lock_surface(server);
	desktop_set_locked(
		&server->desktop, server->session_lock.locked, focus ? focus->surface : NULL);
	server_update_pointer(server);
	server_schedule(server);
}

static void server_lock_handle_locked(void *data)
{
	struct server *server = data;
	log_info("the session is locked");
	/* A client in the middle of something hears no more of it. */
	pointer_set_focus(&server->seat, NULL, 0, 0);
	touch_cancel(&server->seat);
	server->lock_shown = false;
	server_lock_update(server);
	if (!server->screen.active)
		session_lock_confirm(&server->session_lock);
}

static void server_lock_handle_unlocked(void *data)
{
	log_info("the session is unlocked");
	server_lock_update(data);
}

void server_lock_resize(struct server *server)
{
	struct session_lock_surface *lock_surface;
	wl_list_for_each (lock_surface, &server->session_lock.surfaces, link)
		session_lock_surface_configure(
			lock_surface, server->desktop.width, server->desktop.height);
	server_lock_update(server);
}

static void server_lock_handle_changed(void *data)
{
	server_lock_resize(data);
}

static const struct session_lock_listener server_lock_listener = {
	.locked = server_lock_handle_locked,
	.unlocked = server_lock_handle_unlocked,
	.changed = server_lock_handle_changed,
};

void server_lock_add_to_scene(const struct server *server, struct scene *scene)
{
	const struct session_lock_surface *lock_surface = server_lock_surface(server);
	if (lock_surface)
		scene_add_tree(scene, lock_surface->surface, 0, 0);
}

struct surface *server_lock_surface_at(
	const struct server *server, double x, double y, double *sx, double *sy)
{
	const struct session_lock_surface *lock_surface = server_lock_surface(server);
	return lock_surface ? surface_at(lock_surface->surface, x, y, sx, sy) : NULL;
}

void server_lock_presented(struct server *server)
{
	if (server->lock_shown)
		session_lock_confirm(&server->session_lock);
}

bool server_create_lock(struct server *server)
{
	server->session_lock.listener = &server_lock_listener;
	server->session_lock.data = server;
	return session_lock_create(&server->session_lock, server->display);
}
