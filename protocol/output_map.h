/**
 * How the logical coordinates, which all outputs and surfaces share, lie on an output's pixels.
 *
 * From logical coordinates the output's place is taken off, they are multiplied by its scale and
 * rounded to "upright" pixels, and these are turned by its transform to the target's: the pixels as
 * they are scanned out. A mirror has the place and the scale of the output that it shows, and a
 * zoom by which that one's upright pixels fit into its own.
 */
#ifndef PROTOCOL_OUTPUT_MAP_H
#define PROTOCOL_OUTPUT_MAP_H

#include <pixman.h>
#include <stdbool.h>
#include <stdint.h>

/** A scale of 1: scales are told to clients in 120ths (wp_fractional_scale_v1). */
#define OUTPUT_MAP_SCALE_ONE 120

/** From a quarter to eight: below and above, nothing could be read. */
#define OUTPUT_MAP_SCALE_MIN (OUTPUT_MAP_SCALE_ONE / 4)
#define OUTPUT_MAP_SCALE_MAX (OUTPUT_MAP_SCALE_ONE * 8)

/** What people call each enum wl_output_transform: normal, 90, ..., flipped-270. */
extern const char *const output_map_transforms[8];

/** The transform of that name; -1: none has it. */
int32_t output_map_find_transform(const char *name);

/** Reads a scale between those, such as 1.5, to the nearest 120th. False: it is none. */
bool output_map_parse_scale(const char *text, uint32_t *scale);

struct output_map {
	int32_t x, y;          /**< of the output's corner, logical */
	int32_t width, height; /**< of the target, pixels */
	int32_t transform;     /**< enum wl_output_transform, of the output */
	uint32_t scale;        /**< 120ths, OUTPUT_MAP_SCALE_MIN to OUTPUT_MAP_SCALE_MAX */
	double zoom;           /**< of a mirror: multiplies the scale; 0: it is none */
	pixman_box32_t fit;    /**< of a mirror: the upright pixels that show something */
};

/** Makes it a mirror of another output, at any sizes of both: as large as fits, in the middle. */
void output_map_mirror(struct output_map *map, const struct output_map *source);

/** The output's size in logical coordinates, if it is no mirror. What is left of one at the far
 * edges counts as whole: a surface of that size leaves no pixel uncovered. */
void output_map_size(const struct output_map *map, int32_t *width, int32_t *height);

/** The pixels of the target that show something: all, but for the edges of a mirror that has
 * another shape. */
pixman_box32_t output_map_shown(const struct output_map *map);

/** Whether each edge at whole logical coordinates lies between two pixels. */
bool output_map_is_whole(const struct output_map *map);

/** The output's size in upright pixels. */
void output_map_upright_size(const struct output_map *map, int32_t *width, int32_t *height);

/** The pixels of a buffer for a surface so long, as wp_fractional_scale_v1 has clients round it. */
int32_t output_map_length(const struct output_map *map, int32_t length);

/** A logical box in upright pixels. Each edge is rounded by itself, so boxes that touch still do.
 * x, y within SPACE_LIMIT. */
pixman_box32_t output_map_box(
	const struct output_map *map, double x, double y, int32_t width, int32_t height);

/** The upright pixel in which a logical point lies. x, y within SPACE_LIMIT. */
pixman_box32_t output_map_pixel(const struct output_map *map, double x, double y);

/** Moves a logical point to the first corner of the upright pixel in which it lies. */
void output_map_snap(const struct output_map *map, double *x, double *y);

/** A box of upright pixels in the target's. */
pixman_box32_t output_map_turn(const struct output_map *map, pixman_box32_t box);

/** A point of the target, in pixels, to logical coordinates. */
void output_map_to_logical(const struct output_map *map, double *x, double *y);

#endif
