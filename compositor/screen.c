#include "compositor/screen_private.h"

#include "common/clock.h"
#include "common/log.h"
#include "protocol/surface.h"

static void screen_draw(struct screen *screen);

static void screen_handle_alarm(void *data)
{
	struct screen *screen = data;
	if (screen->state == SCREEN_WAITING)
		screen_draw(screen);
	else if (screen->state == SCREEN_HOLDING)
		screen_show(screen);
	else if (screen->state == SCREEN_IDLE && !screen->answered)
		screen_schedule(screen); /* no client has come: screen_await_client() */
}

/* A frame that may start at once does so when all that the clients have sent was heard. */
static void screen_handle_soon(void *data)
{
	struct screen *screen = data;
	screen->soon = NULL;
	if (screen->state == SCREEN_WAITING)
		screen_draw(screen);
}

/* Whether a frame that may be torn is shown without waiting for a vblank: by the hardware, or
 * because the vblank is the clock's. */
static bool screen_can_tear(const struct screen *screen)
{
	return screen->may_tear && (screen->torn || !screen->clock.hardware);
}

void screen_next(struct screen *screen)
{
	deadline_clear(&screen->deadline);
	if (!screen->needed) {
		screen->state = SCREEN_IDLE;
		return;
	}
	int64_t now = clock_now(), start = frame_clock_plan(&screen->clock, now);
	screen->planned = screen_can_tear(screen) ? now : start;
	screen->state = SCREEN_WAITING;
	if (screen->planned > now)
		alarm_set(&screen->alarm, screen->planned);
	else if (!screen->soon)
		screen->soon = wl_event_loop_add_idle(screen->loop, screen_handle_soon, screen);
	if (screen->planned <= now && !screen->soon)
		alarm_set(&screen->alarm, now + 1); /* no memory */
}

void screen_stall(struct screen *screen, const char *reason)
{
	screen->listener->stalled(screen->data, screen, reason);
}

static void screen_handle_deadline(void *data)
{
	struct screen *screen = data;
	if (screen->state == SCREEN_FLIPPING || screen->state == SCREEN_BLOCKED)
		screen_host_is_silent(screen);
}

void screen_resume(struct screen *screen)
{
	if (!screen->swapchain || !swapchain_is_ready(screen->swapchain) || !screen->active)
		return;
	if (renderer_is_settled(screen->renderer)) {
		screen_next(screen);
		return;
	}
	screen->state = SCREEN_SETTLING;
}

void screen_schedule(struct screen *screen)
{
	screen->needed = true;
	if (screen->state == SCREEN_IDLE)
		screen_next(screen);
}

void screen_await_client(struct screen *screen, int64_t until)
{
	screen->awaited = until;
}

void screen_settle(struct screen *screen)
{
	if (screen->state == SCREEN_SETTLING)
		screen_resume(screen);
}

void screen_imported(struct screen *screen)
{
	if (screen->state == SCREEN_SETTLING)
		screen_settle(screen);
	else
		screen_schedule(screen);
}

/* The one to draw into next. Never NULL: one frame is under way at most, and a single target is
 * drawn into while shown. */
static struct scanout_target *screen_pick_target(struct screen *screen)
{
	size_t len;
	struct scanout_target *targets = swapchain_targets(screen->swapchain, &len);
	for (size_t i = 0; i < len; i++) {
		if (targets[i].state == SCANOUT_TARGET_FREE)
			return &targets[i];
	}
	return &targets[0];
}

static void screen_age_targets(struct screen *screen, const pixman_region32_t *damage)
{
	size_t len;
	struct scanout_target *targets = swapchain_targets(screen->swapchain, &len);
	for (size_t i = 0; i < len; i++)
		pixman_region32_union(
			&targets[i].stale, &targets[i].stale, (pixman_region32_t *)damage);
}

/* The clients of visible surfaces only: a hidden one is not to draw at the screen's pace. */
static void screen_collect(struct screen *screen)
{
	if (!screen_is_heard(screen))
		return;
	for (size_t i = 0; i < screen->scene.len; i++) {
		struct scene_element *element = &screen->scene.elements[i];
		if (!pixman_region32_not_empty(&element->visible))
			continue;
		feedback_collect(&screen->feedback, element->surface);
	}
}

/* *damage: what the new scene changes. */
static void screen_build_scene(struct screen *screen, pixman_region32_t *damage)
{
	scene_begin(&screen->scene, &screen->output.map);
	screen->listener->build_scene(screen->data, screen, &screen->scene);
	scene_end(&screen->scene, damage);
	if (!screen->source)
		presence_update(&screen->presence, &screen->output, &screen->scene);
	screen_age_targets(screen, damage);
	pixman_region32_union(&screen->damage, &screen->damage, damage);
}

static void screen_draw_target(struct screen *screen)
{
	struct scanout_target *target = screen_pick_target(screen);
	screen->frame.target = target->id;
	screen->frame.sequence = renderer_next_sequence(screen->renderer);
	screen->frame.damage = &target->stale;
	if (!renderer_draw(screen->renderer, &screen->scene, &screen->frame)) {
		screen->state = SCREEN_OFF; /* no worker: screen_start() goes on */
		screen->needed = true;
		return;
	}
	pixman_region32_clear(&target->stale);
	target->state = SCANOUT_TARGET_DRAWING;
	screen->busy = true;
	screen->unwanted = false;
	screen->begun = screen->planned;
	screen->target = target;
	screen->state = SCREEN_DRAWING;
}

/* What is not to be seen before a time of its own holds the whole frame, for less than its lead. */
static void screen_set_due(struct screen *screen)
{
	int64_t due = frame_clock_due(&screen->clock);
	screen->may_tear = scene_may_tear(&screen->scene);
	if (screen_can_tear(screen))
		due = INT64_MIN;
	for (size_t i = 0; i < screen->scene.len && !screen->clock.hardware; i++) {
		struct scene_element *element = &screen->scene.elements[i];
		int64_t time = element->surface->not_before;
		if (time > due && pixman_region32_not_empty(&element->visible))
			due = time;
	}
	screen->due = due;
}

/* Whether the scene that was built is no first picture yet. */
static bool screen_awaits_client(struct screen *screen, int64_t now)
{
	if (screen->answered || now >= screen->awaited || scene_has_client(&screen->scene))
		return false;
	alarm_set(&screen->alarm, screen->awaited);
	screen->state = SCREEN_IDLE;
	return true;
}

static void screen_draw(struct screen *screen)
{
	int64_t now = clock_now();
	pixman_region32_t damage;
	if (!screen_mode_latch(screen)) {
		screen->state = SCREEN_CHANGING;
		return;
	}
	pixman_region32_init(&damage);
	screen->needed = false;
	screen_build_scene(screen, &damage);
	if (screen_awaits_client(screen, now)) {
		pixman_region32_fini(&damage);
		return;
	}
	trace_frame_started(screen->trace, &screen->times, now, frame_clock_lead(&screen->clock));
	screen_collect(screen);
	screen_set_due(screen);
	screen_find_alone(screen);
	/* Commits without a change: their clients go on at the screen's pace, nothing is drawn. */
	bool changed = screen->modeset || pixman_region32_not_empty(&screen->damage);
	if (changed && !screen_take_direct(screen))
		screen_draw_target(screen);
	else
		screen_hold(screen, -1);
	screen->listener->scene_built(screen->data, screen, &damage);
	pixman_region32_fini(&damage);
}

void screen_renew(struct screen *screen)
{
	struct output_map *map = &screen->output.map;
	int32_t refresh = screen->mode.refresh;
	map->width = screen->mode.width;
	map->height = screen->mode.height;
	screen->output.refresh = refresh == FRAME_CLOCK_UNLIMITED ? 0 : refresh;
	screen->shown = screen->target = NULL;
	frame_clock_set_refresh(&screen->clock, refresh);
	pixman_region32_fini(&screen->damage);
	pixman_region32_init_rect(
		&screen->damage, 0, 0, (unsigned)map->width, (unsigned)map->height);
	screen->modeset = screen->needed = true;
}

void screen_start(struct screen *screen, struct scanout *scanout)
{
	screen->scanout = scanout;
	screen->failures = 0;
	screen_renew(screen);
	screen_mode_start(screen);
}

void screen_stop(struct screen *screen)
{
	/* The callbacks and feedbacks of the lost frame stay: the frame that replaces it answers
	 * them. */
	renderer_frame_done(&screen->frame);
	deadline_clear(&screen->deadline);
	screen_drop_held(screen);
	screen->state = SCREEN_OFF;
	screen->needed = true;
	screen->busy = false;
	screen->target = screen->shown = NULL;
	screen->scanout = NULL;
	screen_mode_stop(screen);
}

void screen_set_active(struct screen *screen, bool active)
{
	screen->active = active;
	if (active) {
		screen->modeset = screen->needed = true;
		if (screen->state == SCREEN_OFF)
			screen_resume(screen);
		return;
	}
	feedback_finish(&screen->feedback);
	screen->unwanted = true;
	/* A frame that is being drawn ends by itself, in screen_frame_done(). */
	if (screen->state == SCREEN_DRAWING)
		return;
	if (screen->state == SCREEN_FLIPPING || screen->state == SCREEN_HOLDING ||
		screen->state == SCREEN_BLOCKED)
		screen_lose_frame(screen);
	deadline_clear(&screen->deadline);
	screen->state = SCREEN_OFF;
}

void screen_remap(struct screen *screen, const struct output_map *map)
{
	int32_t width = screen->output.map.width, height = screen->output.map.height;
	screen->output.map = *map;
	screen->output.map.width = width;
	screen->output.map.height = height;
	output_update(&screen->output);
	presence_prefer(&screen->presence, &screen->output);
	screen_schedule(screen);
}

void screen_forget_surface(struct screen *screen, const struct surface *surface)
{
	presence_forget(&screen->presence, surface);
	if (screen->alone == surface)
		screen->alone = NULL;
}

/* While its source is off it stands for it. */
bool screen_is_heard(const struct screen *screen)
{
	return !screen->source || !screen->source->active;
}

bool screen_set_source(
	struct screen *screen, const struct screen *source, struct wl_display *display)
{
	screen->source = source;
	if (!source)
		return screen->output.global || output_publish(&screen->output, display);
	presence_finish(&screen->presence, &screen->output);
	output_destroy(&screen->output);
	return true;
}

bool screen_init(struct screen *screen)
{
	screen->state = SCREEN_OFF;
	screen->active = true;
	screen->sure_mode = screen->mode;
	screen->fence = -1;
	wl_array_init(&screen->frame.locks);
	frame_clock_init(&screen->clock, screen->mode.refresh);
	frame_clock_set_pace(&screen->clock, screen->pace);
	scene_init(&screen->scene);
	presence_init(&screen->presence);
	pixman_region32_init(&screen->damage);
	feedback_init(&screen->feedback);
	screen_renew(screen);
	bool can_wait =
		deadline_init(&screen->deadline, screen->loop, screen_handle_deadline, screen);
	screen->patience = wl_event_loop_add_timer(screen->loop, screen_handle_patience, screen);
	output_init(&screen->output);
	bool can_wake = alarm_init(&screen->alarm, screen->loop, screen_handle_alarm, screen);
	return can_wake && can_wait && screen->patience;
}

void screen_finish(struct screen *screen)
{
	swapchain_destroy(screen->swapchain);
	swapchain_destroy(screen->next);
	screen->swapchain = screen->next = NULL;
	screen_drop_held(screen);
	screen_direct_finish(screen);
	feedback_finish(&screen->feedback);
	alarm_finish(&screen->alarm);
	deadline_finish(&screen->deadline);
	if (screen->patience)
		wl_event_source_remove(screen->patience);
	if (screen->soon)
		wl_event_source_remove(screen->soon);
	screen->patience = screen->soon = NULL;
	renderer_frame_done(&screen->frame);
	presence_finish(&screen->presence, &screen->output);
	output_destroy(&screen->output);
	scene_finish(&screen->scene);
	pixman_region32_fini(&screen->damage);
}
