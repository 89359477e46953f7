/** Where a surface lies on an output's pixels: between scene.c and scene_element.c only. */
#ifndef COMPOSITOR_SCENE_ELEMENT_H
#define COMPOSITOR_SCENE_ELEMENT_H

#include "compositor/scene.h"

/** Of a surface with contents, whose corner is at x, y. All but visible is filled in. False: too
 * large there for whoever draws (SPACE_MAX_SIZE). */
bool scene_element_place(struct scene_element *element, struct surface *surface,
	const struct output_map *map, double x, double y);

/** What the element hides of what lies below; *opaque is empty before. */
void scene_element_opaque(const struct scene_element *element, const struct output_map *map,
	pixman_region32_t *opaque);

/** Adds what the client has changed, where it is visible. */
void scene_element_add_damage(const struct scene_element *element, pixman_region32_t *damage);

#endif
