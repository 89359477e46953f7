#include "protocol/xdg_decoration.h"
#include "tests/protocol/client.h"

#include "xdg-decoration-unstable-v1-client.h"

static int decoration_setup(void **state)
{
	harness_setup(state);
	assert_non_null(xdg_decoration_create(((struct harness *)*state)->display));
	return 0;
}

/* A window before its first commit, and what its decoration was told. */
struct decorated {
	struct client *client;
	struct zxdg_decoration_manager_v1 *manager;
	struct window *window;
	struct zxdg_toplevel_decoration_v1 *decoration;
	int configures;
	uint32_t mode;
};

static void decorated_handle_configure(
	void *data, struct zxdg_toplevel_decoration_v1 *decoration, uint32_t mode)
{
	struct decorated *decorated = data;
	decorated->configures++;
	decorated->mode = mode;
}

static const struct zxdg_toplevel_decoration_v1_listener decorated_listener = {
	.configure = decorated_handle_configure,
};

static void decorated_create(struct decorated *decorated, void **state)
{
	*decorated = (struct decorated){.client = client_create(*state, 0)};
	decorated->manager = client_bind(decorated->client, &zxdg_decoration_manager_v1_interface);
	decorated->window = window_create(decorated->client);
	decorated->decoration = zxdg_decoration_manager_v1_get_toplevel_decoration(
		decorated->manager, decorated->window->toplevel);
	zxdg_toplevel_decoration_v1_add_listener(
		decorated->decoration, &decorated_listener, decorated);
}

static void test_the_client_draws_its_frame(void **state)
{
	struct decorated decorated;
	decorated_create(&decorated, state);
	window_map(decorated.client, decorated.window);
	assert_int_equal(decorated.configures, 1);
	assert_int_equal(decorated.mode, ZXDG_TOPLEVEL_DECORATION_V1_MODE_CLIENT_SIDE);
	client_destroy(decorated.client);
}

/* Each wish is answered by a configure, and the answer stays the same. */
static void test_wishes_are_answered(void **state)
{
	struct decorated decorated;
	decorated_create(&decorated, state);
	window_map(decorated.client, decorated.window);
	int before = decorated.window->configures;
	zxdg_toplevel_decoration_v1_set_mode(
		decorated.decoration, ZXDG_TOPLEVEL_DECORATION_V1_MODE_SERVER_SIDE);
	client_expect_alive(decorated.client);
	assert_int_equal(decorated.configures, 2);
	assert_int_equal(decorated.mode, ZXDG_TOPLEVEL_DECORATION_V1_MODE_CLIENT_SIDE);
	assert_int_equal(decorated.window->configures, before + 1);
	zxdg_toplevel_decoration_v1_unset_mode(decorated.decoration);
	client_expect_alive(decorated.client);
	assert_int_equal(decorated.configures, 3);
	assert_int_equal(decorated.window->configures, before + 2);
	zxdg_toplevel_decoration_v1_destroy(decorated.decoration);
	window_destroy(decorated.window);
	client_expect_alive(decorated.client);
	client_destroy(decorated.client);
}

static void test_hostile_mode(void **state)
{
	const uint32_t modes[] = {0, 3, UINT32_MAX};
	for (int i = 0; i < 3; i++) {
		struct decorated decorated;
		decorated_create(&decorated, state);
		zxdg_toplevel_decoration_v1_set_mode(decorated.decoration, modes[i]);
		client_expect_error(decorated.client, &zxdg_toplevel_decoration_v1_interface,
			ZXDG_TOPLEVEL_DECORATION_V1_ERROR_INVALID_MODE);
		client_destroy(decorated.client);
	}
}

static void test_hostile_order(void **state)
{
	struct decorated decorated;
	decorated_create(&decorated, state);
	zxdg_decoration_manager_v1_get_toplevel_decoration(
		decorated.manager, decorated.window->toplevel);
	client_expect_error(decorated.client, &zxdg_decoration_manager_v1_interface,
		ZXDG_TOPLEVEL_DECORATION_V1_ERROR_ALREADY_CONSTRUCTED);
	client_destroy(decorated.client);

	decorated_create(&decorated, state);
	xdg_toplevel_destroy(decorated.window->toplevel);
	client_expect_error(decorated.client, &zxdg_toplevel_decoration_v1_interface,
		ZXDG_TOPLEVEL_DECORATION_V1_ERROR_ORPHANED);
	client_destroy(decorated.client);

	decorated_create(&decorated, state);
	struct window *window = window_create(decorated.client);
	window_map(decorated.client, window);
	zxdg_decoration_manager_v1_get_toplevel_decoration(decorated.manager, window->toplevel);
	client_expect_error(decorated.client, &zxdg_toplevel_decoration_v1_interface,
		ZXDG_TOPLEVEL_DECORATION_V1_ERROR_UNCONFIGURED_BUFFER);
	client_destroy(decorated.client);
}

/* The decoration goes while the window stays: another may come before there is a buffer. */
static void test_decoration_again(void **state)
{
	struct decorated decorated;
	decorated_create(&decorated, state);
	zxdg_toplevel_decoration_v1_destroy(decorated.decoration);
	decorated.decoration = zxdg_decoration_manager_v1_get_toplevel_decoration(
		decorated.manager, decorated.window->toplevel);
	zxdg_decoration_manager_v1_destroy(decorated.manager);
	window_map(decorated.client, decorated.window);
	client_expect_alive(decorated.client);
	client_destroy(decorated.client);
}

#define decoration_test(function) \
	cmocka_unit_test_setup_teardown(function, decoration_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		decoration_test(test_the_client_draws_its_frame),
		decoration_test(test_wishes_are_answered),
		decoration_test(test_hostile_mode),
		decoration_test(test_hostile_order),
		decoration_test(test_decoration_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
