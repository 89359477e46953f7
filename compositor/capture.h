/**
 * Draws what a screen shows into clients' buffers.
 *
 * A capture is a frame like any other, with a client's buffer as its target: the core maps nothing.
 * It is drawn when the screen's next scene is built, so that both show the same; a screen on which
 * nothing changed is not drawn for it. After a worker's death it is drawn again.
 */
#ifndef COMPOSITOR_CAPTURE_H
#define COMPOSITOR_CAPTURE_H

#include "compositor/renderer.h"
#include "compositor/scene.h"

#include <pixman.h>
#include <stdbool.h>
#include <stdint.h>
#include <wayland-server-core.h>

struct buffer;
struct screen;
struct wire_frame_done;

/** Of a frame's sequence: it is a capture's, not a screen's. */
#define CAPTURE_SEQUENCE (UINT32_C(1) << 31)

/** All are required. */
struct captures_listener {
	/** Adds what the screen shows, with the pointer's picture or without. */
	void (*build_scene)(void *data, struct screen *screen, struct scene *scene, bool cursor);
	/** A capture waits for the screen's next scene. */
	void (*schedule)(void *data, struct screen *screen);
};

/** Zeroed but for listener, data and renderer, then captures_init(). */
struct captures {
	const struct captures_listener *listener;
	void *data;
	struct renderer *renderer;
	uint32_t sequence;
	struct wl_list waiting;  /**< struct capture::link: for a scene, or for their target */
	struct wl_list drawing;  /**< struct capture::link */
	struct wl_list trackers; /**< struct capture_tracker::link */
};

void captures_init(struct captures *captures);

/** Fails all that wait. */
void captures_finish(struct captures *captures);

/** The screen's scene was built; damage: what it changed. Draws what waited for it. */
void captures_scene_built(
	struct captures *captures, struct screen *screen, const pixman_region32_t *damage);

/** The worker's answer to a frame. False: the frame is no capture's. */
bool captures_frame_done(struct captures *captures, const struct wire_frame_done *done);

/** The worker's answer about a target. False: not a capture's. */
bool captures_target_result(struct captures *captures, uint32_t id, bool ok, const char *reason);

/** The worker is gone. */
void captures_stop(struct captures *captures);

/** The screen has another size: what waits for it, for a part of the old one, fails. */
void captures_fail_screen(struct captures *captures, const struct screen *screen);

/** It shows nothing any more, for now: what was to be captured at once fails, what waits for a
 * change goes on. */
void captures_screen_off(struct captures *captures, const struct screen *screen);

/** The screen goes: what waits for it fails. */
void captures_forget_screen(struct captures *captures, const struct screen *screen);

/** Collects what changes on a part of a screen, between one capture of it and the next. */
struct capture_tracker {
	struct wl_list link;
	struct screen *screen;    /**< NULL: gone */
	pixman_box32_t box;       /**< pixels of the screen */
	pixman_region32_t damage; /**< the same, within box; all of it at first */
};

void capture_tracker_init(struct capture_tracker *tracker, struct captures *captures,
	struct screen *screen, pixman_box32_t box);
void capture_tracker_finish(struct capture_tracker *tracker);

/** What to capture, and into what. */
struct capture_request {
	struct screen *screen;
	pixman_box32_t box;              /**< pixels of the screen, of the buffer's size */
	bool cursor;                     /**< with the pointer's picture */
	bool waits;                      /**< until the tracker has damage */
	struct buffer *buffer;           /**< held until the answer */
	struct capture_tracker *tracker; /**< borrowed until the answer; NULL: none, never waits */
	/** What the buffer lacks beside the tracker's damage, its own pixels; NULL: everything.
	 * Borrowed for the call. */
	const pixman_region32_t *stale;
};

/**
 * Told once. damage: what changed since the tracker's last capture, pixels of the buffer (all of it
 * without a tracker); NULL: it failed. time: when, nanoseconds CLOCK_MONOTONIC.
 */
typedef void (*capture_answer)(void *data, const pixman_region32_t *damage, int64_t time);

struct capture;

/** Answers later, never from here. The capture is gone after its answer. */
struct capture *capture_start(struct captures *captures, const struct capture_request *request,
	capture_answer answer, void *data);

/** Nobody waits for the answer any more. Accepts NULL. */
void capture_cancel(struct capture *capture);

#endif
