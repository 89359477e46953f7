#include "render/target.h"

#include "common/fd.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/dma-buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static struct target *target_create(struct renderer *renderer, uint32_t fourcc, char *reason)
{
	struct target *target = calloc(1, sizeof *target);
	if (!target) {
		snprintf(reason, WIRE_MAX_REASON, "out of memory");
		return NULL;
	}
	*target = (struct target){.refs = 1, .renderer = renderer, .format = format_find(fourcc)};
	dmabuf_init(&target->dmabuf);
	return target;
}

struct target *target_create_allocated(
	struct renderer *renderer, const struct wire_target_allocate *message, char *reason)
{
	struct target *target = target_create(renderer, message->format, reason);
	if (!target)
		return NULL;
	target->dmabuf.width = message->width;
	target->dmabuf.height = message->height;
	target->dmabuf.format = message->format;
	if (!renderer->impl->target_allocate(renderer, target, reason)) {
		target_unref(target);
		return NULL;
	}
	return target;
}

struct target *target_create_imported(struct renderer *renderer, enum wire_target_access access,
	struct dmabuf *dmabuf, char *reason)
{
	struct target *target = target_create(renderer, dmabuf->format, reason);
	if (!target) {
		dmabuf_finish(dmabuf);
		return NULL;
	}
	target->access = access;
	target->dmabuf = *dmabuf;
	dmabuf_init(dmabuf);
	if (!renderer->impl->target_import(renderer, target, reason)) {
		target_unref(target);
		return NULL;
	}
	return target;
}

bool target_map(struct target *target, char *reason)
{
	int fd = target->dmabuf.planes[0].fd;
	uint64_t need = dmabuf_linear_size(&target->dmabuf);
	int64_t size = fd_size(fd);
	if (size < 0 || (uint64_t)size < need) {
		snprintf(reason, WIRE_MAX_REASON,
			"the target needs %" PRIu64 " bytes, its file has %" PRId64, need, size);
		return false;
	}
	if (mapping_init(&target->mapping, fd, (size_t)size, PROT_READ | PROT_WRITE))
		return true;
	snprintf(reason, WIRE_MAX_REASON, "the target's memory cannot be mapped: %s",
		strerror(errno));
	return false;
}

uint8_t *target_pixels(const struct target *target)
{
	return target->mapping.data;
}

/* A failure has no remedy here. */
void target_begin_write(const struct target *target)
{
	dmabuf_sync(target->dmabuf.planes[0].fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW);
}

void target_end_write(const struct target *target)
{
	dmabuf_sync(target->dmabuf.planes[0].fd, DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW);
}

struct target *target_ref(struct target *target)
{
	target->refs++;
	return target;
}

void target_unref(struct target *target)
{
	if (!target || --target->refs > 0)
		return;
	target->renderer->impl->target_finish(target->renderer, target);
	mapping_finish(&target->mapping);
	dmabuf_finish(&target->dmabuf);
	free(target);
}
