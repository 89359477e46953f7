#include "render/quad.h"

#include "render/buffer.h"
#include "render/texture.h"

#include <math.h>

/*
 * From a point of the surface (u, v in 0..1) to the buffer's, for each enum wl_output_transform:
 * the client has turned its contents counter-clockwise by 90 degrees a step, the flipped ones after
 * mirroring left and right (wl_output.transform, wl_surface.set_buffer_transform).
 */
static const struct quad_map quad_transforms[8] = {
	{1, 0, 0, 0, 1, 0},
	{0, 1, 0, -1, 0, 1},
	{-1, 0, 1, 0, -1, 1},
	{0, -1, 1, 1, 0, 0},
	{-1, 0, 1, 0, 1, 0},
	{0, 1, 0, 1, 0, 0},
	{1, 0, 0, 0, -1, 1},
	{0, -1, 1, -1, 0, 1},
};

struct quad_map quad_map(const struct renderer_quad *quad)
{
	const struct quad_map *unit = &quad_transforms[quad->transform];
	float width = (float)quad->width, height = (float)quad->height;
	return (struct quad_map){
		.xx = unit->xx * quad->src_w / width,
		.xy = unit->xy * quad->src_w / height,
		.x0 = unit->x0 * quad->src_w + quad->src_x,
		.yx = unit->yx * quad->src_h / width,
		.yy = unit->yy * quad->src_h / height,
		.y0 = unit->y0 * quad->src_h + quad->src_y,
	};
}

void quad_fixed(const struct quad_map *map, pixman_transform_t *fixed)
{
	const struct pixman_f_transform real = {
		{{map->xx, map->xy, map->x0}, {map->yx, map->yy, map->y0}, {0, 0, 1}}};
	if (!pixman_transform_from_pixman_f_transform(fixed, &real))
		pixman_transform_init_identity(fixed); /* by QUAD_MAX_EXTENT there is none */
}

struct quad_footprint quad_footprint(const struct quad_map *map)
{
	return (struct quad_footprint){
		.width = fabsf(map->xx) + fabsf(map->xy),
		.height = fabsf(map->yx) + fabsf(map->yy),
	};
}

struct quad_source quad_source(const struct renderer_quad *quad)
{
	const struct buffer *buffer = quad->texture->buffer;
	float width = (float)buffer->width, height = (float)buffer->height;
	float x1 = fmaxf(fminf(floorf(quad->src_x), width - 1), 0),
	      y1 = fmaxf(fminf(floorf(quad->src_y), height - 1), 0);
	return (struct quad_source){
		.x1 = (int32_t)x1,
		.y1 = (int32_t)y1,
		.x2 = (int32_t)fmaxf(fminf(ceilf(quad->src_x + quad->src_w), width), x1 + 1),
		.y2 = (int32_t)fmaxf(fminf(ceilf(quad->src_y + quad->src_h), height), y1 + 1),
	};
}

/* Where the rects lie, target pixels from the quad's corner. */
static struct wire_rect quad_extents(const struct renderer_quad *quad)
{
	struct wire_rect all = {quad->width, quad->height, 0, 0}, clip;
	for (uint32_t i = 0; i < quad->n_rects; i++) {
		if (!quad_clip(quad, &quad->rects[i], &clip))
			continue;
		all.x1 = clip.x1 - quad->x < all.x1 ? clip.x1 - quad->x : all.x1;
		all.y1 = clip.y1 - quad->y < all.y1 ? clip.y1 - quad->y : all.y1;
		all.x2 = clip.x2 - quad->x > all.x2 ? clip.x2 - quad->x : all.x2;
		all.y2 = clip.y2 - quad->y > all.y2 ? clip.y2 - quad->y : all.y2;
	}
	return all;
}

/* Of what a * x + b * y is for x and y in the extents, with a margin: the whole numbers in [from,
 * to) that it reaches; at least one. */
static void quad_limit(
	const struct wire_rect *extents, float a, float b, float at, int32_t *from, int32_t *to)
{
	float x1 = a * (float)extents->x1, x2 = a * (float)extents->x2;
	float y1 = b * (float)extents->y1, y2 = b * (float)extents->y2;
	float margin = fabsf(a) + fabsf(b) + 2;
	float least = at + fminf(x1, x2) + fminf(y1, y2) - margin;
	float most = at + fmaxf(x1, x2) + fmaxf(y1, y2) + margin;
	float first = (float)*from, last = (float)*to;
	*from = (int32_t)fmaxf(fminf(floorf(least), last - 1), first);
	*to = (int32_t)fminf(fmaxf(ceilf(most), (float)*from + 1), last);
}

struct quad_source quad_seen(const struct renderer_quad *quad)
{
	struct quad_source seen = quad_source(quad);
	const struct quad_map map = quad_map(quad);
	const struct wire_rect extents = quad_extents(quad);
	quad_limit(&extents, map.xx, map.xy, map.x0, &seen.x1, &seen.x2);
	quad_limit(&extents, map.yx, map.yy, map.y0, &seen.y1, &seen.y2);
	return seen;
}

static bool quad_is_integer(float value)
{
	return value == rintf(value);
}

bool quad_is_exact(const struct quad_map *map)
{
	struct quad_footprint footprint = quad_footprint(map);
	return footprint.width == 1 && footprint.height == 1 && quad_is_integer(map->x0) &&
	       quad_is_integer(map->y0);
}

bool quad_is_upright(const struct quad_map *map)
{
	return quad_is_exact(map) && map->xx == 1 && map->yy == 1;
}

bool quad_clip(
	const struct renderer_quad *quad, const struct wire_rect *rect, struct wire_rect *clip)
{
	int32_t right = quad->x + quad->width, bottom = quad->y + quad->height;
	*clip = (struct wire_rect){
		.x1 = rect->x1 > quad->x ? rect->x1 : quad->x,
		.y1 = rect->y1 > quad->y ? rect->y1 : quad->y,
		.x2 = rect->x2 < right ? rect->x2 : right,
		.y2 = rect->y2 < bottom ? rect->y2 : bottom,
	};
	return clip->x1 < clip->x2 && clip->y1 < clip->y2;
}

bool quad_is_opaque(const struct renderer_quad *quad)
{
	const struct buffer *buffer = quad->texture->buffer;
	bool has_alpha =
		buffer->kind == BUFFER_SOLID ? buffer->color[3] < 1 : buffer->format->has_alpha;
	return quad->alpha == 1 &&
	       (!has_alpha || (quad->flags & (WIRE_QUAD_OPAQUE | WIRE_QUAD_REPLACE)));
}
