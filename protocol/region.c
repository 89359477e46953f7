#include "protocol/region.h"

#include "common/xalloc.h"
#include "protocol/quota.h"
#include "protocol/resource.h"

#include <stdlib.h>
#include <wayland-server-protocol.h>

struct region {
	pixman_region32_t area;
	struct quota *quota; /* counts its rectangles */
	unsigned counted;
};

/* pixman adds size to origin in 32 bits, and refuses what overflows. */
static uint32_t region_clip(int32_t at, int32_t size)
{
	int64_t end = (int64_t)at + size;
	return (uint32_t)((end > INT32_MAX ? INT32_MAX : end) - at);
}

void region_add(pixman_region32_t *region, int32_t x, int32_t y, int32_t width, int32_t height)
{
	if (width > 0 && height > 0 && x < INT32_MAX && y < INT32_MAX)
		pixman_region32_union_rect(
			region, region, x, y, region_clip(x, width), region_clip(y, height));
}

void region_simplify(pixman_region32_t *region, int most)
{
	pixman_box32_t extents = region->extents;
	if (pixman_region32_n_rects(region) > most)
		pixman_region32_reset(region, &extents);
}

void region_cut(pixman_region32_t *region, int most)
{
	pixman_region32_t cut;
	int len;
	const pixman_box32_t *boxes = pixman_region32_rectangles(region, &len);
	if (len <= most || !pixman_region32_init_rects(&cut, boxes, most))
		return;
	pixman_region32_fini(region);
	*region = cut;
}

/* Every change copies the region. */
static void region_check(struct wl_client *client, struct region *region)
{
	int len = pixman_region32_n_rects(&region->area);
	if (len > REGION_MAX)
		wl_client_post_no_memory(client);
	quota_give(region->quota, QUOTA_RECTANGLES, region->counted);
	region->counted = (unsigned)len;
	/* What counts none does not keep the quota. */
	region->quota = len > 0 ? quota_take(client, QUOTA_RECTANGLES, region->counted) : NULL;
}

static void region_handle_add(struct wl_client *client, struct wl_resource *resource, int32_t x,
	int32_t y, int32_t width, int32_t height)
{
	struct region *region = wl_resource_get_user_data(resource);
	region_add(&region->area, x, y, width, height);
	region_check(client, region);
}

static void region_handle_subtract(struct wl_client *client, struct wl_resource *resource,
	int32_t x, int32_t y, int32_t width, int32_t height)
{
	struct region *region = wl_resource_get_user_data(resource);
	pixman_region32_t rect;
	pixman_region32_init(&rect);
	region_add(&rect, x, y, width, height);
	pixman_region32_subtract(&region->area, &region->area, &rect);
	pixman_region32_fini(&rect);
	region_check(client, region);
}

static const struct wl_region_interface region_implementation = {
	.destroy = resource_handle_destroy,
	.add = region_handle_add,
	.subtract = region_handle_subtract,
};

static void region_handle_resource_destroy(struct wl_resource *resource)
{
	struct region *region = wl_resource_get_user_data(resource);
	quota_give(region->quota, QUOTA_RECTANGLES, region->counted);
	pixman_region32_fini(&region->area);
	free(region);
}

void region_create(struct wl_client *client, uint32_t version, uint32_t id)
{
	struct region *region = xcalloc(1, sizeof *region);
	pixman_region32_init(&region->area);
	if (!resource_create(client, &wl_region_interface, version, id, &region_implementation,
		    region, region_handle_resource_destroy))
		free(region);
}

const pixman_region32_t *region_from_resource(struct wl_resource *resource)
{
	const struct region *region = wl_resource_get_user_data(resource);
	return &region->area;
}

void region_keep(pixman_region32_t *kept, struct wl_resource *resource)
{
	pixman_region32_t *area = (pixman_region32_t *)region_from_resource(resource);
	if (pixman_region32_n_rects(area) > REGION_MAX_KEPT)
		pixman_region32_reset(kept, pixman_region32_extents(area));
	else
		pixman_region32_copy(kept, area);
}
