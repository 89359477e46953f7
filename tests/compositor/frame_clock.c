#include "compositor/frame_clock.h"
#include "tests/unit.h"

#define MS INT64_C(1000000)

static void test_first_frame_starts_at_once(void **state)
{
	struct frame_clock clock;
	frame_clock_init(&clock, 60000);
	assert_int_equal(clock.period, 16666666);
	assert_int_equal(frame_clock_next(&clock, 1000 * MS), 1000 * MS);
}

static void test_frames_keep_the_period(void **state)
{
	struct frame_clock clock;
	frame_clock_init(&clock, 50000);
	int64_t start = 1000 * MS, planned = start;
	for (int i = 0; i < 100; i++) {
		/* Timers are up to a millisecond late: that must not add up. */
		int64_t now = planned + MS * (i % 2);
		frame_clock_start(&clock, planned, now);
		planned = frame_clock_next(&clock, now + 3 * MS);
	}
	assert_int_equal(planned, start + 100 * 20 * MS);
}

static void test_slow_frames_do_not_wait_for_a_multiple(void **state)
{
	struct frame_clock clock;
	frame_clock_init(&clock, 50000);
	frame_clock_start(&clock, 1000 * MS, 1000 * MS);
	assert_int_equal(frame_clock_next(&clock, 1025 * MS), 1025 * MS);
}

static void test_idle_time_is_not_made_up_for(void **state)
{
	struct frame_clock clock;
	frame_clock_init(&clock, 50000);
	frame_clock_start(&clock, 1000 * MS, 1000 * MS);
	/* The machine slept: a frame planned long ago counts from now, or a burst would follow. */
	frame_clock_start(&clock, 1020 * MS, 5000 * MS);
	assert_int_equal(frame_clock_next(&clock, 5000 * MS), 5020 * MS);
}

static void test_senseless_refresh_counts_as_60(void **state)
{
	struct frame_clock clock;
	for (int32_t refresh = -1; refresh < 2; refresh++) {
		frame_clock_init(&clock, refresh);
		assert_int_equal(clock.period, 16666666);
	}
}

static void test_unlimited_starts_when_the_last_has_ended(void **state)
{
	struct frame_clock clock;
	frame_clock_init(&clock, FRAME_CLOCK_UNLIMITED);
	assert_int_equal(clock.period, 0);
	frame_clock_start(&clock, 1000 * MS, 1000 * MS);
	assert_int_equal(frame_clock_next(&clock, 1000 * MS + 1), 1000 * MS + 1);
}

static void test_latch_is_the_vblank_before(void **state)
{
	struct frame_clock clock;
	frame_clock_init(&clock, 50000);
	/* No vblanks: what is drawn is seen. */
	assert_int_equal(frame_clock_latch(&clock, 1234), 1234);
	clock.vblank = 1000 * MS;
	assert_int_equal(frame_clock_latch(&clock, 1041 * MS), 1040 * MS);
	assert_int_equal(frame_clock_latch(&clock, 1059 * MS), 1040 * MS);
	assert_int_equal(frame_clock_latch(&clock, 1060 * MS), 1040 * MS);
	assert_int_equal(frame_clock_latch(&clock, 1060 * MS + 1), 1060 * MS);
	assert_int_equal(frame_clock_latch(&clock, 1000 * MS + 1), 1000 * MS);
	/* What is past is past. */
	assert_int_equal(frame_clock_latch(&clock, 10 * MS), 10 * MS);
	assert_in_range(frame_clock_latch(&clock, INT64_MAX), INT64_MAX - 20 * MS, INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_frame_starts_at_once),
		cmocka_unit_test(test_frames_keep_the_period),
		cmocka_unit_test(test_slow_frames_do_not_wait_for_a_multiple),
		cmocka_unit_test(test_idle_time_is_not_made_up_for),
		cmocka_unit_test(test_senseless_refresh_counts_as_60),
		cmocka_unit_test(test_unlimited_starts_when_the_last_has_ended),
		cmocka_unit_test(test_latch_is_the_vblank_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
