#include "protocol/pointer_constraints.h"
#include "protocol/pointer_region.h"
#include "protocol/region.h"
#include "protocol/surface_queue.h"
#include "tests/protocol/exchange.h"

#include "pointer-constraints-unstable-v1-client.h"

#include <malloc.h>

/* What a constraint's client was told. */
struct told {
	int on, off;
};

static void told_handle_locked(void *data, struct zwp_locked_pointer_v1 *locked)
{
	((struct told *)data)->on++;
}

static void told_handle_unlocked(void *data, struct zwp_locked_pointer_v1 *locked)
{
	((struct told *)data)->off++;
}

static const struct zwp_locked_pointer_v1_listener told_lock_listener = {
	.locked = told_handle_locked,
	.unlocked = told_handle_unlocked,
};

static void told_handle_confined(void *data, struct zwp_confined_pointer_v1 *confined)
{
	((struct told *)data)->on++;
}

static void told_handle_unconfined(void *data, struct zwp_confined_pointer_v1 *confined)
{
	((struct told *)data)->off++;
}

static const struct zwp_confined_pointer_v1_listener told_confine_listener = {
	.confined = told_handle_confined,
	.unconfined = told_handle_unconfined,
};

struct bench {
	struct harness *harness;
	struct pointer_constraints manager;
	struct party a, b;
	struct zwp_pointer_constraints_v1 *global;
	struct told told;
	int unlocked;
	double x, y;
};

static void bench_handle_unlocked_at(void *data, struct surface *surface, double sx, double sy)
{
	struct bench *bench = data;
	bench->unlocked++;
	bench->x = sx;
	bench->y = sy;
}

static const struct pointer_constraints_listener bench_listener = {
	.unlocked_at = bench_handle_unlocked_at,
};

/* Two clients' surfaces of 10x10; a has the keyboard. */
static void bench_create(struct bench *bench, void **state)
{
	struct harness *harness = *state;
	*bench = (struct bench){.harness = harness,
		.manager = {.listener = &bench_listener, .seat = &harness->seat}};
	bench->manager.data = bench;
	assert_true(pointer_constraints_create(&bench->manager, harness->display));
	party_create(&bench->a, state, 0);
	party_create(&bench->b, state, 0);
	bench->global = client_bind(bench->a.client, &zwp_pointer_constraints_v1_interface);
	keyboard_set_focus(&harness->seat, bench->a.server);
}

static void bench_destroy(struct bench *bench)
{
	client_destroy(bench->a.client);
	client_destroy(bench->b.client);
	assert_null(bench->manager.active);
	pointer_constraints_destroy(&bench->manager);
}

static void bench_point(struct bench *bench, struct party *party, double sx, double sy)
{
	struct seat *seat = &bench->harness->seat;
	pointer_set_focus(seat, party ? party->server : NULL, sx, sy);
	pointer_motion(seat, 1, sx, sy);
	pointer_constraints_update(&bench->manager);
	client_expect_alive(bench->a.client);
}

static struct wl_region *bench_region(
	struct bench *bench, int32_t x, int32_t y, int32_t width, int32_t height)
{
	struct wl_region *region = wl_compositor_create_region(bench->a.client->compositor);
	wl_region_add(region, x, y, width, height);
	return region;
}

static struct zwp_locked_pointer_v1 *bench_lock(
	struct bench *bench, struct wl_region *region, uint32_t lifetime)
{
	struct zwp_locked_pointer_v1 *locked = zwp_pointer_constraints_v1_lock_pointer(
		bench->global, bench->a.surface, bench->a.pointer, region, lifetime);
	zwp_locked_pointer_v1_add_listener(locked, &told_lock_listener, &bench->told);
	client_expect_alive(bench->a.client);
	return locked;
}

static void test_lock_follows_both_focuses(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	bench_lock(&bench, NULL, ZWP_POINTER_CONSTRAINTS_V1_LIFETIME_PERSISTENT);
	assert_int_equal(bench.told.on, 0);
	bench_point(&bench, &bench.a, 3, 3);
	assert_int_equal(bench.told.on, 1);
	assert_true(pointer_constraints_is_locked(&bench.manager));
	keyboard_set_focus(&bench.harness->seat, bench.b.server);
	client_expect_alive(bench.a.client);
	assert_int_equal(bench.told.off, 1);
	assert_false(pointer_constraints_is_locked(&bench.manager));
	keyboard_set_focus(&bench.harness->seat, bench.a.server);
	client_expect_alive(bench.a.client);
	assert_int_equal(bench.told.on, 2);
	bench_point(&bench, &bench.b, 3, 3);
	assert_int_equal(bench.told.off, 2);
	bench_point(&bench, &bench.a, 3, 3);
	assert_int_equal(bench.told.on, 3);
	assert_int_equal(bench.unlocked, 0);
	bench_destroy(&bench);
}

static void test_oneshot_is_for_once(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	struct zwp_locked_pointer_v1 *locked =
		bench_lock(&bench, NULL, ZWP_POINTER_CONSTRAINTS_V1_LIFETIME_ONESHOT);
	bench_point(&bench, &bench.a, 3, 3);
	bench_point(&bench, &bench.b, 3, 3);
	bench_point(&bench, &bench.a, 3, 3);
	assert_true(bench.told.on == 1 && bench.told.off == 1);
	assert_true(wl_list_empty(&bench.manager.constraints));
	/* A new one may come beside the defunct one. */
	bench_lock(&bench, NULL, ZWP_POINTER_CONSTRAINTS_V1_LIFETIME_ONESHOT);
	assert_int_equal(bench.told.on, 2);
	zwp_locked_pointer_v1_destroy(locked);
	client_expect_alive(bench.a.client);
	assert_true(pointer_constraints_is_locked(&bench.manager));
	bench_destroy(&bench);
}

static void test_lock_waits_for_its_region(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	struct zwp_locked_pointer_v1 *locked = bench_lock(&bench, bench_region(&bench, 5, 5, 3, 3),
		ZWP_POINTER_CONSTRAINTS_V1_LIFETIME_PERSISTENT);
	bench_point(&bench, &bench.a, 1, 1);
	assert_int_equal(bench.told.on, 0);
	bench_point(&bench, &bench.a, 6, 6);
	assert_int_equal(bench.told.on, 1);
	/* The hint counts when it was committed and the client unlocks by itself. */
	zwp_locked_pointer_v1_set_cursor_position_hint(
		locked, wl_fixed_from_int(2), wl_fixed_from_int(4));
	wl_surface_commit(bench.a.surface);
	zwp_locked_pointer_v1_set_cursor_position_hint(
		locked, wl_fixed_from_int(9), wl_fixed_from_int(9));
	zwp_locked_pointer_v1_destroy(locked);
	client_expect_alive(bench.a.client);
	assert_true(bench.unlocked == 1 && bench.x == 2 && bench.y == 4);
	bench_destroy(&bench);
}

static void bench_expect(struct bench *bench, double x, double y, double to_x, double to_y)
{
	pointer_constraints_confine(&bench->manager, &x, &y);
	/* At a region's end it is on the pixel before. */
	assert_true(x > to_x - 1.01 && x < to_x + 0.01 && y > to_y - 1.01 && y < to_y + 0.01);
}

static void test_confined_to_a_region(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	struct zwp_confined_pointer_v1 *confined = zwp_pointer_constraints_v1_confine_pointer(
		bench.global, bench.a.surface, bench.a.pointer, bench_region(&bench, 2, 2, 100, 4),
		ZWP_POINTER_CONSTRAINTS_V1_LIFETIME_PERSISTENT);
	zwp_confined_pointer_v1_add_listener(confined, &told_confine_listener, &bench.told);
	bench_point(&bench, &bench.a, 3, 3);
	assert_int_equal(bench.told.on, 1);
	assert_false(pointer_constraints_is_locked(&bench.manager));
	bench_expect(&bench, 5, 5, 5, 5);
	bench_expect(&bench, -50, 300, 2, 6);
	bench_expect(&bench, 300, 4, 10, 4); /* the surface ends before the region */
	zwp_confined_pointer_v1_set_region(confined, bench_region(&bench, 0, 0, 4, 4));
	client_expect_alive(bench.a.client);
	bench_expect(&bench, 9, 3, 9, 3);
	wl_surface_commit(bench.a.surface);
	client_expect_alive(bench.a.client);
	bench_expect(&bench, 9, 3, 4, 3);
	wl_surface_destroy(bench.a.surface);
	client_expect_alive(bench.a.client);
	assert_int_equal(bench.told.off, 1);
	assert_true(wl_list_empty(&bench.manager.constraints));
	zwp_confined_pointer_v1_destroy(confined);
	client_expect_alive(bench.a.client);
	bench_destroy(&bench);
}

/* Each commit has what was set before it, whenever it is applied. */
static void test_state_waits_with_its_commit(void **state)
{
	struct bench bench;
	struct surface_lock waits[2] = {0};
	bench_create(&bench, state);
	struct zwp_locked_pointer_v1 *locked = bench_lock(&bench, bench_region(&bench, 5, 5, 3, 3),
		ZWP_POINTER_CONSTRAINTS_V1_LIFETIME_PERSISTENT);
	bench_point(&bench, &bench.a, 1, 1);
	surface_queue_lock(bench.a.server, &waits[0]);
	zwp_locked_pointer_v1_set_region(locked, bench_region(&bench, 0, 0, 3, 3));
	wl_surface_commit(bench.a.surface);
	client_expect_alive(bench.a.client);
	surface_queue_lock(bench.a.server, &waits[1]);
	zwp_locked_pointer_v1_set_cursor_position_hint(
		locked, wl_fixed_from_int(2), wl_fixed_from_int(4));
	wl_surface_commit(bench.a.surface);
	zwp_locked_pointer_v1_set_cursor_position_hint(
		locked, wl_fixed_from_int(9), wl_fixed_from_int(9));
	client_expect_alive(bench.a.client);
	assert_int_equal(bench.told.on, 0);
	surface_queue_unlock(&waits[0]);
	client_expect_alive(bench.a.client);
	assert_int_equal(bench.told.on, 1);
	surface_queue_unlock(&waits[1]);
	zwp_locked_pointer_v1_destroy(locked);
	client_expect_alive(bench.a.client);
	assert_true(bench.unlocked == 1 && bench.x == 2 && bench.y == 4);
	bench_destroy(&bench);
}

/* What still waits of it changes nothing. */
static void test_constraint_ends_before_its_commit_is_applied(void **state)
{
	struct bench bench;
	struct surface_lock wait = {0};
	bench_create(&bench, state);
	struct zwp_locked_pointer_v1 *locked =
		bench_lock(&bench, NULL, ZWP_POINTER_CONSTRAINTS_V1_LIFETIME_PERSISTENT);
	surface_queue_lock(bench.a.server, &wait);
	zwp_locked_pointer_v1_set_region(locked, bench_region(&bench, 0, 0, 3, 3));
	wl_surface_commit(bench.a.surface);
	zwp_locked_pointer_v1_destroy(locked);
	bench_lock(&bench, bench_region(&bench, 5, 5, 3, 3),
		ZWP_POINTER_CONSTRAINTS_V1_LIFETIME_PERSISTENT);
	surface_queue_unlock(&wait);
	bench_point(&bench, &bench.a, 1, 1);
	assert_int_equal(bench.told.on, 0);
	bench_point(&bench, &bench.a, 6, 6);
	assert_int_equal(bench.told.on, 1);
	bench_destroy(&bench);
}

static void test_hostile_constraints(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	struct zwp_locked_pointer_v1 *locked = bench_lock(
		&bench, bench_region(&bench, INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX), 77);
	bench_point(&bench, &bench.a, 3, 3);
	for (int i = 0; i < 300; i++) {
		struct wl_region *region = bench_region(&bench, i * 7 - 500, -i, 1 + i % 3, i);
		wl_region_subtract(region, i, INT32_MIN, 3, INT32_MAX);
		zwp_locked_pointer_v1_set_region(locked, i % 5 ? region : NULL);
		zwp_locked_pointer_v1_set_cursor_position_hint(locked, INT32_MIN, INT32_MAX);
		wl_surface_commit(bench.a.surface);
		wl_region_destroy(region);
	}
	client_expect_alive(bench.a.client);
	zwp_pointer_constraints_v1_confine_pointer(bench.global, bench.a.surface, bench.a.pointer,
		NULL, ZWP_POINTER_CONSTRAINTS_V1_LIFETIME_ONESHOT);
	client_expect_error(bench.a.client, &zwp_pointer_constraints_v1_interface,
		ZWP_POINTER_CONSTRAINTS_V1_ERROR_ALREADY_CONSTRAINED);
	bench_destroy(&bench);
}

/* A constraint without its surface has no use for a region, and keeps none. */
static void test_defunct_ones_keep_no_region(void **state)
{
	enum { RECTANGLES = 1000, CONSTRAINTS = 100 };
	struct bench bench;
	bench_create(&bench, state);
	struct client *client = bench.a.client;
	struct wl_region *region = wl_compositor_create_region(client->compositor);
	for (int i = 0; i < RECTANGLES; i++)
		wl_region_add(region, i * 2, i * 2, 1, 1);
	client_expect_alive(client);
	size_t before = mallinfo2().uordblks;
	for (int i = 0; i < CONSTRAINTS; i++) {
		struct wl_surface *surface = wl_compositor_create_surface(client->compositor);
		struct zwp_locked_pointer_v1 *locked = zwp_pointer_constraints_v1_lock_pointer(
			bench.global, surface, bench.a.pointer, region,
			ZWP_POINTER_CONSTRAINTS_V1_LIFETIME_PERSISTENT);
		wl_surface_destroy(surface);
		zwp_locked_pointer_v1_set_region(locked, region);
		client_expect_alive(client);
	}
	size_t regions = (size_t)RECTANGLES * CONSTRAINTS * sizeof(pixman_box32_t);
	assert_true(mallinfo2().uordblks < before + regions / 2);
	bench_destroy(&bench);
}

static void region_expect(const pixman_region32_t *region, const double from[2],
	const double wish[2], const double to[2])
{
	double x = wish[0], y = wish[1];
	pointer_region_confine(region, from[0], from[1], &x, &y);
	assert_true(x > to[0] - 1.01 && x < to[0] + 0.01 && y > to[1] - 1.01 && y < to[1] + 0.01);
}

static void test_walk_within_a_region(void **state)
{
	pixman_region32_t region;
	pixman_region32_init(&region);
	region_expect(&region, (double[]){1, 1}, (double[]){5, 5}, (double[]){1, 1});
	/* An L: down the left side, then to the right; and an island that no walk reaches. */
	region_add(&region, 0, 0, 10, 100);
	region_add(&region, 0, 90, 100, 10);
	region_add(&region, 200, 0, 10, 10);
	region_expect(&region, (double[]){5, 5}, (double[]){50, 95}, (double[]){50, 95});
	region_expect(&region, (double[]){5, 5}, (double[]){50, 5}, (double[]){10, 5});
	region_expect(&region, (double[]){5, 5}, (double[]){205, 5}, (double[]){10, 5});
	region_expect(&region, (double[]){5, 5}, (double[]){205, 205}, (double[]){100, 100});
	/* From outside by its nearest point. */
	region_expect(&region, (double[]){300, 5}, (double[]){201, 5}, (double[]){201, 5});
	assert_true(pointer_region_contains(&region, 9.99, 50));
	assert_false(pointer_region_contains(&region, 10, 50));
	pixman_region32_fini(&region);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_lock_follows_both_focuses),
		harness_test(test_oneshot_is_for_once),
		harness_test(test_lock_waits_for_its_region),
		harness_test(test_confined_to_a_region),
		harness_test(test_state_waits_with_its_commit),
		harness_test(test_constraint_ends_before_its_commit_is_applied),
		harness_test(test_hostile_constraints),
		harness_test(test_defunct_ones_keep_no_region),
		cmocka_unit_test(test_walk_within_a_region),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
