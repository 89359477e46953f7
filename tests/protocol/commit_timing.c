#include "protocol/commit_timing.h"
#include "common/clock.h"
#include "protocol/surface_queue.h"
#include "tests/protocol/client.h"

#include "commit-timing-v1-client.h"

#define MS CLOCK_NS_PER_MS

/* The target that was last asked for, and by how much earlier the update is to be applied. */
static struct clockwork {
	struct commit_timing timing;
	int64_t target, lead;
} clockwork;

static int64_t clockwork_latch_time(void *data, const struct surface *surface, int64_t target)
{
	clockwork.target = target;
	return target - clockwork.lead;
}

static const struct commit_timing_listener clockwork_listener = {
	.latch_time = clockwork_latch_time,
};

static int timing_setup(void **state)
{
	harness_setup(state);
	clockwork = (struct clockwork){.timing.listener = &clockwork_listener};
	assert_non_null(
		commit_timing_create(((struct harness *)*state)->display, &clockwork.timing));
	return 0;
}

static int timing_teardown(void **state)
{
	struct harness *harness = *state;
	wl_display_destroy_clients(harness->display);
	assert_true(wl_list_empty(&clockwork.timing.waits));
	commit_timing_destroy(&clockwork.timing);
	return harness_teardown(state);
}

/* A surface whose commits are told apart by their width. */
struct timed {
	struct client *client;
	struct wp_commit_timing_manager_v1 *manager;
	struct wl_surface *surface;
	struct wp_commit_timer_v1 *timer;
	struct surface *server;
};

static void timed_create(struct timed *timed, void **state)
{
	timed->client = client_create(*state, 0);
	timed->manager = client_bind(timed->client, &wp_commit_timing_manager_v1_interface);
	timed->surface = wl_compositor_create_surface(timed->client->compositor);
	timed->timer = wp_commit_timing_manager_v1_get_timer(timed->manager, timed->surface);
	timed->server = client_surface(timed->client, timed->surface);
}

static void timed_commit(struct timed *timed, int32_t width)
{
	struct wl_buffer *buffer = client_buffer(timed->client, width, 1);
	wl_surface_attach(timed->surface, buffer, 0, 0);
	wl_surface_commit(timed->surface);
	wl_buffer_destroy(buffer);
	client_expect_alive(timed->client);
}

static void timed_set(struct timed *timed, int64_t time)
{
	uint64_t seconds = (uint64_t)(time / CLOCK_NS_PER_S);
	wp_commit_timer_v1_set_timestamp(timed->timer, (uint32_t)(seconds >> 32), (uint32_t)seconds,
		(uint32_t)(time % CLOCK_NS_PER_S));
}

static void timed_wait(struct timed *timed, int32_t width)
{
	while (timed->server->width != width)
		wl_event_loop_dispatch(timed->client->harness->loop, -1);
}

static void test_never_before_its_time(void **state)
{
	struct timed timed;
	timed_create(&timed, state);
	int64_t target = clock_now() + 40 * MS;
	timed_set(&timed, target);
	timed_commit(&timed, 1);
	assert_int_equal(clockwork.target, target);
	timed_wait(&timed, 1);
	assert_true(clock_now() >= target);
	client_destroy(timed.client);
}

/* A screen that shows what it latches at its next refresh wants it earlier. */
static void test_latched_for_the_frame(void **state)
{
	struct timed timed;
	timed_create(&timed, state);
	clockwork.lead = 3600 * CLOCK_NS_PER_S;
	timed_set(&timed, clock_now() + 3600 * CLOCK_NS_PER_S);
	timed_commit(&timed, 1);
	assert_int_equal(timed.server->width, 1);
	client_destroy(timed.client);
}

static void test_the_past_is_now(void **state)
{
	struct timed timed;
	timed_create(&timed, state);
	timed_set(&timed, 0);
	timed_commit(&timed, 1);
	assert_int_equal(timed.server->width, 1);
	timed_set(&timed, clock_now());
	timed_commit(&timed, 2);
	assert_int_equal(timed.server->width, 2);
	client_destroy(timed.client);
}

/* False: that took so long that the first one's time has come. */
static bool timed_commit_three(struct timed *timed, int64_t first)
{
	timed_set(timed, first);
	timed_commit(timed, 1);
	timed_set(timed, first - 40 * MS);
	timed_commit(timed, 2);
	timed_commit(timed, 3);
	return clock_now() < first;
}

/* In the order in which they were committed, whatever their times are. */
static void test_order_is_kept(void **state)
{
	struct timed timed;
	timed_create(&timed, state);
	int64_t first = clock_now() + 60 * MS;
	while (!timed_commit_three(&timed, first)) {
		client_destroy(timed.client);
		timed_create(&timed, state);
		first = clock_now() + 60 * MS;
	}
	assert_int_equal(timed.server->width, 0);
	timed_wait(&timed, 3);
	assert_true(clock_now() >= first);
	assert_true(surface_queue_is_empty(timed.server));
	client_destroy(timed.client);
}

/* Several surfaces: each at its time, the timer follows the earliest. */
static void test_surfaces_wait_by_themselves(void **state)
{
	struct timed later, sooner;
	timed_create(&later, state);
	timed_create(&sooner, state);
	int64_t now = clock_now();
	timed_set(&later, now + 3600 * CLOCK_NS_PER_S);
	timed_commit(&later, 1);
	timed_set(&sooner, now + 20 * MS);
	timed_commit(&sooner, 1);
	timed_wait(&sooner, 1);
	assert_int_equal(later.server->width, 0);
	client_destroy(sooner.client);
	client_destroy(later.client);
}

static void test_the_object_goes(void **state)
{
	struct timed timed;
	timed_create(&timed, state);
	timed_set(&timed, clock_now() + 3600 * CLOCK_NS_PER_S);
	wp_commit_timer_v1_destroy(timed.timer);
	timed_commit(&timed, 1);
	assert_int_equal(timed.server->width, 0);
	timed.timer = wp_commit_timing_manager_v1_get_timer(timed.manager, timed.surface);
	wp_commit_timing_manager_v1_destroy(timed.manager);
	timed_set(&timed, 1);
	timed_commit(&timed, 2);
	assert_int_equal(timed.server->width, 0);
	wl_surface_destroy(timed.surface);
	client_expect_alive(timed.client);
	client_destroy(timed.client);
}

static void timed_expect(void **state, void (*fault)(struct timed *),
	const struct wl_interface *interface, uint32_t error)
{
	struct timed timed;
	timed_create(&timed, state);
	fault(&timed);
	client_expect_error(timed.client, interface, error);
	client_destroy(timed.client);
}

static void fault_second(struct timed *timed)
{
	wp_commit_timing_manager_v1_get_timer(timed->manager, timed->surface);
}

static void fault_nanoseconds(struct timed *timed)
{
	wp_commit_timer_v1_set_timestamp(timed->timer, 0, 0, 1000000000);
}

static void fault_most_nanoseconds(struct timed *timed)
{
	wp_commit_timer_v1_set_timestamp(timed->timer, UINT32_MAX, UINT32_MAX, UINT32_MAX);
}

static void fault_twice(struct timed *timed)
{
	timed_set(timed, 1);
	timed_set(timed, 1);
}

static void fault_without_a_surface(struct timed *timed)
{
	timed_set(timed, clock_now() + 3600 * CLOCK_NS_PER_S);
	wl_surface_commit(timed->surface);
	wl_surface_destroy(timed->surface);
	timed_set(timed, 1);
}

static void test_hostile_requests(void **state)
{
	const struct wl_interface *timer = &wp_commit_timer_v1_interface;
	timed_expect(state, fault_second, &wp_commit_timing_manager_v1_interface,
		WP_COMMIT_TIMING_MANAGER_V1_ERROR_COMMIT_TIMER_EXISTS);
	timed_expect(state, fault_nanoseconds, timer, WP_COMMIT_TIMER_V1_ERROR_INVALID_TIMESTAMP);
	timed_expect(
		state, fault_most_nanoseconds, timer, WP_COMMIT_TIMER_V1_ERROR_INVALID_TIMESTAMP);
	timed_expect(state, fault_twice, timer, WP_COMMIT_TIMER_V1_ERROR_TIMESTAMP_EXISTS);
	timed_expect(
		state, fault_without_a_surface, timer, WP_COMMIT_TIMER_V1_ERROR_SURFACE_DESTROYED);
}

/* Times that never come, up to the last that can be said. */
static void test_hostile_times(void **state)
{
	struct timed timed;
	timed_create(&timed, state);
	for (int32_t i = 1; i <= 100; i++) {
		wp_commit_timer_v1_set_timestamp(
			timed.timer, UINT32_MAX >> i % 32, UINT32_MAX, i % 2 ? 999999999 : 0);
		wl_surface_commit(timed.surface);
	}
	timed_commit(&timed, 1);
	assert_int_equal(timed.server->width, 0);
	client_destroy(timed.client);
}

/* However many updates wait for times to come, what waits has an end, and so have the waits. */
static void test_hostile_flood(void **state)
{
	struct timed timed;
	timed_create(&timed, state);
	int64_t soon = clock_now() + 3600 * CLOCK_NS_PER_S;
	for (int32_t i = 1; i <= 3000; i++) {
		timed_set(&timed, i % 2 ? soon + i : soon - i);
		wl_surface_commit(timed.surface);
		if (i % 500 == 0)
			client_expect_alive(timed.client);
	}
	assert_in_range(timed.server->queue_len, 1, 300);
	assert_in_range(wl_list_length(&clockwork.timing.waits), 1, 300);
	client_destroy(timed.client);
}

#define timing_test(function) \
	cmocka_unit_test_setup_teardown(function, timing_setup, timing_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		timing_test(test_never_before_its_time),
		timing_test(test_latched_for_the_frame),
		timing_test(test_the_past_is_now),
		timing_test(test_order_is_kept),
		timing_test(test_surfaces_wait_by_themselves),
		timing_test(test_the_object_goes),
		timing_test(test_hostile_requests),
		timing_test(test_hostile_times),
		timing_test(test_hostile_flood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
