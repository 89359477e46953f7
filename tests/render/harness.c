#include "harness.h"

#include "common/fd.h"
#include "common/format.h"
#include "common/packet.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Long: lavapipe compiles shaders, and the machine may be busy. */
#define HARNESS_LIMIT_MS 30000

void harness_start_silent(struct harness *harness, const char *renderer)
{
	int sockets[2];
	const char *path = getenv("VITRINE_RENDER");
	assert_non_null(path);
	memset(harness, 0, sizeof *harness);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sockets), 0);
	harness->socket = sockets[0];
	harness->pid = fork();
	assert_true(harness->pid >= 0);
	if (harness->pid == 0) {
		char fd[16];
		close(sockets[0]);
		snprintf(fd, sizeof fd, "%d", sockets[1]);
		execl(path, path, "--fd", fd, "--renderer", renderer, "--log-level", "warn", NULL);
		_exit(127);
	}
	close(sockets[1]);
}

enum wire_target_access harness_access(const char *renderer)
{
	return strcmp(renderer, "cpu") == 0 ? WIRE_TARGET_MAP : WIRE_TARGET_COPY;
}

void harness_start(struct harness *harness, const char *renderer)
{
	static unsigned char packet[WIRE_MAX_SIZE];
	harness_start_silent(harness, renderer);
	struct pollfd wait = {.fd = harness->socket, .events = POLLIN};
	assert_int_equal(poll(&wait, 1, HARNESS_LIMIT_MS), 1);
	int fds[PACKET_MAX_FDS], n_fds;
	ssize_t n = packet_receive(harness->socket, packet, sizeof packet, fds, &n_fds);
	assert_true(n >= (ssize_t)sizeof(struct wire_hello));
	memcpy(&harness->hello, packet, sizeof harness->hello);
	assert_int_equal(harness->hello.header.type, WIRE_HELLO);
	assert_int_equal(harness->hello.version, WIRE_VERSION);
	size_t formats_size = harness->hello.n_formats * sizeof(struct wire_format);
	assert_int_equal(n, sizeof harness->hello + formats_size);
	harness->formats = malloc(formats_size + 1);
	assert_non_null(harness->formats);
	memcpy(harness->formats, packet + sizeof harness->hello, formats_size);
}

static int harness_reap(struct harness *harness)
{
	for (int i = 0; i < HARNESS_LIMIT_MS / 10; i++) {
		int status;
		pid_t pid = waitpid(harness->pid, &status, WNOHANG);
		if (pid == harness->pid) {
			harness->pid = 0;
			return status;
		}
		usleep(10000);
	}
	fail_msg("the worker does not end");
	return -1;
}

static void harness_finish(struct harness *harness)
{
	fd_close(&harness->socket);
	free(harness->formats);
	harness->formats = NULL;
}

void harness_stop(struct harness *harness)
{
	fd_close(&harness->socket);
	int status = harness_reap(harness);
	harness_finish(harness);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

void harness_kill(struct harness *harness)
{
	if (harness->pid > 0) {
		kill(harness->pid, SIGKILL);
		waitpid(harness->pid, NULL, 0);
		harness->pid = 0;
		harness_finish(harness);
	}
}

void harness_expect_error(struct harness *harness, char reason[WIRE_MAX_REASON])
{
	struct wire_error error;
	harness_receive(harness, WIRE_ERROR, &error, sizeof error, NULL);
	assert_true(error.reason[0] != '\0');
	assert_non_null(memchr(error.reason, '\0', sizeof error.reason));
	if (reason)
		memcpy(reason, error.reason, sizeof error.reason);
	int status = harness_reap(harness);
	harness_finish(harness);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
}

uint32_t harness_new_id(struct harness *harness)
{
	return ++harness->last_id;
}

void harness_send(struct harness *harness, const void *packet, size_t size, int fd)
{
	harness_send_fds(harness, packet, size, &fd, fd >= 0);
}

void harness_send_fds(
	struct harness *harness, const void *packet, size_t size, const int *fds, int n_fds)
{
	int error;
	while ((error = packet_send(harness->socket, packet, size, fds, n_fds)) == -EAGAIN) {
		struct pollfd wait = {.fd = harness->socket, .events = POLLOUT};
		assert_int_equal(poll(&wait, 1, HARNESS_LIMIT_MS), 1);
	}
	assert_int_equal(error, 0);
}

void harness_receive(
	struct harness *harness, enum wire_type type, void *packet, size_t size, int *fd)
{
	static unsigned char bytes[WIRE_MAX_SIZE];
	int fds[PACKET_MAX_FDS], n_fds;
	struct pollfd wait = {.fd = harness->socket, .events = POLLIN};
	if (poll(&wait, 1, HARNESS_LIMIT_MS) != 1)
		fail_msg("no packet of type %d came", type);
	ssize_t n = packet_receive(harness->socket, bytes, sizeof bytes, fds, &n_fds);
	if (n <= 0)
		fail_msg("the worker closed instead of sending type %d", type);
	const struct wire_header *header = (const struct wire_header *)bytes;
	if (header->type == WIRE_ERROR && type != WIRE_ERROR)
		fail_msg("the worker says: %s", ((const struct wire_error *)bytes)->reason);
	assert_int_equal(header->type, type);
	assert_int_equal(header->size, n);
	assert_int_equal(n, size);
	assert_int_equal(n_fds, fd ? 1 : 0);
	memcpy(packet, bytes, size);
	if (fd)
		*fd = fds[0];
}

bool harness_is_silent(struct harness *harness, int milliseconds)
{
	struct pollfd wait = {.fd = harness->socket, .events = POLLIN};
	return poll(&wait, 1, milliseconds) == 0;
}

void harness_shm_create(struct harness *harness, struct harness_shm *shm, int32_t width,
	int32_t height, uint32_t format, uint32_t offset, uint32_t stride)
{
	uint32_t bpp = format_find(format)->bytes_per_pixel;
	*shm = (struct harness_shm){
		.pool = harness_new_id(harness),
		.buffer = harness_new_id(harness),
		.width = width,
		.height = height,
		.format = format,
		.offset = offset,
		.stride = stride ? stride : (uint32_t)width * bpp,
	};
	shm->size = shm->offset + shm->stride * (uint32_t)height;
	/* Unsealed, as clients' memory may be. */
	shm->fd = memfd_create("test-pool", MFD_CLOEXEC);
	assert_true(shm->fd >= 0);
	assert_int_equal(ftruncate(shm->fd, shm->size), 0);
	shm->data = mmap(NULL, shm->size, PROT_READ | PROT_WRITE, MAP_SHARED, shm->fd, 0);
	assert_ptr_not_equal(shm->data, MAP_FAILED);
	const struct wire_pool pool = {{WIRE_POOL_CREATE, sizeof pool}, shm->pool, shm->size};
	harness_send(harness, &pool, sizeof pool, shm->fd);
	const struct wire_buffer_shm buffer = {
		.header = {WIRE_BUFFER_SHM, sizeof buffer},
		.buffer = shm->buffer,
		.pool = shm->pool,
		.offset = shm->offset,
		.stride = shm->stride,
		.width = width,
		.height = height,
		.format = format,
	};
	harness_send(harness, &buffer, sizeof buffer, -1);
}

void harness_shm_finish(struct harness *harness, struct harness_shm *shm)
{
	harness_forget(harness, WIRE_BUFFER_FORGET, shm->buffer);
	harness_forget(harness, WIRE_POOL_FORGET, shm->pool);
	munmap(shm->data, shm->size);
	fd_close(&shm->fd);
}

uint8_t *harness_shm_pixel(const struct harness_shm *shm, int32_t x, int32_t y)
{
	uint32_t bpp = format_find(shm->format)->bytes_per_pixel;
	return shm->data + shm->offset + (size_t)y * shm->stride + (size_t)x * bpp;
}

void harness_shm_put(const struct harness_shm *shm, int32_t x, int32_t y, uint32_t value)
{
	memcpy(harness_shm_pixel(shm, x, y), &value, sizeof value);
}

uint32_t harness_solid_create(struct harness *harness, float r, float g, float b, float a)
{
	const struct wire_buffer_solid solid = {
		.header = {WIRE_BUFFER_SOLID, sizeof solid},
		.buffer = harness_new_id(harness),
		.color = {r, g, b, a},
	};
	harness_send(harness, &solid, sizeof solid, -1);
	return solid.buffer;
}

uint32_t harness_texture_update(struct harness *harness, uint32_t texture, uint32_t buffer,
	const struct wire_rect *rects, uint32_t n_rects)
{
	struct {
		struct wire_texture_update update;
		struct wire_rect rects[WIRE_MAX_RECTS];
	} message;
	size_t size = sizeof message.update + n_rects * sizeof *rects;
	message.update = (struct wire_texture_update){
		.header = {WIRE_TEXTURE_UPDATE, (uint32_t)size},
		.texture = texture ? texture : harness_new_id(harness),
		.buffer = buffer,
		.n_rects = n_rects,
	};
	if (n_rects > 0)
		memcpy(&message.update + 1, rects, n_rects * sizeof *rects);
	harness_send(harness, &message, size, -1);
	return message.update.texture;
}

void harness_forget(struct harness *harness, enum wire_type type, uint32_t id)
{
	const struct wire_forget forget = {{type, sizeof forget}, id};
	harness_send(harness, &forget, sizeof forget, -1);
}

static void harness_target_map(struct harness_target *target)
{
	int64_t size = fd_size(target->fd);
	assert_true(size >= target->offset + (int64_t)target->stride * target->height);
	target->size = (size_t)size;
	target->data = mmap(NULL, target->size, PROT_READ | PROT_WRITE, MAP_SHARED, target->fd, 0);
	assert_ptr_not_equal(target->data, MAP_FAILED);
}

static void harness_target_allocate(
	struct harness *harness, struct harness_target *target, struct wire_target_result *result)
{
	const struct wire_target_allocate allocate = {
		.header = {WIRE_TARGET_ALLOCATE, sizeof allocate},
		.target = target->id,
		.width = target->width,
		.height = target->height,
		.format = target->format,
	};
	harness_send(harness, &allocate, sizeof allocate, -1);
	/* Whether an fd comes depends on the answer. */
	int n_fds, fds[PACKET_MAX_FDS];
	struct pollfd wait = {.fd = harness->socket, .events = POLLIN};
	assert_int_equal(poll(&wait, 1, HARNESS_LIMIT_MS), 1);
	ssize_t n = packet_receive(harness->socket, result, sizeof *result, fds, &n_fds);
	assert_int_equal(n, sizeof *result);
	assert_int_equal(result->header.type, WIRE_TARGET_RESULT);
	assert_int_equal(n_fds, result->ok ? 1 : 0);
	if (!result->ok)
		return;
	assert_int_equal(result->dmabuf.width, target->width);
	assert_int_equal(result->dmabuf.height, target->height);
	assert_int_equal(result->dmabuf.format, target->format);
	assert_int_equal(result->dmabuf.n_planes, 1);
	assert_int_equal(result->dmabuf.planes[0].offset, 0);
	assert_int_equal(result->dmabuf.modifier, DRM_FORMAT_MOD_LINEAR);
	target->fd = fds[0];
	target->offset = 0;
	target->stride = result->dmabuf.planes[0].stride;
	harness_target_map(target);
}

static void harness_target_import(struct harness *harness, struct harness_target *target,
	enum wire_target_access access, struct wire_target_result *result)
{
	target->fd = fd_create_memory("test-target", (size_t)target->stride * target->height);
	assert_true(target->fd >= 0);
	harness_target_map(target);
	memset(target->data, 0x55, target->size);
	const struct wire_target_import import = {
		.header = {WIRE_TARGET_IMPORT, sizeof import},
		.target = target->id,
		.access = access,
		.dmabuf =
			{
				.width = target->width,
				.height = target->height,
				.format = target->format,
				.n_planes = 1,
				.modifier = DRM_FORMAT_MOD_LINEAR,
				.planes = {{0, target->stride}},
			},
	};
	harness_send(harness, &import, sizeof import, target->fd);
	harness_receive(harness, WIRE_TARGET_RESULT, result, sizeof *result, NULL);
}

bool harness_target_create(struct harness *harness, struct harness_target *target,
	enum wire_target_access access, int32_t width, int32_t height, uint32_t format,
	uint32_t stride, char reason[WIRE_MAX_REASON])
{
	uint32_t bpp = format_find(format)->bytes_per_pixel;
	struct wire_target_result result;
	*target = (struct harness_target){
		.id = harness_new_id(harness),
		.fd = -1,
		.width = width,
		.height = height,
		.format = format,
		.stride = stride ? stride : (uint32_t)width * bpp,
	};
	if (access)
		harness_target_import(harness, target, access, &result);
	else
		harness_target_allocate(harness, target, &result);
	assert_int_equal(result.target, target->id);
	target->flags = result.flags;
	if (reason)
		memcpy(reason, result.reason, sizeof result.reason);
	if (!result.ok) {
		assert_true(result.reason[0] != '\0');
		if (target->data)
			munmap(target->data, target->size);
		fd_close(&target->fd);
	}
	return result.ok;
}

void harness_target_finish(struct harness *harness, struct harness_target *target)
{
	harness_forget(harness, WIRE_TARGET_FORGET, target->id);
	munmap(target->data, target->size);
	fd_close(&target->fd);
}

uint32_t harness_target_get(const struct harness_target *target, int32_t x, int32_t y)
{
	uint32_t value = 0, bpp = format_find(target->format)->bytes_per_pixel;
	memcpy(&value, target->data + target->offset + (size_t)y * target->stride + (size_t)x * bpp,
		bpp);
	return value;
}

void harness_frame_init(struct harness_frame *frame, const struct harness_target *target)
{
	memset(frame, 0, sizeof *frame);
	frame->rects[0] = (struct wire_rect){0, 0, target->width, target->height};
	frame->n_damage = frame->n_rects = 1;
}

struct wire_quad *harness_frame_add(struct harness_frame *frame,
	const struct harness_target *target, uint32_t texture, int32_t x, int32_t y, int32_t width,
	int32_t height)
{
	struct wire_quad *quad = &frame->quads[frame->n_quads++];
	*quad = (struct wire_quad){
		.texture = texture,
		.alpha = 1,
		.src_w = (float)width,
		.src_h = (float)height,
		.x = x,
		.y = y,
		.width = width,
		.height = height,
	};
	const struct wire_rect whole = {0, 0, target->width, target->height};
	harness_frame_clip(frame, quad, &whole, 1);
	return quad;
}

void harness_frame_clip(struct harness_frame *frame, struct wire_quad *quad,
	const struct wire_rect *rects, uint32_t n_rects)
{
	assert_true(frame->n_rects + n_rects <= WIRE_MAX_RECTS);
	quad->first_rect = frame->n_rects;
	quad->n_rects = n_rects;
	memcpy(frame->rects + frame->n_rects, rects, n_rects * sizeof *rects);
	frame->n_rects += n_rects;
}

uint32_t harness_frame_send(struct harness *harness, const struct harness_frame *frame,
	const struct harness_target *target)
{
	static unsigned char packet[WIRE_MAX_SIZE];
	size_t rects_size = frame->n_rects * sizeof frame->rects[0];
	size_t quads_size = frame->n_quads * sizeof frame->quads[0];
	struct wire_frame message = {
		.sequence = ++harness->last_sequence,
		.target = target->id,
		.n_damage = frame->n_damage,
		.n_rects = frame->n_rects,
		.n_quads = frame->n_quads,
	};
	size_t size = sizeof message + rects_size + quads_size;
	message.header = (struct wire_header){WIRE_FRAME, (uint32_t)size};
	memcpy(packet, &message, sizeof message);
	memcpy(packet + sizeof message, frame->rects, rects_size);
	memcpy(packet + sizeof message + rects_size, frame->quads, quads_size);
	harness_send(harness, packet, size, -1);
	return message.sequence;
}

struct wire_frame_done harness_frame_wait(struct harness *harness, uint32_t sequence)
{
	union {
		struct wire_header header;
		struct wire_frame_submitted submitted;
		struct wire_frame_done done;
		struct wire_error error;
	} packet;
	for (;;) {
		int n_fds, fds[PACKET_MAX_FDS];
		struct pollfd wait = {.fd = harness->socket, .events = POLLIN};
		assert_int_equal(poll(&wait, 1, HARNESS_LIMIT_MS), 1);
		ssize_t n = packet_receive(harness->socket, &packet, sizeof packet, fds, &n_fds);
		assert_true(n >= (ssize_t)sizeof packet.header);
		if (packet.header.type == WIRE_ERROR)
			fail_msg("the worker says: %s", packet.error.reason);
		if (packet.header.type == WIRE_FRAME_SUBMITTED) {
			assert_int_equal(n_fds, 1);
			close(fds[0]);
			harness->n_submitted++;
			continue;
		}
		assert_int_equal(packet.header.type, WIRE_FRAME_DONE);
		assert_int_equal(n, sizeof packet.done);
		assert_int_equal(packet.done.sequence, sequence);
		return packet.done;
	}
}

int harness_difference(uint32_t a, uint32_t b)
{
	int most = 0;
	for (int shift = 0; shift < 24; shift += 8) {
		int apart = abs((int)(a >> shift & 0xff) - (int)(b >> shift & 0xff));
		most = apart > most ? apart : most;
	}
	return most;
}

struct wire_frame_done harness_frame_draw(struct harness *harness,
	const struct harness_frame *frame, const struct harness_target *target)
{
	uint32_t sequence = harness_frame_send(harness, frame, target);
	struct wire_frame_done done = harness_frame_wait(harness, sequence);
	if (!done.ok)
		fail_msg("not drawn: %s", done.reason);
	assert_true(done.duration > 0);
	assert_true(done.gpu_duration >= 0 && done.gpu_duration <= done.duration);
	return done;
}
