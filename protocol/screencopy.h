/** wlr-screencopy 3: pictures of outputs, one at a time. */
#ifndef PROTOCOL_SCREENCOPY_H
#define PROTOCOL_SCREENCOPY_H

#include <pixman.h>
#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct buffer;
struct output;

/** What a client wants to see. Lives until the client destroys it. */
struct screencopy_frame {
	struct screencopy *screencopy;
	struct wl_resource *resource;
	struct output *output; /**< NULL: gone */
	bool cursor;           /**< with the pointer's picture */
	bool has_region;       /**< region is set; else the whole output */
	pixman_box32_t region; /**< logical coordinates of the output, as the client said */
	int32_t width, height; /**< of the buffer, pixels; 0: cannot be captured */
	uint32_t format;       /**< DRM fourcc, of wl_shm: there are no captures into dma-bufs */
	bool used;             /**< a copy was asked for */
	bool tells_damage;     /**< by copy_with_damage */
	struct wl_listener output_destroy;
	void *data; /**< of whoever captures */
};

/** All are required. */
struct screencopy_listener {
	/** Fills in width, height, and format, of an output that is there. */
	void (*describe)(void *data, struct screencopy_frame *frame);
	/**
	 * To be answered by screencopy_ready() or screencopy_failed(). The buffer has the frame's
	 * size and format. waits: not before something has changed since the client's last copy.
	 */
	void (*copy)(void *data, struct screencopy_frame *frame, struct buffer *buffer, bool waits);
	/** The frame goes; no answer is wanted any more. */
	void (*destroy)(void *data, struct screencopy_frame *frame);
};

/** Zeroed but for listener and data, then screencopy_create(). */
struct screencopy {
	const struct screencopy_listener *listener;
	void *data;
};

/** Adds the global. False: no memory. */
bool screencopy_create(struct screencopy *screencopy, struct wl_display *display);

/** damage: pixels of the buffer, told where the client asked for it. time: nanoseconds,
 * CLOCK_MONOTONIC. */
void screencopy_ready(
	struct screencopy_frame *frame, const pixman_region32_t *damage, int64_t time);
void screencopy_failed(struct screencopy_frame *frame);

#endif
