#include "compositor/privilege.h"

#include "protocol/security_context.h"
#include "tests/unit.h"

#include <sys/socket.h>
#include <wayland-client.h>

static void test_policies_have_names(void **state)
{
	enum privilege_policy policy;
	assert_true(privilege_parse("user", &policy));
	assert_int_equal(policy, PRIVILEGE_USER);
	assert_true(privilege_parse("all", &policy));
	assert_int_equal(policy, PRIVILEGE_ALL);
	assert_true(privilege_parse("none", &policy));
	assert_int_equal(policy, PRIVILEGE_NONE);
	assert_false(privilege_parse("", &policy));
	assert_false(privilege_parse("users", &policy));
}

static void test_ordinary_globals_are_everybody_s(void **state)
{
	assert_false(privilege_is_needed("wl_compositor"));
	assert_false(privilege_is_needed("xdg_wm_base"));
	assert_true(privilege_is_needed("zwlr_screencopy_manager_v1"));
	assert_true(privilege_is_needed("wp_security_context_manager_v1"));
}

/* What a client sees of the globals. */
struct view {
	int ordinary, privileged;
};

static void view_handle_global(void *data, struct wl_registry *registry, uint32_t name,
	const char *interface, uint32_t version)
{
	struct view *view = data;
	if (privilege_is_needed(interface))
		view->privileged++;
	else
		view->ordinary++;
}

static void view_handle_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener view_listener = {
	.global = view_handle_global,
	.global_remove = view_handle_global_remove,
};

static struct view look(struct wl_display *server, int fd)
{
	struct view view = {0};
	struct wl_display *client = wl_display_connect_to_fd(fd);
	struct wl_registry *registry = wl_display_get_registry(client);
	wl_registry_add_listener(registry, &view_listener, &view);
	wl_display_flush(client);
	for (int i = 0; i < 4; i++) {
		wl_event_loop_dispatch(wl_display_get_event_loop(server), 0);
		wl_display_flush_clients(server);
	}
	assert_true(wl_display_dispatch(client) >= 0);
	wl_registry_destroy(registry);
	wl_display_disconnect(client);
	return view;
}

static struct view look_as_user(struct wl_display *server)
{
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	assert_non_null(wl_client_create(server, fds[0]));
	return look(server, fds[1]);
}

static void test_who_sees_privileged_globals(void **state)
{
	struct wl_display *server = wl_display_create();
	struct security_context_manager sandboxes = {0};
	wl_display_init_shm(server);
	assert_true(security_context_create(&sandboxes, server));
	privilege_init(server, PRIVILEGE_USER);
	struct view view = look_as_user(server);
	assert_int_equal(view.privileged, 1);
	assert_int_equal(view.ordinary, 1);
	privilege_init(server, PRIVILEGE_NONE);
	view = look_as_user(server);
	assert_int_equal(view.privileged, 0);
	assert_int_equal(view.ordinary, 1);
	security_context_finish(&sandboxes);
	wl_display_destroy_clients(server);
	wl_display_destroy(server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_policies_have_names),
		cmocka_unit_test(test_ordinary_globals_are_everybody_s),
		cmocka_unit_test(test_who_sees_privileged_globals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
