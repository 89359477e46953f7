/* What each packet asks for. */
#include "common/log.h"
#include "render/buffer.h"
#include "render/message.h"
#include "render/pool.h"
#include "render/target.h"
#include "render/texture.h"
#include "render/worker_private.h"

#include <math.h>
#include <stdio.h>

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
	if (!pool || message->size < pool->mapping.size)
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
	if (end > pool->mapping.size)
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
	const struct wire_rect all = {.x2 = buffer->width, .y2 = buffer->height};
	if (buffer->pool && pool_find(buffer->pool))
		texture_update(texture, buffer, &all, 1);
	else
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
	/* One pixel, and what the core's floats may add by rounding. */
	const float slack = 1 + 1.0f / 64;
	if (quad->src_x + quad->src_w > (float)texture->buffer->width + slack ||
		quad->src_y + quad->src_h > (float)texture->buffer->height + slack)
		return worker_fail(worker, "malformed FRAME: source beyond the buffer");
	*out = (struct renderer_quad){
		.texture = texture,
		.flags = quad->flags,
		.transform = quad->transform,
		.alpha = rintf(quad->alpha * 255) / 255, /* as exact as pixman has it */
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
	bool drawn = worker->renderer->impl->frame_draw(worker->renderer, &frame, reason);
	if (worker->failed)
		return false;
	if (!drawn) {
		log_limited(LOG_LEVEL_WARN, "frame %u not drawn: %s", message->sequence, reason);
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

static bool worker_handle_one(struct worker *worker, const void *packet)
{
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

bool worker_handle(struct worker *worker)
{
	const struct wire_header *whole = (const struct wire_header *)worker->packet, *part = NULL;
	if (whole->type != WIRE_PICTURE)
		return worker_handle_one(worker, whole);
	while ((part = message_picture_next(whole, part))) {
		if (!worker_handle_one(worker, part))
			return false;
	}
	return true;
}
