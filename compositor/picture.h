/** Surfaces of the core's own: a picture that no client has drawn. */
#ifndef COMPOSITOR_PICTURE_H
#define COMPOSITOR_PICTURE_H

#include <stdint.h>

struct surface;

/** name: of its memory, for people. pixels: premultiplied ARGB, rows without gaps; copied. NULL: no
 * memory. surface_destroy_own() frees it. */
struct surface *picture_create(
	const char *name, const uint32_t *pixels, int32_t width, int32_t height);

#endif
