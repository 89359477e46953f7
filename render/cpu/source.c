#include "render/cpu/source.h"

#include "render/buffer.h"
#include "render/cpu/mean.h"
#include "render/cpu/memory.h"
#include "render/cpu/video.h"
#include "render/quad.h"
#include "render/texture.h"

#include <drm_fourcc.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

pixman_format_code_t source_format(uint32_t fourcc)
{
	switch (fourcc) {
	case DRM_FORMAT_ARGB8888:
		return PIXMAN_a8r8g8b8;
	case DRM_FORMAT_XRGB8888:
		return PIXMAN_x8r8g8b8;
	case DRM_FORMAT_ABGR8888:
		return PIXMAN_a8b8g8r8;
	case DRM_FORMAT_XBGR8888:
		return PIXMAN_x8b8g8r8;
	case DRM_FORMAT_ARGB2101010:
		return PIXMAN_a2r10g10b10;
	case DRM_FORMAT_XRGB2101010:
		return PIXMAN_x2r10g10b10;
	case DRM_FORMAT_ABGR2101010:
		return PIXMAN_a2b10g10r10;
	case DRM_FORMAT_XBGR2101010:
		return PIXMAN_x2b10g10r10;
	default:
		return PIXMAN_r5g6b5;
	}
}

pixman_color_t source_colour(const struct renderer_quad *quad)
{
	const float *from = quad->texture->buffer->color;
	uint16_t channels[4];
	for (int i = 0; i < 4; i++)
		channels[i] = (uint16_t)(from[i] * 65535 + 0.5f);
	pixman_color_t color = {channels[0], channels[1], channels[2], channels[3]};
	if (quad->flags & WIRE_QUAD_OPAQUE)
		color.alpha = 65535;
	return color;
}

static bool source_init_solid(struct source *source, const struct renderer_quad *quad)
{
	pixman_color_t color = source_colour(quad);
	source->image = pixman_image_create_solid_fill(&color);
	return source->image;
}

/*
 * The rows of the part that the quad shows. pixman wants them aligned to 4 bytes, which wl_shm does
 * not ask of clients: such rows are copied.
 */
static uint32_t *source_rows(struct source *source, const struct buffer *buffer,
	const struct quad_source *part, int *stride)
{
	uint32_t bpp = buffer->format->bytes_per_pixel, from_stride;
	const uint8_t *rows =
		memory_pixel(buffer, (size_t)part->x1, (size_t)part->y1, &from_stride);
	if ((uintptr_t)rows % 4 == 0 && from_stride % 4 == 0 && from_stride <= INT_MAX) {
		*stride = (int)from_stride;
		return (uint32_t *)rows;
	}
	size_t row = (size_t)(part->x2 - part->x1) * bpp, height = (size_t)(part->y2 - part->y1);
	size_t to_stride = (row + 3) & ~(size_t)3;
	source->copy = malloc(to_stride * height);
	if (!source->copy)
		return NULL;
	for (size_t y = 0; y < height; y++)
		memcpy((uint8_t *)source->copy + y * to_stride, rows + y * from_stride, row);
	source->copied_bytes = row * height;
	*stride = (int)to_stride;
	return source->copy;
}

/* A pixel with other than 8 bits a channel, with 8: each to the nearest, as Vulkan has them. */
static uint32_t source_convert(const uint8_t *at, uint32_t bytes)
{
	uint32_t pixel = 0, shown;
	memcpy(&pixel, at, bytes);
	if (bytes == 2)
		return ((pixel >> 11) * 255 + 15) / 31 << 16 |
		       ((pixel >> 5 & 0x3f) * 255 + 31) / 63 << 8 |
		       ((pixel & 0x1f) * 255 + 15) / 31;
	shown = (pixel >> 30) * 85 << 24;
	for (int i = 0; i < 3; i++)
		shown |= ((pixel >> 10 * i & 0x3ff) * 255 + 511) / 1023 << 8 * i;
	return shown;
}

/*
 * Of a picture with more or fewer bits a channel, for a target with 8: a copy with 8. pixman would
 * draw deep ones in floating point, many times slower, and round otherwise than all else is
 * rounded.
 */
static void source_copy_8_bits(
	struct source *source, const struct buffer *buffer, const struct quad_source *part)
{
	size_t width = (size_t)(part->x2 - part->x1), height = (size_t)(part->y2 - part->y1);
	uint32_t bpp = buffer->format->bytes_per_pixel, from_stride, *copy = source->copy;
	const uint8_t *rows =
		memory_pixel(buffer, (size_t)part->x1, (size_t)part->y1, &from_stride);
	for (size_t y = 0; y < height; y++) {
		for (size_t x = 0; x < width; x++)
			copy[y * width + x] = source_convert(rows + y * from_stride + x * bpp, bpp);
	}
}

/* The copy, in source_converted_format(). */
static uint32_t *source_copy_converted(struct source *source, const struct buffer *buffer,
	const struct quad_source *part, int *stride)
{
	size_t width = (size_t)(part->x2 - part->x1), height = (size_t)(part->y2 - part->y1);
	source->copy = malloc(width * height * sizeof(uint32_t));
	source->copied_bytes = width * height * buffer->format->bytes_per_pixel;
	*stride = (int)(width * sizeof(uint32_t));
	if (!source->copy)
		return NULL;
	if (buffer->format->is_video)
		return video_convert(buffer, part, source->copy) ? source->copy : NULL;
	source_copy_8_bits(source, buffer, part);
	return source->copy;
}

/* What it is converted to; the format itself, where it has 8 bits a channel. */
static uint32_t source_converted_format(uint32_t fourcc)
{
	switch (fourcc) {
	case DRM_FORMAT_ARGB2101010:
		return DRM_FORMAT_ARGB8888;
	case DRM_FORMAT_XRGB2101010:
	case DRM_FORMAT_RGB565:
	case DRM_FORMAT_NV12:
	case DRM_FORMAT_P010:
		return DRM_FORMAT_XRGB8888;
	case DRM_FORMAT_ABGR2101010:
		return DRM_FORMAT_ABGR8888;
	case DRM_FORMAT_XBGR2101010:
		return DRM_FORMAT_XBGR8888;
	default:
		return fourcc;
	}
}

static bool source_set_filter(struct source *source, const struct quad_map *map, bool exact)
{
	struct quad_footprint footprint = quad_footprint(map);
	if (!exact && fmaxf(footprint.width, footprint.height) > 1)
		return mean_set_filter(source->image, footprint.width, footprint.height);
	return pixman_image_set_filter(
		source->image, exact ? PIXMAN_FILTER_NEAREST : PIXMAN_FILTER_BILINEAR, NULL, 0);
}

/* The edge is repeated by the filter, so the image must end where the source ends: an image of the
 * part that is seen, and no more is copied where it is a copy. */
static bool source_init_pixels(
	struct source *source, const struct renderer_quad *quad, const struct format *target)
{
	const struct buffer *buffer = quad->texture->buffer;
	struct quad_map map = quad_map(quad);
	struct quad_source part = quad_seen(quad);
	uint32_t fourcc =
		quad->flags & WIRE_QUAD_OPAQUE ? buffer->format->opaque : buffer->format->fourcc;
	bool keeps = target->is_deep && !buffer->format->is_video;
	uint32_t converted = keeps ? fourcc : source_converted_format(fourcc);
	int stride;
	memory_begin_read(buffer);
	source->read = buffer;
	uint32_t *rows = converted == fourcc
				 ? source_rows(source, buffer, &part, &stride)
				 : source_copy_converted(source, buffer, &part, &stride);
	if (!rows)
		return false;
	source->image = pixman_image_create_bits_no_clear(
		source_format(converted), part.x2 - part.x1, part.y2 - part.y1, rows, stride);
	if (!source->image)
		return false;
	map.x0 -= (float)part.x1;
	map.y0 -= (float)part.y1;
	bool exact = quad_is_exact(&map);
	pixman_image_set_repeat(source->image, PIXMAN_REPEAT_PAD);
	if (quad_is_upright(&map)) {
		source->x = (int32_t)map.x0;
		source->y = (int32_t)map.y0;
		return true;
	}
	pixman_transform_t fixed;
	quad_fixed(&map, &fixed);
	return pixman_image_set_transform(source->image, &fixed) &&
	       source_set_filter(source, &map, exact);
}

bool source_init(
	struct source *source, const struct renderer_quad *quad, const struct format *target)
{
	*source = (struct source){0};
	return quad->texture->buffer->kind == BUFFER_SOLID
		       ? source_init_solid(source, quad)
		       : source_init_pixels(source, quad, target);
}

void source_finish(struct source *source)
{
	if (source->image)
		pixman_image_unref(source->image);
	free(source->copy);
	if (source->read)
		memory_end_read(source->read);
	*source = (struct source){0};
}
