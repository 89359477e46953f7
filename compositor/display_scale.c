#include "compositor/display_scale.h"

#include "protocol/output_map.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define DISPLAY_SCALE_DPI 96 /* dots an inch, of a scale of 1 */
#define DISPLAY_SCALE_MAX 3
#define DISPLAY_SCALE_MIN_ROWS 1200 /* pixels: fewer leave no room for what is twice as large */
#define DISPLAY_SCALE_SKEW 1.25     /* of pixels: more is another shape than the display's */
#define DISPLAY_SCALE_MM_PER_INCH 25.4

/* The shape of the picture in place of its size, in the centimetres of an EDID. */
static bool display_scale_is_shape(int32_t mm_width, int32_t mm_height)
{
	static const struct {
		int32_t width, height;
	} shapes[] = {{160, 90}, {160, 100}, {40, 30}, {50, 40}, {210, 90}};
	for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
		if (mm_width == shapes[i].width && mm_height == shapes[i].height)
			return true;
	}
	return false;
}

uint32_t display_scale(const struct kms_mode *mode, int32_t mm_width, int32_t mm_height)
{
	int32_t rows = mode->width < mode->height ? mode->width : mode->height;
	if (mm_width <= 0 || mm_height <= 0 || rows < DISPLAY_SCALE_MIN_ROWS ||
		display_scale_is_shape(mm_width, mm_height))
		return OUTPUT_MAP_SCALE_ONE;
	double x = mode->width * DISPLAY_SCALE_MM_PER_INCH / mm_width;
	double y = mode->height * DISPLAY_SCALE_MM_PER_INCH / mm_height;
	if (fmax(x, y) > fmin(x, y) * DISPLAY_SCALE_SKEW)
		return OUTPUT_MAP_SCALE_ONE;
	/* EDIDs count whole centimetres: the mean is nearer to the truth than either. */
	double scale = floor((x + y) / 2 / DISPLAY_SCALE_DPI);
	return (uint32_t)fmin(fmax(scale, 1), DISPLAY_SCALE_MAX) * OUTPUT_MAP_SCALE_ONE;
}
