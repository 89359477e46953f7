#include "common/dmabuf.h"

#include "common/fd.h"
#include "common/format.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <linux/dma-buf.h>
#include <string.h>
#include <sys/ioctl.h>

void dmabuf_init(struct dmabuf *dmabuf)
{
	memset(dmabuf, 0, sizeof *dmabuf);
	for (int i = 0; i < DMABUF_MAX_PLANES; i++)
		dmabuf->planes[i].fd = -1;
}

void dmabuf_finish(struct dmabuf *dmabuf)
{
	for (int i = 0; i < DMABUF_MAX_PLANES; i++)
		fd_close(&dmabuf->planes[i].fd);
	dmabuf_init(dmabuf);
}

bool dmabuf_dup(struct dmabuf *to, const struct dmabuf *from)
{
	*to = *from;
	for (int i = 0; i < DMABUF_MAX_PLANES; i++)
		to->planes[i].fd = -1;
	for (int i = 0; i < from->n_planes; i++) {
		to->planes[i].fd = fd_dup(from->planes[i].fd);
		if (to->planes[i].fd < 0) {
			dmabuf_finish(to);
			return false;
		}
	}
	return true;
}

bool dmabuf_is_linear(const struct dmabuf *dmabuf)
{
	return dmabuf->modifier == DRM_FORMAT_MOD_LINEAR ||
	       dmabuf->modifier == DRM_FORMAT_MOD_INVALID;
}

uint64_t dmabuf_plane_end(const struct dmabuf *dmabuf, int plane)
{
	int32_t rows = 1;
	if (plane == 0 || dmabuf_is_linear(dmabuf))
		rows = format_rows(plane, dmabuf->height);
	/* 32 bits times 31 bits plus 32 bits fits in 64. */
	return dmabuf->planes[plane].offset +
	       (uint64_t)dmabuf->planes[plane].stride * (uint64_t)rows;
}

uint64_t dmabuf_linear_size(const struct dmabuf *dmabuf)
{
	if (dmabuf->n_planes < 1 || dmabuf->height <= 0)
		return 0;
	return dmabuf_plane_end(dmabuf, 0);
}

int dmabuf_sync(int fd, uint64_t flags)
{
	struct dma_buf_sync sync = {.flags = flags};
	int result;
	do {
		result = ioctl(fd, DMA_BUF_IOCTL_SYNC, &sync);
	} while (result < 0 && (errno == EINTR || errno == EAGAIN));
	return result < 0 ? -errno : 0;
}
