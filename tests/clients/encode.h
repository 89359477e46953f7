/** Pictures in other formats than pattern_fill()'s. */
#ifndef TESTS_CLIENTS_ENCODE_H
#define TESTS_CLIENTS_ENCODE_H

#include "common/format.h"

/**
 * Writes a picture of ARGB8888 in that format, rows without gaps, one plane after the other. Video
 * has even sizes, the limited range, and BT.709 or BT.601 as format_is_bt709() says.
 */
void encode(const struct format *format, const uint32_t *pixels, void *data, uint32_t width,
	uint32_t height);

#endif
