#include "protocol/output_power.h"

#include "protocol/output.h"
#include "tests/protocol/client.h"

#include "wlr-output-power-management-unstable-v1-client.h"

/* A display with a switch, and a client that has it. */
struct lamp {
	struct output_power_manager manager;
	struct client *client;
	struct zwlr_output_power_manager_v1 *proxy;
	struct zwlr_output_power_v1 *power;
	bool on, broken;
	int told, failed;
	uint32_t mode; /* as last told */
};

static bool lamp_handle_is_on(void *data, struct output *output)
{
	return ((struct lamp *)data)->on;
}

static bool lamp_handle_set(void *data, struct output *output, bool on)
{
	struct lamp *lamp = data;
	if (lamp->broken)
		return false;
	lamp->on = on;
	output_power_changed(&lamp->manager, output, on);
	return true;
}

static const struct output_power_listener lamp_listener = {
	.is_on = lamp_handle_is_on,
	.set = lamp_handle_set,
};

static void told_mode(void *data, struct zwlr_output_power_v1 *power, uint32_t mode)
{
	struct lamp *lamp = data;
	lamp->told++;
	lamp->mode = mode;
}

static void told_failed(void *data, struct zwlr_output_power_v1 *power)
{
	((struct lamp *)data)->failed++;
}

static const struct zwlr_output_power_v1_listener told_listener = {
	.mode = told_mode,
	.failed = told_failed,
};

static struct zwlr_output_power_v1 *lamp_get(struct lamp *lamp)
{
	struct zwlr_output_power_v1 *power =
		zwlr_output_power_manager_v1_get_output_power(lamp->proxy, lamp->client->output);
	zwlr_output_power_v1_add_listener(power, &told_listener, lamp);
	return power;
}

static void lamp_setup(struct lamp *lamp, void **state)
{
	struct harness *harness = *state;
	*lamp = (struct lamp){.manager.listener = &lamp_listener, .manager.data = lamp, .on = true};
	assert_true(output_power_create(&lamp->manager, harness->display));
	lamp->client = client_create(harness, 0);
	lamp->proxy = client_bind(lamp->client, &zwlr_output_power_manager_v1_interface);
	lamp->power = lamp_get(lamp);
	client_expect_alive(lamp->client);
	assert_int_equal(lamp->told, 1);
	assert_int_equal(lamp->mode, ZWLR_OUTPUT_POWER_V1_MODE_ON);
}

static void test_switch(void **state)
{
	struct lamp lamp;
	lamp_setup(&lamp, state);
	zwlr_output_power_v1_set_mode(lamp.power, ZWLR_OUTPUT_POWER_V1_MODE_OFF);
	client_expect_alive(lamp.client);
	assert_false(lamp.on);
	assert_int_equal(lamp.mode, ZWLR_OUTPUT_POWER_V1_MODE_OFF);
	/* One at a time; the next may have it afterwards. */
	struct zwlr_output_power_v1 *second = lamp_get(&lamp);
	zwlr_output_power_v1_set_mode(second, ZWLR_OUTPUT_POWER_V1_MODE_ON);
	client_expect_alive(lamp.client);
	assert_int_equal(lamp.failed, 1);
	assert_false(lamp.on);
	zwlr_output_power_v1_destroy(lamp.power);
	lamp.power = lamp_get(&lamp);
	zwlr_output_power_v1_set_mode(lamp.power, ZWLR_OUTPUT_POWER_V1_MODE_ON);
	client_expect_alive(lamp.client);
	assert_true(lamp.on);
	lamp.broken = true;
	zwlr_output_power_v1_set_mode(lamp.power, ZWLR_OUTPUT_POWER_V1_MODE_OFF);
	client_expect_alive(lamp.client);
	assert_int_equal(lamp.failed, 2);
	client_destroy(lamp.client);
	assert_true(wl_list_empty(&lamp.manager.powers));
}

static void test_output_goes(void **state)
{
	struct harness *harness = *state;
	struct lamp lamp;
	lamp_setup(&lamp, state);
	output_destroy(&harness->output);
	zwlr_output_power_v1_set_mode(lamp.power, ZWLR_OUTPUT_POWER_V1_MODE_OFF);
	lamp_get(&lamp);
	client_expect_alive(lamp.client);
	assert_int_equal(lamp.failed, 2);
	assert_true(lamp.on);
	client_destroy(lamp.client);
}

static void test_mode_that_is_nonsense(void **state)
{
	struct lamp lamp;
	lamp_setup(&lamp, state);
	zwlr_output_power_v1_set_mode(lamp.power, UINT32_MAX);
	client_expect_error(lamp.client, &zwlr_output_power_v1_interface,
		ZWLR_OUTPUT_POWER_V1_ERROR_INVALID_MODE);
	client_destroy(lamp.client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_switch),
		harness_test(test_output_goes),
		harness_test(test_mode_that_is_nonsense),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
