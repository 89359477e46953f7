#include "compositor/renderer_private.h"

#include "common/clock.h"
#include "common/format.h"
#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/surface.h"

#include <stdlib.h>

/* Two frames of 1920x1080, or a small window's for a quarter of a second. */
#define RENDERER_GPU_PIXELS (UINT64_C(1) << 22)
#define RENDERER_GPU_PAUSE_NS CLOCK_NS_PER_S

void renderer_init(struct renderer *renderer)
{
	wl_list_init(&renderer->imports);
}

void renderer_finish(struct renderer *renderer)
{
	renderer->client = NULL;
	renderer_drop_imports(renderer);
	ids_finish(&renderer->pools);
	ids_finish(&renderer->buffers);
	ids_finish(&renderer->textures);
	ids_finish(&renderer->targets);
	free(renderer->quads);
}

void renderer_attach(struct renderer *renderer, struct render_client *client, bool fresh)
{
	const struct render_info *info = render_client_info(client);
	renderer->client = client;
	renderer->max_extent = info->max_extent;
	if (!(info->features & WIRE_FEATURE_MAP)) /* the CPU's may be followed by any */
		renderer->expects_venus = info->features & WIRE_FEATURE_VENUS;
	if (!fresh)
		return;
	renderer_admit_again(renderer);
	renderer->generation++;
	renderer_import_again(renderer);
}

bool renderer_suits_gpu(const struct renderer *renderer)
{
	return renderer->gpu_pixels >= RENDERER_GPU_PIXELS;
}

uint32_t renderer_next_sequence(struct renderer *renderer)
{
	renderer->sequence = (renderer->sequence + 1) & INT32_MAX;
	return renderer->sequence;
}

static void renderer_lock(struct renderer_frame *frame, struct buffer *buffer)
{
	struct buffer **slot = wl_array_add(&frame->locks, sizeof *slot);
	if (!slot)
		xalloc_fail();
	*slot = buffer;
	buffer_lock(buffer);
}

void renderer_frame_done(struct renderer_frame *frame)
{
	struct buffer **slot;
	wl_array_for_each (slot, &frame->locks)
		buffer_unlock(*slot);
	wl_array_release(&frame->locks);
	wl_array_init(&frame->locks);
}

/* A quad of one colour, for what no surface covers; without a place yet. */
static struct render_quad renderer_tell_background(
	struct renderer *renderer, struct renderer_background *background, float alpha)
{
	if (!background->texture) {
		background->buffer = ids_take(&renderer->buffers, background, WIRE_MAX_ID);
		background->texture = ids_take(&renderer->textures, background, WIRE_MAX_ID);
	}
	if (background->generation != renderer->generation) {
		const float color[4] = {0, 0, 0, alpha};
		render_client_buffer_solid(renderer->client, background->buffer, color);
		render_client_texture_update(
			renderer->client, background->texture, background->buffer, NULL);
		background->generation = renderer->generation;
	}
	return (struct render_quad){
		.texture = background->texture,
		.flags = WIRE_QUAD_REPLACE,
		.alpha = 1,
		.src_w = 1,
		.src_h = 1,
	};
}

static struct render_quad renderer_black(struct renderer *renderer)
{
	return renderer_tell_background(renderer, &renderer->black, 1);
}

static struct render_quad renderer_nothing(struct renderer *renderer)
{
	return renderer_tell_background(renderer, &renderer->nothing, 0);
}

bool renderer_draw_test(struct renderer *renderer, const struct renderer_frame *frame,
	const struct renderer_test *test)
{
	if (!renderer->client)
		return false;
	struct render_quad quads[] = {renderer_nothing(renderer), renderer_black(renderer)};
	quads[0].width = test->width;
	quads[0].height = test->height;
	quads[1].width = test->black_width;
	quads[1].height = test->black_height;
	pixman_region32_t whole;
	pixman_region32_init_rect(&whole, 0, 0, (unsigned)test->width, (unsigned)test->height);
	const struct render_frame message = {
		.sequence = frame->sequence,
		.target = frame->target,
		.damage = &whole,
		.quads = quads,
		.n_quads = 2,
	};
	bool sent = render_client_frame(renderer->client, &message);
	pixman_region32_fini(&whole);
	return sent;
}

/* A frame that is put together. clips[0] is the background's, clips[i + 1] that of element i. */
struct renderer_draft {
	struct renderer *renderer;
	const struct scene *scene;
	struct renderer_frame *frame;
	pixman_region32_t damage; /* as the clips: pixels of the scene */
	pixman_region32_t *clips;
	size_t n_quads;
};

/* Room for one quad an element and the background. */
static void renderer_reserve_quads(struct renderer *renderer, size_t count)
{
	if (count <= renderer->quads_cap)
		return;
	free(renderer->quads);
	renderer->quads_cap = count;
	renderer->quads = xcalloc(count, sizeof *renderer->quads);
}

/* Where it is in the target. */
static void renderer_place(const struct renderer_draft *draft, struct render_quad *quad,
	const pixman_box32_t *box, const pixman_region32_t *clip)
{
	quad->x = box->x1 - draft->frame->x;
	quad->y = box->y1 - draft->frame->y;
	quad->width = box->x2 - box->x1;
	quad->height = box->y2 - box->y1;
	quad->clip = clip;
}

static void renderer_add_background(struct renderer_draft *draft)
{
	const pixman_region32_t *clip = &draft->clips[0];
	if (!pixman_region32_not_empty((pixman_region32_t *)clip))
		return;
	struct render_quad *quad = &draft->renderer->quads[draft->n_quads++];
	*quad = draft->frame->transparent ? renderer_nothing(draft->renderer)
					  : renderer_black(draft->renderer);
	renderer_place(draft, quad,
		pixman_region32_extents((pixman_region32_t *)&draft->scene->background), clip);
}

static bool renderer_is_sampled(const struct scene_element *element)
{
	const pixman_box32_t *box = &element->box;
	return element->transform != 0 || element->source.width != box->x2 - box->x1 ||
	       element->source.height != box->y2 - box->y1;
}

static void renderer_count_for_gpu(struct renderer *renderer, const pixman_region32_t *region)
{
	if (renderer_suits_gpu(renderer)) /* that is known, and counting costs each frame */
		return;
	int n;
	uint64_t pixels = 0;
	int64_t now = clock_now();
	const pixman_box32_t *boxes = pixman_region32_rectangles((pixman_region32_t *)region, &n);
	for (int i = 0; i < n; i++)
		pixels += (uint64_t)(boxes[i].x2 - boxes[i].x1) *
			  (uint64_t)(boxes[i].y2 - boxes[i].y1);
	bool goes_on = now - renderer->gpu_time < RENDERER_GPU_PAUSE_NS;
	renderer->gpu_pixels = (goes_on ? renderer->gpu_pixels : 0) + pixels;
	renderer->gpu_time = now;
}

/* What is opaque is copied, not blended, where all that is drawn of it is. */
static uint32_t renderer_quad_flags(const struct renderer_draft *draft,
	const struct scene_element *element, const pixman_region32_t *clip)
{
	const struct renderer_frame *frame = draft->frame;
	pixman_box32_t drawn = *pixman_region32_extents((pixman_region32_t *)clip);
	drawn.x1 += frame->x;
	drawn.x2 += frame->x;
	drawn.y1 += frame->y;
	drawn.y2 += frame->y;
	return scene_is_opaque(draft->scene, element, &drawn) ? WIRE_QUAD_OPAQUE : 0;
}

static void renderer_add_element(struct renderer_draft *draft, size_t i)
{
	const struct scene_element *element = &draft->scene->elements[i];
	const pixman_region32_t *clip = &draft->clips[i + 1];
	struct buffer *buffer = element->surface->current.buffer;
	/* What is not drawn is not uploaded either: its damage waits until it is seen. */
	if (!pixman_region32_not_empty((pixman_region32_t *)clip))
		return;
	uint32_t texture = renderer_tell_texture(draft->renderer, element->surface);
	if (!texture)
		return;
	renderer_lock(draft->frame, buffer);
	if (buffer->dmabuf.n_planes > 0 || (!buffer->solid && renderer_is_sampled(element)))
		renderer_count_for_gpu(draft->renderer, clip);
	struct render_quad *quad = &draft->renderer->quads[draft->n_quads++];
	*quad = (struct render_quad){
		.texture = texture,
		.flags = renderer_quad_flags(draft, element, clip),
		.transform = (uint32_t)element->transform,
		.alpha = element->alpha,
		.src_x = (float)element->source.x,
		.src_y = (float)element->source.y,
		.src_w = (float)element->source.width,
		.src_h = (float)element->source.height,
	};
	renderer_place(draft, quad, &element->box, clip);
}

static void renderer_clip(struct renderer_draft *draft)
{
	const struct scene *scene = draft->scene;
	pixman_region32_intersect(
		&draft->clips[0], (pixman_region32_t *)&scene->background, &draft->damage);
	for (size_t i = 0; i < scene->len; i++)
		pixman_region32_intersect(
			&draft->clips[i + 1], &scene->elements[i].visible, &draft->damage);
}

static void renderer_simplify(pixman_region32_t *region)
{
	pixman_box32_t box = region->extents;
	if (pixman_region32_not_empty(region))
		pixman_region32_reset(region, &box);
}

/*
 * Too many rectangles for one message: one each instead. What is drawn too much of an element lies
 * within the damage's extents, all of which is drawn again, and so under the element that hides it
 * there.
 */
static void renderer_coarsen(struct renderer_draft *draft)
{
	renderer_simplify(&draft->damage);
	renderer_clip(draft);
	for (size_t i = 0; i < draft->scene->len + 1; i++)
		renderer_simplify(&draft->clips[i]);
}

static void renderer_shift(struct renderer_draft *draft, int32_t dx, int32_t dy)
{
	pixman_region32_translate(&draft->damage, dx, dy);
	for (size_t i = 0; i < draft->scene->len + 1; i++)
		pixman_region32_translate(&draft->clips[i], dx, dy);
}

static bool renderer_send(struct renderer_draft *draft)
{
	const struct renderer_frame *frame = draft->frame;
	draft->n_quads = 0;
	renderer_shift(draft, -frame->x, -frame->y);
	renderer_add_background(draft);
	for (size_t i = 0; i < draft->scene->len; i++)
		renderer_add_element(draft, i);
	const struct render_frame message = {
		.sequence = frame->sequence,
		.target = frame->target,
		.damage = &draft->damage,
		.quads = draft->renderer->quads,
		.n_quads = draft->n_quads,
	};
	bool sent = render_client_frame(draft->renderer->client, &message);
	renderer_shift(draft, frame->x, frame->y);
	return sent;
}

bool renderer_draw(
	struct renderer *renderer, const struct scene *scene, struct renderer_frame *frame)
{
	if (!renderer->client)
		return false;
	size_t n_clips = scene->len + 1;
	struct renderer_draft draft = {renderer, scene, frame};
	draft.clips = xcalloc(n_clips, sizeof *draft.clips);
	for (size_t i = 0; i < n_clips; i++)
		pixman_region32_init(&draft.clips[i]);
	pixman_region32_init(&draft.damage);
	pixman_region32_copy(&draft.damage, (pixman_region32_t *)frame->damage);
	renderer_reserve_quads(renderer, n_clips);

	renderer_clip(&draft);
	bool sent = renderer_send(&draft);
	if (!sent) {
		renderer_coarsen(&draft);
		sent = renderer_send(&draft);
	}
	pixman_region32_fini(&draft.damage);
	for (size_t i = 0; i < n_clips; i++)
		pixman_region32_fini(&draft.clips[i]);
	free(draft.clips);
	return sent;
}
