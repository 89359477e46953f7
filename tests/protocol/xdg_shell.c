#include "protocol/surface.h"
#include "protocol/surface_queue.h"
#include "tests/protocol/client.h"

#include <stdlib.h>
#include <string.h>

static void test_map_and_unmap(void **state)
{
	struct harness *harness = *state;
	struct client *client = client_create(harness, 0);
	struct window *window = window_create(client);
	client_expect_alive(client);
	assert_int_equal(window->configures, 0); /* not before the first commit */
	window_map(client, window);
	assert_int_equal(window->configures, 1);
	assert_int_equal(harness->mapped, 1);
	wl_surface_commit(window->surface); /* of nothing: nobody is told */
	client_expect_alive(client);
	assert_int_equal(harness->commits, 0);
	wl_surface_damage(window->surface, 0, 0, 1, 1);
	wl_surface_commit(window->surface);
	client_expect_alive(client);
	assert_int_equal(harness->commits, 1);
	/* Unmapped, it starts again with an initial commit. */
	wl_surface_attach(window->surface, NULL, 0, 0);
	wl_surface_commit(window->surface);
	client_expect_alive(client);
	assert_int_equal(harness->unmapped, 1);
	assert_int_equal(window->configures, 1);
	window_map(client, window);
	assert_int_equal(window->configures, 2);
	assert_int_equal(harness->mapped, 2);
	window_destroy(window);
	client_expect_alive(client);
	assert_int_equal(harness->unmapped, 2);
	client_destroy(client);
}

/* Has the window unmapped before its client has read a configure. */
static void window_unmap_early(struct client *client, struct window *window)
{
	struct wl_resource *toplevel = client_resource(client, window->toplevel);
	harness_toplevel_resize(toplevel, 200, 100);
	wl_surface_attach(window->surface, NULL, 0, 0);
	wl_event_loop_dispatch_idle(client->harness->loop); /* the configure is sent */
	wl_surface_commit(window->surface);
	client_expect_alive(client);
}

static void test_configure_in_flight(void **state)
{
	struct client *client = client_create(*state, 0);
	struct window *window = window_create(client);
	window_map(client, window);
	window_unmap_early(client, window);
	assert_int_equal(window->configures, 2);
	xdg_surface_ack_configure(window->xdg, window->serial);
	client_expect_alive(client);
	struct wl_resource *toplevel = client_resource(client, window->toplevel);
	window_map(client, window);
	assert_int_equal(window->configures, 3);
	assert_int_equal(harness_toplevel_window(toplevel)->configure.serial, window->serial);
	client_destroy(client);
}

/* A client that was stopped while its window was resized acknowledges all that it finds. */
static void test_resized_while_it_does_not_answer(void **state)
{
	struct client *client = client_create(*state, 0);
	struct window *window = window_create(client);
	uint32_t serials[200];
	window_map(client, window);
	struct wl_resource *toplevel = client_resource(client, window->toplevel);
	const struct xdg_window *current = harness_toplevel_window(toplevel);
	int first = window->configures, told = 0;
	for (int i = 0; i < 200; i++) {
		harness_toplevel_resize(toplevel, 100 + i, 50);
		client_expect_alive(client);
		told = window->configures - first;
		serials[told - 1] = window->serial;
	}
	for (int i = 0; i < told; i++)
		xdg_surface_ack_configure(window->xdg, serials[i]);
	client_expect_alive(client);
	assert_int_equal(window->configures, first + told + 1);
	xdg_surface_ack_configure(window->xdg, window->serial);
	wl_surface_commit(window->surface);
	client_expect_alive(client);
	assert_int_equal(current->configure.width, 299);
	client_destroy(client);
}

/* Each is answered, of a client that reads none of the answers until the last; then it acknowledges
 * all. */
static void test_many_roles_before_an_answer_is_read(void **state)
{
	struct client *client = client_create(*state, 0);
	struct window *window = window_create(client);
	uint32_t serials[200];
	for (int i = 0; i < 200; i++) {
		wl_surface_commit(window->surface);
		client_expect_alive(client);
		assert_int_equal(window->configures, i + 1);
		serials[i] = window->serial;
		xdg_toplevel_destroy(window->toplevel);
		window->toplevel = xdg_surface_get_toplevel(window->xdg);
	}
	for (int i = 0; i < 200; i++)
		xdg_surface_ack_configure(window->xdg, serials[i]);
	client_expect_alive(client);
	xdg_surface_ack_configure(window->xdg, serials[199]);
	client_expect_error(client, &xdg_surface_interface, XDG_SURFACE_ERROR_INVALID_SERIAL);
	client_destroy(client);
}

static void test_requests_are_answered(void **state)
{
	struct client *client = client_create(*state, 0);
	struct window *window = window_create(client);
	window_map(client, window);
	xdg_toplevel_set_maximized(window->toplevel);
	xdg_toplevel_set_fullscreen(window->toplevel, client->output);
	client_expect_alive(client);
	assert_int_equal(window->configures, 2); /* one for both */
	xdg_toplevel_unset_maximized(window->toplevel);
	client_expect_alive(client);
	assert_int_equal(window->configures, 3);
	xdg_toplevel_set_title(window->toplevel, "title");
	xdg_toplevel_set_title(window->toplevel, "");
	xdg_toplevel_set_app_id(window->toplevel, "id");
	xdg_toplevel_set_minimized(window->toplevel);
	xdg_toplevel_move(window->toplevel, client->seat, 12345);
	xdg_toplevel_resize(window->toplevel, client->seat, 12345, XDG_TOPLEVEL_RESIZE_EDGE_LEFT);
	xdg_toplevel_show_window_menu(window->toplevel, client->seat, 1, INT32_MIN, INT32_MAX);
	client_expect_alive(client);
	client_destroy(client);
}

static void test_a_new_role_object_starts_anew(void **state)
{
	struct client *client = client_create(*state, 0);
	struct window *window = window_create(client);
	window_map(client, window);
	xdg_toplevel_set_maximized(window->toplevel); /* a configure waits */
	xdg_toplevel_destroy(window->toplevel);
	client_expect_alive(client);
	assert_int_equal(window->configures, 1);
	window->toplevel = xdg_surface_get_toplevel(window->xdg);
	wl_surface_commit(window->surface);
	client_expect_alive(client);
	assert_int_equal(window->configures, 2);
	assert_int_equal(((struct harness *)*state)->mapped, 1);
	window_destroy(window);
	client_expect_alive(client);
	client_destroy(client);
}

static struct surface_lock state_lock;

static void state_handle_precommit(struct wl_listener *listener, void *data)
{
	surface_queue_lock(data, &state_lock);
	wl_list_remove(&listener->link);
}

/* What a client acknowledges and sets holds from its next commit on, and waits with that. */
static void test_state_goes_with_its_commit(void **state)
{
	struct client *client = client_create(*state, 0);
	struct window *window = window_create(client);
	window_map(client, window);
	struct wl_resource *toplevel = client_resource(client, window->toplevel);
	const struct xdg_window *current = harness_toplevel_window(toplevel);
	harness_toplevel_resize(toplevel, 300, 200);
	client_expect_alive(client);
	xdg_surface_ack_configure(window->xdg, window->serial);
	xdg_surface_set_window_geometry(window->xdg, 1, 2, 30, 40);
	xdg_toplevel_set_min_size(window->toplevel, 5, 6);
	client_expect_alive(client);
	assert_int_equal(current->configure.width, 0);
	struct wl_listener precommit = {.notify = state_handle_precommit};
	wl_signal_add(&client_surface(client, window->surface)->events.precommit, &precommit);
	wl_surface_commit(window->surface);
	client_expect_alive(client);
	assert_int_equal(current->configure.width, 0);
	assert_int_equal(current->min_width, 0);
	xdg_toplevel_set_min_size(window->toplevel, 7, 8); /* not committed */
	client_expect_alive(client);
	surface_queue_unlock(&state_lock);
	assert_int_equal(current->configure.serial, window->serial);
	assert_int_equal(current->configure.width, 300);
	assert_int_equal(current->min_width, 5);
	assert_int_equal(current->geometry.width, 30);
	client_destroy(client);
}

/* The window's role goes while a commit of it waits: that changes the next one nothing. */
static void test_a_waiting_commit_outlives_its_window(void **state)
{
	struct client *client = client_create(*state, 0);
	struct window *window = window_create(client);
	window_map(client, window);
	struct wl_listener precommit = {.notify = state_handle_precommit};
	wl_signal_add(&client_surface(client, window->surface)->events.precommit, &precommit);
	xdg_toplevel_set_min_size(window->toplevel, 7, 8);
	wl_surface_commit(window->surface);
	xdg_toplevel_destroy(window->toplevel);
	xdg_surface_destroy(window->xdg);
	client_expect_alive(client);
	surface_queue_unlock(&state_lock);
	wl_surface_attach(window->surface, NULL, 0, 0);
	wl_surface_commit(window->surface);
	window->xdg = xdg_wm_base_get_xdg_surface(client->wm_base, window->surface);
	window->toplevel = xdg_surface_get_toplevel(window->xdg);
	client_expect_alive(client);
	struct wl_resource *toplevel = client_resource(client, window->toplevel);
	assert_int_equal(harness_toplevel_window(toplevel)->min_width, 0);
	client_destroy(client);
}

static void handle_ping(void *data, struct xdg_wm_base *wm_base, uint32_t serial)
{
	*(uint32_t *)data = serial;
}

static void test_ping(void **state)
{
	static const struct xdg_wm_base_listener listener = {.ping = handle_ping};
	struct client *client = client_create(*state, 0);
	struct window *window = window_create(client);
	uint32_t serial = 0;
	xdg_wm_base_add_listener(client->wm_base, &listener, &serial);
	window_map(client, window);
	struct wl_resource *toplevel = client_resource(client, window->toplevel);
	assert_true(harness_toplevel_has_ponged(toplevel));
	harness_toplevel_ping(toplevel);
	client_expect_alive(client);
	assert_int_not_equal(serial, 0);
	uint32_t first = serial;
	harness_toplevel_ping(toplevel); /* one at a time */
	client_expect_alive(client);
	assert_int_equal(serial, first);
	xdg_wm_base_pong(client->wm_base, first + 1);
	xdg_wm_base_pong(client->wm_base, 0);
	client_expect_alive(client);
	assert_false(harness_toplevel_has_ponged(toplevel));
	xdg_wm_base_pong(client->wm_base, first);
	xdg_wm_base_pong(client->wm_base, first);
	client_expect_alive(client);
	assert_true(harness_toplevel_has_ponged(toplevel));
	harness_toplevel_ping(toplevel); /* the client ends without an answer */
	client_destroy(client);
}

/* A fault of a mapped window, and the error that is its answer. */
static void window_expect(void **state, void (*fault)(struct client *, struct window *),
	const struct wl_interface *interface, uint32_t code)
{
	struct client *client = client_create(*state, 0);
	struct window *window = window_create(client);
	window_map(client, window);
	fault(client, window);
	client_expect_error(client, interface, code);
	client_destroy(client);
}

static void fault_ack_twice(struct client *client, struct window *window)
{
	xdg_surface_ack_configure(window->xdg, window->serial);
}

static void fault_ack_unknown(struct client *client, struct window *window)
{
	xdg_surface_ack_configure(window->xdg, window->serial + 1000);
}

static void fault_ack_older(struct client *client, struct window *window)
{
	xdg_toplevel_set_maximized(window->toplevel);
	client_expect_alive(client);
	uint32_t older = window->serial;
	xdg_toplevel_set_maximized(window->toplevel);
	client_expect_alive(client);
	xdg_surface_ack_configure(window->xdg, window->serial);
	xdg_surface_ack_configure(window->xdg, older);
}

static void fault_ack_never(struct client *client, struct window *window)
{
	uint32_t first = window->serial;
	for (int i = 0; i < 300; i++) { /* more than the server remembers */
		xdg_toplevel_set_maximized(window->toplevel);
		client_expect_alive(client);
	}
	xdg_surface_ack_configure(window->xdg, window->serial);
	client_expect_alive(client);
	xdg_surface_ack_configure(window->xdg, first);
}

static void fault_geometry_zero(struct client *client, struct window *window)
{
	xdg_surface_set_window_geometry(window->xdg, 0, 0, 0, 10);
}

static void fault_geometry_negative(struct client *client, struct window *window)
{
	xdg_surface_set_window_geometry(window->xdg, 0, 0, 10, INT32_MIN);
}

static void fault_min_over_max(struct client *client, struct window *window)
{
	xdg_toplevel_set_min_size(window->toplevel, 10, 10);
	xdg_toplevel_set_max_size(window->toplevel, 20, 9);
	wl_surface_commit(window->surface);
}

static void fault_min_negative(struct client *client, struct window *window)
{
	xdg_toplevel_set_min_size(window->toplevel, -1, 0);
}

static void fault_max_negative(struct client *client, struct window *window)
{
	xdg_toplevel_set_max_size(window->toplevel, 0, INT32_MIN);
}

static void fault_edge(struct client *client, struct window *window)
{
	xdg_toplevel_resize(window->toplevel, client->seat, 1, 3);
}

static void fault_edge_huge(struct client *client, struct window *window)
{
	xdg_toplevel_resize(window->toplevel, client->seat, 1, UINT32_MAX);
}

static void fault_own_parent(struct client *client, struct window *window)
{
	xdg_toplevel_set_parent(window->toplevel, window->toplevel);
}

static void fault_parent_cycle(struct client *client, struct window *window)
{
	struct window *child = window_create(client);
	window_map(client, child);
	xdg_toplevel_set_parent(child->toplevel, window->toplevel);
	xdg_toplevel_set_parent(window->toplevel, child->toplevel);
}

static void fault_unmapped_parent_cycle(struct client *client, struct window *window)
{
	struct window *other = window_create(client);
	xdg_toplevel_set_parent(window->toplevel, other->toplevel);
	xdg_toplevel_set_parent(other->toplevel, window->toplevel);
}

static void fault_second_role(struct client *client, struct window *window)
{
	xdg_surface_get_toplevel(window->xdg);
}

static void fault_second_xdg_surface(struct client *client, struct window *window)
{
	xdg_wm_base_get_xdg_surface(client->wm_base, window->surface);
}

static void fault_xdg_surface_first(struct client *client, struct window *window)
{
	xdg_surface_destroy(window->xdg);
}

static void fault_wm_base_first(struct client *client, struct window *window)
{
	xdg_wm_base_destroy(client->wm_base);
}

static void fault_buffer_after_unmap(struct client *client, struct window *window)
{
	wl_surface_attach(window->surface, NULL, 0, 0);
	wl_surface_commit(window->surface);
	wl_surface_attach(window->surface, client_buffer(client, 4, 4), 0, 0);
	wl_surface_commit(window->surface);
}

static void fault_buffer_after_stale_ack(struct client *client, struct window *window)
{
	window_unmap_early(client, window);
	xdg_surface_ack_configure(window->xdg, window->serial);
	wl_surface_attach(window->surface, client_buffer(client, 4, 4), 0, 0);
	wl_surface_commit(window->surface);
}

static void fault_cursor(struct client *client, struct window *window)
{
	wl_pointer_set_cursor(wl_seat_get_pointer(client->seat), 1, window->surface, 0, 0);
}

static void test_hostile_windows(void **state)
{
	const struct wl_interface *surface = &xdg_surface_interface,
				  *toplevel = &xdg_toplevel_interface,
				  *base = &xdg_wm_base_interface;
	window_expect(state, fault_ack_twice, surface, XDG_SURFACE_ERROR_INVALID_SERIAL);
	window_expect(state, fault_ack_unknown, surface, XDG_SURFACE_ERROR_INVALID_SERIAL);
	window_expect(state, fault_ack_older, surface, XDG_SURFACE_ERROR_INVALID_SERIAL);
	window_expect(state, fault_ack_never, surface, XDG_SURFACE_ERROR_INVALID_SERIAL);
	window_expect(state, fault_geometry_zero, surface, XDG_SURFACE_ERROR_INVALID_SIZE);
	window_expect(state, fault_geometry_negative, surface, XDG_SURFACE_ERROR_INVALID_SIZE);
	window_expect(state, fault_second_role, surface, XDG_SURFACE_ERROR_ALREADY_CONSTRUCTED);
	window_expect(
		state, fault_buffer_after_unmap, surface, XDG_SURFACE_ERROR_UNCONFIGURED_BUFFER);
	window_expect(state, fault_buffer_after_stale_ack, surface,
		XDG_SURFACE_ERROR_UNCONFIGURED_BUFFER);
	window_expect(state, fault_min_over_max, toplevel, XDG_TOPLEVEL_ERROR_INVALID_SIZE);
	window_expect(state, fault_min_negative, toplevel, XDG_TOPLEVEL_ERROR_INVALID_SIZE);
	window_expect(state, fault_max_negative, toplevel, XDG_TOPLEVEL_ERROR_INVALID_SIZE);
	window_expect(state, fault_edge, toplevel, XDG_TOPLEVEL_ERROR_INVALID_RESIZE_EDGE);
	window_expect(state, fault_edge_huge, toplevel, XDG_TOPLEVEL_ERROR_INVALID_RESIZE_EDGE);
	window_expect(state, fault_own_parent, toplevel, XDG_TOPLEVEL_ERROR_INVALID_PARENT);
	window_expect(state, fault_parent_cycle, toplevel, XDG_TOPLEVEL_ERROR_INVALID_PARENT);
	window_expect(
		state, fault_unmapped_parent_cycle, toplevel, XDG_TOPLEVEL_ERROR_INVALID_PARENT);
	window_expect(
		state, fault_second_xdg_surface, base, XDG_WM_BASE_ERROR_INVALID_SURFACE_STATE);
	window_expect(state, fault_cursor, &wl_pointer_interface, WL_POINTER_ERROR_ROLE);
	/* Of what the client has destroyed. */
	window_expect(state, fault_xdg_surface_first, NULL, XDG_SURFACE_ERROR_DEFUNCT_ROLE_OBJECT);
	window_expect(state, fault_wm_base_first, NULL, XDG_WM_BASE_ERROR_DEFUNCT_SURFACES);
}

static void test_a_client_that_never_answers_can_be_ended(void **state)
{
	struct client *client = client_create(*state, 0);
	struct window *window = window_create(client);
	window_map(client, window);
	harness_toplevel_end_client(client_resource(client, window->toplevel));
	client_expect_error(client, &xdg_wm_base_interface, XDG_WM_BASE_ERROR_UNRESPONSIVE);
	client_destroy(client);
}

/* A wl_surface stays what it was once, also when its object and its xdg_surface have gone. */
static void test_hostile_change_of_role(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct client *client = client_create(*state, 0);
		struct window *parent = window_create(client), *window = window_create(client);
		window_map(client, parent);
		xdg_toplevel_destroy(window->toplevel);
		if (i == 1) {
			xdg_surface_destroy(window->xdg);
			window->xdg = xdg_wm_base_get_xdg_surface(client->wm_base, window->surface);
		}
		window->toplevel = xdg_surface_get_toplevel(window->xdg);
		client_expect_alive(client);
		xdg_toplevel_destroy(window->toplevel);
		xdg_surface_get_popup(window->xdg, parent->xdg, client_positioner(client));
		client_expect_error(client, &xdg_wm_base_interface, XDG_WM_BASE_ERROR_ROLE);
		client_destroy(client);
	}
}

/* As much of a title as others can be told, and whole characters of it. */
static void test_long_titles_are_cut(void **state)
{
	static char title[3 * XDG_TOPLEVEL_MAX_TEXT + 1];
	struct client *client = client_create(*state, 0);
	struct window *window = window_create(client);
	for (int i = 0; i < XDG_TOPLEVEL_MAX_TEXT; i++)
		memcpy(title + 3 * i, "\u20ac", 3); /* 1024 is no multiple of 3 */
	xdg_toplevel_set_title(window->toplevel, title);
	client_expect_alive(client);
	const char *kept = harness_toplevel_title(client_resource(client, window->toplevel));
	assert_int_equal(strlen(kept), XDG_TOPLEVEL_MAX_TEXT / 3 * 3);
	assert_memory_equal(kept, title, strlen(kept));
	xdg_toplevel_set_title(window->toplevel, "short");
	client_expect_alive(client);
	assert_string_equal(
		harness_toplevel_title(client_resource(client, window->toplevel)), "short");
	client_destroy(client);
}

static void test_hostile_beginnings(void **state)
{
	for (int i = 0; i < 9; i++) {
		static const uint32_t errors[] = {XDG_SURFACE_ERROR_NOT_CONSTRUCTED,
			XDG_SURFACE_ERROR_NOT_CONSTRUCTED, XDG_SURFACE_ERROR_NOT_CONSTRUCTED,
			XDG_SURFACE_ERROR_UNCONFIGURED_BUFFER, XDG_WM_BASE_ERROR_ROLE,
			XDG_WM_BASE_ERROR_INVALID_SURFACE_STATE, XDG_WM_BASE_ERROR_ROLE,
			XDG_SURFACE_ERROR_UNCONFIGURED_BUFFER,
			XDG_SURFACE_ERROR_UNCONFIGURED_BUFFER};
		struct client *client = client_create(*state, 0);
		struct wl_surface *surface = wl_compositor_create_surface(client->compositor),
				  *other = wl_compositor_create_surface(client->compositor);
		if (i == 4)
			wl_subcompositor_get_subsurface(client->subcompositor, surface, other);
		if (i == 5)
			wl_surface_attach(surface, client_buffer(client, 4, 4), 0, 0);
		struct xdg_surface *xdg = xdg_wm_base_get_xdg_surface(client->wm_base, surface);
		if (i == 7)
			wl_surface_attach(surface, client_buffer(client, 4, 4), 0, 0);
		if (i == 8) {
			xdg_surface_get_toplevel(xdg);
			wl_surface_commit(surface);
			client_expect_alive(client); /* configured, not acknowledged */
			wl_surface_attach(surface, client_buffer(client, 4, 4), 0, 0);
			wl_surface_commit(surface);
		}
		if (i == 0)
			wl_surface_commit(surface);
		if (i == 1)
			xdg_surface_ack_configure(xdg, 1);
		if (i == 2)
			xdg_surface_set_window_geometry(xdg, 0, 0, 1, 1);
		if (i == 3) {
			xdg_surface_get_toplevel(xdg);
			wl_surface_attach(surface, client_buffer(client, 4, 4), 0, 0);
			wl_surface_commit(surface);
		}
		if (i == 6)
			xdg_wm_base_get_xdg_surface(client->wm_base, surface);
		client_expect_error(client,
			i < 4 || i > 6 ? &xdg_surface_interface : &xdg_wm_base_interface,
			errors[i]);
		client_destroy(client);
	}
}

static void test_dialogs_nest_to_a_limit(void **state)
{
	for (int order = 0; order < 4; order++) {
		bool up = order & 1, mapped = order & 2;
		struct client *client = client_create(*state, 0);
		struct window *last = window_create(client);
		window_map(client, last);
		int i = 0;
		do {
			struct window *next = window_create(client);
			if (mapped)
				window_map(client, next);
			xdg_toplevel_set_parent(up ? last->toplevel : next->toplevel,
				up ? next->toplevel : last->toplevel);
			last = next;
		} while (client_sync(client) && ++i < 200);
		assert_in_range(i, 30, 100);
		client_expect_error(client, NULL, WL_DISPLAY_ERROR_IMPLEMENTATION);
		client_destroy(client);
	}
}

/* Children go to the grandparent when their parent is unmapped, in whatever order all of them go.
 */
static void test_parents_go(void **state)
{
	for (int order = 0; order < 6; order++) {
		static const int orders[6][3] = {
			{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
		struct client *client = client_create(*state, 0);
		struct window *windows[3];
		for (int i = 0; i < 3; i++) {
			windows[i] = window_create(client);
			window_map(client, windows[i]);
			if (i > 0)
				xdg_toplevel_set_parent(
					windows[i]->toplevel, windows[i - 1]->toplevel);
		}
		for (int i = 0; i < 3; i++) {
			window_destroy(windows[orders[order][i]]);
			client_expect_alive(client);
		}
		client_destroy(client);
	}
}

static void assert_parent(struct client *client, struct window *window, struct window *parent)
{
	client_expect_alive(client);
	assert_ptr_equal(harness_toplevel_parent(client_resource(client, window->toplevel)),
		parent ? client_resource(client, parent->toplevel) : NULL);
}

/* Two windows that are opened at once, whichever is drawn first. */
static void test_a_parent_is_mapped_later(void **state)
{
	for (int first = 0; first < 2; first++) {
		struct client *client = client_create(*state, 0);
		struct window *parent = window_create(client), *dialog = window_create(client);
		xdg_toplevel_set_parent(dialog->toplevel, parent->toplevel);
		if (first)
			window_map(client, dialog);
		assert_parent(client, dialog, NULL);
		window_map(client, parent);
		assert_parent(client, dialog, parent);
		/* It is not remembered that there was one. */
		wl_surface_attach(parent->surface, NULL, 0, 0);
		wl_surface_commit(parent->surface);
		assert_parent(client, dialog, NULL);
		window_map(client, parent);
		assert_parent(client, dialog, NULL);
		client_destroy(client);
	}
}

static void test_a_parent_is_never_mapped(void **state)
{
	for (int end = 0; end < 4; end++) {
		struct client *client = client_create(*state, 0);
		struct window *parent = window_create(client), *dialog = window_create(client),
			      *other = window_create(client);
		window_map(client, dialog);
		window_map(client, other);
		xdg_toplevel_set_parent(dialog->toplevel, parent->toplevel);
		if (end == 0)
			xdg_toplevel_set_parent(dialog->toplevel, other->toplevel);
		else if (end == 1)
			xdg_toplevel_set_parent(dialog->toplevel, NULL);
		else if (end == 2)
			window_destroy(parent);
		else
			window_destroy(dialog);
		client_expect_alive(client);
		if (end != 2)
			window_map(client, parent);
		if (end != 3)
			assert_parent(client, dialog, end == 0 ? other : NULL);
		client_expect_alive(client);
		client_destroy(client);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_map_and_unmap),
		harness_test(test_configure_in_flight),
		harness_test(test_resized_while_it_does_not_answer),
		harness_test(test_many_roles_before_an_answer_is_read),
		harness_test(test_requests_are_answered),
		harness_test(test_a_new_role_object_starts_anew),
		harness_test(test_state_goes_with_its_commit),
		harness_test(test_a_waiting_commit_outlives_its_window),
		harness_test(test_ping),
		harness_test(test_hostile_windows),
		harness_test(test_hostile_beginnings),
		harness_test(test_a_client_that_never_answers_can_be_ended),
		harness_test(test_hostile_change_of_role),
		harness_test(test_long_titles_are_cut),
		harness_test(test_dialogs_nest_to_a_limit),
		harness_test(test_parents_go),
		harness_test(test_a_parent_is_mapped_later),
		harness_test(test_a_parent_is_never_mapped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
