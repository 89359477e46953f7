/** wp_single_pixel_buffer_v1: wl_buffers that are one colour and no memory (buffer::solid). */
#ifndef PROTOCOL_SINGLE_PIXEL_BUFFER_H
#define PROTOCOL_SINGLE_PIXEL_BUFFER_H

#include <wayland-server-core.h>

/** NULL: no memory. */
struct wl_global *single_pixel_buffer_create(struct wl_display *display);

#endif
