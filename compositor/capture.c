#include "compositor/capture.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/xalloc.h"
#include "compositor/screen.h"
#include "protocol/buffer.h"
#include "protocol/region.h"

#include <stdlib.h>

/* A capture under which the worker dies again is not tried for ever. */
#define CAPTURE_MAX_TRIES 2

struct capture {
	struct captures *captures;
	struct wl_list link; /* captures::waiting or ::drawing */
	struct capture_request request;
	capture_answer answer; /* NULL: cancelled */
	void *data;
	pixman_region32_t stale; /* of the screen's pixels: to be drawn beside the damage */
	struct renderer_frame frame;
	pixman_region32_t damage; /* taken from the tracker when it was drawn */
	bool drawing;             /* the worker draws it */
	int tries;
};

void captures_init(struct captures *captures)
{
	wl_list_init(&captures->waiting);
	wl_list_init(&captures->drawing);
	wl_list_init(&captures->trackers);
}

static void capture_destroy(struct capture *capture)
{
	renderer_frame_done(&capture->frame);
	wl_list_remove(&capture->link);
	buffer_drop(capture->request.buffer);
	pixman_region32_fini(&capture->stale);
	pixman_region32_fini(&capture->damage);
	free(capture);
}

/* The client does not get what was drawn: for its next capture all of that has changed. */
static void capture_return_damage(struct capture *capture)
{
	struct capture_tracker *tracker = capture->request.tracker;
	if (!tracker)
		return;
	const pixman_box32_t *box = &tracker->box; /* the screen may have become smaller */
	pixman_region32_union(&tracker->damage, &tracker->damage, &capture->damage);
	pixman_region32_intersect_rect(&tracker->damage, &tracker->damage, box->x1, box->y1,
		(unsigned)(box->x2 - box->x1), (unsigned)(box->y2 - box->y1));
}

/* With damage NULL it failed. */
static void capture_end(struct capture *capture, pixman_region32_t *damage)
{
	capture_answer answer = capture->answer;
	if (!damage)
		capture_return_damage(capture);
	else
		pixman_region32_translate(
			damage, -capture->request.box.x1, -capture->request.box.y1);
	if (answer)
		answer(capture->data, damage, clock_now());
	capture_destroy(capture);
}

static void capture_fail(struct capture *capture)
{
	capture_end(capture, NULL);
}

void captures_finish(struct captures *captures)
{
	struct capture *capture, *next;
	if (!captures->listener)
		return;
	wl_list_for_each_safe (capture, next, &captures->drawing, link)
		capture_fail(capture);
	wl_list_for_each_safe (capture, next, &captures->waiting, link)
		capture_fail(capture);
}

static void capture_set_drawing(struct capture *capture, bool drawing)
{
	struct captures *captures = capture->captures;
	capture->drawing = drawing;
	wl_list_remove(&capture->link);
	wl_list_insert((drawing ? &captures->drawing : &captures->waiting)->prev, &capture->link);
}

/* What is to be drawn of the screen: at least what changed and what the buffer lacks. */
static void capture_take_damage(struct capture *capture)
{
	const pixman_box32_t *box = &capture->request.box;
	struct capture_tracker *tracker = capture->request.tracker;
	if (tracker) {
		pixman_region32_union(&capture->damage, &capture->damage, &tracker->damage);
		pixman_region32_clear(&tracker->damage);
	} else {
		pixman_region32_reset(&capture->damage, box);
	}
	pixman_region32_union(&capture->stale, &capture->stale, &capture->damage);
}

static void capture_draw(struct capture *capture, uint32_t target)
{
	struct captures *captures = capture->captures;
	const struct capture_request *request = &capture->request;
	struct scene scene = {0};
	pixman_region32_t ignored;
	capture_take_damage(capture);
	capture->frame = (struct renderer_frame){
		.target = target,
		.sequence = ++captures->sequence | CAPTURE_SEQUENCE,
		.x = request->box.x1,
		.y = request->box.y1,
		.damage = &capture->stale,
	};
	wl_array_init(&capture->frame.locks);
	pixman_region32_init(&ignored);
	scene_init(&scene);
	scene_begin(&scene, &request->screen->output.map);
	captures->listener->build_scene(captures->data, request->screen, &scene, request->cursor);
	scene_end(&scene, &ignored);
	bool sent = renderer_draw(captures->renderer, &scene, &capture->frame);
	scene_finish(&scene);
	pixman_region32_fini(&ignored);
	if (sent)
		capture_set_drawing(capture, true);
	else
		capture_fail(capture);
}

static bool capture_waits(const struct capture *capture)
{
	return capture->request.waits && capture->request.tracker;
}

static bool capture_is_due(const struct capture *capture)
{
	return !capture_waits(capture) ||
	       pixman_region32_not_empty(&capture->request.tracker->damage);
}

static void capture_try(struct capture *capture)
{
	uint32_t target;
	if (!capture_is_due(capture))
		return;
	switch (renderer_tell_target(
		capture->captures->renderer, capture->request.buffer, &target)) {
	case RENDERER_TARGET_ASKED:
		break;
	case RENDERER_TARGET_READY:
		capture_draw(capture, target);
		break;
	case RENDERER_TARGET_REFUSED:
		capture_fail(capture);
		break;
	}
}

void captures_scene_built(
	struct captures *captures, struct screen *screen, const pixman_region32_t *damage)
{
	struct capture_tracker *tracker;
	wl_list_for_each (tracker, &captures->trackers, link) {
		if (tracker->screen != screen)
			continue;
		pixman_region32_t part;
		const pixman_box32_t *box = &tracker->box;
		pixman_region32_init(&part);
		pixman_region32_intersect_rect(&part, (pixman_region32_t *)damage, box->x1, box->y1,
			(unsigned)(box->x2 - box->x1), (unsigned)(box->y2 - box->y1));
		pixman_region32_union(&tracker->damage, &tracker->damage, &part);
		region_simplify(&tracker->damage, SCENE_MAX_RECTS);
		pixman_region32_fini(&part);
	}
	struct capture *capture, *next;
	if (!captures->renderer->client)
		return;
	wl_list_for_each_safe (capture, next, &captures->waiting, link) {
		if (capture->request.screen == screen)
			capture_try(capture);
	}
}

bool captures_frame_done(struct captures *captures, const struct wire_frame_done *done)
{
	struct capture *capture;
	if (!(done->sequence & CAPTURE_SEQUENCE))
		return false;
	wl_list_for_each (capture, &captures->drawing, link) {
		if (capture->frame.sequence != done->sequence)
			continue;
		if (!done->ok)
			log_limited(
				LOG_LEVEL_WARN, "a capture could not be drawn: %s", done->reason);
		capture_end(capture, done->ok ? &capture->damage : NULL);
		break;
	}
	return true;
}

bool captures_target_result(struct captures *captures, uint32_t id, bool ok, const char *reason)
{
	struct capture *capture;
	if (!renderer_target_result(captures->renderer, id, ok, reason))
		return false;
	wl_list_for_each (capture, &captures->waiting, link)
		captures->listener->schedule(captures->data, capture->request.screen);
	return true;
}

void captures_stop(struct captures *captures)
{
	struct capture *capture, *next;
	wl_list_for_each_safe (capture, next, &captures->drawing, link) {
		renderer_frame_done(&capture->frame);
		capture->request.waits = false;
		if (capture->answer && ++capture->tries < CAPTURE_MAX_TRIES)
			capture_set_drawing(capture, false);
		else
			capture_fail(capture);
	}
}

void captures_fail_screen(struct captures *captures, const struct screen *screen)
{
	struct capture *capture, *next;
	wl_list_for_each_safe (capture, next, &captures->waiting, link) {
		if (capture->request.screen == screen)
			capture_fail(capture);
	}
	/* What is drawn already may end well; it is not tried again. */
	wl_list_for_each (capture, &captures->drawing, link) {
		if (capture->request.screen == screen)
			capture->tries = CAPTURE_MAX_TRIES;
	}
}

void captures_screen_off(struct captures *captures, const struct screen *screen)
{
	struct capture *capture, *next;
	wl_list_for_each_safe (capture, next, &captures->waiting, link) {
		if (capture->request.screen == screen && !capture_waits(capture))
			capture_fail(capture);
	}
}

void captures_forget_screen(struct captures *captures, const struct screen *screen)
{
	struct capture_tracker *tracker;
	captures_fail_screen(captures, screen);
	wl_list_for_each (tracker, &captures->trackers, link) {
		if (tracker->screen == screen)
			tracker->screen = NULL;
	}
}

void capture_tracker_init(struct capture_tracker *tracker, struct captures *captures,
	struct screen *screen, pixman_box32_t box)
{
	tracker->screen = screen;
	tracker->box = box;
	pixman_region32_init_with_extents(&tracker->damage, &box);
	wl_list_insert(&captures->trackers, &tracker->link);
}

void capture_tracker_finish(struct capture_tracker *tracker)
{
	pixman_region32_fini(&tracker->damage);
	wl_list_remove(&tracker->link);
}

struct capture *capture_start(struct captures *captures, const struct capture_request *request,
	capture_answer answer, void *data)
{
	const pixman_box32_t *box = &request->box;
	struct capture *capture = xcalloc(1, sizeof *capture);
	capture->captures = captures;
	capture->request = *request;
	capture->answer = answer;
	capture->data = data;
	buffer_hold(request->buffer);
	wl_array_init(&capture->frame.locks);
	pixman_region32_init(&capture->damage);
	pixman_region32_init(&capture->stale);
	if (request->stale) {
		pixman_region32_intersect_rect(&capture->stale, (pixman_region32_t *)request->stale,
			0, 0, (unsigned)(box->x2 - box->x1), (unsigned)(box->y2 - box->y1));
		pixman_region32_translate(&capture->stale, box->x1, box->y1);
	} else {
		pixman_region32_reset(&capture->stale, box);
	}
	wl_list_insert(captures->waiting.prev, &capture->link);
	captures->listener->schedule(captures->data, request->screen);
	return capture;
}

void capture_cancel(struct capture *capture)
{
	if (!capture)
		return;
	capture_return_damage(capture);
	/* One that is being drawn ends with its frame, which uses the buffer until then. */
	capture->answer = NULL;
	capture->request.tracker = NULL;
	if (!capture->drawing)
		capture_destroy(capture);
}
