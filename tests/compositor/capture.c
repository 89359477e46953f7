/*
 * What has changed since a client's last capture (compositor/capture.c), with a worker that does as
 * it is told: the functions of the renderer are played here.
 */
#include "compositor/capture.h"

#include "common/fd.h"
#include "compositor/screen.h"
#include "protocol/buffer.h"
#include "protocol/shm.h"
#include "render/wire.h"
#include "tests/unit.h"

#include <drm_fourcc.h>

#define SIDE 64 /* of the screen, pixels each way */

/* --- the worker --- */

static uint32_t drawn;            /* sequence of the last frame */
static pixman_box32_t drawn_part; /* around what it draws */

enum renderer_target_state renderer_tell_target(
	struct renderer *renderer, struct buffer *buffer, uint32_t *id)
{
	*id = 1;
	return RENDERER_TARGET_READY;
}

bool renderer_target_result(struct renderer *renderer, uint32_t id, bool ok, const char *reason)
{
	return false;
}

bool renderer_draw(
	struct renderer *renderer, const struct scene *scene, struct renderer_frame *frame)
{
	drawn = frame->sequence;
	drawn_part = frame->damage->extents;
	return true;
}

void renderer_frame_done(struct renderer_frame *frame)
{
}

/* --- the world: a screen that shows nothing, and a client that captures it --- */

struct world {
	struct renderer renderer;
	struct screen screen;
	struct captures captures;
	struct capture_tracker tracker;
	struct buffer *buffer;
	int answers, failures;
	pixman_box32_t damage; /* around what was told last */
};

static void world_build_scene(void *data, struct screen *screen, struct scene *scene, bool cursor)
{
}

static void world_schedule(void *data, struct screen *screen)
{
}

static const struct captures_listener world_listener = {
	.build_scene = world_build_scene,
	.schedule = world_schedule,
};

static void world_answer(void *data, const pixman_region32_t *damage, int64_t time)
{
	struct world *world = data;
	world->answers++;
	world->failures += !damage;
	if (damage)
		world->damage = damage->extents;
}

static void world_begin(struct world *world)
{
	*world = (struct world){.captures = {.listener = &world_listener}};
	world->captures.data = world;
	world->captures.renderer = &world->renderer;
	world->renderer.client = (struct render_client *)world;
	world->screen.output.map =
		(struct output_map){.width = SIDE, .height = SIDE, .scale = OUTPUT_MAP_SCALE_ONE};
	world->buffer = shm_create_own(
		fd_create_memory("capture", SIDE * SIDE * 4), SIDE, SIDE, DRM_FORMAT_XRGB8888);
	buffer_hold(world->buffer);
	captures_init(&world->captures);
	capture_tracker_init(&world->tracker, &world->captures, &world->screen,
		(pixman_box32_t){0, 0, SIDE, SIDE});
}

static void world_end(struct world *world)
{
	captures_finish(&world->captures);
	capture_tracker_finish(&world->tracker);
	buffer_drop(world->buffer);
}

/* The next scene changes a square of the side. */
static void world_show(struct world *world, unsigned side)
{
	pixman_region32_t damage;
	pixman_region32_init_rect(&damage, 0, 0, side, side);
	captures_scene_built(&world->captures, &world->screen, &damage);
	pixman_region32_fini(&damage);
}

static void world_draw(struct world *world, bool ok)
{
	const struct wire_frame_done done = {.sequence = drawn, .ok = ok};
	assert_true(captures_frame_done(&world->captures, &done));
}

/* stale: what the buffer lacks; NULL: all. */
static struct capture *world_capture_into(
	struct world *world, bool waits, const pixman_region32_t *stale)
{
	const struct capture_request request = {
		.screen = &world->screen,
		.box = {0, 0, SIDE, SIDE},
		.waits = waits,
		.buffer = world->buffer,
		.stale = stale,
		.tracker = &world->tracker,
	};
	return capture_start(&world->captures, &request, world_answer, world);
}

static struct capture *world_capture(struct world *world, bool waits)
{
	return world_capture_into(world, waits, NULL);
}

/* Captures once, after which nothing has changed. */
static void world_capture_first(struct world *world)
{
	world_begin(world);
	world_capture(world, false);
	world_show(world, 0);
	world_draw(world, true);
	assert_int_equal(world->answers, 1);
	assert_int_equal(world->damage.x2, SIDE);
}

/* The next capture is told of the square of 8. */
static void world_expect_told(struct world *world)
{
	int answers = world->answers;
	world_capture(world, true);
	world_show(world, 4);
	world_draw(world, true);
	assert_int_equal(world->answers, answers + 1);
	assert_int_equal(world->damage.x2, 8);
	world_end(world);
}

static void test_failed_capture_leaves_its_damage(void **state)
{
	struct world world;
	world_capture_first(&world);
	world_capture(&world, true);
	world_show(&world, 8);
	world_draw(&world, false);
	assert_int_equal(world.failures, 1);
	world_expect_told(&world);
}

static void test_cancelled_capture_leaves_its_damage(void **state)
{
	struct world world;
	world_capture_first(&world);
	struct capture *capture = world_capture(&world, true);
	world_show(&world, 8);
	capture_cancel(capture);
	world_draw(&world, true);
	assert_int_equal(world.answers, 1);
	world_expect_told(&world);
}

/* It waits for another worker when it is cancelled. */
static void test_capture_of_a_dead_worker_leaves_its_damage(void **state)
{
	struct world world;
	world_capture_first(&world);
	struct capture *capture = world_capture(&world, true);
	world_show(&world, 8);
	captures_stop(&world.captures);
	capture_cancel(capture);
	world_expect_told(&world);
}

/* It may be what they die of. */
static void test_a_capture_under_which_workers_die_fails(void **state)
{
	struct world world;
	world_capture_first(&world);
	world_capture(&world, true);
	world_show(&world, 8);
	captures_stop(&world.captures);
	assert_int_equal(world.answers, 1);
	world_show(&world, 0);
	captures_stop(&world.captures);
	assert_int_equal(world.answers, 2);
	assert_int_equal(world.failures, 1);
	world_expect_told(&world);
}

static void test_what_changed_is_drawn_beside_what_the_buffer_lacks(void **state)
{
	struct world world;
	pixman_region32_t stale;
	world_capture_first(&world);
	pixman_region32_init_rect(&stale, 2, 2, 1, 1);
	world_capture_into(&world, true, &stale);
	world_show(&world, 0);
	world_show(&world, 8);
	assert_int_equal(drawn_part.x1, 0);
	assert_int_equal(drawn_part.x2, 8);
	world_draw(&world, true);
	world_capture_into(&world, false, &stale); /* nothing has changed */
	world_show(&world, 0);
	assert_int_equal(drawn_part.x1, 2);
	assert_int_equal(drawn_part.x2, 3);
	pixman_region32_fini(&stale);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failed_capture_leaves_its_damage),
		cmocka_unit_test(test_cancelled_capture_leaves_its_damage),
		cmocka_unit_test(test_capture_of_a_dead_worker_leaves_its_damage),
		cmocka_unit_test(test_a_capture_under_which_workers_die_fails),
		cmocka_unit_test(test_what_changed_is_drawn_beside_what_the_buffer_lacks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
