/** ext-image-copy-capture 1: sessions that capture a source again and again. */
#ifndef PROTOCOL_IMAGE_CAPTURE_H
#define PROTOCOL_IMAGE_CAPTURE_H

#include <pixman.h>
#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct buffer;
struct image_capture;
struct output;

/** What is captured, and as what. Lives as long as its resource or its frame. */
struct image_session {
	int refs;
	struct image_capture *capture;
	struct wl_resource *resource; /**< NULL: destroyed */
	struct output *output;        /**< NULL: gone, or never captured: stopped */
	struct wl_listener output_destroy;
	bool cursor;           /**< with the pointer's picture */
	int32_t width, height; /**< of buffers, as the client was told */
	bool has_frame;        /**< at most one */
	bool ready_before;     /**< a frame was captured well: the next waits for a change */
	void *data;            /**< of whoever captures */
};

struct image_frame {
	struct image_session *session;
	struct wl_resource *resource;
	struct buffer *buffer; /**< NULL: none, or its wl_buffer is gone */
	struct wl_listener buffer_destroy;
	pixman_region32_t damage; /**< what the client says its buffer lacks, pixels */
	int32_t transform; /**< enum wl_output_transform of what is captured; filled in by copy */
	bool captured;     /**< it was asked for */
	void *data;        /**< of whoever captures */
};

/** All are required. */
struct image_capture_listener {
	/** A session began: fills in width and height. */
	void (*begin)(void *data, struct image_session *session);
	void (*end)(void *data, struct image_session *session);
	/** Fills in transform. To be answered by image_frame_ready() or image_frame_failed():
	 * frame->buffer has the session's size and a format of image_capture::formats. waits: for a
	 * change. */
	void (*copy)(void *data, struct image_frame *frame, bool waits);
	/** The frame goes; no answer is wanted any more. */
	void (*cancel)(void *data, struct image_frame *frame);
};

/** Zeroed but for listener, data and formats, then image_capture_create(). */
struct image_capture {
	const struct image_capture_listener *listener;
	void *data;
	const uint32_t *formats; /**< DRM fourccs of wl_shm buffers; borrowed */
	size_t formats_len;
};

/** Adds the global. False: no memory. */
bool image_capture_create(struct image_capture *capture, struct wl_display *display);

/** Tells the client another size of buffers. */
void image_session_resize(struct image_session *session, int32_t width, int32_t height);

/** damage: pixels of the buffer, since the session's last frame. time: nanoseconds,
 * CLOCK_MONOTONIC. */
void image_frame_ready(struct image_frame *frame, const pixman_region32_t *damage, int64_t time);
void image_frame_failed(struct image_frame *frame);

#endif
