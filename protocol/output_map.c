#include "protocol/output_map.h"

#include "protocol/space.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wayland-server-protocol.h>

/* Pixels: beyond all targets, and still a number when two are taken from each other. */
#define OUTPUT_MAP_FAR (1 << 29)

/* Of a pixel: a point so near to the next one is in it, for it was its corner before it was divided
 * by a scale. */
#define OUTPUT_MAP_NEAR (1. / 256)

const char *const output_map_transforms[8] = {
	[WL_OUTPUT_TRANSFORM_NORMAL] = "normal",
	[WL_OUTPUT_TRANSFORM_90] = "90",
	[WL_OUTPUT_TRANSFORM_180] = "180",
	[WL_OUTPUT_TRANSFORM_270] = "270",
	[WL_OUTPUT_TRANSFORM_FLIPPED] = "flipped",
	[WL_OUTPUT_TRANSFORM_FLIPPED_90] = "flipped-90",
	[WL_OUTPUT_TRANSFORM_FLIPPED_180] = "flipped-180",
	[WL_OUTPUT_TRANSFORM_FLIPPED_270] = "flipped-270",
};

int32_t output_map_find_transform(const char *name)
{
	for (int32_t i = 0; i < 8; i++) {
		if (strcmp(output_map_transforms[i], name) == 0)
			return i;
	}
	return -1;
}

bool output_map_parse_scale(const char *text, uint32_t *scale)
{
	char *end;
	double value = strtod(text, &end) * OUTPUT_MAP_SCALE_ONE;
	/* Written so that what is no number fails. */
	if (end == text || *end != '\0' ||
		!(value >= OUTPUT_MAP_SCALE_MIN && value <= OUTPUT_MAP_SCALE_MAX))
		return false;
	*scale = (uint32_t)lround(value);
	return true;
}

void output_map_upright_size(const struct output_map *map, int32_t *width, int32_t *height)
{
	bool turned = map->transform & WL_OUTPUT_TRANSFORM_90;
	*width = turned ? map->height : map->width;
	*height = turned ? map->width : map->height;
}

static int32_t output_map_cover(const struct output_map *map, int32_t pixels)
{
	int64_t scale = map->scale;
	return (int32_t)(((int64_t)pixels * OUTPUT_MAP_SCALE_ONE + scale - 1) / scale);
}

void output_map_size(const struct output_map *map, int32_t *width, int32_t *height)
{
	output_map_upright_size(map, width, height);
	*width = output_map_cover(map, *width);
	*height = output_map_cover(map, *height);
}

void output_map_mirror(struct output_map *map, const struct output_map *source)
{
	int32_t width, height, source_width, source_height;
	output_map_upright_size(map, &width, &height);
	output_map_upright_size(source, &source_width, &source_height);
	map->x = source->x;
	map->y = source->y;
	map->scale = source->scale;
	map->zoom = fmin((double)width / source_width, (double)height / source_height);
	/* Of a sliver a pixel is left. */
	int32_t fit_width = (int32_t)fmax(floor(source_width * map->zoom + 0.5), 1);
	int32_t fit_height = (int32_t)fmax(floor(source_height * map->zoom + 0.5), 1);
	int32_t x = (width - fit_width) / 2, y = (height - fit_height) / 2;
	map->fit = (pixman_box32_t){x, y, x + fit_width, y + fit_height};
}

pixman_box32_t output_map_shown(const struct output_map *map)
{
	return map->zoom > 0 ? output_map_turn(map, map->fit)
			     : (pixman_box32_t){0, 0, map->width, map->height};
}

static double output_map_zoom(const struct output_map *map)
{
	return map->zoom > 0 ? map->zoom : 1;
}

bool output_map_is_whole(const struct output_map *map)
{
	return map->scale % OUTPUT_MAP_SCALE_ONE == 0 && output_map_zoom(map) == 1;
}

static double output_map_pixels(const struct output_map *map, double logical)
{
	double length = logical * map->scale / OUTPUT_MAP_SCALE_ONE * output_map_zoom(map);
	return fmin(fmax(length, -OUTPUT_MAP_FAR), OUTPUT_MAP_FAR);
}

static int32_t output_map_edge(const struct output_map *map, double logical)
{
	return (int32_t)floor(output_map_pixels(map, logical) + 0.5);
}

int32_t output_map_length(const struct output_map *map, int32_t length)
{
	return output_map_edge(map, length);
}

pixman_box32_t output_map_box(
	const struct output_map *map, double x, double y, int32_t width, int32_t height)
{
	x -= map->x;
	y -= map->y;
	return (pixman_box32_t){map->fit.x1 + output_map_edge(map, x),
		map->fit.y1 + output_map_edge(map, y),
		map->fit.x1 + output_map_edge(map, x + width),
		map->fit.y1 + output_map_edge(map, y + height)};
}

/* Of an output so many pixels long. What is left of a logical one at its end counts as whole: the
 * last pixel is there. */
static int32_t output_map_find(const struct output_map *map, double logical, int32_t length)
{
	int32_t pixel = (int32_t)floor(output_map_pixels(map, logical) + OUTPUT_MAP_NEAR);
	bool left_over = map->zoom == 0 && logical < output_map_cover(map, length);
	return pixel >= length && left_over ? length - 1 : pixel;
}

pixman_box32_t output_map_pixel(const struct output_map *map, double x, double y)
{
	int32_t width, height;
	output_map_upright_size(map, &width, &height);
	int32_t left = map->fit.x1 + output_map_find(map, x - map->x, width);
	int32_t top = map->fit.y1 + output_map_find(map, y - map->y, height);
	return (pixman_box32_t){left, top, left + 1, top + 1};
}

/* A point of upright pixels. */
static void output_map_unscale(const struct output_map *map, double *x, double *y)
{
	double scale = map->scale * output_map_zoom(map);
	*x = map->x + (*x - map->fit.x1) * OUTPUT_MAP_SCALE_ONE / scale;
	*y = map->y + (*y - map->fit.y1) * OUTPUT_MAP_SCALE_ONE / scale;
}

void output_map_snap(const struct output_map *map, double *x, double *y)
{
	pixman_box32_t pixel = output_map_pixel(map, *x, *y);
	*x = pixel.x1;
	*y = pixel.y1;
	output_map_unscale(map, x, y);
}

pixman_box32_t output_map_turn(const struct output_map *map, pixman_box32_t box)
{
	int32_t width, height;
	output_map_upright_size(map, &width, &height);
	/* The output shows its target turned clockwise, as a surface does its buffer. */
	struct space_box turned = space_transform_box(
		(struct space_box){box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1},
		space_invert_transform(map->transform), width, height);
	return (pixman_box32_t){(int32_t)turned.x, (int32_t)turned.y,
		(int32_t)(turned.x + turned.width), (int32_t)(turned.y + turned.height)};
}

void output_map_to_logical(const struct output_map *map, double *x, double *y)
{
	struct space_box point = space_transform_box(
		(struct space_box){*x, *y, 0, 0}, map->transform, map->width, map->height);
	*x = point.x;
	*y = point.y;
	output_map_unscale(map, x, y);
}
