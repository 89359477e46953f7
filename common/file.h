/** Files that people name. */
#ifndef COMMON_FILE_H
#define COMMON_FILE_H

#include <stdio.h>

#define FILE_MAX_WHY 128 /**< bytes, with the end */

/** Opens the regular file at path for reading, without waiting. NULL: it is none, is larger than so
 * many MiB or cannot be opened; why (FILE_MAX_WHY bytes) says so, for people. */
FILE *file_open(const char *path, int mebibytes, char *why);

#endif
