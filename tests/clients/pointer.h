/** A picture for the pointer above a window: of one colour, with a mark in its corner at 0,0 that
 * is half as wide and a quarter as high, so that any turn of it shows. */
#ifndef TESTS_CLIENTS_POINTER_H
#define TESTS_CLIENTS_POINTER_H

#include "window.h"

#define POINTER_COLOR 0xff2080c0u /**< 0xAARRGGBB */
#define POINTER_MARK 0xfff0e010u

struct pointer_picture {
	int32_t width, height, hotspot_x, hotspot_y; /**< pixels; width 0: none */
};

struct pointer;

/** From "WxH+X+Y", the hotspot's place last. False: it is none. */
bool pointer_parse(const char *text, struct pointer_picture *picture);

/** Shows it wherever the pointer enters the window. NULL: no memory, said on stderr. */
struct pointer *pointer_create(struct window *window, const struct pointer_picture *picture);

/** Accepts NULL. */
void pointer_destroy(struct pointer *pointer);

#endif
