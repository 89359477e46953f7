#include "compositor/screen.h"

#include "common/clock.h"
#include "common/log.h"
#include "kms/output.h"
#include "protocol/presentation.h"
#include "protocol/surface.h"

#include "presentation-time-server.h"

#include <errno.h>
#include <unistd.h>

static void screen_draw(struct screen *screen);

static void screen_arm(struct screen *screen, int64_t now)
{
	/* 0 would disarm: at least a millisecond, the timer's unit. Rounded up, so as not to wake
	 * too early. */
	int64_t wait = (screen->planned - now + 999999) / 1000000;
	wl_event_source_timer_update(screen->timer, wait > 0 ? (int)wait : 1);
}

/* Goes on with what is needed, or rests. */
static void screen_next(struct screen *screen)
{
	if (!screen->needed) {
		screen->state = SCREEN_IDLE;
		return;
	}
	int64_t now = clock_now();
	screen->planned = frame_clock_next(&screen->clock, now);
	screen->state = SCREEN_WAITING;
	screen_arm(screen, now);
}

static int screen_handle_timer(void *data)
{
	struct screen *screen = data;
	if (screen->state == SCREEN_WAITING)
		screen_draw(screen);
	return 0;
}

void screen_schedule(struct screen *screen)
{
	screen->needed = true;
	if (screen->state == SCREEN_IDLE)
		screen_next(screen);
}

/* The one to draw into next; NULL: none is free (never while no frame is under way). */
static struct scanout_target *screen_pick_target(struct screen *screen)
{
	size_t len;
	struct scanout_target *targets = scanout_targets(screen->scanout, &len);
	for (size_t i = 0; i < len; i++) {
		if (targets[i].state == SCANOUT_TARGET_FREE)
			return &targets[i];
	}
	return len == 1 ? &targets[0] : NULL;
}

static void screen_age_targets(struct screen *screen, const pixman_region32_t *damage)
{
	size_t len;
	struct scanout_target *targets = scanout_targets(screen->scanout, &len);
	for (size_t i = 0; i < len; i++)
		pixman_region32_union(
			&targets[i].stale, &targets[i].stale, (pixman_region32_t *)damage);
}

/* Takes over what the clients of visible surfaces wait for. */
static void screen_collect(struct screen *screen)
{
	for (size_t i = 0; i < screen->scene.len; i++) {
		struct scene_element *element = &screen->scene.elements[i];
		struct surface_state *current = &element->surface->current;
		if (!pixman_region32_not_empty(&element->visible))
			continue;
		output_enter(&screen->output, element->surface);
		wl_list_insert_list(screen->frame_callbacks.prev, &current->frame_callbacks);
		wl_list_init(&current->frame_callbacks);
		wl_list_insert_list(screen->feedbacks.prev, &current->feedbacks);
		wl_list_init(&current->feedbacks);
	}
}

static void screen_send_frame_callbacks(struct screen *screen, int64_t time)
{
	struct wl_resource *callback, *next;
	wl_resource_for_each_safe (callback, next, &screen->frame_callbacks) {
		wl_callback_send_done(callback, (uint32_t)(time / 1000000));
		wl_resource_destroy(callback);
	}
}

static void screen_presented(struct screen *screen, int64_t time, uint64_t sequence, uint32_t flags)
{
	struct presentation_event event = {
		.output = &screen->output,
		.time = time,
		.refresh = (uint32_t)screen->clock.period,
		.sequence = sequence,
		.flags = flags,
	};
	presentation_presented(&screen->feedbacks, &event);
	screen_send_frame_callbacks(screen, time);
}

static void screen_build_scene(struct screen *screen)
{
	pixman_region32_t damage;
	pixman_region32_init(&damage);
	scene_begin(&screen->scene);
	screen->listener->build_scene(screen->data, &screen->scene);
	scene_end(&screen->scene, screen->width, screen->height, &damage);
	screen_age_targets(screen, &damage);
	pixman_region32_union(&screen->damage, &screen->damage, &damage);
	pixman_region32_fini(&damage);
}

static void screen_draw(struct screen *screen)
{
	int64_t now = clock_now();
	struct scanout_target *target = screen_pick_target(screen);
	if (!target) {
		log_error("no scanout target is free: a frame is lost");
		screen->state = SCREEN_IDLE;
		return;
	}
	screen->needed = false;
	frame_clock_start(&screen->clock, screen->planned, now);
	screen_build_scene(screen);
	screen_collect(screen);
	if (!pixman_region32_not_empty(&screen->damage) && screen->shown) {
		/* Commits without a change: their clients go on at the screen's pace, nothing is
		 * drawn. */
		screen_presented(screen, now, ++screen->clock.sequence, 0);
		screen_next(screen);
		return;
	}
	if (!renderer_draw(screen->renderer, &screen->scene, target->id, ++screen->sequence,
		    &target->stale)) {
		screen_stop(screen);
		return;
	}
	pixman_region32_clear(&target->stale);
	target->state = SCANOUT_TARGET_DRAWING;
	screen->target = target;
	screen->committed = false;
	screen->state = SCREEN_DRAWING;
}

/* The frame cannot be shown: it is drawn again, whole, when there is reason to believe that it can.
 */
static void screen_lose_frame(struct screen *screen)
{
	struct scanout_target *target = screen->target;
	pixman_region32_union_rect(&target->stale, &target->stale, 0, 0, (unsigned)screen->width,
		(unsigned)screen->height);
	target->state = target == screen->shown ? SCANOUT_TARGET_SHOWN : SCANOUT_TARGET_FREE;
	screen->target = NULL;
	screen->needed = true;
}

static void screen_commit(struct screen *screen, int fence)
{
	struct kms_output_frame frame = {
		.buffer = screen->target->buffer,
		.damage = screen->modeset ? NULL : &screen->damage,
		.in_fence = fence,
		.allow_modeset = screen->modeset,
	};
	int error = kms_output_commit(screen->kms, &frame);
	if (error == 0) {
		screen->target->state = SCANOUT_TARGET_QUEUED;
		screen->state = SCREEN_FLIPPING;
		screen->committed = true;
		screen->modeset = false;
		pixman_region32_clear(&screen->damage);
		return;
	}
	screen_lose_frame(screen);
	screen->state = SCREEN_OFF;
	/* Another VT has the display and our notice is still to come: screen_set_active() goes on.
	 */
	if (error == -EACCES)
		return;
	screen->listener->failed(screen->data, kms_device_explain(error));
}

static void screen_shown(struct screen *screen)
{
	if (screen->shown && screen->shown != screen->target)
		screen->shown->state = SCANOUT_TARGET_FREE;
	screen->shown = screen->target;
	screen->shown->state = SCANOUT_TARGET_SHOWN;
	screen->target = NULL;
}

void screen_frame_submitted(struct screen *screen, uint32_t sequence, int fence)
{
	if (screen->state == SCREEN_DRAWING && sequence == screen->sequence && screen->kms)
		screen_commit(screen, fence);
	close(fence);
}

void screen_frame_done(struct screen *screen, const struct wire_frame_done *done)
{
	stats_count_drawn(&screen->stats, done);
	/* With a fence the next frame may be under way already: its end frees both frames' buffers.
	 */
	if (done->sequence != screen->sequence)
		return;
	renderer_frame_done(screen->renderer);
	if (screen->state != SCREEN_DRAWING)
		return; /* flipping on its fence, or the session left */
	if (!done->ok) {
		log_warn("a frame could not be drawn: %s", done->reason);
		screen_lose_frame(screen);
		screen_next(screen);
	} else if (!screen->active) {
		screen_lose_frame(screen);
		screen->state = SCREEN_OFF;
	} else if (screen->kms) {
		screen_commit(screen, -1);
	} else {
		pixman_region32_clear(&screen->damage);
		screen->state = SCREEN_FLIPPING;
		screen_flipped(screen, 0, clock_now(), 0);
	}
}

void screen_flipped(struct screen *screen, uint32_t sequence, int64_t time, uint32_t flags)
{
	if (screen->state != SCREEN_FLIPPING)
		return;
	screen_shown(screen);
	stats_count_shown(&screen->stats, time);
	screen->clock.sequence++;
	if (flags & KMS_FLIP_HARDWARE)
		screen_presented(screen, time, sequence,
			WP_PRESENTATION_FEEDBACK_KIND_VSYNC |
				WP_PRESENTATION_FEEDBACK_KIND_HW_CLOCK |
				WP_PRESENTATION_FEEDBACK_KIND_HW_COMPLETION);
	else
		screen_presented(screen, time, screen->clock.sequence, 0);
	screen_next(screen);
}

void screen_start(struct screen *screen, struct scanout *scanout, bool fresh_worker)
{
	screen->scanout = scanout;
	screen->shown = screen->target = NULL;
	screen->modeset = true;
	screen->needed = true;
	renderer_attach(screen->renderer, scanout_client(scanout), fresh_worker);
	if (screen->active)
		screen_next(screen);
}

void screen_stop(struct screen *screen)
{
	/* The callbacks and feedbacks of the lost frame stay: the frame that replaces it answers
	 * them. */
	renderer_detach(screen->renderer);
	renderer_frame_done(screen->renderer);
	wl_event_source_timer_update(screen->timer, 0);
	screen->state = SCREEN_OFF;
	screen->needed = true;
	screen->target = screen->shown = NULL;
}

void screen_set_active(struct screen *screen, bool active)
{
	screen->active = active;
	if (!active) {
		/* A frame that is being drawn ends by itself (screen_frame_done); a flip may never
		 * be told. */
		if (screen->state == SCREEN_DRAWING && !screen->committed)
			return;
		if (screen->state == SCREEN_FLIPPING)
			screen_lose_frame(screen);
		wl_event_source_timer_update(screen->timer, 0);
		screen->state = SCREEN_OFF;
		return;
	}
	screen->modeset = true;
	screen->needed = true;
	if (screen->state == SCREEN_OFF && screen->renderer->client)
		screen_next(screen);
}

bool screen_init(struct screen *screen, struct wl_display *display, int32_t width, int32_t height,
	int32_t refresh)
{
	screen->width = screen->output.width = width;
	screen->height = screen->output.height = height;
	screen->output.refresh = refresh;
	screen->state = SCREEN_OFF;
	screen->active = true;
	frame_clock_init(&screen->clock, refresh);
	scene_init(&screen->scene);
	pixman_region32_init(&screen->damage);
	wl_list_init(&screen->frame_callbacks);
	wl_list_init(&screen->feedbacks);
	screen->timer = wl_event_loop_add_timer(screen->loop, screen_handle_timer, screen);
	return screen->timer && output_create(&screen->output, display);
}

void screen_finish(struct screen *screen)
{
	if (!screen->timer)
		return;
	struct wl_resource *callback, *next;
	wl_resource_for_each_safe (callback, next, &screen->frame_callbacks)
		wl_resource_destroy(callback);
	presentation_discard(&screen->feedbacks);
	wl_event_source_remove(screen->timer);
	screen->timer = NULL;
	output_destroy(&screen->output);
	scene_finish(&screen->scene);
	pixman_region32_fini(&screen->damage);
}
