/** Real sync_files, which other drivers' exports are. */
#ifndef HOST_SYNC_FILE_H
#define HOST_SYNC_FILE_H

#include <stdbool.h>

/**
 * Waits until the sync_file has signalled, which the kernel guarantees it will. False at once if fd
 * is none (and where there is no kernel that knows any). -1 has signalled, as Vulkan says. The fd
 * stays the caller's.
 */
bool sync_file_wait(int fd);

#endif
