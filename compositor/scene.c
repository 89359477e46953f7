#include "compositor/scene_element.h"

#include "common/format.h"
#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/region.h"
#include "protocol/surface.h"

#include <stdlib.h>
#include <string.h>

void scene_init(struct scene *scene)
{
	pixman_region32_init(&scene->background);
	pixman_region32_init(&scene->previous_background);
	pixman_region32_init(&scene->shared);
}

static void scene_clear(struct scene *scene)
{
	for (size_t i = 0; i < scene->len; i++)
		pixman_region32_fini(&scene->elements[i].visible);
	scene->len = 0;
}

void scene_finish(struct scene *scene)
{
	scene_clear(scene);
	free(scene->elements);
	for (size_t i = 0; i < scene->previous_len; i++)
		pixman_region32_fini(&scene->previous[i].visible);
	free(scene->previous);
	pixman_region32_fini(&scene->background);
	pixman_region32_fini(&scene->previous_background);
	pixman_region32_fini(&scene->shared);
}

void scene_begin(struct scene *scene, const struct output_map *map)
{
	scene->map = *map;
	struct scene_element *elements = scene->previous;
	size_t len = scene->previous_len, cap = scene->previous_cap;
	scene->previous = scene->elements;
	scene->previous_len = scene->len;
	scene->previous_cap = scene->cap;
	scene->elements = elements;
	scene->len = len;
	scene->cap = cap;
	scene_clear(scene);
	pixman_region32_copy(&scene->previous_background, &scene->background);
}

static void scene_grow(struct scene *scene)
{
	size_t cap = scene->cap ? 2 * scene->cap : 16;
	struct scene_element *elements = xcalloc(cap, sizeof *elements);
	if (scene->len > 0)
		memcpy(elements, scene->elements, scene->len * sizeof *elements);
	free(scene->elements);
	scene->elements = elements;
	scene->cap = cap;
}

void scene_add(struct scene *scene, struct surface *surface, double x, double y)
{
	if (surface->width <= 0 || surface->height <= 0 || !surface->current.buffer->readable ||
		scene->len == SCENE_MAX_ELEMENTS)
		return;
	if (scene->len == scene->cap)
		scene_grow(scene);
	struct scene_element *element = &scene->elements[scene->len];
	if (!scene_element_place(element, surface, &scene->map, x, y))
		return;
	pixman_region32_init(&element->visible);
	scene->len++;
}

struct scene_placement {
	struct scene *scene;
	double x, y;
};

static void scene_add_visited(struct surface *surface, int32_t sx, int32_t sy, void *data)
{
	const struct scene_placement *placement = data;
	scene_add(placement->scene, surface, placement->x + sx, placement->y + sy);
}

void scene_add_tree(struct scene *scene, struct surface *surface, double x, double y)
{
	struct scene_placement placement = {scene, x, y};
	surface_for_each(surface, scene_add_visited, &placement);
}

/* Takes what the element hides out of *uncovered, unless that becomes too many pieces: then some
 * of what it hides is drawn, below it. */
static void scene_cover(const struct scene *scene, const struct scene_element *element,
	pixman_region32_t *uncovered)
{
	pixman_region32_t opaque, left;
	pixman_region32_init(&opaque);
	pixman_region32_init(&left);
	scene_element_opaque(element, &scene->map, &opaque);
	pixman_region32_subtract(&left, uncovered, &opaque);
	if (pixman_region32_n_rects(&left) <= SCENE_MAX_RECTS)
		pixman_region32_copy(uncovered, &left);
	pixman_region32_fini(&left);
	pixman_region32_fini(&opaque);
}

static bool scene_is_on(const pixman_box32_t *shown, const pixman_box32_t *box)
{
	return box->x1 < shown->x2 && box->y1 < shown->y2 && box->x2 > shown->x1 &&
	       box->y2 > shown->y1;
}

bool scene_has_client(const struct scene *scene)
{
	const pixman_box32_t shown = output_map_shown(&scene->map);
	for (size_t i = 0; i < scene->len; i++) {
		const struct scene_element *element = &scene->elements[i];
		if (element->surface->resource && scene_is_on(&shown, &element->box))
			return true;
	}
	return false;
}

static void scene_find_visible(struct scene *scene)
{
	const pixman_box32_t shown = output_map_shown(&scene->map);
	pixman_region32_t uncovered, edges;
	pixman_region32_init_with_extents(&uncovered, &shown);
	pixman_region32_init_rect(
		&edges, 0, 0, (unsigned)scene->map.width, (unsigned)scene->map.height);
	pixman_region32_subtract(&edges, &edges, &uncovered);
	for (size_t i = scene->len; i-- > 0;) {
		struct scene_element *element = &scene->elements[i];
		const pixman_box32_t *box = &element->box;
		element->on_screen = scene_is_on(&shown, box);
		pixman_region32_intersect_rect(&element->visible, &uncovered, box->x1, box->y1,
			(unsigned)(box->x2 - box->x1), (unsigned)(box->y2 - box->y1));
		scene_cover(scene, element, &uncovered);
	}
	pixman_region32_union(&scene->background, &uncovered, &edges);
	pixman_region32_fini(&uncovered);
	pixman_region32_fini(&edges);
}

static void scene_add_damage(pixman_region32_t *damage, const pixman_region32_t *more)
{
	pixman_region32_union(damage, damage, (pixman_region32_t *)more);
	region_simplify(damage, SCENE_MAX_RECTS);
}

static bool scene_same_place(const struct scene_element *a, const struct scene_element *b)
{
	return a->surface == b->surface && memcmp(&a->box, &b->box, sizeof a->box) == 0 &&
	       memcmp(&a->source, &b->source, sizeof a->source) == 0 &&
	       a->transform == b->transform && a->alpha == b->alpha;
}

/* What is visible of it now and was not, since something above it went or became transparent. */
static void scene_add_uncovered(
	const pixman_region32_t *now, const pixman_region32_t *then, pixman_region32_t *damage)
{
	pixman_region32_t uncovered;
	pixman_region32_init(&uncovered);
	pixman_region32_subtract(&uncovered, (pixman_region32_t *)now, (pixman_region32_t *)then);
	scene_add_damage(damage, &uncovered);
	pixman_region32_fini(&uncovered);
}

void scene_end(struct scene *scene, pixman_region32_t *damage)
{
	scene_find_visible(scene);
	size_t most = scene->len > scene->previous_len ? scene->len : scene->previous_len;
	for (size_t i = 0; i < most; i++) {
		const struct scene_element *now = i < scene->len ? &scene->elements[i] : NULL;
		const struct scene_element *then =
			i < scene->previous_len ? &scene->previous[i] : NULL;
		if (now && then && scene_same_place(now, then)) {
			scene_element_add_damage(now, damage);
			scene_add_uncovered(&now->visible, &then->visible, damage);
			continue;
		}
		/* Came, went, moved or changed places: where it was seen and where it is seen now.
		 */
		if (then)
			scene_add_damage(damage, &then->visible);
		if (now)
			scene_add_damage(damage, &now->visible);
	}
	scene_add_uncovered(&scene->background, &scene->previous_background, damage);
	scene_add_damage(damage, &scene->shared);
	pixman_region32_clear(&scene->shared);
	pixman_region32_intersect_rect(
		damage, damage, 0, 0, (unsigned)scene->map.width, (unsigned)scene->map.height);
}

bool scene_is_opaque(
	const struct scene *scene, const struct scene_element *element, const pixman_box32_t *part)
{
	const struct surface_state *state = &element->surface->current;
	pixman_region32_t opaque;
	if (!format_find(state->buffer->format)->has_alpha)
		return true;
	if (!pixman_region32_not_empty((pixman_region32_t *)&state->opaque))
		return false;
	pixman_region32_init(&opaque);
	scene_element_opaque(element, &scene->map, &opaque);
	pixman_region_overlap_t within = pixman_region32_contains_rectangle(&opaque, part);
	pixman_region32_fini(&opaque);
	return within == PIXMAN_REGION_IN;
}

void scene_share_damage(const struct scene *drawn, struct scene *other)
{
	for (size_t i = 0; i < drawn->len; i++) {
		const struct surface *surface = drawn->elements[i].surface;
		if (!pixman_region32_not_empty((pixman_region32_t *)&surface->damage))
			continue;
		for (size_t k = 0; k < other->len; k++) {
			if (other->elements[k].surface == surface)
				scene_element_add_damage(&other->elements[k], &other->shared);
		}
	}
}

const struct scene_element *scene_sole(const struct scene *scene)
{
	const struct scene_element *seen = NULL;
	for (size_t i = 0; i < scene->len; i++) {
		if (!pixman_region32_not_empty(&scene->elements[i].visible))
			continue;
		if (seen)
			return NULL;
		seen = &scene->elements[i];
	}
	bool covers = !pixman_region32_not_empty((pixman_region32_t *)&scene->background);
	return covers ? seen : NULL;
}

const struct scene_element *scene_exact(const struct scene *scene)
{
	const struct scene_element *sole = scene_sole(scene);
	if (!sole || sole->alpha < 1 || sole->transform != 0)
		return NULL;
	const struct buffer *buffer = sole->surface->current.buffer;
	const pixman_box32_t *box = &sole->box;
	const struct space_box *source = &sole->source;
	bool fills = box->x1 == 0 && box->y1 == 0 && box->x2 == scene->map.width &&
		     box->y2 == scene->map.height;
	bool whole = source->x == 0 && source->y == 0 && source->width == buffer->width &&
		     source->height == buffer->height;
	bool exact = buffer->width == scene->map.width && buffer->height == scene->map.height;
	return fills && whole && exact ? sole : NULL;
}

bool scene_may_tear(const struct scene *scene)
{
	const struct scene_element *sole = scene_sole(scene);
	return sole && sole->surface->current.tearing;
}
