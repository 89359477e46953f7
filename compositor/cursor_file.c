/*
 * The format, all little-endian 32-bit numbers: "Xcur", the header's length, a version, the number
 * of contents; for each its type, subtype and place in the file. An image: its header's length,
 * type, nominal size, version, width, height, hotspot x and y, delay; then its pixels.
 */
#include "compositor/cursor_file.h"

#include "common/fd.h"
#include "common/file.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#define CURSOR_FILE_MAGIC 0x72756358 /* "Xcur" */
#define CURSOR_FILE_IMAGE 0xfffd0002
#define CURSOR_FILE_ENTRY 12        /* bytes of a contents' entry */
#define CURSOR_FILE_IMAGE_HEADER 36 /* bytes */
#define CURSOR_FILE_MAX_MIB 32      /* animations in many sizes */

struct cursor_file {
	const uint8_t *bytes;
	size_t len;
};

/* 0 where the file has ended. */
static uint32_t cursor_file_number(const struct cursor_file *file, size_t at)
{
	uint32_t number;
	if (at > file->len || file->len - at < sizeof number)
		return 0;
	memcpy(&number, file->bytes + at, sizeof number);
	return le32toh(number);
}

static uint32_t cursor_file_distance(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

/* Where the best image is; 0: nowhere. */
static uint32_t cursor_file_find(const struct cursor_file *file, uint32_t size)
{
	uint32_t contents = cursor_file_number(file, 4), count = cursor_file_number(file, 12),
		 best = 0, best_distance = UINT32_MAX;
	for (uint32_t i = 0; i < count; i++) {
		size_t entry = contents + (size_t)i * CURSOR_FILE_ENTRY;
		if (entry > file->len)
			break;
		uint32_t distance = cursor_file_distance(cursor_file_number(file, entry + 4), size);
		if (cursor_file_number(file, entry) != CURSOR_FILE_IMAGE ||
			distance >= best_distance)
			continue;
		best = cursor_file_number(file, entry + 8);
		best_distance = distance;
	}
	return best;
}

static bool cursor_file_read_image(
	const struct cursor_file *file, size_t at, struct cursor_image *image)
{
	uint32_t width = cursor_file_number(file, at + 16),
		 height = cursor_file_number(file, at + 20), x = cursor_file_number(file, at + 24),
		 y = cursor_file_number(file, at + 28);
	if (cursor_file_number(file, at + 4) != CURSOR_FILE_IMAGE || width == 0 || height == 0 ||
		width > CURSOR_FILE_MAX_SIZE || height > CURSOR_FILE_MAX_SIZE || x > width ||
		y > height)
		return false;
	size_t pixels = at + CURSOR_FILE_IMAGE_HEADER, n = (size_t)width * height;
	if (pixels > file->len || file->len - pixels < n * 4)
		return false;
	*image = (struct cursor_image){
		(int32_t)width, (int32_t)height, (int32_t)x, (int32_t)y, calloc(n, 4)};
	for (size_t i = 0; image->pixels && i < n; i++)
		image->pixels[i] = cursor_file_number(file, pixels + 4 * i);
	return image->pixels;
}

bool cursor_file_parse(const uint8_t *bytes, size_t len, uint32_t size, struct cursor_image *image)
{
	const struct cursor_file file = {bytes, len};
	if (cursor_file_number(&file, 0) != CURSOR_FILE_MAGIC)
		return false;
	uint32_t at = cursor_file_find(&file, size);
	return at > 0 && cursor_file_read_image(&file, at, image);
}

static bool cursor_file_read_all(FILE *file, uint32_t size, struct cursor_image *image)
{
	int64_t len = fd_size(fileno(file));
	uint8_t *bytes = len < 0 ? NULL : calloc(1, (size_t)len + 1);
	bool good = bytes && fread(bytes, 1, (size_t)len, file) == (size_t)len &&
		    cursor_file_parse(bytes, (size_t)len, size, image);
	free(bytes);
	return good;
}

bool cursor_file_read(const char *path, uint32_t size, struct cursor_image *image)
{
	char ignored[FILE_MAX_WHY];
	FILE *file = file_open(path, CURSOR_FILE_MAX_MIB, ignored);
	if (!file)
		return false;
	bool good = cursor_file_read_all(file, size, image);
	fclose(file);
	return good;
}

void cursor_image_finish(struct cursor_image *image)
{
	free(image->pixels);
	*image = (struct cursor_image){0};
}
