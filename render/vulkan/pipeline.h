/** How quads are drawn: the shaders, and for each target format, filter and way of sampling one
 * pipeline that blends and one that does not. */
#ifndef RENDER_VULKAN_PIPELINE_H
#define RENDER_VULKAN_PIPELINE_H

#include "render/vulkan/sampling.h"

#define PIPELINE_MAX_FORMATS 16

/** How the pixels of a buffer become those of a target; shaders/quad.frag knows them too. */
enum pipeline_filter {
	PIPELINE_EXACT,  /**< pixel for pixel */
	PIPELINE_LINEAR, /**< between four neighbours */
	PIPELINE_MEAN,   /**< of all that lies below */
	PIPELINE_FILTERS,
};

/** For targets of one format. */
struct pipeline_format {
	VkFormat format;
	VkRenderPass pass; /**< loads and stores; the image is COLOR_ATTACHMENT_OPTIMAL before and
			      after */
	VkPipeline opaque[PIPELINE_FILTERS][SAMPLING_KINDS],
		blended[PIPELINE_FILTERS][SAMPLING_KINDS]; /**< made when first used */
};

struct pipeline {
	struct sampling samplings[SAMPLING_KINDS]; /**< RGB's at once, the others when first used */
	VkShaderModule vertex, fragment, video;
	struct pipeline_format formats[PIPELINE_MAX_FORMATS];
	uint32_t n_formats;
};

/** The fragment shader's push constants: see shaders/quad.frag. */
struct pipeline_constants {
	int32_t row_x[4], row_y[4];
	float bounds[4];
	float color[4];
	float ycbcr[4];
	float size[2];
	float footprint[2];
	float depth[2];
	float opaque;
	float steps;
};

bool pipeline_init(const struct device *device, struct pipeline *pipeline, char *reason);
void pipeline_finish(const struct device *device, struct pipeline *pipeline);

/** Made at the first call for a format, the pipeline's. NULL: reason says why. */
struct pipeline_format *pipeline_get(
	const struct device *device, struct pipeline *pipeline, VkFormat format, char *reason);

/** The way to sample of that kind, the pipeline's. features: as of sampling_init(). NULL: reason
 * says why. */
const struct sampling *pipeline_get_sampling(const struct device *device, struct pipeline *pipeline,
	enum sampling_kind kind, VkFormatFeatureFlags features, char *reason);

/** How a quad is drawn; the sampling is one of the pipeline's. */
struct pipeline_use {
	const struct sampling *sampling;
	enum pipeline_filter filter;
	bool blend;
};

/** What to draw with. VK_NULL_HANDLE: reason says why. */
VkPipeline pipeline_choose(const struct device *device, const struct pipeline *pipeline,
	struct pipeline_format *format, const struct pipeline_use *use, char *reason);

#endif
