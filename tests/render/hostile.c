/* Packets that a sane core never sends, to a real worker: it says what is wrong and ends. Usage:
 * hostile RENDERER. */
#include "harness.h"

#include "common/fd.h"
#include "common/packet.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *hostile_renderer;

static int hostile_setup(void **state)
{
	static struct harness harness;
	harness_start(&harness, hostile_renderer);
	*state = &harness;
	return 0;
}

static int hostile_teardown(void **state)
{
	harness_kill(*state);
	return 0;
}

static void hostile_expect(struct harness *harness, const char *what)
{
	char reason[WIRE_MAX_REASON];
	harness_expect_error(harness, reason);
	if (!strstr(reason, what))
		fail_msg("the worker says \"%s\" instead of \"%s\"", reason, what);
}

static void hostile_test_garbage(void **state)
{
	unsigned char bytes[100];
	memset(bytes, 0xa5, sizeof bytes);
	harness_send(*state, bytes, sizeof bytes, -1);
	hostile_expect(*state, "wrong size");
}

static void hostile_test_missing_fd(void **state)
{
	const struct wire_pool pool = {{WIRE_POOL_CREATE, sizeof pool}, 1, 4096};
	harness_send(*state, &pool, sizeof pool, -1);
	hostile_expect(*state, "wrong number of fds");
}

static void hostile_test_too_many_fds(void **state)
{
	const struct wire_pool pool = {{WIRE_POOL_CREATE, sizeof pool}, 1, 4096};
	int fds[PACKET_MAX_FDS];
	for (int i = 0; i < PACKET_MAX_FDS; i++)
		fds[i] = fd_create_memory("test", 4096);
	assert_int_equal(packet_send(((struct harness *)*state)->socket, &pool, sizeof pool, fds,
				 PACKET_MAX_FDS),
		0);
	for (int i = 0; i < PACKET_MAX_FDS; i++)
		fd_close(&fds[i]);
	hostile_expect(*state, "wrong number of fds");
}

static void hostile_test_taken_pool(void **state)
{
	struct harness_shm shm;
	harness_shm_create(*state, &shm, 8, 8, DRM_FORMAT_XRGB8888, 0, 0);
	const struct wire_pool pool = {{WIRE_POOL_CREATE, sizeof pool}, shm.pool, 4096};
	harness_send(*state, &pool, sizeof pool, shm.fd);
	hostile_expect(*state, "the id is taken");
}

static void hostile_test_unknown_pool(void **state)
{
	const struct wire_pool pool = {{WIRE_POOL_RESIZE, sizeof pool}, 77, 4096};
	harness_send(*state, &pool, sizeof pool, -1);
	hostile_expect(*state, "no such pool");
}

static void hostile_test_shrinking_pool(void **state)
{
	struct harness_shm shm;
	harness_shm_create(*state, &shm, 64, 64, DRM_FORMAT_XRGB8888, 0, 0);
	const struct wire_pool pool = {{WIRE_POOL_RESIZE, sizeof pool}, shm.pool, 64};
	harness_send(*state, &pool, sizeof pool, -1);
	hostile_expect(*state, "it shrinks");
}

static void hostile_send_buffer(struct harness *harness, uint32_t offset, uint32_t stride)
{
	struct harness_shm shm;
	harness_shm_create(harness, &shm, 64, 64, DRM_FORMAT_XRGB8888, 0, 0);
	const struct wire_buffer_shm buffer = {
		.header = {WIRE_BUFFER_SHM, sizeof buffer},
		.buffer = harness_new_id(harness),
		.pool = shm.pool,
		.offset = offset,
		.stride = stride,
		.width = 64,
		.height = 64,
		.format = DRM_FORMAT_XRGB8888,
	};
	harness_send(harness, &buffer, sizeof buffer, -1);
}

static void hostile_test_buffer_offset(void **state)
{
	hostile_send_buffer(*state, 1, 256);
	hostile_expect(*state, "beyond its pool");
}

static void hostile_test_buffer_offset_wraps(void **state)
{
	hostile_send_buffer(*state, UINT32_MAX, 256);
	hostile_expect(*state, "beyond its pool");
}

static void hostile_test_buffer_stride(void **state)
{
	hostile_send_buffer(*state, 0, INT32_MAX);
	hostile_expect(*state, "beyond its pool");
}

static void hostile_test_unknown_buffer(void **state)
{
	harness_texture_update(*state, 0, 4711, NULL, 0);
	hostile_expect(*state, "no such buffer");
}

static void hostile_test_rect_beyond_buffer(void **state)
{
	struct harness_shm shm;
	harness_shm_create(*state, &shm, 8, 8, DRM_FORMAT_XRGB8888, 0, 0);
	harness_texture_update(*state, 0, shm.buffer, &(struct wire_rect){0, 0, 9, 8}, 1);
	hostile_expect(*state, "beyond the buffer");
}

/* A frame of one textured quad, to be broken. */
static struct harness_frame hostile_frame;
static struct harness_target hostile_target;

static struct wire_quad *hostile_make_frame(struct harness *harness)
{
	assert_true(harness_target_create(harness, &hostile_target,
		harness_access(hostile_renderer), 64, 64, DRM_FORMAT_XRGB8888, 0, NULL));
	struct harness_shm shm;
	harness_shm_create(harness, &shm, 8, 8, DRM_FORMAT_ARGB8888, 0, 0);
	uint32_t texture = harness_texture_update(harness, 0, shm.buffer, NULL, 0);
	harness_frame_init(&hostile_frame, &hostile_target);
	return harness_frame_add(&hostile_frame, &hostile_target, texture, 0, 0, 8, 8);
}

static void hostile_test_forget_twice(void **state)
{
	struct harness_shm shm;
	harness_shm_create(*state, &shm, 8, 8, DRM_FORMAT_XRGB8888, 0, 0);
	harness_forget(*state, WIRE_BUFFER_FORGET, shm.buffer);
	harness_forget(*state, WIRE_BUFFER_FORGET, shm.buffer);
	for (uint32_t type = WIRE_POOL_FORGET; type <= WIRE_TARGET_FORGET; type++) {
		if (type == WIRE_POOL_FORGET || type == WIRE_BUFFER_FORGET ||
			type == WIRE_TEXTURE_FORGET || type == WIRE_TARGET_FORGET)
			harness_forget(*state, type, 4711);
	}
	/* Harmless: the worker still answers. */
	hostile_make_frame(*state);
}

static void hostile_test_damage_beyond_target(void **state)
{
	hostile_make_frame(*state);
	hostile_frame.rects[0].x2 = 65;
	harness_frame_send(*state, &hostile_frame, &hostile_target);
	hostile_expect(*state, "beyond the target");
}

static void hostile_test_clip_beyond_target(void **state)
{
	struct wire_quad *quad = hostile_make_frame(*state);
	hostile_frame.rects[quad->first_rect].y2 = 65;
	harness_frame_send(*state, &hostile_frame, &hostile_target);
	hostile_expect(*state, "beyond the target");
}

static void hostile_test_source_beyond_buffer(void **state)
{
	struct wire_quad *quad = hostile_make_frame(*state);
	quad->src_x = 2;
	harness_frame_send(*state, &hostile_frame, &hostile_target);
	hostile_expect(*state, "source beyond the buffer");
}

static void hostile_test_unknown_texture(void **state)
{
	struct wire_quad *quad = hostile_make_frame(*state);
	quad->texture = 999;
	harness_frame_send(*state, &hostile_frame, &hostile_target);
	hostile_expect(*state, "no such texture");
}

static void hostile_test_unknown_target(void **state)
{
	hostile_make_frame(*state);
	hostile_target.id = 999;
	harness_frame_send(*state, &hostile_frame, &hostile_target);
	hostile_expect(*state, "no such target");
}

/* A target that cannot be had is answered, and the worker goes on. */
static void hostile_test_small_target(void **state)
{
	struct harness *harness = *state;
	int fd = fd_create_memory("test", 4096);
	struct wire_target_import import = {
		.header = {WIRE_TARGET_IMPORT, sizeof import},
		.target = 1,
		.dmabuf = {64, 64, DRM_FORMAT_XRGB8888, 1, 0, {{0, 256}}},
	};
	for (uint32_t access = WIRE_TARGET_DMABUF; access <= WIRE_TARGET_MAP; access++) {
		struct wire_target_result result;
		import.access = access;
		harness_send(harness, &import, sizeof import, fd);
		harness_receive(harness, WIRE_TARGET_RESULT, &result, sizeof result, NULL);
		assert_false(result.ok);
		assert_true(result.reason[0] != '\0');
		if (access == harness_access(hostile_renderer))
			assert_non_null(strstr(result.reason, "needs 16384 bytes"));
	}
	fd_close(&fd);
	harness_stop(harness);
}

static bool hostile_import_memory(struct harness *harness, int fd, uint32_t *target)
{
	struct wire_target_result result;
	const struct wire_target_import import = {
		.header = {WIRE_TARGET_IMPORT, sizeof import},
		.target = *target = harness_new_id(harness),
		.access = harness_access(hostile_renderer),
		.dmabuf = {64, 64, DRM_FORMAT_XRGB8888, 1, 0, {{0, 256}}},
	};
	harness_send(harness, &import, sizeof import, fd);
	harness_receive(harness, WIRE_TARGET_RESULT, &result, sizeof result, NULL);
	return result.ok;
}

/* A client's memory, for a capture: it may shrink while it is drawn into, and grow again. */
static void hostile_test_truncated_target(void **state)
{
	struct harness *harness = *state;
	hostile_make_frame(harness);
	int fd = memfd_create("test", MFD_CLOEXEC);
	for (int round = 0; round < 3; round++) {
		struct harness_target target = hostile_target;
		assert_int_equal(ftruncate(fd, 64 * 256), 0);
		assert_true(hostile_import_memory(harness, fd, &target.id));
		harness_frame_draw(harness, &hostile_frame, &target);
		assert_int_equal(ftruncate(fd, round * 4096), 0);
		harness_frame_draw(harness, &hostile_frame, &target);
		assert_int_equal(ftruncate(fd, 64 * 256), 0);
		harness_frame_draw(harness, &hostile_frame, &target);
		harness_forget(harness, WIRE_TARGET_FORGET, target.id);
	}
	fd_close(&fd);
	harness_frame_draw(harness, &hostile_frame, &hostile_target);
	harness_stop(harness);
}

static void hostile_test_read_only_target(void **state)
{
	struct harness *harness = *state;
	uint32_t target;
	int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	assert_int_equal(ftruncate(fd, 64 * 256), 0);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), 0);
	assert_false(hostile_import_memory(harness, fd, &target));
	fd_close(&fd);
	harness_stop(harness);
}

/* A pool whose fd is no file that can be mapped reads as zeros. */
static void hostile_test_unmappable_pool(void **state)
{
	struct harness *harness = *state;
	struct wire_quad *quad = hostile_make_frame(harness);
	int pipes[2];
	assert_int_equal(pipe(pipes), 0);
	const struct wire_pool pool = {{WIRE_POOL_CREATE, sizeof pool}, 500, 256};
	harness_send(harness, &pool, sizeof pool, pipes[0]);
	const struct wire_buffer_shm buffer = {
		{WIRE_BUFFER_SHM, sizeof buffer}, 500, 500, 0, 32, 8, 8, DRM_FORMAT_XRGB8888};
	harness_send(harness, &buffer, sizeof buffer, -1);
	quad->texture = harness_texture_update(harness, 0, 500, NULL, 0);
	harness_frame_draw(harness, &hostile_frame, &hostile_target);
	assert_int_equal(harness_target_get(&hostile_target, 3, 3) & 0xffffff, 0);
	close(pipes[0]);
	close(pipes[1]);
	harness_stop(harness);
}

/* Valid frames with random bytes changed: the worker draws them or refuses, and never dies of a
 * signal. */
static void hostile_test_random_frames(void **state)
{
	unsigned short seed[3] = {7, 8, 9};
	struct harness *harness = *state;
	/* A Vulkan worker is slow to start. */
	int rounds = strcmp(hostile_renderer, "cpu") == 0 ? 40 : 12;
	for (int round = 0; round < rounds; round++) {
		if (harness->pid == 0)
			harness_start(harness, hostile_renderer);
		hostile_make_frame(harness);
		unsigned char *bytes = (unsigned char *)&hostile_frame.quads[0];
		int n = 1 + (int)(nrand48(seed) % 3);
		for (int i = 0; i < n; i++)
			bytes[nrand48(seed) % sizeof(struct wire_quad)] =
				(unsigned char)jrand48(seed);
		harness_frame_send(harness, &hostile_frame, &hostile_target);
		struct pollfd wait = {.fd = harness->socket, .events = POLLIN};
		assert_int_equal(poll(&wait, 1, 20000), 1);
		struct wire_header header;
		assert_int_equal(
			recv(harness->socket, &header, sizeof header, MSG_PEEK), sizeof header);
		if (header.type == WIRE_ERROR)
			harness_expect_error(harness, NULL);
		else
			harness_frame_wait(harness, harness->last_sequence);
	}
	if (harness->pid != 0)
		harness_stop(harness);
}

#define HOSTILE_TEST(name) \
	cmocka_unit_test_setup_teardown(hostile_test_##name, hostile_setup, hostile_teardown)

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	hostile_renderer = argv[1];
	const struct CMUnitTest tests[] = {
		HOSTILE_TEST(garbage),
		HOSTILE_TEST(missing_fd),
		HOSTILE_TEST(too_many_fds),
		HOSTILE_TEST(taken_pool),
		HOSTILE_TEST(unknown_pool),
		HOSTILE_TEST(shrinking_pool),
		HOSTILE_TEST(buffer_offset),
		HOSTILE_TEST(buffer_offset_wraps),
		HOSTILE_TEST(buffer_stride),
		HOSTILE_TEST(unknown_buffer),
		HOSTILE_TEST(rect_beyond_buffer),
		HOSTILE_TEST(forget_twice),
		HOSTILE_TEST(damage_beyond_target),
		HOSTILE_TEST(clip_beyond_target),
		HOSTILE_TEST(source_beyond_buffer),
		HOSTILE_TEST(unknown_texture),
		HOSTILE_TEST(unknown_target),
		HOSTILE_TEST(small_target),
		HOSTILE_TEST(truncated_target),
		HOSTILE_TEST(read_only_target),
		HOSTILE_TEST(unmappable_pool),
		HOSTILE_TEST(random_frames),
	};
	/* What the worker finds before it comes to a renderer is the same for both, and Vulkan is
	 * slow to start. */
	const struct CMUnitTest vulkan_tests[] = {
		HOSTILE_TEST(rect_beyond_buffer),
		HOSTILE_TEST(damage_beyond_target),
		HOSTILE_TEST(small_target),
		HOSTILE_TEST(truncated_target),
		HOSTILE_TEST(read_only_target),
		HOSTILE_TEST(unmappable_pool),
		HOSTILE_TEST(random_frames),
	};
	if (strcmp(hostile_renderer, "cpu") == 0)
		return cmocka_run_group_tests(tests, NULL, NULL);
	return cmocka_run_group_tests(vulkan_tests, NULL, NULL);
}
