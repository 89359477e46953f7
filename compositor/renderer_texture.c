#include "compositor/renderer_private.h"

#include "protocol/buffer.h"
#include "protocol/surface.h"

/* NULL: all ids are taken. */
static struct renderer_record *renderer_texture_record(
	struct renderer *renderer, struct surface *surface)
{
	if (!surface->render_data)
		surface->render_data = renderer_record_create(renderer, &renderer->textures,
			surface, &surface->events.destroy, render_client_texture_forget);
	return surface->render_data;
}

uint32_t renderer_tell_texture(struct renderer *renderer, struct surface *surface)
{
	struct renderer_record *texture = renderer_texture_record(renderer, surface);
	struct renderer_record *buffer = renderer_tell_buffer(renderer, surface->current.buffer);
	if (!texture || !buffer)
		return 0;
	const struct buffer *shown = surface->current.buffer;
	bool is_new = texture->generation != renderer->generation;
	if (texture->skipped)
		pixman_region32_union_rect(&surface->damage, &surface->damage, 0, 0,
			(unsigned)shown->width, (unsigned)shown->height);
	if (!is_new && texture->showing == buffer->serial &&
		!pixman_region32_not_empty(&surface->damage))
		return texture->id;
	render_client_texture_update(
		renderer->client, texture->id, buffer->id, is_new ? NULL : &surface->damage);
	pixman_region32_clear(&surface->damage);
	texture->generation = renderer->generation;
	texture->showing = buffer->serial;
	texture->skipped = false;
	return texture->id;
}

void renderer_skip(struct surface *surface)
{
	struct renderer_record *texture = surface->render_data;
	if (texture)
		texture->skipped = true;
	pixman_region32_clear(&surface->damage);
}
