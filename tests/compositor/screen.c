/*
 * A screen (compositor/screen.c and its files) whose display refuses what it is told to, and a
 * worker that does as it is told: the functions of kms/, of the swapchain and of the renderer are
 * played here.
 */
#include "compositor/screen.h"

#include "compositor/direct.h"
#include "kms/device.h"
#include "kms/output.h"
#include "protocol/surface.h"
#include "tests/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS 200 /* of the event loop, in which whatever is planned has happened */

/* --- the display --- */

static struct kms_mode taken; /* by the display; zeros: none */
static int32_t refused_width; /* of a mode that it does not take; 0: it takes all */
static bool refuses_flips;
static bool has_room_for_one;          /* picture */
static const struct kms_buffer *on_it; /* the picture that it shows; NULL: none */
static bool off;                       /* it was turned off */
static int commits;                    /* that it took */
static int refusals;                   /* and did not */
static bool is_queued;                 /* one of them is not on the display yet */

int kms_output_commit(struct kms_output *output, const struct kms_output_frame *frame)
{
	if (frame->mode ? frame->mode->width == refused_width : refuses_flips) {
		refusals++;
		return -ENOMEM;
	}
	if (has_room_for_one && on_it && on_it != frame->buffer)
		return -ENOSPC;
	on_it = frame->buffer;
	if (frame->mode)
		taken = *frame->mode;
	commits++;
	is_queued = true;
	off = false;
	return 0;
}

int kms_output_disable(struct kms_output *output)
{
	off = true;
	on_it = NULL;
	return 0;
}

bool kms_output_is_busy(const struct kms_output *output)
{
	return is_queued;
}

struct kms_device *kms_output_device(const struct kms_output *output)
{
	return NULL;
}

const struct kms_device_info *kms_device_info(const struct kms_device *device)
{
	static const struct kms_device_info info = {0};
	return &info;
}

const char *kms_device_explain(int error)
{
	return strerror(-error);
}

void kms_device_ask(struct kms_device *device)
{
}

bool kms_device_has_answered(const struct kms_device *device)
{
	return true;
}

/* --- the worker --- */

struct swapchain {
	const struct swapchain_listener *listener;
	struct scanout_target targets[SWAPCHAIN_MAX_TARGETS];
	size_t len;
	bool ready;
};

static struct swapchain swapchains[2]; /* one beside another; without a listener: none */
static int drawn;                      /* frames */
static uint32_t targets;               /* that were ever made */

struct swapchain *swapchain_create(struct scanout *scanout, const struct scanout_place *place,
	const struct swapchain_listener *listener, void *data)
{
	struct swapchain *swapchain = &swapchains[swapchains[0].listener ? 1 : 0];
	assert_null(swapchain->listener);
	*swapchain = (struct swapchain){.listener = listener, .len = SWAPCHAIN_MAX_TARGETS};
	for (size_t i = 0; i < swapchain->len; i++) {
		swapchain->targets[i].id = ++targets;
		swapchain->targets[i].buffer = (struct kms_buffer *)(uintptr_t)targets;
		pixman_region32_init(&swapchain->targets[i].stale);
	}
	return swapchain;
}

void swapchain_destroy(struct swapchain *swapchain)
{
	for (size_t i = 0; swapchain && i < swapchain->len; i++)
		pixman_region32_fini(&swapchain->targets[i].stale);
	if (swapchain)
		*swapchain = (struct swapchain){0};
}

void swapchain_keep(struct swapchain *swapchain, const struct scanout_target *target)
{
	size_t other = target == &swapchain->targets[0] ? 1 : 0;
	pixman_region32_fini(&swapchain->targets[other].stale);
	swapchain->targets[0] = *target;
	swapchain->len = 1;
}

bool swapchain_is_ready(const struct swapchain *swapchain)
{
	return swapchain->ready;
}

struct scanout_target *swapchain_targets(struct swapchain *swapchain, size_t *len)
{
	*len = swapchain->len;
	return swapchain->targets;
}

struct kms_buffer *direct_framebuffer(
	struct direct *direct, const struct screen *screen, struct buffer *buffer)
{
	return NULL;
}

void direct_refuse(const struct screen *screen, struct buffer *buffer, int error)
{
}

bool renderer_is_settled(const struct renderer *renderer)
{
	return true;
}

void renderer_skip(struct surface *surface)
{
}

uint32_t renderer_next_sequence(struct renderer *renderer)
{
	return ++renderer->sequence;
}

bool renderer_draw(
	struct renderer *renderer, const struct scene *scene, struct renderer_frame *frame)
{
	drawn++;
	return true;
}

void renderer_frame_done(struct renderer_frame *frame)
{
}

/* --- the session --- */

struct world {
	struct wl_display *display;
	struct renderer renderer;
	struct stats stats;
	struct screen screen;
	int left;         /* times that the rung is of no use */
	int stalled;      /* times that the worker is */
	char reason[128]; /* why the mode is another one */
};

static void build_scene(void *data, struct screen *screen, struct scene *scene)
{
}

static void presented(void *data, struct screen *screen)
{
}

static void alone_changed(void *data, struct screen *screen, struct surface *before)
{
}

static void scene_built(void *data, struct screen *screen, const pixman_region32_t *damage)
{
}

static bool are_slow; /* the clients */

static bool settled(void *data, struct screen *screen)
{
	return !are_slow;
}

static void mode_changed(void *data, struct screen *screen, const char *reason)
{
	struct world *world = data;
	strncpy(world->reason, reason ? reason : "", sizeof world->reason - 1);
}

static void unusable(void *data, struct screen *screen, const char *reason)
{
	((struct world *)data)->left++;
	screen_stop(screen);
}

static void stalled(void *data, struct screen *screen, const char *reason)
{
	((struct world *)data)->stalled++;
	screen_stop(screen);
}

static const struct screen_listener listener = {
	.build_scene = build_scene,
	.presented = presented,
	.alone_changed = alone_changed,
	.scene_built = scene_built,
	.settled = settled,
	.mode_changed = mode_changed,
	.unusable = unusable,
	.stalled = stalled,
	.failed = unusable,
};

static const struct kms_mode small = {800, 600, 60000, true}, large = {1000, 700, 60000, false};

/* The worker ends the frame under way. */
static void answer(struct world *world, bool ok)
{
	const struct wire_frame_done done = {
		.sequence = world->screen.frame.sequence, .ok = ok, .reason = "it cannot"};
	screen_frame_done(&world->screen, &done);
}

/* The worker has drawn, and the display shows, whatever is planned. */
static void step(struct world *world)
{
	for (size_t k = 0; k < sizeof swapchains / sizeof swapchains[0]; k++) {
		if (!swapchains[k].listener || swapchains[k].ready)
			continue;
		swapchains[k].ready = true;
		swapchains[k].listener->ready(&world->screen);
	}
	if (world->screen.state == SCREEN_DRAWING)
		answer(world, true);
	if (is_queued) {
		is_queued = false;
		screen_flipped(&world->screen, 0, 0, 0);
	}
	wl_event_loop_dispatch(wl_display_get_event_loop(world->display), 1);
}

static void run(struct world *world)
{
	for (int i = 0; i < ROUNDS; i++)
		step(world);
}

static void begin(struct world *world)
{
	*world = (struct world){.display = wl_display_create()};
	taken = (struct kms_mode){0};
	refused_width = 0;
	refuses_flips = has_room_for_one = off = is_queued = are_slow = false;
	on_it = NULL;
	commits = drawn = 0;
	world->screen = (struct screen){
		.listener = &listener,
		.data = world,
		.loop = wl_display_get_event_loop(world->display),
		.kms = (struct kms_output *)world,
		.renderer = &world->renderer,
		.stats = &world->stats,
		.mode = small,
		.output = {.name = "Test-1", .map.scale = OUTPUT_MAP_SCALE_ONE},
	};
	assert_true(screen_init(&world->screen));
	screen_start(&world->screen, NULL);
	run(world);
	assert_true(kms_mode_equal(&taken, &small));
	assert_int_equal(world->screen.state, SCREEN_IDLE);
}

static void end(struct world *world)
{
	screen_finish(&world->screen);
	wl_display_destroy(world->display);
}

/* --- the tests --- */

static void test_mode_is_taken(void **state)
{
	struct world world;
	begin(&world);
	assert_true(screen_set_mode(&world.screen, &large));
	run(&world);
	assert_true(kms_mode_equal(&taken, &large));
	assert_string_equal(world.reason, "");
	end(&world);
}

static void test_mode_that_is_refused_at_the_commit_is_left(void **state)
{
	struct world world;
	begin(&world);
	refused_width = large.width;
	assert_true(screen_set_mode(&world.screen, &large));
	run(&world);
	assert_true(kms_mode_equal(&taken, &small));
	assert_true(kms_mode_equal(&world.screen.mode, &small));
	assert_true(kms_mode_equal(&world.screen.refused_mode, &large));
	assert_false(screen_is_changing_mode(&world.screen));
	assert_string_equal(world.reason, strerror(ENOMEM));
	assert_int_equal(world.left, 0);
	assert_int_equal(world.screen.state, SCREEN_IDLE);
	/* It may be wanted again, when there is room. */
	refused_width = 0;
	assert_true(screen_set_mode(&world.screen, &large));
	run(&world);
	assert_true(kms_mode_equal(&taken, &large));
	assert_string_equal(world.reason, "");
	end(&world);
}

/* On the way back from a mode that the display refuses. */
static void begin_way_back(struct world *world)
{
	begin(world);
	refused_width = large.width;
	assert_true(screen_set_mode(&world->screen, &large));
	for (int i = 0; i < ROUNDS && !world->screen.mode_error; i++)
		step(world);
	assert_true(world->screen.mode_error);
}

static void test_wish_on_the_way_back_is_followed(void **state)
{
	static const struct kms_mode other = {1024, 768, 60000, false};
	struct world world;
	begin_way_back(&world);
	int before = refusals;
	are_slow = true;
	assert_true(screen_set_mode(&world.screen, &other));
	run(&world);
	assert_true(kms_mode_equal(&taken, &other));
	assert_int_equal(refusals, before); /* no picture more of the refused mode */
	assert_int_equal(world.left, 0);
	end(&world);
}

static void test_refused_mode_is_not_taken_back_up(void **state)
{
	struct world world;
	begin_way_back(&world);
	assert_false(screen_set_mode(&world.screen, &large));
	run(&world);
	assert_true(kms_mode_equal(&taken, &small));
	assert_string_equal(world.reason, strerror(ENOMEM));
	assert_int_equal(world.left, 0);
	end(&world);
}

static void test_mode_that_was_shown_is_not_left(void **state)
{
	struct world world;
	begin(&world);
	refused_width = small.width;
	refuses_flips = true;
	screen_set_active(&world.screen, false);
	screen_set_active(&world.screen, true);
	run(&world);
	assert_int_equal(world.left, 1);
	end(&world);
}

/* Something changes. */
static void damage(struct world *world)
{
	screen_schedule(&world->screen);
	pixman_region32_union_rect(&world->screen.damage, &world->screen.damage, 0, 0, 1, 1);
}

static void test_device_with_room_for_one_picture(void **state)
{
	struct world world;
	begin(&world);
	has_room_for_one = true;
	for (int i = 0; i < 3; i++) {
		int before = commits;
		damage(&world);
		run(&world);
		assert_int_equal(commits, before + 1);
	}
	assert_int_equal(swapchains[0].len, 1);
	assert_false(off);
	/* Another worker draws its own beside the last one's. */
	screen_stop(&world.screen);
	screen_start(&world.screen, NULL);
	int before = commits;
	run(&world);
	assert_int_equal(commits, before + 1);
	assert_int_equal(world.left, 0);
	assert_int_equal(world.screen.state, SCREEN_IDLE);
	end(&world);
}

/* A frame that is shown on its fence, and then fails. */
static void fail_after_submission(struct world *world)
{
	damage(world);
	for (int i = 0; i < ROUNDS && world->screen.state != SCREEN_DRAWING; i++)
		wl_event_loop_dispatch(wl_display_get_event_loop(world->display), 1);
	assert_int_equal(world->screen.state, SCREEN_DRAWING);
	screen_frame_submitted(
		&world->screen, world->screen.frame.sequence, open("/dev/null", O_RDONLY));
	for (int i = 0; i < ROUNDS && !is_queued; i++)
		wl_event_loop_dispatch(wl_display_get_event_loop(world->display), 1);
	assert_true(is_queued);
	is_queued = false;
	screen_flipped(&world->screen, 0, 0, 0);
	assert_int_equal(world->screen.state, SCREEN_IDLE);
	answer(world, false);
}

static void test_frame_that_fails_after_it_was_shown_is_drawn_again(void **state)
{
	struct world world;
	begin(&world);
	fail_after_submission(&world);
	int before = drawn;
	run(&world);
	assert_true(drawn > before);
	assert_int_equal(world.screen.state, SCREEN_IDLE);
	assert_int_equal(world.stalled, 0);
	end(&world);
}

static void test_worker_whose_frames_fail_late_is_replaced(void **state)
{
	struct world world;
	begin(&world);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(world.stalled, 0);
		fail_after_submission(&world);
	}
	assert_int_equal(world.stalled, 1);
	end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mode_is_taken),
		cmocka_unit_test(test_mode_that_is_refused_at_the_commit_is_left),
		cmocka_unit_test(test_wish_on_the_way_back_is_followed),
		cmocka_unit_test(test_refused_mode_is_not_taken_back_up),
		cmocka_unit_test(test_mode_that_was_shown_is_not_left),
		cmocka_unit_test(test_device_with_room_for_one_picture),
		cmocka_unit_test(test_frame_that_fails_after_it_was_shown_is_drawn_again),
		cmocka_unit_test(test_worker_whose_frames_fail_late_is_replaced),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
