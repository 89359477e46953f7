#include "compositor/layout.h"

#include <string.h>

bool layout_parse(const char *text, enum layout *layout)
{
	if (strcmp(text, "extend") == 0)
		*layout = LAYOUT_EXTEND;
	else if (strcmp(text, "mirror") == 0)
		*layout = LAYOUT_MIRROR;
	else
		return false;
	return true;
}
