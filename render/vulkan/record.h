/** A frame's quads as commands. */
#ifndef RENDER_VULKAN_RECORD_H
#define RENDER_VULKAN_RECORD_H

#include "render/vulkan/frame.h"
#include "render/vulkan/surface.h"

/** A quad, and the image it shows; sampled NULL: nothing is known of it, it is not drawn. */
struct record_quad {
	const struct renderer_quad *quad;
	struct sampled *sampled;
	float color[4]; /**< multiplies, premultiplied */
};

struct record {
	const struct device *device;
	const struct pipeline *pipeline;
	struct frame *frame;
	struct surface *surface;
	const struct format *format; /**< of the target */
	const struct record_quad *quads;
	uint32_t n_quads;
	VkImageMemoryBarrier *barriers; /**< room for n_quads */
};

/** Into the frame's commands: the acquisition of shared images, the drawing, and the release.
 * False: out of memory. */
bool record_draw(const struct record *record);

#endif
