#include "protocol/pointer_region.h"

#include <math.h>
#include <stddef.h>

/* The last place of a pixel that its wl_fixed_t can name. */
#define POINTER_REGION_EPSILON (1.0 / 256)
#define POINTER_REGION_STEPS 64

bool pointer_region_contains(const pixman_region32_t *region, double x, double y)
{
	return pixman_region32_contains_point(
		(pixman_region32_t *)region, (int)floor(x), (int)floor(y), NULL);
}

static double pointer_region_clamp(double at, int32_t first, int32_t end)
{
	return fmin(fmax(at, first), end - POINTER_REGION_EPSILON);
}

static double pointer_region_distance(
	const pixman_box32_t *box, double x, double y, double *near_x, double *near_y)
{
	*near_x = pointer_region_clamp(x, box->x1, box->x2);
	*near_y = pointer_region_clamp(y, box->y1, box->y2);
	return hypot(*near_x - x, *near_y - y);
}

/* Whether one can step from the point, which is in a neighbour of the box, into it. */
static bool pointer_region_touches(const pixman_box32_t *box, double x, double y)
{
	double near_x, near_y;
	return pointer_region_distance(box, x, y, &near_x, &near_y) <= POINTER_REGION_EPSILON;
}

/* To the nearest point of the region. */
static void pointer_region_enter(const pixman_box32_t *boxes, int len, double *x, double *y)
{
	double best = INFINITY, to_x = *x, to_y = *y;
	for (int i = 0; i < len; i++) {
		double near_x, near_y,
			distance = pointer_region_distance(&boxes[i], *x, *y, &near_x, &near_y);
		if (distance < best) {
			best = distance;
			to_x = near_x;
			to_y = near_y;
		}
	}
	*x = to_x;
	*y = to_y;
}

void pointer_region_confine(
	const pixman_region32_t *region, double from_x, double from_y, double *x, double *y)
{
	int len;
	const pixman_box32_t *boxes = pixman_region32_rectangles((pixman_region32_t *)region, &len);
	double at_x = from_x, at_y = from_y;
	if (len > 0)
		pointer_region_enter(boxes, len, &at_x, &at_y);
	/* From box to neighbouring box, as long as that comes nearer. A client's region may have
	 * very many: one motion goes only so far. */
	bool nearer = true;
	for (int step = 0; nearer && step < POINTER_REGION_STEPS; step++) {
		double left = hypot(*x - at_x, *y - at_y);
		nearer = false;
		for (int i = 0; i < len && !nearer; i++) {
			double near_x, near_y;
			if (!pointer_region_touches(&boxes[i], at_x, at_y))
				continue;
			double distance =
				pointer_region_distance(&boxes[i], *x, *y, &near_x, &near_y);
			if (distance < left - POINTER_REGION_EPSILON / 2) {
				at_x = near_x;
				at_y = near_y;
				nearer = true;
			}
		}
	}
	/* The last place of a pixel is told as its first: others know whole pixels only. */
	if (at_x - floor(at_x) >= 1 - POINTER_REGION_EPSILON)
		at_x = floor(at_x);
	if (at_y - floor(at_y) >= 1 - POINTER_REGION_EPSILON)
		at_y = floor(at_y);
	*x = at_x;
	*y = at_y;
}
