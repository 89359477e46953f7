/** For `vitrine doctor`: how soon a program learns that the GPU is done. */
#ifndef RENDER_VULKAN_SYNC_FILE_H
#define RENDER_VULKAN_SYNC_FILE_H

/**
 * Prints one JSON object to standard output: {"sync_file_ms": MILLISECONDS}, from the submission of
 * an empty batch until the sync file of its semaphore is signalled, the median of some, by
 * Venus; {} where that is not there, or exports none. Takes as long as the driver does. The exit
 * status of the program.
 */
int sync_file_print(void);

#endif
