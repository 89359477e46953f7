#include "encode.h"

#include <drm_fourcc.h>
#include <math.h>

/* How many bits the channels have and where the lowest is: of alpha, red, green, blue. */
struct encode_channels {
	uint32_t opaque; /* the fourcc of the format without alpha */
	uint32_t bits[4], shift[4];
};

static const struct encode_channels encode_formats[] = {
	{DRM_FORMAT_XRGB8888, {8, 8, 8, 8}, {24, 16, 8, 0}},
	{DRM_FORMAT_XBGR8888, {8, 8, 8, 8}, {24, 0, 8, 16}},
	{DRM_FORMAT_XRGB2101010, {2, 10, 10, 10}, {30, 20, 10, 0}},
	{DRM_FORMAT_XBGR2101010, {2, 10, 10, 10}, {30, 0, 10, 20}},
	{DRM_FORMAT_RGB565, {0, 5, 6, 5}, {0, 11, 5, 0}},
};

static uint32_t encode_pixel(const struct encode_channels *channels, uint32_t pixel)
{
	uint32_t value = 0;
	for (int i = 0; i < 4; i++) {
		uint32_t most = (1u << channels->bits[i]) - 1, eight = pixel >> (24 - 8 * i) & 0xff;
		value |= (eight * most + 127) / 255 << channels->shift[i];
	}
	return value;
}

static void encode_rgb(
	const struct format *format, const uint32_t *pixels, void *data, size_t n_pixels)
{
	const struct encode_channels *channels = encode_formats;
	while (channels->opaque != format->opaque)
		channels++;
	for (size_t i = 0; i < n_pixels; i++) {
		uint32_t value = encode_pixel(channels, pixels[i]);
		if (format->bytes_per_pixel == 2)
			((uint16_t *)data)[i] = (uint16_t)value;
		else
			((uint32_t *)data)[i] = value;
	}
}

/* A sample of limited range: what is value of the way from base, in 8 bits or 10. */
static void encode_sample(
	const struct format *format, void *data, size_t index, double base, double value)
{
	if (format->is_deep)
		((uint16_t *)data)[index] = (uint16_t)(lround(4 * (base + value)) << 6);
	else
		((uint8_t *)data)[index] = (uint8_t)lround(base + value);
}

struct encode_yuv {
	double y, cb, cr; /* 0 to 1; -0.5 to 0.5 */
};

static struct encode_yuv encode_convert(uint32_t pixel, bool is_bt709)
{
	double kr = is_bt709 ? 0.2126 : 0.299, kb = is_bt709 ? 0.0722 : 0.114;
	double r = (pixel >> 16 & 0xff) / 255.0, g = (pixel >> 8 & 0xff) / 255.0,
	       b = (pixel & 0xff) / 255.0;
	double y = kr * r + (1 - kr - kb) * g + kb * b;
	return (struct encode_yuv){y, (b - y) / 2 / (1 - kb), (r - y) / 2 / (1 - kr)};
}

static void encode_video(const struct format *format, const uint32_t *pixels, void *data,
	uint32_t width, uint32_t height)
{
	size_t n_pixels = (size_t)width * height;
	bool is_bt709 = format_is_bt709((int32_t)width, (int32_t)height);
	for (size_t i = 0; i < n_pixels; i++) {
		struct encode_yuv yuv = encode_convert(pixels[i], is_bt709);
		encode_sample(format, data, i, 16, 219 * yuv.y);
		/* Of four pixels with one chroma the first tells it. */
		size_t x = i % width, row = i / width;
		if (x % 2 || row % 2)
			continue;
		size_t at = n_pixels + row / 2 * width + x;
		encode_sample(format, data, at, 128, 224 * yuv.cb);
		encode_sample(format, data, at + 1, 128, 224 * yuv.cr);
	}
}

void encode(const struct format *format, const uint32_t *pixels, void *data, uint32_t width,
	uint32_t height)
{
	if (format->is_video)
		encode_video(format, pixels, data, width, height);
	else
		encode_rgb(format, pixels, data, (size_t)width * height);
}
