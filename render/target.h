/** A target that the core named: what frames are drawn into. Lives while its id or a frame holds a
 * reference. */
#ifndef RENDER_TARGET_H
#define RENDER_TARGET_H

#include "common/dmabuf.h"
#include "common/format.h"
#include "render/mapping.h"
#include "render/renderer.h"

struct target {
	unsigned refs;
	struct renderer *renderer;
	const struct format *format;
	enum wire_target_access access; /**< 0: allocated by the renderer */
	uint32_t flags;                 /**< enum wire_target_flag, by the back end */
	struct dmabuf dmabuf;           /**< one plane */
	struct mapping mapping;         /**< the fd's memory, once target_map() was called */
	void *own;                      /**< the back end's */
};

/** One reference, the caller's. NULL: not possible, reason says why. */
struct target *target_create_allocated(
	struct renderer *renderer, const struct wire_target_allocate *message, char *reason);

/** Takes the fd of *dmabuf, also when it fails. */
struct target *target_create_imported(struct renderer *renderer, enum wire_target_access access,
	struct dmabuf *dmabuf, char *reason);

/** Maps the fd for reading and writing, at least offset + stride * height bytes of it. It may be a
 * client's, who truncates it. */
bool target_map(struct target *target, char *reason);

/** What target_map() mapped. */
uint8_t *target_pixels(const struct target *target);

/** Brackets the CPU's writes to the map: DMA_BUF_IOCTL_SYNC where the fd is a dma-buf. */
void target_begin_write(const struct target *target);
void target_end_write(const struct target *target);

struct target *target_ref(struct target *target);

/** Gives a reference back; accepts NULL. */
void target_unref(struct target *target);

#endif
