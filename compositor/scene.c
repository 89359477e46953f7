#include "compositor/scene.h"

#include "common/format.h"
#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/surface.h"

#include <stdlib.h>
#include <string.h>

void scene_init(struct scene *scene)
{
	pixman_region32_init(&scene->background);
	pixman_region32_init(&scene->previous_background);
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
}

void scene_begin(struct scene *scene)
{
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

void scene_add(struct scene *scene, struct surface *surface, int32_t x, int32_t y)
{
	if (surface->width <= 0 || surface->height <= 0 || !surface->current.buffer->readable ||
		scene->len == SCENE_MAX_ELEMENTS)
		return;
	if (scene->len == scene->cap) {
		size_t cap = scene->cap ? 2 * scene->cap : 16;
		struct scene_element *elements = xcalloc(cap, sizeof *elements);
		if (scene->len > 0)
			memcpy(elements, scene->elements, scene->len * sizeof *elements);
		free(scene->elements);
		scene->elements = elements;
		scene->cap = cap;
	}
	struct scene_element *element = &scene->elements[scene->len++];
	*element = (struct scene_element){
		.surface = surface,
		.box = {x, y, x + surface->width, y + surface->height},
		.source = space_source(&surface->current.space),
		.transform = surface->current.space.transform,
		.alpha = (float)((double)surface->current.alpha / UINT32_MAX),
	};
	pixman_region32_init(&element->visible);
}

struct scene_placement {
	struct scene *scene;
	int32_t x, y;
};

static void scene_add_visited(struct surface *surface, int32_t sx, int32_t sy, void *data)
{
	const struct scene_placement *placement = data;
	scene_add(placement->scene, surface, placement->x + sx, placement->y + sy);
}

void scene_add_tree(struct scene *scene, struct surface *surface, int32_t x, int32_t y)
{
	struct scene_placement placement = {scene, x, y};
	surface_for_each(surface, scene_add_visited, &placement);
}

/* What the element hides of what lies below. */
static void scene_opaque_region(const struct scene_element *element, pixman_region32_t *opaque)
{
	const struct surface *surface = element->surface;
	const struct buffer *buffer = surface->current.buffer;
	const struct format *format = format_find(buffer->format);
	pixman_region32_t *claimed = (pixman_region32_t *)&surface->current.opaque;
	if (element->alpha < 1)
		return;
	if (format && !format->has_alpha)
		pixman_region32_union_rect(
			opaque, opaque, 0, 0, (unsigned)surface->width, (unsigned)surface->height);
	else
		pixman_region32_intersect_rect(
			opaque, claimed, 0, 0, (unsigned)surface->width, (unsigned)surface->height);
	pixman_region32_translate(opaque, element->box.x1, element->box.y1);
}

static void scene_find_visible(struct scene *scene, int32_t width, int32_t height)
{
	pixman_region32_t uncovered;
	pixman_region32_init_rect(&uncovered, 0, 0, (unsigned)width, (unsigned)height);
	for (size_t i = scene->len; i-- > 0;) {
		struct scene_element *element = &scene->elements[i];
		const pixman_box32_t *box = &element->box;
		pixman_region32_intersect_rect(&element->visible, &uncovered, box->x1, box->y1,
			(unsigned)(box->x2 - box->x1), (unsigned)(box->y2 - box->y1));
		pixman_region32_t opaque;
		pixman_region32_init(&opaque);
		scene_opaque_region(element, &opaque);
		pixman_region32_subtract(&uncovered, &uncovered, &opaque);
		pixman_region32_fini(&opaque);
	}
	pixman_region32_copy(&scene->background, &uncovered);
	pixman_region32_fini(&uncovered);
}

static bool scene_is_scaled(const struct scene_element *element)
{
	const struct space_box *source = &element->source;
	double width = element->box.x2 - element->box.x1,
	       height = element->box.y2 - element->box.y1;
	bool turned = element->transform & 1; /* WL_OUTPUT_TRANSFORM_90 */
	return (turned ? source->height : source->width) != width ||
	       (turned ? source->width : source->height) != height;
}

/* What the client changed, where it is visible. Scaling blends neighbours: one pixel more all
 * around. */
static void scene_add_contents_damage(
	const struct scene_element *element, pixman_region32_t *damage)
{
	const struct surface *surface = element->surface;
	pixman_region32_t changed;
	if (!pixman_region32_not_empty((pixman_region32_t *)&surface->damage))
		return;
	pixman_region32_init(&changed);
	space_map_region(&changed, &surface->damage, &surface->current.space,
		space_buffer_to_surface, scene_is_scaled(element) ? 1 : 0);
	pixman_region32_translate(&changed, element->box.x1, element->box.y1);
	pixman_region32_intersect(&changed, &changed, (pixman_region32_t *)&element->visible);
	pixman_region32_union(damage, damage, &changed);
	pixman_region32_fini(&changed);
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
	pixman_region32_union(damage, damage, &uncovered);
	pixman_region32_fini(&uncovered);
}

static void scene_add_visible(const struct scene_element *element, pixman_region32_t *damage)
{
	pixman_region32_union(damage, damage, (pixman_region32_t *)&element->visible);
}

void scene_end(struct scene *scene, int32_t width, int32_t height, pixman_region32_t *damage)
{
	scene_find_visible(scene, width, height);
	size_t most = scene->len > scene->previous_len ? scene->len : scene->previous_len;
	for (size_t i = 0; i < most; i++) {
		const struct scene_element *now = i < scene->len ? &scene->elements[i] : NULL;
		const struct scene_element *then =
			i < scene->previous_len ? &scene->previous[i] : NULL;
		if (now && then && scene_same_place(now, then)) {
			scene_add_contents_damage(now, damage);
			scene_add_uncovered(&now->visible, &then->visible, damage);
			continue;
		}
		/* Came, went, moved or changed places: where it was seen and where it is seen now.
		 */
		if (then)
			scene_add_visible(then, damage);
		if (now)
			scene_add_visible(now, damage);
	}
	scene_add_uncovered(&scene->background, &scene->previous_background, damage);
	pixman_region32_intersect_rect(damage, damage, 0, 0, (unsigned)width, (unsigned)height);
}

bool scene_may_tear(const struct scene *scene)
{
	const struct scene_element *seen = NULL;
	for (size_t i = 0; i < scene->len; i++) {
		if (!pixman_region32_not_empty(&scene->elements[i].visible))
			continue;
		if (seen)
			return false;
		seen = &scene->elements[i];
	}
	return seen && seen->surface->current.tearing &&
	       !pixman_region32_not_empty((pixman_region32_t *)&scene->background);
}
