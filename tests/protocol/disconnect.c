/* Clients that end in the middle of something: the steps up to a point, then the connection closes.
 */
#include "common/fd.h"
#include "protocol/buffer.h"
#include "protocol/surface.h"
#include "tests/protocol/exchange.h"

#include <drm_fourcc.h>
#include <unistd.h>

/* Everything at once: each step leaves something that hangs on what the others left. */
struct life {
	struct party party;
	struct window *window, *popup, *dialog;
	struct wl_surface *child, *cursor, *icon;
	struct source source;
};

static void step_window(struct life *life)
{
	life->window = window_create(life->party.client);
}

static void step_initial_commit(struct life *life)
{
	wl_surface_commit(life->window->surface);
}

static void step_map(struct life *life)
{
	window_map(life->party.client, life->window);
}

static void step_focus(struct life *life)
{
	struct harness *harness = life->party.client->harness;
	struct surface *surface = client_surface(life->party.client, life->window->surface);
	pointer_set_focus(&harness->seat, surface, 1, 1);
	keyboard_set_focus(&harness->seat, surface);
}

static void step_dialog(struct life *life)
{
	life->dialog = window_create(life->party.client);
	window_map(life->party.client, life->dialog);
	xdg_toplevel_set_parent(life->dialog->toplevel, life->window->toplevel);
	xdg_toplevel_set_maximized(life->dialog->toplevel); /* its configure waits */
}

static void step_popup(struct life *life)
{
	life->popup = window_create_popup(
		life->party.client, life->window, client_positioner(life->party.client));
	xdg_popup_grab(life->popup->popup, life->party.client->seat,
		client_serial(life->party.client, life->window->surface));
	window_map(life->party.client, life->popup);
}

static void step_subsurface(struct life *life)
{
	struct client *client = life->party.client;
	life->child = wl_compositor_create_surface(client->compositor);
	wl_subcompositor_get_subsurface(client->subcompositor, life->child, life->window->surface);
	wp_viewporter_get_viewport(client->viewporter, life->child);
	wl_surface_attach(life->child, client_buffer(client, 8, 8), 0, 0);
	wl_surface_frame(life->child);
	wp_presentation_feedback(client->presentation, life->child);
	wl_surface_commit(life->child);                                    /* cached */
	wl_surface_attach(life->child, client_buffer(client, 8, 8), 0, 0); /* pending */
	wl_surface_frame(life->child);
	wp_presentation_feedback(client->presentation, life->child);
}

static void step_cursor(struct life *life)
{
	life->cursor = wl_compositor_create_surface(life->party.client->compositor);
	client_expect_alive(life->party.client);
	wl_pointer_set_cursor(life->party.pointer, life->party.serial, life->cursor, 1, 1);
}

static void step_selection(struct life *life)
{
	party_press(&life->party);
	source_create(&life->source, &life->party, 0);
	wl_data_device_set_selection(life->party.device, life->source.wl, life->party.serial);
}

static void step_drag(struct life *life)
{
	pointer_button(&life->party.client->harness->seat, 1, 0x110, false);
	party_press(&life->party);
	source_create(&life->source, &life->party, WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY);
	life->icon = wl_compositor_create_surface(life->party.client->compositor);
	wl_data_device_start_drag(life->party.device, life->source.wl, life->party.surface,
		life->icon, life->party.serial);
}

static void step_import(struct life *life)
{
	struct client *client = life->party.client;
	client->harness->import = IMPORT_LATER;
	struct zwp_linux_buffer_params_v1 *params =
		zwp_linux_dmabuf_v1_create_params(client->dmabuf);
	for (uint32_t plane = 0; plane < 2; plane++) {
		int fd = fd_create_memory("dmabuf", 4096);
		zwp_linux_buffer_params_v1_add(params, fd, plane, 0, 64, 0, 0);
		close(fd);
	}
	zwp_linux_buffer_params_v1_create(params, 16, 16, DRM_FORMAT_NV12, 0);
}

static void step_drop(struct life *life)
{
	struct harness *harness = life->party.client->harness;
	client_expect_alive(life->party.client);
	wl_data_offer_accept(life->party.drag, 0, EXCHANGE_TYPE);
	wl_data_offer_set_actions(life->party.drag, 1, 1);
	client_expect_alive(life->party.client);
	pointer_button(&harness->seat, 1, 0x110, false);
	client_expect_alive(life->party.client);
	assert_int_equal(life->party.drops, 1);
}

static void test_at_every_step(void **state)
{
	void (*const steps[])(struct life *) = {step_window, step_initial_commit, step_map,
		step_focus, step_dialog, step_popup, step_subsurface, step_cursor, step_selection,
		step_import, step_drag, step_drop};
	struct harness *harness = *state;
	const int count = sizeof steps / sizeof steps[0];
	/* With the server having heard the last step, or with all of it still in the socket. */
	for (int i = 0; i < 2 * count; i++) {
		struct life life = {0};
		party_create(&life.party, state, 0);
		harness->importing = NULL;
		for (int step = 0; step <= i / 2; step++)
			steps[step](&life);
		if (i & 1)
			client_expect_alive(life.party.client);
		else
			wl_display_flush(life.party.client->display);
		client_destroy(life.party.client);
		assert_int_equal(harness->surfaces, 0);
		assert_null(harness->seat.pointer.focus);
		assert_null(harness->seat.keyboard.focus);
		assert_null(harness->data_device.drag);
		assert_null(harness->cursor);
		assert_null(harness->icon);
		if (harness->importing)
			linux_dmabuf_imported(harness->importing, true, NULL);
		pointer_button(&harness->seat, 1, 0x110, false);
	}
}

/* Half a message, a message of an impossible size, one for no object: libwayland ends the client,
 * we stay. */
static void test_broken_messages(void **state)
{
	static const struct {
		uint32_t words[4];
		size_t size;
	} messages[] = {
		{{1, 12u << 16, 99}, 7},
		{{1, 3u << 16}, 8},
		{{1, 0xffffu << 16}, 8},
		{{UINT32_MAX, 8u << 16}, 8},
		{{1, 8u << 16 | 0xffff}, 8},
		{{1, 8u << 16}, 8},
	};
	for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
		struct party party, other;
		party_create(&party, state, 0);
		party_create(&other, state, 0);
		client_expect_alive(party.client);
		int fd = wl_display_get_fd(party.client->display);
		assert_int_equal(
			write(fd, messages[i].words, messages[i].size), (ssize_t)messages[i].size);
		client_expect_alive(other.client);
		client_destroy(party.client);
		client_expect_alive(other.client);
		client_destroy(other.client);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_at_every_step),
		harness_test(test_broken_messages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
