/** Small allocations of a fixed size: they do not fail, the process ends instead. Sizes that a
 * client controls use calloc. */
#ifndef COMMON_XALLOC_H
#define COMMON_XALLOC_H

#include <stdbool.h>
#include <stddef.h>

/** For the like: says that there is no memory and ends the process. */
void xalloc_fail(void) __attribute__((noreturn));

/** Zeroed; never NULL. */
void *xcalloc(size_t count, size_t size);

/** Never NULL; NULL for NULL. */
char *xstrdup(const char *text);

/** Makes *text, which is freed, a copy of by; either may be NULL. False: they are the same. */
bool xstrreplace(char **text, const char *by);

#endif
