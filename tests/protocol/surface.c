#include "tests/protocol/client.h"

#include "common/fd.h"
#include "protocol/buffer.h"

#include <string.h>

static struct wl_surface *surface_create(struct client *client)
{
	return wl_compositor_create_surface(client->compositor);
}

static void test_nothing_before_the_commit(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *surface = surface_create(client);
	struct surface *server = client_surface(client, surface);
	wl_surface_attach(surface, client_buffer(client, 8, 4), 0, 0);
	wl_surface_set_buffer_scale(surface, 2);
	client_expect_alive(client);
	assert_null(server->current.buffer);
	assert_int_equal(server->current.space.scale, 1);
	wl_surface_commit(surface);
	client_expect_alive(client);
	assert_non_null(server->current.buffer);
	assert_int_equal(server->width, 4);
	assert_int_equal(server->height, 2);
	client_destroy(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_nothing_before_the_commit, harness_setup, harness_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
