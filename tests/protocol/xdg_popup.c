#include "protocol/surface.h"
#include "tests/protocol/client.h"

/* A mapped window and what hangs on it. */
struct menu {
	struct client *client;
	struct window *window;
	struct xdg_positioner *positioner;
};

static void menu_create(struct menu *menu, void **state)
{
	menu->client = client_create(*state, 0);
	menu->window = window_create(menu->client);
	menu->positioner = client_positioner(menu->client);
	window_map(menu->client, menu->window);
}

static struct window *menu_open(struct menu *menu, struct window *parent, bool grab)
{
	struct window *popup = window_create_popup(menu->client, parent, menu->positioner);
	if (grab)
		xdg_popup_grab(popup->popup, menu->client->seat,
			client_serial(menu->client, menu->window->surface));
	window_map(menu->client, popup);
	return popup;
}

static void test_placed_and_mapped(void **state)
{
	struct harness *harness = *state;
	struct menu menu;
	menu_create(&menu, state);
	xdg_positioner_set_size(menu.positioner, 30, 20);
	xdg_positioner_set_anchor_rect(menu.positioner, 5, 6, 7, 8);
	xdg_positioner_set_anchor(menu.positioner, XDG_POSITIONER_ANCHOR_BOTTOM_RIGHT);
	xdg_positioner_set_gravity(menu.positioner, XDG_POSITIONER_GRAVITY_BOTTOM_RIGHT);
	xdg_positioner_set_offset(menu.positioner, 1, 2);
	struct window *popup = window_create_popup(menu.client, menu.window, menu.positioner);
	xdg_positioner_set_size(menu.positioner, 99, 99); /* it was copied */
	window_map(menu.client, popup);
	assert_int_equal(popup->popup_configures, 1);
	assert_int_equal(popup->x, 13);
	assert_int_equal(popup->y, 16);
	assert_int_equal(popup->width, 30);
	assert_int_equal(popup->height, 20);
	assert_int_equal(harness->mapped, 2);
	xdg_popup_reposition(popup->popup, menu.positioner, 77);
	client_expect_alive(menu.client);
	assert_int_equal(popup->token, 77);
	assert_int_equal(popup->popup_configures, 2);
	assert_int_equal(popup->width, 99);
	window_destroy(popup);
	client_expect_alive(menu.client);
	assert_int_equal(harness->unmapped, 1);
	client_destroy(menu.client);
}

/* "The new popup position will not take effect until the corresponding configure event is
 * acknowledged by the client." */
static void test_place_waits_for_its_acknowledgement(void **state)
{
	struct harness *harness = *state;
	struct menu menu;
	menu_create(&menu, state);
	xdg_positioner_set_offset(menu.positioner, 3, 4);
	struct window *popup = menu_open(&menu, menu.window, false);
	struct wl_resource *server = client_resource(menu.client, popup->popup);
	int32_t x = popup->x, commits = harness->commits;
	assert_int_equal(harness_popup_box(server).x, x);
	xdg_positioner_set_offset(menu.positioner, 13, 14);
	xdg_popup_reposition(popup->popup, menu.positioner, 77);
	client_expect_alive(menu.client);
	assert_int_equal(popup->x, x + 10);
	wl_surface_damage(popup->surface, 0, 0, 1, 1);
	wl_surface_commit(popup->surface);
	client_expect_alive(menu.client);
	assert_int_equal(harness_popup_box(server).x, x);
	xdg_surface_ack_configure(popup->xdg, popup->serial);
	client_expect_alive(menu.client);
	assert_int_equal(harness_popup_box(server).x, x + 10);
	assert_int_equal(harness->commits, commits + 2);
	client_destroy(menu.client);
}

static void test_reactive_follows_the_parent(void **state)
{
	struct menu menu;
	menu_create(&menu, state);
	struct window *still = menu_open(&menu, menu.window, false);
	xdg_positioner_set_reactive(menu.positioner);
	struct window *reactive = menu_open(&menu, menu.window, false);
	wl_surface_commit(menu.window->surface); /* no other size */
	client_expect_alive(menu.client);
	assert_int_equal(reactive->popup_configures, 1);
	((struct harness *)*state)->bounds = (struct xdg_box){20, 30, 100, 100};
	wl_surface_attach(menu.window->surface, client_buffer(menu.client, 32, 32), 0, 0);
	wl_surface_commit(menu.window->surface);
	client_expect_alive(menu.client);
	assert_int_equal(reactive->popup_configures, 2);
	assert_int_equal(still->popup_configures, 1);
	client_destroy(menu.client);
}

static void test_grabs_nest(void **state)
{
	struct harness *harness = *state;
	struct menu menu;
	menu_create(&menu, state);
	struct window *first = menu_open(&menu, menu.window, true);
	struct window *second = menu_open(&menu, first, true);
	struct window *tip = menu_open(&menu, second, false);
	assert_int_equal(harness->grabs, 2);
	harness_dismiss_grabs(harness);
	client_expect_alive(menu.client);
	assert_int_equal(first->dones + second->dones + tip->dones, 3);
	assert_int_equal(harness->unmapped, 3);
	/* A frame that was on its way does not bring it back. */
	wl_surface_attach(tip->surface, client_buffer(menu.client, 4, 4), 0, 0);
	wl_surface_commit(tip->surface);
	client_expect_alive(menu.client);
	assert_int_equal(harness->mapped, 4);
	window_destroy(tip);
	window_destroy(second);
	window_destroy(first);
	client_expect_alive(menu.client);
	client_destroy(menu.client);
}

/* A context menu in a popover that stays until it is closed, as GTK has them. */
static void test_a_grab_on_a_popup_without_one(void **state)
{
	struct harness *harness = *state;
	struct menu menu;
	menu_create(&menu, state);
	struct window *popover = menu_open(&menu, menu.window, false);
	struct window *first = menu_open(&menu, popover, true);
	struct window *second = menu_open(&menu, first, true);
	assert_int_equal(harness->grabs, 2);
	assert_ptr_equal(harness_grab(harness), client_resource(menu.client, second->popup));
	harness_dismiss_grabs(harness);
	client_expect_alive(menu.client);
	assert_int_equal(first->dones, 1);
	assert_int_equal(second->dones, 1);
	assert_int_equal(popover->dones, 0);
	assert_null(harness_grab(harness));
	window_destroy(second);
	window_destroy(first);
	first = menu_open(&menu, popover, true);
	assert_ptr_equal(harness_grab(harness), client_resource(menu.client, first->popup));
	/* And such a popover in the menu. */
	second = menu_open(&menu, menu_open(&menu, first, false), true);
	client_expect_alive(menu.client);
	assert_ptr_equal(harness_grab(harness), client_resource(menu.client, second->popup));
	wl_surface_attach(menu.window->surface, NULL, 0, 0);
	wl_surface_commit(menu.window->surface);
	client_expect_alive(menu.client);
	assert_int_equal(first->dones + popover->dones, 2);
	client_destroy(menu.client);
}

static void test_another_clients_grab(void **state)
{
	struct menu menu, other;
	menu_create(&menu, state);
	menu_create(&other, state);
	struct window *first = menu_open(&menu, menu.window, true);
	struct window *popover = menu_open(&other, other.window, false), *denied;
	struct window *parents[] = {other.window, popover};
	for (int i = 0; i < 2; i++) {
		denied = window_create_popup(other.client, parents[i], other.positioner);
		xdg_popup_grab(denied->popup, other.client->seat,
			client_serial(other.client, other.window->surface));
		client_expect_alive(other.client);
		assert_int_equal(denied->dones, 1);
		assert_int_equal(first->dones, 0);
		window_destroy(denied);
	}
	client_destroy(menu.client);
	denied = menu_open(&other, other.window, true);
	assert_int_equal(denied->dones, 0);
	client_destroy(other.client);
}

static void test_a_grab_needs_a_serial(void **state)
{
	struct menu menu;
	menu_create(&menu, state);
	uint32_t serial = client_serial(menu.client, menu.window->surface);
	struct window *popup = window_create_popup(menu.client, menu.window, menu.positioner);
	xdg_popup_grab(popup->popup, menu.client->seat, serial + 1000);
	client_expect_alive(menu.client);
	assert_int_equal(popup->dones, 1);
	assert_int_equal(((struct harness *)*state)->grabs, 0);
	window_destroy(popup);
	popup = window_create_popup(menu.client, menu.window, menu.positioner);
	xdg_popup_grab(popup->popup, menu.client->seat, serial);
	client_expect_alive(menu.client);
	assert_int_equal(popup->dones, 0);
	assert_int_equal(((struct harness *)*state)->grabs, 1);
	client_destroy(menu.client);
}

static void test_popups_go_with_their_parent(void **state)
{
	struct menu menu;
	menu_create(&menu, state);
	struct window *first = menu_open(&menu, menu.window, true);
	struct window *second = menu_open(&menu, first, true);
	wl_surface_attach(menu.window->surface, NULL, 0, 0);
	wl_surface_commit(menu.window->surface);
	client_expect_alive(menu.client);
	assert_int_equal(first->dones, 1);
	assert_int_equal(second->dones, 1);
	/* The toplevel itself goes: the popups are nobody's. */
	xdg_toplevel_destroy(menu.window->toplevel);
	client_expect_alive(menu.client);
	xdg_popup_reposition(first->popup, menu.positioner, 1);
	client_expect_alive(menu.client);
	window_destroy(second);
	window_destroy(first);
	client_expect_alive(menu.client);
	client_destroy(menu.client);
}

/* A popup of B on A, then A as a popup of B: what follows parents must not run in a circle. It
 * cannot, for a toplevel never becomes a popup. */
static void test_no_circle_of_parents(void **state)
{
	struct menu menu;
	menu_create(&menu, state);
	struct window *popup = menu_open(&menu, menu.window, false);
	xdg_toplevel_destroy(menu.window->toplevel);
	menu.window->toplevel = NULL;
	client_expect_alive(menu.client);
	assert_int_equal(popup->dones, 1);
	xdg_surface_get_popup(menu.window->xdg, popup->xdg, menu.positioner);
	client_expect_error(menu.client, &xdg_wm_base_interface, XDG_WM_BASE_ERROR_ROLE);
	client_destroy(menu.client);
}

static void menu_expect(void **state, void (*fault)(struct menu *),
	const struct wl_interface *interface, uint32_t code)
{
	struct menu menu;
	menu_create(&menu, state);
	fault(&menu);
	client_expect_error(menu.client, interface, code);
	client_destroy(menu.client);
}

static void fault_no_parent(struct menu *menu)
{
	struct window *window = window_create_popup(menu->client, NULL, menu->positioner);
	wl_surface_commit(window->surface);
}

static void fault_own_parent(struct menu *menu)
{
	struct wl_surface *surface = wl_compositor_create_surface(menu->client->compositor);
	struct xdg_surface *xdg = xdg_wm_base_get_xdg_surface(menu->client->wm_base, surface);
	xdg_surface_get_popup(xdg, xdg, menu->positioner);
}

static void fault_roleless_parent(struct menu *menu)
{
	struct wl_surface *surface = wl_compositor_create_surface(menu->client->compositor);
	struct window parent = {.xdg = xdg_wm_base_get_xdg_surface(menu->client->wm_base, surface)};
	window_create_popup(menu->client, &parent, menu->positioner);
}

static void fault_positioner(struct menu *menu)
{
	window_create_popup(
		menu->client, menu->window, xdg_wm_base_create_positioner(menu->client->wm_base));
}

static void fault_positioner_without_anchor(struct menu *menu)
{
	struct xdg_positioner *positioner = xdg_wm_base_create_positioner(menu->client->wm_base);
	xdg_positioner_set_size(positioner, 1, 1);
	window_create_popup(menu->client, menu->window, positioner);
}

static void fault_reposition(struct menu *menu)
{
	struct window *popup = menu_open(menu, menu->window, false);
	xdg_popup_reposition(popup->popup, xdg_wm_base_create_positioner(menu->client->wm_base), 1);
}

static void fault_grab_mapped(struct menu *menu)
{
	xdg_popup_grab(menu_open(menu, menu->window, false)->popup, menu->client->seat,
		client_serial(menu->client, menu->window->surface));
}

static void fault_grab_on_ungrabbed(struct menu *menu)
{
	struct window *first = menu_open(menu, menu->window, false);
	menu_open(menu, menu->window, true);
	struct window *second = window_create_popup(menu->client, first, menu->positioner);
	xdg_popup_grab(second->popup, menu->client->seat,
		client_serial(menu->client, menu->window->surface));
}

static void fault_grab_beside(struct menu *menu)
{
	menu_open(menu, menu->window, true);
	struct window *second = window_create_popup(menu->client, menu->window, menu->positioner);
	xdg_popup_grab(second->popup, menu->client->seat,
		client_serial(menu->client, menu->window->surface));
}

static void fault_destroy_lower(struct menu *menu)
{
	struct window *first = menu_open(menu, menu->window, true);
	menu_open(menu, first, true);
	xdg_popup_destroy(first->popup);
}

static void fault_size(struct menu *menu)
{
	xdg_positioner_set_size(menu->positioner, 0, 10);
}

static void fault_anchor_rect(struct menu *menu)
{
	xdg_positioner_set_anchor_rect(menu->positioner, 0, 0, 1, -1);
}

static void fault_anchor(struct menu *menu)
{
	xdg_positioner_set_anchor(menu->positioner, 9);
}

static void fault_gravity(struct menu *menu)
{
	xdg_positioner_set_gravity(menu->positioner, UINT32_MAX);
}

static void test_hostile_popups(void **state)
{
	const struct wl_interface *base = &xdg_wm_base_interface, *popup = &xdg_popup_interface,
				  *positioner = &xdg_positioner_interface;
	menu_expect(state, fault_no_parent, base, XDG_WM_BASE_ERROR_INVALID_POPUP_PARENT);
	menu_expect(state, fault_own_parent, base, XDG_WM_BASE_ERROR_INVALID_POPUP_PARENT);
	menu_expect(state, fault_roleless_parent, base, XDG_WM_BASE_ERROR_INVALID_POPUP_PARENT);
	menu_expect(state, fault_positioner, base, XDG_WM_BASE_ERROR_INVALID_POSITIONER);
	menu_expect(
		state, fault_positioner_without_anchor, base, XDG_WM_BASE_ERROR_INVALID_POSITIONER);
	menu_expect(state, fault_reposition, base, XDG_WM_BASE_ERROR_INVALID_POSITIONER);
	menu_expect(state, fault_grab_mapped, popup, XDG_POPUP_ERROR_INVALID_GRAB);
	menu_expect(state, fault_grab_on_ungrabbed, base, XDG_WM_BASE_ERROR_NOT_THE_TOPMOST_POPUP);
	menu_expect(state, fault_grab_beside, base, XDG_WM_BASE_ERROR_NOT_THE_TOPMOST_POPUP);
	menu_expect(state, fault_destroy_lower, base, XDG_WM_BASE_ERROR_NOT_THE_TOPMOST_POPUP);
	menu_expect(state, fault_size, positioner, XDG_POSITIONER_ERROR_INVALID_INPUT);
	menu_expect(state, fault_anchor_rect, positioner, XDG_POSITIONER_ERROR_INVALID_INPUT);
	menu_expect(state, fault_anchor, positioner, XDG_POSITIONER_ERROR_INVALID_INPUT);
	menu_expect(state, fault_gravity, positioner, XDG_POSITIONER_ERROR_INVALID_INPUT);
}

static void test_nesting_has_a_limit(void **state)
{
	struct menu menu;
	menu_create(&menu, state);
	struct window *last = menu.window;
	int i = 0;
	do {
		last = window_create_popup(menu.client, last, menu.positioner);
	} while (client_sync(menu.client) && ++i < 1000);
	assert_in_range(i, 30, 100);
	client_expect_error(menu.client, NULL, WL_DISPLAY_ERROR_IMPLEMENTATION);
	client_destroy(menu.client);
}

/* The window geometry is kept within the surfaces, which are kept within limits. */
static void test_extreme_geometry(void **state)
{
	struct harness *harness = *state;
	struct menu menu;
	menu_create(&menu, state);
	static const int32_t values[] = {INT32_MIN, -1, 0, 32, INT32_MAX};
	for (int i = 0; i < 5 * 5; i++) {
		xdg_surface_set_window_geometry(
			menu.window->xdg, values[i % 5], values[i / 5], INT32_MAX, INT32_MAX);
		xdg_positioner_set_offset(menu.positioner, values[i / 5], values[i % 5]);
		xdg_positioner_set_size(menu.positioner, INT32_MAX, INT32_MAX);
		xdg_positioner_set_anchor_rect(
			menu.positioner, values[i % 5], values[i / 5], INT32_MAX, INT32_MAX);
		wl_surface_commit(menu.window->surface);
		struct window *popup = menu_open(&menu, menu.window, false);
		assert_in_range(popup->x + SPACE_LIMIT, 0, 2 * SPACE_LIMIT);
		assert_in_range(popup->width, 0, SPACE_LIMIT);
		window_destroy(popup);
	}
	client_expect_alive(menu.client);
	assert_int_equal(harness->mapped, 26);
	client_destroy(menu.client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_placed_and_mapped),
		harness_test(test_place_waits_for_its_acknowledgement),
		harness_test(test_reactive_follows_the_parent),
		harness_test(test_grabs_nest),
		harness_test(test_a_grab_on_a_popup_without_one),
		harness_test(test_another_clients_grab),
		harness_test(test_a_grab_needs_a_serial),
		harness_test(test_popups_go_with_their_parent),
		harness_test(test_no_circle_of_parents),
		harness_test(test_hostile_popups),
		harness_test(test_nesting_has_a_limit),
		harness_test(test_extreme_geometry),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
