#include "render/vulkan/contents.h"

#include "common/log.h"
#include "render/buffer.h"
#include "render/vulkan/upload.h"

#include <stdlib.h>

/* As many as the core tells of at a time; of more, what is around all of them is copied. */
#define CONTENTS_MAX_RECTS 128
/* What changed is drawn into several targets, each of which lacks the frames of the others. */
#define CONTENTS_TARGETS 2

static uint64_t contents_area(const pixman_region32_t *region)
{
	uint64_t area = 0;
	int n;
	const pixman_box32_t *boxes = pixman_region32_rectangles(region, &n);
	for (int i = 0; i < n; i++)
		area += (uint64_t)(boxes[i].x2 - boxes[i].x1) *
			(uint64_t)(boxes[i].y2 - boxes[i].y1);
	return area;
}

/* Without the image all of the buffer is stale. */
static void contents_drop(struct contents *contents, const struct buffer *buffer)
{
	pixman_box32_t all = {0, 0, buffer->width, buffer->height};
	sampled_unref(contents->sampled);
	contents->sampled = NULL;
	pixman_region32_reset(&contents->stale, &all);
}

static void contents_add_change(
	struct contents *contents, const struct buffer *buffer, uint64_t pixels)
{
	uint64_t all = (uint64_t)buffer->width * (uint64_t)buffer->height;
	contents->changed += CONTENTS_TARGETS * pixels;
	if (contents->changed > CONTENTS_TARGETS * all)
		contents->changed = CONTENTS_TARGETS * all;
}

struct contents *contents_create(const struct buffer *buffer)
{
	struct contents *contents = calloc(1, sizeof *contents);
	if (!contents)
		return NULL;
	pixman_region32_init(&contents->stale);
	contents_change(contents, buffer, NULL, 0, true);
	return contents;
}

void contents_destroy(struct contents *contents)
{
	if (!contents)
		return;
	sampled_unref(contents->sampled);
	pixman_region32_fini(&contents->stale);
	free(contents);
}

static bool contents_add(struct contents *contents, const pixman_region32_t *changed)
{
	pixman_region32_t *stale = &contents->stale;
	if (!pixman_region32_union(stale, stale, changed))
		return false;
	pixman_box32_t around = *pixman_region32_extents(stale);
	if (pixman_region32_n_rects(stale) > CONTENTS_MAX_RECTS)
		pixman_region32_reset(stale, &around);
	return true;
}

void contents_change(struct contents *contents, const struct buffer *buffer,
	const struct wire_rect *rects, uint32_t n_rects, bool whole)
{
	pixman_region32_t changed;
	/* struct wire_rect is laid out like pixman_box32_t. */
	bool ok = pixman_region32_init_rects(&changed, (const pixman_box32_t *)rects, (int)n_rects);
	if (whole || !ok || !contents->sampled || !contents_add(contents, &changed))
		contents_drop(contents, buffer);
	contents_add_change(
		contents, buffer, contents_area(whole || !ok ? &contents->stale : &changed));
	pixman_region32_fini(&changed);
}

void contents_show(struct contents *contents, uint64_t pixels)
{
	contents->changed -= pixels < contents->changed ? pixels : contents->changed;
}

bool contents_upload(struct contents *contents, struct sampled_set *set, struct frame_queue *queue,
	const struct buffer *buffer)
{
	char reason[WIRE_MAX_REASON] = "";
	if (!contents->sampled)
		contents->sampled = sampled_create(
			set, buffer->format->fourcc, buffer->width, buffer->height, reason);
	if (contents->sampled &&
		upload_region(queue, contents->sampled, buffer, &contents->stale, reason)) {
		pixman_region32_clear(&contents->stale);
		contents->changed = 0;
		contents->is_refused = false;
		return true;
	}
	contents_drop(contents, buffer);
	if (!contents->is_refused)
		log_limited(LOG_LEVEL_WARN, "a texture is not shown: %s", reason);
	contents->is_refused = true;
	return false;
}
