/*
 * What of a framebuffer has changed: FB_DAMAGE_CLIPS, a blob of rectangles (kernel doc, drm-kms,
 * damage tracking properties). None means all of it.
 *
 * Making and freeing a blob is two system calls, so none is made for all of the framebuffer, and
 * the last one is kept: what moves by itself, as a video does, often changes the same part again.
 */
#include "kms/atomic.h"
#include "kms/private.h"

#include <string.h>

_Static_assert(sizeof(struct drm_mode_rect) == sizeof(pixman_box32_t), "the same four int32_t");

static bool damage_is_kept(const struct kms_damage *kept, const pixman_box32_t *boxes, int n)
{
	return kept->blob && kept->n == n &&
	       memcmp(kept->boxes, boxes, (size_t)n * sizeof *boxes) == 0;
}

void kms_output_drop_damage(struct kms_output *output)
{
	if (output->damage.blob)
		drmModeDestroyPropertyBlob(output->device->fd, output->damage.blob);
	output->damage.blob = 0;
}

/* 0: there is no memory for one, and all counts as changed. */
static uint32_t damage_blob(struct kms_output *output, const pixman_box32_t *boxes, int n)
{
	struct kms_damage *kept = &output->damage;
	if (damage_is_kept(kept, boxes, n))
		return kept->blob;
	kms_output_drop_damage(output);
	size_t size = (size_t)n * sizeof *boxes;
	if (drmModeCreatePropertyBlob(output->device->fd, boxes, size, &kept->blob) != 0) {
		kept->blob = 0;
		return 0;
	}
	kept->n = n;
	memcpy(kept->boxes, boxes, size);
	return kept->blob;
}

/* Clips must have an area and lie within the framebuffer (drm_atomic_plane_check): no damage is
 * told as one pixel. */
static uint32_t damage_of(struct kms_output *output, const struct kms_output_frame *frame)
{
	struct kms_buffer_size size = frame->buffer->size;
	const pixman_box32_t all = {0, 0, size.width, size.height};
	pixman_region32_t damage;
	if (pixman_region32_contains_rectangle(frame->damage, &all) == PIXMAN_REGION_IN)
		return 0;
	pixman_region32_init(&damage);
	pixman_region32_intersect_rect(&damage, (pixman_region32_t *)frame->damage, 0, 0,
		(unsigned)size.width, (unsigned)size.height);
	if (!pixman_region32_not_empty(&damage))
		pixman_region32_init_rect(&damage, 0, 0, 1, 1);
	int n;
	const pixman_box32_t *boxes = pixman_region32_rectangles(&damage, &n);
	if (n > KMS_DAMAGE_MAX) {
		boxes = pixman_region32_extents(&damage);
		n = 1;
	}
	uint32_t blob = damage_blob(output, boxes, n);
	pixman_region32_fini(&damage);
	return blob;
}

void kms_output_add_damage(
	struct kms_output *output, struct kms_atomic *atomic, const struct kms_output_frame *frame)
{
	uint32_t property = output->plane_props[KMS_PLANE_DAMAGE].id;
	uint32_t blob = property && frame->damage ? damage_of(output, frame) : 0;
	if (blob) /* of this commit only (__drm_atomic_helper_plane_duplicate_state) */
		kms_atomic_add(atomic, output->plane, property, blob);
}
