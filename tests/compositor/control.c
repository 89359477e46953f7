#include "compositor/control/control.h"

#include "common/fd.h"
#include "common/packet.h"

#include "tests/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A listening control socket whose handler echoes "say", keeps "later" for the test, and refuses
 * the rest. */
struct fixture {
	char folder[32];
	struct wl_event_loop *loop;
	struct control *control;
	struct control_request *kept;
	int asked;
};

static void handle(
	void *data, struct control_request *request, const char *command, const json_t *arguments)
{
	struct fixture *fixture = data;
	fixture->asked++;
	if (strcmp(command, "say") == 0)
		control_answer(request,
			json_pack("{s:O}", "said", json_object_get(arguments, "what")), -1);
	else if (strcmp(command, "later") == 0)
		fixture->kept = request;
	else
		control_refuse(request, "unknown command '%s'", command);
}

/* Linked in between (--wrap). */
static bool has_no_memory;

struct wl_event_source *__real_wl_event_loop_add_fd(struct wl_event_loop *loop, int fd,
	uint32_t mask, wl_event_loop_fd_func_t func, void *data);
struct wl_event_source *__wrap_wl_event_loop_add_fd(struct wl_event_loop *loop, int fd,
	uint32_t mask, wl_event_loop_fd_func_t func, void *data);
struct wl_event_source *__wrap_wl_event_loop_add_fd(
	struct wl_event_loop *loop, int fd, uint32_t mask, wl_event_loop_fd_func_t func, void *data)
{
	return has_no_memory ? NULL : __real_wl_event_loop_add_fd(loop, fd, mask, func, data);
}

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);
	strcpy(fixture->folder, "/tmp/control-XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	setenv("XDG_RUNTIME_DIR", fixture->folder, 1);
	fixture->loop = wl_event_loop_create();
	fixture->control = control_create(fixture->loop, "wayland-7", handle, fixture);
	*state = fixture;
	return fixture->control ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;
	if (fixture->kept)
		control_refuse(fixture->kept, "too late");
	control_destroy(fixture->control);
	wl_event_loop_destroy(fixture->loop);
	/* Succeeds only if the socket's file is gone. */
	int error = rmdir(fixture->folder);
	free(fixture);
	return error;
}

static int peer_open(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	assert_true(control_path("wayland-7", address.sun_path, sizeof address.sun_path));
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

static void run(struct fixture *fixture)
{
	for (int i = 0; i < 8; i++)
		wl_event_loop_dispatch(fixture->loop, 0);
}

static void tell(int peer, const char *text)
{
	assert_int_equal(packet_send(peer, text, strlen(text), NULL, 0), 0);
}

/* The answer, or "" when the connection was closed, or "-" when nothing came. */
static const char *hear(int peer, int *fd)
{
	static char text[CONTROL_MAX_ANSWER];
	int fds[PACKET_MAX_FDS], n_fds;
	ssize_t size = packet_receive(peer, text, sizeof text - 1, fds, &n_fds);
	if (fd)
		*fd = n_fds > 0 ? fds[0] : -1;
	if (size == -EAGAIN)
		return "-";
	text[size > 0 ? size : 0] = '\0';
	return text;
}

static void test_answers(void **state)
{
	struct fixture *fixture = *state;
	int peer = peer_open();
	tell(peer, "{\"command\":\"say\",\"what\":[1,2]}");
	run(fixture);
	assert_string_equal(hear(peer, NULL), "{\"said\":[1,2]}");
	tell(peer, "{\"command\":\"fly\"}");
	run(fixture);
	assert_string_equal(hear(peer, NULL), "{\"error\":\"unknown command 'fly'\"}");
	close(peer);
}

static void test_answers_in_order_and_with_a_descriptor(void **state)
{
	struct fixture *fixture = *state;
	int peer = peer_open(), memory = fd_create_memory("answer", 16), received;
	tell(peer, "{\"command\":\"later\"}");
	tell(peer, "{\"command\":\"say\",\"what\":\"second\"}");
	run(fixture);
	assert_string_equal(hear(peer, NULL), "-");
	assert_int_equal(fixture->asked, 1);
	control_answer(fixture->kept, json_pack("{s:s}", "said", "first"), memory);
	fixture->kept = NULL;
	run(fixture);
	assert_string_equal(hear(peer, &received), "{\"said\":\"first\"}");
	assert_int_equal(fd_size(received), 16);
	assert_string_equal(hear(peer, NULL), "{\"said\":\"second\"}");
	close(received);
	close(memory);
	close(peer);
}

static void test_the_peer_may_leave_before_the_answer(void **state)
{
	struct fixture *fixture = *state;
	int peer = peer_open();
	tell(peer, "{\"command\":\"later\"}");
	tell(peer, "{\"command\":\"say\",\"what\":\"never read\"}");
	run(fixture);
	close(peer);
	run(fixture);
	control_answer(fixture->kept, json_object(), -1);
	fixture->kept = NULL;
	assert_int_equal(fixture->asked, 1);
}

static void test_nonsense_is_answered(void **state)
{
	struct fixture *fixture = *state;
	static const char *const nonsense[] = {"x", "[]", "{\"command\":7}", "{}", "\"say\"",
		"{\"command\":\"say\",\"command\":\"say\"}", "{\"command\":\"s\xff\"}",
		"[[[[[[[[[[[[[[[[[[[[[[[["};
	int peer = peer_open();
	for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
		tell(peer, nonsense[i]);
		run(fixture);
		assert_non_null(strstr(hear(peer, NULL), "\"error\""));
	}
	assert_int_equal(fixture->asked, 0);
	close(peer);
}

static void test_too_long_a_request_is_told(void **state)
{
	struct fixture *fixture = *state;
	int peer = peer_open();
	char text[CONTROL_MAX_REQUEST + 1];
	memset(text, ' ', sizeof text);
	assert_int_equal(packet_send(peer, text, sizeof text, NULL, 0), 0);
	run(fixture);
	assert_non_null(strstr(hear(peer, NULL), "too long"));
	close(peer);
}

static void test_sent_descriptors_are_closed(void **state)
{
	struct fixture *fixture = *state;
	int peer = peer_open(), pipes[2];
	assert_int_equal(pipe(pipes), 0);
	static const char text[] = "{\"command\":\"say\",\"what\":0}";
	assert_int_equal(packet_send(peer, text, sizeof text - 1, &pipes[1], 1), 0);
	close(pipes[1]);
	run(fixture);
	assert_string_equal(hear(peer, NULL), "{\"said\":0}");
	char byte;
	assert_int_equal(read(pipes[0], &byte, 1), 0); /* nobody holds the other end */
	close(pipes[0]);
	close(peer);
}

static void test_connections_are_limited(void **state)
{
	struct fixture *fixture = *state;
	int peers[CONTROL_MAX_CONNECTIONS + 1];
	for (int i = 0; i <= CONTROL_MAX_CONNECTIONS; i++) {
		peers[i] = peer_open();
		run(fixture);
	}
	assert_string_equal(hear(peers[CONTROL_MAX_CONNECTIONS], NULL), "");
	assert_string_equal(hear(peers[0], NULL), "-");
	for (int i = 0; i <= CONTROL_MAX_CONNECTIONS; i++)
		close(peers[i]);
	run(fixture);
	int peer = peer_open();
	tell(peer, "{\"command\":\"say\",\"what\":1}");
	run(fixture);
	assert_string_equal(hear(peer, NULL), "{\"said\":1}");
	close(peer);
}

static void test_a_peer_that_does_not_read_is_dropped(void **state)
{
	struct fixture *fixture = *state;
	int peer = peer_open();
	static const char text[] = "{\"command\":\"say\",\"what\":\"x\"}";
	int sent = 0;
	while (sent < 100000 && packet_send(peer, text, sizeof text - 1, NULL, 0) == 0) {
		run(fixture);
		sent++;
	}
	assert_in_range(sent, 1, 99999);
	close(peer);
}

static void test_socket_is_private_and_stale_ones_are_replaced(void **state)
{
	struct fixture *fixture = *state;
	char path[128];
	struct stat file;
	assert_true(control_path("wayland-8", path, sizeof path));
	fclose(fopen(path, "w"));
	struct control *control = control_create(fixture->loop, "wayland-8", handle, fixture);
	assert_non_null(control);
	assert_int_equal(stat(path, &file), 0);
	assert_true(S_ISSOCK(file.st_mode));
	assert_int_equal(file.st_mode & 0777, 0600);
	control_destroy(control);
	assert_int_equal(stat(path, &file), -1);
	char name[200];
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_null(control_create(fixture->loop, name, handle, fixture));
}

/* Nobody waits for what will not be heard, and no socket is left that nobody listens to. */
static void test_without_memory_nobody_waits(void **state)
{
	struct fixture *fixture = *state;
	int fd = -1, first = peer_open();
	has_no_memory = true;
	run(fixture);
	struct control *other = control_create(fixture->loop, "wayland-8", handle, fixture);
	has_no_memory = false;
	assert_null(other);
	assert_string_equal(hear(first, &fd), "");
	close(first);

	int second = peer_open();
	tell(second, "{\"command\": \"say\", \"what\": 1}");
	run(fixture);
	assert_string_equal(hear(second, &fd), "{\"said\":1}");
	close(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_answers_in_order_and_with_a_descriptor, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_the_peer_may_leave_before_the_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nonsense_is_answered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_long_a_request_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sent_descriptors_are_closed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_connections_are_limited, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_peer_that_does_not_read_is_dropped, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_socket_is_private_and_stale_ones_are_replaced, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_memory_nobody_waits, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
