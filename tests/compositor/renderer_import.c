/*
 * Clients' dma-bufs and the workers that import them, when workers end at any moment
 * (compositor/renderer_import.c). Workers are puppets.
 */
#include "compositor/renderer_private.h"

#include "protocol/buffer.h"
#include "protocol/shm.h"
#include "protocol/surface.h"
#include "tests/compositor/scanout/puppet.h"
#include "tests/unit.h"

#include <drm_fourcc.h>
#include <stdlib.h>

#define BUFFERS 3
#define ASKED_MAX 16

static int told_shm; /* buffers of wl_shm */
static uint32_t asked[ASKED_MAX];
static size_t asked_len; /* of the newest worker */

/* --- what the puppets of the state machine's test have no use for --- */

void render_client_buffer_dmabuf(
	struct render_client *client, uint32_t buffer, const struct dmabuf *dmabuf)
{
	assert_in_range(asked_len, 0, ASKED_MAX - 1);
	asked[asked_len++] = buffer;
}

void render_client_buffer_shm(
	struct render_client *client, uint32_t buffer, const struct render_shm *shm)
{
	told_shm++;
}

void render_client_pool_create(struct render_client *client, uint32_t pool, int fd, uint64_t size)
{
}

void render_client_pool_resize(struct render_client *client, uint32_t pool, uint64_t size)
{
}

void render_client_pool_forget(struct render_client *client, uint32_t pool)
{
}

/* --- the world --- */

struct world {
	struct renderer renderer;
	struct render_client *worker;
	struct buffer *buffers[BUFFERS];
};

static void begin_worker(struct world *world)
{
	static const struct render_client_listener nobody;
	world->worker = render_client_create(NULL, &nobody, NULL);
	asked_len = 0;
	puppet_hello(world->worker);
	renderer_attach(&world->renderer, world->worker, true);
}

static void end_worker(struct world *world)
{
	renderer_detach(&world->renderer);
	render_client_destroy(world->worker);
}

static void kill_worker(struct world *world)
{
	renderer_worker_died(&world->renderer);
	end_worker(world);
	begin_worker(world);
}

static int count_readable(const struct world *world)
{
	int count = 0;
	for (int i = 0; i < BUFFERS; i++)
		count += world->buffers[i]->readable;
	return count;
}

/* The worker answers as many of what it was asked, oldest first. */
static void answer(struct world *world, size_t count)
{
	for (size_t i = 0; i < count; i++)
		renderer_imported(&world->renderer, asked[i], true, "");
}

static void refuse_all(struct world *world)
{
	for (size_t i = 0; i < BUFFERS; i++)
		renderer_imported(&world->renderer, asked[i], false, "it cannot");
	assert_int_equal(count_readable(world), 0);
}

/* Clients' dma-bufs, asked for and not answered. */
static void begin(struct world *world)
{
	*world = (struct world){0};
	renderer_init(&world->renderer);
	begin_worker(world);
	for (int i = 0; i < BUFFERS; i++) {
		struct buffer *buffer = world->buffers[i] = buffer_create_unannounced();
		buffer->width = buffer->height = 16;
		buffer->format = DRM_FORMAT_XRGB8888;
		buffer->dmabuf.n_planes = 1;
		buffer_lock(buffer); /* the surface's */
		buffer_hold(buffer); /* linux_dmabuf.c's */
		renderer_import(&world->renderer, buffer);
	}
	assert_int_equal(asked_len, BUFFERS);
}

static void end(struct world *world)
{
	for (int i = 0; i < BUFFERS; i++)
		buffer_unlock(world->buffers[i]);
	end_worker(world);
	renderer_finish(&world->renderer);
}

/* --- the tests --- */

/* A display shows a client's buffers for a while, and no texture. Where textures are copies, theirs
 * lacks all of it then. */
static void test_what_was_skipped_has_changed(void **state)
{
	struct world world;
	begin(&world);
	answer(&world, BUFFERS);
	struct surface surface = {.current.buffer = world.buffers[0]};
	wl_signal_init(&surface.events.destroy);
	pixman_region32_init(&surface.damage);
	assert_true(renderer_tell_texture(&world.renderer, &surface));
	surface.current.buffer = world.buffers[1];
	renderer_skip(&surface);
	assert_true(renderer_tell_texture(&world.renderer, &surface));
	assert_int_equal(puppet_damage.x2 - puppet_damage.x1, surface.current.buffer->width);
	assert_int_equal(puppet_damage.y2 - puppet_damage.y1, surface.current.buffer->height);
	wl_signal_emit_mutable(&surface.events.destroy, &surface);
	pixman_region32_fini(&surface.damage);
	end(&world);
}

/* One that could read it let it in; a worker that is told of it ends. */
static void test_what_is_too_large_for_this_worker_is_not_told(void **state)
{
	struct world world;
	struct shm_pool pool = {.fd = -1, .size = 4096};
	begin(&world);
	answer(&world, BUFFERS);
	wl_signal_init(&pool.events.free);
	wl_signal_init(&pool.events.resize);
	struct buffer *buffer = buffer_create_unannounced();
	buffer->width = buffer->height = 16;
	buffer->format = DRM_FORMAT_XRGB8888;
	buffer->pool = &pool;
	struct surface surface = {.current.buffer = buffer};
	wl_signal_init(&surface.events.destroy);
	pixman_region32_init(&surface.damage);
	buffer->width = (int32_t)world.renderer.max_extent + 1;
	assert_false(renderer_tell_texture(&world.renderer, &surface));
	assert_int_equal(told_shm, 0);
	buffer->width--;
	assert_true(renderer_tell_texture(&world.renderer, &surface));
	assert_int_equal(told_shm, 1);
	wl_signal_emit_mutable(&surface.events.destroy, &surface);
	pixman_region32_fini(&surface.damage);
	wl_signal_emit_mutable(&buffer->events.free, buffer);
	wl_signal_emit_mutable(&pool.events.free, &pool);
	free(buffer);
	end(&world);
}

/* Whatever the last worker had answered before it died, the next one is asked for each once. */
static void test_every_buffer_is_asked_for_once(void **state)
{
	for (size_t answered = 0; answered <= BUFFERS; answered++) {
		struct world world;
		begin(&world);
		answer(&world, BUFFERS);
		kill_worker(&world);
		assert_int_equal(asked_len, BUFFERS);
		answer(&world, answered);
		kill_worker(&world);
		assert_int_equal(asked_len, BUFFERS);
		answer(&world, BUFFERS);
		assert_int_equal(count_readable(&world), BUFFERS);
		assert_true(renderer_is_settled(&world.renderer));
		end(&world);
	}
}

/* One that was being imported when a worker was killed is as good as the others. */
static void test_one_death_is_no_buffer_s_fault(void **state)
{
	struct world world;
	begin(&world);
	kill_worker(&world);
	answer(&world, BUFFERS);
	kill_worker(&world);
	answer(&world, BUFFERS);
	kill_worker(&world);
	answer(&world, BUFFERS);
	assert_int_equal(count_readable(&world), BUFFERS);
	end(&world);
}

static void test_what_kills_two_workers_is_refused(void **state)
{
	struct world world;
	begin(&world);
	answer(&world, 1);
	kill_worker(&world);
	assert_int_equal(asked_len, BUFFERS);
	/* Those that wait for their first answer are asked for first. */
	kill_worker(&world);
	assert_int_equal(asked_len, BUFFERS - 1);
	answer(&world, BUFFERS - 1);
	assert_int_equal(count_readable(&world), BUFFERS - 1);
	assert_false(world.buffers[1]->readable);
	end(&world);
}

/* A better rung's worker took over: nobody died. */
static void test_a_worker_that_is_replaced_blames_nobody(void **state)
{
	struct world world;
	begin(&world);
	for (int i = 0; i < 4; i++) {
		end_worker(&world);
		begin_worker(&world);
	}
	answer(&world, BUFFERS);
	assert_int_equal(count_readable(&world), BUFFERS);
	end(&world);
}

/* On its way down and up again the session has renderers that cannot read what others can. */
static void test_what_one_worker_cannot_read_the_next_may(void **state)
{
	struct world world;
	begin(&world);
	answer(&world, BUFFERS);
	kill_worker(&world);
	refuse_all(&world);
	kill_worker(&world);
	answer(&world, BUFFERS);
	assert_int_equal(count_readable(&world), BUFFERS);
	end(&world);
}

/* Its client was told so. */
static void test_what_is_refused_at_first_is_not_asked_again(void **state)
{
	struct world world;
	begin(&world);
	refuse_all(&world);
	kill_worker(&world);
	assert_int_equal(asked_len, 0);
	assert_int_equal(count_readable(&world), 0);
	end(&world);
}

static void later_all(struct world *world)
{
	for (size_t i = 0; i < BUFFERS; i++)
		renderer_import_later(&world->renderer, asked[i]);
}

/* The CPU's worker cannot map it; a GPU's, which is being looked for, may. */
static void test_what_waits_for_a_better_worker(void **state)
{
	struct world world;
	begin(&world);
	later_all(&world);
	assert_true(renderer_is_settled(&world.renderer)); /* nothing is awaited of this one */
	assert_int_equal(count_readable(&world), 0);
	kill_worker(&world); /* which is nobody's fault */
	assert_int_equal(asked_len, BUFFERS);
	later_all(&world);
	kill_worker(&world);
	assert_int_equal(asked_len, BUFFERS);
	answer(&world, BUFFERS);
	assert_int_equal(count_readable(&world), BUFFERS);
	end(&world);
}

/* It was shown; now it is drawn by nobody until the better worker knows it. */
static void test_what_was_shown_and_waits(void **state)
{
	struct world world;
	begin(&world);
	answer(&world, BUFFERS);
	kill_worker(&world);
	later_all(&world);
	assert_int_equal(count_readable(&world), 0);
	kill_worker(&world);
	answer(&world, BUFFERS);
	assert_int_equal(count_readable(&world), BUFFERS);
	end(&world);
}

static void test_what_waited_in_vain_is_refused(void **state)
{
	struct world world;
	begin(&world);
	renderer_import_later(&world.renderer, asked[0]);
	renderer_import_later(&world.renderer, 999); /* none of them */
	renderer_give_up_imports(&world.renderer, "there is none");
	answer(&world, BUFFERS);
	assert_int_equal(count_readable(&world), BUFFERS - 1);
	assert_false(world.buffers[0]->readable);
	kill_worker(&world);
	assert_int_equal(asked_len, BUFFERS - 1); /* its client was told so */
	answer(&world, BUFFERS - 1);
	end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_skipped_has_changed),
		cmocka_unit_test(test_what_is_too_large_for_this_worker_is_not_told),
		cmocka_unit_test(test_every_buffer_is_asked_for_once),
		cmocka_unit_test(test_one_death_is_no_buffer_s_fault),
		cmocka_unit_test(test_what_kills_two_workers_is_refused),
		cmocka_unit_test(test_a_worker_that_is_replaced_blames_nobody),
		cmocka_unit_test(test_what_one_worker_cannot_read_the_next_may),
		cmocka_unit_test(test_what_is_refused_at_first_is_not_asked_again),
		cmocka_unit_test(test_what_waits_for_a_better_worker),
		cmocka_unit_test(test_what_was_shown_and_waits),
		cmocka_unit_test(test_what_waited_in_vain_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
