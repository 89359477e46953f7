#include "protocol/xdg_output.h"
#include "tests/protocol/client.h"

#include "xdg-output-unstable-v1-client.h"

#include <string.h>

static int logical_setup(void **state)
{
	harness_setup(state);
	assert_non_null(xdg_output_create(((struct harness *)*state)->display));
	return 0;
}

/* What a client was told of an output. */
struct logical {
	int32_t x, y, width, height;
	int positions, sizes, dones, names, descriptions, output_dones;
};

static void logical_handle_position(void *data, struct zxdg_output_v1 *output, int32_t x, int32_t y)
{
	struct logical *logical = data;
	logical->x = x;
	logical->y = y;
	logical->positions++;
}

static void logical_handle_size(
	void *data, struct zxdg_output_v1 *output, int32_t width, int32_t height)
{
	struct logical *logical = data;
	logical->width = width;
	logical->height = height;
	logical->sizes++;
}

static void logical_handle_done(void *data, struct zxdg_output_v1 *output)
{
	((struct logical *)data)->dones++;
}

static void logical_handle_name(void *data, struct zxdg_output_v1 *output, const char *name)
{
	assert_string_equal(name, "TEST-1");
	((struct logical *)data)->names++;
}

static void logical_handle_description(
	void *data, struct zxdg_output_v1 *output, const char *description)
{
	assert_string_equal(description, "a test");
	((struct logical *)data)->descriptions++;
}

static const struct zxdg_output_v1_listener logical_listener = {
	.logical_position = logical_handle_position,
	.logical_size = logical_handle_size,
	.done = logical_handle_done,
	.name = logical_handle_name,
	.description = logical_handle_description,
};

static void logical_handle_geometry(void *data, struct wl_output *output, int32_t x, int32_t y,
	int32_t width, int32_t height, int32_t subpixel, const char *make, const char *model,
	int32_t transform)
{
}

static void logical_handle_mode(void *data, struct wl_output *output, uint32_t flags, int32_t width,
	int32_t height, int32_t refresh)
{
}

static void logical_handle_output_done(void *data, struct wl_output *output)
{
	((struct logical *)data)->output_dones++;
}

static void logical_handle_scale(void *data, struct wl_output *output, int32_t scale)
{
}

static void logical_handle_text(void *data, struct wl_output *output, const char *text)
{
}

static const struct wl_output_listener logical_output_listener = {
	.geometry = logical_handle_geometry,
	.mode = logical_handle_mode,
	.done = logical_handle_output_done,
	.scale = logical_handle_scale,
	.name = logical_handle_text,
	.description = logical_handle_text,
};

static struct zxdg_output_v1 *logical_ask(struct client *client, struct logical *logical)
{
	*logical = (struct logical){0};
	struct zxdg_output_manager_v1 *manager =
		client_bind(client, &zxdg_output_manager_v1_interface);
	struct zxdg_output_v1 *output =
		zxdg_output_manager_v1_get_xdg_output(manager, client->output);
	zxdg_output_v1_add_listener(output, &logical_listener, logical);
	return output;
}

static void test_all_is_told(void **state)
{
	struct client *client = client_create(*state, 0);
	struct logical logical;
	struct harness *harness = *state;
	wl_output_add_listener(client->output, &logical_output_listener, &logical);
	struct zxdg_output_v1 *output = logical_ask(client, &logical);
	client_expect_alive(client);
	assert_int_equal(logical.width, 640);
	assert_int_equal(logical.height, 480);
	assert_int_equal(logical.x, 0);
	assert_int_equal(logical.y, 0);
	assert_int_equal(logical.positions, 1);
	assert_int_equal(logical.names, 1);
	assert_int_equal(logical.descriptions, 1);
	/* From version 3 on it is wl_output that says so. */
	assert_int_equal(logical.dones, 0);
	assert_int_equal(logical.output_dones, 1);
	harness->output.map.width = 1024;
	output_update(&harness->output);
	client_expect_alive(client);
	assert_int_equal(logical.sizes, 2);
	assert_int_equal(logical.width, 1024);
	assert_int_equal(logical.names, 1);
	assert_int_equal(logical.output_dones, 2);
	zxdg_output_v1_destroy(output);
	client_expect_alive(client);
	client_destroy(client);
}

/* Turned, at half as large again, and to the right of another. */
static void test_scale_and_transform(void **state)
{
	struct client *client = client_create(*state, 0);
	struct harness *harness = *state;
	struct logical logical;
	harness->output.map.transform = WL_OUTPUT_TRANSFORM_90;
	harness->output.map.scale = 3 * OUTPUT_MAP_SCALE_ONE / 2;
	harness->output.map.x = 800;
	struct zxdg_output_v1 *output = logical_ask(client, &logical);
	client_expect_alive(client);
	assert_int_equal(logical.width, 320);
	assert_int_equal(logical.height, 427); /* of 640 pixels, the last one is not whole */
	assert_int_equal(logical.x, 800);
	zxdg_output_v1_destroy(output);
	client_destroy(client);
}

/* The output is unplugged under it, or was before it asked. */
static void test_hostile_order(void **state)
{
	struct harness *harness = *state;
	struct client *client = client_create(*state, 0);
	struct logical logical, late;
	struct zxdg_output_v1 *output = logical_ask(client, &logical);
	client_expect_alive(client);
	output_destroy(&harness->output);
	logical_ask(client, &late);
	zxdg_output_v1_destroy(output);
	client_expect_alive(client);
	assert_int_equal(late.sizes, 0);
	client_destroy(client);
}

static void test_hostile_crowd(void **state)
{
	struct client *client = client_create(*state, 0);
	struct logical logical;
	for (int i = 0; i < 100; i++)
		logical_ask(client, &logical);
	wl_output_release(client->output);
	client_expect_alive(client);
	client_destroy(client);
}

#define logical_test(function) \
	cmocka_unit_test_setup_teardown(function, logical_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		logical_test(test_all_is_told),
		logical_test(test_scale_and_transform),
		logical_test(test_hostile_order),
		logical_test(test_hostile_crowd),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
