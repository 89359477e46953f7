#include "protocol/xdg_positioner.h"

#include "common/xalloc.h"
#include "protocol/resource.h"
#include "protocol/space.h"

#include "xdg-shell-server.h"

#include <stdlib.h>

const struct xdg_positioner *xdg_positioner_from_resource(struct wl_resource *resource)
{
	return wl_resource_get_user_data(resource);
}

bool xdg_positioner_is_complete(const struct xdg_positioner *positioner)
{
	return positioner->width > 0 && positioner->has_anchor_rect;
}

static void xdg_positioner_handle_set_size(
	struct wl_client *client, struct wl_resource *resource, int32_t width, int32_t height)
{
	struct xdg_positioner *positioner = wl_resource_get_user_data(resource);
	if (width <= 0 || height <= 0) {
		wl_resource_post_error(resource, XDG_POSITIONER_ERROR_INVALID_INPUT,
			"a popup of %dx%d: the size must be positive", width, height);
		return;
	}
	positioner->width = width;
	positioner->height = height;
}

static void xdg_positioner_handle_set_anchor_rect(struct wl_client *client,
	struct wl_resource *resource, int32_t x, int32_t y, int32_t width, int32_t height)
{
	struct xdg_positioner *positioner = wl_resource_get_user_data(resource);
	if (width < 0 || height < 0) {
		wl_resource_post_error(resource, XDG_POSITIONER_ERROR_INVALID_INPUT,
			"an anchor rectangle of %dx%d: the size must not be negative", width,
			height);
		return;
	}
	positioner->anchor_rect = (struct xdg_box){x, y, width, height};
	positioner->has_anchor_rect = true;
}

static void xdg_positioner_handle_set_anchor(
	struct wl_client *client, struct wl_resource *resource, uint32_t anchor)
{
	struct xdg_positioner *positioner = wl_resource_get_user_data(resource);
	if (anchor > XDG_POSITIONER_ANCHOR_BOTTOM_RIGHT) {
		wl_resource_post_error(
			resource, XDG_POSITIONER_ERROR_INVALID_INPUT, "no such anchor: %u", anchor);
		return;
	}
	positioner->anchor = anchor;
}

static void xdg_positioner_handle_set_gravity(
	struct wl_client *client, struct wl_resource *resource, uint32_t gravity)
{
	struct xdg_positioner *positioner = wl_resource_get_user_data(resource);
	if (gravity > XDG_POSITIONER_GRAVITY_BOTTOM_RIGHT) {
		wl_resource_post_error(resource, XDG_POSITIONER_ERROR_INVALID_INPUT,
			"no such gravity: %u", gravity);
		return;
	}
	positioner->gravity = gravity;
}

static void xdg_positioner_handle_set_constraint_adjustment(
	struct wl_client *client, struct wl_resource *resource, uint32_t adjustment)
{
	struct xdg_positioner *positioner = wl_resource_get_user_data(resource);
	positioner->constraint_adjustment = adjustment;
}

static void xdg_positioner_handle_set_offset(
	struct wl_client *client, struct wl_resource *resource, int32_t x, int32_t y)
{
	struct xdg_positioner *positioner = wl_resource_get_user_data(resource);
	positioner->offset_x = x;
	positioner->offset_y = y;
}

static void xdg_positioner_handle_set_reactive(
	struct wl_client *client, struct wl_resource *resource)
{
	struct xdg_positioner *positioner = wl_resource_get_user_data(resource);
	positioner->reactive = true;
}

/* Both say for which state of the parent the rules hold; that state is the one we place by anyway.
 */
static void xdg_positioner_handle_set_parent_size(
	struct wl_client *client, struct wl_resource *resource, int32_t width, int32_t height)
{
}

static void xdg_positioner_handle_set_parent_configure(
	struct wl_client *client, struct wl_resource *resource, uint32_t serial)
{
}

static const struct xdg_positioner_interface xdg_positioner_implementation = {
	.destroy = resource_handle_destroy,
	.set_size = xdg_positioner_handle_set_size,
	.set_anchor_rect = xdg_positioner_handle_set_anchor_rect,
	.set_anchor = xdg_positioner_handle_set_anchor,
	.set_gravity = xdg_positioner_handle_set_gravity,
	.set_constraint_adjustment = xdg_positioner_handle_set_constraint_adjustment,
	.set_offset = xdg_positioner_handle_set_offset,
	.set_reactive = xdg_positioner_handle_set_reactive,
	.set_parent_size = xdg_positioner_handle_set_parent_size,
	.set_parent_configure = xdg_positioner_handle_set_parent_configure,
};

static void xdg_positioner_handle_resource_destroy(struct wl_resource *resource)
{
	free(wl_resource_get_user_data(resource));
}

void xdg_positioner_create(struct wl_client *client, uint32_t version, uint32_t id)
{
	struct xdg_positioner *positioner = xcalloc(1, sizeof *positioner);
	if (!resource_create(client, &xdg_positioner_interface, version, id,
		    &xdg_positioner_implementation, positioner,
		    xdg_positioner_handle_resource_destroy))
		free(positioner);
}

/* -1: left or top, 0: neither, 1: right or bottom. xdg_positioner's anchor and gravity have the
 * same numbers. */
static int xdg_positioner_horizontal(uint32_t edge)
{
	switch (edge) {
	case XDG_POSITIONER_ANCHOR_LEFT:
	case XDG_POSITIONER_ANCHOR_TOP_LEFT:
	case XDG_POSITIONER_ANCHOR_BOTTOM_LEFT:
		return -1;
	case XDG_POSITIONER_ANCHOR_RIGHT:
	case XDG_POSITIONER_ANCHOR_TOP_RIGHT:
	case XDG_POSITIONER_ANCHOR_BOTTOM_RIGHT:
		return 1;
	default:
		return 0;
	}
}

static int xdg_positioner_vertical(uint32_t edge)
{
	switch (edge) {
	case XDG_POSITIONER_ANCHOR_TOP:
	case XDG_POSITIONER_ANCHOR_TOP_LEFT:
	case XDG_POSITIONER_ANCHOR_TOP_RIGHT:
		return -1;
	case XDG_POSITIONER_ANCHOR_BOTTOM:
	case XDG_POSITIONER_ANCHOR_BOTTOM_LEFT:
	case XDG_POSITIONER_ANCHOR_BOTTOM_RIGHT:
		return 1;
	default:
		return 0;
	}
}

/* One axis of the placing; the other is the same with other numbers. 64 bits, for clients may send
 * any 32. */
struct xdg_axis {
	int64_t rect, rect_size; /**< anchor rectangle */
	int64_t size, offset;    /**< of the popup */
	int64_t bound, bound_size;
	int anchor, gravity; /**< -1, 0, 1 */
	bool flip, slide, resize;
};

static int64_t xdg_axis_position(const struct xdg_axis *axis, int anchor, int gravity)
{
	int64_t at = axis->rect + (anchor < 0          ? 0
					  : anchor > 0 ? axis->rect_size
						       : axis->rect_size / 2);
	return at + axis->offset - (gravity < 0 ? axis->size : gravity > 0 ? 0 : axis->size / 2);
}

static bool xdg_axis_fits(const struct xdg_axis *axis, int64_t position)
{
	return position >= axis->bound && position + axis->size <= axis->bound + axis->bound_size;
}

static int64_t xdg_axis_slide(const struct xdg_axis *axis, int64_t position)
{
	int64_t last = axis->bound + axis->bound_size - axis->size;
	/* Larger than the bounds: keep the edge that the gravity points away from. */
	if (last < axis->bound)
		return axis->gravity < 0 ? last : axis->bound;
	if (position > last)
		return last;
	return position < axis->bound ? axis->bound : position;
}

static int64_t xdg_axis_place(struct xdg_axis *axis)
{
	int64_t position = xdg_axis_position(axis, axis->anchor, axis->gravity);
	if (axis->bound_size <= 0 || xdg_axis_fits(axis, position))
		return position;
	if (axis->flip) {
		/* The offset is not turned (xdg_positioner.constraint_adjustment.flip_y). */
		int64_t flipped = xdg_axis_position(axis, -axis->anchor, -axis->gravity);
		if (xdg_axis_fits(axis, flipped))
			return flipped;
	}
	if (axis->slide) {
		position = xdg_axis_slide(axis, position);
		if (xdg_axis_fits(axis, position))
			return position;
	}
	if (axis->resize) {
		int64_t start = position > axis->bound ? position : axis->bound;
		int64_t end = position + axis->size, limit = axis->bound + axis->bound_size;
		end = end < limit ? end : limit;
		if (end > start) {
			axis->size = end - start;
			return start;
		}
	}
	return position;
}

struct xdg_box xdg_positioner_place(const struct xdg_positioner *positioner, struct xdg_box bounds)
{
	uint32_t allowed = positioner->constraint_adjustment;
	struct xdg_axis x = {
		.rect = positioner->anchor_rect.x,
		.rect_size = positioner->anchor_rect.width,
		.size = positioner->width,
		.offset = positioner->offset_x,
		.bound = bounds.x,
		.bound_size = bounds.width,
		.anchor = xdg_positioner_horizontal(positioner->anchor),
		.gravity = xdg_positioner_horizontal(positioner->gravity),
		.flip = allowed & XDG_POSITIONER_CONSTRAINT_ADJUSTMENT_FLIP_X,
		.slide = allowed & XDG_POSITIONER_CONSTRAINT_ADJUSTMENT_SLIDE_X,
		.resize = allowed & XDG_POSITIONER_CONSTRAINT_ADJUSTMENT_RESIZE_X,
	};
	struct xdg_axis y = {
		.rect = positioner->anchor_rect.y,
		.rect_size = positioner->anchor_rect.height,
		.size = positioner->height,
		.offset = positioner->offset_y,
		.bound = bounds.y,
		.bound_size = bounds.height,
		.anchor = xdg_positioner_vertical(positioner->anchor),
		.gravity = xdg_positioner_vertical(positioner->gravity),
		.flip = allowed & XDG_POSITIONER_CONSTRAINT_ADJUSTMENT_FLIP_Y,
		.slide = allowed & XDG_POSITIONER_CONSTRAINT_ADJUSTMENT_SLIDE_Y,
		.resize = allowed & XDG_POSITIONER_CONSTRAINT_ADJUSTMENT_RESIZE_Y,
	};
	struct xdg_box box;
	box.x = space_limit(xdg_axis_place(&x));
	box.y = space_limit(xdg_axis_place(&y));
	box.width = space_limit(x.size);
	box.height = space_limit(y.size);
	return box;
}
