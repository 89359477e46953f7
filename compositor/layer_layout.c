#include "compositor/layer_layout.h"

#include "wlr-layer-shell-unstable-v1-server.h"

enum {
	TOP = ZWLR_LAYER_SURFACE_V1_ANCHOR_TOP,
	BOTTOM = ZWLR_LAYER_SURFACE_V1_ANCHOR_BOTTOM,
	LEFT = ZWLR_LAYER_SURFACE_V1_ANCHOR_LEFT,
	RIGHT = ZWLR_LAYER_SURFACE_V1_ANCHOR_RIGHT,
};

uint32_t layer_layout_edge(const struct layer_state *state)
{
	if (state->exclusive_zone <= 0)
		return 0;
	if (state->exclusive_edge)
		return state->exclusive_edge;
	/* An edge alone, or with both that are perpendicular to it. */
	switch (state->anchor) {
	case TOP:
	case TOP | LEFT | RIGHT:
		return TOP;
	case BOTTOM:
	case BOTTOM | LEFT | RIGHT:
		return BOTTOM;
	case LEFT:
	case LEFT | TOP | BOTTOM:
		return LEFT;
	case RIGHT:
	case RIGHT | TOP | BOTTOM:
		return RIGHT;
	default:
		return 0;
	}
}

/* Shortens size, from its near end where at is given; what is left is at least a pixel. */
static void layer_layout_cut(int32_t *at, int32_t *size, int64_t by)
{
	if (by < 0)
		by = 0;
	if (by >= *size)
		by = *size - 1;
	*size -= (int32_t)by;
	if (at)
		*at += (int32_t)by;
}

void layer_layout_exclude(const struct layer_state *state, struct xdg_box *area)
{
	int64_t zone = state->exclusive_zone;
	switch (layer_layout_edge(state)) {
	case TOP:
		layer_layout_cut(&area->y, &area->height, zone + state->margin.top);
		break;
	case BOTTOM:
		layer_layout_cut(NULL, &area->height, zone + state->margin.bottom);
		break;
	case LEFT:
		layer_layout_cut(&area->x, &area->width, zone + state->margin.left);
		break;
	case RIGHT:
		layer_layout_cut(NULL, &area->width, zone + state->margin.right);
		break;
	}
}

/* One axis of a surface. */
struct layer_axis {
	int32_t at, size; /* of the bounds */
	bool near, far;   /* anchored to these edges */
	int32_t near_margin, far_margin;
};

/* *size: what it wants, then what it gets. Its place. */
static int32_t layer_layout_axis(const struct layer_axis *axis, int32_t *size)
{
	int32_t from = axis->at + (axis->near ? axis->near_margin : 0);
	int32_t to = axis->at + axis->size - (axis->far ? axis->far_margin : 0);
	if (*size == 0)
		*size = to - from;
	if (*size < 1)
		*size = 1;
	if (axis->near == axis->far)
		return axis->near ? from + (to - from - *size) / 2
				  : axis->at + (axis->size - *size) / 2;
	return axis->near ? from : to - *size;
}

struct xdg_box layer_layout_place(const struct layer_state *state, struct xdg_box bounds)
{
	struct xdg_box box = {.width = state->width, .height = state->height};
	const struct layer_axis x = {bounds.x, bounds.width, state->anchor & LEFT,
		state->anchor & RIGHT, state->margin.left, state->margin.right};
	const struct layer_axis y = {bounds.y, bounds.height, state->anchor & TOP,
		state->anchor & BOTTOM, state->margin.top, state->margin.bottom};
	box.x = layer_layout_axis(&x, &box.width);
	box.y = layer_layout_axis(&y, &box.height);
	return box;
}
