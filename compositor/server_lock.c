/*
 * The locked session: nothing but lock surfaces is seen, gets input or the keyboard, over black
 * where there is none. It stays so when the locker dies, until another one locks and unlocks.
 */
#include "compositor/server_private.h"

#include "common/log.h"
#include "protocol/touch.h"

static bool server_lock_is_mapped(const struct session_lock_surface *lock_surface)
{
	return lock_surface->mapped && lock_surface->surface && lock_surface->output;
}

/* The one under the pointer has the keyboard. */
static struct session_lock_surface *server_lock_focus(const struct server *server)
{
	const struct server_screen *screen =
		server_screen_at(server, server->cursor.x, server->cursor.y);
	struct session_lock_surface *lock_surface, *focus = NULL;
	wl_list_for_each (lock_surface, &server->session_lock.surfaces, link) {
		if (!server_lock_is_mapped(lock_surface))
			continue;
		if (!focus || (screen && lock_surface->output == &screen->screen.output))
			focus = lock_surface;
	}
	return focus;
}

static void server_lock_update(struct server *server)
{
	const struct session_lock_surface *focus = server_lock_focus(server);
	desktop_set_locked(
		&server->desktop, server->session_lock.locked, focus ? focus->surface : NULL);
	server_update_pointer(server);
	server_schedule(server);
}

void server_lock_confirm(struct server *server)
{
	const struct server_screen *screen;
	wl_list_for_each (screen, &server->screens, link) {
		if (screen->screen.active && !screen->lock_shown)
			return;
	}
	session_lock_confirm(&server->session_lock);
}

static void server_lock_handle_locked(void *data)
{
	struct server *server = data;
	struct server_screen *screen;
	log_info("the session is locked");
	/* A client in the middle of something hears no more of it. */
	pointer_cancel(&server->seat);
	pointer_gestures_cancel(&server->gestures);
	touch_cancel(&server->seat);
	tablet_cancel(&server->tablets);
	wl_list_for_each (screen, &server->screens, link)
		screen->lock_shown = false;
	server_lock_update(server);
	server_lock_confirm(server);
}

static void server_lock_handle_unlocked(void *data)
{
	log_info("the session is unlocked");
	server_lock_update(data);
}

void server_lock_arrange(struct server *server)
{
	struct session_lock_surface *lock_surface;
	wl_list_for_each (lock_surface, &server->session_lock.surfaces, link) {
		if (!lock_surface->output)
			continue;
		const struct xdg_box *box = &server_screen_of(lock_surface->output)->place.box;
		session_lock_surface_configure(lock_surface, box->width, box->height);
	}
	server_lock_update(server);
}

static void server_lock_handle_changed(void *data)
{
	server_lock_arrange(data);
}

static const struct session_lock_listener server_lock_listener = {
	.locked = server_lock_handle_locked,
	.unlocked = server_lock_handle_unlocked,
	.changed = server_lock_handle_changed,
};

void server_lock_add_to_scene(const struct server *server, struct scene *scene)
{
	const struct session_lock_surface *lock_surface;
	wl_list_for_each (lock_surface, &server->session_lock.surfaces, link) {
		if (server_lock_is_mapped(lock_surface))
			scene_add_tree(scene, lock_surface->surface, lock_surface->output->map.x,
				lock_surface->output->map.y);
	}
}

struct surface *server_lock_surface_at(
	const struct server *server, double x, double y, double *sx, double *sy)
{
	const struct server_screen *screen = server_screen_at(server, x, y);
	const struct session_lock_surface *lock_surface;
	wl_list_for_each (lock_surface, &server->session_lock.surfaces, link) {
		if (server_lock_is_mapped(lock_surface) && screen &&
			lock_surface->output == &screen->screen.output)
			return surface_at(lock_surface->surface, x - screen->place.box.x,
				y - screen->place.box.y, sx, sy);
	}
	return NULL;
}

void server_lock_presented(struct server_screen *screen)
{
	screen->lock_shown = screen->lock_drawn;
	server_lock_confirm(screen->server);
}

bool server_create_lock(struct server *server)
{
	server->session_lock.listener = &server_lock_listener;
	server->session_lock.data = server;
	return session_lock_create(&server->session_lock, server->display);
}
