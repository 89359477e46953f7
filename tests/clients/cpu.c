/* Pictures that the CPU draws, in each kind of memory that it can. */
#include "painter.h"
#include "pool.h"

#include <stdlib.h>

struct painter {
	const struct pattern *pattern;
	struct pool pool;
};

static void cpu_destroy(struct painter *painter)
{
	pool_finish(&painter->pool);
	free(painter);
}

static struct painter *cpu_create(
	struct window *window, const struct pattern *pattern, enum pool_memory memory)
{
	struct painter *painter = calloc(1, sizeof *painter);
	if (!painter)
		return NULL;
	painter->pattern = pattern;
	if (pool_init(&painter->pool, window, memory, pattern->has_alpha))
		return painter;
	cpu_destroy(painter);
	return NULL;
}

static bool cpu_draw(struct painter *painter, uint32_t frame, bool whole)
{
	struct pool_buffer *buffer = pool_get(&painter->pool);
	if (!buffer)
		return false;
	uint32_t width = (uint32_t)buffer->width, height = (uint32_t)buffer->height;
	pattern_fill(painter->pattern, frame, buffer->pixels, width, height);
	struct pool_damage damage = {0, 0, buffer->width, buffer->height};
	if (!whole && painter->pattern->is_small) {
		struct pattern_cell cell = pattern_cell(frame, width, height);
		damage = (struct pool_damage){
			(int32_t)cell.x, (int32_t)cell.y, PATTERN_CELL, PATTERN_CELL};
	}
	pool_commit(&painter->pool, buffer, &damage);
	return true;
}

static struct painter *shm_create(struct window *window, const struct pattern *pattern)
{
	return cpu_create(window, pattern, POOL_SHM);
}

static struct painter *dumb_create(struct window *window, const struct pattern *pattern)
{
	return cpu_create(window, pattern, POOL_DUMB);
}

static struct painter *udmabuf_create(struct window *window, const struct pattern *pattern)
{
	return cpu_create(window, pattern, POOL_UDMABUF);
}

const struct painter_interface shm_painter = {shm_create, cpu_destroy, cpu_draw};
const struct painter_interface dumb_painter = {dumb_create, cpu_destroy, cpu_draw};
const struct painter_interface udmabuf_painter = {udmabuf_create, cpu_destroy, cpu_draw};
