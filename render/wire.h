/**
 * What the core (vitrine) and the worker (vitrine-render) say to each other.
 *
 * Packets over a SOCK_SEQPACKET socketpair (common/packet.h), handled in order. Each starts with
 * struct wire_header; native byte order and alignment, for both ends come from one build
 * (WIRE_VERSION is compared all the same). Ids are chosen by the core, small, never 0, one name
 * space a kind; an id may be used again after its *_FORGET. Forgetting an id that nothing has does
 * nothing: what the worker refused may be forgotten before its answer is read.
 *
 * The core keeps all state, the worker only what it needs for drawing: after a worker's death the
 * core tells a new one everything again. A frame is told as WIRE_TEXTURE_UPDATE for each texture
 * whose contents changed, then one WIRE_FRAME, mostly in one WIRE_PICTURE; the core sends nothing
 * else about a surface's contents between frames.
 *
 * A worker that gets a malformed packet says WIRE_ERROR and exits with status 1. A request that
 * merely fails (a refused buffer, a target that cannot be reached) is answered, and the worker
 * lives on.
 */
#ifndef RENDER_WIRE_H
#define RENDER_WIRE_H

#include "common/dmabuf.h"

#include <stddef.h>
#include <stdint.h>

#define WIRE_VERSION 1
#define WIRE_MAX_SIZE (96 * 1024) /**< bytes in a packet, below the default socket buffer */
#define WIRE_MAX_RECTS 1024       /**< in one message */
#define WIRE_MAX_QUADS 512        /**< in one frame */
#define WIRE_MAX_REASON 160       /**< bytes of a reason, its NUL included */
#define WIRE_MAX_ID 65535

enum wire_type {
	/* core to worker */
	WIRE_POOL_CREATE = 1, /**< wire_pool, 1 fd: a client's wl_shm pool */
	WIRE_POOL_RESIZE,     /**< wire_pool: it grew; same fd */
	WIRE_POOL_FORGET,     /**< wire_forget. Buffers made from it stay good until forgotten
				 themselves */
	WIRE_BUFFER_SHM,     /**< wire_buffer_shm: no answer; checked by the core against the pool's
				size */
	WIRE_BUFFER_DMABUF,  /**< wire_buffer_dmabuf, an fd a plane: answered by WIRE_BUFFER_RESULT
			      */
	WIRE_BUFFER_SOLID,   /**< wire_buffer_solid: 1x1, no answer */
	WIRE_BUFFER_FORGET,  /**< wire_forget: freed when no texture shows it and no frame reads it
			      */
	WIRE_TEXTURE_UPDATE, /**< wire_texture_update + rects */
	WIRE_TEXTURE_FORGET, /**< wire_forget */
	WIRE_TARGET_ALLOCATE, /**< wire_target_allocate: answered by WIRE_TARGET_RESULT with the
				 dma-buf */
	WIRE_TARGET_IMPORT, /**< wire_target_import, 1 fd: answered by WIRE_TARGET_RESULT without fd
			     */
	WIRE_TARGET_FORGET, /**< wire_forget; never while a frame into it is under way */
	WIRE_FRAME,         /**< wire_frame + rects + quads: answered by WIRE_FRAME_DONE */
	WIRE_PICTURE, /**< wire_header, then WIRE_TEXTURE_UPDATEs and the WIRE_FRAME that shows
			 them, whole and one right behind the other: as these, but the worker is
			 woken once */

	/* worker to core */
	WIRE_HELLO = 64,    /**< wire_hello + formats: first and once, when the device is ready */
	WIRE_BUFFER_RESULT, /**< wire_result */
	WIRE_TARGET_RESULT, /**< wire_target_result, 1 fd after WIRE_TARGET_ALLOCATE that succeeded
			     */
	WIRE_FRAME_SUBMITTED, /**< wire_frame_submitted, 1 fd: a sync_file that signals when the
				 frame is finished. Only where a DRM device scans out and the driver
				 exports one without blocking; WIRE_FRAME_DONE still follows */
	WIRE_FRAME_DONE, /**< wire_frame_done: the target is finished, and every buffer read for it
			    may change that no texture shows any more: those of wl_shm are read by
			    later frames, too */
	WIRE_ERROR,      /**< wire_error: last words; the worker exits */
};

struct wire_header {
	uint32_t type; /**< enum wire_type */
	uint32_t size; /**< of the whole packet in bytes; must equal the packet's */
};

struct wire_rect {
	int32_t x1, y1, x2,
		y2; /**< pixels, half open: like pixman_box32_t, to which it may be cast */
};

struct wire_forget {
	struct wire_header header;
	uint32_t id;
};

struct wire_pool {
	struct wire_header header;
	uint32_t pool;
	uint64_t size; /**< bytes. The file may turn out shorter at any time: the worker survives
			  SIGBUS and reads zeros */
};

struct wire_buffer_shm {
	struct wire_header header;
	uint32_t buffer, pool;
	uint32_t offset, stride; /**< bytes */
	int32_t width, height;   /**< pixels */
	uint32_t format;         /**< DRM fourcc, one of format_list() */
};

/** A struct dmabuf whose fds travel beside it: one a plane, in order (targets and LINEAR images:
 * one; LINEAR video: two, of one file). */
struct wire_dmabuf {
	int32_t width, height;
	uint32_t format;
	uint32_t n_planes;
	uint64_t modifier;
	struct {
		uint32_t offset, stride;
	} planes[DMABUF_MAX_PLANES];
};

struct wire_buffer_dmabuf {
	struct wire_header header;
	uint32_t buffer;
	struct wire_dmabuf dmabuf;
};

struct wire_buffer_solid {
	struct wire_header header;
	uint32_t buffer;
	float color[4]; /**< red, green, blue, alpha in 0..1, premultiplied */
};

/** The texture shows buffer from now on; rects (buffer pixels) are where it differs from what the
 * texture showed. */
struct wire_texture_update {
	struct wire_header header;
	uint32_t texture, buffer;
	uint32_t n_rects; /**< followed by so many struct wire_rect. A new texture or another size:
			     all of it counts as changed */
};

struct wire_target_allocate {
	struct wire_header header;
	uint32_t target;
	int32_t width, height;
	uint32_t format;
};

/** How the worker reaches the target's memory. */
enum wire_target_access {
	WIRE_TARGET_DMABUF = 1,   /**< import the dma-buf into Vulkan: no copy */
	WIRE_TARGET_HOST_POINTER, /**< map the fd, import the pointer (VK_EXT_external_memory_host):
				     no copy */
	WIRE_TARGET_COPY,         /**< draw elsewhere, copy the damage into the mapped fd */
	WIRE_TARGET_MAP,          /**< the CPU draws into the mapped fd (renderer cpu only) */
};

struct wire_target_import {
	struct wire_header header;
	uint32_t target;
	uint32_t access; /**< enum wire_target_access */
	struct wire_dmabuf dmabuf;
};

struct wire_frame {
	struct wire_header header;
	uint32_t sequence; /**< named by the answers */
	uint32_t target;
	uint32_t n_damage; /**< the first rects: all that this frame changes in the target */
	uint32_t n_rects;  /**< all rects, the damage and the quads' */
	uint32_t n_quads;
	/* struct wire_rect rects[n_rects]; then struct wire_quad quads[n_quads] */
};

enum wire_quad_flag {
	WIRE_QUAD_OPAQUE = 1,  /**< no blending: the texture's alpha counts as 1 */
	WIRE_QUAD_REPLACE = 2, /**< no blending: what was there is replaced, its alpha too */
};

/** One textured rectangle, drawn bottom to top. It is drawn inside its rects only, which lie within
 * the target. */
struct wire_quad {
	uint32_t texture;
	uint32_t flags;     /**< enum wire_quad_flag */
	uint32_t transform; /**< enum wl_output_transform of the buffer's contents (0 normal ... 7
			       flipped 270) */
	float alpha;        /**< 0..1, multiplies */
	float src_x, src_y, src_w, src_h; /**< what is shown of the buffer, buffer pixels; at most
					     one beyond it, where its edge is repeated */
	int32_t x, y, width, height;      /**< where, target pixels */
	uint32_t first_rect,
		n_rects; /**< among the frame's rects, target pixels; do not overlap each other */
};

enum wire_feature {
	WIRE_FEATURE_IMPORT_DMABUF = 1 << 0, /**< WIRE_BUFFER_DMABUF can work, and
						WIRE_TARGET_DMABUF but with renderer cpu */
	WIRE_FEATURE_EXPORT_DMABUF = 1 << 1, /**< WIRE_TARGET_ALLOCATE can work */
	WIRE_FEATURE_HOST_POINTER = 1 << 2,  /**< WIRE_TARGET_HOST_POINTER can work */
	WIRE_FEATURE_COPY = 1 << 3, /**< WIRE_TARGET_COPY can work: there is HOST_VISIBLE memory */
	WIRE_FEATURE_MAP = 1 << 4,  /**< WIRE_TARGET_MAP can work: renderer cpu */
	WIRE_FEATURE_VENUS =
		1 << 5, /**< the device is Mesa's Venus: only HOST3D blobs may be imported */
	WIRE_FEATURE_SOFTWARE = 1 << 6, /**< the device is a CPU */
};

struct wire_format {
	uint32_t format; /**< DRM fourcc */
	uint32_t n_planes;
	uint64_t modifier;
};

struct wire_hello {
	struct wire_header header;
	uint32_t version;    /**< WIRE_VERSION */
	uint32_t features;   /**< enum wire_feature */
	char device[256];    /**< VkPhysicalDeviceProperties.deviceName, or "pixman" */
	char driver[256];    /**< VkPhysicalDeviceDriverProperties.driverName, or "cpu" */
	uint32_t max_extent; /**< the largest width or height of a buffer or target, pixels */
	uint32_t n_formats;  /**< dma-buf formats to sample from; followed by so many struct
				wire_format */
};

struct wire_result {
	struct wire_header header;
	uint32_t id;
	uint32_t ok;
	char reason[WIRE_MAX_REASON]; /**< why not, a person's words */
};

enum wire_target_flag {
	WIRE_TARGET_GPU_COPY = 1, /**< the driver cannot draw into LINEAR: the GPU draws elsewhere
				     and copies the damage */
};

struct wire_target_result {
	struct wire_header header;
	uint32_t target;
	uint32_t ok;
	uint32_t flags; /**< enum wire_target_flag */
	char reason[WIRE_MAX_REASON];
	struct wire_dmabuf dmabuf; /**< after WIRE_TARGET_ALLOCATE; offset 0, one plane */
};

struct wire_frame_submitted {
	struct wire_header header;
	uint32_t sequence;
};

struct wire_frame_done {
	struct wire_header header;
	uint32_t sequence;
	uint32_t ok; /**< 0: not drawn, the target's contents are undefined; reason says why */
	uint64_t upload_bytes;   /**< client memory copied by the CPU for this frame, not counting
				    what it draws itself */
	uint64_t copy_bytes;     /**< target memory copied by the CPU (WIRE_TARGET_COPY) */
	uint64_t gpu_copy_bytes; /**< copied by the GPU: target memory (WIRE_TARGET_GPU_COPY), and
				    clients' dma-bufs that lie far from it */
	int64_t duration;        /**< from the packet's arrival until finished, nanoseconds */
	int64_t record_duration; /**< of that until its commands were recorded; 0: no GPU */
	int64_t gpu_duration;    /**< of that the GPU's, from its first command to its last; 0: not
				    told */
	char reason[WIRE_MAX_REASON];
};

struct wire_error {
	struct wire_header header;
	char reason[WIRE_MAX_REASON];
};

#endif
