#include "render/client_private.h"

#include "common/packet.h"
#include "render/message.h"

#include <errno.h>
#include <string.h>

static void send_now(
	struct render_client *client, const void *packet, size_t size, const int *fds, int n_fds)
{
	if (client->state != CLIENT_RUNNING)
		return;
	int error = client_queue_send(&client->queue, client->socket, packet, size, fds, n_fds);
	/* A broken pipe is told by the end of the process. */
	if (error == -ENOBUFS)
		client_give_up(client, "hung: it reads no messages any more");
	else if (error && error != -EPIPE && error != -ECONNRESET)
		client_give_up(client, strerror(-error));
	client_update_events(client);
}

static struct wire_header *send_waiting(struct render_client *client)
{
	return (struct wire_header *)client->picture;
}

/* Those that wait for a frame that does not come now: each for itself. */
static void send_updates(struct render_client *client)
{
	struct wire_header *picture = send_waiting(client);
	const struct wire_header *update = NULL;
	while (picture->size && (update = message_picture_next(picture, update)))
		send_now(client, update, update->size, NULL, 0);
	picture->size = 0;
}

static void send_packet(
	struct render_client *client, const void *packet, size_t size, const int *fds, int n_fds)
{
	send_updates(client);
	send_now(client, packet, size, fds, n_fds);
}

/* Behind those that wait. */
static void send_append(struct render_client *client, const void *packet, size_t size)
{
	struct wire_header *picture = send_waiting(client);
	if (picture->size == 0)
		*picture = (struct wire_header){WIRE_PICTURE, sizeof *picture};
	memcpy(client->picture + picture->size, packet, size);
	picture->size += (uint32_t)size;
}

static bool send_has_room(struct render_client *client, size_t size)
{
	return send_waiting(client)->size + sizeof(struct wire_header) + size <= WIRE_MAX_SIZE;
}

static void send_keep_update(struct render_client *client, const void *packet, size_t size)
{
	if (!send_has_room(client, size))
		send_updates(client);
	send_append(client, packet, size);
}

static void send_picture(struct render_client *client, const void *packet, size_t size)
{
	struct wire_header *picture = send_waiting(client);
	if (picture->size == 0 || !send_has_room(client, size)) {
		send_packet(client, packet, size, NULL, 0);
		return;
	}
	send_append(client, packet, size);
	send_now(client, picture, picture->size, NULL, 0);
	picture->size = 0;
}

#define send_fill_header(message, message_type) \
	((message)->header = \
			(struct wire_header){.type = (message_type), .size = sizeof *(message)})

static void send_forget(struct render_client *client, enum wire_type type, uint32_t id)
{
	struct wire_forget forget = {.id = id};
	send_fill_header(&forget, type);
	send_packet(client, &forget, sizeof forget, NULL, 0);
}

void render_client_pool_create(struct render_client *client, uint32_t pool, int fd, uint64_t size)
{
	struct wire_pool message = {.pool = pool, .size = size};
	send_fill_header(&message, WIRE_POOL_CREATE);
	send_packet(client, &message, sizeof message, &fd, 1);
}

void render_client_pool_resize(struct render_client *client, uint32_t pool, uint64_t size)
{
	struct wire_pool message = {.pool = pool, .size = size};
	send_fill_header(&message, WIRE_POOL_RESIZE);
	send_packet(client, &message, sizeof message, NULL, 0);
}

void render_client_pool_forget(struct render_client *client, uint32_t pool)
{
	send_forget(client, WIRE_POOL_FORGET, pool);
}

void render_client_buffer_shm(
	struct render_client *client, uint32_t buffer, const struct render_shm *shm)
{
	struct wire_buffer_shm message = {
		.buffer = buffer,
		.pool = shm->pool,
		.offset = shm->offset,
		.stride = shm->stride,
		.width = shm->width,
		.height = shm->height,
		.format = shm->format,
	};
	send_fill_header(&message, WIRE_BUFFER_SHM);
	send_packet(client, &message, sizeof message, NULL, 0);
}

static void send_fill_dmabuf(
	struct wire_dmabuf *wire, const struct dmabuf *dmabuf, int fds[static DMABUF_MAX_PLANES])
{
	*wire = (struct wire_dmabuf){
		.width = dmabuf->width,
		.height = dmabuf->height,
		.format = dmabuf->format,
		.n_planes = (uint32_t)dmabuf->n_planes,
		.modifier = dmabuf->modifier,
	};
	for (int i = 0; i < dmabuf->n_planes; i++) {
		wire->planes[i].offset = dmabuf->planes[i].offset;
		wire->planes[i].stride = dmabuf->planes[i].stride;
		fds[i] = dmabuf->planes[i].fd;
	}
}

void render_client_buffer_dmabuf(
	struct render_client *client, uint32_t buffer, const struct dmabuf *dmabuf)
{
	struct wire_buffer_dmabuf message = {.buffer = buffer};
	int fds[DMABUF_MAX_PLANES];
	send_fill_header(&message, WIRE_BUFFER_DMABUF);
	send_fill_dmabuf(&message.dmabuf, dmabuf, fds);
	struct client_pending pending = {.kind = CLIENT_PENDING_BUFFER, .id = buffer};
	client_ask(client, pending);
	send_packet(client, &message, sizeof message, fds, dmabuf->n_planes);
}

void render_client_buffer_solid(
	struct render_client *client, uint32_t buffer, const float color[static 4])
{
	struct wire_buffer_solid message = {.buffer = buffer};
	send_fill_header(&message, WIRE_BUFFER_SOLID);
	memcpy(message.color, color, sizeof message.color);
	send_packet(client, &message, sizeof message, NULL, 0);
}

void render_client_buffer_forget(struct render_client *client, uint32_t buffer)
{
	client_pending_forget(&client->pending, UINT32_C(1) << CLIENT_PENDING_BUFFER, buffer);
	send_forget(client, WIRE_BUFFER_FORGET, buffer);
}

_Static_assert(sizeof(struct wire_rect) == sizeof(pixman_box32_t), "the same four int32_t");

void render_client_texture_update(struct render_client *client, uint32_t texture, uint32_t buffer,
	const pixman_region32_t *damage)
{
	struct {
		struct wire_texture_update update;
		struct wire_rect rects[WIRE_MAX_RECTS];
	} message;
	int n = 0;
	const pixman_box32_t *boxes =
		damage ? pixman_region32_rectangles((pixman_region32_t *)damage, &n) : NULL;
	if (n > WIRE_MAX_RECTS) {
		boxes = pixman_region32_extents((pixman_region32_t *)damage);
		n = 1;
	}
	size_t size = sizeof message.update + (size_t)n * sizeof message.rects[0];
	message.update = (struct wire_texture_update){
		.header = {.type = WIRE_TEXTURE_UPDATE, .size = (uint32_t)size},
		.texture = texture,
		.buffer = buffer,
		.n_rects = (uint32_t)n,
	};
	if (n > 0)
		memcpy(message.rects, boxes, (size_t)n * sizeof message.rects[0]);
	send_keep_update(client, &message, size);
}

void render_client_texture_forget(struct render_client *client, uint32_t texture)
{
	send_forget(client, WIRE_TEXTURE_FORGET, texture);
}

void render_client_target_allocate(struct render_client *client, uint32_t target, int32_t width,
	int32_t height, uint32_t format)
{
	struct wire_target_allocate message = {
		.target = target, .width = width, .height = height, .format = format};
	send_fill_header(&message, WIRE_TARGET_ALLOCATE);
	struct client_pending pending = {.kind = CLIENT_PENDING_ALLOCATE,
		.id = target,
		.width = width,
		.height = height,
		.format = format};
	client_ask(client, pending);
	send_packet(client, &message, sizeof message, NULL, 0);
}

void render_client_target_import(struct render_client *client, uint32_t target,
	enum wire_target_access access, const struct dmabuf *dmabuf)
{
	struct wire_target_import message = {.target = target, .access = access};
	int fds[DMABUF_MAX_PLANES];
	send_fill_header(&message, WIRE_TARGET_IMPORT);
	send_fill_dmabuf(&message.dmabuf, dmabuf, fds);
	struct client_pending pending = {.kind = CLIENT_PENDING_IMPORT, .id = target};
	client_ask(client, pending);
	send_packet(client, &message, sizeof message, fds, dmabuf->n_planes);
}

void render_client_target_forget(struct render_client *client, uint32_t target)
{
	const uint32_t kinds =
		UINT32_C(1) << CLIENT_PENDING_ALLOCATE | UINT32_C(1) << CLIENT_PENDING_IMPORT;
	client_pending_forget(&client->pending, kinds, target);
	send_forget(client, WIRE_TARGET_FORGET, target);
}

/* A frame under construction: rectangles as they come, quads behind them once all are there. */
struct send_frame {
	struct wire_rect rects[WIRE_MAX_RECTS];
	size_t n_rects;
	struct wire_quad quads[WIRE_MAX_QUADS];
};

static bool send_add_region(struct send_frame *frame, const pixman_region32_t *region)
{
	int n;
	const pixman_box32_t *boxes = pixman_region32_rectangles((pixman_region32_t *)region, &n);
	if ((size_t)n > WIRE_MAX_RECTS - frame->n_rects)
		return false;
	if (n > 0)
		memcpy(&frame->rects[frame->n_rects], boxes, (size_t)n * sizeof frame->rects[0]);
	frame->n_rects += (size_t)n;
	return true;
}

static bool send_add_clip(
	struct send_frame *frame, const struct render_quad *quad, const pixman_region32_t *damage)
{
	if (quad->clip)
		return send_add_region(frame, quad->clip);
	pixman_region32_t clip;
	pixman_region32_init(&clip);
	pixman_region32_intersect_rect(&clip, (pixman_region32_t *)damage, quad->x, quad->y,
		(unsigned)quad->width, (unsigned)quad->height);
	bool added = send_add_region(frame, &clip);
	pixman_region32_fini(&clip);
	return added;
}

static bool send_add_quad(struct send_frame *frame, const struct render_quad *quad,
	const pixman_region32_t *damage, struct wire_quad *wire)
{
	*wire = (struct wire_quad){
		.texture = quad->texture,
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
		.first_rect = (uint32_t)frame->n_rects,
	};
	bool added = send_add_clip(frame, quad, damage);
	wire->n_rects = (uint32_t)frame->n_rects - wire->first_rect;
	return added;
}

static size_t send_pack_frame(const struct render_frame *frame, size_t n_damage,
	const struct send_frame *parts, unsigned char *packet)
{
	size_t rects_size = parts->n_rects * sizeof parts->rects[0];
	size_t quads_size = frame->n_quads * sizeof parts->quads[0];
	size_t size = sizeof(struct wire_frame) + rects_size + quads_size;
	struct wire_frame header = {
		.header = {.type = WIRE_FRAME, .size = (uint32_t)size},
		.sequence = frame->sequence,
		.target = frame->target,
		.n_damage = (uint32_t)n_damage,
		.n_rects = (uint32_t)parts->n_rects,
		.n_quads = (uint32_t)frame->n_quads,
	};
	memcpy(packet, &header, sizeof header);
	memcpy(packet + sizeof header, parts->rects, rects_size);
	memcpy(packet + sizeof header + rects_size, parts->quads, quads_size);
	return size;
}

_Static_assert(sizeof(struct wire_frame) + sizeof(struct send_frame) <= WIRE_MAX_SIZE,
	"the largest frame fits into a packet");

bool render_client_frame(struct render_client *client, const struct render_frame *frame)
{
	struct send_frame parts;
	parts.n_rects = 0;
	if (frame->n_quads > WIRE_MAX_QUADS || !send_add_region(&parts, frame->damage))
		return false;
	size_t n_damage = parts.n_rects;
	for (size_t i = 0; i < frame->n_quads; i++) {
		if (!send_add_quad(&parts, &frame->quads[i], frame->damage, &parts.quads[i]))
			return false;
	}
	unsigned char packet[sizeof(struct wire_frame) + sizeof parts];
	size_t size = send_pack_frame(frame, n_damage, &parts, packet);
	struct client_pending pending = {.kind = CLIENT_PENDING_FRAME, .id = frame->sequence};
	client_ask(client, pending);
	send_picture(client, packet, size);
	return true;
}
