/** xdg_positioner: the rules by which a popup is placed, and placing it. */
#ifndef PROTOCOL_XDG_POSITIONER_H
#define PROTOCOL_XDG_POSITIONER_H

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct xdg_box {
	int32_t x, y, width, height;
};

/** Whether a point lies in it; the right and the bottom edge are another's. */
static inline bool xdg_box_has(const struct xdg_box *box, double x, double y)
{
	return x >= box->x && y >= box->y && x < box->x + box->width && y < box->y + box->height;
}

struct xdg_positioner {
	int32_t width, height; /**< of the popup; 0: not set */
	struct xdg_box anchor_rect;
	bool has_anchor_rect;
	uint32_t anchor, gravity, constraint_adjustment; /**< enums of xdg_positioner */
	int32_t offset_x, offset_y;
	bool reactive;
};

void xdg_positioner_create(struct wl_client *client, uint32_t version, uint32_t id);

/** Borrowed from the resource. */
const struct xdg_positioner *xdg_positioner_from_resource(struct wl_resource *resource);

/** Whether the size and the anchor rectangle have been set, without which it must not be used. */
bool xdg_positioner_is_complete(const struct xdg_positioner *positioner);

/**
 * Where the popup goes, relative to its parent's window geometry. bounds, in the same coordinates,
 * is where it should stay; the allowed adjustments are tried as the protocol says: flip, then
 * slide, then resize.
 */
struct xdg_box xdg_positioner_place(const struct xdg_positioner *positioner, struct xdg_box bounds);

#endif
