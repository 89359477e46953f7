/** The pixel formats that Vitrine knows, by DRM fourcc. What Vulkan, pixman and wl_shm call them
 * stands with their users. */
#ifndef COMMON_FORMAT_H
#define COMMON_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct format {
	uint32_t fourcc; /**< drm_fourcc.h */
	uint32_t bytes_per_pixel;
	uint32_t opaque; /**< the fourcc of the same layout with its alpha ignored (itself when it
			    has none) */
	bool has_alpha;
};

/** NULL: unknown. */
const struct format *format_find(uint32_t fourcc);

/** All of them, *len long; ARGB8888 and XRGB8888 first. */
const struct format *format_list(size_t *len);

/** Writes the four letters and a NUL, unprintable ones as '?'. */
void format_name(uint32_t fourcc, char name[5]);

#endif
