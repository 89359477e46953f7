#include "protocol/security_context.h"

#include "common/fd.h"
#include "protocol/quota.h"
#include "tests/protocol/client.h"

#include "security-context-v1-client.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A client that makes a sandbox. */
struct sandbox {
	struct security_context_manager manager;
	struct client *client;
	struct wp_security_context_manager_v1 *proxy;
	struct sockaddr_un address; /* abstract: no file is left */
	int listen, close[2];
};

static void sandbox_setup(struct sandbox *sandbox, void **state)
{
	struct harness *harness = *state;
	*sandbox = (struct sandbox){.address.sun_family = AF_UNIX};
	assert_true(security_context_create(&sandbox->manager, harness->display));
	sandbox->client = client_create(harness, 0);
	sandbox->proxy = client_bind(sandbox->client, &wp_security_context_manager_v1_interface);
	assert_non_null(sandbox->proxy);
	snprintf(sandbox->address.sun_path + 1, sizeof sandbox->address.sun_path - 1,
		"vitrine-test-%d", getpid());
	sandbox->listen = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(sandbox->listen, (struct sockaddr *)&sandbox->address,
				 sizeof sandbox->address),
		0);
	assert_int_equal(listen(sandbox->listen, 8), 0);
	assert_int_equal(pipe2(sandbox->close, O_CLOEXEC), 0);
}

static void sandbox_teardown(struct sandbox *sandbox)
{
	if (sandbox->client)
		client_destroy(sandbox->client);
	security_context_finish(&sandbox->manager);
	assert_int_equal(sandbox->manager.contexts_len, 0);
	fd_close(&sandbox->listen);
	fd_close(&sandbox->close[0]);
	fd_close(&sandbox->close[1]);
}

static struct wp_security_context_v1 *sandbox_context(struct sandbox *sandbox)
{
	return wp_security_context_manager_v1_create_listener(
		sandbox->proxy, sandbox->listen, sandbox->close[0]);
}

/* A connection from inside, or -1 when nobody listens. */
static int sandbox_connect(const struct sandbox *sandbox)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(fd, (const struct sockaddr *)&sandbox->address, sizeof sandbox->address) < 0)
		fd_close(&fd);
	return fd;
}

static size_t count_clients(struct harness *harness, size_t *sandboxed)
{
	struct wl_client *client;
	size_t n = 0;
	*sandboxed = 0;
	wl_client_for_each(client, wl_display_get_client_list(harness->display))
	{
		n++;
		*sandboxed += security_context_has(client);
	}
	return n;
}

static void test_connections_are_told_apart(void **state)
{
	struct sandbox sandbox;
	size_t sandboxed;
	sandbox_setup(&sandbox, state);
	struct wp_security_context_v1 *context = sandbox_context(&sandbox);
	wp_security_context_v1_set_sandbox_engine(context, "org.example");
	wp_security_context_v1_set_app_id(context, "app");
	wp_security_context_v1_set_instance_id(context, "1");
	client_expect_alive(sandbox.client);
	/* Not before the commit. */
	int early = sandbox_connect(&sandbox);
	client_expect_alive(sandbox.client);
	assert_int_equal(count_clients(*state, &sandboxed), 1);
	wp_security_context_v1_commit(context);
	wp_security_context_v1_destroy(context);
	client_expect_alive(sandbox.client);
	assert_int_equal(count_clients(*state, &sandboxed), 2);
	assert_int_equal(sandboxed, 1);
	/* It listens on after its maker has gone. */
	client_destroy(sandbox.client);
	sandbox.client = NULL;
	fd_close(&sandbox.listen);
	int late = sandbox_connect(&sandbox);
	assert_true(late >= 0);
	struct client *other = client_create(*state, 0);
	client_expect_alive(other);
	assert_int_equal(count_clients(*state, &sandboxed), 3);
	assert_int_equal(sandboxed, 2);
	/* Until the sandbox says that it is over. */
	fd_close(&sandbox.close[1]);
	client_expect_alive(other);
	assert_int_equal(sandbox.manager.contexts_len, 0);
	assert_int_equal(sandbox_connect(&sandbox), -1);
	client_destroy(other);
	fd_close(&early);
	fd_close(&late);
	sandbox_teardown(&sandbox);
}

/* Two listen to one socket: both hear of a connection, and one of them gets it. */
static void test_a_connection_that_another_accepts(void **state)
{
	struct sandbox sandbox;
	size_t sandboxed;
	sandbox_setup(&sandbox, state);
	wp_security_context_v1_commit(sandbox_context(&sandbox));
	wp_security_context_v1_commit(sandbox_context(&sandbox));
	client_expect_alive(sandbox.client);
	int fd = sandbox_connect(&sandbox);
	client_expect_alive(sandbox.client);
	assert_int_equal(count_clients(*state, &sandboxed), 2);
	assert_int_equal(sandboxed, 1);
	fd_close(&fd);
	sandbox_teardown(&sandbox);
}

/* What one sandbox takes leaves room for the others. */
static void test_connections_have_a_limit(void **state)
{
	struct sandbox sandbox;
	struct harness *harness = *state;
	size_t sandboxed;
	unsigned most = quota_sandbox_clients(harness->display);
	static int fds[QUOTA_MAX_CLIENTS];
	assert_in_range(most, 1, QUOTA_MAX_CLIENTS / QUOTA_SANDBOX_PART);
	sandbox_setup(&sandbox, state);
	wp_security_context_v1_commit(sandbox_context(&sandbox));
	for (unsigned i = 0; i < most + 4; i++) {
		client_expect_alive(sandbox.client);
		fds[i] = sandbox_connect(&sandbox);
	}
	client_expect_alive(sandbox.client);
	assert_int_equal(count_clients(harness, &sandboxed), most + 1);
	assert_int_equal(sandboxed, most);
	client_expect_served(harness);
	/* Whoever goes makes room, and may outlive the sandbox. */
	close(fds[0]);
	fds[0] = -1;
	client_expect_alive(sandbox.client);
	fds[most + 4] = sandbox_connect(&sandbox);
	client_expect_alive(sandbox.client);
	assert_int_equal(count_clients(harness, &sandboxed), most + 1);
	assert_int_equal(sandboxed, most);
	fd_close(&sandbox.close[1]);
	client_expect_alive(sandbox.client);
	for (unsigned i = 0; i < most + 5; i++)
		fd_close(&fds[i]);
	client_expect_alive(sandbox.client);
	sandbox_teardown(&sandbox);
}

static void test_uncommitted_listens_to_nobody(void **state)
{
	struct sandbox sandbox;
	sandbox_setup(&sandbox, state);
	wp_security_context_v1_destroy(sandbox_context(&sandbox));
	sandbox_context(&sandbox);
	client_expect_alive(sandbox.client);
	assert_int_equal(sandbox.manager.contexts_len, 1);
	client_destroy(sandbox.client);
	sandbox.client = NULL;
	assert_int_equal(sandbox.manager.contexts_len, 0);
	sandbox_teardown(&sandbox);
}

static void sandbox_expect(void **state, void (*fault)(struct sandbox *),
	const struct wl_interface *interface, uint32_t code)
{
	struct sandbox sandbox;
	sandbox_setup(&sandbox, state);
	fault(&sandbox);
	client_expect_error(sandbox.client, interface, code);
	sandbox_teardown(&sandbox);
}

static void fault_twice_committed(struct sandbox *sandbox)
{
	struct wp_security_context_v1 *context = sandbox_context(sandbox);
	wp_security_context_v1_commit(context);
	wp_security_context_v1_commit(context);
}

static void fault_set_after_commit(struct sandbox *sandbox)
{
	struct wp_security_context_v1 *context = sandbox_context(sandbox);
	wp_security_context_v1_commit(context);
	wp_security_context_v1_set_app_id(context, "app");
}

static void fault_set_twice(struct sandbox *sandbox)
{
	struct wp_security_context_v1 *context = sandbox_context(sandbox);
	wp_security_context_v1_set_instance_id(context, "1");
	wp_security_context_v1_set_instance_id(context, "1");
}

static void fault_after_the_end(struct sandbox *sandbox)
{
	struct wp_security_context_v1 *context = sandbox_context(sandbox);
	wp_security_context_v1_commit(context);
	client_expect_alive(sandbox->client);
	fd_close(&sandbox->close[1]);
	client_expect_alive(sandbox->client);
	wp_security_context_v1_commit(context);
}

static void fault_pipe(struct sandbox *sandbox)
{
	wp_security_context_manager_v1_create_listener(
		sandbox->proxy, sandbox->close[0], sandbox->close[0]);
}

static void fault_not_listening(struct sandbox *sandbox)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	wp_security_context_manager_v1_create_listener(sandbox->proxy, fd, sandbox->close[0]);
	fd_close(&fd);
}

static void fault_packets(struct sandbox *sandbox)
{
	struct sockaddr_un address = sandbox->address;
	memcpy(address.sun_path + 1, "packets", 7);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(fd, 8), 0);
	wp_security_context_manager_v1_create_listener(sandbox->proxy, fd, sandbox->close[0]);
	fd_close(&fd);
}

/* epoll takes no plain file. */
static void fault_close_fd(struct sandbox *sandbox)
{
	int file = fd_create_memory("close", 16);
	wp_security_context_v1_commit(wp_security_context_manager_v1_create_listener(
		sandbox->proxy, sandbox->listen, file));
	fd_close(&file);
}

static void fault_too_many(struct sandbox *sandbox)
{
	for (int i = 0; i < SECURITY_CONTEXT_MAX + 1; i++) {
		wp_security_context_v1_commit(sandbox_context(sandbox));
		if (i % 8 == 1)
			client_expect_alive(sandbox->client);
	}
}

static void test_hostile(void **state)
{
	const struct wl_interface *context = &wp_security_context_v1_interface;
	const struct wl_interface *manager = &wp_security_context_manager_v1_interface;
	const struct wl_interface *display = &wl_display_interface;
	sandbox_expect(
		state, fault_twice_committed, context, WP_SECURITY_CONTEXT_V1_ERROR_ALREADY_USED);
	sandbox_expect(
		state, fault_set_after_commit, context, WP_SECURITY_CONTEXT_V1_ERROR_ALREADY_USED);
	sandbox_expect(
		state, fault_after_the_end, context, WP_SECURITY_CONTEXT_V1_ERROR_ALREADY_USED);
	sandbox_expect(state, fault_set_twice, context, WP_SECURITY_CONTEXT_V1_ERROR_ALREADY_SET);
	sandbox_expect(
		state, fault_pipe, manager, WP_SECURITY_CONTEXT_MANAGER_V1_ERROR_INVALID_LISTEN_FD);
	sandbox_expect(state, fault_not_listening, manager,
		WP_SECURITY_CONTEXT_MANAGER_V1_ERROR_INVALID_LISTEN_FD);
	sandbox_expect(state, fault_packets, manager,
		WP_SECURITY_CONTEXT_MANAGER_V1_ERROR_INVALID_LISTEN_FD);
	sandbox_expect(state, fault_close_fd, display, WL_DISPLAY_ERROR_IMPLEMENTATION);
	sandbox_expect(state, fault_too_many, display, WL_DISPLAY_ERROR_IMPLEMENTATION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_connections_are_told_apart),
		harness_test(test_a_connection_that_another_accepts),
		harness_test(test_uncommitted_listens_to_nobody),
		harness_test(test_connections_have_a_limit),
		harness_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
