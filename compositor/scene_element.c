#include "compositor/scene_element.h"

#include "common/format.h"
#include "protocol/buffer.h"
#include "protocol/region.h"
#include "protocol/surface.h"

#include <math.h>

static int32_t scene_larger(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/*
 * A buffer with just the pixels that the surface's size asks for is shown pixel for pixel, from the
 * corner of *box (upright pixels) on. The far edges, which are rounded by themselves, may lie a
 * pixel further than the buffer reaches, which repeats its edge there, or a pixel nearer, where the
 * box grows.
 */
static void scene_element_fit(
	struct scene_element *element, const struct output_map *map, pixman_box32_t *box)
{
	const struct surface *surface = element->surface;
	int32_t transform = surface->current.space.transform;
	struct space_box *source = &element->source;
	bool turned = transform & 1; /* WL_OUTPUT_TRANSFORM_90 */
	int32_t width = output_map_length(map, surface->width);
	int32_t height = output_map_length(map, surface->height);
	if ((turned ? source->height : source->width) != width ||
		(turned ? source->width : source->height) != height)
		return;
	box->x2 = scene_larger(box->x2, box->x1 + width);
	box->y2 = scene_larger(box->y2, box->y1 + height);
	struct space_box shown =
		space_transform_box((struct space_box){0, 0, box->x2 - box->x1, box->y2 - box->y1},
			space_invert_transform(transform), width, height);
	source->x += shown.x;
	source->y += shown.y;
	source->width = shown.width;
	source->height = shown.height;
}

bool scene_element_place(struct scene_element *element, struct surface *surface,
	const struct output_map *map, double x, double y)
{
	const struct space *space = &surface->current.space;
	pixman_box32_t box = output_map_box(map, x, y, surface->width, surface->height);
	*element = (struct scene_element){
		.surface = surface,
		.source = space_source(space),
		.transform = space_compose_transforms(
			space_invert_transform(map->transform), space->transform),
		.alpha = (float)((double)surface->current.alpha / UINT32_MAX),
	};
	/* A sliver may round to nothing. */
	box.x2 = scene_larger(box.x2, box.x1 + 1);
	box.y2 = scene_larger(box.y2, box.y1 + 1);
	scene_element_fit(element, map, &box);
	element->box = output_map_turn(map, box);
	return box.x2 - box.x1 <= SPACE_MAX_SIZE && box.y2 - box.y1 <= SPACE_MAX_SIZE;
}

/* A part of an area of width x height that is turned by transform and stretched over the element's
 * box, in the target's pixels. */
static struct space_box scene_element_stretch(const struct scene_element *element,
	struct space_box part, int32_t transform, double width, double height)
{
	const pixman_box32_t *box = &element->box;
	bool turned = transform & 1;
	double from_x = turned ? height : width, from_y = turned ? width : height;
	double to_x = box->x2 - box->x1, to_y = box->y2 - box->y1;
	part = space_transform_box(part, transform, width, height);
	/* Multiplied first, so that the far edge stays whole. */
	return (struct space_box){box->x1 + part.x * to_x / from_x,
		box->y1 + part.y * to_y / from_y, part.width * to_x / from_x,
		part.height * to_y / from_y};
}

/* One that the client claims to be opaque, rounded inwards, and further where its edge inside the
 * surface may fall within a pixel. */
static void scene_element_add_opaque(const struct scene_element *element,
	const struct output_map *map, const pixman_box32_t *claimed, pixman_region32_t *opaque)
{
	const struct surface *surface = element->surface;
	int inside = output_map_is_whole(map) ? 0 : 1;
	double left = claimed->x1 > 0 ? inside : 0, top = claimed->y1 > 0 ? inside : 0;
	double right = claimed->x2 < surface->width ? inside : 0;
	double bottom = claimed->y2 < surface->height ? inside : 0;
	struct space_box part = {claimed->x1 + left, claimed->y1 + top,
		claimed->x2 - claimed->x1 - left - right, claimed->y2 - claimed->y1 - top - bottom};
	struct space_box there = scene_element_stretch(element, part,
		space_invert_transform(map->transform), surface->width, surface->height);
	int32_t x1 = (int32_t)ceil(there.x), y1 = (int32_t)ceil(there.y);
	int32_t x2 = (int32_t)floor(there.x + there.width);
	int32_t y2 = (int32_t)floor(there.y + there.height);
	if (x2 > x1 && y2 > y1)
		pixman_region32_union_rect(
			opaque, opaque, x1, y1, (unsigned)(x2 - x1), (unsigned)(y2 - y1));
}

void scene_element_opaque(const struct scene_element *element, const struct output_map *map,
	pixman_region32_t *opaque)
{
	const struct surface *surface = element->surface;
	const struct format *format = format_find(surface->current.buffer->format);
	if (element->alpha < 1)
		return;
	if (format && !format->has_alpha) {
		pixman_region32_reset(opaque, &element->box);
		return;
	}
	pixman_region32_t claimed;
	pixman_region32_init(&claimed);
	pixman_region32_intersect_rect(&claimed, (pixman_region32_t *)&surface->current.opaque, 0,
		0, (unsigned)surface->width, (unsigned)surface->height);
	int n;
	const pixman_box32_t *boxes = pixman_region32_rectangles(&claimed, &n);
	for (int i = 0; i < n; i++)
		scene_element_add_opaque(element, map, &boxes[i], opaque);
	pixman_region32_fini(&claimed);
}

/* How far a changed pixel of the buffer is seen: filtering blends it into its neighbours. */
static void scene_element_margins(
	const struct scene_element *element, double *source, int32_t *target)
{
	const struct space_box *from = &element->source;
	const struct format *format = format_find(element->surface->current.buffer->format);
	bool turned = element->transform & 1;
	double x = (element->box.x2 - element->box.x1) / (turned ? from->height : from->width);
	double y = (element->box.y2 - element->box.y1) / (turned ? from->width : from->height);
	*source = x == 1 && y == 1 ? 0 : 0.5;
	if (format && format->is_video)
		*source += 2; /* a sample of chroma, for 2x2 pixels, is blended with the next */
	*target = x < 1 || y < 1 ? 1 : 0;
}

/* Where a changed part of the buffer is seen. */
static pixman_box32_t scene_element_changed(
	const struct scene_element *element, const pixman_box32_t *part)
{
	const struct space_box *source = &element->source;
	double margin;
	int32_t more;
	scene_element_margins(element, &margin, &more);
	struct space_box box = {part->x1 - source->x - margin, part->y1 - source->y - margin,
		part->x2 - part->x1 + 2 * margin, part->y2 - part->y1 + 2 * margin};
	struct space_box there = scene_element_stretch(
		element, box, element->transform, source->width, source->height);
	return (pixman_box32_t){(int32_t)floor(there.x) - more, (int32_t)floor(there.y) - more,
		(int32_t)ceil(there.x + there.width) + more,
		(int32_t)ceil(there.y + there.height) + more};
}

void scene_element_add_damage(const struct scene_element *element, pixman_region32_t *damage)
{
	pixman_region32_t changed;
	pixman_box32_t there[SURFACE_STATE_MAX_DAMAGE];
	int n;
	pixman_region32_t *own = &element->surface->damage;
	region_simplify(own, SURFACE_STATE_MAX_DAMAGE);
	const pixman_box32_t *boxes = pixman_region32_rectangles(own, &n);
	if (n == 0)
		return;
	for (int i = 0; i < n; i++)
		there[i] = scene_element_changed(element, &boxes[i]);
	pixman_region32_init_rects(&changed, there, n);
	pixman_region32_intersect(&changed, &changed, (pixman_region32_t *)&element->visible);
	pixman_region32_union(damage, damage, &changed);
	pixman_region32_fini(&changed);
}
