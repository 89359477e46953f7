/** How several outputs lie: beside each other, or as one. */
#ifndef COMPOSITOR_LAYOUT_H
#define COMPOSITOR_LAYOUT_H

#include <stdbool.h>

enum layout {
	LAYOUT_UNSAID, /**< extend, unless something else says so */
	LAYOUT_EXTEND, /**< each shows a place of its own */
	LAYOUT_MIRROR, /**< all show what the first shows */
};

/** "extend", "mirror"; false: no such layout. */
bool layout_parse(const char *text, enum layout *layout);

#endif
