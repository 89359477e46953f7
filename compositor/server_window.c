/* Tells docks and tools of the windows, and does what they wish. */
#include "compositor/server_private.h"

#include "common/xalloc.h"
#include "protocol/xdg_shell.h"

#include <stdlib.h>

/* A mapped window as others see it; view->window. */
struct server_window {
	struct view *view;
	struct foreign_toplevel foreign;
	struct listed_toplevel listed;
};

static void server_handle_request_activate(void *data)
{
	const struct server_window *window = data;
	desktop_show(window->view->desktop, view_surface(window->view));
}

static void server_handle_request_close(void *data)
{
	const struct server_window *window = data;
	desktop_close(window->view);
}

/* As if the client itself had wished. */
static void server_handle_request_state(void *data, enum foreign_toplevel_flag flag, bool on)
{
	const struct server_window *window = data;
	const struct xdg_toplevel *toplevel = window->view->xdg->toplevel;
	if (flag == FOREIGN_TOPLEVEL_FULLSCREEN)
		toplevel->listener->request_state(
			toplevel->data, XDG_TOPLEVEL_FULLSCREEN, on, NULL);
	else if (flag == FOREIGN_TOPLEVEL_MAXIMIZED)
		toplevel->listener->request_state(toplevel->data, XDG_TOPLEVEL_MAXIMIZED, on, NULL);
	else if (flag == FOREIGN_TOPLEVEL_MINIMIZED && on)
		desktop_minimize(window->view->desktop, window->view, true);
	else if (flag == FOREIGN_TOPLEVEL_MINIMIZED)
		desktop_activate(window->view->desktop, window->view);
}

static const struct foreign_toplevel_listener server_foreign_toplevel_listener = {
	.request_activate = server_handle_request_activate,
	.request_close = server_handle_request_close,
	.request_state = server_handle_request_state,
};

static struct foreign_toplevel_state server_describe_window(const struct view *view)
{
	const struct xdg_toplevel *toplevel = view->xdg->toplevel;
	struct foreign_toplevel_state state = {
		.title = toplevel->title, .app_id = toplevel->app_id};
	const struct xdg_toplevel *parent = xdg_toplevel_parent(toplevel);
	struct server_window *window = parent ? ((struct view *)parent->data)->window : NULL;
	if (toplevel->flags & XDG_TOPLEVEL_ACTIVATED)
		state.flags |= FOREIGN_TOPLEVEL_ACTIVATED;
	if (toplevel->flags & XDG_TOPLEVEL_FULLSCREEN)
		state.flags |= FOREIGN_TOPLEVEL_FULLSCREEN;
	if (toplevel->flags & XDG_TOPLEVEL_MAXIMIZED)
		state.flags |= FOREIGN_TOPLEVEL_MAXIMIZED;
	if (view->minimized)
		state.flags |= FOREIGN_TOPLEVEL_MINIMIZED;
	if (window)
		state.parent = &window->foreign;
	return state;
}

static void server_open_window(struct server *server, struct view *view)
{
	struct foreign_toplevel_state state = server_describe_window(view);
	struct server_window *window = xcalloc(1, sizeof *window);
	window->view = view;
	window->foreign.data = window->listed.data = window;
	view->window = window;
	foreign_toplevel_init(&window->foreign, &server->foreign_toplevels, &state,
		view->output ? view->output->output : NULL);
	listed_toplevel_init(&window->listed, &server->toplevel_list, state.title, state.app_id);
}

static void server_close_window(struct view *view)
{
	struct server_window *window = view->window;
	view->window = NULL;
	foreign_toplevel_finish(&window->foreign);
	listed_toplevel_finish(&window->listed);
	free(window);
}

void server_tell_window(struct server *server, struct view *view)
{
	struct server_window *window = view->window;
	if (!window && view->xdg->mapped) {
		server_open_window(server, view);
	} else if (window && !view->xdg->mapped) {
		server_close_window(view);
	} else if (window) {
		struct foreign_toplevel_state state = server_describe_window(view);
		foreign_toplevel_move(&window->foreign, view->output ? view->output->output : NULL);
		foreign_toplevel_update(&window->foreign, &state);
		listed_toplevel_update(&window->listed, state.title, state.app_id);
	}
}

bool server_create_window_globals(struct server *server)
{
	server->foreign_toplevels.listener = &server_foreign_toplevel_listener;
	return foreign_toplevel_create_manager(&server->foreign_toplevels, server->display) &&
	       toplevel_list_create(&server->toplevel_list, server->display);
}
