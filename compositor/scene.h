/**
 * What is to be seen on a screen: the surfaces bottom to top, which part of each is visible, and
 * what differs from the scene before. Coordinates are pixels of the screen.
 */
#ifndef COMPOSITOR_SCENE_H
#define COMPOSITOR_SCENE_H

#include "protocol/space.h"

#include <pixman.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct surface;

/** One less than WIRE_MAX_QUADS, for the background. Of more surfaces the top ones are not shown.
 */
#define SCENE_MAX_ELEMENTS 511

struct scene_element {
	struct surface *surface; /**< borrowed; may be gone after the event that built the scene */
	pixman_box32_t box;      /**< where it is */
	struct space_box source; /**< what is shown of its buffer, buffer pixels */
	int32_t transform;
	float alpha;               /**< multiplies the buffer's, 0..1 */
	pixman_region32_t visible; /**< not hidden by opaque surfaces above */
};

/** Zeroed, then scene_init(). */
struct scene {
	struct scene_element *elements; /**< bottom to top */
	size_t len, cap;
	struct scene_element
		*previous; /**< of the scene before: only compared, its surfaces may be gone */
	size_t previous_len, previous_cap;
	pixman_region32_t background,
		previous_background; /**< visible, and no opaque surface on it */
};

void scene_init(struct scene *scene);
void scene_finish(struct scene *scene);

/** Starts the next scene. */
void scene_begin(struct scene *scene);

/** Adds a surface with contents above all others. x, y: of its corner. */
void scene_add(struct scene *scene, struct surface *surface, int32_t x, int32_t y);

/** The same for the surface and its sub-surfaces; x, y: of the surface's own corner. */
void scene_add_tree(struct scene *scene, struct surface *surface, int32_t x, int32_t y);

/** Works out what is visible on a screen of width x height, and adds to *damage what the scene
 * before did not show. */
void scene_end(struct scene *scene, int32_t width, int32_t height, pixman_region32_t *damage);

/** Whether one surface is all that is seen, and it may be shown torn (wp_tearing_control_v1). */
bool scene_may_tear(const struct scene *scene);

#endif
