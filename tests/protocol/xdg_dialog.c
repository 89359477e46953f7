#include "protocol/xdg_dialog.h"
#include "tests/protocol/client.h"

#include "xdg-dialog-v1-client.h"

static int dialog_setup(void **state)
{
	harness_setup(state);
	assert_non_null(xdg_dialog_create(((struct harness *)*state)->display));
	return 0;
}

static void test_modal(void **state)
{
	struct client *client = client_create(*state, 0);
	struct xdg_wm_dialog_v1 *manager = client_bind(client, &xdg_wm_dialog_v1_interface);
	struct window *window = window_create(client);
	client_expect_alive(client);
	struct wl_resource *toplevel = client_resource(client, window->toplevel);
	struct xdg_dialog_v1 *dialog = xdg_wm_dialog_v1_get_xdg_dialog(manager, window->toplevel);
	xdg_wm_dialog_v1_destroy(manager);
	client_expect_alive(client);
	assert_false(harness_toplevel_is_modal(toplevel));
	xdg_dialog_v1_set_modal(dialog);
	client_expect_alive(client);
	assert_true(harness_toplevel_is_modal(toplevel));
	xdg_dialog_v1_unset_modal(dialog);
	client_expect_alive(client);
	assert_false(harness_toplevel_is_modal(toplevel));
	xdg_dialog_v1_set_modal(dialog);
	xdg_dialog_v1_destroy(dialog);
	client_expect_alive(client);
	assert_false(harness_toplevel_is_modal(toplevel));
	client_destroy(client);
}

static void test_hostile_second(void **state)
{
	struct client *client = client_create(*state, 0);
	struct xdg_wm_dialog_v1 *manager = client_bind(client, &xdg_wm_dialog_v1_interface);
	struct window *window = window_create(client);
	xdg_wm_dialog_v1_get_xdg_dialog(manager, window->toplevel);
	xdg_wm_dialog_v1_get_xdg_dialog(manager, window->toplevel);
	client_expect_error(
		client, &xdg_wm_dialog_v1_interface, XDG_WM_DIALOG_V1_ERROR_ALREADY_USED);
	client_destroy(client);
}

/* The toplevel goes first. */
static void test_hostile_order(void **state)
{
	struct client *client = client_create(*state, 0);
	struct xdg_wm_dialog_v1 *manager = client_bind(client, &xdg_wm_dialog_v1_interface);
	struct window *window = window_create(client);
	struct xdg_dialog_v1 *dialog = xdg_wm_dialog_v1_get_xdg_dialog(manager, window->toplevel);
	window_destroy(window);
	xdg_dialog_v1_set_modal(dialog);
	xdg_dialog_v1_unset_modal(dialog);
	client_expect_alive(client);
	xdg_dialog_v1_destroy(dialog);
	client_expect_alive(client);
	client_destroy(client);
}

#define dialog_test(function) \
	cmocka_unit_test_setup_teardown(function, dialog_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		dialog_test(test_modal),
		dialog_test(test_hostile_second),
		dialog_test(test_hostile_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
