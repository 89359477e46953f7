#include "protocol/space.h"

#include <math.h>
#include <wayland-server-protocol.h>

int32_t space_limit(int64_t value)
{
	if (value > SPACE_LIMIT)
		return SPACE_LIMIT;
	return value < -SPACE_LIMIT ? -SPACE_LIMIT : (int32_t)value;
}

int32_t space_invert_transform(int32_t transform)
{
	if (transform == WL_OUTPUT_TRANSFORM_90)
		return WL_OUTPUT_TRANSFORM_270;
	if (transform == WL_OUTPUT_TRANSFORM_270)
		return WL_OUTPUT_TRANSFORM_90;
	return transform; /* the others are their own inverse */
}

int32_t space_compose_transforms(int32_t first, int32_t second)
{
	const int32_t rotation = WL_OUTPUT_TRANSFORM_270, flip = WL_OUTPUT_TRANSFORM_FLIPPED;
	/* What is flipped after it was turned is turned the other way. */
	int32_t turned = second & flip ? second - first : second + first;
	return (turned & rotation) | ((first ^ second) & flip);
}

struct space_box space_transform_box(
	struct space_box box, int32_t transform, double width, double height)
{
	double right = width - box.x - box.width, below = height - box.y - box.height;
	switch (transform) {
	case WL_OUTPUT_TRANSFORM_90:
		return (struct space_box){below, box.x, box.height, box.width};
	case WL_OUTPUT_TRANSFORM_180:
		return (struct space_box){right, below, box.width, box.height};
	case WL_OUTPUT_TRANSFORM_270:
		return (struct space_box){box.y, right, box.height, box.width};
	case WL_OUTPUT_TRANSFORM_FLIPPED:
		return (struct space_box){right, box.y, box.width, box.height};
	case WL_OUTPUT_TRANSFORM_FLIPPED_90:
		return (struct space_box){box.y, box.x, box.height, box.width};
	case WL_OUTPUT_TRANSFORM_FLIPPED_180:
		return (struct space_box){box.x, below, box.width, box.height};
	case WL_OUTPUT_TRANSFORM_FLIPPED_270:
		return (struct space_box){below, right, box.height, box.width};
	default:
		return box;
	}
}

void space_transformed_size(const struct space *space, int32_t *width, int32_t *height)
{
	bool turned = space->transform & WL_OUTPUT_TRANSFORM_90;
	*width = turned ? space->buffer_height : space->buffer_width;
	*height = turned ? space->buffer_width : space->buffer_height;
}

/* What is shown, after transform and scale: the viewport's source or everything. */
static struct space_box space_shown(const struct space *space)
{
	if (space->has_source)
		return space->source;
	int32_t width, height;
	space_transformed_size(space, &width, &height);
	return (struct space_box){
		0, 0, (double)width / space->scale, (double)height / space->scale};
}

static int32_t space_limit_size(double size)
{
	return (int32_t)fmin(size, SPACE_MAX_SIZE);
}

void space_surface_size(const struct space *space, int32_t *width, int32_t *height)
{
	*width = *height = 0;
	if (space->buffer_width == 0)
		return;
	if (space->has_destination) {
		*width = space_limit_size(space->width);
		*height = space_limit_size(space->height);
		return;
	}
	struct space_box shown = space_shown(space);
	*width = space_limit_size(shown.width);
	*height = space_limit_size(shown.height);
}

static struct space_box space_scaled(struct space_box box, double x, double y)
{
	return (struct space_box){box.x * x, box.y * y, box.width * x, box.height * y};
}

struct space_box space_surface_to_buffer(const struct space *space, struct space_box box)
{
	int32_t width, height, transformed_width, transformed_height;
	space_surface_size(space, &width, &height);
	space_transformed_size(space, &transformed_width, &transformed_height);
	if (width <= 0 || height <= 0)
		return (struct space_box){0};
	struct space_box shown = space_shown(space);
	box = space_scaled(box, shown.width / width, shown.height / height);
	box.x += shown.x;
	box.y += shown.y;
	box = space_scaled(box, space->scale, space->scale);
	/* The buffer's contents are turned counter-clockwise, space_transform_box() turns
	 * clockwise. */
	return space_transform_box(box, space_invert_transform(space->transform), transformed_width,
		transformed_height);
}

struct space_box space_buffer_to_surface(const struct space *space, struct space_box box)
{
	int32_t width, height;
	space_surface_size(space, &width, &height);
	struct space_box shown = space_shown(space);
	if (shown.width <= 0 || shown.height <= 0)
		return (struct space_box){0};
	box = space_transform_box(box, space->transform, space->buffer_width, space->buffer_height);
	box = space_scaled(box, 1.0 / space->scale, 1.0 / space->scale);
	box.x -= shown.x;
	box.y -= shown.y;
	return space_scaled(box, width / shown.width, height / shown.height);
}

struct space_box space_source(const struct space *space)
{
	int32_t width, height;
	space_surface_size(space, &width, &height);
	struct space_box box =
		space_surface_to_buffer(space, (struct space_box){0, 0, width, height});
	/* Rounding may lead out of the buffer by a hair. */
	box.x = fmax(box.x, 0);
	box.y = fmax(box.y, 0);
	box.width = fmin(box.width, space->buffer_width - box.x);
	box.height = fmin(box.height, space->buffer_height - box.y);
	return box;
}

static int32_t space_clamp(double value)
{
	return (int32_t)fmin(fmax(value, INT32_MIN / 4), INT32_MAX / 4);
}

/* In one step for many: each step copies the region. */
#define SPACE_BOXES 64

static void space_add_boxes(pixman_region32_t *to, const pixman_box32_t *boxes, int len)
{
	pixman_region32_t region;
	if (pixman_region32_init_rects(&region, boxes, len))
		pixman_region32_union(to, to, &region);
	pixman_region32_fini(&region);
}

void space_map_region(pixman_region32_t *to, const pixman_region32_t *from,
	const struct space *space, space_map map, int margin)
{
	int n, len = 0;
	pixman_box32_t boxes[SPACE_BOXES];
	const pixman_box32_t *rects = pixman_region32_rectangles((pixman_region32_t *)from, &n);
	for (int i = 0; i < n; i++) {
		struct space_box box = map(space, (struct space_box){rects[i].x1, rects[i].y1,
							  (double)rects[i].x2 - rects[i].x1,
							  (double)rects[i].y2 - rects[i].y1});
		int32_t x1 = space_clamp(floor(box.x) - margin),
			y1 = space_clamp(floor(box.y) - margin);
		int32_t x2 = space_clamp(ceil(box.x + box.width) + margin);
		int32_t y2 = space_clamp(ceil(box.y + box.height) + margin);
		if (x2 > x1 && y2 > y1)
			boxes[len++] = (pixman_box32_t){x1, y1, x2, y2};
		if (len < SPACE_BOXES)
			continue;
		space_add_boxes(to, boxes, len);
		len = 0;
	}
	space_add_boxes(to, boxes, len);
}
