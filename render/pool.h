/** A client's shared memory, mapped for reading. The client may truncate it (render/mapping.h). */
#ifndef RENDER_POOL_H
#define RENDER_POOL_H

#include "render/mapping.h"

#include <stdbool.h>
#include <stddef.h>

struct pool {
	unsigned refs;
	int fd;
	struct mapping mapping; /**< read-only, always there */
	bool lost;              /**< the file could not be mapped: it is zeros */
};

/** Takes fd, also when it fails. A file that cannot be mapped is lost. NULL: out of memory. */
struct pool *pool_create(int fd, size_t size);

/** Maps a larger part of the file; its data may move. False: out of memory, the pool stays as it
 * was. */
bool pool_resize(struct pool *pool, size_t size);

/** Tries once more to map what is lost; its data moves then. True: it is there now, and was not. */
bool pool_find(struct pool *pool);

struct pool *pool_ref(struct pool *pool);

/** Gives a reference back; accepts NULL. */
void pool_unref(struct pool *pool);

#endif
