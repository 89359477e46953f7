#include "compositor/server_private.h"

#include "common/log.h"
#include "common/xalloc.h"
#include "compositor/client_socket.h"
#include "protocol/fractional_scale.h"
#include "protocol/presentation.h"
#include "protocol/shm.h"
#include "protocol/subsurface.h"
#include "protocol/viewporter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Follows a surface: whatever it changes may be seen. Lives as long as the surface. */
struct server_surface {
	struct server *server;
	struct wl_listener commit, destroy;
};

static void server_handle_surface_commit(struct wl_listener *listener, void *data)
{
	struct server_surface *tracked = wl_container_of(listener, tracked, commit);
	struct surface *surface = data;
	/* Mesa follows each commit of VK_PRESENT_MODE_FIFO by one that only waits. */
	if (surface->applying_nothing)
		return;
	if (surface->current.buffer)
		renderer_admit(&tracked->server->renderer, surface->current.buffer);
	trace_commit(tracked->server->trace, surface);
	server_schedule(tracked->server);
	if (subsurface_from_surface(surface))
		server_schedule_pointer(tracked->server);
}

static void server_handle_surface_destroy(struct wl_listener *listener, void *data)
{
	struct server_surface *tracked = wl_container_of(listener, tracked, destroy);
	struct server_screen *screen;
	wl_list_for_each (screen, &tracked->server->screens, link)
		screen_forget_surface(&screen->screen, data);
	server_schedule(tracked->server);
	server_schedule_pointer(tracked->server);
	wl_list_remove(&tracked->commit.link);
	wl_list_remove(&tracked->destroy.link);
	free(tracked);
}

static void server_handle_new_surface(void *data, struct surface *surface)
{
	struct server_surface *tracked = xcalloc(1, sizeof *tracked);
	tracked->server = data;
	const char *name = client_socket_mark(wl_resource_get_client(surface->resource));
	const struct server_screen *screen = name ? server_find_screen(data, name) : NULL;
	if (!screen)
		screen = server_first_screen(data);
	if (screen)
		output_prefer(&screen->screen.output, surface);
	tracked->commit.notify = server_handle_surface_commit;
	tracked->destroy.notify = server_handle_surface_destroy;
	wl_signal_add(&surface->events.commit, &tracked->commit);
	wl_signal_add(&surface->events.destroy, &tracked->destroy);
}

static const struct compositor_listener server_compositor_listener = {
	.new_surface = server_handle_new_surface,
};

static void server_handle_desktop_changed(void *data)
{
	struct server *server = data;
	server_schedule(server);
	server_schedule_pointer(server);
}

static void server_handle_window_changed(void *data, struct view *view)
{
	server_tell_window(data, view);
}

/* A session without a command is not anybody's: it goes on, as it does with one that comes back. Of
 * several, one may open its first window when another has closed its last. */
static void server_handle_desktop_ended(void *data)
{
	struct server *server = data;
	if (server->options->n_commands != 1 || server->options->restart != RESTART_NEVER)
		return;
	log_info("the last window is closed: the session ends");
	wl_display_terminate(server->display);
}

static const char *server_handle_assigned(void *data, const struct wl_client *client)
{
	return client_socket_mark(client);
}

static const struct desktop_listener server_desktop_listener = {
	.assigned = server_handle_assigned,
	.changed = server_handle_desktop_changed,
	.window_changed = server_handle_window_changed,
	.ended = server_handle_desktop_ended,
};

static bool server_create_globals(struct server *server)
{
	struct wl_display *display = server->display;
	privilege_init(display, server->options->privileged);
	server->compositor.listener = &server_compositor_listener;
	server->compositor.data = server;
	server->desktop.listener = &server_desktop_listener;
	server->desktop.data = server;
	server->desktop.policy = server->options->windows ? &windows_policy : &kiosk_policy;
	const char *lenient = getenv("VITRINE_LENIENT");
	server->desktop.shell.lenient = lenient && strcmp(lenient, "1") == 0;
	server->seat.lenient = server->desktop.shell.lenient;
	server->desktop.layers.shell.lenient = server->desktop.shell.lenient;
	server->desktop.seat = &server->seat;
	return compositor_create(display, &server->compositor) && subcompositor_create(display) &&
	       shm_create(display) && desktop_create(&server->desktop, display) &&
	       presentation_create(display) && viewporter_create(display) &&
	       security_context_create(&server->security_context, display) &&
	       server_create_surface_globals(server) && server_create_shell_globals(server) &&
	       server_create_timing_globals(server) && server_create_syncobj(server) &&
	       server_create_capture(server) && server_create_window_globals(server) &&
	       server_create_lock(server) && server_create_output_management(server) &&
	       server_create_output_power(server) && server_create_dmabuf(server);
}

/* The socket's name; NULL: logged. */
static const char *server_create_socket(struct server *server)
{
	const char *name = server->options->socket, *folder = getenv("XDG_RUNTIME_DIR");
	if (!name) {
		name = wl_display_add_socket_auto(server->display);
		if (!name)
			log_error("no free socket name in %s: remove what is left of ended "
				  "compositors (wayland-*)",
				folder);
	} else if (wl_display_add_socket(server->display, name) < 0) {
		log_error("the socket %s cannot be made in %s: %s", name, folder,
			errno == EADDRINUSE || errno == EAGAIN ? "another compositor uses it"
							       : strerror(errno));
		name = NULL;
	}
	if (name)
		log_info("socket: %s", name);
	return name;
}

bool server_run_session(struct server *server)
{
	server->running = true;
	if (!server_create_globals(server)) {
		log_error("the Wayland globals cannot be made: no memory");
		return false;
	}
	if (!server_open_input(server))
		return false;
	server_show_screens(server);
	const char *socket = server_create_socket(server);
	if (!socket || !server_open_control(server, socket))
		return false;
	return server_start_commands(server, socket);
}

void server_close_session(struct server *server)
{
	server_end_commands(server);
	security_context_finish(&server->security_context);
	linux_dmabuf_destroy(&server->dmabuf);
	free((void *)server->dmabuf.formats);
	server->dmabuf.formats = NULL;
}
