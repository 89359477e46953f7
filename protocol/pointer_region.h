/** The walk of a point within a region, in fractions of its units. */
#ifndef PROTOCOL_POINTER_REGION_H
#define PROTOCOL_POINTER_REGION_H

#include <pixman.h>
#include <stdbool.h>

bool pointer_region_contains(const pixman_region32_t *region, double x, double y);

/**
 * Brings *x, *y as near to where it is as a walk from from_x, from_y can get that does not leave
 * the region. From outside the region the walk begins at its nearest point. An empty region stops
 * it at once.
 */
void pointer_region_confine(
	const pixman_region32_t *region, double from_x, double from_y, double *x, double *y);

#endif
