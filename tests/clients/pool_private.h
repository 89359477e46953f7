/** Between pool.c and pool_memory.c only. */
#ifndef TESTS_CLIENTS_POOL_PRIVATE_H
#define TESTS_CLIENTS_POOL_PRIVATE_H

#include "pool.h"

/** What pool->memory needs. False: said on stderr; pool_memory_close() is harmless then. */
bool pool_memory_open(struct pool *pool);
void pool_memory_close(struct pool *pool);

/** Makes the memory of a buffer that has a size, and its wl_buffer. False: said on stderr;
 * pool_memory_free() is harmless then. */
bool pool_memory_make(struct pool_buffer *buffer);
void pool_memory_free(struct pool_buffer *buffer);

#endif
