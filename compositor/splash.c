#include "compositor/splash.h"

#include "common/file.h"
#include "common/log.h"
#include "compositor/picture.h"
#include "compositor/scene.h"
#include "protocol/surface.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>

#define SPLASH_MAX_MIB 64 /* of a file */

/* Our own, pixels. */
#define SPLASH_DOTS 3
#define SPLASH_DOT 12   /* its diameter */
#define SPLASH_PITCH 28 /* from one to the next */
#define SPLASH_GREY 0xff808080

static void splash_premultiply(uint8_t *pixels, size_t bytes)
{
	for (size_t i = 0; i < bytes; i += 4) {
		for (size_t channel = i; channel < i + 3; channel++)
			pixels[channel] = (uint8_t)((pixels[channel] * pixels[i + 3] + 127) / 255);
	}
}

/* NULL: it is taken; else why it is not, in image->message or a text that stays. pixels: room for
 * the image. */
static const char *splash_take(struct splash *splash, png_image *image, uint32_t *pixels)
{
	if (!pixels)
		return "no memory";
	if (!png_image_finish_read(image, NULL, pixels, 0, NULL))
		return image->message;
	splash_premultiply((uint8_t *)pixels, PNG_IMAGE_SIZE(*image));
	splash->surface =
		picture_create("splash", pixels, (int32_t)image->width, (int32_t)image->height);
	return splash->surface ? NULL : "no memory";
}

/* As splash_take(). */
static const char *splash_decode(struct splash *splash, png_image *image, FILE *file)
{
	if (!png_image_begin_read_from_stdio(image, file))
		return image->message;
	if (image->width > SPLASH_MAX_SIZE || image->height > SPLASH_MAX_SIZE)
		return "it is larger than 4096x4096 pixels";
	image->format = PNG_FORMAT_BGRA; /* the bytes of ARGB8888 */
	uint32_t *pixels = malloc(PNG_IMAGE_SIZE(*image));
	const char *why = splash_take(splash, image, pixels);
	free(pixels);
	return why;
}

bool splash_read(struct splash *splash, const char *path)
{
	png_image image = {.version = PNG_IMAGE_VERSION};
	char unopened[FILE_MAX_WHY];
	FILE *file = file_open(path, SPLASH_MAX_MIB, unopened);
	const char *why = file ? splash_decode(splash, &image, file) : unopened;
	if (why)
		log_error("the picture %s cannot be shown (%s): name a PNG of at most 4096x4096 "
			  "pixels with --splash, or none",
			path, why);
	png_image_free(&image);
	if (file)
		fclose(file);
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
	splash->surface = picture_create("splash", &pixels[0][0], WIDTH, SPLASH_DOT);
	if (!splash->surface)
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
