#include "render/message.h"

#include "common/format.h"

#include <math.h>
#include <stdio.h>

/* Quads reach beyond the target, but no further than pixman's 16 bits of coordinates can tell. */
#define MESSAGE_MAX_COORDINATE 32767

struct message_kind {
	const char *name;
	size_t size; /* of the fixed part */
	bool has_tail;
	int n_fds; /* -1: as many as planes */
};

static const struct message_kind message_kinds[] = {
	[WIRE_POOL_CREATE] = {"POOL_CREATE", sizeof(struct wire_pool), false, 1},
	[WIRE_POOL_RESIZE] = {"POOL_RESIZE", sizeof(struct wire_pool), false, 0},
	[WIRE_POOL_FORGET] = {"POOL_FORGET", sizeof(struct wire_forget), false, 0},
	[WIRE_BUFFER_SHM] = {"BUFFER_SHM", sizeof(struct wire_buffer_shm), false, 0},
	[WIRE_BUFFER_DMABUF] = {"BUFFER_DMABUF", sizeof(struct wire_buffer_dmabuf), false, -1},
	[WIRE_BUFFER_SOLID] = {"BUFFER_SOLID", sizeof(struct wire_buffer_solid), false, 0},
	[WIRE_BUFFER_FORGET] = {"BUFFER_FORGET", sizeof(struct wire_forget), false, 0},
	[WIRE_TEXTURE_UPDATE] = {"TEXTURE_UPDATE", sizeof(struct wire_texture_update), true, 0},
	[WIRE_TEXTURE_FORGET] = {"TEXTURE_FORGET", sizeof(struct wire_forget), false, 0},
	[WIRE_TARGET_ALLOCATE] = {"TARGET_ALLOCATE", sizeof(struct wire_target_allocate), false, 0},
	[WIRE_TARGET_IMPORT] = {"TARGET_IMPORT", sizeof(struct wire_target_import), false, 1},
	[WIRE_TARGET_FORGET] = {"TARGET_FORGET", sizeof(struct wire_forget), false, 0},
	[WIRE_FRAME] = {"FRAME", sizeof(struct wire_frame), true, 0},
	[WIRE_PICTURE] = {"PICTURE", sizeof(struct wire_header), true, 0},
};

/* What the checks below share. */
struct message_check {
	const char *name;
	size_t size;
	int n_fds;
	uint32_t max_extent;
	char *reason;
};

static bool message_refuse(const struct message_check *check, const char *what)
{
	snprintf(check->reason, WIRE_MAX_REASON, "malformed %s: %s", check->name, what);
	return false;
}

static bool message_id_is_valid(uint32_t id)
{
	return id >= 1 && id <= WIRE_MAX_ID;
}

static bool message_check_id(const struct message_check *check, uint32_t id)
{
	return message_id_is_valid(id) || message_refuse(check, "id out of range");
}

static bool message_check_extent(const struct message_check *check, int32_t width, int32_t height)
{
	if (width < 1 || height < 1 || (uint32_t)width > check->max_extent ||
		(uint32_t)height > check->max_extent)
		return message_refuse(check, "size out of range");
	return true;
}

static bool message_check_format(const struct message_check *check, uint32_t fourcc)
{
	return format_find_rgb(fourcc) || message_refuse(check, "unknown format");
}

static bool message_check_pool(const struct message_check *check, const struct wire_pool *pool)
{
	/* wl_shm_pool's size is a signed 32-bit integer. */
	if (pool->size < 1 || pool->size > INT32_MAX)
		return message_refuse(check, "size out of range");
	return message_check_id(check, pool->pool);
}

static bool message_check_shm(
	const struct message_check *check, const struct wire_buffer_shm *buffer)
{
	if (!message_check_id(check, buffer->buffer) || !message_check_id(check, buffer->pool) ||
		!message_check_extent(check, buffer->width, buffer->height) ||
		!message_check_format(check, buffer->format))
		return false;
	uint64_t row = (uint64_t)buffer->width * format_find(buffer->format)->bytes_per_pixel;
	if (buffer->stride < row || buffer->stride > INT32_MAX)
		return message_refuse(check, "stride out of range");
	return true;
}

/*
 * A client's dma-buf in a format we do not know is refused with an answer, by whoever imports it:
 * it is the client's to choose.
 */
static bool message_check_dmabuf(
	const struct message_check *check, const struct wire_dmabuf *dmabuf)
{
	if (dmabuf->n_planes < 1 || dmabuf->n_planes > DMABUF_MAX_PLANES)
		return message_refuse(check, "plane count out of range");
	if ((uint32_t)check->n_fds != dmabuf->n_planes)
		return message_refuse(check, "not one fd a plane");
	return message_check_extent(check, dmabuf->width, dmabuf->height);
}

static bool message_check_solid(
	const struct message_check *check, const struct wire_buffer_solid *buffer)
{
	for (int i = 0; i < 4; i++) {
		/* Written so that NaN fails. */
		if (!(buffer->color[i] >= 0 && buffer->color[i] <= 1))
			return message_refuse(check, "color out of range");
	}
	return message_check_id(check, buffer->buffer);
}

static bool message_check_allocate(
	const struct message_check *check, const struct wire_target_allocate *target)
{
	return message_check_id(check, target->target) &&
	       message_check_extent(check, target->width, target->height) &&
	       message_check_format(check, target->format);
}

static bool message_check_import(
	const struct message_check *check, const struct wire_target_import *target)
{
	const struct wire_dmabuf *dmabuf = &target->dmabuf;
	if (!message_check_id(check, target->target) || !message_check_dmabuf(check, dmabuf) ||
		!message_check_format(check, dmabuf->format))
		return false;
	if (target->access < WIRE_TARGET_DMABUF || target->access > WIRE_TARGET_MAP)
		return message_refuse(check, "unknown access");
	uint64_t row = (uint64_t)dmabuf->width * format_find(dmabuf->format)->bytes_per_pixel;
	if (dmabuf->planes[0].stride < row || dmabuf->planes[0].stride > INT32_MAX)
		return message_refuse(check, "stride out of range");
	return true;
}

static bool message_check_rects(
	const struct message_check *check, const struct wire_rect *rects, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (!message_rect_within(&rects[i], MESSAGE_MAX_COORDINATE, MESSAGE_MAX_COORDINATE))
			return message_refuse(check, "rectangle out of range");
	}
	return true;
}

static bool message_check_update(
	const struct message_check *check, const struct wire_texture_update *update)
{
	if (!message_check_id(check, update->texture) || !message_check_id(check, update->buffer))
		return false;
	if (update->n_rects > WIRE_MAX_RECTS)
		return message_refuse(check, "too many rectangles");
	if (check->size != sizeof *update + update->n_rects * sizeof(struct wire_rect))
		return message_refuse(check, "wrong size");
	return message_check_rects(check, message_texture_rects(update), update->n_rects);
}

static bool message_coordinate_is_valid(int32_t value)
{
	return value >= -MESSAGE_MAX_COORDINATE && value <= MESSAGE_MAX_COORDINATE;
}

static bool message_check_quad(
	const struct message_check *check, const struct wire_quad *quad, uint32_t n_rects)
{
	if (!message_check_id(check, quad->texture))
		return false;
	if ((quad->flags & ~(uint32_t)(WIRE_QUAD_OPAQUE | WIRE_QUAD_REPLACE)) ||
		quad->transform > 7)
		return message_refuse(check, "unknown flag or transform");
	if (!(quad->alpha >= 0 && quad->alpha <= 1))
		return message_refuse(check, "alpha out of range");
	if (!isfinite(quad->src_x) || !isfinite(quad->src_y) || !isfinite(quad->src_w) ||
		!isfinite(quad->src_h) || quad->src_x < -1 || quad->src_y < -1 ||
		quad->src_w <= 0 || quad->src_h <= 0)
		return message_refuse(check, "source out of range");
	if (!message_coordinate_is_valid(quad->x) || !message_coordinate_is_valid(quad->y) ||
		quad->width < 1 || quad->height < 1 || quad->width > MESSAGE_MAX_COORDINATE ||
		quad->height > MESSAGE_MAX_COORDINATE)
		return message_refuse(check, "place out of range");
	if (quad->first_rect > n_rects || quad->n_rects > n_rects - quad->first_rect)
		return message_refuse(check, "rectangles out of range");
	return true;
}

static bool message_check_frame(const struct message_check *check, const struct wire_frame *frame)
{
	if (!message_check_id(check, frame->target))
		return false;
	if (frame->n_rects > WIRE_MAX_RECTS || frame->n_quads > WIRE_MAX_QUADS ||
		frame->n_damage > frame->n_rects)
		return message_refuse(check, "count out of range");
	if (check->size != sizeof *frame + frame->n_rects * sizeof(struct wire_rect) +
				   frame->n_quads * sizeof(struct wire_quad))
		return message_refuse(check, "wrong size");
	if (!message_check_rects(check, message_frame_rects(frame), frame->n_rects))
		return false;
	const struct wire_quad *quads = message_frame_quads(frame);
	for (uint32_t i = 0; i < frame->n_quads; i++) {
		if (!message_check_quad(check, &quads[i], frame->n_rects))
			return false;
	}
	return true;
}

const struct wire_header *message_picture_next(
	const void *picture, const struct wire_header *before)
{
	const struct wire_header *whole = picture;
	const char *next = before ? (const char *)before + before->size : (const char *)(whole + 1);
	size_t left = whole->size - (size_t)(next - (const char *)picture);
	const struct wire_header *header = (const struct wire_header *)next;
	if (left < sizeof *header || header->size < sizeof *header || header->size > left ||
		header->size % _Alignof(struct wire_header) != 0)
		return NULL;
	return header;
}

static bool message_check_picture(
	const struct message_check *check, const struct wire_header *picture)
{
	const struct wire_header *part = NULL, *next;
	const char *end = (const char *)picture + picture->size;
	while ((next = message_picture_next(picture, part))) {
		bool is_last = (const char *)next + next->size == end;
		if (next->type != (is_last ? WIRE_FRAME : WIRE_TEXTURE_UPDATE))
			return message_refuse(check, "neither updates nor a frame behind them");
		if (!message_check(next, next->size, 0, check->max_extent, check->reason))
			return false;
		part = next;
	}
	if (!part || (const char *)part + part->size != end)
		return message_refuse(check, "parts of wrong sizes");
	return true;
}

static bool message_check_body(const struct message_check *check, const void *packet)
{
	const struct wire_header *header = packet;
	switch ((enum wire_type)header->type) {
	case WIRE_POOL_CREATE:
	case WIRE_POOL_RESIZE:
		return message_check_pool(check, packet);
	case WIRE_POOL_FORGET:
	case WIRE_BUFFER_FORGET:
	case WIRE_TEXTURE_FORGET:
	case WIRE_TARGET_FORGET:
		return message_check_id(check, ((const struct wire_forget *)packet)->id);
	case WIRE_BUFFER_SHM:
		return message_check_shm(check, packet);
	case WIRE_BUFFER_DMABUF: {
		const struct wire_buffer_dmabuf *buffer = packet;
		return message_check_id(check, buffer->buffer) &&
		       message_check_dmabuf(check, &buffer->dmabuf);
	}
	case WIRE_BUFFER_SOLID:
		return message_check_solid(check, packet);
	case WIRE_TEXTURE_UPDATE:
		return message_check_update(check, packet);
	case WIRE_TARGET_ALLOCATE:
		return message_check_allocate(check, packet);
	case WIRE_TARGET_IMPORT:
		return message_check_import(check, packet);
	case WIRE_FRAME:
		return message_check_frame(check, packet);
	case WIRE_PICTURE:
		return message_check_picture(check, packet);
	default:
		return message_refuse(check, "not for a worker");
	}
}

bool message_check(const void *packet, size_t size, int n_fds, uint32_t max_extent, char *reason)
{
	struct message_check check = {
		.name = "packet",
		.size = size,
		.n_fds = n_fds,
		.max_extent = max_extent,
		.reason = reason,
	};
	const struct wire_header *header = packet;
	if (size < sizeof *header || header->size != size)
		return message_refuse(&check, "wrong size");
	const size_t n_kinds = sizeof message_kinds / sizeof message_kinds[0];
	if (header->type >= n_kinds || !message_kinds[header->type].name)
		return message_refuse(&check, "unknown type");
	const struct message_kind *kind = &message_kinds[header->type];
	check.name = kind->name;
	if (size < kind->size || (size > kind->size && !kind->has_tail))
		return message_refuse(&check, "wrong size");
	if (kind->n_fds >= 0 && n_fds != kind->n_fds)
		return message_refuse(&check, "wrong number of fds");
	return message_check_body(&check, packet);
}

const struct wire_rect *message_frame_rects(const struct wire_frame *frame)
{
	return (const struct wire_rect *)(frame + 1);
}

const struct wire_quad *message_frame_quads(const struct wire_frame *frame)
{
	return (const struct wire_quad *)(message_frame_rects(frame) + frame->n_rects);
}

const struct wire_rect *message_texture_rects(const struct wire_texture_update *update)
{
	return (const struct wire_rect *)(update + 1);
}

bool message_rect_within(const struct wire_rect *rect, int32_t width, int32_t height)
{
	return rect->x1 >= 0 && rect->y1 >= 0 && rect->x1 < rect->x2 && rect->y1 < rect->y2 &&
	       rect->x2 <= width && rect->y2 <= height;
}
