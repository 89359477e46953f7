/** Between output_management.c and output_configuration.c only. */
#ifndef PROTOCOL_OUTPUT_PRIVATE_H
#define PROTOCOL_OUTPUT_PRIVATE_H

#include "protocol/output_management.h"

/** A zwlr_output_head_v1. */
struct output_head_handle {
	struct output_head *head; /**< NULL: gone */
	struct wl_resource *resource;
	struct wl_list link;  /**< output_head::handles, else empty */
	struct wl_list modes; /**< struct output_mode_handle::link */
};

/** A zwlr_output_mode_v1; lives as long as its resource. */
struct output_mode_handle {
	struct output_head_handle *handle; /**< NULL: finished */
	struct wl_list link;
	struct wl_resource *resource;
	struct output_head_mode mode;
};

void output_configuration_create(
	struct output_manager *manager, struct wl_resource *parent, uint32_t id, uint32_t serial);

#endif
