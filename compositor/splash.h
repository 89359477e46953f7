/**
 * A picture in the middle of every output where nothing else is: of --splash, until a window comes
 * and whenever there is none; without it one of our own, while the session waits for a COMMAND that
 * ended to come back.
 */
#ifndef COMPOSITOR_SPLASH_H
#define COMPOSITOR_SPLASH_H

#include <stdbool.h>

struct scene;
struct surface;

#define SPLASH_MAX_SIZE 4096 /**< of a picture, pixels each way */

/** Zeroed. */
struct splash {
	struct surface *surface; /**< NULL: there is no picture yet */
};

/** Takes the PNG at path. False: it cannot be shown, which is logged. */
bool splash_read(struct splash *splash, const char *path);

/** Makes sure of a picture: where there is none, of three dots. */
void splash_draw(struct splash *splash);

void splash_finish(struct splash *splash);

/** Adds it in the middle of the scene's output, a pixel of the picture being a logical one. There
 * is to be a picture. */
void splash_add_to_scene(const struct splash *splash, struct scene *scene);

#endif
