#include "render/cpu/draw.h"

#include "common/log.h"
#include "render/buffer.h"
#include "render/cpu/blend.h"
#include "render/cpu/copy.h"
#include "render/cpu/source.h"
#include "render/quad.h"
#include "render/target.h"
#include "render/texture.h"

#include <stdio.h>

pixman_image_t *draw_image(const struct target *target, char *reason)
{
	const struct dmabuf_plane *plane = &target->dmabuf.planes[0];
	if (plane->stride % 4 || plane->offset % 4) {
		snprintf(reason, WIRE_MAX_REASON, "the target's rows are not aligned to 4 bytes");
		return NULL;
	}
	pixman_image_t *image = pixman_image_create_bits(source_format(target->format->fourcc),
		target->dmabuf.width, target->dmabuf.height,
		(uint32_t *)(target_pixels(target) + plane->offset), (int)plane->stride);
	if (!image)
		snprintf(reason, WIRE_MAX_REASON, "out of memory");
	return image;
}

/* Once: the next frame may have it again. */
static void draw_warn(const struct buffer *buffer)
{
	static bool told;
	if (!told)
		log_warn("a picture of %dx%d is not drawn: out of memory", buffer->width,
			buffer->height);
	told = true;
}

/* False: out of memory. */
static bool draw_quad(pixman_image_t *image, const struct format *format,
	const struct renderer_quad *quad, uint64_t *copied_bytes)
{
	struct source source;
	pixman_region32_t clip;
	/* struct wire_rect is laid out like pixman_box32_t. */
	if (!pixman_region32_init_rects(
		    &clip, (const pixman_box32_t *)quad->rects, (int)quad->n_rects))
		return false;
	pixman_image_t *mask = NULL;
	if (quad->alpha < 1) {
		pixman_color_t alpha = {.alpha = (uint16_t)(quad->alpha * 65535 + 0.5f)};
		mask = pixman_image_create_solid_fill(&alpha);
	}
	bool ok = source_init(&source, quad, format) && (mask || quad->alpha == 1) &&
		  pixman_image_set_clip_region32(image, &clip);
	if (ok) {
		pixman_image_composite32(quad_is_opaque(quad) ? PIXMAN_OP_SRC : PIXMAN_OP_OVER,
			source.image, mask, image, source.x, source.y, 0, 0, quad->x, quad->y,
			quad->width, quad->height);
		*copied_bytes += source.copied_bytes;
	}
	source_finish(&source);
	if (mask)
		pixman_image_unref(mask);
	pixman_region32_fini(&clip);
	return ok;
}

void draw_frame(
	struct renderer *renderer, const struct renderer_frame *frame, pixman_image_t *image)
{
	struct renderer_result result = {.sequence = frame->sequence, .arrived = frame->arrived};
	const struct format *format = frame->target->format;
	target_begin_write(frame->target);
	for (uint32_t i = 0; i < frame->n_quads; i++) {
		const struct renderer_quad *quad = &frame->quads[i];
		if (quad->n_rects == 0)
			continue;
		if (copy_suits(quad, format))
			copy_quad(quad, frame->target);
		else if (blend_suits(quad, format))
			blend_quad(quad, frame->target);
		else if (!draw_quad(image, format, quad, &result.upload_bytes))
			draw_warn(quad->texture->buffer);
	}
	target_end_write(frame->target);
	renderer->listener->done(renderer->listener_data, &result);
}
