/**
 * One display: when to draw a frame, into which target, and telling clients when it was shown. On
 * KMS the flip event ends a frame; headless, the worker's answer does.
 */
#ifndef COMPOSITOR_SCREEN_H
#define COMPOSITOR_SCREEN_H

#include "compositor/feedback.h"
#include "compositor/frame_clock.h"
#include "compositor/presence.h"
#include "compositor/renderer.h"
#include "compositor/scanout/swapchain.h"
#include "compositor/scene.h"
#include "compositor/stats.h"
#include "compositor/trace.h"
#include "kms/mode.h"
#include "protocol/alarm.h"
#include "protocol/deadline.h"
#include "protocol/output.h"

#include <pixman.h>
#include <stdbool.h>
#include <wayland-server-core.h>

struct buffer;
struct direct;
struct kms_buffer;
struct kms_output;
struct screen;

/** All are required. */
struct screen_listener {
	/** Adds what is to be seen, bottom to top, by scene_add(). */
	void (*build_scene)(void *data, struct screen *screen, struct scene *scene);
	/** What the last scene shows is shown: it was flipped to, or changed nothing. */
	void (*presented)(void *data, struct screen *screen);
	/** Another surface fills the screen alone, pixel for pixel, and might be shown as it is
	 * (screen::alone). */
	void (*alone_changed)(void *data, struct screen *screen, struct surface *before);
	/** A scene was built, and is drawn if there is damage: what it changed. */
	void (*scene_built)(void *data, struct screen *screen, const pixman_region32_t *damage);
	/** Whether the clients that are to follow another mode have done so. */
	bool (*settled)(void *data, struct screen *screen);
	/** The screen has its new mode, and draws it next; or keeps the old one, or draws that
	 * again for its display has refused the new one: reason (else NULL) is one line. */
	void (*mode_changed)(void *data, struct screen *screen, const char *reason);
	/** The rung cannot give this screen targets, or none that its display shows. */
	void (*unusable)(void *data, struct screen *screen, const char *reason);
	/** The worker draws nothing: it is as good as dead. */
	void (*stalled)(void *data, struct screen *screen, const char *reason);
	/** The display is lost for good; reason is one line. */
	void (*failed)(void *data, struct screen *screen, const char *reason);
};

enum screen_state {
	SCREEN_OFF,      /**< no targets or no session: nothing is drawn, what changes is kept */
	SCREEN_SETTLING, /**< a new worker imports the clients' dma-bufs, so that its first picture
			    lacks nothing */
	SCREEN_IDLE,     /**< nothing to show; no timer runs, but for the deadline's last tick, and
			    the alarm before the first picture */
	SCREEN_WAITING,  /**< for the next frame's time */
	SCREEN_DRAWING,  /**< the worker draws */
	SCREEN_HOLDING,  /**< drawn, or nothing was to be drawn: shown at its vblank */
	SCREEN_BLOCKED,  /**< as that, but the host owes an answer before it can be committed */
	SCREEN_FLIPPING, /**< committed */
	SCREEN_CHANGING, /**< of its mode: the clients have followed, the new targets are made */
};

struct screen {
	const struct screen_listener *listener;
	void *data;
	struct wl_event_loop *loop;
	struct kms_output *kms;      /**< NULL: headless; borrowed */
	struct scanout *scanout;     /**< borrowed; NULL: no rung holds now */
	struct renderer *renderer;   /**< borrowed */
	struct direct *direct;       /**< borrowed */
	struct output output;        /**< what clients see of it; its map has the mode's size */
	const struct screen *source; /**< a mirror's: the one that it shows, and that answers the
					clients; NULL: it shows its own place */
	struct kms_mode mode;        /**< that is shown, or that the next frame sets */
	int32_t pace;                /**< mHz, or FRAME_CLOCK_UNLIMITED: frame_clock_set_pace() */
	struct kms_mode sure_mode; /**< that the display has taken last; before, that it began in */
	struct swapchain *swapchain; /**< of the mode; NULL: none */

	/* screen_mode.c: the way to another mode */
	struct kms_mode next_mode;
	struct swapchain *next; /**< of that mode; NULL: none is on its way */
	bool mode_waits;        /**< targets for next_mode are made when the host has answered, and
				   a renderer is there */
	int mode_stops;         /**< renderers that ended while it was on its way */
	int mode_error;         /**< -errno: the display has refused the mode, and this is the way
				   back; 0: it is not */
	bool mode_returned;     /**< that was tried for this mode */
	bool impatient;         /**< the clients had time enough to follow it */
	struct wl_event_source *patience;
	struct kms_mode refused_mode; /**< the last that was not possible */

	enum screen_state state;
	bool active;     /**< the session has the display */
	bool unwanted;   /**< it had not for a while of the frame under way, which is not shown */
	bool modeset;    /**< the next frame is shown even if nothing changed, and sets the mode */
	bool needed;     /**< something changed since the scene was built */
	int64_t awaited; /**< until then a client is about to come, nanoseconds CLOCK_MONOTONIC */
	struct deadline deadline; /**< the host's */
	struct alarm alarm;       /**< the next frame's start, or its vblank */
	struct wl_event_source
		*soon; /**< the next frame starts before the loop sleeps; NULL: not */

	/* screen_host.c: waiting for the host */
	int64_t asked; /**< since when, nanoseconds CLOCK_MONOTONIC */
	bool silent;   /**< for so long that it was said */

	struct frame_clock clock;
	bool may_tear;   /**< the frame under way may be shown torn */
	bool torn;       /**< the last one was */
	int64_t planned; /**< when the waiting frame starts */
	int64_t begun;   /**< when the frame under way was to start */
	int64_t due;     /**< the frame under way is committed at this time or later */
	int fence;       /**< of the frame that is held: a sync_file; -1: none */
	int failures;    /**< frames in a row that could not be drawn */
	int refusals;    /**< and that were drawn in this mode, by whatever rung, but not shown */

	struct scene scene;
	struct presence presence;
	bool busy;                     /**< the worker has not ended the last frame yet */
	struct scanout_target *target; /**< being drawn or flipped */
	struct scanout_target *shown;

	/* screen_direct.c: clients' buffers, locked */
	struct buffer *direct_held;    /**< of the frame that is held; NULL: none */
	struct kms_buffer *direct_kms; /**< its framebuffer, which lives as long */
	struct buffer *direct_next;    /**< committed; NULL: none */
	struct buffer *direct_shown;   /**< on the display; NULL: a target is */
	struct surface *alone;         /**< that fills the screen alone; NULL: none does */

	struct renderer_frame frame; /**< given to the worker last */
	pixman_region32_t damage;    /**< what the scene changed since the last commit */
	struct feedback feedback;    /**< of the frame under way */
	uint64_t answered;           /**< scenes that were shown, changed or not */
	struct stats *stats;         /**< borrowed; of all screens */
	struct trace *trace;         /**< borrowed; NULL: none is written */
	struct trace_frame times;    /**< of the frame under way */
};

/** *screen has listener, data, loop, kms, renderer, direct, stats, trace, mode and output's map,
 * borrowed strings and index filled in, the rest zeroed. mode.refresh: mHz, or
 * FRAME_CLOCK_UNLIMITED. */
bool screen_init(struct screen *screen);
void screen_finish(struct screen *screen);

/**
 * Makes it a mirror, of which clients see nothing; the next map is to be that of the source.
 * source NULL: it shows its own place, and clients see it. False: no memory for that.
 */
bool screen_set_source(
	struct screen *screen, const struct screen *source, struct wl_display *display);

/** Whether it is what clients go by. */
bool screen_is_heard(const struct screen *screen);

/** A rung holds and the renderer has its worker: makes targets and draws everything. */
void screen_start(struct screen *screen, struct scanout *scanout);

/** The worker is gone, or is not to be used any more; the last picture stays, the frame under way
 * is drawn again after screen_start(). */
void screen_stop(struct screen *screen);

/**
 * Another mode is wanted. Targets for it are made beside the old ones; the picture goes on in the
 * old mode until the clients have followed (listener->settled) or had time enough, and the first
 * frame of the new size sets it. One that is wanted meanwhile takes its place. False: it is the
 * mode already.
 */
bool screen_set_mode(struct screen *screen, const struct kms_mode *mode);

/** The mode that it has, or is on its way to. */
const struct kms_mode *screen_coming_mode(const struct screen *screen);

/** Whether these are two. */
bool screen_is_changing_mode(const struct screen *screen);

/** A surface goes. */
void screen_forget_surface(struct screen *screen, const struct surface *surface);

/** The session got or lost the display (VT switch). */
void screen_set_active(struct screen *screen, bool active);

/** Another place, scale or transform: clients are told, and all is drawn by it. */
void screen_remap(struct screen *screen, const struct output_map *map);

/** Something that is to be seen has changed. */
void screen_schedule(struct screen *screen);

/**
 * A client is about to come: before this time (nanoseconds, CLOCK_MONOTONIC) the first picture is
 * not one without it, which would be seen as a flash and takes the time of a frame.
 */
void screen_await_client(struct screen *screen, int64_t until);

/** The worker owes no import any more: a client may be gone that waited for its own. */
void screen_settle(struct screen *screen);

/** The worker has answered an import. */
void screen_imported(struct screen *screen);

/** The worker's answers and KMS's. fence: a sync_file, taken over. */
void screen_frame_submitted(struct screen *screen, uint32_t sequence, int fence);
void screen_frame_done(struct screen *screen, const struct wire_frame_done *done);
void screen_flipped(struct screen *screen, uint32_t sequence, int64_t time, uint32_t flags);

/** Whatever the host had to answer, it may have. */
void screen_host_answered(struct screen *screen);

/** Whether the host is known to take nothing, so that nobody here is to blame for a picture that
 * does not change. */
bool screen_host_takes_nothing(const struct screen *screen);

#endif
