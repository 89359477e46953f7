/* Pictures that the CPU draws, in each kind of memory that it can. */
#include "encode.h"
#include "painter.h"
#include "pool.h"

#include <drm_fourcc.h>

#include <stdlib.h>

struct painter {
	const struct pattern *pattern;
	struct pool pool;
	uint32_t *pixels; /* a picture that is to be encoded; NULL: none was yet */
	size_t pixels_len;
};

static void cpu_destroy(struct painter *painter)
{
	pool_finish(&painter->pool);
	free(painter->pixels);
	free(painter);
}

static struct painter *cpu_create(
	struct window *window, const struct pattern *pattern, const struct pool_layout *layout)
{
	struct painter *painter = calloc(1, sizeof *painter);
	if (!painter)
		return NULL;
	painter->pattern = pattern;
	if (pool_init(&painter->pool, window, layout))
		return painter;
	cpu_destroy(painter);
	return NULL;
}

/* What pattern_fill() makes, in the pool's format. False: out of memory. */
static bool cpu_fill(struct painter *painter, uint32_t frame, struct pool_buffer *buffer)
{
	const struct format *format = format_find(painter->pool.layout.format);
	uint32_t width = (uint32_t)buffer->width, height = (uint32_t)buffer->height;
	size_t len = (size_t)width * height;
	if (format->opaque == DRM_FORMAT_XRGB8888) {
		pattern_fill(painter->pattern, frame, buffer->pixels, width, height);
		return true;
	}
	if (painter->pixels_len < len) {
		free(painter->pixels);
		painter->pixels = malloc(len * sizeof *painter->pixels);
		painter->pixels_len = painter->pixels ? len : 0;
	}
	if (!painter->pixels)
		return false;
	pattern_fill(painter->pattern, frame, painter->pixels, width, height);
	encode(format, painter->pixels, buffer->pixels, width, height);
	return true;
}

static bool cpu_draw(struct painter *painter, uint32_t frame, bool whole)
{
	struct pool_buffer *buffer = pool_get(&painter->pool);
	if (!buffer || !cpu_fill(painter, frame, buffer))
		return false;
	uint32_t width = (uint32_t)buffer->width, height = (uint32_t)buffer->height;
	struct pool_damage damage = {0, 0, buffer->width, buffer->height};
	if (!whole && painter->pattern->is_small) {
		struct pattern_cell cell = pattern_cell(frame, width, height);
		damage = (struct pool_damage){
			(int32_t)cell.x, (int32_t)cell.y, PATTERN_CELL, PATTERN_CELL};
	}
	pool_commit(&painter->pool, buffer, &damage);
	return true;
}

const struct painter_interface cpu_painter = {cpu_create, cpu_destroy, cpu_draw};
