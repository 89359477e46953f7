#include "common/xalloc.h"

#include "common/log.h"

#include <stdlib.h>
#include <string.h>

void xalloc_fail(void)
{
	log_error("out of memory");
	abort();
}

static void *xalloc_check(void *memory)
{
	if (!memory)
		xalloc_fail();
	return memory;
}

void *xcalloc(size_t count, size_t size)
{
	return xalloc_check(calloc(count, size));
}

char *xstrdup(const char *text)
{
	return text ? xalloc_check(strdup(text)) : NULL;
}

bool xstrreplace(char **text, const char *by)
{
	if (*text == by || (*text && by && strcmp(*text, by) == 0))
		return false;
	free(*text);
	*text = xstrdup(by);
	return true;
}
