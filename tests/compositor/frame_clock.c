#include "compositor/frame_clock.h"

#include "common/clock.h"
#include "tests/unit.h"

#define MS CLOCK_NS_PER_MS
#define PERIOD (20 * MS) /* of 50 Hz, at which all clocks here run */

/* One frame of a screen that is asked for it at a time, whose worker takes as long as cost. */
struct frame {
	int64_t start, committed, told; /* told: the clients, as the time of being shown */
	uint64_t sequence;
};

static struct frame draw(struct frame_clock *clock, int64_t asked, int64_t cost)
{
	struct frame frame = {.start = frame_clock_plan(clock, asked)};
	int64_t drawn = frame.start + cost, due = frame_clock_due(clock);
	frame_clock_measure(clock, cost);
	frame.committed = drawn > due ? drawn : due;
	frame.told = frame_clock_shown(clock, frame.committed);
	frame.sequence = clock->sequence;
	return frame;
}

/* That has shown its first frame, and drawn as many as it remembers, all of that cost. */
static struct frame_clock clock_at(int64_t time, int64_t cost)
{
	struct frame_clock clock;
	frame_clock_init(&clock, 50000);
	for (int i = 0; i < FRAME_CLOCK_COSTS; i++)
		frame_clock_measure(&clock, cost);
	assert_int_equal(draw(&clock, time - cost, cost).committed, time);
	assert_int_equal(clock.sequence, 1);
	return clock;
}

/* Is shown at that vblank, or so shortly before that nobody can tell. */
static void assert_shown_at(const struct frame *frame, int64_t vblank)
{
	assert_in_range(frame->committed, vblank - FRAME_CLOCK_EARLY, vblank);
	assert_int_equal(frame->told, vblank);
}

static void test_first_frame_starts_and_is_shown_at_once(void **state)
{
	struct frame_clock clock;
	frame_clock_init(&clock, 60000);
	assert_int_equal(clock.period, 16666666);
	struct frame frame = draw(&clock, 1000 * MS, 7 * MS);
	assert_int_equal(frame.start, 1000 * MS);
	assert_int_equal(frame.committed, 1007 * MS);
	assert_int_equal(frame.told, 1007 * MS);
}

static void test_frames_start_as_late_as_they_can(void **state)
{
	struct frame_clock clock = clock_at(1000 * MS, 3 * MS);
	int64_t lead = frame_clock_lead(&clock);
	assert_in_range(lead, 3 * MS + 1, 5 * MS);
	for (int i = 1; i <= 100; i++) {
		/* Asked for as soon as the last one was shown. */
		int64_t vblank = 1000 * MS + i * PERIOD;
		struct frame frame = draw(&clock, vblank - PERIOD, 3 * MS);
		assert_int_equal(frame.start, vblank - lead);
		assert_shown_at(&frame, vblank);
		assert_int_equal(frame.sequence, 1 + i);
	}
}

static void test_what_is_drawn_much_too_early_is_held(void **state)
{
	struct frame_clock clock = clock_at(1000 * MS, 15 * MS);
	struct frame frame = draw(&clock, 1001 * MS, 3 * MS);
	assert_int_equal(frame.start, 1020 * MS - frame_clock_lead(&clock));
	assert_int_equal(frame.committed, 1020 * MS - FRAME_CLOCK_EARLY);
	assert_int_equal(frame.told, 1020 * MS);
}

/* Of a slow display it is no more: an eighth of a second would be seen. */
static void test_early_is_never_much(void **state)
{
	static const int32_t refreshes[] = {1000, 24000, 60000, 144000, 1000000};
	for (size_t i = 0; i < sizeof refreshes / sizeof refreshes[0]; i++) {
		struct frame_clock clock;
		frame_clock_init(&clock, refreshes[i]);
		frame_clock_plan(&clock, 1000 * MS);
		frame_clock_shown(&clock, 1000 * MS);
		frame_clock_plan(&clock, 1000 * MS);
		int64_t early = clock.target - frame_clock_due(&clock);
		assert_in_range(early, 1, FRAME_CLOCK_EARLY);
		assert_true(early <= clock.period / 8);
	}
}

/* A client that takes a while after it was told that its last picture is seen. */
static void test_client_may_take_all_but_the_lead(void **state)
{
	struct frame_clock clock = clock_at(1000 * MS, 3 * MS);
	int64_t longest = PERIOD - frame_clock_lead(&clock);
	assert_true(longest >= 15 * MS);
	for (int i = 1; i <= 10; i++) {
		struct frame frame = draw(&clock, 1000 * MS + (i - 1) * PERIOD + longest, 3 * MS);
		assert_shown_at(&frame, 1000 * MS + i * PERIOD);
		assert_int_equal(frame.sequence, 1 + i);
	}
	/* Longer: its picture is seen when it is drawn, not a whole period later. */
	struct frame late = draw(&clock, 1200 * MS + longest + 4 * MS, 3 * MS);
	assert_int_equal(late.committed, 1200 * MS + longest + 7 * MS);
	assert_int_equal(late.told, late.committed);
}

static void test_dearest_frame_counts_until_it_is_forgotten(void **state)
{
	struct frame_clock clock = clock_at(1000 * MS, 2 * MS);
	int64_t quick = frame_clock_lead(&clock);
	frame_clock_measure(&clock, 9 * MS);
	assert_int_equal(frame_clock_lead(&clock), quick + 7 * MS);
	for (int i = 1; i < FRAME_CLOCK_COSTS; i++)
		frame_clock_measure(&clock, 2 * MS);
	assert_int_equal(frame_clock_lead(&clock), quick + 7 * MS);
	frame_clock_measure(&clock, 2 * MS);
	assert_int_equal(frame_clock_lead(&clock), quick);
	/* Never more than a period, or frames would be begun before the last is shown. */
	frame_clock_measure(&clock, 1000 * MS);
	assert_int_equal(frame_clock_lead(&clock), PERIOD);
}

static void test_lateness_does_not_add_up(void **state)
{
	struct frame_clock clock = clock_at(1000 * MS, 3 * MS);
	for (int i = 1; i <= 100; i++) {
		/* Every third takes longer than any before it. */
		int64_t cost = 3 * MS + i * (i % 3 == 0) * 10000;
		draw(&clock, 1000 * MS + (i - 1) * PERIOD + MS, cost);
	}
	assert_int_equal(clock.vblank, 1000 * MS + 100 * PERIOD);
}

static void test_slow_frames_follow_each_other_without_a_pause(void **state)
{
	struct frame_clock clock = clock_at(1000 * MS, 25 * MS);
	for (int i = 1; i <= 40; i++) {
		struct frame frame = draw(&clock, 1000 * MS + (i - 1) * 25 * MS, 25 * MS);
		assert_int_equal(frame.committed, 1000 * MS + i * 25 * MS);
	}
	/* A second of them: the vblanks that they missed are counted. */
	assert_in_range(clock.sequence, 50, 51);
}

static void test_frame_after_a_rest_is_shown_when_it_is_drawn(void **state)
{
	struct frame_clock clock = clock_at(1000 * MS, 3 * MS);
	struct frame first = draw(&clock, 5007 * MS, 3 * MS);
	assert_int_equal(first.start, 5007 * MS);
	assert_int_equal(first.committed, 5010 * MS);
	/* 200 vblanks without a frame went by; the next ones are a period apart from here. */
	assert_int_equal(first.sequence, 1 + 200);
	struct frame second = draw(&clock, 5011 * MS, 3 * MS);
	assert_shown_at(&second, 5030 * MS);
	assert_int_equal(second.sequence, first.sequence + 1);
}

/* 25 pictures a second on 50 Hz, each just after its time: no pull-down, all equally long. */
static void test_slower_client_has_its_own_rhythm(void **state)
{
	struct frame_clock clock = clock_at(1000 * MS, 3 * MS);
	for (int i = 1; i <= 24; i++) {
		struct frame frame = draw(&clock, 1000 * MS + i * 41 * MS, 3 * MS);
		assert_int_equal(frame.committed, 1003 * MS + i * 41 * MS);
	}
}

static void test_kernel_s_latency_is_not_told(void **state)
{
	struct frame_clock clock = clock_at(1000 * MS, 3 * MS);
	frame_clock_plan(&clock, 1001 * MS);
	assert_int_equal(frame_clock_shown(&clock, 1020 * MS + MS / 2), 1020 * MS);
	/* But a frame that came late is. */
	frame_clock_plan(&clock, 1021 * MS);
	assert_int_equal(frame_clock_shown(&clock, 1047 * MS), 1047 * MS);
}

static void test_torn_frames_keep_the_phase(void **state)
{
	struct frame_clock clock = clock_at(1000 * MS, 3 * MS);
	for (int i = 0; i < 50; i++)
		frame_clock_shown_torn(&clock, 1000 * MS + i * MS);
	/* Two vblanks passed in those 49 ms. */
	assert_int_equal(clock.sequence, 3);
	struct frame frame = draw(&clock, 1050 * MS, 3 * MS);
	assert_shown_at(&frame, 1060 * MS);
}

static void test_another_refresh_goes_on_counting(void **state)
{
	struct frame_clock clock = clock_at(1000 * MS, 3 * MS);
	frame_clock_set_refresh(&clock, 100000);
	struct frame frame = draw(&clock, 1001 * MS, 3 * MS);
	assert_shown_at(&frame, 1010 * MS);
	assert_int_equal(frame.sequence, 2);
}

/* The display's own vblanks: the first that the frame can make, and the kernel holds it. */
static void test_hardware_vblank_is_made_or_the_next(void **state)
{
	struct frame_clock clock = clock_at(1000 * MS, 3 * MS);
	int64_t lead = frame_clock_lead(&clock);
	frame_clock_shown_hardware(&clock, 1000 * MS);
	assert_int_equal(frame_clock_plan(&clock, 1001 * MS), 1020 * MS - lead);
	assert_true(frame_clock_due(&clock) < 0);
	assert_int_equal(frame_clock_plan(&clock, 1020 * MS - lead), 1020 * MS - lead);
	assert_int_equal(frame_clock_plan(&clock, 1020 * MS - lead + 1), 1040 * MS - lead);
	/* After a rest, too. */
	assert_int_equal(frame_clock_plan(&clock, 5001 * MS), 5020 * MS - lead);
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
	for (int i = 0; i < 10; i++) {
		struct frame frame = draw(&clock, 1000 * MS + i * 3 * MS, 3 * MS);
		assert_int_equal(frame.start, 1000 * MS + i * 3 * MS);
		assert_int_equal(frame.committed, 1003 * MS + i * 3 * MS);
		assert_int_equal(frame.sequence, i + 1);
	}
}

static void test_pace_is_another_than_the_refresh(void **state)
{
	struct frame_clock clock;
	frame_clock_init(&clock, 50000);
	frame_clock_set_pace(&clock, 100000);
	frame_clock_set_refresh(&clock, 50000);
	assert_int_equal(clock.period, 10 * MS);
	/* Vblanks of its own are the display's. */
	frame_clock_shown_hardware(&clock, 1000 * MS);
	assert_int_equal(clock.period, 20 * MS);
	frame_clock_set_refresh(&clock, 25000);
	assert_int_equal(clock.period, 40 * MS);
}

static void test_what_has_a_time_is_taken_by_the_frame_for_it(void **state)
{
	struct frame_clock clock = clock_at(1000 * MS, 3 * MS);
	/* The next vblank, as it was told: the frame for it takes it at its start. */
	int64_t latch = frame_clock_latch(&clock, 1020 * MS);
	assert_int_equal(latch, frame_clock_plan(&clock, 1001 * MS));
	assert_int_equal(frame_clock_due(&clock), 1020 * MS - FRAME_CLOCK_EARLY);
}

static void test_hardware_latch_is_the_vblank_before(void **state)
{
	struct frame_clock clock;
	frame_clock_init(&clock, 50000);
	frame_clock_shown_hardware(&clock, 1000 * MS);
	assert_int_equal(frame_clock_latch(&clock, 1041 * MS), 1040 * MS);
	assert_int_equal(frame_clock_latch(&clock, 1059 * MS), 1040 * MS);
	assert_int_equal(frame_clock_latch(&clock, 1060 * MS), 1040 * MS);
	assert_int_equal(frame_clock_latch(&clock, 1060 * MS + 1), 1060 * MS);
	assert_int_equal(frame_clock_latch(&clock, 1000 * MS + 1), 1000 * MS);
	/* What is past is past. */
	assert_int_equal(frame_clock_latch(&clock, 10 * MS), 10 * MS);
	assert_in_range(frame_clock_latch(&clock, INT64_MAX), INT64_MAX - PERIOD, INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_frame_starts_and_is_shown_at_once),
		cmocka_unit_test(test_frames_start_as_late_as_they_can),
		cmocka_unit_test(test_what_is_drawn_much_too_early_is_held),
		cmocka_unit_test(test_early_is_never_much),
		cmocka_unit_test(test_client_may_take_all_but_the_lead),
		cmocka_unit_test(test_dearest_frame_counts_until_it_is_forgotten),
		cmocka_unit_test(test_lateness_does_not_add_up),
		cmocka_unit_test(test_slow_frames_follow_each_other_without_a_pause),
		cmocka_unit_test(test_frame_after_a_rest_is_shown_when_it_is_drawn),
		cmocka_unit_test(test_slower_client_has_its_own_rhythm),
		cmocka_unit_test(test_kernel_s_latency_is_not_told),
		cmocka_unit_test(test_torn_frames_keep_the_phase),
		cmocka_unit_test(test_another_refresh_goes_on_counting),
		cmocka_unit_test(test_hardware_vblank_is_made_or_the_next),
		cmocka_unit_test(test_senseless_refresh_counts_as_60),
		cmocka_unit_test(test_unlimited_starts_when_the_last_has_ended),
		cmocka_unit_test(test_pace_is_another_than_the_refresh),
		cmocka_unit_test(test_what_has_a_time_is_taken_by_the_frame_for_it),
		cmocka_unit_test(test_hardware_latch_is_the_vblank_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
