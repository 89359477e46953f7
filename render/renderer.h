/**
 * A renderer: what the worker asks of the thing that draws. Two back ends: render/vulkan/ and
 * render/cpu/.
 *
 * The worker owns buffers, textures and targets (their counts of references, what the core said of
 * them); a back end hangs its own part on their `own` pointer. All calls come from one thread, with
 * arguments that the worker has checked. A reason is a person's words in at most WIRE_MAX_REASON
 * bytes, written on failure.
 */
#ifndef RENDER_RENDERER_H
#define RENDER_RENDERER_H

#include "render/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;
struct renderer;
struct target;
struct texture;

struct renderer_options {
	bool has_drm;
	uint32_t drm_major, drm_minor; /**< the DRM device that scans out, if has_drm */
};

/** One textured rectangle: struct wire_quad with its names resolved. */
struct renderer_quad {
	struct texture *texture;
	uint32_t flags;     /**< enum wire_quad_flag */
	uint32_t transform; /**< enum wl_output_transform */
	float alpha;
	float src_x, src_y, src_w, src_h; /**< as in struct wire_quad */
	int32_t x, y, width, height;      /**< target pixels, may reach beyond the target */
	const struct wire_rect *rects;    /**< target pixels, within the target */
	uint32_t n_rects;
};

/** Borrowed for the call. A back end that needs more holds references to the target and the
 * textures. */
struct renderer_frame {
	uint32_t sequence;
	int64_t arrived; /**< clock_now() when the packet came */
	struct target *target;
	const struct wire_rect *damage;
	uint32_t n_damage;
	const struct renderer_quad *quads;
	uint32_t n_quads;
};

struct renderer_result {
	uint32_t sequence;
	int64_t arrived;
	uint64_t upload_bytes, copy_bytes, gpu_copy_bytes;
	int64_t record_duration; /**< nanoseconds from the arrival until its commands were recorded;
				    0: no GPU */
	int64_t gpu_duration; /**< nanoseconds from the GPU's first command to its last; 0: not told
			       */
	const char *reason;   /**< NULL: drawn */
};

/** What the renderer tells its owner, from within any call to it. */
struct renderer_listener {
	/** The frame's work is queued; fence is a sync_file, borrowed. Only where one is had
	 * without waiting. */
	void (*submitted)(void *data, uint32_t sequence, int fence);
	/** Once for each frame that frame_draw() took. */
	void (*done)(void *data, const struct renderer_result *result);
	/** The device is gone and nothing will be drawn again. */
	void (*lost)(void *data, const char *reason);
};

struct renderer_interface {
	/** NULL: cannot be had. The listener is set by the caller afterwards, before any other
	 * call. */
	struct renderer *(*create)(const struct renderer_options *options, char *reason);
	/** Waits for frames under way, without telling of them. Accepts no NULL. */
	void (*destroy)(struct renderer *renderer);

	/** A file that is readable when dispatch() has something to do; -1: never. */
	int (*get_fd)(struct renderer *renderer);
	void (*dispatch)(struct renderer *renderer);

	/** For BUFFER_DMABUF. False: refused. */
	bool (*buffer_import)(struct renderer *renderer, struct buffer *buffer, char *reason);
	void (*buffer_finish)(struct renderer *renderer, struct buffer *buffer);

	/**
	 * texture->buffer changed, or its contents did, inside the rects (buffer pixels, within
	 * it). whole: all of it. A failure is told by the frames that draw the texture.
	 */
	void (*texture_update)(struct renderer *renderer, struct texture *texture,
		const struct wire_rect *rects, uint32_t n_rects, bool whole);
	void (*texture_finish)(struct renderer *renderer, struct texture *texture);

	/** Fills target->dmabuf (its fd is the target's) for target->dmabuf's size and format. */
	bool (*target_allocate)(struct renderer *renderer, struct target *target, char *reason);
	bool (*target_import)(struct renderer *renderer, struct target *target, char *reason);
	void (*target_finish)(struct renderer *renderer, struct target *target);

	/** Takes a frame, whose end listener->done() tells, perhaps before this returns. False: not
	 * drawn. */
	bool (*frame_draw)(
		struct renderer *renderer, const struct renderer_frame *frame, char *reason);
};

/** The part that every back end has, first in its own struct. */
struct renderer {
	const struct renderer_interface *impl;
	const struct renderer_listener *listener;
	void *listener_data;

	uint32_t features; /**< enum wire_feature */
	uint32_t max_extent;
	char device[256], driver[256];
	struct wire_format *formats; /**< to sample dma-bufs from; the back end's */
	uint32_t n_formats;
};

extern const struct renderer_interface cpu_renderer;
extern const struct renderer_interface vulkan_renderer;

#endif
