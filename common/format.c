#include "common/format.h"

#include <drm_fourcc.h>

static const struct format formats[] = {
	{DRM_FORMAT_ARGB8888, 4, DRM_FORMAT_XRGB8888, true},
	{DRM_FORMAT_XRGB8888, 4, DRM_FORMAT_XRGB8888, false},
	{DRM_FORMAT_ABGR8888, 4, DRM_FORMAT_XBGR8888, true},
	{DRM_FORMAT_XBGR8888, 4, DRM_FORMAT_XBGR8888, false},
	{DRM_FORMAT_ARGB2101010, 4, DRM_FORMAT_XRGB2101010, true},
	{DRM_FORMAT_XRGB2101010, 4, DRM_FORMAT_XRGB2101010, false},
	{DRM_FORMAT_ABGR2101010, 4, DRM_FORMAT_XBGR2101010, true},
	{DRM_FORMAT_XBGR2101010, 4, DRM_FORMAT_XBGR2101010, false},
	{DRM_FORMAT_RGB565, 2, DRM_FORMAT_RGB565, false},
};

const struct format *format_list(size_t *len)
{
	*len = sizeof formats / sizeof formats[0];
	return formats;
}

const struct format *format_find(uint32_t fourcc)
{
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		if (formats[i].fourcc == fourcc)
			return &formats[i];
	}
	return NULL;
}

void format_name(uint32_t fourcc, char name[5])
{
	for (int i = 0; i < 4; i++) {
		char c = (char)(fourcc >> (8 * i));
		name[i] = c >= ' ' && c <= '~' ? c : '?';
	}
	name[4] = '\0';
}
