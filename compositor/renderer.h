/**
 * Between the clients' surfaces and the worker: tells it of pools, buffers and textures when they
 * are first drawn, and holds every buffer that a frame reads until that frame is done. After a
 * worker's death all is told again.
 */
#ifndef COMPOSITOR_RENDERER_H
#define COMPOSITOR_RENDERER_H

#include "common/ids.h"
#include "compositor/scene.h"
#include "render/client.h"

#include <pixman.h>
#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct buffer;
struct kms_device;
struct surface;

/** Zeroed but for device, then renderer_init(). */
struct renderer {
	struct kms_device *device;    /**< tells what a client's dma-buf is; NULL: headless */
	struct render_client *client; /**< NULL: no worker now */
	uint32_t generation;          /**< of the worker; what it knows carries this number */
	uint32_t max_extent; /**< of the last worker: the largest side of a buffer, pixels */
	bool expects_venus;  /**< this worker or a later one draws by it: what that cannot import is
				refused. Its owner's to set, until a GPU's worker is attached */
	uint64_t gpu_pixels; /**< drawn without a pause that are a GPU's to draw, until they are
				enough */
	int64_t gpu_time;    /**< when the last of these were, CLOCK_MONOTONIC, nanoseconds */
	struct ids pools, buffers, textures, targets;
	struct wl_list
		imports; /**< dma-bufs whose answer is awaited, oldest first (renderer_private.h) */
	uint32_t sequence;    /**< of the last frame of a screen */
	uint64_t last_serial; /**< of buffers, so that a texture knows which it shows */
	struct renderer_background {
		uint32_t texture, buffer, generation;
	} black, nothing; /**< what lies behind all surfaces */
	struct render_quad *quads;
	size_t quads_cap;
};

void renderer_init(struct renderer *renderer);
void renderer_finish(struct renderer *renderer);

/** A worker is ready; fresh: it knows nothing yet, and every dma-buf is imported again. */
void renderer_attach(struct renderer *renderer, struct render_client *client, bool fresh);

/** Whether no import is awaited: a picture drawn now lacks nothing. */
bool renderer_is_settled(const struct renderer *renderer);

/** There is no worker now. Imports that are awaited wait for the next one. */
void renderer_detach(struct renderer *renderer);

/**
 * To be called before renderer_detach() where the worker died or hangs. The import that it was
 * asked for first may be the cause: if another worker died of it already, it is refused.
 */
void renderer_worker_died(struct renderer *renderer);

/** A client wants its dma-buf imported: answered by linux_dmabuf_imported(), perhaps after the next
 * worker's start. */
void renderer_import(struct renderer *renderer, struct buffer *buffer);

/** The worker's answer (render_client_listener.buffer_result). What is seen may have changed. */
void renderer_imported(struct renderer *renderer, uint32_t id, bool ok, const char *reason);

/** The worker's answer where a better one is looked for: that one is asked, or
 * renderer_give_up_imports() ends it. */
void renderer_import_later(struct renderer *renderer, uint32_t id);

/** No better worker was found: what it was to be asked for is refused. reason: a person's words. */
void renderer_give_up_imports(struct renderer *renderer, const char *reason);

/**
 * Whether enough was ever drawn of what is a GPU's to draw for it to be worth starting one, a
 * second without it being a pause after which the count begins anew: clients' dma-bufs, and
 * pictures that are scaled or turned. What is only copied or blended the CPU does as cheaply as it
 * brings wl_shm to a GPU.
 */
bool renderer_suits_gpu(const struct renderer *renderer);

/** A buffer was committed: one that the worker could not draw is marked unreadable, and said so. */
void renderer_admit(struct renderer *renderer, struct buffer *buffer);

enum renderer_target_state {
	RENDERER_TARGET_ASKED, /**< renderer_target_result() will tell */
	RENDERER_TARGET_READY,
	RENDERER_TARGET_REFUSED, /**< not possible, and not asked again */
};

/**
 * Makes a client's buffer a target, to draw a capture into; *id is its name, for struct
 * renderer_frame. The worker knows it for as long as the buffer lives. Never while there is no
 * worker.
 */
enum renderer_target_state renderer_tell_target(
	struct renderer *renderer, struct buffer *buffer, uint32_t *id);

/** The worker's answer (render_client_listener.target_result). False: not one of these targets. */
bool renderer_target_result(struct renderer *renderer, uint32_t id, bool ok, const char *reason);

/** What the surface's client has changed is shown without being drawn: its next frame has nothing
 * to do with it. */
void renderer_skip(struct surface *surface);

/** Pixels: of a target, and of what is black in its test. */
struct renderer_test {
	int32_t width, height, black_width, black_height;
};

/** A frame to draw, and what it holds while it is under way. */
struct renderer_frame {
	uint32_t target, sequence; /**< named by the answers */
	int32_t x, y; /**< where the target's corner lies in the scene; within scene_end()'s size */
	bool transparent;                /**< nothing lies behind the surfaces; else black */
	const pixman_region32_t *damage; /**< of the scene, within the target; borrowed */
	struct wl_array locks; /**< struct buffer *: what it reads; empty before and after */
};

/** For struct renderer_frame: no other screen's frame has it. The highest bit is the captures'. */
uint32_t renderer_next_sequence(struct renderer *renderer);

/** Draws damage of the scene into a target; then renderer_frame_done(). False: there is no worker.
 */
bool renderer_draw(
	struct renderer *renderer, const struct scene *scene, struct renderer_frame *frame);

/**
 * Draws what tells whether a target is shown as it was drawn: black in the corner at 0,0,
 * nothing elsewhere; then renderer_frame_done(). frame: target and sequence.
 */
bool renderer_draw_test(struct renderer *renderer, const struct renderer_frame *frame,
	const struct renderer_test *test);

/** The frame is done, or lost: its buffers may change. */
void renderer_frame_done(struct renderer_frame *frame);

#endif
