/** Between the renderer_*.c files only. */
#ifndef COMPOSITOR_RENDERER_PRIVATE_H
#define COMPOSITOR_RENDERER_PRIVATE_H

#include "compositor/renderer.h"

/** A worker can end for many reasons. When the next one ends over the same dma-buf that is one. */
#define RENDERER_IMPORT_DEATHS 2

/** What the worker calls a pool, a buffer or a surface's texture. Lives as long as that object. */
struct renderer_record {
	struct renderer *renderer;
	struct ids *ids;
	uint32_t id;
	uint32_t generation; /**< of the worker that knows it; 0: none */
	void (*forget)(struct render_client *client, uint32_t id);
	struct wl_listener free, resize; /**< resize: a pool's */

	/* a buffer */
	struct buffer *buffer;
	uint64_t serial;
	struct wl_list import_link; /**< renderer::imports, else empty */
	bool announced;             /**< the client has had its answer; the worker is a later one */
	bool refused;               /**< no worker is asked again */
	bool later;                 /**< awaits no answer, but a better worker */
	int deaths; /**< of workers in a row that owed this import's answer before all others */

	uint64_t showing; /**< a texture: the serial of the buffer that it shows */
	bool skipped;     /**< a texture: it lacks changes that are nowhere noted */
};

/** NULL: all ids are taken. object's free_signal ends the record and with it *slot. */
struct renderer_record *renderer_record_create(struct renderer *renderer, struct ids *ids,
	void *object, struct wl_signal *free_signal,
	void (*forget)(struct render_client *client, uint32_t id));

/** NULL: all ids are taken. */
struct renderer_record *renderer_buffer_record(struct renderer *renderer, struct buffer *buffer);

/** By its place in renderer::buffers. NULL: no buffer of a client's. */
struct buffer *renderer_client_buffer(const struct renderer *renderer, size_t i);

/** Makes sure that the worker knows a readable buffer. NULL: it cannot be told. */
struct renderer_record *renderer_tell_buffer(struct renderer *renderer, struct buffer *buffer);

/** Makes the surface's texture show its current buffer. 0: nothing can be drawn. */
uint32_t renderer_tell_texture(struct renderer *renderer, struct surface *surface);

/** Whether it is not larger than what the worker can read, or draw into. */
bool renderer_can_read(const struct renderer *renderer, const struct buffer *buffer);

/** Another worker may read less: as renderer_admit(), of every buffer that another let in. */
void renderer_admit_again(struct renderer *renderer);

/** Asks a new worker for every dma-buf. */
void renderer_import_again(struct renderer *renderer);

/** Forgets the awaited imports without a word: the session ends. */
void renderer_drop_imports(struct renderer *renderer);

#endif
