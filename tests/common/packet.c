#include "common/packet.h"
#include "common/fd.h"
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

struct pair {
	int ends[2];
};

static int setup(void **state)
{
	static struct pair pair;
	*state = &pair;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.ends);
}

static int teardown(void **state)
{
	struct pair *pair = *state;
	fd_close(&pair->ends[0]);
	fd_close(&pair->ends[1]);
	return 0;
}

static void test_travels_whole_with_fds(void **state)
{
	struct pair *pair = *state;
	int fds[PACKET_MAX_FDS], n_fds = -1;
	char text[16];
	int sent[2] = {fd_create_memory("a", 111), fd_create_memory("b", 222)};
	assert_int_equal(packet_send(pair->ends[0], "hello", 6, sent, 2), 0);
	fd_close(&sent[0]);
	fd_close(&sent[1]);
	assert_int_equal(packet_receive(pair->ends[1], text, sizeof text, fds, &n_fds), 6);
	assert_string_equal(text, "hello");
	assert_int_equal(n_fds, 2);
	assert_int_equal(fd_size(fds[0]), 111);
	assert_int_equal(fd_size(fds[1]), 222);
	assert_true(fcntl(fds[0], F_GETFD) & FD_CLOEXEC);
	fd_close(&fds[0]);
	fd_close(&fds[1]);
}

static void test_nothing_there_and_peer_gone(void **state)
{
	struct pair *pair = *state;
	int fds[PACKET_MAX_FDS], n_fds;
	char byte;
	assert_int_equal(packet_receive(pair->ends[1], &byte, 1, fds, &n_fds), -EAGAIN);
	fd_close(&pair->ends[0]);
	assert_int_equal(packet_receive(pair->ends[1], &byte, 1, fds, &n_fds), 0);
	assert_int_equal(packet_send(pair->ends[1], "x", 1, NULL, 0), -EPIPE);
}

/* A peer that ends without having read all, as a worker that fails, has said why. */
static void test_last_words_of_a_peer_that_does_not_listen(void **state)
{
	struct pair *pair = *state;
	int fds[PACKET_MAX_FDS], n_fds;
	char text[16];
	assert_int_equal(packet_send(pair->ends[1], "unheard", 8, NULL, 0), 0);
	assert_int_equal(packet_send(pair->ends[0], "why", 4, NULL, 0), 0);
	fd_close(&pair->ends[0]);
	assert_int_equal(packet_receive(pair->ends[1], text, sizeof text, fds, &n_fds), 4);
	assert_string_equal(text, "why");
	assert_int_equal(packet_receive(pair->ends[1], text, sizeof text, fds, &n_fds), 0);
}

static void test_full_socket(void **state)
{
	struct pair *pair = *state;
	char block[4096] = {0};
	int error, sent = 0;
	while ((error = packet_send(pair->ends[0], block, sizeof block, NULL, 0)) == 0)
		sent++;
	assert_int_equal(error, -EAGAIN);
	assert_true(sent > 0);
}

static int count_fds(void)
{
	int count = 0;
	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

/* Too long a packet, or too many descriptors: refused, and no descriptor is leaked. */
static void test_hostile_packets_leak_nothing(void **state)
{
	struct pair *pair = *state;
	int fds[PACKET_MAX_FDS], n_fds;
	char small[4], control[CMSG_SPACE(sizeof(int) * 6)] = {0};
	int before = count_fds();
	assert_int_equal(packet_send(pair->ends[0], "too long", 9, &pair->ends[0], 1), 0);
	assert_int_equal(
		packet_receive(pair->ends[1], small, sizeof small, fds, &n_fds), -EMSGSIZE);
	assert_int_equal(n_fds, 0);
	assert_int_equal(count_fds(), before);

	struct iovec vector = {.iov_base = "abc", .iov_len = 4};
	struct msghdr message = {.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof control};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int) * 6);
	for (int i = 0; i < 6; i++)
		memcpy(CMSG_DATA(header) + sizeof(int) * (size_t)i, &pair->ends[0], sizeof(int));
	assert_int_equal(sendmsg(pair->ends[0], &message, 0), 4);
	assert_int_equal(
		packet_receive(pair->ends[1], small, sizeof small, fds, &n_fds), -EMSGSIZE);
	assert_int_equal(n_fds, 0);
	assert_int_equal(count_fds(), before);
}

/* That is not the peer's fault. */
static void test_no_room_for_a_descriptor(void **state)
{
	struct pair *pair = *state;
	int fds[PACKET_MAX_FDS], n_fds;
	char text[16];
	struct rlimit limit;
	int sent[2] = {pair->ends[0], pair->ends[0]}, next = fcntl(pair->ends[0], F_DUPFD, 0);
	close(next);
	assert_int_equal(packet_send(pair->ends[0], "hello", 6, sent, 2), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	const struct rlimit few = {(rlim_t)next + 1, limit.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_int_equal(packet_receive(pair->ends[1], text, sizeof text, fds, &n_fds), -EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_string_equal(text, "hello");
	assert_int_equal(n_fds, 0);
	assert_int_equal(fcntl(next, F_GETFD), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_travels_whole_with_fds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_there_and_peer_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_last_words_of_a_peer_that_does_not_listen, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full_socket, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_packets_leak_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_room_for_a_descriptor, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
