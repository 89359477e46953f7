/*
 * The targets of a screen's mode, and the way to another mode: new targets beside the old, the
 * clients' new pictures, and one commit that shows both. What is on the display meanwhile is the
 * old mode with the old pictures, so there is no black frame and no cropped one.
 */
#include "compositor/screen_private.h"

#include "common/log.h"
#include "kms/device.h"

/* Milliseconds that clients have for their first picture of the new size. */
#define SCREEN_PATIENCE 400
/* Renderers that may end, for whatever reason, while a mode is on its way. */
#define SCREEN_MODE_STOPS 2

static const struct swapchain_listener screen_swapchain_listener;

static struct swapchain *screen_make_targets(struct screen *screen, const struct kms_mode *mode)
{
	const struct scanout_place place = {screen->kms, *mode};
	return swapchain_create(screen->scanout, &place, &screen_swapchain_listener, screen);
}

static void screen_mode_adopt(struct screen *screen)
{
	int error = screen->mode_error;
	if (error)
		screen->refused_mode = screen->mode;
	swapchain_destroy(screen->swapchain);
	screen->swapchain = screen->next;
	screen->next = NULL;
	screen->mode = screen->next_mode;
	screen->refusals = 0;
	screen->mode_returned = false;
	wl_event_source_timer_update(screen->patience, 0);
	screen_renew(screen);
	screen->mode_error = 0;
	screen->listener->mode_changed(
		screen->data, screen, error ? kms_device_explain(error) : NULL);
}

bool screen_mode_latch(struct screen *screen)
{
	if (!screen->next)
		return true;
	if (!screen->impatient && !screen->listener->settled(screen->data, screen))
		return true;
	if (!swapchain_is_ready(screen->next) || screen->busy)
		return false;
	screen_mode_adopt(screen);
	return true;
}

const struct kms_mode *screen_coming_mode(const struct screen *screen)
{
	return screen->next || screen->mode_waits ? &screen->next_mode : &screen->mode;
}

bool screen_is_changing_mode(const struct screen *screen)
{
	return !kms_mode_equal(screen_coming_mode(screen), &screen->mode);
}

/* Back to the mode that it has. */
static void screen_mode_cancel(struct screen *screen, const char *reason)
{
	swapchain_destroy(screen->next);
	screen->next = NULL;
	screen->mode_waits = false;
	screen->mode_error = 0;
	if (reason)
		screen->refused_mode = screen->next_mode;
	wl_event_source_timer_update(screen->patience, 0);
	if (screen->state == SCREEN_CHANGING)
		screen_next(screen);
	screen->listener->mode_changed(screen->data, screen, reason);
}

/* Targets for next_mode beside those of the mode, which is not given up before the other one is
 * known to be possible. */
static void screen_mode_try(struct screen *screen)
{
	screen->mode_waits = !screen->swapchain || screen->silent;
	if (screen->mode_waits)
		return;
	screen->next = screen_make_targets(screen, &screen->next_mode);
	if (!screen->next) {
		screen_mode_cancel(screen, "no memory");
		return;
	}
	/* Nothing more is to be drawn in a mode that is refused. */
	screen->impatient =
		screen->refusals > 0 && !kms_mode_equal(&screen->mode, &screen->sure_mode);
	wl_event_source_timer_update(screen->patience, SCREEN_PATIENCE);
	screen_schedule(screen);
}

void screen_mode_retry(struct screen *screen)
{
	if (screen->mode_waits)
		screen_mode_try(screen);
}

void screen_mode_start(struct screen *screen)
{
	screen->swapchain = screen_make_targets(screen, &screen->mode);
	if (screen->swapchain)
		screen_mode_retry(screen);
	else
		screen->listener->failed(screen->data, screen, "no memory for targets");
}

void screen_mode_stop(struct screen *screen)
{
	bool interrupted = screen->next;
	swapchain_destroy(screen->swapchain);
	swapchain_destroy(screen->next);
	screen->swapchain = screen->next = NULL;
	wl_event_source_timer_update(screen->patience, 0);
	if (!interrupted)
		return;
	screen->mode_waits = true;
	if (++screen->mode_stops == SCREEN_MODE_STOPS)
		screen_mode_cancel(screen, "the renderer ends while it is made");
}

static void screen_mode_begin(struct screen *screen, const struct kms_mode *mode, int error)
{
	screen->next_mode = *mode;
	screen->mode_stops = 0;
	screen->mode_error = error;
	screen_mode_try(screen);
}

bool screen_set_mode(struct screen *screen, const struct kms_mode *mode)
{
	if (kms_mode_equal(mode, screen_coming_mode(screen)))
		return false;
	if (kms_mode_equal(mode, &screen->mode)) {
		if (screen->mode_error)
			return false; /* it has just been refused */
		screen_mode_cancel(screen, NULL);
		return true;
	}
	screen->mode_returned = false;
	swapchain_destroy(screen->next);
	screen->next = NULL;
	screen_mode_begin(screen, mode, 0);
	return true;
}

/* What is on the display still is a picture of the mode before. */
bool screen_mode_return(struct screen *screen, int error)
{
	if (screen->mode_returned || kms_mode_equal(&screen->mode, &screen->sure_mode))
		return false;
	if (screen_is_changing_mode(screen)) {
		screen->impatient = true;
		return true;
	}
	screen->mode_returned = true;
	screen_mode_begin(screen, &screen->sure_mode, error);
	return true;
}

static void screen_handle_targets_ready(void *data)
{
	struct screen *screen = data;
	if (screen->state == SCREEN_OFF)
		screen_resume(screen);
	else if (screen->state == SCREEN_CHANGING)
		screen_next(screen);
	else
		screen_schedule(screen);
}

static void screen_handle_targets_failed(
	void *data, struct swapchain *swapchain, const char *reason)
{
	struct screen *screen = data;
	if (swapchain == screen->next)
		screen_mode_cancel(screen, reason);
	else
		screen->listener->unusable(screen->data, screen, reason);
}

int screen_handle_patience(void *data)
{
	struct screen *screen = data;
	screen->impatient = true;
	screen_schedule(screen);
	return 0;
}

static const struct swapchain_listener screen_swapchain_listener = {
	.ready = screen_handle_targets_ready,
	.failed = screen_handle_targets_failed,
};
