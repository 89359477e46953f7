/**
 * A client's shared memory, mapped for reading.
 *
 * The client may truncate the file while it is read, which raises SIGBUS. The handler then puts
 * zero pages in the place of the whole mapping and the read goes on: a picture of zeros is the
 * client's own loss.
 */
#ifndef RENDER_POOL_H
#define RENDER_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct pool {
	unsigned refs;
	int fd;
	void *data;  /**< read-only, never NULL */
	size_t size; /**< bytes mapped; the file may be shorter */
	struct pool *next;
};

/** Installs the handler of SIGBUS. Once, before the first pool. False, with errno: it could not. */
bool pool_handle_sigbus(void);

/** Takes fd, also when it fails. A file that cannot be mapped reads as zeros. NULL: out of memory.
 */
struct pool *pool_create(int fd, size_t size);

/** Maps a larger part of the file; data may move. False: out of memory, the pool stays as it was.
 */
bool pool_resize(struct pool *pool, size_t size);

struct pool *pool_ref(struct pool *pool);

/** Gives a reference back; accepts NULL. */
void pool_unref(struct pool *pool);

#endif
