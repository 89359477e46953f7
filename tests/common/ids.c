#include "common/ids.h"
#include "tests/unit.h"

static void test_smallest_is_taken_again(void **state)
{
	struct ids ids = {0};
	int objects[200];
	for (uint32_t i = 0; i < 200; i++)
		assert_int_equal(ids_take(&ids, &objects[i], 1000), i + 1);
	assert_ptr_equal(ids_find(&ids, 100), &objects[99]);
	ids_give_back(&ids, 150);
	ids_give_back(&ids, 3);
	assert_null(ids_find(&ids, 3));
	assert_int_equal(ids_take(&ids, &objects[0], 1000), 3);
	assert_int_equal(ids_take(&ids, &objects[0], 1000), 150);
	assert_int_equal(ids_take(&ids, &objects[0], 1000), 201);
	ids_finish(&ids);
}

static void test_limit(void **state)
{
	struct ids ids = {0};
	int object;
	assert_int_equal(ids_take(&ids, &object, 2), 1);
	assert_int_equal(ids_take(&ids, &object, 2), 2);
	assert_int_equal(ids_take(&ids, &object, 2), 0);
	ids_give_back(&ids, 1);
	assert_int_equal(ids_take(&ids, &object, 2), 1);
	ids_finish(&ids);
}

static void test_unknown_ids_are_harmless(void **state)
{
	struct ids ids = {0};
	assert_null(ids_find(&ids, 0));
	assert_null(ids_find(&ids, UINT32_MAX));
	ids_give_back(&ids, 0);
	ids_give_back(&ids, 77);
	ids_finish(&ids);
	ids_finish(&ids);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_smallest_is_taken_again),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_unknown_ids_are_harmless),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
