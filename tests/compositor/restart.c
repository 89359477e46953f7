#include "compositor/restart.h"
#include "tests/unit.h"

#define SECOND INT64_C(1000000000)

static void test_policy_decides_by_the_status(void **state)
{
	static const struct {
		enum restart_policy policy;
		int status;
		bool again;
	} cases[] = {
		{RESTART_NEVER, 0, false},
		{RESTART_NEVER, 134, false},
		{RESTART_ON_FAILURE, 0, false},
		{RESTART_ON_FAILURE, 1, true},
		{RESTART_ON_FAILURE, 134, true},
		{RESTART_ALWAYS, 0, true},
		{RESTART_ALWAYS, 134, true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct restart restart = {.policy = cases[i].policy};
		assert_int_equal(
			restart_after(&restart, cases[i].status, SECOND) >= 0, cases[i].again);
	}
}

static void test_waits_double_and_end(void **state)
{
	static const int delays[] = {200, 400, 800, 1600, 3200, 6400, 10000, 10000, 10000};
	struct restart restart = {.policy = RESTART_ALWAYS, .limit = RESTART_LIMIT};
	for (size_t i = 0; i < sizeof delays / sizeof delays[0]; i++)
		assert_int_equal(restart_after(&restart, 1, 0), delays[i]);
	assert_int_equal(restart_after(&restart, 1, 0), -1);
}

static void test_long_run_begins_a_new_row(void **state)
{
	struct restart restart = {.policy = RESTART_ALWAYS, .limit = 3};
	for (int i = 0; i < 100; i++) {
		assert_int_equal(restart_after(&restart, 1, RESTART_STEADY_NS), 200);
		assert_int_equal(restart_after(&restart, 1, RESTART_STEADY_NS - 1), 400);
	}
	assert_int_equal(restart_after(&restart, 1, 0), -1);
}

static void test_no_limit_never_ends(void **state)
{
	struct restart restart = {.policy = RESTART_ON_FAILURE};
	for (int i = 0; i < 10000; i++)
		assert_in_range(restart_after(&restart, 1, 0), 200, 10000);
}

static void test_policies_have_names(void **state)
{
	enum restart_policy policy;
	assert_true(restart_parse("on-failure", &policy));
	assert_int_equal(policy, RESTART_ON_FAILURE);
	assert_true(restart_parse("never", &policy));
	assert_int_equal(policy, RESTART_NEVER);
	assert_true(restart_parse("always", &policy));
	assert_int_equal(policy, RESTART_ALWAYS);
	assert_false(restart_parse("", &policy));
	assert_false(restart_parse("on-success", &policy));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_policy_decides_by_the_status),
		cmocka_unit_test(test_waits_double_and_end),
		cmocka_unit_test(test_long_run_begins_a_new_row),
		cmocka_unit_test(test_no_limit_never_ends),
		cmocka_unit_test(test_policies_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
