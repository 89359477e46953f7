/** zxdg_output_v1: an output's place and size in the space of all outputs. */
#ifndef PROTOCOL_XDG_OUTPUT_H
#define PROTOCOL_XDG_OUTPUT_H

#include <wayland-server-core.h>

struct output;

/** NULL: no memory. */
struct wl_global *xdg_output_create(struct wl_display *display);

/** The output's place or size has changed: before wl_output.done says so. */
void xdg_output_update(const struct output *output);

#endif
