#include "render/texture.h"

#include "render/buffer.h"

#include <stdlib.h>

struct texture *texture_create(struct renderer *renderer)
{
	struct texture *texture = calloc(1, sizeof *texture);
	if (texture)
		*texture = (struct texture){.refs = 1, .renderer = renderer};
	return texture;
}

void texture_update(struct texture *texture, struct buffer *buffer, const struct wire_rect *rects,
	uint32_t n_rects)
{
	struct buffer *old = texture->buffer;
	bool whole = !old || old->kind != buffer->kind || old->format != buffer->format ||
		     old->width != buffer->width || old->height != buffer->height;
	texture->buffer = buffer_ref(buffer);
	texture->renderer->impl->texture_update(texture->renderer, texture, rects, n_rects, whole);
	buffer_unref(old);
}

struct texture *texture_ref(struct texture *texture)
{
	texture->refs++;
	return texture;
}

void texture_unref(struct texture *texture)
{
	if (!texture || --texture->refs > 0)
		return;
	texture->renderer->impl->texture_finish(texture->renderer, texture);
	buffer_unref(texture->buffer);
	free(texture);
}
