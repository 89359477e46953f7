/**
 * Finds the best way from the worker's drawing to the screen, proves it, and keeps the worker. The
 * targets to draw into are swapchain.h's, one an output.
 *
 * A ladder of rungs (order.h) is tried top down (or up from its end: gpu_on_demand), all on the
 * event loop, nothing blocks. A rung holds when the worker drew a pattern into a target and the
 * core read the same pattern back through a mapping of its own. A worker that dies or hangs on a
 * rung is that rung's failure, and the next rung gets a new worker.
 */
#ifndef SCANOUT_SCANOUT_H
#define SCANOUT_SCANOUT_H

#include "common/dmabuf.h"
#include "compositor/scanout/order.h"
#include "kms/buffer.h"
#include "kms/device.h"
#include "kms/output.h"
#include "render/client.h"

#include <pixman.h>
#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct scanout;

enum scanout_renderer {
	SCANOUT_RENDERER_AUTO,   /**< every rung */
	SCANOUT_RENDERER_VULKAN, /**< all but SCANOUT_CPU */
	SCANOUT_RENDERER_CPU,    /**< SCANOUT_CPU only */
};

/** What targets are for. */
struct scanout_place {
	struct kms_output *output; /**< asked whether it would show a target; NULL: nobody is. Must
				      outlive the targets' making */
	struct kms_mode mode;      /**< of its size the targets are */
	bool cursor; /**< they are pictures of a cursor, with alpha: memory that the CPU draws into,
			whatever the rung; of the device only */
};

struct scanout_options {
	const char *worker; /**< path of vitrine-render; NULL: the default. Kept, must outlive the
			       scanout */
	struct kms_device *device;  /**< NULL: headless. Must outlive the scanout */
	uint32_t format;            /**< DRM fourcc of the targets; 0: XRGB8888 */
	struct scanout_place proof; /**< where the rungs are proved */
	struct scanout_order order;
	enum scanout_renderer renderer;
	/** Begins at SCANOUT_CPU, which nothing named is below, and tries the rungs above it when
	 * scanout_want_gpu() says so; or when it does not hold. */
	bool gpu_on_demand;
	bool needs_gpu;      /**< a Vulkan that is a program for the CPU will not do */
	dev_t render_device; /**< headless: the DRM device to prefer for Vulkan, 0: any. Else
				ignored */
};

enum scanout_target_state {
	SCANOUT_TARGET_FREE,    /**< may be drawn into */
	SCANOUT_TARGET_DRAWING, /**< the worker draws into it */
	SCANOUT_TARGET_QUEUED,  /**< drawn (or fenced) and committed, not flipped yet */
	SCANOUT_TARGET_SHOWN,   /**< on the screen. May be drawn into only if it is the only one
				   (single-buffered) */
};

/** Something to draw into and to show. Made by a swapchain; stale and state are the caller's to
 * keep. */
struct scanout_target {
	uint32_t id;               /**< for struct render_frame */
	struct kms_buffer *buffer; /**< for struct kms_output_frame; NULL: headless */
	struct dmabuf memory; /**< headless: a memfd or dma-buf that can be mapped for reading, else
				 empty */
	pixman_region32_t
		stale; /**< what it lacks against the newest scene, pixels; all of it at ready */
	enum scanout_target_state state; /**< SCANOUT_TARGET_FREE at ready */
};

enum scanout_outcome {
	SCANOUT_UNTRIED, /**< a better rung held, or the order leaves it out */
	SCANOUT_SKIPPED, /**< known not to work here */
	SCANOUT_FAILED,
	SCANOUT_PROVED,   /**< the pattern was read back */
	SCANOUT_UNPROVED, /**< drawn without error, but this memory cannot be mapped for reading
			     back */
};

/** "untried", "skipped", "failed", "proved", "unproved". */
const char *scanout_outcome_name(enum scanout_outcome outcome);

/** What became of a rung. */
struct scanout_attempt {
	enum scanout_outcome outcome;
	char reason[256]; /**< why not, a person's words; empty if it held */
};

struct scanout_verdict {
	enum scanout_rung rung;
	bool proved;
	bool zero_copy; /**< neither CPU nor GPU copies target memory */
	bool gpu_copy;  /**< the driver cannot draw into LINEAR: the GPU copies the damage once */
	/**
	 * "scanout: vk-export, zero-copy proven, 0 bytes copied a frame (gbm-import skipped:
	 * classic resource,
	 * ...)": for the log and for people; the scanout logs it itself at each change.
	 */
	const char *line;
	bool fresh_worker; /**< the worker knows nothing of pools, buffers and textures: tell it all
			      again */
};

struct scanout_listener {
	/** A rung holds and its worker's listener is the caller's now
	 * (render_client_set_listener()): swapchains can be made. */
	void (*ready)(void *data, const struct scanout_verdict *verdict);
	/** No rung of the order holds; reason is one line. May destroy the scanout. */
	void (*failed)(void *data, const char *reason);
	/** A better rung holds with a worker of its own: the one until now, and all that it made,
	 * is of no use any more. ready follows. Needed only where a worker is kept. */
	void (*replaced)(void *data);
	/** None does yet; reason is one line. Needed only with gpu_on_demand. */
	void (*kept)(void *data, const char *reason);
};

/** Starts the ladder; listener functions are called from the loop, never from here. NULL: no
 * memory. */
struct scanout *scanout_create(struct wl_event_loop *loop, const struct scanout_options *options,
	const struct scanout_listener *listener, void *data);

/** Ends the worker too. Swapchains that are left are of no use any more. Accepts NULL. */
void scanout_destroy(struct scanout *scanout);

/** Where rungs are proved from now on: the output before is going, or has another mode. */
void scanout_move_proof(struct scanout *scanout, const struct scanout_place *place);

/** The worker to draw with; NULL while not ready. The scanout polls and dispatches it. */
struct render_client *scanout_client(struct scanout *scanout);

/** The verdict of the last ready; NULL while not ready. */
const struct scanout_verdict *scanout_verdict(const struct scanout *scanout);

/** What became of a rung so far. */
const struct scanout_attempt *scanout_attempt(
	const struct scanout *scanout, enum scanout_rung rung);

/** Why such memory must never be shown on this machine, whoever made it; NULL: it may be. See
 * vmm.h.
 */
const char *scanout_refuses(const struct scanout *scanout, enum kms_memory memory);

/** The worker has drawn a frame of the caller's. */
void scanout_frame_drawn(struct scanout *scanout);

/** The display has shown one without the worker, while that was ready: the session does not end
 * however often it dies, but each new round down the ladder has its pause. */
void scanout_frame_shown(struct scanout *scanout);

/**
 * With gpu_on_demand: something is to be shown that a GPU draws better than the CPU, or that the
 * CPU cannot read. The first time the rungs above are tried at once, beside the worker that serves,
 * later as after a death. True: they are being tried, and ready follows (of one of them, or of
 * this one's next worker, should it die before) or kept.
 */
bool scanout_want_gpu(struct scanout *scanout);

/**
 * Starts a worker with Vulkan, hears what it says of itself, and ends it. Blocks, milliseconds at
 * most. hear is called at once, or not at all: there is no GPU that imports dma-bufs (logged);
 * false.
 */
bool scanout_ask_gpu(struct scanout *scanout, int ms,
	void (*hear)(void *data, const struct render_info *info), void *data);

/**
 * To be called from the caller's render_client_listener.died: starts a new worker. The same rung is
 * taken again, without proof; a rung whose workers keep dying is given up for the next one, and
 * after the last, once any frame was drawn, all are tried again, some times. After a minute without
 * a death the rungs above are tried again (VITRINE_QUIET). Ends in ready or failed.
 */
void scanout_worker_died(struct scanout *scanout, const char *reason);

/**
 * The worker's answer about a target (render_client_listener.target_result). False: not one of a
 * swapchain's. memory: moved away if it is one, and needed.
 */
bool scanout_target_result(
	struct scanout *scanout, uint32_t id, bool ok, struct dmabuf *memory, const char *reason);

/** Whether no rung is left below the one that serves. */
bool scanout_is_last(const struct scanout *scanout);

/**
 * The rung cannot serve an output after all: goes on to the next. Nothing of the worker's may be
 * used any more. Ends in ready or failed.
 */
void scanout_rung_failed(struct scanout *scanout, const char *reason);

#endif
