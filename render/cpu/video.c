#include "render/cpu/video.h"

#include "render/cpu/memory.h"
#include "render/ycbcr.h"

#include <stdlib.h>

/* A plane's samples: of one byte, or of two with ten bits from the top. */
struct video_plane {
	const uint8_t *rows;
	uint32_t stride, bytes;
};

/* The n samples of a row, of 255: ten bits have four times the range, ends included. */
static void video_read(const struct video_plane *plane, int32_t row, int32_t n, float *to)
{
	const uint8_t *at = plane->rows + (size_t)row * plane->stride;
	for (int32_t i = 0; i < n && plane->bytes == 1; i++)
		to[i] = at[i];
	for (int32_t i = 0; i < n && plane->bytes == 2; i++)
		to[i] = (float)((at[2 * i] | at[2 * i + 1] << 8) >> 6) / 4;
}

/* The chroma of a row of luma, both samples of each pair: a quarter of the farther row. */
static void video_read_chroma(const struct video_plane *plane, int32_t y, int32_t height, int32_t n,
	float *to, float *far)
{
	int32_t near_row = y / 2, far_row = y % 2 ? near_row + 1 : near_row - 1;
	far_row = far_row < 0 ? 0 : far_row < height / 2 ? far_row : height / 2 - 1;
	video_read(plane, near_row, n, to);
	video_read(plane, far_row, n, far);
	for (int32_t i = 0; i < n; i++)
		to[i] = 0.75f * to[i] + 0.25f * far[i];
}

static uint32_t video_channel(float value)
{
	return value <= 0 ? 0 : value >= 1 ? 255 : (uint32_t)(value * 255 + 0.5f);
}

static uint32_t video_pixel(
	const struct ycbcr *ycbcr, float luma_sample, float cb_sample, float cr_sample)
{
	float luma = (luma_sample - 16) / 219;
	float cb = (cb_sample - 128) / 224, cr = (cr_sample - 128) / 224;
	return 0xff000000 | video_channel(luma + ycbcr->red_cr * cr) << 16 |
	       video_channel(luma + ycbcr->green_cb * cb + ycbcr->green_cr * cr) << 8 |
	       video_channel(luma + ycbcr->blue_cb * cb);
}

static void video_convert_row(const struct ycbcr *ycbcr, const float *luma, const float *chroma,
	int32_t width, const struct quad_source *part, uint32_t *to)
{
	for (int32_t x = part->x1; x < part->x2; x++) {
		int32_t left = x / 2, right = x % 2 && left + 1 < width / 2 ? left + 1 : left;
		float cb = (chroma[2 * left] + chroma[2 * right]) / 2;
		float cr = (chroma[2 * left + 1] + chroma[2 * right + 1]) / 2;
		to[x - part->x1] = video_pixel(ycbcr, luma[x], cb, cr);
	}
}

bool video_convert(const struct buffer *buffer, const struct quad_source *part, uint32_t *to)
{
	int32_t width = buffer->width, height = buffer->height;
	const struct ycbcr *ycbcr = ycbcr_of(buffer);
	struct video_plane planes[2];
	float *rows = malloc(3 * (size_t)width * sizeof *rows);
	if (!rows)
		return false;
	for (int i = 0; i < 2; i++) {
		planes[i].rows = memory_plane(buffer, i, &planes[i].stride);
		planes[i].bytes = buffer->format->bytes_per_pixel;
	}
	float *luma = rows, *chroma = rows + width, *far = rows + 2 * (size_t)width;
	for (int32_t y = part->y1; y < part->y2; y++) {
		video_read(&planes[0], y, width, luma);
		video_read_chroma(&planes[1], y, height, width, chroma, far);
		video_convert_row(ycbcr, luma, chroma, width, part, to);
		to += part->x2 - part->x1;
	}
	free(rows);
	return true;
}
