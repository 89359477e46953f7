/** How quads are drawn: the shaders, one pipeline that blends and one that does not for each target
 * format. */
#ifndef RENDER_VULKAN_PIPELINE_H
#define RENDER_VULKAN_PIPELINE_H

#include "render/vulkan/device.h"

#define PIPELINE_MAX_FORMATS 16

/** For targets of one format. */
struct pipeline_format {
	VkFormat format;
	VkRenderPass pass; /**< loads and stores; the image is COLOR_ATTACHMENT_OPTIMAL before and
			      after */
	VkPipeline opaque, blended;
};

struct pipeline {
	VkSampler sampler; /**< linear, clamped */
	VkDescriptorSetLayout set_layout;
	VkPipelineLayout layout;
	VkShaderModule vertex, fragment;
	struct pipeline_format formats[PIPELINE_MAX_FORMATS];
	uint32_t n_formats;
};

/** The fragment shader's push constants: see shaders/quad.frag. */
struct pipeline_constants {
	float row_x[4], row_y[4];
	float bounds[4];
	float color[4];
	float opaque;
	int32_t exact;
};

bool pipeline_init(const struct device *device, struct pipeline *pipeline, char *reason);
void pipeline_finish(const struct device *device, struct pipeline *pipeline);

/** Made at the first call for a format, the pipeline's. NULL: reason says why. */
const struct pipeline_format *pipeline_get(
	const struct device *device, struct pipeline *pipeline, VkFormat format, char *reason);

#endif
