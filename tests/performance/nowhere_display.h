/**
 * NOWHERE_DISPLAY=1: what a program presents is flipped by KMS, with no compositor between. One
 * display, which the process has to itself, and one swapchain at a time.
 */
#ifndef TESTS_PERFORMANCE_NOWHERE_DISPLAY_H
#define TESTS_PERFORMANCE_NOWHERE_DISPLAY_H

#include "nowhere.h"

#include <stdbool.h>

/** What display_image_create() needs of a device. */
#define DISPLAY_N_EXTENSIONS 4
extern const char *const display_extensions[DISPLAY_N_EXTENSIONS];

bool display_is_wanted(void);

/** The display's size, in pixels. False: none is wanted, or there is none; *size is as it was. */
bool display_size(VkExtent2D *size);

/** Lets go of the display, after all images. */
void display_close(void);

/** An image that can be shown, of the display's size and a format with 4 bytes a pixel, BGRX.
 * False: stderr says why. */
bool display_image_create(struct nowhere_device *device, const VkSwapchainCreateInfoKHR *wanted,
	struct nowhere_image *image);

/** Before its memory is freed. Harmless to an image that is none of a display's. */
void display_image_finish(struct nowhere_image *image);

/** Flips to what has been drawn, as soon as the last one is shown. False: stderr says why. */
bool display_show(const struct nowhere_image *image);

#endif
