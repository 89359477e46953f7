#include "protocol/output_management.h"

#include "tests/protocol/client.h"

#include "wlr-output-management-unstable-v1-client.h"

#include <string.h>

static const struct output_head_mode modes[] = {{640, 480, 60000, true}, {800, 600, 75000, false}};

/* Two outputs and a client that changes them. */
struct desk {
	struct output_manager manager;
	struct output_head heads[2];
	struct client *client;
	struct zwlr_output_manager_v1 *proxy;
	struct zwlr_output_head_v1 *head_proxies[8];
	struct zwlr_output_mode_v1 *mode_proxies[16];
	int heads_len, modes_len, finished, modes_finished, dones, currents;
	uint32_t serial;
	bool answer; /* of apply */
	int applied, tested;
	struct output_change change; /* the first one, as last wished */
	size_t changes_len;
	int succeeded, failed, cancelled;
};

static bool desk_handle_apply(
	void *data, const struct output_change *changes, size_t len, bool test)
{
	struct desk *desk = data;
	*(test ? &desk->tested : &desk->applied) += 1;
	desk->changes_len = len;
	if (len > 0)
		desk->change = changes[0];
	return desk->answer;
}

static const struct output_manager_listener desk_listener = {.apply = desk_handle_apply};

static void told_text(void *data, struct zwlr_output_head_v1 *head, const char *text)
{
}

static void told_pair(void *data, struct zwlr_output_head_v1 *head, int32_t a, int32_t b)
{
}

static void told_mode(
	void *data, struct zwlr_output_head_v1 *head, struct zwlr_output_mode_v1 *mode);

static void told_number(void *data, struct zwlr_output_head_v1 *head, int32_t number)
{
}

static void told_current(
	void *data, struct zwlr_output_head_v1 *head, struct zwlr_output_mode_v1 *mode)
{
	assert_non_null(mode);
	((struct desk *)data)->currents++;
}

static void told_scale(void *data, struct zwlr_output_head_v1 *head, wl_fixed_t scale)
{
	assert_int_equal(scale, wl_fixed_from_double(1.5));
}

static void told_finished(void *data, struct zwlr_output_head_v1 *head)
{
	((struct desk *)data)->finished++;
}

static void told_adaptive_sync(void *data, struct zwlr_output_head_v1 *head, uint32_t state)
{
}

static const struct zwlr_output_head_v1_listener head_listener = {
	.name = told_text,
	.description = told_text,
	.physical_size = told_pair,
	.mode = told_mode,
	.enabled = told_number,
	.current_mode = told_current,
	.position = told_pair,
	.transform = told_number,
	.scale = told_scale,
	.finished = told_finished,
	.make = told_text,
	.model = told_text,
	.serial_number = told_text,
	.adaptive_sync = told_adaptive_sync,
};

static void mode_size(void *data, struct zwlr_output_mode_v1 *mode, int32_t width, int32_t height)
{
}

static void mode_refresh(void *data, struct zwlr_output_mode_v1 *mode, int32_t refresh)
{
}

static void mode_preferred(void *data, struct zwlr_output_mode_v1 *mode)
{
}

static void mode_finished(void *data, struct zwlr_output_mode_v1 *mode)
{
	((struct desk *)data)->modes_finished++;
}

static const struct zwlr_output_mode_v1_listener mode_listener = {
	.size = mode_size,
	.refresh = mode_refresh,
	.preferred = mode_preferred,
	.finished = mode_finished,
};

static void told_mode(
	void *data, struct zwlr_output_head_v1 *head, struct zwlr_output_mode_v1 *mode)
{
	struct desk *desk = data;
	assert_true(desk->modes_len < 16);
	desk->mode_proxies[desk->modes_len++] = mode;
	zwlr_output_mode_v1_add_listener(mode, &mode_listener, desk);
}

static void told_head(
	void *data, struct zwlr_output_manager_v1 *manager, struct zwlr_output_head_v1 *head)
{
	struct desk *desk = data;
	desk->head_proxies[desk->heads_len++] = head;
	zwlr_output_head_v1_add_listener(head, &head_listener, desk);
}

static void told_done(void *data, struct zwlr_output_manager_v1 *manager, uint32_t serial)
{
	struct desk *desk = data;
	desk->dones++;
	desk->serial = serial;
}

static void manager_finished(void *data, struct zwlr_output_manager_v1 *manager)
{
	((struct desk *)data)->finished++;
}

static const struct zwlr_output_manager_v1_listener manager_listener = {
	.head = told_head,
	.done = told_done,
	.finished = manager_finished,
};

static const struct output_head_state state_of_heads = {
	.name = "TEST-1",
	.description = "a test",
	.make = "none",
	.model = "none",
	.serial = "1",
	.physical_width = 100,
	.physical_height = 80,
	.modes = modes,
	.n_modes = 2,
	.enabled = true,
	.scale = 1.5,
};

static void desk_setup(struct desk *desk, void **state)
{
	struct harness *harness = *state;
	*desk = (struct desk){.manager.listener = &desk_listener, .manager.data = desk};
	assert_true(output_manager_create(&desk->manager, harness->display));
	desk->client = client_create(harness, 0);
	desk->proxy = client_bind(desk->client, &zwlr_output_manager_v1_interface);
	zwlr_output_manager_v1_add_listener(desk->proxy, &manager_listener, desk);
	for (int i = 0; i < 2; i++)
		output_head_init(&desk->heads[i], &desk->manager, &state_of_heads);
	client_expect_alive(desk->client);
	assert_int_equal(desk->heads_len, 2);
	assert_int_equal(desk->modes_len, 4);
	assert_int_equal(desk->currents, 2);
	assert_true(desk->dones > 0);
}

static void desk_teardown(struct desk *desk)
{
	client_destroy(desk->client);
	for (int i = 0; i < 2; i++)
		output_head_finish(&desk->heads[i]);
}

static void answer_succeeded(void *data, struct zwlr_output_configuration_v1 *configuration)
{
	((struct desk *)data)->succeeded++;
}

static void answer_failed(void *data, struct zwlr_output_configuration_v1 *configuration)
{
	((struct desk *)data)->failed++;
}

static void answer_cancelled(void *data, struct zwlr_output_configuration_v1 *configuration)
{
	((struct desk *)data)->cancelled++;
}

static const struct zwlr_output_configuration_v1_listener answer_listener = {
	.succeeded = answer_succeeded,
	.failed = answer_failed,
	.cancelled = answer_cancelled,
};

static struct zwlr_output_configuration_v1 *desk_configure(struct desk *desk)
{
	struct zwlr_output_configuration_v1 *configuration =
		zwlr_output_manager_v1_create_configuration(desk->proxy, desk->serial);
	zwlr_output_configuration_v1_add_listener(configuration, &answer_listener, desk);
	return configuration;
}

static void test_changes(void **state)
{
	struct desk desk;
	desk_setup(&desk, state);
	for (int i = 0; i < 2; i++) {
		struct zwlr_output_configuration_v1 *configuration = desk_configure(&desk);
		struct zwlr_output_configuration_head_v1 *head =
			zwlr_output_configuration_v1_enable_head(
				configuration, desk.head_proxies[0]);
		zwlr_output_configuration_v1_disable_head(configuration, desk.head_proxies[1]);
		zwlr_output_configuration_head_v1_set_custom_mode(head, 320, 200, 0);
		zwlr_output_configuration_head_v1_set_position(head, INT32_MIN, 7);
		zwlr_output_configuration_head_v1_set_transform(head, 3);
		zwlr_output_configuration_head_v1_set_scale(head, wl_fixed_from_double(2.5));
		zwlr_output_configuration_head_v1_set_adaptive_sync(head, 1);
		desk.answer = i;
		if (i)
			zwlr_output_configuration_v1_apply(configuration);
		else
			zwlr_output_configuration_v1_test(configuration);
		client_expect_alive(desk.client);
		assert_int_equal(desk.changes_len, 2);
		assert_ptr_equal(desk.change.head, &desk.heads[0]);
		assert_int_equal(desk.change.mode.width, 320);
		assert_int_equal(desk.change.x, INT32_MIN);
		assert_int_equal(desk.change.transform, 3);
		assert_true(desk.change.scale == 2.5 && desk.change.adaptive_sync);
		assert_int_equal(desk.succeeded, i);
		assert_int_equal(desk.failed, 1);
		zwlr_output_configuration_v1_destroy(configuration);
		/* Its head outlives it, and does nothing. */
		zwlr_output_configuration_head_v1_set_position(head, 0, 0);
		zwlr_output_configuration_head_v1_destroy(head);
		client_expect_alive(desk.client);
	}
	assert_int_equal(desk.tested, 1);
	assert_int_equal(desk.applied, 1);
	desk_teardown(&desk);
}

static void test_outputs_change_meanwhile(void **state)
{
	struct desk desk;
	desk_setup(&desk, state);
	struct zwlr_output_configuration_v1 *early = desk_configure(&desk);
	zwlr_output_configuration_v1_enable_head(early, desk.head_proxies[0]);
	output_head_update(&desk.heads[0], &state_of_heads);
	zwlr_output_configuration_v1_apply(early);
	client_expect_alive(desk.client);
	assert_int_equal(desk.cancelled, 1);
	struct zwlr_output_configuration_v1 *late = desk_configure(&desk);
	zwlr_output_configuration_v1_enable_head(late, desk.head_proxies[1]);
	client_expect_alive(desk.client);
	output_head_finish(&desk.heads[1]);
	client_expect_alive(desk.client);
	zwlr_output_head_v1_release(desk.head_proxies[1]);
	zwlr_output_mode_v1_release(desk.mode_proxies[2]);
	zwlr_output_configuration_v1_apply(late);
	client_expect_alive(desk.client);
	assert_int_equal(desk.cancelled, 2);
	assert_int_equal(desk.finished, 1);
	assert_int_equal(desk.applied, 0);
	zwlr_output_manager_v1_stop(desk.proxy);
	client_expect_alive(desk.client);
	assert_int_equal(desk.finished, 2);
	desk_teardown(&desk);
}

/* Before version 3 a client cannot free a mode's object. */
static void test_modes_are_told_once(void **state)
{
	static const struct output_head_mode others[] = {
		{800, 600, 75000, false}, {640, 480, 60000, false}, {1024, 768, 60000, true}};
	struct output_head_state changed = state_of_heads;
	struct desk desk;
	desk_setup(&desk, state);
	for (int i = 0; i < 100; i++) {
		changed.x = i;
		output_head_update(&desk.heads[0], &changed);
	}
	client_expect_alive(desk.client);
	assert_int_equal(desk.modes_len, 4);
	assert_int_equal(desk.modes_finished, 0);
	assert_int_equal(desk.currents, 102);
	/* One is as it was, another is not preferred any more, a third is new. */
	changed.modes = others;
	changed.n_modes = 3;
	output_head_update(&desk.heads[0], &changed);
	client_expect_alive(desk.client);
	assert_int_equal(desk.modes_len, 6);
	assert_int_equal(desk.modes_finished, 1);
	output_head_finish(&desk.heads[0]);
	client_expect_alive(desk.client);
	assert_int_equal(desk.modes_finished, 4);
	desk_teardown(&desk);
}

static void desk_expect(void (*fault)(struct desk *, struct zwlr_output_configuration_v1 *,
				struct zwlr_output_configuration_head_v1 *),
	const struct wl_interface *interface, uint32_t code)
{
	struct desk desk;
	void *own; /* a server of its own: the manager's global stays as long as that */
	harness_setup(&own);
	desk_setup(&desk, &own);
	struct zwlr_output_configuration_v1 *configuration = desk_configure(&desk);
	fault(&desk, configuration,
		zwlr_output_configuration_v1_enable_head(configuration, desk.head_proxies[0]));
	client_expect_error(desk.client, interface, code);
	desk_teardown(&desk);
	harness_teardown(&own);
}

#define FAULT(name) \
	static void fault_##name(struct desk *desk, \
		struct zwlr_output_configuration_v1 *configuration, \
		struct zwlr_output_configuration_head_v1 *head)

FAULT(head_twice)
{
	zwlr_output_configuration_v1_disable_head(configuration, desk->head_proxies[0]);
}

FAULT(used_twice)
{
	zwlr_output_configuration_v1_test(configuration);
	zwlr_output_configuration_v1_apply(configuration);
}

FAULT(set_twice)
{
	zwlr_output_configuration_head_v1_set_position(head, 0, 0);
	zwlr_output_configuration_head_v1_set_position(head, 0, 0);
}

FAULT(other_mode)
{
	zwlr_output_configuration_head_v1_set_mode(head, desk->mode_proxies[2]);
}

FAULT(custom_mode)
{
	zwlr_output_configuration_head_v1_set_custom_mode(head, 0, 480, 0);
}

FAULT(negative_refresh)
{
	zwlr_output_configuration_head_v1_set_custom_mode(head, 640, 480, INT32_MIN);
}

FAULT(transform)
{
	zwlr_output_configuration_head_v1_set_transform(head, 8);
}

FAULT(scale)
{
	zwlr_output_configuration_head_v1_set_scale(head, 0);
}

FAULT(adaptive_sync)
{
	zwlr_output_configuration_head_v1_set_adaptive_sync(head, 2);
}

static void test_hostile(void **state)
{
	const struct wl_interface *configuration = &zwlr_output_configuration_v1_interface;
	const struct wl_interface *head = &zwlr_output_configuration_head_v1_interface;
	desk_expect(fault_head_twice, configuration,
		ZWLR_OUTPUT_CONFIGURATION_V1_ERROR_ALREADY_CONFIGURED_HEAD);
	desk_expect(
		fault_used_twice, configuration, ZWLR_OUTPUT_CONFIGURATION_V1_ERROR_ALREADY_USED);
	desk_expect(fault_set_twice, head, ZWLR_OUTPUT_CONFIGURATION_HEAD_V1_ERROR_ALREADY_SET);
	desk_expect(fault_other_mode, head, ZWLR_OUTPUT_CONFIGURATION_HEAD_V1_ERROR_INVALID_MODE);
	desk_expect(fault_custom_mode, head,
		ZWLR_OUTPUT_CONFIGURATION_HEAD_V1_ERROR_INVALID_CUSTOM_MODE);
	desk_expect(fault_negative_refresh, head,
		ZWLR_OUTPUT_CONFIGURATION_HEAD_V1_ERROR_INVALID_CUSTOM_MODE);
	desk_expect(
		fault_transform, head, ZWLR_OUTPUT_CONFIGURATION_HEAD_V1_ERROR_INVALID_TRANSFORM);
	desk_expect(fault_scale, head, ZWLR_OUTPUT_CONFIGURATION_HEAD_V1_ERROR_INVALID_SCALE);
	desk_expect(fault_adaptive_sync, head,
		ZWLR_OUTPUT_CONFIGURATION_HEAD_V1_ERROR_INVALID_ADAPTIVE_SYNC_STATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_changes),
		harness_test(test_outputs_change_meanwhile),
		harness_test(test_modes_are_told_once),
		harness_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
