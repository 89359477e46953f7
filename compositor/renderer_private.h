/** Between renderer.c, renderer_texture.c and renderer_import.c only. */
#ifndef COMPOSITOR_RENDERER_PRIVATE_H
#define COMPOSITOR_RENDERER_PRIVATE_H

#include "compositor/renderer.h"

/** Makes sure that the worker knows a wl_shm buffer or an accepted dma-buf. False: nothing can be
 * drawn of it. */
bool renderer_tell_buffer(struct renderer *renderer, struct buffer *buffer);

/** Larger than the worker's images can be: it must not even be told. */
bool renderer_is_too_large(const struct renderer *renderer, const struct buffer *buffer);

/** Sends a dma-buf, answered by renderer_imported(). */
bool renderer_send_dmabuf(struct renderer *renderer, struct buffer *buffer);

/** Makes the surface's texture show its current buffer. 0: nothing can be drawn. */
uint32_t renderer_tell_texture(struct renderer *renderer, struct surface *surface);

/** Sends the awaited imports to a new worker. */
void renderer_resend_imports(struct renderer *renderer);

#endif
