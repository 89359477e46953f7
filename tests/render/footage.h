/** A picture of video in a dma-buf, for tests: a memfd stands for it, as lavapipe and the CPU take
 * them. */
#ifndef TESTS_RENDER_FOOTAGE_H
#define TESTS_RENDER_FOOTAGE_H

#include "harness.h"

/** One file with room for both planes, wherever the driver wants them. */
struct footage {
	struct wire_dmabuf dmabuf;
	int fd;
	uint8_t *pixels; /**< the file from its start */
	size_t size;
};

void footage_create(struct footage *footage, uint32_t fourcc, int32_t width, int32_t height);
void footage_finish(struct footage *footage);

/** Tells the worker of the dma-buf as it is described, which may be a lie, and returns its answer.
 */
struct wire_result footage_send(
	struct harness *harness, const struct wire_dmabuf *dmabuf, const int *fds, int n_fds);

/** The buffer's id. Where the driver has no modifiers for video it says which layout it wants, one
 * plane after the other, and gets it: to be filled afterwards. */
uint32_t footage_import(struct harness *harness, struct footage *footage);

/** One sample of a plane, of 8 or 10 bits as the format has them. component: of chroma, 0 for Cb
 * and 1 for Cr. */
void footage_put(
	const struct footage *footage, int plane, int32_t x, int32_t y, int component, int value);

#endif
