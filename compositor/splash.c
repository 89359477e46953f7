#include "compositor/splash.h"

#include "common/fd.h"
#include "common/log.h"
#include "compositor/scene.h"
#include "protocol/shm.h"
#include "protocol/surface.h"

#include <drm_fourcc.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>

#define SPLASH_MAX_BYTES (INT64_C(64) << 20) /* of a file */

/* Our own, pixels. */
#define SPLASH_DOTS 3
#define SPLASH_DOT 12   /* its diameter */
#define SPLASH_PITCH 28 /* from one to the next */
#define SPLASH_GREY 0xff808080

/* pixels: ARGB8888, premultiplied. False: no memory. */
static bool splash_take(struct splash *splash, const void *pixels, int32_t width, int32_t height)
{
	int fd = fd_create_sealed("splash", pixels, (size_t)width * (size_t)height * 4);
	if (fd < 0)
		return false;
	splash->surface =
		surface_create_own(shm_create_own(fd, width, height, DRM_FORMAT_ARGB8888));
	return true;
}

static void splash_premultiply(uint8_t *pixels, size_t bytes)
{
	for (size_t i = 0; i < bytes; i += 4) {
		for (size_t channel = i; channel < i + 3; channel++)
			pixels[channel] = (uint8_t)((pixels[channel] * pixels[i + 3] + 127) / 255);
	}
}

/* NULL: it is taken; else why it is not, in image->message or a text that stays. */
static const char *splash_decode(struct splash *splash, png_image *image, FILE *file)
{
	if (!png_image_begin_read_from_stdio(image, file))
		return image->message;
	if (image->width > SPLASH_MAX_SIZE || image->height > SPLASH_MAX_SIZE)
		return "it is larger than 4096x4096 pixels";
	image->format = PNG_FORMAT_BGRA; /* the bytes of ARGB8888 */
	size_t bytes = PNG_IMAGE_SIZE(*image);
	uint8_t *pixels = malloc(bytes);
	if (!pixels)
		return "no memory";
	const char *why = NULL;
	if (png_image_finish_read(image, NULL, pixels, 0, NULL)) {
		splash_premultiply(pixels, bytes);
		if (!splash_take(splash, pixels, (int32_t)image->width, (int32_t)image->height))
			why = "no memory";
	} else {
		why = image->message;
	}
	free(pixels);
	return why;
}

bool splash_read(struct splash *splash, const char *path)
{
	png_image image = {.version = PNG_IMAGE_VERSION};
	const char *why = NULL;
	int fd = fd_open_file(path, SPLASH_MAX_BYTES, &why);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	if (file)
		why = splash_decode(splash, &image, file);
	else if (fd >= 0)
		why = "no memory";
	if (why)
		log_error("the picture %s cannot be shown (%s): name a PNG of at most 4096x4096 "
			  "pixels "
			  "with --splash, or none",
			path, why);
	png_image_free(&image);
	if (file)
		fclose(file);
	else
		fd_close(&fd);
	return !why;
}

static bool splash_is_in_dot(int32_t x, int32_t y)
{
	/* In half pixels, from the dot's middle. */
	int32_t dx = 2 * (x % SPLASH_PITCH) + 1 - SPLASH_DOT, dy = 2 * y + 1 - SPLASH_DOT;
	return dx * dx + dy * dy <= SPLASH_DOT * SPLASH_DOT;
}

void splash_draw(struct splash *splash)
{
	enum { WIDTH = (SPLASH_DOTS - 1) * SPLASH_PITCH + SPLASH_DOT };
	uint32_t pixels[SPLASH_DOT][WIDTH] = {0};
	if (splash->surface)
		return;
	for (int32_t y = 0; y < SPLASH_DOT; y++) {
		for (int32_t x = 0; x < WIDTH; x++)
			pixels[y][x] = splash_is_in_dot(x, y) ? SPLASH_GREY : 0;
	}
	if (!splash_take(splash, pixels, WIDTH, SPLASH_DOT))
		log_warn("no picture says that the command is started again: no memory");
}

void splash_finish(struct splash *splash)
{
	surface_destroy_own(splash->surface);
	splash->surface = NULL;
}

void splash_add_to_scene(const struct splash *splash, struct scene *scene)
{
	const struct surface *surface = splash->surface;
	const pixman_box32_t shown = output_map_shown(&scene->map);
	double x = (shown.x1 + shown.x2) / 2.0, y = (shown.y1 + shown.y2) / 2.0;
	output_map_to_logical(&scene->map, &x, &y);
	x -= surface->width / 2.0;
	y -= surface->height / 2.0;
	output_map_snap(&scene->map, &x, &y);
	scene_add(scene, splash->surface, x, y);
}
