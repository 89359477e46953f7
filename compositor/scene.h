/**
 * What is to be seen on a screen: the surfaces bottom to top, which part of each is visible, and
 * what differs from the scene before.
 *
 * Surfaces are added in logical coordinates; here they become pixels of the target, which all else
 * speaks of. A surface whose buffer has the very size that it takes there lies on whole pixels, and
 * is shown unfiltered.
 */
#ifndef COMPOSITOR_SCENE_H
#define COMPOSITOR_SCENE_H

#include "protocol/output_map.h"
#include "protocol/space.h"

#include <pixman.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct surface;

/** One less than WIRE_MAX_QUADS, for the background. Of more surfaces the top ones are not shown.
 */
#define SCENE_MAX_ELEMENTS 511

/** Rectangles of what is visible of an element, and of the damage: of more it is somewhat more than
 * that. */
#define SCENE_MAX_RECTS 64

struct scene_element {
	struct surface *surface; /**< borrowed; may be gone after the event that built the scene */
	pixman_box32_t box;      /**< where it is */
	struct space_box source; /**< what is shown of its buffer, buffer pixels; one pixel further
				    than its edge, which is repeated, where a gap would be left */
	int32_t transform;       /**< of the buffer's contents against the target's */
	float alpha;             /**< multiplies the buffer's, 0..1 */
	bool on_screen;          /**< some of it lies there, hidden or not */
	pixman_region32_t visible; /**< not hidden by opaque surfaces above; at least */
};

/** Zeroed, then scene_init(). */
struct scene {
	struct output_map map;
	struct scene_element *elements; /**< bottom to top */
	size_t len, cap;
	struct scene_element
		*previous; /**< of the scene before: only compared, its surfaces may be gone */
	size_t previous_len, previous_cap;
	pixman_region32_t background,
		previous_background; /**< visible, and no opaque surface on it */
	pixman_region32_t shared;    /**< changed since, and drawn by another screen already */
};

void scene_init(struct scene *scene);
void scene_finish(struct scene *scene);

/** Starts the next scene, of the output whose map it is. */
void scene_begin(struct scene *scene, const struct output_map *map);

/** Adds a surface with contents above all others. x, y: of its corner, logical. */
void scene_add(struct scene *scene, struct surface *surface, double x, double y);

/** The same for the surface and its sub-surfaces; x, y: of the surface's own corner. */
void scene_add_tree(struct scene *scene, struct surface *surface, double x, double y);

/** Whether something of a client's that was added so far is on the output. */
bool scene_has_client(const struct scene *scene);

/** Works out what is visible, and adds to *damage what the scene before did not show. */
void scene_end(struct scene *scene, pixman_region32_t *damage);

/** Whether a part of it, pixels of the target, has no alpha, or lies where its client calls it
 * opaque.
 */
bool scene_is_opaque(
	const struct scene *scene, const struct scene_element *element, const pixman_box32_t *part);

/**
 * Another screen's frame is about to take the damage of the surfaces of its scene: this scene keeps
 * what of it is its own for its next scene_end().
 */
void scene_share_damage(const struct scene *drawn, struct scene *other);

/** The surface that is all that is seen, with nothing behind it; NULL: there is more, or none. */
const struct scene_element *scene_sole(const struct scene *scene);

/** The sole surface, where its buffer is the whole picture, pixel for pixel and upright: the
 * display might show it as it is. NULL: it is to be drawn. */
const struct scene_element *scene_exact(const struct scene *scene);

/** Whether the sole surface may be shown torn (wp_tearing_control_v1). */
bool scene_may_tear(const struct scene *scene);

#endif
