#include "tests/protocol/client.h"

#include "common/fd.h"
#include "common/xalloc.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * libwayland-client has no way to free the proxies that a client leaves when it just ends, as
 * hostile ones do. LeakSanitizer calls this; for everything else it stays strict.
 */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libwayland-client";
}

/* Binds name to the member of its interface. */
static void client_handle_global(void *data, struct wl_registry *registry, uint32_t name,
	const char *interface, uint32_t version)
{
	struct client *client = data;
	const struct {
		const struct wl_interface *interface;
		void *slot;
	} globals[] = {
		{&wl_compositor_interface, &client->compositor},
		{&wl_subcompositor_interface, &client->subcompositor},
		{&wl_shm_interface, &client->shm},
		{&xdg_wm_base_interface, &client->wm_base},
		{&wl_seat_interface, &client->seat},
		{&wl_data_device_manager_interface, &client->data},
		{&zwp_linux_dmabuf_v1_interface, &client->dmabuf},
		{&wp_presentation_interface, &client->presentation},
		{&wp_viewporter_interface, &client->viewporter},
		{&wl_output_interface, &client->output},
	};
	uint32_t max = client->max_version;
	for (size_t i = 0; i < sizeof globals / sizeof globals[0]; i++) {
		if (strcmp(globals[i].interface->name, interface) != 0)
			continue;
		void *proxy = wl_registry_bind(
			registry, name, globals[i].interface, max && max < version ? max : version);
		memcpy(globals[i].slot, &proxy, sizeof proxy);
	}
}

static void client_handle_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener client_registry_listener = {
	.global = client_handle_global,
	.global_remove = client_handle_global_remove,
};

/* One global that is looked for. */
struct client_search {
	const struct wl_interface *interface;
	uint32_t max_version; /* 0: the server's */
	void *found;
};

static void client_handle_searched(void *data, struct wl_registry *registry, uint32_t name,
	const char *interface, uint32_t version)
{
	struct client_search *search = data;
	uint32_t max = search->max_version;
	if (strcmp(search->interface->name, interface) == 0)
		search->found = wl_registry_bind(
			registry, name, search->interface, max && max < version ? max : version);
}

static const struct wl_registry_listener client_search_listener = {
	.global = client_handle_searched,
	.global_remove = client_handle_global_remove,
};

void *client_bind(struct client *client, const struct wl_interface *interface)
{
	struct client_search search = {.interface = interface, .max_version = client->max_version};
	struct wl_registry *registry = wl_display_get_registry(client->display);
	wl_registry_add_listener(registry, &client_search_listener, &search);
	assert_true(client_sync(client));
	wl_registry_destroy(registry);
	return search.found;
}

static void client_handle_server_destroy(struct wl_listener *listener, void *data)
{
	struct client *client = wl_container_of(listener, client, server_destroy);
	client->server = NULL;
}

struct client *client_create(struct harness *harness, uint32_t max_version)
{
	struct client *client = xcalloc(1, sizeof *client);
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	client->harness = harness;
	client->max_version = max_version;
	client->server = wl_client_create(harness->display, fds[0]);
	assert_non_null(client->server);
	client->server_destroy.notify = client_handle_server_destroy;
	wl_client_add_destroy_listener(client->server, &client->server_destroy);
	client->display = wl_display_connect_to_fd(fds[1]);
	assert_non_null(client->display);
	struct wl_registry *registry = wl_display_get_registry(client->display);
	wl_registry_add_listener(registry, &client_registry_listener, client);
	assert_true(client_sync(client));
	wl_registry_destroy(registry);
	assert_non_null(client->output);
	return client;
}

void client_destroy(struct client *client)
{
	struct harness *harness = client->harness;
	wl_display_disconnect(client->display);
	while (client->windows) {
		struct window *window = client->windows;
		client->windows = window->next;
		free(window);
	}
	/* The server learns by the closed socket. */
	for (int i = 0; client->server && i < 100; i++) {
		wl_event_loop_dispatch(harness->loop, 0);
		wl_display_flush_clients(harness->display);
	}
	assert_null(client->server);
	free(client);
}

static void client_read(struct client *client)
{
	struct pollfd fd = {.fd = wl_display_get_fd(client->display), .events = POLLIN};
	while (wl_display_prepare_read(client->display) != 0)
		wl_display_dispatch_pending(client->display);
	wl_display_flush(client->display);
	if (poll(&fd, 1, 0) > 0)
		wl_display_read_events(client->display);
	else
		wl_display_cancel_read(client->display);
	wl_display_dispatch_pending(client->display);
}

static void client_pump(struct client *client)
{
	wl_display_flush(client->display);
	wl_event_loop_dispatch(client->harness->loop, 0);
	wl_display_flush_clients(client->harness->display);
	client_read(client);
}

static void client_handle_synced(void *data, struct wl_callback *callback, uint32_t serial)
{
	*(int *)data += 1;
}

const struct wl_callback_listener count_callback = {.done = client_handle_synced};

static void client_handle_release(void *data, struct wl_buffer *buffer)
{
	*(int *)data += 1;
}

const struct wl_buffer_listener count_release = {.release = client_handle_release};

bool client_sync(struct client *client)
{
	/* Twice: what the server does when idle, such as a configure, is told after the first
	 * answer. */
	for (int round = 0; round < 2; round++) {
		int done = 0;
		struct wl_callback *callback = wl_display_sync(client->display);
		wl_callback_add_listener(callback, &count_callback, &done);
		for (int i = 0; !done && !wl_display_get_error(client->display); i++) {
			assert_true(i < 10000); /* the server does not answer */
			client_pump(client);
		}
		wl_callback_destroy(callback);
		if (wl_display_get_error(client->display))
			return false;
	}
	return true;
}

void client_expect_alive(struct client *client)
{
	if (client_sync(client))
		return;
	const struct wl_interface *interface = NULL;
	uint32_t id, code = wl_display_get_protocol_error(client->display, &interface, &id);
	fail_msg("unexpected error %u of %s#%u", code, interface ? interface->name : "the display",
		id);
}

void client_expect_error(struct client *client, const struct wl_interface *interface, uint32_t code)
{
	if (client_sync(client))
		fail_msg("no error, %s's %u expected", interface ? interface->name : "wl_display",
			code);
	const struct wl_interface *found = NULL;
	uint32_t id;
	int error = wl_display_get_error(client->display);
	assert_true(error == EPROTO || error == EINVAL || error == ENOMEM);
	uint32_t got = wl_display_get_protocol_error(client->display, &found, &id);
	assert_string_equal(
		found ? found->name : "wl_display", interface ? interface->name : "wl_display");
	assert_int_equal(got, code);
	client_expect_served(client->harness);
}

void client_expect_served(struct harness *harness)
{
	struct client *other = client_create(harness, 0);
	client_expect_alive(other);
	client_destroy(other);
}

struct wl_resource *client_resource(struct client *client, void *proxy)
{
	struct wl_resource *resource = wl_client_get_object(client->server, wl_proxy_get_id(proxy));
	assert_non_null(resource);
	return resource;
}

struct surface *client_surface(struct client *client, struct wl_surface *surface)
{
	assert_true(client_sync(client));
	return surface_from_resource(client_resource(client, surface));
}

uint32_t client_serial(struct client *client, struct wl_surface *surface)
{
	struct seat *seat = &client->harness->seat;
	pointer_set_focus(seat, NULL, 0, 0);
	pointer_set_focus(seat, client_surface(client, surface), 1, 1);
	return seat->pointer.enter_serial;
}

struct wl_shm_pool *client_pool(struct client *client, int fd, int32_t size)
{
	assert_true(fd >= 0);
	struct wl_shm_pool *pool = wl_shm_create_pool(client->shm, fd, size);
	close(fd);
	return pool;
}

struct wl_buffer *client_buffer(struct client *client, int32_t width, int32_t height)
{
	int32_t size = width * height * 4;
	struct wl_shm_pool *pool =
		client_pool(client, fd_create_memory("test", (size_t)size), size);
	struct wl_buffer *buffer = wl_shm_pool_create_buffer(
		pool, 0, width, height, width * 4, WL_SHM_FORMAT_XRGB8888);
	wl_shm_pool_destroy(pool);
	return buffer;
}

static void window_handle_configure(void *data, struct xdg_surface *xdg, uint32_t serial)
{
	struct window *window = data;
	window->serial = serial;
	window->configures++;
}

static const struct xdg_surface_listener window_surface_listener = {
	.configure = window_handle_configure,
};

static void window_handle_popup_configure(
	void *data, struct xdg_popup *popup, int32_t x, int32_t y, int32_t width, int32_t height)
{
	struct window *window = data;
	window->popup_configures++;
	window->x = x;
	window->y = y;
	window->width = width;
	window->height = height;
}

static void window_handle_popup_done(void *data, struct xdg_popup *popup)
{
	((struct window *)data)->dones++;
}

static void window_handle_repositioned(void *data, struct xdg_popup *popup, uint32_t token)
{
	((struct window *)data)->token = token;
}

static const struct xdg_popup_listener window_popup_listener = {
	.configure = window_handle_popup_configure,
	.popup_done = window_handle_popup_done,
	.repositioned = window_handle_repositioned,
};

static struct window *window_create_bare(struct client *client)
{
	struct window *window = xcalloc(1, sizeof *window);
	window->next = client->windows;
	client->windows = window;
	window->surface = wl_compositor_create_surface(client->compositor);
	window->xdg = xdg_wm_base_get_xdg_surface(client->wm_base, window->surface);
	xdg_surface_add_listener(window->xdg, &window_surface_listener, window);
	return window;
}

struct window *window_create(struct client *client)
{
	struct window *window = window_create_bare(client);
	window->toplevel = xdg_surface_get_toplevel(window->xdg);
	return window;
}

struct window *window_create_popup(
	struct client *client, struct window *parent, struct xdg_positioner *positioner)
{
	struct window *window = window_create_bare(client);
	window->popup = xdg_surface_get_popup(window->xdg, parent ? parent->xdg : NULL, positioner);
	xdg_popup_add_listener(window->popup, &window_popup_listener, window);
	return window;
}

void window_map(struct client *client, struct window *window)
{
	wl_surface_commit(window->surface);
	assert_true(client_sync(client));
	assert_true(window->configures > 0);
	xdg_surface_ack_configure(window->xdg, window->serial);
	struct wl_buffer *buffer = client_buffer(client, 64, 64);
	wl_surface_attach(window->surface, buffer, 0, 0);
	wl_surface_commit(window->surface);
	wl_buffer_destroy(buffer);
	assert_true(client_sync(client));
}

void window_destroy(struct window *window)
{
	if (window->toplevel)
		xdg_toplevel_destroy(window->toplevel);
	if (window->popup)
		xdg_popup_destroy(window->popup);
	xdg_surface_destroy(window->xdg);
	wl_surface_destroy(window->surface);
}

struct xdg_positioner *client_positioner(struct client *client)
{
	struct xdg_positioner *positioner = xdg_wm_base_create_positioner(client->wm_base);
	xdg_positioner_set_size(positioner, 10, 10);
	xdg_positioner_set_anchor_rect(positioner, 0, 0, 1, 1);
	return positioner;
}
