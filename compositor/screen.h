/**
 * One display: when to draw a frame, into which target, and telling clients when it was shown. On
 * KMS the flip event ends a frame; headless, the worker's answer does.
 */
#ifndef COMPOSITOR_SCREEN_H
#define COMPOSITOR_SCREEN_H

#include "compositor/feedback.h"
#include "compositor/frame_clock.h"
#include "compositor/renderer.h"
#include "compositor/scanout/scanout.h"
#include "compositor/scene.h"
#include "compositor/stats.h"
#include "compositor/trace.h"
#include "protocol/output.h"

#include <pixman.h>
#include <stdbool.h>
#include <wayland-server-core.h>

struct kms_output;

/** All are required. */
struct screen_listener {
	/** Adds what is to be seen, bottom to top, by scene_add(). */
	void (*build_scene)(void *data, struct scene *scene);
	/** What the last scene shows is shown: it was flipped to, or changed nothing. */
	void (*presented)(void *data);
	/** A scene was built, and is drawn if there is damage: what it changed. */
	void (*scene_built)(void *data, const pixman_region32_t *damage);
	/** The worker does not answer, or draws nothing: it is as good as dead. screen_stop() was
	 * called. */
	void (*stalled)(void *data, const char *reason);
	/** The display is lost for good; reason is one line. */
	void (*failed)(void *data, const char *reason);
};

enum screen_state {
	SCREEN_OFF,      /**< no worker or no session: nothing is drawn, what changes is kept */
	SCREEN_SETTLING, /**< a new worker imports the clients' dma-bufs, so that its first picture
			    lacks nothing */
	SCREEN_IDLE,     /**< nothing to show; no timer runs */
	SCREEN_WAITING,  /**< for the next frame's time */
	SCREEN_DRAWING,  /**< the worker draws */
	SCREEN_FLIPPING, /**< committed */
};

struct screen {
	const struct screen_listener *listener;
	void *data;
	struct wl_event_loop *loop;
	struct kms_output *kms;    /**< NULL: headless; borrowed */
	struct scanout *scanout;   /**< borrowed */
	struct renderer *renderer; /**< borrowed */
	struct output output;      /**< what clients see of it, its size, scale and transform too */

	enum screen_state state;
	bool active;  /**< the session has the display */
	bool modeset; /**< the next frame is shown even if nothing changed, and sets the mode */
	bool needed;  /**< something changed since the scene was built */
	struct wl_event_source *timer; /**< the next frame's time, or the worker's deadline */
	struct wl_event_source
		*soon; /**< the next frame starts before the loop sleeps; NULL: not */
	struct frame_clock clock;
	bool may_tear;   /**< the frame under way may be shown torn */
	int64_t planned; /**< when the waiting frame starts */
	int failures;    /**< frames in a row that could not be drawn */

	struct scene scene;
	struct scanout_target *target; /**< being drawn or flipped */
	struct scanout_target *shown;
	struct renderer_frame frame; /**< given to the worker last */
	pixman_region32_t damage;    /**< what the scene changed since the last commit */
	struct feedback feedback;    /**< of the frame under way */
	struct stats stats;
	struct trace *trace;      /**< borrowed; NULL: none is written */
	struct trace_frame times; /**< of the frame under way */
};

/** *screen has listener, data, loop, kms, renderer, trace, output's map and borrowed strings filled
 * in, the rest zeroed. refresh: mHz, or FRAME_CLOCK_UNLIMITED. */
bool screen_init(struct screen *screen, struct wl_display *display, int32_t refresh);
void screen_finish(struct screen *screen);

/** The scanout is ready, at first or again: draws everything. */
void screen_start(struct screen *screen, struct scanout *scanout, bool fresh_worker);

/** The worker is gone; the last picture stays, the frame under way is drawn again after
 * screen_start(). */
void screen_stop(struct screen *screen);

/** The session got or lost the display (VT switch). */
void screen_set_active(struct screen *screen, bool active);

/** Another scale or transform: clients are told, and all is drawn by it. */
void screen_remap(struct screen *screen, int32_t transform, uint32_t scale);

/** Something that is to be seen has changed. */
void screen_schedule(struct screen *screen);

/** The worker has answered an import. */
void screen_imported(struct screen *screen);

/** The worker's answers and KMS's. fence: a sync_file, taken over. */
void screen_frame_submitted(struct screen *screen, uint32_t sequence, int fence);
void screen_frame_done(struct screen *screen, const struct wire_frame_done *done);
void screen_flipped(struct screen *screen, uint32_t sequence, int64_t time, uint32_t flags);

#endif
