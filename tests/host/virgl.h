/** What tests/host/virgl.c, which stands for virglrenderer, was called with. */
#ifndef TESTS_HOST_VIRGL_H
#define TESTS_HOST_VIRGL_H

#include "host/qemu/virgl.h"

#define VIRGL_REFUSED (1 << 30) /**< a flag with which virgl_renderer_init() fails */
#define VIRGL_NO_RING 99        /**< on which no fence can be made: -22 */

struct virgl_seen {
	void *cookie, *callbacks, *cleaned;
	int flags;
	uint64_t fence;
	uint32_t context, ring;
	unsigned looks; /**< since the last virgl_renderer_init() */
};

#endif
