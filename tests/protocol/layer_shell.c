#include "protocol/layer_shell.h"

#include "protocol/output.h"
#include "protocol/surface_queue.h"
#include "tests/protocol/client.h"

#include "wlr-layer-shell-unstable-v1-client.h"

/* A compositor that places nothing, and a client with one layer surface. */
struct panel {
	struct layer_shell shell;
	struct client *client;
	struct zwlr_layer_shell_v1 *proxy;
	struct wl_surface *surface;
	struct zwlr_layer_surface_v1 *layer;
	struct layer_surface *server; /* NULL: none */
	int changes;
	uint32_t serial, width, height; /* as last configured */
	int configures, closes;
};

static void panel_handle_created(void *data, struct layer_surface *layer)
{
	((struct panel *)data)->server = layer;
}

static void panel_handle_changed(void *data, struct layer_surface *layer)
{
	struct panel *panel = data;
	panel->changes++;
	layer_surface_configure(layer, 100, layer->current.height);
}

static void panel_handle_destroyed(void *data, struct layer_surface *layer)
{
	((struct panel *)data)->server = NULL;
}

static const struct layer_shell_listener panel_listener = {
	.created = panel_handle_created,
	.changed = panel_handle_changed,
	.destroyed = panel_handle_destroyed,
};

static void panel_handle_configure(void *data, struct zwlr_layer_surface_v1 *layer, uint32_t serial,
	uint32_t width, uint32_t height)
{
	struct panel *panel = data;
	panel->configures++;
	panel->serial = serial;
	panel->width = width;
	panel->height = height;
}

static void panel_handle_closed(void *data, struct zwlr_layer_surface_v1 *layer)
{
	((struct panel *)data)->closes++;
}

static const struct zwlr_layer_surface_v1_listener panel_surface_listener = {
	.configure = panel_handle_configure,
	.closed = panel_handle_closed,
};

static void panel_create_layer(struct panel *panel)
{
	panel->layer = zwlr_layer_shell_v1_get_layer_surface(panel->proxy, panel->surface,
		panel->client->output, ZWLR_LAYER_SHELL_V1_LAYER_TOP, "panel");
	zwlr_layer_surface_v1_add_listener(panel->layer, &panel_surface_listener, panel);
	zwlr_layer_surface_v1_set_size(panel->layer, 100, 30);
}

static void panel_setup(struct panel *panel, void **state)
{
	struct harness *harness = *state;
	*panel = (struct panel){.shell.listener = &panel_listener, .shell.data = panel};
	assert_true(layer_shell_create(&panel->shell, harness->display));
	panel->client = client_create(harness, 0);
	panel->proxy = client_bind(panel->client, &zwlr_layer_shell_v1_interface);
	assert_non_null(panel->proxy);
	panel->surface = wl_compositor_create_surface(panel->client->compositor);
	panel_create_layer(panel);
}

static void panel_map(struct panel *panel)
{
	wl_surface_commit(panel->surface);
	client_expect_alive(panel->client);
	zwlr_layer_surface_v1_ack_configure(panel->layer, panel->serial);
	wl_surface_attach(panel->surface, client_buffer(panel->client, 100, 30), 0, 0);
	wl_surface_commit(panel->surface);
	client_expect_alive(panel->client);
}

static void test_life(void **state)
{
	struct panel panel;
	panel_setup(&panel, state);
	client_expect_alive(panel.client);
	assert_int_equal(panel.configures, 0);
	panel_map(&panel);
	assert_int_equal(panel.configures, 1);
	assert_int_equal(panel.width, 100);
	assert_int_equal(panel.height, 30);
	assert_true(panel.server->mapped);
	assert_string_equal(panel.server->name, "panel");
	/* State waits for the commit. */
	zwlr_layer_surface_v1_set_layer(panel.layer, ZWLR_LAYER_SHELL_V1_LAYER_OVERLAY);
	zwlr_layer_surface_v1_set_margin(panel.layer, 1, 2, 3, INT32_MIN);
	zwlr_layer_surface_v1_set_exclusive_zone(panel.layer, INT32_MIN);
	client_expect_alive(panel.client);
	assert_int_equal(panel.server->current.layer, ZWLR_LAYER_SHELL_V1_LAYER_TOP);
	wl_surface_commit(panel.surface);
	client_expect_alive(panel.client);
	assert_int_equal(panel.server->current.layer, ZWLR_LAYER_SHELL_V1_LAYER_OVERLAY);
	assert_int_equal(panel.server->current.margin.bottom, 3);
	assert_int_equal(panel.server->current.exclusive_zone, -1);
	/* Without a buffer it is as at first: the next commit is the one that is answered. */
	wl_surface_attach(panel.surface, NULL, 0, 0);
	wl_surface_commit(panel.surface);
	client_expect_alive(panel.client);
	assert_false(panel.server->mapped);
	assert_int_equal(panel.configures, 1);
	panel_map(&panel);
	assert_true(panel.server->mapped);
	assert_int_equal(panel.configures, 2);
	zwlr_layer_surface_v1_destroy(panel.layer);
	wl_surface_destroy(panel.surface);
	client_expect_alive(panel.client);
	assert_null(panel.server);
	client_destroy(panel.client);
}

/* The client unmaps it before it has read a configure, which it then acknowledges. */
static void test_configure_in_flight(void **state)
{
	struct panel panel;
	panel_setup(&panel, state);
	panel_map(&panel);
	layer_surface_configure(panel.server, 200, 30);
	wl_surface_attach(panel.surface, NULL, 0, 0);
	wl_surface_commit(panel.surface);
	client_expect_alive(panel.client);
	assert_int_equal(panel.configures, 2);
	assert_true(layer_surface_is_settled(panel.server));
	zwlr_layer_surface_v1_ack_configure(panel.layer, panel.serial);
	client_expect_alive(panel.client);
	assert_false(panel.server->configured);
	panel_map(&panel);
	assert_int_equal(panel.configures, 3);
	assert_true(panel.server->mapped);
	client_destroy(panel.client);
}

/* A client that was stopped while its output was resized acknowledges all that it finds. */
static void test_resized_while_it_does_not_answer(void **state)
{
	struct panel panel;
	uint32_t serials[200];
	panel_setup(&panel, state);
	panel_map(&panel);
	int first = panel.configures, told = 0;
	for (int i = 0; i < 200; i++) {
		layer_surface_configure(panel.server, 200 + i, 30);
		client_expect_alive(panel.client);
		told = panel.configures - first;
		serials[told - 1] = panel.serial;
	}
	for (int i = 0; i < told; i++)
		zwlr_layer_surface_v1_ack_configure(panel.layer, serials[i]);
	client_expect_alive(panel.client);
	assert_int_equal(panel.configures, first + told + 1);
	assert_int_equal(panel.width, 399);
	assert_false(layer_surface_is_settled(panel.server));
	zwlr_layer_surface_v1_ack_configure(panel.layer, panel.serial);
	client_expect_alive(panel.client);
	assert_true(layer_surface_is_settled(panel.server));
	client_destroy(panel.client);
}

/* A commit that waits keeps its state to itself, and what comes later does not change it. */
static void test_state_waits_with_its_commit(void **state)
{
	struct panel panel;
	struct surface_lock lock = {0};
	panel_setup(&panel, state);
	panel_map(&panel);
	zwlr_layer_surface_v1_set_exclusive_zone(panel.layer, 10);
	surface_queue_lock(panel.server->surface, &lock);
	wl_surface_commit(panel.surface);
	zwlr_layer_surface_v1_set_exclusive_zone(panel.layer, 20);
	client_expect_alive(panel.client);
	assert_int_equal(panel.server->current.exclusive_zone, 0);
	surface_queue_unlock(&lock);
	assert_int_equal(panel.server->current.exclusive_zone, 10);
	surface_queue_lock(panel.server->surface, &lock);
	wl_surface_commit(panel.surface);
	client_expect_alive(panel.client);
	zwlr_layer_surface_v1_destroy(panel.layer);
	client_expect_alive(panel.client);
	/* It is none of the next layer surface's. */
	wl_surface_attach(panel.surface, NULL, 0, 0);
	wl_surface_commit(panel.surface);
	int configures = panel.configures;
	panel_create_layer(&panel);
	client_expect_alive(panel.client);
	surface_queue_unlock(&lock);
	client_expect_alive(panel.client);
	assert_int_equal(panel.configures, configures);
	panel_map(&panel);
	assert_int_equal(panel.configures, configures + 1);
	client_destroy(panel.client);
}

static void test_popup(void **state)
{
	struct harness *harness = *state;
	struct panel panel;
	panel_setup(&panel, state);
	panel_map(&panel);
	struct xdg_positioner *positioner = client_positioner(panel.client);
	struct window *menu = window_create_popup(panel.client, NULL, positioner);
	zwlr_layer_surface_v1_get_popup(panel.layer, menu->popup);
	window_map(panel.client, menu);
	assert_int_equal(menu->popup_configures, 1);
	assert_int_equal(harness->mapped, 1);
	/* Its parent's end is its own. */
	wl_surface_attach(panel.surface, NULL, 0, 0);
	wl_surface_commit(panel.surface);
	client_expect_alive(panel.client);
	assert_int_equal(menu->dones, 1);
	assert_int_equal(harness->unmapped, 1);
	zwlr_layer_surface_v1_destroy(panel.layer);
	window_destroy(menu);
	client_expect_alive(panel.client);
	client_destroy(panel.client);
}

static void test_output_goes(void **state)
{
	struct harness *harness = *state;
	struct panel panel;
	panel_setup(&panel, state);
	panel_map(&panel);
	output_destroy(&harness->output);
	client_expect_alive(panel.client);
	assert_int_equal(panel.closes, 1);
	assert_false(panel.server->mapped);
	/* What follows is ignored. */
	zwlr_layer_surface_v1_ack_configure(panel.layer, 12345);
	wl_surface_commit(panel.surface);
	client_expect_alive(panel.client);
	assert_int_equal(panel.configures, 1);
	client_destroy(panel.client);
}

/* The client has not read yet that what it opens a popup on is closed. */
static void test_output_goes_before_a_popup(void **state)
{
	struct harness *harness = *state;
	struct panel panel;
	panel_setup(&panel, state);
	panel_map(&panel);
	output_destroy(&harness->output);
	struct window *menu =
		window_create_popup(panel.client, NULL, client_positioner(panel.client));
	zwlr_layer_surface_v1_get_popup(panel.layer, menu->popup);
	window_map(panel.client, menu);
	client_expect_alive(panel.client);
	assert_int_equal(menu->dones, 1);
	assert_int_equal(harness->mapped, 0);
	window_destroy(menu);
	client_expect_alive(panel.client);
	client_destroy(panel.client);
}

static void test_client_goes(void **state)
{
	struct panel panel;
	panel_setup(&panel, state);
	panel_map(&panel);
	struct xdg_positioner *positioner = client_positioner(panel.client);
	struct window *menu = window_create_popup(panel.client, NULL, positioner);
	zwlr_layer_surface_v1_get_popup(panel.layer, menu->popup);
	window_map(panel.client, menu);
	client_destroy(panel.client);
	assert_null(panel.server);
}

static void panel_expect(void **state, void (*fault)(struct panel *),
	const struct wl_interface *interface, uint32_t code)
{
	struct panel panel;
	panel_setup(&panel, state);
	fault(&panel);
	client_expect_error(panel.client, interface, code);
	client_destroy(panel.client);
}

static void fault_buffer_too_early(struct panel *panel)
{
	wl_surface_attach(panel->surface, client_buffer(panel->client, 100, 30), 0, 0);
	wl_surface_commit(panel->surface);
}

static void fault_serial(struct panel *panel)
{
	wl_surface_commit(panel->surface);
	zwlr_layer_surface_v1_ack_configure(panel->layer, 4711);
}

static void fault_stale_configure(struct panel *panel)
{
	panel_map(panel);
	layer_surface_configure(panel->server, 200, 30);
	wl_surface_attach(panel->surface, NULL, 0, 0);
	wl_surface_commit(panel->surface);
	client_expect_alive(panel->client);
	zwlr_layer_surface_v1_ack_configure(panel->layer, panel->serial);
	fault_buffer_too_early(panel);
}

static void fault_width(struct panel *panel)
{
	zwlr_layer_surface_v1_set_size(panel->layer, 0, 30);
	zwlr_layer_surface_v1_set_anchor(panel->layer, ZWLR_LAYER_SURFACE_V1_ANCHOR_LEFT);
	wl_surface_commit(panel->surface);
}

static void fault_height(struct panel *panel)
{
	zwlr_layer_surface_v1_set_size(panel->layer, 30, 0);
	wl_surface_commit(panel->surface);
}

static void fault_anchor(struct panel *panel)
{
	zwlr_layer_surface_v1_set_anchor(panel->layer, 16);
}

static void fault_keyboard(struct panel *panel)
{
	zwlr_layer_surface_v1_set_keyboard_interactivity(panel->layer, 3);
}

static void fault_edges(struct panel *panel)
{
	zwlr_layer_surface_v1_set_exclusive_edge(panel->layer, 3);
}

static void fault_edge_not_anchored(struct panel *panel)
{
	zwlr_layer_surface_v1_set_anchor(panel->layer, ZWLR_LAYER_SURFACE_V1_ANCHOR_TOP);
	zwlr_layer_surface_v1_set_exclusive_edge(panel->layer, ZWLR_LAYER_SURFACE_V1_ANCHOR_LEFT);
	wl_surface_commit(panel->surface);
}

static void fault_layer(struct panel *panel)
{
	zwlr_layer_surface_v1_set_layer(panel->layer, 4);
}

static void fault_first_layer(struct panel *panel)
{
	zwlr_layer_shell_v1_get_layer_surface(panel->proxy,
		wl_compositor_create_surface(panel->client->compositor), NULL, UINT32_MAX, "");
}

static void fault_second_role(struct panel *panel)
{
	zwlr_layer_shell_v1_get_layer_surface(
		panel->proxy, panel->surface, NULL, ZWLR_LAYER_SHELL_V1_LAYER_TOP, "");
}

static void fault_has_buffer(struct panel *panel)
{
	struct wl_surface *surface = wl_compositor_create_surface(panel->client->compositor);
	wl_surface_attach(surface, client_buffer(panel->client, 8, 8), 0, 0);
	zwlr_layer_shell_v1_get_layer_surface(
		panel->proxy, surface, NULL, ZWLR_LAYER_SHELL_V1_LAYER_TOP, "");
}

static void fault_popup_with_parent(struct panel *panel)
{
	struct window *window = window_create(panel->client);
	window_map(panel->client, window);
	struct window *menu =
		window_create_popup(panel->client, window, client_positioner(panel->client));
	zwlr_layer_surface_v1_get_popup(panel->layer, menu->popup);
}

static void test_hostile(void **state)
{
	const struct wl_interface *layer = &zwlr_layer_surface_v1_interface;
	const struct wl_interface *shell = &zwlr_layer_shell_v1_interface;
	panel_expect(state, fault_buffer_too_early, layer,
		ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_SURFACE_STATE);
	panel_expect(state, fault_serial, layer, ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_SURFACE_STATE);
	panel_expect(state, fault_stale_configure, layer,
		ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_SURFACE_STATE);
	panel_expect(state, fault_width, layer, ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_SIZE);
	panel_expect(state, fault_height, layer, ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_SIZE);
	panel_expect(state, fault_anchor, layer, ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_ANCHOR);
	panel_expect(state, fault_keyboard, layer,
		ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_KEYBOARD_INTERACTIVITY);
	panel_expect(state, fault_edges, layer, ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_EXCLUSIVE_EDGE);
	panel_expect(state, fault_edge_not_anchored, layer,
		ZWLR_LAYER_SURFACE_V1_ERROR_INVALID_EXCLUSIVE_EDGE);
	panel_expect(state, fault_layer, layer, ZWLR_LAYER_SHELL_V1_ERROR_INVALID_LAYER);
	panel_expect(state, fault_first_layer, shell, ZWLR_LAYER_SHELL_V1_ERROR_INVALID_LAYER);
	panel_expect(state, fault_second_role, shell, ZWLR_LAYER_SHELL_V1_ERROR_ROLE);
	panel_expect(state, fault_has_buffer, shell, ZWLR_LAYER_SHELL_V1_ERROR_ALREADY_CONSTRUCTED);
	panel_expect(state, fault_popup_with_parent, &xdg_wm_base_interface,
		XDG_WM_BASE_ERROR_INVALID_POPUP_PARENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_life),
		harness_test(test_configure_in_flight),
		harness_test(test_resized_while_it_does_not_answer),
		harness_test(test_state_waits_with_its_commit),
		harness_test(test_popup),
		harness_test(test_output_goes),
		harness_test(test_output_goes_before_a_popup),
		harness_test(test_client_goes),
		harness_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
