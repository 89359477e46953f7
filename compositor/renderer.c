#include "compositor/renderer_private.h"

#include "common/format.h"
#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/surface.h"

#include <stdlib.h>

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
	renderer->client = client;
	renderer->max_extent = render_client_info(client)->max_extent;
	if (!fresh)
		return;
	renderer->generation++;
	renderer_import_again(renderer);
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
		abort(); /* a few bytes: as xcalloc() */
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

/* A black texture for what no surface covers. */
static uint32_t renderer_tell_background(struct renderer *renderer)
{
	if (renderer->background_generation == renderer->generation)
		return renderer->background_texture;
	if (!renderer->background_texture) {
		renderer->background_buffer = ids_take(&renderer->buffers, renderer, WIRE_MAX_ID);
		renderer->background_texture = ids_take(&renderer->textures, renderer, WIRE_MAX_ID);
	}
	const float black[4] = {0, 0, 0, 1};
	render_client_buffer_solid(renderer->client, renderer->background_buffer, black);
	render_client_texture_update(
		renderer->client, renderer->background_texture, renderer->background_buffer, NULL);
	renderer->background_generation = renderer->generation;
	return renderer->background_texture;
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
	*quad = (struct render_quad){
		.texture = renderer_tell_background(draft->renderer),
		.flags = WIRE_QUAD_OPAQUE,
		.alpha = 1,
		.src_w = 1,
		.src_h = 1,
	};
	renderer_place(draft, quad,
		pixman_region32_extents((pixman_region32_t *)&draft->scene->background), clip);
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
	const struct format *format = format_find(buffer->format);
	struct render_quad *quad = &draft->renderer->quads[draft->n_quads++];
	*quad = (struct render_quad){
		.texture = texture,
		.flags = format->has_alpha ? 0 : WIRE_QUAD_OPAQUE,
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
