// SPDX-License-Identifier: MIT
/*
 * A library by virglrenderer's name, which only remembers its calls. Opened as QEMU opens the real
 * one: for a module, not for all.
 */
#include "tests/host/virgl.h"

#define VIRGL_EXPORT __attribute__((visibility("default")))

VIRGL_EXPORT struct virgl_seen virgl_seen;

VIRGL_EXPORT int virgl_renderer_init(void *cookie, int flags, void *callbacks)
{
	virgl_seen = (struct virgl_seen){.flags = flags, .cookie = cookie, .callbacks = callbacks};
	return virgl_seen.flags & VIRGL_REFUSED ? -1 : 0;
}

VIRGL_EXPORT void virgl_renderer_cleanup(void *cookie)
{
	virgl_seen.cleaned = cookie;
}

VIRGL_EXPORT void virgl_renderer_poll(void)
{
	virgl_seen.looks++;
}

VIRGL_EXPORT int virgl_renderer_create_fence(int fence, uint32_t context)
{
	virgl_seen.fence = (uint64_t)fence;
	virgl_seen.context = context;
	return 0;
}

VIRGL_EXPORT int virgl_renderer_context_create_fence(
	uint32_t context, uint32_t flags, uint32_t ring, uint64_t fence)
{
	virgl_seen.fence = fence;
	virgl_seen.context = context;
	virgl_seen.ring = ring;
	return ring == VIRGL_NO_RING ? -22 : 0;
}
