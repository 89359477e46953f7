/** wl_region. */
#ifndef PROTOCOL_REGION_H
#define PROTOCOL_REGION_H

#include <pixman.h>
#include <stdint.h>
#include <wayland-server-core.h>

void region_create(struct wl_client *client, uint32_t version, uint32_t id);

/** Borrowed from the resource. */
const pixman_region32_t *region_from_resource(struct wl_resource *resource);

#endif
