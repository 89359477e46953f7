/** File descriptors: -1 is the only "none"; every descriptor made here is close-on-exec,
 * but for fd_open_standard()'s. */
#ifndef COMMON_FD_H
#define COMMON_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Makes /dev/null of those of standard input, output and error that are closed: the next file would
 * get their numbers, and the log with them.
 */
void fd_open_standard(void);

/** Closes *fd if there is one and sets it to -1. */
void fd_close(int *fd);

/** A duplicate, or -1 with errno. fd -1 gives -1. */
int fd_dup(int fd);

/** The size in bytes of what fd names (a dma-buf's or memfd's), or -1 with errno. Moves the file
 * offset of a dma-buf. */
int64_t fd_size(int fd);

/**
 * Whether fd is a file of ordinary memory (a memfd, or one in tmpfs): its pages come at once and in
 * any length, unlike those of a disk, of FUSE, whose server may let us wait for ever, and of
 * hugetlbfs.
 */
bool fd_is_memory(int fd);

/** A memfd of size bytes, zeroed, sealed against shrinking and growing; -1 with errno. */
int fd_create_memory(const char *name, size_t size);

/**
 * A memfd that holds size bytes of data, sealed against every change, so that many clients can
 * share it (a keymap, a format table); -1 with errno.
 */
int fd_create_sealed(const char *name, const void *data, size_t size);

#endif
