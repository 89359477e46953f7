/** What the files of the ladder share. */
#ifndef SCANOUT_PRIVATE_H
#define SCANOUT_PRIVATE_H

#include "common/ids.h"
#include "compositor/scanout/proof.h"
#include "compositor/scanout/swapchain.h"
#include "compositor/scanout/vmm.h"

enum scanout_state {
	SCANOUT_STARTING, /* the next rung is chosen from the idle callback, or HELLO is awaited */
	SCANOUT_MAKING,   /* TARGET_RESULT is awaited for the target of the proof */
	SCANOUT_PROVING,  /* FRAME_DONE is awaited for a frame of the pattern */
	SCANOUT_READY,    /* the worker is the caller's */
	SCANOUT_OVER,     /* no rung holds */
};

struct scanout {
	struct wl_event_loop *loop;
	struct scanout_options options;
	const struct vmm *vmm; /* that runs this machine */
	const struct scanout_listener *listener;
	void *data;

	enum scanout_state state;
	size_t position; /* in options.order */
	size_t limit;    /* positions from here on are not tried */
	struct scanout_attempt attempts[SCANOUT_RUNGS];
	bool began_low; /* gpu_on_demand: where this ladder ends, the rungs above are still to be
			   tried */
	bool trusted;   /* this rung held before: no proof again */
	bool served;    /* a frame of the caller's was drawn or shown once */
	int rounds;     /* down the whole ladder since the last one */

	struct render_client *client;  /* may be NULL */
	enum render_renderer renderer; /* the client's */
	bool client_known;             /* the caller told the client of its buffers */
	char broken[2]
		   [256]; /* by enum render_renderer: why it does not start at all; empty: it may */
	struct wl_event_source *client_source, *idle, *deadline; /* may be NULL */
	bool pauses; /* the deadline is when a rung is begun */

	struct ids target_ids;
	struct wl_list swapchains;    /* struct swapchain::link: of this worker */
	struct scanout_target target; /* of the proof, then for the first swapchain that can use
					 it; id 0: there is none */
	struct scanout_proof proof;
	bool gpu_copy;
	uint64_t proof_bytes; /**< that the CPU copied for the last frame of the proof, which
				 changed everything */

	int64_t ready_since; /* CLOCK_MONOTONIC, nanoseconds */
	int deaths;          /* of workers at this rung, one soon after the other */
	struct scanout_verdict verdict;
	char line[1024]; /* verdict.line */

	/* climb.c */
	size_t best;                           /* the highest position that ever held */
	int climb_ms;                          /* without a death until a better rung is tried */
	bool wanted;                           /* a GPU, once (gpu_on_demand) */
	struct scanout *scout;                 /* tries them; NULL: none does */
	struct wl_event_source *quiet, *adopt; /* may be NULL */
};

static inline enum scanout_rung scanout_rung(const struct scanout *scanout)
{
	return scanout->options.order.rungs[scanout->position];
}

/* ladder.c: the state machine */

bool scanout_ladder_init(struct scanout *scanout);
void scanout_ladder_finish(struct scanout *scanout);

/* Goes on at scanout->position, from the event loop. */
void scanout_ladder_start(struct scanout *scanout);

/* The rung holds: the worker is the caller's. */
void scanout_ladder_hold(struct scanout *scanout);

/* Drops the worker and the target. */
void scanout_ladder_drop(struct scanout *scanout);

/* Gives the rung up and goes on to the next. */
void scanout_ladder_give_up(
	struct scanout *scanout, enum scanout_outcome outcome, const char *reason);

/* climb.c: the way up to a better rung */

bool scanout_climb_init(struct scanout *scanout);
void scanout_climb_finish(struct scanout *scanout);

/* A rung holds: waits for the time to try a better one, where one held before or is wanted. */
void scanout_climb_wait(struct scanout *scanout);

/* The worker lived long: what comes is another story. */
void scanout_climb_steady(struct scanout *scanout);

/* The worker is gone: it is not the time. */
void scanout_climb_stop(struct scanout *scanout);

/* swapchain.c: the worker is gone, and with it what they are good for */
void scanout_drop_swapchains(struct scanout *scanout);

/* worker.c */

/* What the rung draws with. */
enum render_renderer scanout_worker_renderer(const struct scanout *scanout);

/* One for the display's device, which nobody polls yet. NULL: no memory or no fds. */
struct render_client *scanout_worker_create(const struct scanout *scanout,
	enum render_renderer renderer, const struct render_client_listener *listener, void *data);

/* NULL: a worker for the rung is starting. Else why not. */
const char *scanout_worker_start(
	struct scanout *scanout, const struct render_client_listener *listener);

/* Ends the worker, if there is one. */
void scanout_worker_drop(struct scanout *scanout);

/* Takes over the worker of another one, which must be at the same rung. False: no memory. */
bool scanout_worker_take(struct scanout *scanout, struct scanout *from);

/* rule.c: what is known before a rung is tried */

/* Why the rung cannot be tried, before there is a worker. NULL: it can. */
const char *scanout_rule_before(const struct scanout *scanout);

/* Why the rung cannot be tried with this worker. NULL: it can. */
const char *scanout_rule_worker(const struct scanout *scanout, const struct render_info *info);

/* Why a worker with Vulkan is no GPU's. NULL: it is one's. */
const char *scanout_rule_gpu(const struct render_info *info);

/* Why the worker cannot draw that size. NULL: it can. */
const char *scanout_rule_size(const struct scanout *scanout, const struct scanout_place *place);

/* Why Vulkan must not get this target: an import that kills the worker. NULL: it may. */
const char *scanout_rule_target(const struct scanout *scanout, const struct scanout_target *target);

/* target.c */

/* Starts a target: listener->target_result follows. NULL, or why it failed at once. Either way
 * scanout_target_finish() is due. */
const char *scanout_target_start(
	struct scanout *scanout, const struct scanout_place *place, struct scanout_target *target);

/* Takes the worker's memory (vk-export): NULL, or why the screen cannot show it. */
const char *scanout_target_take(struct scanout *scanout, const struct scanout_place *place,
	struct scanout_target *target, struct dmabuf *memory);

/* Frees a target, and lets the worker forget it. scanout NULL: that worker is gone. */
void scanout_target_finish(struct scanout *scanout, struct scanout_target *target);

/* verdict.c */

/* Fills scanout->verdict and its line. */
void scanout_verdict_fill(struct scanout *scanout);

/* What became of every rung of the order: "gbm-import skipped: ...; vk-export failed: ...". */
void scanout_verdict_list(const struct scanout *scanout, char *text, size_t cap);

#endif
