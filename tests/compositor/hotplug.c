/* What a hotplug event leads to (compositor/hotplug.c), in a hundredth of the time. */
#include "compositor/hotplug.h"

#include "tests/unit.h"

#define HURRY 100
#define ROUNDS 20 /* of the event loop, each of up to 20 ms */

static int asked; /* milliseconds, until the newest timer */

int __real_wl_event_source_timer_update(struct wl_event_source *source, int delay);

int __wrap_wl_event_source_timer_update(struct wl_event_source *source, int delay);
int __wrap_wl_event_source_timer_update(struct wl_event_source *source, int delay)
{
	asked = delay;
	return __real_wl_event_source_timer_update(source, delay > HURRY ? delay / HURRY : delay);
}

struct world {
	struct wl_event_loop *loop;
	struct hotplug *hotplug;
	int fails; /* so many times not all can be learnt */
	int calls;
};

static bool learn(void *data)
{
	struct world *world = data;
	return ++world->calls > world->fails;
}

/* False: udev cannot be had here. */
static bool begin(struct world *world, int fails)
{
	*world = (struct world){.loop = wl_event_loop_create(), .fails = fails};
	world->hotplug = hotplug_create(world->loop, learn, world);
	if (!world->hotplug)
		wl_event_loop_destroy(world->loop);
	return world->hotplug;
}

static void run(struct world *world)
{
	for (int i = 0; i < ROUNDS; i++)
		wl_event_loop_dispatch(world->loop, 20);
}

static void end(struct world *world)
{
	hotplug_destroy(world->hotplug);
	wl_event_loop_destroy(world->loop);
}

static void test_burst_is_one_call(void **state)
{
	struct world world;
	if (!begin(&world, 0))
		skip();
	hotplug_expect(world.hotplug);
	hotplug_expect(world.hotplug);
	run(&world);
	assert_int_equal(world.calls, 1);
	end(&world);
}

static void test_what_was_not_learnt_is_asked_again(void **state)
{
	struct world world;
	if (!begin(&world, 2))
		skip();
	hotplug_expect(world.hotplug);
	run(&world);
	assert_int_equal(world.calls, 3);
	assert_int_equal(asked, 1000);
	end(&world);
}

static void test_nobody_asks_for_ever(void **state)
{
	struct world world;
	if (!begin(&world, INT32_MAX))
		skip();
	hotplug_expect(world.hotplug);
	run(&world);
	assert_int_equal(world.calls, 10);
	hotplug_expect(world.hotplug); /* another event is another matter */
	run(&world);
	assert_int_equal(world.calls, 20);
	end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_burst_is_one_call),
		cmocka_unit_test(test_what_was_not_learnt_is_asked_again),
		cmocka_unit_test(test_nobody_asks_for_ever),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
