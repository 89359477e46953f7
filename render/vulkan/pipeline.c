#include "render/vulkan/pipeline.h"

#include "quad.frag.h"
#include "quad.vert.h"
#include "video.frag.h"

static VkResult pipeline_create_shader(
	const struct device *device, const uint32_t *code, size_t size, VkShaderModule *module)
{
	const VkShaderModuleCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
		.codeSize = size,
		.pCode = code,
	};
	return vkCreateShaderModule(device->handle, &info, NULL, module);
}

bool pipeline_init(const struct device *device, struct pipeline *pipeline, char *reason)
{
	*pipeline = (struct pipeline){0};
	VkResult result = sampling_init(device, &pipeline->samplings[SAMPLING_RGB], SAMPLING_RGB, 0,
		sizeof(struct pipeline_constants));
	if (result == VK_SUCCESS)
		result = pipeline_create_shader(
			device, shader_quad_vert, sizeof shader_quad_vert, &pipeline->vertex);
	if (result == VK_SUCCESS)
		result = pipeline_create_shader(
			device, shader_quad_frag, sizeof shader_quad_frag, &pipeline->fragment);
	if (result == VK_SUCCESS)
		result = pipeline_create_shader(
			device, shader_video_frag, sizeof shader_video_frag, &pipeline->video);
	return result == VK_SUCCESS || instance_fail(reason, "no pipeline", result);
}

static void pipeline_format_finish(const struct device *device, struct pipeline_format *format)
{
	for (int i = 0; i < PIPELINE_FILTERS; i++) {
		for (int k = 0; k < SAMPLING_KINDS; k++) {
			vkDestroyPipeline(device->handle, format->opaque[i][k], NULL);
			vkDestroyPipeline(device->handle, format->blended[i][k], NULL);
		}
	}
	vkDestroyRenderPass(device->handle, format->pass, NULL);
}

void pipeline_finish(const struct device *device, struct pipeline *pipeline)
{
	/* Vulkan's destroyers take VK_NULL_HANDLE, but not without a device. */
	if (!device->handle)
		return;
	for (uint32_t i = 0; i < pipeline->n_formats; i++)
		pipeline_format_finish(device, &pipeline->formats[i]);
	vkDestroyShaderModule(device->handle, pipeline->vertex, NULL);
	vkDestroyShaderModule(device->handle, pipeline->fragment, NULL);
	vkDestroyShaderModule(device->handle, pipeline->video, NULL);
	for (int i = 0; i < SAMPLING_KINDS; i++)
		sampling_finish(device, &pipeline->samplings[i]);
	*pipeline = (struct pipeline){0};
}

static VkResult pipeline_create_pass(
	const struct device *device, VkFormat format, VkRenderPass *pass)
{
	const VkAttachmentDescription attachment = {
		.format = format,
		.samples = VK_SAMPLE_COUNT_1_BIT,
		.loadOp = VK_ATTACHMENT_LOAD_OP_LOAD,
		.storeOp = VK_ATTACHMENT_STORE_OP_STORE,
		.stencilLoadOp = VK_ATTACHMENT_LOAD_OP_DONT_CARE,
		.stencilStoreOp = VK_ATTACHMENT_STORE_OP_DONT_CARE,
		.initialLayout = VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
		.finalLayout = VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL,
	};
	const VkAttachmentReference reference = {0, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL};
	const VkSubpassDescription subpass = {
		.pipelineBindPoint = VK_PIPELINE_BIND_POINT_GRAPHICS,
		.colorAttachmentCount = 1,
		.pColorAttachments = &reference,
	};
	const VkRenderPassCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_RENDER_PASS_CREATE_INFO,
		.attachmentCount = 1,
		.pAttachments = &attachment,
		.subpassCount = 1,
		.pSubpasses = &subpass,
	};
	return vkCreateRenderPass(device->handle, &info, NULL, pass);
}

/* What all pipelines have in common. */

static const VkPipelineVertexInputStateCreateInfo pipeline_vertices = {
	.sType = VK_STRUCTURE_TYPE_PIPELINE_VERTEX_INPUT_STATE_CREATE_INFO};

static const VkPipelineInputAssemblyStateCreateInfo pipeline_assembly = {
	.sType = VK_STRUCTURE_TYPE_PIPELINE_INPUT_ASSEMBLY_STATE_CREATE_INFO,
	.topology = VK_PRIMITIVE_TOPOLOGY_TRIANGLE_LIST,
};

static const VkPipelineViewportStateCreateInfo pipeline_viewport = {
	.sType = VK_STRUCTURE_TYPE_PIPELINE_VIEWPORT_STATE_CREATE_INFO,
	.viewportCount = 1,
	.scissorCount = 1,
};

static const VkPipelineRasterizationStateCreateInfo pipeline_raster = {
	.sType = VK_STRUCTURE_TYPE_PIPELINE_RASTERIZATION_STATE_CREATE_INFO,
	.lineWidth = 1,
};

static const VkPipelineMultisampleStateCreateInfo pipeline_samples = {
	.sType = VK_STRUCTURE_TYPE_PIPELINE_MULTISAMPLE_STATE_CREATE_INFO,
	.rasterizationSamples = VK_SAMPLE_COUNT_1_BIT,
};

static const VkDynamicState pipeline_states[] = {
	VK_DYNAMIC_STATE_VIEWPORT, VK_DYNAMIC_STATE_SCISSOR};
static const VkPipelineDynamicStateCreateInfo pipeline_dynamic = {
	.sType = VK_STRUCTURE_TYPE_PIPELINE_DYNAMIC_STATE_CREATE_INFO,
	.dynamicStateCount = 2,
	.pDynamicStates = pipeline_states,
};

static VkResult pipeline_create(const struct device *device, const struct pipeline *pipeline,
	VkRenderPass pass, const struct pipeline_use *use, VkPipeline *out)
{
	const int32_t filter = use->filter;
	const VkSpecializationMapEntry entry = {0, 0, sizeof filter};
	const VkSpecializationInfo constants = {1, &entry, sizeof filter, &filter};
	const VkPipelineShaderStageCreateInfo stages[] = {
		{
			.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
			.stage = VK_SHADER_STAGE_VERTEX_BIT,
			.module = pipeline->vertex,
			.pName = "main",
		},
		{
			.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
			.stage = VK_SHADER_STAGE_FRAGMENT_BIT,
			.module = use->sampling->kind == SAMPLING_RGB ? pipeline->fragment
								      : pipeline->video,
			.pName = "main",
			.pSpecializationInfo = &constants,
		},
	};
	const VkPipelineColorBlendAttachmentState attachment = {
		.blendEnable = use->blend,
		.srcColorBlendFactor = VK_BLEND_FACTOR_ONE,
		.dstColorBlendFactor = VK_BLEND_FACTOR_ONE_MINUS_SRC_ALPHA,
		.srcAlphaBlendFactor = VK_BLEND_FACTOR_ONE,
		.dstAlphaBlendFactor = VK_BLEND_FACTOR_ONE_MINUS_SRC_ALPHA,
		.colorWriteMask = VK_COLOR_COMPONENT_R_BIT | VK_COLOR_COMPONENT_G_BIT |
				  VK_COLOR_COMPONENT_B_BIT | VK_COLOR_COMPONENT_A_BIT,
	};
	const VkPipelineColorBlendStateCreateInfo blending = {
		.sType = VK_STRUCTURE_TYPE_PIPELINE_COLOR_BLEND_STATE_CREATE_INFO,
		.attachmentCount = 1,
		.pAttachments = &attachment,
	};
	const VkGraphicsPipelineCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_GRAPHICS_PIPELINE_CREATE_INFO,
		.stageCount = 2,
		.pStages = stages,
		.pVertexInputState = &pipeline_vertices,
		.pInputAssemblyState = &pipeline_assembly,
		.pViewportState = &pipeline_viewport,
		.pRasterizationState = &pipeline_raster,
		.pMultisampleState = &pipeline_samples,
		.pColorBlendState = &blending,
		.pDynamicState = &pipeline_dynamic,
		.layout = use->sampling->layout,
		.renderPass = pass,
	};
	return vkCreateGraphicsPipelines(device->handle, VK_NULL_HANDLE, 1, &info, NULL, out);
}

struct pipeline_format *pipeline_get(
	const struct device *device, struct pipeline *pipeline, VkFormat format, char *reason)
{
	const struct pipeline_use opaque = {
		&pipeline->samplings[SAMPLING_RGB], PIPELINE_EXACT, false};
	const struct pipeline_use blended = {opaque.sampling, PIPELINE_EXACT, true};
	for (uint32_t i = 0; i < pipeline->n_formats; i++) {
		if (pipeline->formats[i].format == format)
			return &pipeline->formats[i];
	}
	struct pipeline_format *new = &pipeline->formats[pipeline->n_formats];
	*new = (struct pipeline_format){.format = format};
	VkResult result = pipeline_create_pass(device, format, &new->pass);
	if (result != VK_SUCCESS)
		instance_fail(reason, "no pipeline", result);
	/* The usual ones at once: whether they can be had is known before the first frame. */
	if (result != VK_SUCCESS || !pipeline_choose(device, pipeline, new, &opaque, reason) ||
		!pipeline_choose(device, pipeline, new, &blended, reason)) {
		pipeline_format_finish(device, new);
		return NULL;
	}
	pipeline->n_formats++;
	return new;
}

const struct sampling *pipeline_get_sampling(const struct device *device, struct pipeline *pipeline,
	enum sampling_kind kind, VkFormatFeatureFlags features, char *reason)
{
	struct sampling *sampling = &pipeline->samplings[kind];
	if (sampling->layout)
		return sampling;
	VkResult result =
		sampling_init(device, sampling, kind, features, sizeof(struct pipeline_constants));
	if (result == VK_SUCCESS)
		return sampling;
	sampling_finish(device, sampling);
	instance_fail(reason, "no pipeline", result);
	return NULL;
}

VkPipeline pipeline_choose(const struct device *device, const struct pipeline *pipeline,
	struct pipeline_format *format, const struct pipeline_use *use, char *reason)
{
	VkPipeline *made = (use->blend ? format->blended : format->opaque)[use->filter];
	VkPipeline *chosen = &made[use->sampling->kind];
	if (*chosen)
		return *chosen;
	VkResult result = pipeline_create(device, pipeline, format->pass, use, chosen);
	if (result != VK_SUCCESS) {
		*chosen = VK_NULL_HANDLE;
		instance_fail(reason, "no pipeline", result);
	}
	return *chosen;
}
