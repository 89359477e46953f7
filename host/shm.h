/**
 * The memory that stands for a dma-buf: a sealed memfd, or an unlinked regular file where there is
 * no memfd.
 *
 * A regular file, not POSIX shared memory, is the second choice: virglrenderer asks lseek() for the
 * size, which macOS refuses on a shm_open() descriptor.
 */
#ifndef HOST_SHM_H
#define HOST_SHM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * A new fd of size bytes (not 0), zero-filled, close-on-exec; -1 and errno if there is none. The
 * caller owns it.
 */
int shm_create(uint64_t size);

/** For people: where it is made, such as a folder. */
const char *shm_place(void);

/**
 * Whether fd may be mapped for size bytes without risk: a memfd that cannot shrink (it is sealed
 * now if it is not yet), or, where the layer itself uses files, an unlinked file; readable and
 * writable, and large enough. Otherwise *reason says why not.
 */
bool shm_check(int fd, uint64_t size, const char **reason);

/**
 * Maps size bytes shared, readable and writable, at an address that alignment divides. NULL and
 * errno if it fails.
 */
void *shm_map(int fd, size_t size, size_t alignment);
void shm_unmap(void *address, size_t size);

#endif
