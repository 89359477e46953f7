/**
 * Real libwayland clients of the harness' server, in the same process and thread: each is one end
 * of a socket pair, and both ends are dispatched in turn.
 */
#ifndef TESTS_PROTOCOL_CLIENT_H
#define TESTS_PROTOCOL_CLIENT_H

#include "tests/protocol/harness.h"

#include "linux-dmabuf-v1-client.h"
#include "presentation-time-client.h"
#include "viewporter-client.h"
#include "xdg-shell-client.h"

#include <stdbool.h>
#include <wayland-client.h>

struct window;

/* A client with everything bound at our versions. */
struct client {
	struct harness *harness;
	uint32_t max_version;     /* of every global; 0: the server's */
	struct wl_client *server; /* NULL: the server has ended it */
	struct wl_listener server_destroy;
	struct wl_display *display;
	struct wl_compositor *compositor;
	struct wl_subcompositor *subcompositor;
	struct wl_shm *shm;
	struct xdg_wm_base *wm_base;
	struct wl_seat *seat;
	struct wl_data_device_manager *data;
	struct zwp_linux_dmabuf_v1 *dmabuf;
	struct wp_presentation *presentation;
	struct wp_viewporter *viewporter;
	struct wl_output *output;
	struct window *windows; /* all that were made; freed with the client */
};

struct client *client_create(struct harness *harness, uint32_t max_version);

/* A global that is not among the above, at the server's version; NULL: not offered to this client.
 */
void *client_bind(struct client *client, const struct wl_interface *interface);

/* Closes the connection, whatever state it is in. */
void client_destroy(struct client *client);

/* Both sides go on until all is said. False: the client got a protocol error. */
bool client_sync(struct client *client);

/* Asserts the error and that another client is served all the same. NULL interface: wl_display, or
 * an object that the client has destroyed. */
void client_expect_error(
	struct client *client, const struct wl_interface *interface, uint32_t code);

/* Asserts that a client that comes now is served. */
void client_expect_served(struct harness *harness);

/* Asserts that there is none. */
void client_expect_alive(struct client *client);

/* The server's object behind a client's proxy. */
struct surface *client_surface(struct client *client, struct wl_surface *surface);
struct wl_resource *client_resource(struct client *client, void *proxy);

/* Of an event of input: the pointer enters the surface. */
uint32_t client_serial(struct client *client, struct wl_surface *surface);

/* A buffer of a pool of its own, filled with nothing. */
struct wl_buffer *client_buffer(struct client *client, int32_t width, int32_t height);

/* A pool on fd, which is closed. */
struct wl_shm_pool *client_pool(struct client *client, int fd, int32_t size);

/* A window whose initial commit was made and configure acknowledged. */
struct window {
	struct window *next; /* client::windows */
	struct wl_surface *surface;
	struct xdg_surface *xdg;
	struct xdg_toplevel *toplevel;
	struct xdg_popup *popup;
	uint32_t serial; /* of the last configure */
	int configures, dones, popup_configures;
	int32_t x, y, width, height; /* as last configured */
	uint32_t token;
};

/* Before its first commit. */
struct window *window_create(struct client *client);
struct window *window_create_popup(
	struct client *client, struct window *parent, struct xdg_positioner *positioner);
/* Then: initial commit, configure, acknowledge, a buffer of 64x64. */
void window_map(struct client *client, struct window *window);
/* In the right order, with the positioner left to the caller. */
void window_destroy(struct window *window);

/* 10x10 at the parent's corner. */
struct xdg_positioner *client_positioner(struct client *client);

/* Add up in the int that is their data. */
extern const struct wl_callback_listener count_callback;
extern const struct wl_buffer_listener count_release;

#endif
