#include "protocol/deadline.h"

#include "common/clock.h"
#include "tests/unit.h"

#include <poll.h>

#define MS CLOCK_NS_PER_MS

static int deadline_reached;

static void count(void *data)
{
	deadline_reached++;
}

struct watched {
	struct wl_event_loop *loop;
	struct deadline deadline;
};

static void begin(struct watched *watched)
{
	deadline_reached = 0;
	watched->loop = wl_event_loop_create();
	assert_true(deadline_init(&watched->deadline, watched->loop, count, NULL));
}

static void end(struct watched *watched)
{
	deadline_finish(&watched->deadline);
	deadline_finish(&watched->deadline);
	wl_event_loop_destroy(watched->loop);
}

/* How often the loop is woken in that time. */
static int wakes(struct watched *watched, int ms)
{
	struct pollfd events = {.fd = wl_event_loop_get_fd(watched->loop), .events = POLLIN};
	int64_t end = clock_now() + ms * MS;
	int n = 0;
	for (int64_t left = ms * MS; left > 0; left = end - clock_now()) {
		if (poll(&events, 1, (int)(left / MS) + 1) <= 0)
			continue;
		wl_event_loop_dispatch(watched->loop, 0);
		n++;
	}
	return n;
}

static void test_is_reached_once_and_not_too_early(void **state)
{
	struct watched watched;
	begin(&watched);
	for (int ms = 20; ms <= 2 * DEADLINE_TICK; ms += DEADLINE_TICK) {
		int64_t set = clock_now();
		deadline_set(&watched.deadline, ms);
		while (deadline_reached == 0)
			wl_event_loop_dispatch(watched.loop, -1);
		assert_true(clock_now() - set >= ms * MS);
		assert_int_equal(wakes(&watched, DEADLINE_TICK + 100), 0);
		assert_int_equal(deadline_reached, 1);
		deadline_reached = 0;
	}
	end(&watched);
}

static void test_what_comes_in_time_wakes_nobody_but_once(void **state)
{
	struct watched watched;
	begin(&watched);
	for (int frame = 0; frame < 1000; frame++) {
		deadline_set(&watched.deadline, 1000);
		deadline_clear(&watched.deadline);
	}
	assert_in_range(wakes(&watched, 2 * DEADLINE_TICK), 0, 1);
	assert_int_equal(wakes(&watched, 2 * DEADLINE_TICK), 0);
	assert_int_equal(deadline_reached, 0);
	end(&watched);
}

static void test_the_last_one_set_counts(void **state)
{
	struct watched watched;
	begin(&watched);
	deadline_set(&watched.deadline, 20000);
	int64_t set = clock_now();
	deadline_set(&watched.deadline, 50);
	while (deadline_reached == 0)
		wl_event_loop_dispatch(watched.loop, -1);
	assert_true(clock_now() - set >= 50 * MS);
	deadline_reached = 0;
	deadline_set(&watched.deadline, 50);
	deadline_set(&watched.deadline, 20000);
	wakes(&watched, 200);
	assert_int_equal(deadline_reached, 0);
	end(&watched);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_reached_once_and_not_too_early),
		cmocka_unit_test(test_what_comes_in_time_wakes_nobody_but_once),
		cmocka_unit_test(test_the_last_one_set_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
