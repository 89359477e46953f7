#include "tests/protocol/client.h"

#include <string.h>

int __real_wl_event_source_timer_update(struct wl_event_source *source, int ms);
int __wrap_wl_event_source_timer_update(struct wl_event_source *source, int ms);

static struct wl_event_source *last_timer;

int __wrap_wl_event_source_timer_update(struct wl_event_source *source, int ms)
{
	last_timer = source;
	return __real_wl_event_source_timer_update(source, ms);
}

/* A client's registry, which goes on to name the outputs, and what was told of those bound by it.
 */
struct names {
	struct client *client;
	struct wl_registry *registry;
	uint32_t output; /* the last one's name */
	int outputs, removals, geometries, dones;
};

static void names_handle_global(void *data, struct wl_registry *registry, uint32_t name,
	const char *interface, uint32_t version)
{
	struct names *names = data;
	if (strcmp(interface, wl_output_interface.name) != 0)
		return;
	names->output = name;
	names->outputs++;
}

static void names_handle_global_remove(void *data, struct wl_registry *registry, uint32_t name)
{
	((struct names *)data)->removals++;
}

static const struct wl_registry_listener names_listener = {
	.global = names_handle_global,
	.global_remove = names_handle_global_remove,
};

static void names_learn(struct names *names, void **state)
{
	*names = (struct names){.client = client_create(*state, 0)};
	names->registry = wl_display_get_registry(names->client->display);
	wl_registry_add_listener(names->registry, &names_listener, names);
	client_expect_alive(names->client);
	assert_int_equal(names->outputs, 1);
}

static void names_handle_geometry(void *data, struct wl_output *output, int32_t x, int32_t y,
	int32_t physical_width, int32_t physical_height, int32_t subpixel, const char *make,
	const char *model, int32_t transform)
{
	((struct names *)data)->geometries++;
}

static void names_handle_mode(void *data, struct wl_output *output, uint32_t flags, int32_t width,
	int32_t height, int32_t refresh)
{
}

static void names_handle_done(void *data, struct wl_output *output)
{
	((struct names *)data)->dones++;
}

static void names_handle_scale(void *data, struct wl_output *output, int32_t factor)
{
}

static void names_handle_text(void *data, struct wl_output *output, const char *text)
{
}

static const struct wl_output_listener names_output_listener = {
	.geometry = names_handle_geometry,
	.mode = names_handle_mode,
	.done = names_handle_done,
	.scale = names_handle_scale,
	.name = names_handle_text,
	.description = names_handle_text,
};

static struct wl_output *names_bind(struct names *names, uint32_t name)
{
	struct wl_output *output = wl_registry_bind(names->registry, name, &wl_output_interface, 4);
	wl_output_add_listener(output, &names_output_listener, names);
	return output;
}

/* The client has asked for it before it could hear that it is gone. */
static void test_bound_late(void **state)
{
	struct harness *harness = *state;
	struct names names;
	names_learn(&names, state);
	output_destroy(&harness->output);
	struct wl_output *late = names_bind(&names, names.output);
	struct window *window = window_create(names.client);
	window_map(names.client, window);
	xdg_toplevel_set_fullscreen(window->toplevel, late);
	client_expect_alive(names.client);
	assert_int_equal(names.removals, 1);
	assert_int_equal(names.geometries + names.dones, 0);
	assert_null(output_from_resource(client_resource(names.client, late)));
	wl_output_release(late);
	client_expect_alive(names.client);
	client_destroy(names.client);
}

/* The new global is another one than the old, which is still there. */
static void test_bound_late_when_there_is_another(void **state)
{
	struct harness *harness = *state;
	struct names names;
	names_learn(&names, state);
	uint32_t old = names.output;
	output_destroy(&harness->output);
	assert_true(output_publish(&harness->output, harness->display));
	client_expect_alive(names.client);
	assert_true(names.outputs == 2 && names.removals == 1 && names.output != old);
	names_bind(&names, old);
	client_expect_alive(names.client);
	assert_int_equal(names.geometries, 0);
	names_bind(&names, names.output);
	client_expect_alive(names.client);
	output_update(&harness->output);
	client_expect_alive(names.client);
	assert_int_equal(names.geometries, 2);
	assert_int_equal(names.dones, 2);
	/* Who comes now is told of one only. */
	client_expect_served(harness);
	struct names newcomer;
	names_learn(&newcomer, state);
	assert_int_equal(newcomer.output, names.output);
	client_destroy(newcomer.client);
	client_destroy(names.client);
}

/* After a while nobody can be that late. */
static void test_gone_for_good(void **state)
{
	struct harness *harness = *state;
	struct names names;
	names_learn(&names, state);
	uint32_t old = names.output;
	last_timer = NULL;
	output_destroy(&harness->output);
	assert_true(output_publish(&harness->output, harness->display));
	client_expect_alive(names.client);
	assert_non_null(last_timer);
	__real_wl_event_source_timer_update(last_timer, 1);
	wl_event_loop_dispatch(harness->loop, 1000);
	names_bind(&names, names.output);
	client_expect_alive(names.client);
	assert_int_equal(names.geometries, 1);
	names_bind(&names, old);
	client_expect_error(names.client, &wl_registry_interface, WL_DISPLAY_ERROR_INVALID_OBJECT);
	client_destroy(names.client);
}

/* Before an output, and while one that has gone can still be asked for. */
static void test_the_display_ends(void **state)
{
	struct wl_display *display = wl_display_create();
	struct output first = ((struct harness *)*state)->output, second = first;
	assert_true(output_create(&first, display) && output_create(&second, display));
	output_destroy(&first);
	wl_display_destroy(display);
	output_destroy(&second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_bound_late),
		harness_test(test_bound_late_when_there_is_another),
		harness_test(test_gone_for_good),
		harness_test(test_the_display_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
