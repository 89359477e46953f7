#include "render/pool.h"

#include "common/fd.h"
#include "common/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* False: out of memory. *lost: whether it is zeros. */
static bool pool_map(struct mapping *mapping, int fd, size_t size, bool *lost)
{
	*lost = !mapping_init(mapping, fd, size, PROT_READ);
	if (!*lost)
		return true;
	log_limited(LOG_LEVEL_WARN,
		"a client's shared memory cannot be mapped (%s): it reads as zeros until it can",
		strerror(errno));
	return mapping_init_zeros(mapping, size, PROT_READ);
}

struct pool *pool_create(int fd, size_t size)
{
	struct pool *pool = calloc(1, sizeof *pool);
	if (!pool || !pool_map(&pool->mapping, fd, size, &pool->lost)) {
		free(pool);
		fd_close(&fd);
		return NULL;
	}
	pool->refs = 1;
	pool->fd = fd;
	return pool;
}

bool pool_resize(struct pool *pool, size_t size)
{
	struct mapping larger;
	bool lost;
	if (!pool_map(&larger, pool->fd, size, &lost))
		return false;
	mapping_move(&pool->mapping, &larger);
	pool->lost = lost;
	return true;
}

bool pool_find(struct pool *pool)
{
	struct mapping found;
	if (!pool->lost || !mapping_init(&found, pool->fd, pool->mapping.size, PROT_READ))
		return false;
	mapping_move(&pool->mapping, &found);
	pool->lost = false;
	return true;
}

struct pool *pool_ref(struct pool *pool)
{
	pool->refs++;
	return pool;
}

void pool_unref(struct pool *pool)
{
	if (!pool || --pool->refs > 0)
		return;
	mapping_finish(&pool->mapping);
	fd_close(&pool->fd);
	free(pool);
}
