#include "common/format.h"

#include <drm_fourcc.h>

static const struct format formats[] = {
	{DRM_FORMAT_ARGB8888, 4, DRM_FORMAT_XRGB8888, true},
	{DRM_FORMAT_XRGB8888, 4, DRM_FORMAT_XRGB8888, false},
	{DRM_FORMAT_ABGR8888, 4, DRM_FORMAT_XBGR8888, true},
	{DRM_FORMAT_XBGR8888, 4, DRM_FORMAT_XBGR8888, false},
	{DRM_FORMAT_ARGB2101010, 4, DRM_FORMAT_XRGB2101010, true, true},
	{DRM_FORMAT_XRGB2101010, 4, DRM_FORMAT_XRGB2101010, false, true},
	{DRM_FORMAT_ABGR2101010, 4, DRM_FORMAT_XBGR2101010, true, true},
	{DRM_FORMAT_XBGR2101010, 4, DRM_FORMAT_XBGR2101010, false, true},
	{DRM_FORMAT_RGB565, 2, DRM_FORMAT_RGB565, false},
};

static const struct format format_videos[] = {
	{DRM_FORMAT_NV12, 1, DRM_FORMAT_NV12, false, false, true},
	{DRM_FORMAT_P010, 2, DRM_FORMAT_P010, false, true, true},
};

const struct format *format_list(size_t *len)
{
	*len = sizeof formats / sizeof formats[0];
	return formats;
}

const struct format *format_list_video(size_t *len)
{
	*len = sizeof format_videos / sizeof format_videos[0];
	return format_videos;
}

const struct format *format_find_rgb(uint32_t fourcc)
{
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		if (formats[i].fourcc == fourcc)
			return &formats[i];
	}
	return NULL;
}

const struct format *format_find(uint32_t fourcc)
{
	for (size_t i = 0; i < sizeof format_videos / sizeof format_videos[0]; i++) {
		if (format_videos[i].fourcc == fourcc)
			return &format_videos[i];
	}
	return format_find_rgb(fourcc);
}

int format_planes(const struct format *format)
{
	return format->is_video ? 2 : 1;
}

uint64_t format_row(const struct format *format, int plane, int32_t width)
{
	uint64_t samples = (uint64_t)width;
	if (plane > 0)
		samples = (samples + 1) / 2 * 2; /* two chromas for two pixels */
	return samples * format->bytes_per_pixel;
}

int32_t format_rows(int plane, int32_t height)
{
	return plane > 0 ? height / 2 + height % 2 : height;
}

bool format_fits(const struct format *format, int32_t width, int32_t height)
{
	return !format->is_video || (width % 2 == 0 && height % 2 == 0);
}

void format_name(uint32_t fourcc, char name[5])
{
	for (int i = 0; i < 4; i++) {
		char c = (char)(fourcc >> (8 * i));
		name[i] = c >= ' ' && c <= '~' ? c : '?';
	}
	name[4] = '\0';
}

bool format_is_bt709(int32_t width, int32_t height)
{
	return width >= 1280 || height > 576;
}
