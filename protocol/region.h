/** wl_region. */
#ifndef PROTOCOL_REGION_H
#define PROTOCOL_REGION_H

#include <pixman.h>
#include <stdint.h>
#include <wayland-server-core.h>

/** Rectangles of a wl_region; a client whose region would have more is told no_memory. */
#define REGION_MAX 8192

/** Of a region that is kept as a surface's input region or a pointer constraint's. */
#define REGION_MAX_KEPT 1024

void region_create(struct wl_client *client, uint32_t version, uint32_t id);

/** Adds a rectangle as a client sends it: empty where the size is not positive, cut to what pixman
 * can hold. */
void region_add(pixman_region32_t *region, int32_t x, int32_t y, int32_t width, int32_t height);

/** More rectangles than most become one around them all. */
void region_simplify(pixman_region32_t *region, int most);

/** Of more rectangles than most the first ones stay. */
void region_cut(pixman_region32_t *region, int most);

/** Sets *kept to what is kept of a wl_region: of more rectangles than REGION_MAX_KEPT it is what
 * lies around them. */
void region_keep(pixman_region32_t *kept, struct wl_resource *resource);

/** Borrowed from the resource. */
const pixman_region32_t *region_from_resource(struct wl_resource *resource);

#endif
