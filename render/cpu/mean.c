#include "render/cpu/mean.h"

#include <math.h>
#include <stdlib.h>

/* Where within a pixel a target pixel may lie: in 256ths. */
#define MEAN_PHASE_BITS 8
#define MEAN_PHASES (1 << MEAN_PHASE_BITS)
#define MEAN_HEADER 4 /* fixed numbers before the weights: taps and phase bits, both ways */

/* What is scaled down further than by 16 is not read all, as in the shader. */
static double mean_size(float footprint)
{
	return fmin(fmax(footprint, 1), 16);
}

static int mean_taps(double size)
{
	return (int)ceil(size) + 1;
}

/* Of each of the taps' pixels the share that lies below a target pixel of that size, for each
 * phase. They add up to 1. */
static void mean_fill(pixman_fixed_t *weights, double size)
{
	int taps = mean_taps(size);
	for (int phase = 0; phase < MEAN_PHASES; phase++) {
		double at = (phase + 0.5) / MEAN_PHASES, first = floor(at - (taps - 1) / 2.0);
		pixman_fixed_t left = pixman_fixed_1, *row = weights + phase * taps;
		int largest = 0;
		for (int i = 0; i < taps; i++) {
			double from = fmax(at - size / 2, first + i);
			double to = fmin(at + size / 2, first + i + 1);
			row[i] = pixman_double_to_fixed(fmax(to - from, 0) / size);
			left -= row[i];
			if (row[i] > row[largest])
				largest = i;
		}
		row[largest] += left;
	}
}

bool mean_set_filter(pixman_image_t *image, float width, float height)
{
	double x = mean_size(width), y = mean_size(height);
	int x_len = mean_taps(x) * MEAN_PHASES, y_len = mean_taps(y) * MEAN_PHASES;
	int len = MEAN_HEADER + x_len + y_len;
	pixman_fixed_t *filter = calloc((size_t)len, sizeof *filter);
	if (!filter)
		return false;
	filter[0] = pixman_int_to_fixed(mean_taps(x));
	filter[1] = pixman_int_to_fixed(mean_taps(y));
	filter[2] = filter[3] = pixman_int_to_fixed(MEAN_PHASE_BITS);
	mean_fill(filter + MEAN_HEADER, x);
	mean_fill(filter + MEAN_HEADER + x_len, y);
	bool ok = pixman_image_set_filter(image, PIXMAN_FILTER_SEPARABLE_CONVOLUTION, filter, len);
	free(filter);
	return ok;
}
