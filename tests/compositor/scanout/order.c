#include "compositor/scanout/order.h"
#include "tests/unit.h"

#include <stdint.h>
#include <string.h>

static void auto_is_all_top_down(void **state)
{
	struct scanout_order order;
	scanout_order_init(&order);
	assert_int_equal(order.len, SCANOUT_RUNGS);
	for (size_t i = 0; i < order.len; i++) {
		assert_int_equal(order.rungs[i], i);
		assert_false(order.named[i]);
	}
}

static void named_first_then_the_rest(void **state)
{
	struct scanout_order order;
	char error[256];
	assert_true(scanout_order_parse("copy,auto", &order, error, sizeof error));
	assert_int_equal(order.len, SCANOUT_RUNGS);
	assert_int_equal(order.rungs[0], SCANOUT_COPY);
	assert_true(order.named[0]);
	assert_int_equal(order.rungs[1], SCANOUT_GBM_IMPORT);
	assert_false(order.named[1]);
	assert_int_equal(order.rungs[4], SCANOUT_CPU);
}

static void one_is_preferred_to_what_is_not_named(void **state)
{
	static const char *const cases[][2] = {
		{"auto", "cpu,gbm-import,vk-export,host-pointer,copy"},
		{"copy,auto", "copy,cpu,gbm-import,vk-export,host-pointer"},
		{"cpu,auto", "cpu,gbm-import,vk-export,host-pointer,copy"},
		{"copy,cpu", "copy,cpu"},
		{"gbm-import", "gbm-import"},
		{"vk-export,gbm-import,copy,host-pointer,auto",
			"vk-export,gbm-import,copy,host-pointer,cpu"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct scanout_order order;
		char text[256] = "";
		assert_true(scanout_order_parse(cases[i][0], &order, text, sizeof text));
		scanout_order_prefer(&order, SCANOUT_CPU);
		text[0] = '\0';
		for (size_t k = 0; k < order.len; k++) {
			strcat(text, k ? "," : "");
			strcat(text, scanout_rung_name(order.rungs[k]));
		}
		assert_string_equal(text, cases[i][1]);
	}
}

static void one_rung_is_forced(void **state)
{
	struct scanout_order order;
	char error[256];
	for (enum scanout_rung rung = 0; rung < SCANOUT_RUNGS; rung++) {
		assert_true(
			scanout_order_parse(scanout_rung_name(rung), &order, error, sizeof error));
		assert_int_equal(order.len, 1);
		assert_int_equal(order.rungs[0], rung);
		assert_true(order.named[0]);
	}
}

static void wrong_orders_are_refused(void **state)
{
	static const char *const wrong[] = {"", ",", "vk-export,", "VK-EXPORT", "vk-exports", "vk",
		"copy,copy", "auto,cpu", "cpu,,copy", " cpu", "gbm-import;auto"};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct scanout_order order;
		char error[256] = "";
		assert_false(scanout_order_parse(wrong[i], &order, error, sizeof error));
		assert_int_not_equal(strlen(error), 0);
		assert_null(strchr(error, '\n'));
	}
	struct scanout_order order;
	char error[256];
	assert_false(scanout_order_parse("warp", &order, error, sizeof error));
	assert_non_null(strstr(error, "'warp'"));
	assert_non_null(strstr(error, "gbm-import, vk-export, host-pointer, copy, cpu"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(auto_is_all_top_down),
		cmocka_unit_test(named_first_then_the_rest),
		cmocka_unit_test(one_is_preferred_to_what_is_not_named),
		cmocka_unit_test(one_rung_is_forced),
		cmocka_unit_test(wrong_orders_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
