/**
 * The spaces of a surface: buffer pixels, surface coordinates (what the client speaks, after buffer
 * transform, buffer scale and viewport), and how boxes go from one to the other.
 */
#ifndef PROTOCOL_SPACE_H
#define PROTOCOL_SPACE_H

#include <pixman.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * Surface coordinates and sizes from clients are brought back to this: farther than any screen,
 * within wl_fixed_t, and many of them can be added up.
 */
#define SPACE_LIMIT (1 << 22)

int32_t space_limit(int64_t value);

/** The largest width and height of a surface: what whoever draws can place (render/wire.h). */
#define SPACE_MAX_SIZE 32767

struct space_box {
	double x, y, width, height;
};

/** How a surface's buffer lies on the surface. */
struct space {
	int32_t buffer_width, buffer_height; /**< pixels */
	int32_t transform;       /**< enum wl_output_transform, of the buffer's contents */
	int32_t scale;           /**< wl_surface.set_buffer_scale, 1 or more */
	bool has_source;         /**< wp_viewport.set_source */
	struct space_box source; /**< in the space after transform and scale */
	bool has_destination;    /**< wp_viewport.set_destination */
	int32_t width, height;   /**< that destination, surface coordinates */
};

/** The buffer's size after transform, before scale. */
void space_transformed_size(const struct space *space, int32_t *width, int32_t *height);

/** The surface's size in surface coordinates, within SPACE_MAX_SIZE; 0x0 without a buffer. */
void space_surface_size(const struct space *space, int32_t *width, int32_t *height);

/** What is shown of the buffer, buffer pixels; within the buffer. */
struct space_box space_source(const struct space *space);

/** A box from one space to the other; not clipped. */
struct space_box space_surface_to_buffer(const struct space *space, struct space_box box);
struct space_box space_buffer_to_surface(const struct space *space, struct space_box box);

typedef struct space_box (*space_map)(const struct space *space, struct space_box box);

/** Adds every rectangle of from, mapped and rounded outwards by margin pixels more, to *to. */
void space_map_region(pixman_region32_t *to, const pixman_region32_t *from,
	const struct space *space, space_map map, int margin);

/** A box turned clockwise by enum wl_output_transform within an area of width x height: from a
 * buffer to its surface.
 */
struct space_box space_transform_box(
	struct space_box box, int32_t transform, double width, double height);

/** The transform that undoes transform. */
int32_t space_invert_transform(int32_t transform);

/** The transform of contents that are transformed by first, then by second. */
int32_t space_compose_transforms(int32_t first, int32_t second);

#endif
