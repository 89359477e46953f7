#include "render/worker.h"

#include "common/clock.h"
#include "common/fd.h"
#include "common/log.h"
#include "common/packet.h"
#include "render/buffer.h"
#include "render/message.h"
#include "render/pool.h"
#include "render/table.h"
#include "render/target.h"
#include "render/texture.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct worker {
	int socket; /* borrowed */
	struct renderer *renderer;
	struct table pools, buffers, textures, targets;
	bool failed; /* WIRE_ERROR was said */
	bool closed; /* by the core */

	/* A packet under way, and the frame made of it. */
	_Alignas(8) unsigned char packet[WIRE_MAX_SIZE];
	int fds[PACKET_MAX_FDS];
	int n_fds;
	int64_t arrived;
	struct renderer_quad quads[WIRE_MAX_QUADS];
};

/* Waits for room: the core reads whenever it is alive, and a closed socket ends the wait. */
static int worker_send(int socket, const void *data, size_t size, int fd)
{
	int error;
	while ((error = packet_send(socket, data, size, &fd, fd >= 0)) == -EAGAIN) {
		struct pollfd wait = {.fd = socket, .events = POLLOUT};
		poll(&wait, 1, -1);
	}
	return error;
}

static void worker_answer(struct worker *worker, const void *data, size_t size, int fd)
{
	int error = worker_send(worker->socket, data, size, fd);
	if (error == -EPIPE || error == -ECONNRESET) {
		worker->closed = true;
	} else if (error < 0) {
		log_error("the core cannot be answered: %s", strerror(-error));
		worker->failed = true;
	}
}

void worker_say_error(int socket, const char *reason)
{
	struct wire_error message = {.header = {WIRE_ERROR, sizeof message}};
	snprintf(message.reason, sizeof message.reason, "%s", reason);
	log_error("%s", message.reason);
	worker_send(socket, &message, sizeof message, -1);
}

static bool worker_fail(struct worker *worker, const char *reason)
{
	if (!worker->failed)
		worker_say_error(worker->socket, reason);
	worker->failed = true;
	return false;
}

static void worker_say_hello(struct worker *worker)
{
	struct renderer *renderer = worker->renderer;
	struct wire_hello *hello = (struct wire_hello *)worker->packet;
	size_t room = (sizeof worker->packet - sizeof *hello) / sizeof(struct wire_format);
	uint32_t n = renderer->n_formats < room ? renderer->n_formats : (uint32_t)room;
	size_t size = sizeof *hello + n * sizeof(struct wire_format);
	*hello = (struct wire_hello){
		.header = {WIRE_HELLO, (uint32_t)size},
		.version = WIRE_VERSION,
		.features = renderer->features,
		.max_extent = renderer->max_extent,
		.n_formats = n,
	};
	snprintf(hello->device, sizeof hello->device, "%s", renderer->device);
	snprintf(hello->driver, sizeof hello->driver, "%s", renderer->driver);
	if (n > 0)
		memcpy(hello + 1, renderer->formats, n * sizeof(struct wire_format));
	worker_answer(worker, hello, size, -1);
}

/* Takes the packet's descriptor i, so that worker_close_fds() leaves it. */
static int worker_take_fd(struct worker *worker, int i)
{
	int fd = worker->fds[i];
	worker->fds[i] = -1;
	return fd;
}

static void worker_take_dmabuf(
	struct worker *worker, const struct wire_dmabuf *from, struct dmabuf *to)
{
	dmabuf_init(to);
	to->width = from->width;
	to->height = from->height;
	to->format = from->format;
	to->modifier = from->modifier;
	to->n_planes = (int)from->n_planes;
	for (int i = 0; i < to->n_planes; i++) {
		to->planes[i].fd = worker_take_fd(worker, i);
		to->planes[i].offset = from->planes[i].offset;
		to->planes[i].stride = from->planes[i].stride;
	}
}

static bool worker_handle_pool_create(struct worker *worker, const struct wire_pool *message)
{
	if (table_get(&worker->pools, message->pool))
		return worker_fail(worker, "malformed POOL_CREATE: the id is taken");
	struct pool *pool = pool_create(worker_take_fd(worker, 0), message->size);
	if (!pool || !table_set(&worker->pools, message->pool, pool)) {
		pool_unref(pool);
		return worker_fail(worker, "out of memory for a pool");
	}
	return true;
}

static bool worker_handle_pool_resize(struct worker *worker, const struct wire_pool *message)
{
	struct pool *pool = table_get(&worker->pools, message->pool);
	if (!pool || message->size < pool->size)
		return worker_fail(worker, "malformed POOL_RESIZE: no such pool, or it shrinks");
	return pool_resize(pool, message->size) || worker_fail(worker, "out of memory for a pool");
}

static bool worker_add_buffer(struct worker *worker, uint32_t id, struct buffer *buffer)
{
	if (buffer && table_set(&worker->buffers, id, buffer))
		return true;
	buffer_unref(buffer);
	return worker_fail(worker, "out of memory for a buffer");
}

static bool worker_handle_buffer_shm(struct worker *worker, const struct wire_buffer_shm *message)
{
	struct pool *pool = table_get(&worker->pools, message->pool);
	if (!pool || table_get(&worker->buffers, message->buffer))
		return worker_fail(
			worker, "malformed BUFFER_SHM: no such pool, or the id is taken");
	uint64_t end = message->offset + (uint64_t)message->stride * (uint64_t)message->height;
	if (end > pool->size)
		return worker_fail(worker, "malformed BUFFER_SHM: it reaches beyond its pool");
	return worker_add_buffer(
		worker, message->buffer, buffer_create_shm(worker->renderer, pool, message));
}

static bool worker_handle_buffer_dmabuf(
	struct worker *worker, const struct wire_buffer_dmabuf *message)
{
	if (table_get(&worker->buffers, message->buffer))
		return worker_fail(worker, "malformed BUFFER_DMABUF: the id is taken");
	struct wire_result result = {
		.header = {WIRE_BUFFER_RESULT, sizeof result},
		.id = message->buffer,
	};
	struct dmabuf dmabuf;
	worker_take_dmabuf(worker, &message->dmabuf, &dmabuf);
	struct buffer *buffer = buffer_create_dmabuf(worker->renderer, &dmabuf, result.reason);
	result.ok = buffer != NULL;
	if (buffer && !worker_add_buffer(worker, message->buffer, buffer))
		return false;
	worker_answer(worker, &result, sizeof result, -1);
	return true;
}

static bool worker_handle_buffer_solid(
	struct worker *worker, const struct wire_buffer_solid *message)
{
	if (table_get(&worker->buffers, message->buffer))
		return worker_fail(worker, "malformed BUFFER_SOLID: the id is taken");
	return worker_add_buffer(
		worker, message->buffer, buffer_create_solid(worker->renderer, message->color));
}

static struct texture *worker_get_texture(struct worker *worker, uint32_t id)
{
	struct texture *texture = table_get(&worker->textures, id);
	if (texture)
		return texture;
	texture = texture_create(worker->renderer);
	if (!texture || !table_set(&worker->textures, id, texture)) {
		texture_unref(texture);
		worker_fail(worker, "out of memory for a texture");
		return NULL;
	}
	return texture;
}

static bool worker_handle_texture_update(
	struct worker *worker, const struct wire_texture_update *message)
{
	struct buffer *buffer = table_get(&worker->buffers, message->buffer);
	if (!buffer)
		return worker_fail(worker, "malformed TEXTURE_UPDATE: no such buffer");
	const struct wire_rect *rects = message_texture_rects(message);
	for (uint32_t i = 0; i < message->n_rects; i++) {
		if (!message_rect_within(&rects[i], buffer->width, buffer->height))
			return worker_fail(
				worker, "malformed TEXTURE_UPDATE: rectangle beyond the buffer");
	}
	struct texture *texture = worker_get_texture(worker, message->texture);
	if (!texture)
		return false;
	texture_update(texture, buffer, rects, message->n_rects);
	return true;
}

static bool worker_answer_target(struct worker *worker, struct wire_target_result *result,
	struct target *target, bool with_dmabuf)
{
	int fd = -1;
	if (target && !table_set(&worker->targets, result->target, target)) {
		target_unref(target);
		return worker_fail(worker, "out of memory for a target");
	}
	if (target) {
		result->ok = 1;
		result->flags = target->flags;
	}
	if (target && with_dmabuf) {
		const struct dmabuf *dmabuf = &target->dmabuf;
		fd = dmabuf->planes[0].fd;
		result->dmabuf = (struct wire_dmabuf){
			.width = dmabuf->width,
			.height = dmabuf->height,
			.format = dmabuf->format,
			.n_planes = 1,
			.modifier = dmabuf->modifier,
			.planes = {{dmabuf->planes[0].offset, dmabuf->planes[0].stride}},
		};
	}
	worker_answer(worker, result, sizeof *result, fd);
	return true;
}

static bool worker_handle_target_allocate(
	struct worker *worker, const struct wire_target_allocate *message)
{
	if (table_get(&worker->targets, message->target))
		return worker_fail(worker, "malformed TARGET_ALLOCATE: the id is taken");
	struct wire_target_result result = {
		.header = {WIRE_TARGET_RESULT, sizeof result},
		.target = message->target,
	};
	struct target *target = target_create_allocated(worker->renderer, message, result.reason);
	return worker_answer_target(worker, &result, target, true);
}

static bool worker_handle_target_import(
	struct worker *worker, const struct wire_target_import *message)
{
	if (table_get(&worker->targets, message->target))
		return worker_fail(worker, "malformed TARGET_IMPORT: the id is taken");
	struct wire_target_result result = {
		.header = {WIRE_TARGET_RESULT, sizeof result},
		.target = message->target,
	};
	struct dmabuf dmabuf;
	worker_take_dmabuf(worker, &message->dmabuf, &dmabuf);
	struct target *target =
		target_create_imported(worker->renderer, message->access, &dmabuf, result.reason);
	return worker_answer_target(worker, &result, target, false);
}

static bool worker_resolve_quad(struct worker *worker, const struct wire_quad *quad,
	const struct wire_rect *rects, struct renderer_quad *out)
{
	struct texture *texture = table_get(&worker->textures, quad->texture);
	if (!texture)
		return worker_fail(worker, "malformed FRAME: no such texture");
	/* The core computes in floats: a source may pass the edge by a rounding, which sampling
	 * clamps. */
	const float slack = 1.0f / 64;
	if (quad->src_x + quad->src_w > (float)texture->buffer->width + slack ||
		quad->src_y + quad->src_h > (float)texture->buffer->height + slack)
		return worker_fail(worker, "malformed FRAME: source beyond the buffer");
	*out = (struct renderer_quad){
		.texture = texture,
		.flags = quad->flags,
		.transform = quad->transform,
		.alpha = quad->alpha,
		.src_x = quad->src_x,
		.src_y = quad->src_y,
		.src_w = quad->src_w,
		.src_h = quad->src_h,
		.x = quad->x,
		.y = quad->y,
		.width = quad->width,
		.height = quad->height,
		.rects = rects + quad->first_rect,
		.n_rects = quad->n_rects,
	};
	return true;
}

static void worker_answer_done(struct worker *worker, const struct renderer_result *result)
{
	struct wire_frame_done done = {
		.header = {WIRE_FRAME_DONE, sizeof done},
		.sequence = result->sequence,
		.ok = !result->reason,
		.upload_bytes = result->upload_bytes,
		.copy_bytes = result->copy_bytes,
		.gpu_copy_bytes = result->gpu_copy_bytes,
		.duration = clock_now() - result->arrived,
	};
	if (result->reason)
		snprintf(done.reason, sizeof done.reason, "%s", result->reason);
	worker_answer(worker, &done, sizeof done, -1);
}

static bool worker_handle_frame(struct worker *worker, const struct wire_frame *message)
{
	struct target *target = table_get(&worker->targets, message->target);
	if (!target)
		return worker_fail(worker, "malformed FRAME: no such target");
	const struct wire_rect *rects = message_frame_rects(message);
	for (uint32_t i = 0; i < message->n_rects; i++) {
		if (!message_rect_within(&rects[i], target->dmabuf.width, target->dmabuf.height))
			return worker_fail(worker, "malformed FRAME: rectangle beyond the target");
	}
	const struct wire_quad *quads = message_frame_quads(message);
	for (uint32_t i = 0; i < message->n_quads; i++) {
		if (!worker_resolve_quad(worker, &quads[i], rects, &worker->quads[i]))
			return false;
	}
	const struct renderer_frame frame = {
		.sequence = message->sequence,
		.arrived = worker->arrived,
		.target = target,
		.damage = rects,
		.n_damage = message->n_damage,
		.quads = worker->quads,
		.n_quads = message->n_quads,
	};
	char reason[WIRE_MAX_REASON] = "";
	if (!worker->renderer->impl->frame_draw(worker->renderer, &frame, reason)) {
		log_warn("frame %u not drawn: %s", message->sequence, reason);
		worker_answer_done(worker, &(struct renderer_result){.sequence = message->sequence,
						   .arrived = worker->arrived,
						   .reason = reason});
	}
	return true;
}

/* An id that nothing has is no mistake: the core may forget what we refused before it reads our
 * answer. */
static void worker_handle_forget(struct worker *worker, const struct wire_forget *message)
{
	switch (message->header.type) {
	case WIRE_POOL_FORGET:
		pool_unref(table_take(&worker->pools, message->id));
		break;
	case WIRE_BUFFER_FORGET:
		buffer_unref(table_take(&worker->buffers, message->id));
		break;
	case WIRE_TEXTURE_FORGET:
		texture_unref(table_take(&worker->textures, message->id));
		break;
	case WIRE_TARGET_FORGET:
		target_unref(table_take(&worker->targets, message->id));
		break;
	}
}

/* For a packet that message_check() passed. False: WIRE_ERROR was said. */
static bool worker_handle(struct worker *worker)
{
	const void *packet = worker->packet;
	switch ((enum wire_type)((const struct wire_header *)packet)->type) {
	case WIRE_POOL_CREATE:
		return worker_handle_pool_create(worker, packet);
	case WIRE_POOL_RESIZE:
		return worker_handle_pool_resize(worker, packet);
	case WIRE_BUFFER_SHM:
		return worker_handle_buffer_shm(worker, packet);
	case WIRE_BUFFER_DMABUF:
		return worker_handle_buffer_dmabuf(worker, packet);
	case WIRE_BUFFER_SOLID:
		return worker_handle_buffer_solid(worker, packet);
	case WIRE_TEXTURE_UPDATE:
		return worker_handle_texture_update(worker, packet);
	case WIRE_TARGET_ALLOCATE:
		return worker_handle_target_allocate(worker, packet);
	case WIRE_TARGET_IMPORT:
		return worker_handle_target_import(worker, packet);
	case WIRE_FRAME:
		return worker_handle_frame(worker, packet);
	default:
		worker_handle_forget(worker, packet);
		return true;
	}
}

static void worker_close_fds(struct worker *worker)
{
	for (int i = 0; i < worker->n_fds; i++)
		fd_close(&worker->fds[i]);
	worker->n_fds = 0;
}

/* Reads until the socket is empty. */
static void worker_receive(struct worker *worker)
{
	while (!worker->failed && !worker->closed) {
		ssize_t n = packet_receive(worker->socket, worker->packet, sizeof worker->packet,
			worker->fds, &worker->n_fds);
		if (n == -EAGAIN)
			return;
		if (n == 0) {
			worker->closed = true;
			return;
		}
		char reason[WIRE_MAX_REASON];
		worker->arrived = clock_now();
		if (n < 0)
			worker_fail(worker, "malformed packet: too large or too many fds");
		else if (!message_check(worker->packet, (size_t)n, worker->n_fds,
				 worker->renderer->max_extent, reason))
			worker_fail(worker, reason);
		else
			worker_handle(worker);
		worker_close_fds(worker);
	}
}

static void worker_handle_submitted(void *data, uint32_t sequence, int fence)
{
	struct worker *worker = data;
	struct wire_frame_submitted message = {
		.header = {WIRE_FRAME_SUBMITTED, sizeof message},
		.sequence = sequence,
	};
	worker_answer(worker, &message, sizeof message, fence);
}

static void worker_handle_done(void *data, const struct renderer_result *result)
{
	worker_answer_done(data, result);
}

static void worker_handle_lost(void *data, const char *reason)
{
	worker_fail(data, reason);
}

static const struct renderer_listener worker_listener = {
	.submitted = worker_handle_submitted,
	.done = worker_handle_done,
	.lost = worker_handle_lost,
};

static void worker_loop(struct worker *worker)
{
	struct renderer *renderer = worker->renderer;
	struct pollfd polls[] = {
		{.fd = worker->socket, .events = POLLIN},
		{.fd = renderer->impl->get_fd(renderer), .events = POLLIN},
	};
	while (!worker->failed && !worker->closed) {
		if (poll(polls, 2, -1) < 0)
			continue;
		if (polls[1].revents)
			renderer->impl->dispatch(renderer);
		if (polls[0].revents)
			worker_receive(worker);
	}
}

static void worker_finish(struct worker *worker)
{
	for (uint32_t id = 0; id < worker->textures.cap; id++)
		texture_unref(table_take(&worker->textures, id));
	for (uint32_t id = 0; id < worker->buffers.cap; id++)
		buffer_unref(table_take(&worker->buffers, id));
	for (uint32_t id = 0; id < worker->targets.cap; id++)
		target_unref(table_take(&worker->targets, id));
	for (uint32_t id = 0; id < worker->pools.cap; id++)
		pool_unref(table_take(&worker->pools, id));
	table_finish(&worker->textures);
	table_finish(&worker->buffers);
	table_finish(&worker->targets);
	table_finish(&worker->pools);
}

int worker_run(struct renderer *renderer, int socket)
{
	struct worker *worker = calloc(1, sizeof *worker);
	if (!worker) {
		worker_say_error(socket, "out of memory");
		return 1;
	}
	worker->socket = socket;
	worker->renderer = renderer;
	renderer->listener = &worker_listener;
	renderer->listener_data = worker;
	worker_say_hello(worker);
	worker_loop(worker);
	worker_finish(worker);
	int status = worker->failed;
	free(worker);
	return status;
}
