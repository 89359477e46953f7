#include "compositor/server_private.h"

#include "common/log.h"
#include "common/xalloc.h"
#include "kms/device.h"
#include "protocol/presentation.h"
#include "protocol/shm.h"
#include "protocol/subsurface.h"
#include "protocol/viewporter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Follows a surface: whatever it commits may be seen. Lives as long as the surface. */
struct server_surface {
	struct server *server;
	struct wl_listener commit, destroy;
};

static void server_handle_surface_commit(struct wl_listener *listener, void *data)
{
	struct server_surface *tracked = wl_container_of(listener, tracked, commit);
	screen_schedule(&tracked->server->screen);
}

static void server_handle_surface_destroy(struct wl_listener *listener, void *data)
{
	struct server_surface *tracked = wl_container_of(listener, tracked, destroy);
	screen_schedule(&tracked->server->screen);
	wl_list_remove(&tracked->commit.link);
	wl_list_remove(&tracked->destroy.link);
	free(tracked);
}

static void server_handle_new_surface(void *data, struct surface *surface)
{
	struct server_surface *tracked = xcalloc(1, sizeof *tracked);
	tracked->server = data;
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
	screen_schedule(&server->screen);
	server_update_pointer(server);
}

static const struct desktop_listener server_desktop_listener = {
	.changed = server_handle_desktop_changed,
};

static void server_handle_import(void *data, struct buffer *buffer)
{
	struct server *server = data;
	renderer_import(&server->renderer, buffer);
}

static const struct linux_dmabuf_listener server_dmabuf_listener = {
	.import = server_handle_import,
};

/* Offered only where the worker can read dma-bufs, in the formats that it can. */
static bool server_create_dmabuf(struct server *server)
{
	const struct render_info *info = render_client_info(scanout_client(server->scanout));
	if (!(info->features & WIRE_FEATURE_IMPORT_DMABUF) || info->n_formats == 0)
		return true;
	struct linux_dmabuf_format *formats = xcalloc(info->n_formats, sizeof *formats);
	for (size_t i = 0; i < info->n_formats; i++)
		formats[i] = (struct linux_dmabuf_format){info->formats[i].format,
			info->formats[i].n_planes, info->formats[i].modifier};
	dev_t device = server->device ? kms_device_info(server->device)->render : 0;
	server->dmabuf.listener = &server_dmabuf_listener;
	server->dmabuf.data = server;
	server->dmabuf.has_device = device != 0;
	server->dmabuf.main_device = device;
	server->dmabuf.formats = formats;
	server->dmabuf.formats_len = info->n_formats;
	return linux_dmabuf_create(&server->dmabuf, server->display);
}

static bool server_create_globals(struct server *server)
{
	struct wl_display *display = server->display;
	server->compositor.listener = &server_compositor_listener;
	server->compositor.data = server;
	server->desktop.listener = &server_desktop_listener;
	server->desktop.data = server;
	server->desktop.seat = &server->seat;
	server->desktop.width = server->screen.width;
	server->desktop.height = server->screen.height;
	return compositor_create(display, &server->compositor) && subcompositor_create(display) &&
	       shm_create(display) && desktop_create(&server->desktop, display) &&
	       presentation_create(display) && viewporter_create(display) &&
	       server_create_dmabuf(server);
}

/* Its name is in the environment of the command from now on. */
static bool server_create_socket(struct server *server)
{
	const char *name = server->options->socket;
	if (!name) {
		name = wl_display_add_socket_auto(server->display);
	} else if (wl_display_add_socket(server->display, name) < 0) {
		log_error("the socket %s cannot be made in %s: %s", name, getenv("XDG_RUNTIME_DIR"),
			errno == EADDRINUSE || errno == EAGAIN ? "another compositor uses it"
							       : strerror(errno));
		return false;
	}
	if (!name) {
		log_error("no free socket name in %s: remove what is left of ended compositors "
			  "(wayland-*)",
			getenv("XDG_RUNTIME_DIR"));
		return false;
	}
	setenv("WAYLAND_DISPLAY", name, 1);
	setenv("XDG_SESSION_TYPE", "wayland", 1);
	unsetenv("DISPLAY");
	log_info("socket: %s", name);
	return true;
}

/*
 * OpenGL by virgl makes buffers that Venus cannot import; by zink it renders through Venus, whose
 * buffers can. Mesa reads the variable in the clients.
 */
static void server_choose_opengl(const struct server *server)
{
	const struct render_info *info = render_client_info(scanout_client(server->scanout));
	if (server->device && info->features & WIRE_FEATURE_VENUS)
		setenv("MESA_LOADER_DRIVER_OVERRIDE", "zink", 0);
}

static void server_handle_child_ended(void *data, int status)
{
	struct server *server = data;
	log_debug("the command ended with status %d", status);
	server->exit_status = status;
	wl_display_terminate(server->display);
}

bool server_run_session(struct server *server)
{
	server->running = true;
	if (!server_open_input(server))
		return false;
	if (!server_create_globals(server)) {
		log_error("the Wayland globals cannot be made: no memory");
		return false;
	}
	if (!server_create_socket(server))
		return false;
	if (!server->options->command)
		return true;
	server_choose_opengl(server);
	server->child.ended = server_handle_child_ended;
	server->child.data = server;
	return child_start(&server->child, server->loop, server->options->command);
}

void server_close_session(struct server *server)
{
	child_finish(&server->child);
	linux_dmabuf_destroy(&server->dmabuf);
	free((void *)server->dmabuf.formats);
	server->dmabuf.formats = NULL;
}
