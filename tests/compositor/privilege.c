#include "compositor/privilege.h"

#include "protocol/security_context.h"
#include "tests/unit.h"

#include "security-context-v1-client.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <wayland-client.h>

/* Whose the next clients are: those of other users are made up, for a sysroot has one user only. */
static uid_t client_uid;

void __wrap_wl_client_get_credentials(
	const struct wl_client *client, pid_t *pid, uid_t *uid, gid_t *gid);
void __wrap_wl_client_get_credentials(
	const struct wl_client *client, pid_t *pid, uid_t *uid, gid_t *gid)
{
	assert_null(pid);
	assert_null(gid);
	*uid = client_uid;
}

/* Whom the compositor runs as: not root. */
#define USER 1000
#define OTHER_USER 1001

uid_t __wrap_geteuid(void);
uid_t __wrap_geteuid(void)
{
	return USER;
}

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

/* A client, and what it sees of the globals. */
struct client {
	struct wl_display *display;
	struct wl_registry *registry;
	int ordinary, privileged;
	struct wp_security_context_manager_v1 *sandboxes; /* NULL: not seen */
};

static void client_handle_global(void *data, struct wl_registry *registry, uint32_t name,
	const char *interface, uint32_t version)
{
	struct client *client = data;
	if (privilege_is_needed(interface))
		client->privileged++;
	else
		client->ordinary++;
	if (strcmp(interface, wp_security_context_manager_v1_interface.name) == 0)
		client->sandboxes = wl_registry_bind(
			registry, name, &wp_security_context_manager_v1_interface, version);
}

static void client_handle_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener client_listener = {
	.global = client_handle_global,
	.global_remove = client_handle_global_remove,
};

static void client_serve(struct client *client, struct wl_display *server)
{
	wl_display_flush(client->display);
	for (int i = 0; i < 4; i++) {
		wl_event_loop_dispatch(wl_display_get_event_loop(server), 0);
		wl_display_flush_clients(server);
	}
}

/* fd: its end of the connection. */
static void client_open(struct client *client, struct wl_display *server, int fd)
{
	*client = (struct client){.display = wl_display_connect_to_fd(fd)};
	client->registry = wl_display_get_registry(client->display);
	wl_registry_add_listener(client->registry, &client_listener, client);
	client_serve(client, server);
	assert_true(wl_display_dispatch(client->display) >= 0);
}

static void client_close(struct client *client)
{
	if (client->sandboxes)
		wp_security_context_manager_v1_destroy(client->sandboxes);
	wl_registry_destroy(client->registry);
	wl_display_disconnect(client->display);
}

static int connect_as(struct wl_display *server, uid_t uid)
{
	int fds[2];
	client_uid = uid;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	assert_non_null(wl_client_create(server, fds[0]));
	return fds[1];
}

/* What a client of the user's hands over for its sandbox. */
struct sandbox {
	struct sockaddr_un address; /* abstract, chosen by the kernel: no file is left */
	socklen_t address_len;
	int life; /* the socket is listened to as long as this is open */
};

static int connect_sandboxed(const struct sandbox *sandbox, uid_t uid)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	client_uid = uid;
	assert_int_equal(
		connect(fd, (const struct sockaddr *)&sandbox->address, sandbox->address_len), 0);
	return fd;
}

static int sandbox_listen(struct sandbox *sandbox)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	sandbox->address.sun_family = AF_UNIX;
	sandbox->address_len = sizeof sandbox->address;
	struct sockaddr *address = (struct sockaddr *)&sandbox->address;
	assert_int_equal(bind(fd, address, sizeof sandbox->address.sun_family), 0);
	assert_int_equal(getsockname(fd, address, &sandbox->address_len), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

static void sandbox_open(struct sandbox *sandbox, struct wl_display *server)
{
	struct client client;
	int ends[2], listening = sandbox_listen(sandbox);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	client_open(&client, server, connect_as(server, USER));
	assert_non_null(client.sandboxes);
	struct wp_security_context_v1 *context = wp_security_context_manager_v1_create_listener(
		client.sandboxes, listening, ends[0]);
	wp_security_context_v1_commit(context);
	wp_security_context_v1_destroy(context);
	client_serve(&client, server);
	client_close(&client);
	close(listening);
	close(ends[0]);
	sandbox->life = ends[1];
}

static void expect_view(struct wl_display *server, int fd, bool privileged)
{
	struct client client;
	client_open(&client, server, fd);
	assert_int_equal(client.privileged, privileged);
	assert_int_equal(client.ordinary, 1);
	client_close(&client);
}

static void test_who_sees_privileged_globals(void **state)
{
	static const struct {
		enum privilege_policy policy;
		bool user, root, other;
	} rows[] = {
		{PRIVILEGE_USER, true, true, false},
		{PRIVILEGE_ALL, true, true, true},
		{PRIVILEGE_NONE, false, false, false},
	};
	struct wl_display *server = wl_display_create();
	struct security_context_manager sandboxes = {0};
	struct sandbox sandbox;
	wl_display_init_shm(server);
	assert_true(security_context_create(&sandboxes, server));
	sandbox_open(&sandbox, server);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		privilege_init(server, rows[i].policy);
		expect_view(server, connect_as(server, USER), rows[i].user);
		expect_view(server, connect_as(server, 0), rows[i].root);
		expect_view(server, connect_as(server, OTHER_USER), rows[i].other);
		/* Whatever the option says, and whosever the sandbox is. */
		expect_view(server, connect_sandboxed(&sandbox, USER), false);
		expect_view(server, connect_sandboxed(&sandbox, 0), false);
	}
	close(sandbox.life);
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
