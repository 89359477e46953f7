/**
 * The core's side of render/wire.h: starts a worker, sends it messages, tells its answers to a
 * listener.
 *
 * Nothing here fails loudly: messages to a worker that is gone are dropped, and its death is told
 * once, by listener->died, from render_client_dispatch(). Nothing blocks either: what a full socket
 * does not take waits in a queue. Only when thousands wait there does a call wait, for a second at
 * most, before the worker counts as stuck.
 */
#ifndef RENDER_CLIENT_H
#define RENDER_CLIENT_H

#include "common/dmabuf.h"
#include "common/log.h"
#include "render/wire.h"

#include <pixman.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct render_client;

enum render_renderer {
	RENDER_RENDERER_VULKAN,
	RENDER_RENDERER_CPU,
};

struct render_client_options {
	const char *worker; /**< path of vitrine-render; NULL: render_client_worker_path() */
	enum render_renderer renderer;
	dev_t device; /**< a node of the DRM device that shows the result; 0: none */
	enum log_level log_level;
};

/** What the worker said of itself in WIRE_HELLO. */
struct render_info {
	uint32_t features;   /**< enum wire_feature */
	uint32_t max_extent; /**< the largest width or height of a buffer or target, pixels */
	char device[256], driver[256];
	const struct wire_format *formats; /**< dma-buf formats to sample from; the client's */
	size_t n_formats;
};

/** Whether the worker reads clients' dma-bufs at all. */
static inline bool render_info_reads_dmabufs(const struct render_info *info)
{
	return info->features & WIRE_FEATURE_IMPORT_DMABUF && info->n_formats > 0;
}

/** Each may be NULL, and each may destroy the client. */
struct render_client_listener {
	void (*ready)(void *data, const struct render_info *info);
	void (*buffer_result)(void *data, uint32_t buffer, bool ok, const char *reason);
	/**
	 * flags: enum wire_target_flag. dmabuf: after render_client_target_allocate() that
	 * succeeded, else NULL; its fds are the callee's once it moved the struct away (and
	 * dmabuf_init()ed it); what it leaves is closed.
	 */
	void (*target_result)(void *data, uint32_t target, bool ok, uint32_t flags,
		struct dmabuf *dmabuf, const char *reason);
	/** fence: a sync_file, the callee's to close. */
	void (*frame_submitted)(void *data, uint32_t sequence, int fence);
	void (*frame_done)(void *data, const struct wire_frame_done *done);
	/** The worker owes answers from now on, or none any more (its death is no such change). */
	void (*owes)(void *data, bool owes);
	/**
	 * The worker is gone, told once and last. reason is a person's words: "killed by signal 6
	 * (Aborted)".
	 */
	void (*died)(void *data, const char *reason);
};

/**
 * Where the worker is: VITRINE_WORKER, else beside the running program in a build tree
 * (../render/vitrine-render), else the installed one. Static storage; never NULL; the file need not
 * exist.
 */
const char *render_client_worker_path(void);

/**
 * Starts a worker. NULL: no memory or no fds left. A worker that cannot be started is told by
 * listener->died, so that all deaths come the same way. The strings in *options are not kept.
 */
struct render_client *render_client_create(const struct render_client_options *options,
	const struct render_client_listener *listener, void *data);

/** Ends the worker (SIGKILL, reaped). Accepts NULL; may be called inside a listener. */
void render_client_destroy(struct render_client *client);

/** Who is told from now on. */
void render_client_set_listener(
	struct render_client *client, const struct render_client_listener *listener, void *data);

/** The fd to poll for reading, good as long as the client; then render_client_dispatch(). */
int render_client_fd(const struct render_client *client);

/** Handles what the worker said and sends what waits. Never blocks. */
void render_client_dispatch(struct render_client *client);

/** What the worker is; NULL before it is ready. The client's. */
const struct render_info *render_client_info(const struct render_client *client);

/** The worker's process id; -1: none. */
pid_t render_client_pid(const struct render_client *client);

/** Nanoseconds that the worker lets the core wait: since when it owes answers of one kind and has
 * given none of them. 0: it owes none. */
int64_t render_client_wait(const struct render_client *client);

/* The messages, see render/wire.h. fds and dma-bufs are borrowed. */

void render_client_pool_create(struct render_client *client, uint32_t pool, int fd, uint64_t size);
void render_client_pool_resize(struct render_client *client, uint32_t pool, uint64_t size);
void render_client_pool_forget(struct render_client *client, uint32_t pool);

struct render_shm {
	uint32_t pool;
	uint32_t offset, stride; /**< bytes */
	int32_t width, height;   /**< pixels */
	uint32_t format;         /**< DRM fourcc */
};

void render_client_buffer_shm(
	struct render_client *client, uint32_t buffer, const struct render_shm *shm);

/** Answered by listener->buffer_result. */
void render_client_buffer_dmabuf(
	struct render_client *client, uint32_t buffer, const struct dmabuf *dmabuf);

/** color: red, green, blue, alpha, premultiplied, 0..1. */
void render_client_buffer_solid(
	struct render_client *client, uint32_t buffer, const float color[static 4]);
void render_client_buffer_forget(struct render_client *client, uint32_t buffer);

/**
 * damage: buffer pixels, within the buffer (the worker ends over others); NULL or empty: no
 * difference. A new texture, or a buffer of another size, kind or format, is read wholly whatever
 * damage says. More than WIRE_MAX_RECTS rectangles become their extents.
 */
void render_client_texture_update(struct render_client *client, uint32_t texture, uint32_t buffer,
	const pixman_region32_t *damage);
void render_client_texture_forget(struct render_client *client, uint32_t texture);

/** Both answered by listener->target_result. */
void render_client_target_allocate(struct render_client *client, uint32_t target, int32_t width,
	int32_t height, uint32_t format);
void render_client_target_import(struct render_client *client, uint32_t target,
	enum wire_target_access access, const struct dmabuf *dmabuf);
void render_client_target_forget(struct render_client *client, uint32_t target);

/** One textured rectangle of a frame; the fields are those of struct wire_quad. */
struct render_quad {
	uint32_t texture;
	uint32_t flags;     /**< enum wire_quad_flag */
	uint32_t transform; /**< enum wl_output_transform */
	float alpha;
	float src_x, src_y, src_w, src_h; /**< buffer pixels */
	int32_t x, y, width, height;      /**< target pixels */
	/** Target pixels inside which it is drawn, borrowed; NULL: where the frame is damaged. */
	const pixman_region32_t *clip;
};

struct render_frame {
	uint32_t sequence; /**< named by the answers */
	uint32_t target;
	/** All that the frame changes in the target, target pixels, within the target. */
	const pixman_region32_t *damage;
	const struct render_quad *quads; /**< bottom to top */
	size_t n_quads;
};

/**
 * Draws. Answered by listener->frame_done, perhaps by frame_submitted before it.
 * False: more quads or rectangles than a message holds, nothing was sent: simplify the regions
 * (their extents).
 */
bool render_client_frame(struct render_client *client, const struct render_frame *frame);

#endif
