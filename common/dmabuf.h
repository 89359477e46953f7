/** A dma-buf and how its pixels lie: the only currency for pixels between kms/, render/ and
 * protocol/. */
#ifndef COMMON_DMABUF_H
#define COMMON_DMABUF_H

#include <stdbool.h>
#include <stdint.h>

#define DMABUF_MAX_PLANES 4

struct dmabuf_plane {
	int fd; /**< owned by the struct dmabuf; -1: none. Planes may share one file, each has its
		   own fd */
	uint32_t offset; /**< bytes from the start of the file */
	uint32_t stride; /**< bytes from a row to the next */
};

struct dmabuf {
	int32_t width, height; /**< pixels */
	uint32_t format;       /**< DRM fourcc (drm_fourcc.h) */
	uint64_t modifier;     /**< DRM format modifier; DRM_FORMAT_MOD_INVALID: implicit */
	int n_planes;          /**< 1 to DMABUF_MAX_PLANES */
	struct dmabuf_plane planes[DMABUF_MAX_PLANES];
};

/** Zeroes *dmabuf, with every fd at -1. */
void dmabuf_init(struct dmabuf *dmabuf);

/** Closes the fds and initialises again; harmless when repeated. */
void dmabuf_finish(struct dmabuf *dmabuf);

/** Copies *from to *to (uninitialised before), duplicating the fds. False: no fds left, *to is
 * initialised and empty. */
bool dmabuf_dup(struct dmabuf *to, const struct dmabuf *from);

/**
 * Where a plane ends, bytes from the start of its file, rounded down where that is not told: of a
 * tiled image's further planes only the driver knows.
 */
uint64_t dmabuf_plane_end(const struct dmabuf *dmabuf, int plane);

/** Whether the rows lie one after the other: LINEAR, or not told, which then must be so. */
bool dmabuf_is_linear(const struct dmabuf *dmabuf);

/** Bytes that plane 0 takes for a LINEAR image: offset + stride * height. 0: it is empty.
 */
uint64_t dmabuf_linear_size(const struct dmabuf *dmabuf);

/**
 * Brackets the CPU's access through a mapping of a plane's fd: DMA_BUF_SYNC_START or _END, and
 * _READ, _WRITE or _RW (linux/dma-buf.h). The start waits for what a GPU still does there. 0, or
 * -errno; what only stands for a dma-buf, a memfd, answers -ENOTTY.
 */
int dmabuf_sync(int fd, uint64_t flags);

#endif
