/** A buffer that the core named: where pixels lie. Lives while its id, a texture or a frame holds a
 * reference. */
#ifndef RENDER_BUFFER_H
#define RENDER_BUFFER_H

#include "common/dmabuf.h"
#include "common/format.h"
#include "render/renderer.h"

struct pool;

enum buffer_kind {
	BUFFER_SHM,
	BUFFER_DMABUF,
	BUFFER_SOLID,
};

struct buffer {
	unsigned refs;
	struct renderer *renderer;
	enum buffer_kind kind;
	int32_t width, height;
	const struct format *format; /**< NULL: BUFFER_SOLID */

	struct pool *pool;       /**< BUFFER_SHM; holds a reference */
	uint32_t offset, stride; /**< BUFFER_SHM, bytes; the whole lies within the pool */
	struct dmabuf dmabuf;    /**< BUFFER_DMABUF */
	float color[4];          /**< BUFFER_SOLID: red, green, blue, alpha, premultiplied */

	void *own; /**< the back end's */
};

/** One reference, the caller's. NULL: out of memory. */
struct buffer *buffer_create_shm(
	struct renderer *renderer, struct pool *pool, const struct wire_buffer_shm *message);
struct buffer *buffer_create_solid(struct renderer *renderer, const float color[4]);

/** Takes the fds of *dmabuf, also when it fails. NULL: refused, reason says why. */
struct buffer *buffer_create_dmabuf(struct renderer *renderer, struct dmabuf *dmabuf, char *reason);

/** Where a BUFFER_SHM's first pixel is now; the pool may move between messages. */
const void *buffer_shm_data(const struct buffer *buffer);

struct buffer *buffer_ref(struct buffer *buffer);

/** Gives a reference back; accepts NULL. */
void buffer_unref(struct buffer *buffer);

#endif
