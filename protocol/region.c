#include "protocol/region.h"

#include "common/xalloc.h"
#include "protocol/resource.h"

#include <stdlib.h>
#include <wayland-server-protocol.h>

static void region_handle_add(struct wl_client *client, struct wl_resource *resource, int32_t x,
	int32_t y, int32_t width, int32_t height)
{
	pixman_region32_t *region = wl_resource_get_user_data(resource);
	if (width > 0 && height > 0)
		pixman_region32_union_rect(region, region, x, y, (unsigned)width, (unsigned)height);
}

static void region_handle_subtract(struct wl_client *client, struct wl_resource *resource,
	int32_t x, int32_t y, int32_t width, int32_t height)
{
	pixman_region32_t *region = wl_resource_get_user_data(resource);
	if (width <= 0 || height <= 0)
		return;
	pixman_region32_t rect;
	pixman_region32_init_rect(&rect, x, y, (unsigned)width, (unsigned)height);
	pixman_region32_subtract(region, region, &rect);
	pixman_region32_fini(&rect);
}

static const struct wl_region_interface region_implementation = {
	.destroy = resource_handle_destroy,
	.add = region_handle_add,
	.subtract = region_handle_subtract,
};

static void region_handle_resource_destroy(struct wl_resource *resource)
{
	pixman_region32_t *region = wl_resource_get_user_data(resource);
	pixman_region32_fini(region);
	free(region);
}

void region_create(struct wl_client *client, uint32_t version, uint32_t id)
{
	pixman_region32_t *region = xcalloc(1, sizeof *region);
	pixman_region32_init(region);
	if (!resource_create(client, &wl_region_interface, version, id, &region_implementation,
		    region, region_handle_resource_destroy))
		free(region);
}

const pixman_region32_t *region_from_resource(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}
