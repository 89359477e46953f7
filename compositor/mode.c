#include "compositor/mode.h"

#include <math.h>
#include <stdio.h>

bool mode_parse(const char *text, struct kms_mode *mode)
{
	char at = '@', rest;
	double hz = 0;
	int n = sscanf(text, "%5dx%5d%c%lf%c", &mode->width, &mode->height, &at, &hz, &rest);
	if ((n != 2 && n != 4) || at != '@' || !(hz >= 0 && hz * 1000 <= MODE_MAX_REFRESH))
		return false;
	mode->refresh = (int32_t)lround(hz * 1000);
	return true;
}

bool mode_fits_screens(const struct kms_mode *mode)
{
	return mode->width >= SCREEN_MIN_SIZE && mode->height >= SCREEN_MIN_SIZE &&
	       mode->width <= SCREEN_MAX_SIZE && mode->height <= SCREEN_MAX_SIZE;
}
