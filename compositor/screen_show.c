/* From the worker's answer to the display: a frame that is drawn is committed, and flipped to. */
#include "compositor/screen_private.h"

#include "common/clock.h"
#include "common/log.h"
#include "kms/output.h"
#include "protocol/presentation.h"

#include "presentation-time-server.h"

#include <errno.h>
#include <unistd.h>

#define SCREEN_MAX_FAILURES 3 /* frames in a row */

/* Refused pictures in a row, of whatever rung: each may have SCREEN_MAX_FAILURES. */
#define SCREEN_MAX_REFUSALS (SCREEN_MAX_FAILURES * SCANOUT_RUNGS)

void screen_presented(struct screen *screen, int64_t time, uint64_t sequence, uint32_t flags)
{
	struct presentation_event event = {
		.output = &screen->output,
		.time = time,
		.refresh = (uint32_t)screen->clock.period, /* 0 is the protocol's "not constant" */
		.sequence = sequence,
		.flags = flags,
	};
	feedback_answer(&screen->feedback, &event);
	screen->answered++;
	screen->listener->presented(screen->data, screen);
}

static void screen_spoil_region(const struct screen *screen, pixman_region32_t *region)
{
	pixman_region32_union_rect(region, region, 0, 0, (unsigned)screen->output.map.width,
		(unsigned)screen->output.map.height);
}

/* The display may lack anything, and the target's contents (NULL: a client's buffer was shown) are
 * not to be trusted. */
static void screen_spoil(struct screen *screen, struct scanout_target *target)
{
	if (target)
		screen_spoil_region(screen, &target->stale);
	screen_spoil_region(screen, &screen->damage);
	screen->needed = true;
}

void screen_drop_held(struct screen *screen)
{
	if (screen->fence >= 0)
		close(screen->fence);
	screen->fence = -1;
	screen_drop_direct(screen);
}

void screen_lose_frame(struct screen *screen)
{
	struct scanout_target *target = screen->target;
	screen_drop_held(screen);
	screen_spoil(screen, target);
	if (target)
		target->state =
			target == screen->shown ? SCANOUT_TARGET_SHOWN : SCANOUT_TARGET_FREE;
	screen->target = NULL;
}

bool screen_modeset_clears(const struct screen *screen)
{
	return screen->modeset && screen->kms &&
	       kms_device_info(kms_output_device(screen->kms))->modeset_clears;
}

/* What is in any target may be gone: all is drawn once more, when the frame under way is shown. */
static void screen_draw_again(struct screen *screen)
{
	size_t len;
	struct scanout_target *targets = swapchain_targets(screen->swapchain, &len);
	for (size_t i = 0; i < len; i++)
		screen_spoil(screen, &targets[i]);
}

int screen_flip(struct screen *screen, struct kms_buffer *buffer)
{
	struct kms_output_frame frame = {
		.buffer = buffer,
		.damage = screen->modeset ? NULL : &screen->damage,
		.in_fence = screen->fence,
		.mode = screen->modeset ? &screen->mode : NULL,
		.tear = screen->may_tear,
	};
	int error = kms_output_commit(screen->kms, &frame);
	if (error)
		return error;
	bool clears = screen_modeset_clears(screen);
	screen->state = SCREEN_FLIPPING;
	if (screen->modeset)
		screen->sure_mode = screen->mode;
	screen->modeset = false;
	screen->refusals = 0;
	pixman_region32_clear(&screen->damage);
	if (clears)
		screen_draw_again(screen);
	screen_drop_held(screen);
	screen_await_host(screen);
	return 0;
}

/* The rung shows nothing on this display; when none has, the session ends. */
static void screen_leave_rung(struct screen *screen, const char *reason)
{
	if (screen->refusals >= SCREEN_MAX_REFUSALS)
		screen->listener->failed(screen->data, screen, reason);
	else
		screen->listener->unusable(screen->data, screen, reason);
}

/* Some devices have memory for one large picture, but not beside the one that is shown: drawn by
 * this worker, or by one before. True: that is mended, for there are not two any more. */
static bool screen_make_room(struct screen *screen, int error)
{
	size_t len;
	struct scanout_target *targets = swapchain_targets(screen->swapchain, &len);
	if (error != -ENOMEM && error != -ENOSPC)
		return false;
	if (screen->shown && len > 1 && !screen->busy) {
		log_warn("%s: the device has no room for a second picture: the first is drawn into "
			 "while it is shown",
			screen->output.name);
		swapchain_keep(screen->swapchain, screen->shown);
		screen->shown = targets;
		return true;
	}
	if (screen->modeset && kms_mode_equal(&screen->mode, &screen->sure_mode))
		kms_output_disable(screen->kms);
	return false;
}

void screen_handle_refusal(struct screen *screen, int error)
{
	const char *reason = kms_device_explain(error);
	screen_lose_frame(screen);
	screen->state = SCREEN_OFF;
	/* Another VT has the display and our notice is still to come: screen_set_active() goes on.
	 */
	if (error == -EACCES)
		return;
	/* An earlier commit, perhaps another program's, ends soon. */
	bool passes = error == -EBUSY || screen_make_room(screen, error);
	if (!passes && ++screen->refusals % SCREEN_MAX_FAILURES == 0 &&
		!screen_mode_return(screen, error)) {
		screen_leave_rung(screen, reason);
		return;
	}
	if (!passes)
		log_warn("%s: a picture could not be shown: %s", screen->output.name, reason);
	frame_clock_shown(&screen->clock, clock_now()); /* again at the next vblank */
	screen_next(screen);
}

static void screen_commit(struct screen *screen)
{
	int error = screen_flip(screen, screen->target->buffer);
	if (error)
		screen_handle_refusal(screen, error);
	else
		screen->target->state = SCANOUT_TARGET_QUEUED;
}

static void screen_show_target(struct screen *screen)
{
	if (screen->shown && screen->shown != screen->target)
		screen->shown->state = SCANOUT_TARGET_FREE;
	screen->shown = screen->target;
	if (screen->shown)
		screen->shown->state = SCANOUT_TARGET_SHOWN;
	screen->target = NULL;
}

void screen_frame_submitted(struct screen *screen, uint32_t sequence, int fence)
{
	if (screen->state == SCREEN_DRAWING && sequence == screen->frame.sequence && screen->kms &&
		!screen->unwanted)
		screen_hold(screen, fence);
	else
		close(fence);
}

/* One that could not be drawn is drawn again, but not for ever. */
static void screen_count_failure(struct screen *screen, const struct wire_frame_done *done)
{
	screen->failures = done->ok ? 0 : screen->failures + 1;
	if (!done->ok)
		log_warn("a frame could not be drawn: %s", done->reason);
	if (screen->failures >= SCREEN_MAX_FAILURES)
		screen_stall(screen, "it draws no frames");
}

/* It is held, committed or shown already, on its fence. */
static void screen_end_submitted(struct screen *screen, const struct wire_frame_done *done)
{
	if (!done->ok) {
		screen_draw_again(screen);
		screen_schedule(screen);
	}
	screen_count_failure(screen, done);
	if (screen->state == SCREEN_CHANGING)
		screen_next(screen);
}

/* At a vblank of the clock's: it is told as such, but nothing of it is the hardware's or certain.
 */
static void screen_shown_by_clock(struct screen *screen, int64_t time, uint32_t flags)
{
	struct frame_clock *clock = &screen->clock;
	if (screen->may_tear)
		frame_clock_shown_torn(clock, time);
	else
		time = frame_clock_shown(clock, time);
	screen_presented(screen, time, clock->period > 0 ? clock->sequence : 0, flags);
}

static void screen_show_unchanged(struct screen *screen)
{
	int64_t now = clock_now();
	if (screen->clock.hardware)
		screen_presented(screen, now, 0, 0);
	else
		screen_shown_by_clock(screen, now, 0);
	screen_next(screen);
}

static void screen_show_headless(struct screen *screen)
{
	pixman_region32_clear(&screen->damage);
	screen->modeset = false;
	screen->state = SCREEN_FLIPPING;
	screen_flipped(screen, 0, clock_now(), 0);
}

void screen_show(struct screen *screen)
{
	bool nothing_new = !screen->target && !screen->direct_held;
	if (nothing_new) {
		screen_show_unchanged(screen);
	} else if (!screen->kms) {
		screen_show_headless(screen);
	} else if (kms_output_is_busy(screen->kms)) {
		screen->state = SCREEN_BLOCKED;
		screen_await_host(screen);
	} else if (screen->direct_held) {
		screen_show_direct(screen);
	} else {
		screen_commit(screen);
	}
}

void screen_hold(struct screen *screen, int fence)
{
	screen->fence = fence;
	screen->state = SCREEN_HOLDING;
	deadline_clear(&screen->deadline);
	if (screen->due > clock_now())
		alarm_set(&screen->alarm, screen->due);
	else
		screen_show(screen);
}

void screen_frame_done(struct screen *screen, const struct wire_frame_done *done)
{
	/* With a fence the next frame may be under way already: its end frees both frames' buffers.
	 */
	if (done->sequence != screen->frame.sequence || !screen->busy)
		return;
	screen->busy = false;
	trace_frame_drawn(screen->trace, &screen->times, done);
	frame_clock_measure(&screen->clock, clock_now() - screen->begun);
	renderer_frame_done(&screen->frame);
	if (screen->state != SCREEN_DRAWING) {
		screen_end_submitted(screen, done);
		return;
	}
	deadline_clear(&screen->deadline);
	if (!done->ok || screen->unwanted)
		screen_lose_frame(screen);
	if (!screen->active) {
		screen->state = SCREEN_OFF;
	} else if (screen->unwanted) {
		screen_next(screen);
	} else {
		screen_count_failure(screen, done);
		if (done->ok)
			screen_hold(screen, -1);
		else if (screen->state == SCREEN_DRAWING)
			screen_next(screen);
	}
}

static uint32_t screen_presentation_flags(uint32_t flip_flags)
{
	uint32_t flags = WP_PRESENTATION_FEEDBACK_KIND_HW_CLOCK |
			 WP_PRESENTATION_FEEDBACK_KIND_HW_COMPLETION;
	return flip_flags & KMS_FLIP_TORN ? flags : flags | WP_PRESENTATION_FEEDBACK_KIND_VSYNC;
}

/* At a vblank of the display's, or torn between two of them. */
static void screen_shown_by_hardware(
	struct screen *screen, uint32_t sequence, int64_t time, uint32_t flip_flags, uint32_t flags)
{
	screen->torn = flip_flags & KMS_FLIP_TORN;
	if (screen->torn)
		frame_clock_shown_torn(&screen->clock, time);
	else
		frame_clock_shown_hardware(&screen->clock, time);
	screen_presented(screen, time, sequence, screen_presentation_flags(flip_flags) | flags);
}

void screen_flipped(struct screen *screen, uint32_t sequence, int64_t time, uint32_t flags)
{
	bool direct = screen_direct_flipped(screen);
	uint32_t zero_copy = direct ? WP_PRESENTATION_FEEDBACK_KIND_ZERO_COPY : 0;
	if (screen->state != SCREEN_FLIPPING)
		return;
	screen_show_target(screen);
	screen->stats->direct += direct;
	stats_count_shown(screen->stats, time);
	trace_frame_shown(screen->trace, &screen->times, time);
	if (flags & KMS_FLIP_HARDWARE)
		screen_shown_by_hardware(screen, sequence, time, flags, zero_copy);
	else
		screen_shown_by_clock(screen, time, zero_copy);
	screen_next(screen);
}
