/** wlr-layer-shell 5: surfaces of panels, wallpapers and on-screen keyboards, below and above the
 * windows. Who decides where they go implements struct layer_shell_listener. */
#ifndef PROTOCOL_LAYER_SHELL_H
#define PROTOCOL_LAYER_SHELL_H

#include "protocol/unacked.h"

#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct layer_surface;
struct output;
struct surface;

#define LAYER_COUNT 4 /**< enum zwlr_layer_shell_v1_layer: background, bottom, top, overlay */

/** What wl_surface.commit applies. Sizes, margins and zones are surface coordinates. */
struct layer_state {
	bool begun; /**< the client has committed since the layer surface was made */
	uint32_t layer;
	uint32_t anchor;         /**< enum zwlr_layer_surface_v1_anchor */
	uint32_t exclusive_edge; /**< one of anchor; 0: as anchor says */
	int32_t width, height;   /**< 0: as far as the two edges are apart */
	int32_t exclusive_zone;  /**< 0: keeps out of others'; -1: does not */
	struct {
		int32_t top, right, bottom, left;
	} margin;
	uint32_t keyboard; /**< enum zwlr_layer_surface_v1_keyboard_interactivity */
};

struct layer_surface {
	struct layer_shell *shell;
	struct wl_resource *resource;
	struct surface *surface; /**< NULL: gone, all is inert */
	struct output *output;   /**< NULL: ours to choose */
	struct wl_listener output_destroy;
	char *name; /**< the client's word for what it is */
	void *data; /**< of whoever decides */

	struct layer_state pending, current;
	struct wl_list waiting; /**< states of commits that wait (protocol/surface_cached.h) */
	bool initial_commit;    /**< the client waits for its first configure */
	bool configured;        /**< it has acknowledged one */
	bool mapped, closed;
	bool told;                 /**< the next two are known, since it was unmapped last */
	int32_t width, height;     /**< as last configured, or as soon as the client acknowledges */
	struct unacked configures; /**< their serials */
	struct wl_list popups;     /**< struct xdg_popup::parent_link */
};

/** All are required. */
struct layer_shell_listener {
	/** Has its role; nothing is known of it yet. */
	void (*created)(void *data, struct layer_surface *layer);
	/** A commit was applied, or it is mapped no more: at the initial commit and where its size
	 * changes it is to be configured. */
	void (*changed)(void *data, struct layer_surface *layer);
	void (*destroyed)(void *data, struct layer_surface *layer);
};

/** Zeroed but for listener and data, then layer_shell_create(). */
struct layer_shell {
	const struct layer_shell_listener *listener;
	void *data;
	struct wl_display *display;
	bool lenient; /**< as xdg_shell::lenient */
};

/** Adds the global. False: no memory. */
bool layer_shell_create(struct layer_shell *shell, struct wl_display *display);

/** NULL: the surface is none. */
struct layer_surface *layer_surface_from_surface(const struct surface *surface);

/** Tells the client its size, if it waits for that or the size is another one. */
void layer_surface_configure(struct layer_surface *layer, int32_t width, int32_t height);

/** Whether the client has acknowledged the last configure. */
bool layer_surface_is_settled(const struct layer_surface *layer);

/** It is not shown any more; the client is to destroy it. */
void layer_surface_close(struct layer_surface *layer);

#endif
