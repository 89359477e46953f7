/* The check of packets, without a worker: each rule broken once, and random damage to packets that
 * are good. */
#include "harness.h"

#include "render/message.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE_EXTENT 4096

/* A packet under construction, with the number of fds that would come along. */
struct message {
	_Alignas(8) unsigned char bytes[4096];
	size_t size;
	int n_fds;
};

/* Good ones of each type that has more than an id. */

static struct message message_pool(void)
{
	struct message message = {.size = sizeof(struct wire_pool), .n_fds = 1};
	const struct wire_pool pool = {{WIRE_POOL_CREATE, sizeof pool}, 1, 4096};
	memcpy(message.bytes, &pool, sizeof pool);
	return message;
}

static struct message message_shm(void)
{
	struct message message = {.size = sizeof(struct wire_buffer_shm)};
	const struct wire_buffer_shm shm = {
		.header = {WIRE_BUFFER_SHM, sizeof shm},
		.buffer = 1,
		.pool = 1,
		.stride = 256,
		.width = 64,
		.height = 64,
		.format = DRM_FORMAT_ARGB8888,
	};
	memcpy(message.bytes, &shm, sizeof shm);
	return message;
}

static const struct wire_dmabuf message_planes = {
	.width = 64,
	.height = 64,
	.format = DRM_FORMAT_XRGB8888,
	.n_planes = 1,
	.planes = {{0, 256}},
};

static struct message message_dmabuf(void)
{
	struct message message = {.size = sizeof(struct wire_buffer_dmabuf), .n_fds = 1};
	const struct wire_buffer_dmabuf dmabuf = {
		.header = {WIRE_BUFFER_DMABUF, sizeof dmabuf},
		.buffer = 1,
		.dmabuf = message_planes,
	};
	memcpy(message.bytes, &dmabuf, sizeof dmabuf);
	return message;
}

static struct message message_solid(void)
{
	struct message message = {.size = sizeof(struct wire_buffer_solid)};
	const struct wire_buffer_solid solid = {
		{WIRE_BUFFER_SOLID, sizeof solid}, 1, {1, 0.5f, 0, 1}};
	memcpy(message.bytes, &solid, sizeof solid);
	return message;
}

static struct message message_import(void)
{
	struct message message = {.size = sizeof(struct wire_target_import), .n_fds = 1};
	const struct wire_target_import import = {
		.header = {WIRE_TARGET_IMPORT, sizeof import},
		.target = 1,
		.access = WIRE_TARGET_COPY,
		.dmabuf = message_planes,
	};
	memcpy(message.bytes, &import, sizeof import);
	return message;
}

static struct message message_allocate(void)
{
	struct message message = {.size = sizeof(struct wire_target_allocate)};
	const struct wire_target_allocate allocate = {
		{WIRE_TARGET_ALLOCATE, sizeof allocate}, 1, 64, 64, DRM_FORMAT_XRGB8888};
	memcpy(message.bytes, &allocate, sizeof allocate);
	return message;
}

struct message_update {
	struct wire_texture_update update;
	struct wire_rect rects[2];
};

static struct message message_update(void)
{
	struct message message = {.size = sizeof(struct message_update)};
	const struct message_update update = {
		{{WIRE_TEXTURE_UPDATE, sizeof update}, 1, 1, 2}, {{0, 0, 1, 1}, {5, 6, 7, 8}}};
	memcpy(message.bytes, &update, sizeof update);
	return message;
}

struct message_frame {
	struct wire_frame frame;
	struct wire_rect rects[2];
	struct wire_quad quads[1];
};

static struct message message_frame(void)
{
	struct message message = {.size = sizeof(struct message_frame)};
	const struct message_frame frame = {
		.frame = {{WIRE_FRAME, sizeof frame}, 1, 1, 1, 2, 1},
		.rects = {{0, 0, 64, 64}, {0, 0, 32, 32}},
		.quads = {{
			.texture = 1,
			.alpha = 1,
			.src_w = 8,
			.src_h = 8,
			.width = 8,
			.height = 8,
			.first_rect = 1,
			.n_rects = 1,
		}},
	};
	memcpy(message.bytes, &frame, sizeof frame);
	return message;
}

/* A picture of these parts. */
static struct message message_put(const struct message *const *parts, size_t n)
{
	struct message message = {.size = sizeof(struct wire_header)};
	for (size_t i = 0; i < n; i++) {
		memcpy(message.bytes + message.size, parts[i]->bytes, parts[i]->size);
		message.size += parts[i]->size;
	}
	const struct wire_header header = {WIRE_PICTURE, (uint32_t)message.size};
	memcpy(message.bytes, &header, sizeof header);
	return message;
}

static struct message message_picture(void)
{
	const struct message update = message_update(), frame = message_frame();
	return message_put((const struct message *const[]){&update, &frame}, 2);
}

static struct message (*const message_good[])(void) = {message_pool, message_shm, message_dmabuf,
	message_solid, message_import, message_allocate, message_update, message_frame,
	message_picture};

#define MESSAGE_N_GOOD (sizeof message_good / sizeof message_good[0])

static bool message_passes(const struct message *message)
{
	char reason[WIRE_MAX_REASON] = "";
	bool ok = message_check(
		message->bytes, message->size, message->n_fds, MESSAGE_EXTENT, reason);
	assert_int_equal(reason[0] == '\0', ok);
	return ok;
}

static void message_test_good(void **state)
{
	for (size_t i = 0; i < MESSAGE_N_GOOD; i++) {
		struct message message = message_good[i]();
		assert_true(message_passes(&message));
	}
	for (uint32_t type = WIRE_POOL_FORGET; type <= WIRE_TARGET_FORGET; type++) {
		if (type != WIRE_POOL_FORGET && type != WIRE_BUFFER_FORGET &&
			type != WIRE_TEXTURE_FORGET && type != WIRE_TARGET_FORGET)
			continue;
		struct message message = {.size = sizeof(struct wire_forget)};
		const struct wire_forget forget = {{type, sizeof forget}, WIRE_MAX_ID};
		memcpy(message.bytes, &forget, sizeof forget);
		assert_true(message_passes(&message));
	}
}

/* Writes a value of TYPE at FIELD of STRUCT in a fresh good message, which then must not pass. */
#define MESSAGE_BREAK(make, struct_type, field, value) \
	do { \
		struct message broken = make(); \
		((struct struct_type *)broken.bytes)->field = (value); \
		if (message_passes(&broken)) \
			fail_msg("%s", "passes: " #make " with " #field " = " #value); \
	} while (0)

static void message_test_ids(void **state)
{
	const uint32_t bad[] = {0, WIRE_MAX_ID + 1, UINT32_MAX};
	for (size_t i = 0; i < 3; i++) {
		MESSAGE_BREAK(message_pool, wire_pool, pool, bad[i]);
		MESSAGE_BREAK(message_shm, wire_buffer_shm, pool, bad[i]);
		MESSAGE_BREAK(message_shm, wire_buffer_shm, buffer, bad[i]);
		MESSAGE_BREAK(message_dmabuf, wire_buffer_dmabuf, buffer, bad[i]);
		MESSAGE_BREAK(message_solid, wire_buffer_solid, buffer, bad[i]);
		MESSAGE_BREAK(message_import, wire_target_import, target, bad[i]);
		MESSAGE_BREAK(message_allocate, wire_target_allocate, target, bad[i]);
		MESSAGE_BREAK(message_update, wire_texture_update, texture, bad[i]);
		MESSAGE_BREAK(message_update, wire_texture_update, buffer, bad[i]);
		MESSAGE_BREAK(message_frame, wire_frame, target, bad[i]);
		MESSAGE_BREAK(message_frame, message_frame, quads[0].texture, bad[i]);
	}
}

static void message_test_pictures(void **state)
{
	const struct message update = message_update(), frame = message_frame(),
			     solid = message_solid(), picture = message_picture();
	struct message wrong = frame;
	((struct wire_frame *)wrong.bytes)->target = 0;
	const struct {
		const struct message *parts[3];
		size_t n;
		bool passes;
	} cases[] = {
		{{&frame}, 1, true},
		{{&update, &update, &frame}, 3, true},
		{{&update}, 1, false},
		{{NULL}, 0, false},
		{{&frame, &update}, 2, false},
		{{&frame, &frame}, 2, false},
		{{&update, &frame, &update}, 3, false},
		{{&solid, &frame}, 2, false},
		{{&update, &picture}, 2, false},
		{{&update, &wrong}, 2, false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct message message = message_put(cases[i].parts, cases[i].n);
		if (message_passes(&message) != cases[i].passes)
			fail_msg("picture %zu %s", i, cases[i].passes ? "is refused" : "passes");
	}
	/* A part that claims to be longer, shorter, or nothing. */
	const uint32_t sizes[] = {0, 4, 7, 9, 4096, UINT32_MAX};
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct message message = message_picture();
		((struct wire_header *)message.bytes)[1].size = sizes[i];
		assert_false(message_passes(&message));
	}
}

static void message_test_headers(void **state)
{
	for (size_t i = 0; i < MESSAGE_N_GOOD; i++) {
		struct message message = message_good[i]();
		struct wire_header *header = (struct wire_header *)message.bytes;
		for (size_t size = 0; size < message.size; size++) {
			message.size--;
			assert_false(message_passes(&message));
			header->size = (uint32_t)message.size;
			assert_false(message_passes(&message));
		}
		message = message_good[i]();
		message.size += 4;
		assert_false(message_passes(&message));
		header->size = (uint32_t)message.size;
		assert_false(message_passes(&message));
		message = message_good[i]();
		message.n_fds++;
		assert_false(message_passes(&message));
	}
	const uint32_t types[] = {0, WIRE_PICTURE + 1, WIRE_HELLO, WIRE_ERROR, UINT32_MAX};
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		MESSAGE_BREAK(message_pool, wire_header, type, types[i]);
	struct message message = message_pool();
	message.n_fds = 0;
	assert_false(message_passes(&message));
}

static void message_test_sizes(void **state)
{
	const int32_t bad[] = {0, -1, MESSAGE_EXTENT + 1, INT32_MAX, INT32_MIN};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		MESSAGE_BREAK(message_shm, wire_buffer_shm, width, bad[i]);
		MESSAGE_BREAK(message_shm, wire_buffer_shm, height, bad[i]);
		MESSAGE_BREAK(message_dmabuf, wire_buffer_dmabuf, dmabuf.width, bad[i]);
		MESSAGE_BREAK(message_dmabuf, wire_buffer_dmabuf, dmabuf.height, bad[i]);
		MESSAGE_BREAK(message_import, wire_target_import, dmabuf.width, bad[i]);
		MESSAGE_BREAK(message_allocate, wire_target_allocate, width, bad[i]);
		MESSAGE_BREAK(message_allocate, wire_target_allocate, height, bad[i]);
	}
	MESSAGE_BREAK(message_pool, wire_pool, size, 0);
	MESSAGE_BREAK(message_pool, wire_pool, size, (uint64_t)INT32_MAX + 1);
	MESSAGE_BREAK(message_shm, wire_buffer_shm, stride, 255);
	MESSAGE_BREAK(message_shm, wire_buffer_shm, stride, 1u << 31);
	MESSAGE_BREAK(message_import, wire_target_import, dmabuf.planes[0].stride, 255);
	MESSAGE_BREAK(message_import, wire_target_import, dmabuf.planes[0].stride, UINT32_MAX);
	MESSAGE_BREAK(message_dmabuf, wire_buffer_dmabuf, dmabuf.n_planes, 0);
	MESSAGE_BREAK(message_dmabuf, wire_buffer_dmabuf, dmabuf.n_planes, 2);
	MESSAGE_BREAK(message_dmabuf, wire_buffer_dmabuf, dmabuf.n_planes, 5);
	MESSAGE_BREAK(message_dmabuf, wire_buffer_dmabuf, dmabuf.n_planes, UINT32_MAX);
}

static void message_test_values(void **state)
{
	MESSAGE_BREAK(message_shm, wire_buffer_shm, format, 0);
	MESSAGE_BREAK(message_shm, wire_buffer_shm, format, DRM_FORMAT_NV12);
	MESSAGE_BREAK(message_import, wire_target_import, dmabuf.format, DRM_FORMAT_NV12);
	MESSAGE_BREAK(message_allocate, wire_target_allocate, format, UINT32_MAX);
	MESSAGE_BREAK(message_import, wire_target_import, access, 0);
	MESSAGE_BREAK(message_import, wire_target_import, access, WIRE_TARGET_MAP + 1);
	const float colors[] = {-0.1f, 1.1f, NAN, INFINITY, -INFINITY};
	for (size_t i = 0; i < sizeof colors / sizeof colors[0]; i++) {
		MESSAGE_BREAK(message_solid, wire_buffer_solid, color[i % 4], colors[i]);
		MESSAGE_BREAK(message_frame, message_frame, quads[0].alpha, colors[i]);
	}
	const float sources[] = {-1.5f, NAN, INFINITY, -INFINITY};
	for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
		MESSAGE_BREAK(message_frame, message_frame, quads[0].src_x, sources[i]);
		MESSAGE_BREAK(message_frame, message_frame, quads[0].src_y, sources[i]);
		MESSAGE_BREAK(message_frame, message_frame, quads[0].src_w, sources[i]);
		MESSAGE_BREAK(message_frame, message_frame, quads[0].src_h, sources[i]);
	}
	MESSAGE_BREAK(message_frame, message_frame, quads[0].src_w, 0);
	MESSAGE_BREAK(message_frame, message_frame, quads[0].transform, 8);
	MESSAGE_BREAK(message_frame, message_frame, quads[0].flags, 4);
	MESSAGE_BREAK(message_frame, message_frame, quads[0].width, 0);
	MESSAGE_BREAK(message_frame, message_frame, quads[0].height, INT32_MAX);
	MESSAGE_BREAK(message_frame, message_frame, quads[0].x, INT32_MIN);
	MESSAGE_BREAK(message_frame, message_frame, quads[0].y, INT32_MAX);
}

static void message_test_rects(void **state)
{
	const struct wire_rect bad[] = {{0, 0, 0, 1}, {0, 0, 1, 0}, {-1, 0, 1, 1}, {0, -1, 1, 1},
		{2, 0, 1, 1}, {0, 0, INT32_MAX, 1}, {INT32_MIN, 0, INT32_MAX, 1}};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		MESSAGE_BREAK(message_update, message_update, rects[1], bad[i]);
		MESSAGE_BREAK(message_frame, message_frame, rects[0], bad[i]);
		MESSAGE_BREAK(message_frame, message_frame, rects[1], bad[i]);
	}
	MESSAGE_BREAK(message_update, wire_texture_update, n_rects, 1);
	MESSAGE_BREAK(message_update, wire_texture_update, n_rects, UINT32_MAX);
	/* Chosen so that the product wraps round to the right size in 32 bits. */
	MESSAGE_BREAK(message_update, wire_texture_update, n_rects, 2 + (1u << 28));
	MESSAGE_BREAK(message_frame, wire_frame, n_damage, 3);
	MESSAGE_BREAK(message_frame, wire_frame, n_rects, UINT32_MAX);
	MESSAGE_BREAK(message_frame, wire_frame, n_quads, UINT32_MAX);
	MESSAGE_BREAK(message_frame, message_frame, quads[0].first_rect, 2);
	MESSAGE_BREAK(message_frame, message_frame, quads[0].first_rect, UINT32_MAX);
	MESSAGE_BREAK(message_frame, message_frame, quads[0].n_rects, 2);
	MESSAGE_BREAK(message_frame, message_frame, quads[0].n_rects, UINT32_MAX);
}

/* What passes after random damage must still keep its word about counts and ranges. */
static void message_expect_sound(const struct message *message)
{
	const struct wire_header *header = (const struct wire_header *)message->bytes;
	assert_int_equal(header->size, message->size);
	if (header->type != WIRE_FRAME)
		return;
	const struct wire_frame *frame = (const struct wire_frame *)message->bytes;
	const struct wire_quad *quads = message_frame_quads(frame);
	assert_true(
		(const unsigned char *)(quads + frame->n_quads) == message->bytes + message->size);
	for (uint32_t i = 0; i < frame->n_quads; i++)
		assert_true((uint64_t)quads[i].first_rect + quads[i].n_rects <= frame->n_rects);
}

static void message_test_random(void **state)
{
	unsigned short seed[3] = {1, 2, 3};
	for (int round = 0; round < 200000; round++) {
		struct message message = message_good[nrand48(seed) % MESSAGE_N_GOOD]();
		int n = 1 + (int)(nrand48(seed) % 4);
		for (int i = 0; i < n; i++)
			message.bytes[nrand48(seed) % message.size] = (unsigned char)jrand48(seed);
		if (message_passes(&message))
			message_expect_sound(&message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_test_good),
		cmocka_unit_test(message_test_ids),
		cmocka_unit_test(message_test_pictures),
		cmocka_unit_test(message_test_headers),
		cmocka_unit_test(message_test_sizes),
		cmocka_unit_test(message_test_values),
		cmocka_unit_test(message_test_rects),
		cmocka_unit_test(message_test_random),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
