/** Between the linux_dmabuf*.c files only. */
#ifndef PROTOCOL_LINUX_DMABUF_PRIVATE_H
#define PROTOCOL_LINUX_DMABUF_PRIVATE_H

#include "protocol/linux_dmabuf.h"

/** zwp_linux_dmabuf_feedback_v1, and what it says first. manager: a zwp_linux_dmabuf_v1. surface:
 * NULL for the default one. */
void linux_dmabuf_feedback_create(
	struct wl_resource *manager, uint32_t id, struct surface *surface);

/** All say anew what there is. */
void linux_dmabuf_feedback_renew(const struct linux_dmabuf *dmabuf);

#endif
