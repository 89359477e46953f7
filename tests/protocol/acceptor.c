/* Connections while no further file can be opened, and on a socket that breaks. */
#include "protocol/acceptor.h"

#include "common/fd.h"
#include "tests/unit.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct world {
	struct wl_event_loop *loop;
	struct acceptor acceptor;
	struct sockaddr_un address; /* abstract: no file is left */
	int listening, accepted, ended;
};

static void handle_accepted(void *data, int connection)
{
	struct world *world = data;
	world->accepted++;
	fd_close(&connection);
}

static void handle_ended(void *data)
{
	struct world *world = data;
	world->ended++;
}

static const struct acceptor_listener listener = {
	.accepted = handle_accepted,
	.ended = handle_ended,
};

static int setup(void **state)
{
	static struct world world;
	world = (struct world){.address.sun_family = AF_UNIX};
	snprintf(world.address.sun_path + 1, sizeof world.address.sun_path - 1,
		"vitrine-acceptor-%d", getpid());
	world.loop = wl_event_loop_create();
	world.listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(world.listening, (const struct sockaddr *)&world.address,
				 sizeof world.address),
		0);
	assert_int_equal(listen(world.listening, 8), 0);
	*state = &world;
	return acceptor_start(
		       &world.acceptor, world.loop, world.listening, "the test", &listener, &world)
		       ? 0
		       : -1;
}

static int teardown(void **state)
{
	struct world *world = *state;
	acceptor_stop(&world->acceptor);
	fd_close(&world->listening);
	wl_event_loop_destroy(world->loop);
	return 0;
}

static int connect_to(const struct world *world)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
		connect(fd, (const struct sockaddr *)&world->address, sizeof world->address), 0);
	return fd;
}

/* Whether the loop has something to do at once. */
static bool is_awake(const struct world *world)
{
	struct pollfd loop = {.fd = wl_event_loop_get_fd(world->loop), .events = POLLIN};
	return poll(&loop, 1, 50) > 0;
}

static void test_waits_for_room(void **state)
{
	struct world *world = *state;
	struct rlimit limit;
	int fd = connect_to(world), next = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	const struct rlimit few = {(rlim_t)next, limit.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	for (int i = 0; i < 2; i++) {
		assert_true(i == 1 || is_awake(world));
		wl_event_loop_dispatch(world->loop, 2000); /* then after a second's rest */
		wl_event_loop_dispatch(world->loop, 0);
		assert_false(is_awake(world));
	}
	assert_int_equal(world->accepted, 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	wl_event_loop_dispatch(world->loop, 2000);
	wl_event_loop_dispatch(world->loop, 0);
	assert_int_equal(world->accepted, 1);
	assert_int_equal(world->ended, 0);
	fd_close(&fd);
}

static void test_a_broken_socket_ends_it(void **state)
{
	struct world *world = *state;
	assert_int_equal(shutdown(world->listening, SHUT_RDWR), 0);
	wl_event_loop_dispatch(world->loop, 0);
	assert_int_equal(world->ended, 1);
	assert_false(is_awake(world));
}

static void test_half_a_socket_keeps_nobody_awake(void **state)
{
	struct world *world = *state;
	assert_int_equal(shutdown(world->listening, SHUT_RD), 0);
	wl_event_loop_dispatch(world->loop, 0);
	assert_false(is_awake(world));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_waits_for_room, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_broken_socket_ends_it, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_half_a_socket_keeps_nobody_awake, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
