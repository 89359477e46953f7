/**
 * The core's part, played by a test: starts the real vitrine-render (its path in VITRINE_RENDER) on
 * a socket pair and talks to it. Every wait has a limit, and everything that goes wrong fails the
 * running cmocka test.
 */
#ifndef TESTS_RENDER_HARNESS_H
#define TESTS_RENDER_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "render/wire.h"

#include <drm_fourcc.h>
#include <sys/types.h>

struct harness {
	pid_t pid;
	int socket;
	struct wire_hello hello;
	struct wire_format *formats; /**< hello.n_formats of them */
	uint32_t last_id;
	uint32_t last_sequence;
	uint32_t n_submitted; /**< WIRE_FRAME_SUBMITTED received */
};

/** A buffer in a client's memory; the test's own mapping of it. */
struct harness_shm {
	uint32_t pool, buffer;
	int fd;
	int32_t width, height;
	uint32_t format, offset, stride, size;
	uint8_t *data; /**< size bytes, the pool from its start */
};

/** A target, and the test's own mapping of what the display would show. */
struct harness_target {
	uint32_t id;
	int fd;
	uint32_t flags;
	int32_t width, height;
	uint32_t format, offset, stride;
	uint8_t *data; /**< the file from its start */
	size_t size;
};

/** A frame under construction. */
struct harness_frame {
	struct wire_rect rects[WIRE_MAX_RECTS];
	struct wire_quad quads[WIRE_MAX_QUADS];
	uint32_t n_damage, n_rects, n_quads;
};

/** Starts a worker with the renderer and waits for its greeting. */
void harness_start(struct harness *harness, const char *renderer);

/** By what access its targets are had without a device: mapped, or copied into. */
enum wire_target_access harness_access(const char *renderer);

/** Starts a worker without waiting for anything. */
void harness_start_silent(struct harness *harness, const char *renderer);

/** Closes the socket and expects the worker to end by itself with status 0. */
void harness_stop(struct harness *harness);

/** Expects WIRE_ERROR and then the end with status 1. The reason is copied out, if wanted. */
void harness_expect_error(struct harness *harness, char reason[WIRE_MAX_REASON]);

/** Ends a worker, if one still runs, whatever its state. For teardowns. */
void harness_kill(struct harness *harness);

uint32_t harness_new_id(struct harness *harness);

/** Sends a packet; fd -1: none. */
void harness_send(struct harness *harness, const void *packet, size_t size, int fd);

/** The same with n descriptors. */
void harness_send_fds(
	struct harness *harness, const void *packet, size_t size, const int *fds, int n_fds);

/** Receives the next packet, which must be of that type and size. fd NULL: it brings none. */
void harness_receive(
	struct harness *harness, enum wire_type type, void *packet, size_t size, int *fd);

/** True: nothing arrived for so long. */
bool harness_is_silent(struct harness *harness, int milliseconds);

/** A pool of its own and a buffer at offset in it, zeroed. stride 0: the tightest. */
void harness_shm_create(struct harness *harness, struct harness_shm *shm, int32_t width,
	int32_t height, uint32_t format, uint32_t offset, uint32_t stride);

/** Forgets both and unmaps. */
void harness_shm_finish(struct harness *harness, struct harness_shm *shm);

uint8_t *harness_shm_pixel(const struct harness_shm *shm, int32_t x, int32_t y);

/** Writes a pixel of a 32-bit format. */
void harness_shm_put(const struct harness_shm *shm, int32_t x, int32_t y, uint32_t value);

uint32_t harness_solid_create(struct harness *harness, float r, float g, float b, float a);

/** Says that texture (0: a new one) shows buffer, changed in the rects. The texture's id. */
uint32_t harness_texture_update(struct harness *harness, uint32_t texture, uint32_t buffer,
	const struct wire_rect *rects, uint32_t n_rects);

void harness_forget(struct harness *harness, enum wire_type type, uint32_t id);

/**
 * A target that the worker imports, in a memfd filled with the byte 0x55. access 0: one that the
 * worker allocates. stride 0: the tightest. False: refused, reason says why.
 */
bool harness_target_create(struct harness *harness, struct harness_target *target,
	enum wire_target_access access, int32_t width, int32_t height, uint32_t format,
	uint32_t stride, char reason[WIRE_MAX_REASON]);
void harness_target_finish(struct harness *harness, struct harness_target *target);

uint32_t harness_target_get(const struct harness_target *target, int32_t x, int32_t y);

/** How far apart two pixels of a 32-bit format are: the largest difference of a colour channel. */
int harness_difference(uint32_t a, uint32_t b);

/** The whole target is damaged. */
void harness_frame_init(struct harness_frame *frame, const struct harness_target *target);

/** A quad of the whole buffer at x, y in its own size, drawn everywhere within the target. For
 * changes by the test. */
struct wire_quad *harness_frame_add(struct harness_frame *frame,
	const struct harness_target *target, uint32_t texture, int32_t x, int32_t y, int32_t width,
	int32_t height);

/** Gives quad other rects. */
void harness_frame_clip(struct harness_frame *frame, struct wire_quad *quad,
	const struct wire_rect *rects, uint32_t n_rects);

/** Sends without waiting. The sequence. */
uint32_t harness_frame_send(struct harness *harness, const struct harness_frame *frame,
	const struct harness_target *target);

/** Receives the next WIRE_FRAME_DONE (after WIRE_FRAME_SUBMITTED, perhaps), which must be of this
 * sequence. */
struct wire_frame_done harness_frame_wait(struct harness *harness, uint32_t sequence);

/** Sends, waits, and expects it to be drawn. */
struct wire_frame_done harness_frame_draw(struct harness *harness,
	const struct harness_frame *frame, const struct harness_target *target);

#endif
