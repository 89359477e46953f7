/* What no libwayland client sends: bytes that are no request, ids that are nobody's, versions that
 * were not offered. Each ends its own connection, and no other. */
#include "tests/protocol/client.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADER(bytes, opcode) ((uint32_t)(bytes) << 16 | (opcode))
#define DISPLAY_SYNC 0
#define DISPLAY_GET_REGISTRY 1

/* A connection without libwayland. */
struct wire {
	struct harness *harness;
	int fd;
	char events[65536];
	size_t len;
};

static void wire_connect(struct wire *wire, struct harness *harness)
{
	int fds[2];
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
	assert_non_null(wl_client_create(harness->display, fds[0]));
	*wire = (struct wire){.harness = harness, .fd = fds[1]};
}

/* False: the server has closed it. */
static bool wire_read(struct wire *wire)
{
	for (int i = 0; i < 10; i++) {
		wl_event_loop_dispatch(wire->harness->loop, 0);
		wl_display_flush_clients(wire->harness->display);
		ssize_t n = recv(wire->fd, wire->events + wire->len,
			sizeof wire->events - wire->len, MSG_DONTWAIT);
		if (n == 0)
			return false;
		wire->len += n > 0 ? (size_t)n : 0;
	}
	return true;
}

static void wire_send(const struct wire *wire, const void *bytes, size_t size)
{
	assert_int_equal(send(wire->fd, bytes, size, MSG_NOSIGNAL), (ssize_t)size);
}

/* A global's name in the registry, which has id 2. */
static uint32_t wire_find(struct wire *wire, const char *interface)
{
	const uint32_t request[] = {1, HEADER(12, DISPLAY_GET_REGISTRY), 2};
	wire_send(wire, request, sizeof request);
	assert_true(wire_read(wire));
	for (size_t at = 0; at + 16 <= wire->len;) {
		uint32_t words[4]; /* sender, size and opcode, name, length */
		memcpy(words, wire->events + at, sizeof words);
		if (words[0] == 2 && strcmp(wire->events + at + 16, interface) == 0)
			return words[2];
		at += words[1] >> 16;
	}
	fail_msg("%s is not offered", interface);
	return 0;
}

/* The connection is closed for it, and another client is served. */
static void expect_end(void **state, const uint32_t *words, size_t size)
{
	struct wire wire;
	wire_connect(&wire, *state);
	wire_send(&wire, words, size);
	if (wire_read(&wire))
		fail_msg("%08x %08x: the connection goes on", words[0], words[1]);
	close(wire.fd);
	client_expect_served(*state);
}

#define EXPECT_END(state, ...) \
	expect_end(state, (const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}))

static void test_no_requests(void **state)
{
	EXPECT_END(state, 1, HEADER(4, DISPLAY_SYNC)); /* shorter than its header */
	EXPECT_END(state, 1, HEADER(0, DISPLAY_SYNC)); /* nothing at all */
	EXPECT_END(state, 1, HEADER(8, DISPLAY_SYNC)); /* without its id */
	EXPECT_END(state, 1, HEADER(12, 7), 2);        /* no such opcode */
	EXPECT_END(state, 1, HEADER(12, 0xffff), 2);   /* the last one */
	EXPECT_END(state, 77, HEADER(8, 0));           /* nobody's id */
	EXPECT_END(state, 0, HEADER(8, 0));            /* null */
	EXPECT_END(state, 0xff000000, HEADER(8, 0));   /* the server's first */
	EXPECT_END(state, 0xffffffff, HEADER(8, 0));   /* its last */
}

static void test_ids(void **state)
{
	EXPECT_END(state, 1, HEADER(12, DISPLAY_SYNC), 0);          /* a new object without id */
	EXPECT_END(state, 1, HEADER(12, DISPLAY_SYNC), 1);          /* one that is there */
	EXPECT_END(state, 1, HEADER(12, DISPLAY_SYNC), 1000000);    /* far beyond the next */
	EXPECT_END(state, 1, HEADER(12, DISPLAY_SYNC), 0xff000001); /* the server's to give */
	EXPECT_END(state, 1, HEADER(12, DISPLAY_GET_REGISTRY), 2, 1,
		HEADER(12, DISPLAY_GET_REGISTRY), 2); /* the same twice */
}

/* wl_registry.bind: name, interface (a string: its length, text, padding), version, id. */
static void expect_bind_ends(
	void **state, const char *interface, uint32_t length, uint32_t version, uint32_t off)
{
	struct wire wire;
	wire_connect(&wire, *state);
	uint32_t name = wire_find(&wire, "wl_compositor") + off;
	/* The text takes 16 bytes with its NUL and padding. */
	uint32_t words[10] = {2, HEADER(40, 0), name, length, [8] = version, [9] = 3};
	memcpy(&words[4], interface, strlen(interface));
	wire_send(&wire, words, sizeof words);
	assert_false(wire_read(&wire));
	close(wire.fd);
	client_expect_served(*state);
}

static void test_bindings(void **state)
{
	expect_bind_ends(state, "wl_compositor", 14, 0, 0);          /* no version */
	expect_bind_ends(state, "wl_compositor", 14, 7, 0);          /* one that is not offered */
	expect_bind_ends(state, "wl_compositor", 14, UINT32_MAX, 0); /* nor this */
	expect_bind_ends(state, "wl_compositxx", 14, 1, 0);          /* another interface */
	expect_bind_ends(state, "wl_compositor", 14, 1, 1000);       /* no such global */
	expect_bind_ends(state, "wl_compositor", 13, 1, 0);          /* a text without its end */
	expect_bind_ends(state, "wl_compositor", UINT32_MAX, 1, 0);  /* longer than the message */
	expect_bind_ends(state, "wl_compositor", 0, 1, 0);           /* none */
}

/* A request that carries a file, without one; and files that no request carries. */
static void test_files(void **state)
{
	struct harness *harness = *state;
	struct wire wire;
	wire_connect(&wire, harness);
	uint32_t name = wire_find(&wire, "wl_shm");
	const uint32_t words[] = {2, HEADER(32, 0), name, 7, 0x735f6c77, 0x00006d68, 1,
		3,                          /* bind */
		3, HEADER(16, 0), 4, 4096}; /* wl_shm.create_pool */
	wire_send(&wire, words, sizeof words);
	assert_false(wire_read(&wire));
	close(wire.fd);
	wire_connect(&wire, harness);
	const uint32_t sync[] = {1, HEADER(12, DISPLAY_SYNC), 2};
	struct iovec part = {(void *)sync, sizeof sync};
	char control[CMSG_SPACE(16 * sizeof(int))] = {0};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof control};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(16 * sizeof(int));
	for (int i = 0; i < 16; i++)
		memcpy(CMSG_DATA(header) + i * (int)sizeof(int), &wire.fd, sizeof(int));
	assert_int_equal(sendmsg(wire.fd, &message, MSG_NOSIGNAL), (ssize_t)sizeof sync);
	assert_true(wire_read(&wire)); /* they are kept for a request that may come */
	assert_true(wire.len > 0);
	close(wire.fd);
	for (int i = 0; i < 10; i++)
		wl_event_loop_dispatch(harness->loop, 0);
	client_expect_served(harness);
}

/* Half a message, and then the end. */
static void test_half_a_message(void **state)
{
	struct harness *harness = *state;
	const uint32_t words[] = {1, HEADER(12, DISPLAY_SYNC), 2};
	for (size_t size = 0; size < sizeof words; size++) {
		struct wire wire;
		wire_connect(&wire, harness);
		if (size > 0)
			wire_send(&wire, words, size);
		assert_true(wire_read(&wire));
		assert_int_equal(wire.len, 0);
		close(wire.fd);
		wl_event_loop_dispatch(harness->loop, 0);
	}
	client_expect_served(harness);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_no_requests),
		harness_test(test_ids),
		harness_test(test_bindings),
		harness_test(test_files),
		harness_test(test_half_a_message),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
