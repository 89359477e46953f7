#include "compositor/ctl/private.h"

#include "common/log.h"

#include <errno.h>
#include <png.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* XRGB8888, as the session answers: blue, green, red, nothing in memory. */
struct ctl_picture {
	json_int_t width, height, stride; /* pixels, pixels, bytes */
};

static bool ctl_picture_parse(const json_t *json, int fd, struct ctl_picture *picture)
{
	if (json_unpack((json_t *)json, "{s:I, s:I, s:I}", "width", &picture->width, "height",
		    &picture->height, "stride", &picture->stride) < 0)
		return false;
	return picture->width > 0 && picture->width <= UINT16_MAX && picture->height > 0 &&
	       picture->height <= UINT16_MAX && picture->stride >= picture->width * 4 &&
	       picture->stride <= UINT32_MAX &&
	       lseek(fd, 0, SEEK_END) >= picture->stride * picture->height;
}

static int ctl_png_encode(const struct ctl_picture *picture, const uint8_t *pixels, FILE *file)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	if (!info || setjmp(png_jmpbuf(png))) {
		png_destroy_write_struct(&png, &info);
		return info ? -EIO : -ENOMEM;
	}
	png_init_io(png, file);
	png_set_IHDR(png, info, (png_uint_32)picture->width, (png_uint_32)picture->height, 8,
		PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
		PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	png_set_bgr(png);
	png_set_filler(png, 0, PNG_FILLER_AFTER);
	for (json_int_t y = 0; y < picture->height; y++)
		png_write_row(png, pixels + y * picture->stride);
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	return fflush(file) == 0 ? 0 : -errno;
}

bool ctl_write_png(const json_t *json, int fd, const char *path)
{
	struct ctl_picture picture;
	if (!ctl_picture_parse(json, fd, &picture)) {
		log_error("the session sent no picture that can be read");
		return false;
	}
	size_t size = (size_t)(picture.stride * picture.height);
	void *pixels = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "wbe");
	int error = pixels == MAP_FAILED || !file ? -errno : ctl_png_encode(&picture, pixels, file);
	if (pixels != MAP_FAILED)
		munmap(pixels, size);
	if (file && file != stdout && fclose(file) != 0 && error == 0)
		error = -errno;
	if (error < 0)
		log_error("%s cannot be written: %s", path, strerror(-error));
	return error == 0;
}
