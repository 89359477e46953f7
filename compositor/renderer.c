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
	while (!wl_list_empty(&renderer->imports))
		renderer_detach(renderer);
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
	if (!fresh)
		return;
	renderer->generation++;
	renderer_resend_imports(renderer);
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
		.alpha = 1,
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

/* Too many rectangles for one message: one an element, its extents, are right too, if less thrifty.
 */
static void renderer_coarsen(pixman_region32_t *clips, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		pixman_box32_t box = *pixman_region32_extents(&clips[i]);
		pixman_region32_fini(&clips[i]);
		pixman_region32_init_with_extents(&clips[i], &box);
	}
}

/*
 * clips[0] is the background's, clips[i + 1] that of element i; clips[len + 1] is the whole damage.
 * Coarse clips may overlap lower elements' visible parts, which is harmless: quads are drawn bottom
 * to top, each within its box.
 */
static void renderer_clip(const struct scene *scene, const pixman_region32_t *damage,
	pixman_region32_t *clips, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pixman_region32_init(&clips[i]);
	pixman_region32_intersect(
		&clips[0], (pixman_region32_t *)&scene->background, (pixman_region32_t *)damage);
	for (size_t i = 0; i < scene->len; i++)
		pixman_region32_intersect(
			&clips[i + 1], &scene->elements[i].visible, (pixman_region32_t *)damage);
	pixman_region32_copy(&clips[count - 1], (pixman_region32_t *)damage);
}

bool renderer_draw(struct renderer *renderer, const struct scene *scene, uint32_t target,
	uint32_t sequence, const pixman_region32_t *damage)
{
	if (!renderer->client)
		return false;
	size_t count = scene->len + 2, n_quads = 0;
	pixman_region32_t *clips = xcalloc(count, sizeof *clips);
	renderer_clip(scene, damage, clips, count);
	renderer_reserve_quads(renderer, count);
	renderer_add_background(renderer, scene, &clips[0], &n_quads);
	for (size_t i = 0; i < scene->len; i++)
		renderer_add_element(renderer, &scene->elements[i], &clips[i + 1], &n_quads);
	struct render_frame frame = {
		.sequence = sequence,
		.target = target,
		.damage = &clips[count - 1],
		.quads = renderer->quads,
		.n_quads = n_quads,
	};
	bool sent = render_client_frame(renderer->client, &frame);
	if (!sent) {
		renderer_coarsen(clips, count);
		sent = render_client_frame(renderer->client, &frame);
	}
	for (size_t i = 0; i < count; i++)
		pixman_region32_fini(&clips[i]);
	free(clips);
	return sent;
}
