#include "render/vulkan/record.h"

#include "common/format.h"
#include "common/log.h"
#include "render/buffer.h"
#include "render/quad.h"
#include "render/texture.h"
#include "render/ycbcr.h"

#include <math.h>
#include <string.h>

static VkRect2D record_rect(const struct wire_rect *box)
{
	return (VkRect2D){
		{box->x1, box->y1}, {(uint32_t)(box->x2 - box->x1), (uint32_t)(box->y2 - box->y1)}};
}

/* The smallest box around all that is drawn. False: nothing is. */
static bool record_area(const struct record *record, VkRect2D *area)
{
	struct wire_rect box = {INT32_MAX, INT32_MAX, 0, 0};
	for (uint32_t i = 0; i < record->n_quads; i++) {
		const struct renderer_quad *quad = record->quads[i].quad;
		for (uint32_t j = 0; record->quads[i].sampled && j < quad->n_rects; j++) {
			struct wire_rect clip;
			if (!quad_clip(quad, &quad->rects[j], &clip))
				continue;
			box.x1 = clip.x1 < box.x1 ? clip.x1 : box.x1;
			box.y1 = clip.y1 < box.y1 ? clip.y1 : box.y1;
			box.x2 = clip.x2 > box.x2 ? clip.x2 : box.x2;
			box.y2 = clip.y2 > box.y2 ? clip.y2 : box.y2;
		}
	}
	if (box.x1 >= box.x2)
		return false;
	*area = record_rect(&box);
	return true;
}

/* From the target's pixels to the buffer's. */
struct record_sampling {
	struct quad_map map;
	pixman_transform_t fixed; /* that map */
	struct quad_footprint footprint;
	struct quad_source source;
};

static struct record_sampling record_sampling(const struct renderer_quad *quad)
{
	struct record_sampling sampling = {.map = quad_map(quad), .source = quad_source(quad)};
	quad_fixed(&sampling.map, &sampling.fixed);
	sampling.footprint = quad_footprint(&sampling.map);
	return sampling;
}

/* Drivers read the ten bits of P010 as Vulkan has it, n / 1023, or as 16 bits, n * 64 / 65535 and
 * what the six bits below add, which count for nothing: by this depth, rounded down, all give n. */
static void record_video(const struct buffer *buffer, struct pipeline_constants *constants)
{
	const struct ycbcr *ycbcr = ycbcr_of(buffer);
	bool is_deep = buffer->format->is_deep;
	const float parts[] = {ycbcr->red_cr, ycbcr->green_cb, ycbcr->green_cr, ycbcr->blue_cb};
	const float depth[] = {is_deep ? 65535 / 64.0f : 255, is_deep ? 4 : 1};
	memcpy(constants->ycbcr, parts, sizeof constants->ycbcr);
	memcpy(constants->depth, depth, sizeof constants->depth);
}

/* From the quad's corner to the target's, and to the middle of its pixels, as
 * pixman_transform_point_3d() rounds there. What overflows on the way is no more so at the end. */
static void record_row(
	int32_t row[3], const pixman_fixed_t matrix[3], const struct renderer_quad *quad)
{
	uint32_t by_x = (uint32_t)matrix[0], by_y = (uint32_t)matrix[1];
	uint32_t middle = (uint32_t)(((int64_t)matrix[0] + matrix[1] + 1) >> 1);
	row[0] = matrix[0];
	row[1] = matrix[1];
	row[2] = (int32_t)((uint32_t)matrix[2] + middle - by_x * (uint32_t)quad->x -
			   by_y * (uint32_t)quad->y);
}

static struct pipeline_constants record_constants(const struct record *record,
	const struct record_quad *drawn, const struct record_sampling *sampling)
{
	const struct renderer_quad *quad = drawn->quad;
	const struct quad_footprint footprint = sampling->footprint;
	const struct quad_source source = sampling->source;
	struct pipeline_constants constants = {
		.bounds = {(float)source.x1, (float)source.y1, (float)(source.x2 - 1),
			(float)(source.y2 - 1)},
		.size = {(float)quad->texture->buffer->width, (float)quad->texture->buffer->height},
		.footprint = {footprint.width, footprint.height},
		.opaque = quad->flags & WIRE_QUAD_OPAQUE ? 1 : 0,
		.steps = record->format->is_deep ? 0 : 255,
	};
	record_row(constants.row_x, sampling->fixed.matrix[0], quad);
	record_row(constants.row_y, sampling->fixed.matrix[1], quad);
	memcpy(constants.color, drawn->color, sizeof constants.color);
	if (drawn->sampled->sampling->kind != SAMPLING_RGB)
		record_video(quad->texture->buffer, &constants);
	return constants;
}

/* One pixel is itself, however it is stretched: what is of one colour never needs a filter. */
static enum pipeline_filter record_filter(const struct record_sampling *sampling)
{
	const struct quad_source *source = &sampling->source;
	if (quad_is_exact(&sampling->map) ||
		(source->x2 - source->x1 == 1 && source->y2 - source->y1 == 1))
		return PIPELINE_EXACT;
	return fmaxf(sampling->footprint.width, sampling->footprint.height) > 1 ? PIPELINE_MEAN
										: PIPELINE_LINEAR;
}

static void record_quad(
	const struct record *record, const struct record_quad *drawn, VkPipeline *bound)
{
	VkCommandBuffer commands = record->frame->commands;
	const struct renderer_quad *quad = drawn->quad;
	const struct sampling *sampling = drawn->sampled->sampling;
	const struct record_sampling where = record_sampling(quad);
	struct pipeline_constants constants = record_constants(record, drawn, &where);
	const struct pipeline_use use = {sampling, record_filter(&where), !quad_is_opaque(quad)};
	char reason[WIRE_MAX_REASON];
	VkPipeline wanted = pipeline_choose(
		record->device, record->pipeline, record->surface->pipelines, &use, reason);
	if (!wanted) {
		log_limited(LOG_LEVEL_WARN, "a dma-buf is not shown: %s", reason);
		return;
	}
	if (wanted != *bound)
		vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, wanted);
	*bound = wanted;
	vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, sampling->layout, 0, 1,
		&drawn->sampled->descriptor, 0, NULL);
	vkCmdPushConstants(commands, sampling->layout, VK_SHADER_STAGE_FRAGMENT_BIT, 0,
		sizeof constants, &constants);
	for (uint32_t i = 0; i < quad->n_rects; i++) {
		struct wire_rect clip;
		if (!quad_clip(quad, &quad->rects[i], &clip))
			continue;
		const VkRect2D scissor = record_rect(&clip);
		vkCmdSetScissor(commands, 0, 1, &scissor);
		vkCmdDraw(commands, 3, 1, 0, 0);
	}
}

static void record_pass(const struct record *record, const VkRect2D *area)
{
	VkCommandBuffer commands = record->frame->commands;
	const struct image *image = &record->surface->image;
	const VkRenderPassBeginInfo begin = {
		.sType = VK_STRUCTURE_TYPE_RENDER_PASS_BEGIN_INFO,
		.renderPass = record->surface->pipelines->pass,
		.framebuffer = record->surface->framebuffer,
		.renderArea = *area,
	};
	const VkViewport viewport = {
		.width = (float)image->width, .height = (float)image->height, .maxDepth = 1};
	VkPipeline bound = VK_NULL_HANDLE;
	vkCmdBeginRenderPass(commands, &begin, VK_SUBPASS_CONTENTS_INLINE);
	vkCmdSetViewport(commands, 0, 1, &viewport);
	for (uint32_t i = 0; i < record->n_quads; i++) {
		if (record->quads[i].sampled)
			record_quad(record, &record->quads[i], &bound);
	}
	vkCmdEndRenderPass(commands);
}

/* The barriers that take the shared images among what the frame holds, or give them back; their
 * number. */
static uint32_t record_collect(const struct record *record, bool give_back)
{
	uint32_t n = 0;
	for (size_t i = 0; i < record->frame->sampled_len; i++) {
		struct image *image = &record->frame->sampled[i]->image;
		if (!image->is_shared)
			continue;
		record->barriers[n++] = image_barrier(record->device, image,
			give_back ? VK_IMAGE_LAYOUT_GENERAL
				  : VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
			0, give_back ? 0 : VK_ACCESS_SHADER_READ_BIT, give_back);
	}
	return n;
}

static void record_transfer(const struct record *record, bool give_back)
{
	uint32_t n = record_collect(record, give_back);
	if (n > 0)
		vkCmdPipelineBarrier(record->frame->commands, VK_PIPELINE_STAGE_FRAGMENT_SHADER_BIT,
			VK_PIPELINE_STAGE_FRAGMENT_SHADER_BIT, 0, 0, NULL, 0, NULL, n,
			record->barriers);
}

bool record_draw(const struct record *record)
{
	VkRect2D area;
	if (!record_area(record, &area))
		return true;
	for (uint32_t i = 0; i < record->n_quads; i++) {
		struct sampled *sampled = record->quads[i].sampled;
		if (sampled && !frame_hold(record->frame, sampled))
			return false;
	}
	struct frame *frame = record->frame;
	struct surface *surface = record->surface;
	record_transfer(record, false);
	surface_begin(record->device, surface, frame->commands);
	record_pass(record, &area);
	frame->gpu_copy_bytes += surface_end(record->device, surface, &frame->damage,
		record->format->bytes_per_pixel, frame->commands);
	record_transfer(record, true);
	return true;
}
