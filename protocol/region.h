/** wl_region. */
#ifndef PROTOCOL_REGION_H
#define PROTOCOL_REGION_H

#include <pixman.h>
#include <stdint.h>
#include <wayland-server-core.h>

void region_create(struct wl_client *client, uint32_t version, uint32_t id);

/** Adds a rectangle as a client sends it: empty where the size is not positive, cut to what pixman
 * can hold. */
void region_add(pixman_region32_t *region, int32_t x, int32_t y, int32_t width, int32_t height);

/** Borrowed from the resource. */
const pixman_region32_t *region_from_resource(struct wl_resource *resource);

#endif
