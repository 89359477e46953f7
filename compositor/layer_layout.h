/** Where layer surfaces go on an output, and what they leave to windows: plain arithmetic. */
#ifndef COMPOSITOR_LAYER_LAYOUT_H
#define COMPOSITOR_LAYER_LAYOUT_H

#include "protocol/layer_shell.h"
#include "protocol/xdg_positioner.h"

/** The edge of its exclusive zone, enum zwlr_layer_surface_v1_anchor; 0: it has none. */
uint32_t layer_layout_edge(const struct layer_state *state);

/** Takes its exclusive zone and margin away from *area, of which at least a pixel is left. */
void layer_layout_exclude(const struct layer_state *state, struct xdg_box *area);

/** Its place within bounds. A size of 0 is as far as the two edges are apart; at least 1. */
struct xdg_box layer_layout_place(const struct layer_state *state, struct xdg_box bounds);

#endif
