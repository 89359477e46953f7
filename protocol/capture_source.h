/** ext-image-capture-source 1: names for what can be captured, for protocols that capture. */
#ifndef PROTOCOL_CAPTURE_SOURCE_H
#define PROTOCOL_CAPTURE_SOURCE_H

#include <stdbool.h>
#include <wayland-server-core.h>

struct output;

/** Lives as long as its resource. */
struct capture_source {
	struct output *output; /**< NULL: gone */
	struct wl_listener output_destroy;
};

/** Adds the global for outputs. False: no memory. */
bool capture_source_create(struct wl_display *display);

struct capture_source *capture_source_from_resource(struct wl_resource *resource);

#endif
