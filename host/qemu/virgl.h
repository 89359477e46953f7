/**
 * Those of virglrenderer's functions that QEMU makes and learns of fences by, as virglrenderer.h of
 * version 1.0 and newer declares them.
 */
#ifndef HOST_QEMU_VIRGL_H
#define HOST_QEMU_VIRGL_H

#include <stdint.h>

#define VIRGL_LIBRARY "libvirglrenderer.so.1"
/** A flag of virgl_renderer_init(): fences are told of by threads, and nobody may poll. */
#define VIRGL_ASYNC_FENCE_CB (1 << 8)

/** 0, or an error, negative or (create_fence) positive. callbacks: struct virgl_renderer_callbacks.
 */
int virgl_renderer_init(void *cookie, int flags, void *callbacks);
void virgl_renderer_cleanup(void *cookie);
/** Calls back for all fences that have been reached. */
void virgl_renderer_poll(void);
int virgl_renderer_create_fence(int fence, uint32_t context);
int virgl_renderer_context_create_fence(
	uint32_t context, uint32_t flags, uint32_t ring, uint64_t fence);

#endif
