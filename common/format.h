/** The pixel formats that Vitrine knows, by DRM fourcc. What Vulkan, pixman and wl_shm call them
 * stands with their users. */
#ifndef COMMON_FORMAT_H
#define COMMON_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct format {
	uint32_t fourcc;          /**< drm_fourcc.h */
	uint32_t bytes_per_pixel; /**< of video: per sample of its first plane */
	uint32_t opaque; /**< the fourcc of the same layout with its alpha ignored (itself when it
			    has none) */
	bool has_alpha;
	bool is_deep;  /**< more than 8 bits a channel */
	bool is_video; /**< YCbCr 4:2:0: a plane of luma, then one of both chromas, half as wide and
			  half as high */
};

/** NULL: unknown. */
const struct format *format_find(uint32_t fourcc);

/** The same for what has one plane of RGB: all that is drawn into, or comes by wl_shm. */
const struct format *format_find_rgb(uint32_t fourcc);

/** The RGB ones, *len long; ARGB8888 and XRGB8888 first. */
const struct format *format_list(size_t *len);

/** The video ones: in dma-bufs only, to be sampled. */
const struct format *format_list_video(size_t *len);

/** How many planes of samples. */
int format_planes(const struct format *format);

/** The bytes of a row of a plane, and its rows, in a picture that wide and that high (pixels):
 * every second plane that we know has half of them. */
uint64_t format_row(const struct format *format, int plane, int32_t width);
int32_t format_rows(int plane, int32_t height);

/** The standard of a video's colours where nobody tells it: BT.709, else BT.601. */
bool format_is_bt709(int32_t width, int32_t height);

/** Whether there is chroma for every pixel: false for video of an odd size. */
bool format_fits(const struct format *format, int32_t width, int32_t height);

/** Writes the four letters and a NUL, unprintable ones as '?'. */
void format_name(uint32_t fourcc, char name[5]);

#endif
