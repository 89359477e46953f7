#include "compositor/renderer_private.h"

#include "common/format.h"
#include "common/xalloc.h"
#include "protocol/buffer.h"
#include "protocol/surface.h"

#include <stdlib.h>

void renderer_init(struct renderer *renderer)
{
	wl_list_init(&renderer->imports);
	wl_array_init(&renderer->frame_locks);
}

void renderer_finish(struct renderer *renderer)
{
	renderer->client = NULL;
	renderer_drop_imports(renderer);
	renderer_frame_done(renderer);
	wl_array_release(&renderer->frame_locks);
	ids_finish(&renderer->pools);
	ids_finish(&renderer->buffers);
	ids_finish(&renderer->textures);
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

static void renderer_lock(struct renderer *renderer, struct buffer *buffer)
{
	struct buffer **slot = wl_array_add(&renderer->frame_locks, sizeof *slot);
	if (!slot)
		abort(); /* a few bytes: as xcalloc() */
	*slot = buffer;
	buffer_lock(buffer);
}

void renderer_frame_done(struct renderer *renderer)
{
	struct buffer **slot;
	wl_array_for_each (slot, &renderer->frame_locks)
		buffer_unlock(*slot);
	renderer->frame_locks.size = 0;
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

/* Room for one quad an element and the background; clips are owned by the quads until
 * renderer_draw() ends. */
static void renderer_reserve_quads(struct renderer *renderer, size_t count)
{
	if (count <= renderer->quads_cap)
		return;
	free(renderer->quads);
	renderer->quads_cap = count;
	renderer->quads = xcalloc(count, sizeof *renderer->quads);
}

static void renderer_add_background(struct renderer *renderer, const struct scene *scene,
	const pixman_region32_t *clip, size_t *n_quads)
{
	const pixman_box32_t *box =
		pixman_region32_extents((pixman_region32_t *)&scene->background);
	if (!pixman_region32_not_empty((pixman_region32_t *)clip))
		return;
	renderer->quads[(*n_quads)++] = (struct render_quad){
		.texture = renderer_tell_background(renderer),
		.flags = WIRE_QUAD_OPAQUE,
		.alpha = 1,
		.src_w = 1,
		.src_h = 1,
		.x = box->x1,
		.y = box->y1,
		.width = box->x2 - box->x1,
		.height = box->y2 - box->y1,
		.clip = clip,
	};
}

static void renderer_add_element(struct renderer *renderer, const struct scene_element *element,
	const pixman_region32_t *clip, size_t *n_quads)
{
	struct buffer *buffer = element->surface->current.buffer;
	/* What is not drawn is not uploaded either: its damage waits until it is seen. */
	if (!pixman_region32_not_empty((pixman_region32_t *)clip))
		return;
	uint32_t texture = renderer_tell_texture(renderer, element->surface);
	if (!texture)
		return;
	renderer_lock(renderer, buffer);
	const struct format *format = format_find(buffer->format);
	renderer->quads[(*n_quads)++] = (struct render_quad){
		.texture = texture,
		.flags = format->has_alpha ? 0 : WIRE_QUAD_OPAQUE,
		.transform = (uint32_t)element->transform,
		.alpha = element->alpha,
		.src_x = (float)element->source.x,
		.src_y = (float)element->source.y,
		.src_w = (float)element->source.width,
		.src_h = (float)element->source.height,
		.x = element->box.x1,
		.y = element->box.y1,
		.width = element->box.x2 - element->box.x1,
		.height = element->box.y2 - element->box.y1,
		.clip = clip,
	};
}

/* clips[0] is the background's, clips[i + 1] that of element i. */
static void renderer_clip(
	const struct scene *scene, const pixman_region32_t *damage, pixman_region32_t *clips)
{
	pixman_region32_t *region = (pixman_region32_t *)damage;
	pixman_region32_intersect(&clips[0], (pixman_region32_t *)&scene->background, region);
	for (size_t i = 0; i < scene->len; i++)
		pixman_region32_intersect(&clips[i + 1], &scene->elements[i].visible, region);
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
static void renderer_coarsen(
	const struct scene *scene, pixman_region32_t *damage, pixman_region32_t *clips)
{
	renderer_simplify(damage);
	renderer_clip(scene, damage, clips);
	for (size_t i = 0; i < scene->len + 1; i++)
		renderer_simplify(&clips[i]);
}

static bool renderer_send(struct renderer *renderer, const struct scene *scene,
	struct render_frame *frame, const pixman_region32_t *clips)
{
	frame->n_quads = 0;
	renderer_add_background(renderer, scene, &clips[0], &frame->n_quads);
	for (size_t i = 0; i < scene->len; i++)
		renderer_add_element(renderer, &scene->elements[i], &clips[i + 1], &frame->n_quads);
	frame->quads = renderer->quads;
	return render_client_frame(renderer->client, frame);
}

bool renderer_draw(struct renderer *renderer, const struct scene *scene, uint32_t target,
	uint32_t sequence, const pixman_region32_t *damage)
{
	if (!renderer->client)
		return false;
	pixman_region32_t *clips = xcalloc(scene->len + 1, sizeof *clips), whole;
	for (size_t i = 0; i < scene->len + 1; i++)
		pixman_region32_init(&clips[i]);
	pixman_region32_init(&whole);
	pixman_region32_copy(&whole, (pixman_region32_t *)damage);
	renderer_reserve_quads(renderer, scene->len + 1);

	struct render_frame frame = {.sequence = sequence, .target = target, .damage = &whole};
	renderer_clip(scene, &whole, clips);
	bool sent = renderer_send(renderer, scene, &frame, clips);
	if (!sent) {
		renderer_coarsen(scene, &whole, clips);
		sent = renderer_send(renderer, scene, &frame, clips);
	}
	pixman_region32_fini(&whole);
	for (size_t i = 0; i < scene->len + 1; i++)
		pixman_region32_fini(&clips[i]);
	free(clips);
	return sent;
}
