/** A file of an X cursor theme (Xcursor(3)): pictures of one shape in some sizes. */
#ifndef COMPOSITOR_CURSOR_FILE_H
#define COMPOSITOR_CURSOR_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The largest side of a picture, pixels. */
#define CURSOR_FILE_MAX_SIZE 256

struct cursor_image {
	int32_t width, height, hotspot_x, hotspot_y; /**< pixels */
	uint32_t *pixels; /**< owned; premultiplied ARGB, rows without gaps */
};

/** The picture whose nominal size is nearest to size, the first one of an animation. False: there
 * is no such file, or it is none of a theme's. */
bool cursor_file_read(const char *path, uint32_t size, struct cursor_image *image);

/** From its bytes. */
bool cursor_file_parse(const uint8_t *bytes, size_t len, uint32_t size, struct cursor_image *image);

void cursor_image_finish(struct cursor_image *image);

#endif
