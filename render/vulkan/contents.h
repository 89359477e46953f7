/**
 * What a texture of copied pixels shows: an image of its own, brought up to date when a frame is
 * drawn by the GPU, and only then. What the CPU draws it reads where the client has it.
 */
#ifndef RENDER_VULKAN_CONTENTS_H
#define RENDER_VULKAN_CONTENTS_H

#include "render/vulkan/frame.h"

struct buffer;
struct wire_rect;

struct contents {
	struct sampled *sampled; /**< a reference. NULL: there is no image yet, or no more */
	pixman_region32_t
		stale;    /**< buffer pixels that the image lacks; all, where there is none */
	uint64_t changed; /**< pixels to be shown that no frame has shown yet, about */
	bool is_refused;  /**< the image could not be had, which was said */
};

/** Of a texture that shows buffer. NULL: out of memory. */
struct contents *contents_create(const struct buffer *buffer);

/** Accepts NULL. */
void contents_destroy(struct contents *contents);

/** Of a texture whose buffer, or what is in it, changed inside the rects (buffer pixels, within
 * it). whole: all of it, and it may be of another size or format than before. */
void contents_change(struct contents *contents, const struct buffer *buffer,
	const struct wire_rect *rects, uint32_t n_rects, bool whole);

/** Pixels of the texture were drawn by the CPU. */
void contents_show(struct contents *contents, uint64_t pixels);

/** Copies what is stale, in the open frame. False: there is no image to show, which is said once.
 */
bool contents_upload(struct contents *contents, struct sampled_set *set, struct frame_queue *queue,
	const struct buffer *buffer);

#endif
