#include "tests/wlcs/module.h"

#include "common/fd.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "compositor/server_input.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wayland-client-core.h>
#include <wayland-server-protocol.h>

#include "wlr-layer-shell-unstable-v1-server.h"

static struct module *module_of(WlcsDisplayServer *wlcs)
{
	struct module *module = wl_container_of(wlcs, module, wlcs);
	return module;
}

static int module_handle_wake(int fd, uint32_t mask, void *data)
{
	struct module *module = data;
	eventfd_t count;
	eventfd_read(fd, &count);
	pthread_mutex_lock(&module->mutex);
	if (module->call)
		module->call(module->call_data);
	module->call = NULL;
	pthread_cond_broadcast(&module->changed);
	pthread_mutex_unlock(&module->mutex);
	return 0;
}

void module_call(struct module *module, void (*function)(void *data), void *data)
{
	pthread_mutex_lock(&module->mutex);
	module->call = function;
	module->call_data = data;
	eventfd_write(module->wake, 1);
	while (module->call)
		pthread_cond_wait(&module->changed, &module->mutex);
	pthread_mutex_unlock(&module->mutex);
}

static void module_set_ready(struct module *module)
{
	pthread_mutex_lock(&module->mutex);
	module->ready = true;
	pthread_cond_broadcast(&module->changed);
	pthread_mutex_unlock(&module->mutex);
}

static void *module_run(void *data)
{
	struct module *module = data;
	struct server *server = &module->server;
	bool running = server_init(server, &module->options);
	while (running && !server->running)
		running = wl_event_loop_dispatch(server->loop, -1) >= 0;
	if (!running) {
		log_error("the session under test does not start");
		abort();
	}
	wl_event_loop_add_fd(
		server->loop, module->wake, WL_EVENT_READABLE, module_handle_wake, module);
	/* Before any device of WLCS's: its clients bind what there is when they start. */
	server_input_device(server, WL_SEAT_CAPABILITY_POINTER, true);
	server_input_device(server, WL_SEAT_CAPABILITY_KEYBOARD, true);
	server_input_device(server, WL_SEAT_CAPABILITY_TOUCH, true);
	/* Out of the way of new windows: some of its tests count what the pointer enters. */
	server_pointer_device.motion_absolute(server, 0, 1, 1, 0);
	module_set_ready(module);
	wl_display_run(server->display);
	server_finish(server);
	return NULL;
}

static void module_start(WlcsDisplayServer *wlcs)
{
	struct module *module = module_of(wlcs);
	module->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_create(&module->thread, NULL, module_run, module);
	pthread_mutex_lock(&module->mutex);
	while (!module->ready)
		pthread_cond_wait(&module->changed, &module->mutex);
	pthread_mutex_unlock(&module->mutex);
}

static void module_on_stop(void *data)
{
	struct module *module = data;
	wl_display_terminate(module->server.display);
}

static void module_stop(WlcsDisplayServer *wlcs)
{
	struct module *module = module_of(wlcs);
	module_call(module, module_on_stop, module);
	pthread_join(module->thread, NULL);
	fd_close(&module->wake);
}

static void module_handle_client_destroy(struct wl_listener *listener, void *data)
{
	struct module_client *client = wl_container_of(listener, client, destroy);
	client->fd = -1;
}

struct module_socket {
	struct module *module;
	int fd; /* the client's end */
};

static void module_on_connect(void *data)
{
	struct module_socket *socket = data;
	struct module *module = socket->module;
	struct module_client *slot = NULL;
	int fds[2] = {-1, -1};
	for (int i = 0; i < MODULE_MAX_CLIENTS && !slot; i++) {
		if (module->clients[i].fd < 0)
			slot = &module->clients[i];
	}
	if (!slot || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return;
	slot->client = wl_client_create(module->server.display, fds[0]);
	slot->fd = socket->fd = fds[1];
	slot->destroy.notify = module_handle_client_destroy;
	wl_client_add_destroy_listener(slot->client, &slot->destroy);
}

static int module_create_client_socket(WlcsDisplayServer *wlcs)
{
	struct module_socket socket = {module_of(wlcs), -1};
	module_call(socket.module, module_on_connect, &socket);
	return socket.fd;
}

struct module_position {
	struct module *module;
	int fd;
	uint32_t surface;
	int32_t x, y;
};

/* As if the client itself had asked for the place. */
static void module_place_layer(struct view *view, int32_t x, int32_t y)
{
	struct layer_state *states[] = {&view->layer->current, &view->layer->pending};
	for (int i = 0; i < 2; i++) {
		states[i]->anchor =
			ZWLR_LAYER_SURFACE_V1_ANCHOR_TOP | ZWLR_LAYER_SURFACE_V1_ANCHOR_LEFT;
		states[i]->margin.left = x;
		states[i]->margin.top = y;
	}
	desktop_layers_changed(view->desktop);
}

static void module_on_position(void *data)
{
	const struct module_position *position = data;
	struct module *module = position->module;
	for (int i = 0; i < MODULE_MAX_CLIENTS; i++) {
		const struct module_client *client = &module->clients[i];
		struct wl_resource *resource =
			client->fd == position->fd
				? wl_client_get_object(client->client, position->surface)
				: NULL;
		if (!resource)
			continue;
		struct view *view = view_of_surface(surface_from_resource(resource));
		if (view && view->layer)
			module_place_layer(view, position->x, position->y);
		else if (view)
			desktop_move(view, position->x, position->y);
	}
}

static void module_position_window_absolute(WlcsDisplayServer *wlcs, struct wl_display *client,
	struct wl_surface *surface, int x, int y)
{
	struct module_position position = {module_of(wlcs), wl_display_get_fd(client),
		wl_proxy_get_id((struct wl_proxy *)surface), x, y};
	module_call(position.module, module_on_position, &position);
}

static WlcsPointer *module_create_pointer(WlcsDisplayServer *wlcs)
{
	return device_create_pointer(module_of(wlcs));
}

static WlcsTouch *module_create_touch(WlcsDisplayServer *wlcs)
{
	return device_create_touch(module_of(wlcs));
}

/* What Vitrine means to offer: a test of one of these fails when the global is missing, one of
 * another global is skipped by WLCS. */
static const WlcsExtensionDescriptor module_extensions[] = {
	{"wl_compositor", 6},
	{"wl_subcompositor", 1},
	{"wl_shm", 1},
	{"wl_data_device_manager", 3},
	{"wl_seat", 9},
	{"wl_output", 4},
	{"xdg_wm_base", 6},
	{"zwp_primary_selection_device_manager_v1", 1},
	{"zwp_relative_pointer_manager_v1", 1},
	{"zwp_pointer_constraints_v1", 1},
	{"zxdg_output_manager_v1", 3},
	{"zwp_text_input_manager_v3", 1},
	{"zwp_input_method_manager_v2", 1},
	{"zwlr_layer_shell_v1", 4},
	{"zwlr_foreign_toplevel_manager_v1", 3},
	{"zwlr_virtual_pointer_manager_v1", 2},
};

static const WlcsIntegrationDescriptor module_descriptor = {
	.version = WLCS_INTEGRATION_DESCRIPTOR_VERSION,
	.num_extensions = sizeof module_extensions / sizeof module_extensions[0],
	.supported_extensions = module_extensions,
};

static const WlcsIntegrationDescriptor *module_get_descriptor(const WlcsDisplayServer *wlcs)
{
	return &module_descriptor;
}

static WlcsDisplayServer *module_create(int argc, const char **argv)
{
	static char *arguments[] = {"vitrine", "--backend", "headless", "--renderer", "cpu",
		"--windows", "--size", "1280x1024", "--log-level", "warn", NULL};
	struct module *module = xcalloc(1, sizeof *module);
	/* Most of WLCS's windows show a buffer with their first commit. */
	setenv("VITRINE_LENIENT", "1", true);
	log_init("vitrine", LOG_LEVEL_WARN);
	options_parse(&module->options, sizeof arguments / sizeof arguments[0] - 1, arguments);
	module->wake = -1;
	for (int i = 0; i < MODULE_MAX_CLIENTS; i++)
		module->clients[i].fd = -1;
	pthread_mutex_init(&module->mutex, NULL);
	pthread_cond_init(&module->changed, NULL);
	module->wlcs = (WlcsDisplayServer){
		.version = WLCS_DISPLAY_SERVER_VERSION,
		.start = module_start,
		.stop = module_stop,
		.create_client_socket = module_create_client_socket,
		.position_window_absolute = module_position_window_absolute,
		.create_pointer = module_create_pointer,
		.create_touch = module_create_touch,
		.get_descriptor = module_get_descriptor,
	};
	return &module->wlcs;
}

static void module_destroy(WlcsDisplayServer *wlcs)
{
	struct module *module = module_of(wlcs);
	pthread_cond_destroy(&module->changed);
	pthread_mutex_destroy(&module->mutex);
	free(module);
}

__attribute__((visibility("default"))) const WlcsServerIntegration wlcs_server_integration = {
	.version = WLCS_SERVER_INTEGRATION_VERSION,
	.create_server = module_create,
	.destroy_server = module_destroy,
};
