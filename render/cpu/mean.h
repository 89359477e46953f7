/** The filter for what is scaled down: the mean of what lies below a target pixel, as
 * shaders/quad.frag has it, as one of pixman's separable convolutions. */
#ifndef RENDER_CPU_MEAN_H
#define RENDER_CPU_MEAN_H

#include <pixman.h>
#include <stdbool.h>

/** width, height: of what lies below a target pixel, pixels of the image. False: out of memory. */
bool mean_set_filter(pixman_image_t *image, float width, float height);

#endif
