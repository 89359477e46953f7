#include "protocol/surface.h"
#include "protocol/buffer.h"
#include "tests/protocol/client.h"

#include <string.h>

static struct wl_surface *surface_create(struct client *client)
{
	return wl_compositor_create_surface(client->compositor);
}

static void surface_show(
	struct client *client, struct wl_surface *surface, int32_t width, int32_t height)
{
	struct wl_buffer *buffer = client_buffer(client, width, height);
	wl_surface_attach(surface, buffer, 0, 0);
	wl_surface_commit(surface);
	wl_buffer_destroy(buffer);
	client_expect_alive(client);
}

static void test_nothing_before_the_commit(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *surface = surface_create(client);
	struct surface *server = client_surface(client, surface);
	wl_surface_attach(surface, client_buffer(client, 8, 4), 0, 0);
	wl_surface_set_buffer_scale(surface, 2);
	wl_surface_set_buffer_transform(surface, WL_OUTPUT_TRANSFORM_90);
	client_expect_alive(client);
	assert_null(server->current.buffer);
	assert_int_equal(server->current.space.scale, 1);
	wl_surface_commit(surface);
	client_expect_alive(client);
	assert_non_null(server->current.buffer);
	assert_int_equal(server->width, 2);
	assert_int_equal(server->height, 4);
	/* What no request set stays. */
	wl_surface_set_buffer_scale(surface, 1);
	wl_surface_commit(surface);
	client_expect_alive(client);
	assert_non_null(server->current.buffer);
	assert_int_equal(server->width, 4);
	assert_int_equal(server->height, 8);
	client_destroy(client);
}

struct commits {
	struct wl_listener listener;
	int told, of_nothing;
};

static void commits_handle_commit(struct wl_listener *listener, void *data)
{
	struct commits *commits = wl_container_of(listener, commits, listener);
	const struct surface *surface = data;
	commits->told++;
	commits->of_nothing += surface->applying_nothing;
}

/* Nothing needs to be drawn for them. */
static void test_commits_of_nothing(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *surface = surface_create(client);
	struct surface *server = client_surface(client, surface);
	struct commits commits = {.listener.notify = commits_handle_commit};
	struct wl_callback *callback = NULL;
	wl_signal_add(&server->events.commit, &commits.listener);
	for (int what = 0; what < 6; what++) {
		if (what == 0)
			wl_surface_attach(surface, client_buffer(client, 8, 4), 0, 0);
		else if (what == 1)
			wl_surface_damage_buffer(surface, 0, 0, 1, 1);
		else if (what == 2)
			wl_surface_damage(surface, 0, 0, 1, 1);
		else if (what == 3)
			callback = wl_surface_frame(surface);
		else if (what == 4)
			wl_surface_set_buffer_scale(surface, 1);
		else if (what == 5)
			wl_surface_offset(surface, 1, 0);
		wl_surface_commit(surface);
		client_expect_alive(client);
		assert_int_equal(commits.told, 2 * what + 1);
		assert_int_equal(commits.of_nothing, what);
		wl_surface_commit(surface);
		client_expect_alive(client);
		assert_int_equal(commits.of_nothing, what + 1);
	}
	wl_list_remove(&commits.listener.link);
	wl_callback_destroy(callback);
	client_destroy(client);
}

static void test_regions_are_copied(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *surface = surface_create(client);
	struct surface *server = client_surface(client, surface);
	struct wl_region *region = wl_compositor_create_region(client->compositor);
	wl_region_add(region, 0, 0, 10, 10);
	wl_region_subtract(region, 0, 0, 5, 10);
	wl_surface_set_input_region(surface, region);
	wl_surface_set_opaque_region(surface, region);
	wl_region_add(region, 0, 0, 100, 100);
	wl_region_destroy(region);
	surface_show(client, surface, 20, 20);
	assert_false(surface_accepts_input(server, 4, 4));
	assert_true(surface_accepts_input(server, 5, 4));
	assert_false(surface_accepts_input(server, 10, 4));
	assert_true(pixman_region32_contains_point(&server->current.opaque, 9, 9, NULL));
	wl_surface_set_input_region(surface, NULL);
	wl_surface_set_opaque_region(surface, NULL);
	wl_surface_commit(surface);
	client_expect_alive(client);
	assert_true(surface_accepts_input(server, 0, 19.9));
	assert_false(surface_accepts_input(server, 0, 20));
	assert_true(surface_accepts_input(server, 19.9, 0));
	assert_false(surface_accepts_input(server, 20, 0));
	assert_false(surface_accepts_input(server, -0.1, 0));
	assert_false(pixman_region32_not_empty(&server->current.opaque));
	client_destroy(client);
}

static void test_damage_in_both_spaces(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *surface = surface_create(client);
	struct surface *server = client_surface(client, surface);
	wl_surface_set_buffer_scale(surface, 2);
	surface_show(client, surface, 20, 20);
	assert_true(pixman_region32_contains_point(&server->damage, 19, 19, NULL));
	pixman_region32_clear(&server->damage);
	wl_surface_damage(surface, 1, 1, 2, 2);
	wl_surface_damage_buffer(surface, 15, 15, INT32_MAX, INT32_MAX);
	wl_surface_damage_buffer(surface, 0, 0, -5, 10);
	wl_surface_commit(surface);
	client_expect_alive(client);
	const pixman_box32_t *box = pixman_region32_extents(&server->damage);
	assert_int_equal(box->x1, 2);
	assert_int_equal(box->x2, 20);
	assert_true(pixman_region32_contains_point(&server->damage, 5, 5, NULL));
	assert_false(pixman_region32_contains_point(&server->damage, 6, 6, NULL));
	assert_true(pixman_region32_contains_point(&server->damage, 15, 15, NULL));
	client_destroy(client);
}

static void test_frame_callbacks_in_order(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *surface = surface_create(client);
	struct surface *server = client_surface(client, surface);
	int first = 0, second = 0, uncommitted = 0;
	wl_callback_add_listener(wl_surface_frame(surface), &count_callback, &first);
	wl_surface_commit(surface);
	wl_callback_add_listener(wl_surface_frame(surface), &count_callback, &second);
	wl_surface_commit(surface);
	wl_callback_add_listener(wl_surface_frame(surface), &count_callback, &uncommitted);
	client_expect_alive(client);
	assert_int_equal(first + second, 0);
	surface_send_frame_done(server, 1);
	client_expect_alive(client);
	assert_int_equal(first, 1);
	assert_int_equal(second, 1);
	assert_int_equal(uncommitted, 0);
	/* Those that wait go with the surface, without an answer. */
	wl_surface_commit(surface);
	wl_surface_destroy(surface);
	client_expect_alive(client);
	assert_int_equal(uncommitted, 0);
	client_destroy(client);
}

static void test_release_when_replaced(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *surface = surface_create(client);
	int released[3] = {0};
	struct wl_buffer *buffers[3];
	for (int i = 0; i < 3; i++) {
		buffers[i] = client_buffer(client, 4, 4);
		wl_buffer_add_listener(buffers[i], &count_release, &released[i]);
	}
	wl_surface_attach(surface, buffers[0], 0, 0);
	wl_surface_attach(surface, buffers[1], 0, 0); /* the first was never committed */
	wl_surface_commit(surface);
	client_expect_alive(client);
	assert_int_equal(released[0] + released[1], 0);
	wl_surface_attach(surface, buffers[1], 0, 0); /* the same again: still in use */
	wl_surface_commit(surface);
	client_expect_alive(client);
	assert_int_equal(released[1], 0);
	wl_surface_attach(surface, buffers[2], 0, 0);
	wl_surface_commit(surface);
	client_expect_alive(client);
	assert_int_equal(released[0], 0);
	assert_int_equal(released[1], 1);
	wl_surface_attach(surface, NULL, 0, 0);
	wl_surface_commit(surface);
	client_expect_alive(client);
	assert_int_equal(released[2], 1);
	client_destroy(client);
}

static void test_release_waits_for_every_lock(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *surface = surface_create(client);
	struct surface *server = client_surface(client, surface);
	int released = 0;
	struct wl_buffer *wl_buffer = client_buffer(client, 4, 4);
	wl_buffer_add_listener(wl_buffer, &count_release, &released);
	wl_surface_attach(surface, wl_buffer, 0, 0);
	wl_surface_commit(surface);
	client_expect_alive(client);
	struct buffer *buffer = server->current.buffer;
	buffer_lock(buffer); /* a frame that the worker draws */
	buffer_hold(buffer);
	wl_surface_destroy(surface);
	client_expect_alive(client);
	assert_int_equal(released, 0);
	buffer_unlock(buffer);
	client_expect_alive(client);
	assert_int_equal(released, 1);
	wl_buffer_destroy(wl_buffer);
	client_expect_alive(client);
	buffer_drop(buffer); /* its last moment */
	client_destroy(client);
}

static void test_destroyed_buffers(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *surface = surface_create(client);
	struct surface *server = client_surface(client, surface);
	struct wl_buffer *buffer = client_buffer(client, 4, 4);
	wl_surface_attach(surface, buffer, 0, 0);
	wl_surface_commit(surface);
	wl_buffer_destroy(buffer); /* shown: stays */
	client_expect_alive(client);
	assert_non_null(server->current.buffer);
	assert_null(server->current.buffer->resource);
	buffer = client_buffer(client, 4, 4);
	wl_surface_attach(surface, buffer, 0, 0);
	wl_buffer_destroy(buffer); /* pending: is forgotten */
	wl_surface_commit(surface);
	client_expect_alive(client);
	assert_null(server->current.buffer);
	client_destroy(client);
}

static void test_offset_survives_attach(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *surface = surface_create(client);
	struct surface *server = client_surface(client, surface);
	wl_surface_offset(surface, 3, -4);
	wl_surface_attach(surface, client_buffer(client, 4, 4), 0, 0);
	client_expect_alive(client);
	assert_int_equal(server->pending.dx, 3);
	assert_int_equal(server->pending.dy, -4);
	wl_surface_offset(surface, INT32_MIN, INT32_MAX);
	client_expect_alive(client);
	assert_int_equal(server->pending.dx, -SPACE_LIMIT);
	assert_int_equal(server->pending.dy, SPACE_LIMIT);
	wl_surface_commit(surface);
	client_expect_alive(client);
	assert_int_equal(server->current.dx, 0);
	client_destroy(client);

	client = client_create(*state, 4);
	surface = surface_create(client);
	server = client_surface(client, surface);
	wl_surface_attach(surface, client_buffer(client, 4, 4), 5, 6);
	client_expect_alive(client);
	assert_int_equal(server->pending.dx, 5);
	client_destroy(client);
}

static void handle_enter(void *data, struct wl_surface *surface, struct wl_output *output)
{
	*(int *)data += 1;
}

static void handle_leave(void *data, struct wl_surface *surface, struct wl_output *output)
{
}

static void handle_preferred(void *data, struct wl_surface *surface, int32_t scale)
{
}

static void handle_preferred_transform(void *data, struct wl_surface *surface, uint32_t transform)
{
}

static const struct wl_surface_listener enter_listener = {
	.enter = handle_enter,
	.leave = handle_leave,
	.preferred_buffer_scale = handle_preferred,
	.preferred_buffer_transform = handle_preferred_transform,
};

static void test_an_output_bound_late_is_entered(void **state)
{
	struct harness *harness = *state;
	struct client *client = client_create(harness, 0);
	struct wl_surface *surface = surface_create(client), *elsewhere = surface_create(client);
	int entered = 0, entered_elsewhere = 0;
	wl_surface_add_listener(surface, &enter_listener, &entered);
	wl_surface_add_listener(elsewhere, &enter_listener, &entered_elsewhere);
	output_enter(&harness->output, client_surface(client, surface));
	client_expect_alive(client);
	assert_int_equal(entered, 1);
	struct wl_output *second = client_bind(client, &wl_output_interface);
	client_expect_alive(client);
	assert_int_equal(entered, 2);
	assert_int_equal(entered_elsewhere, 0);
	wl_output_release(second);
	client_destroy(client);
}

struct preferred {
	int scales, transforms;
	int32_t scale;
	uint32_t transform;
};

static void preferred_handle_output(
	void *data, struct wl_surface *surface, struct wl_output *output)
{
}

static void preferred_handle_scale(void *data, struct wl_surface *surface, int32_t scale)
{
	struct preferred *preferred = data;
	preferred->scales++;
	preferred->scale = scale;
}

static void preferred_handle_transform(void *data, struct wl_surface *surface, uint32_t transform)
{
	struct preferred *preferred = data;
	preferred->transforms++;
	preferred->transform = transform;
}

static const struct wl_surface_listener preferred_listener = {
	.enter = preferred_handle_output,
	.leave = preferred_handle_output,
	.preferred_buffer_scale = preferred_handle_scale,
	.preferred_buffer_transform = preferred_handle_transform,
};

/* Of two outputs the one with the larger scale counts, as long as the surface is on it. */
static void test_the_larger_scale_is_preferred(void **state)
{
	struct harness *harness = *state;
	struct client *client = client_create(harness, 0);
	struct wl_surface *surface = surface_create(client);
	struct surface *server = client_surface(client, surface);
	struct preferred preferred = {0};
	struct output *first = &harness->output, second = *first;
	struct wl_list outputs;
	wl_list_init(&outputs);
	wl_list_insert(&outputs, &first->link);
	first->all = second.all = &outputs;
	second.index = 1;
	second.map.scale = 3 * OUTPUT_MAP_SCALE_ONE / 2;
	second.map.transform = WL_OUTPUT_TRANSFORM_270;
	assert_true(output_create(&second, harness->display));
	wl_surface_add_listener(surface, &preferred_listener, &preferred);
	output_enter(first, server);
	client_expect_alive(client);
	assert_int_equal(preferred.scale, 1);
	assert_int_equal(preferred.transforms, 0); /* it is as it was at first */
	output_enter(&second, server);
	client_expect_alive(client);
	assert_int_equal(preferred.scale, 2); /* rounded up */
	assert_int_equal(preferred.transform, WL_OUTPUT_TRANSFORM_270);
	output_prefer(first, server);
	client_expect_alive(client);
	assert_int_equal(preferred.scales, 2);
	output_leave(&second, server);
	client_expect_alive(client);
	assert_int_equal(preferred.scale, 1);
	assert_int_equal(preferred.transform, WL_OUTPUT_TRANSFORM_NORMAL);
	output_destroy(&second);
	client_destroy(client);
}

/* Every request with values that no client should send: errors where the protocol names one. */
static void surface_expect(
	void **state, void (*fault)(struct client *, struct wl_surface *), uint32_t code)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *surface = surface_create(client);
	fault(client, surface);
	client_expect_error(client, &wl_surface_interface, code);
	client_destroy(client);
}

static void fault_scale_zero(struct client *client, struct wl_surface *surface)
{
	wl_surface_set_buffer_scale(surface, 0);
}

static void fault_scale_negative(struct client *client, struct wl_surface *surface)
{
	wl_surface_set_buffer_scale(surface, INT32_MIN);
}

static void fault_transform(struct client *client, struct wl_surface *surface)
{
	wl_surface_set_buffer_transform(surface, 8);
}

static void fault_transform_negative(struct client *client, struct wl_surface *surface)
{
	wl_surface_set_buffer_transform(surface, -1);
}

static void fault_attach_offset(struct client *client, struct wl_surface *surface)
{
	wl_surface_attach(surface, NULL, 1, 0);
}

static void fault_size(struct client *client, struct wl_surface *surface)
{
	struct window *window = window_create(client);
	window_map(client, window);
	wl_surface_attach(window->surface, client_buffer(client, 7, 4), 0, 0);
	wl_surface_set_buffer_scale(window->surface, 2);
	wl_surface_commit(window->surface);
}

static void fault_scale_alone(struct client *client, struct wl_surface *surface)
{
	struct window *window = window_create(client);
	window_map(client, window);
	wl_surface_set_buffer_scale(window->surface, INT32_MAX);
	wl_surface_commit(window->surface);
}

static void fault_size_before_its_role(struct client *client, struct wl_surface *surface)
{
	struct wl_surface *child = surface_create(client);
	wl_surface_set_buffer_scale(child, 2);
	surface_show(client, child, 7, 4);
	wl_subcompositor_get_subsurface(client->subcompositor, child, surface);
	wl_surface_commit(child);
}

static void test_hostile_values(void **state)
{
	surface_expect(state, fault_scale_zero, WL_SURFACE_ERROR_INVALID_SCALE);
	surface_expect(state, fault_scale_negative, WL_SURFACE_ERROR_INVALID_SCALE);
	surface_expect(state, fault_transform, WL_SURFACE_ERROR_INVALID_TRANSFORM);
	surface_expect(state, fault_transform_negative, WL_SURFACE_ERROR_INVALID_TRANSFORM);
	surface_expect(state, fault_attach_offset, WL_SURFACE_ERROR_INVALID_OFFSET);
	surface_expect(state, fault_size, WL_SURFACE_ERROR_INVALID_SIZE);
	surface_expect(state, fault_scale_alone, WL_SURFACE_ERROR_INVALID_SIZE);
	surface_expect(state, fault_size_before_its_role, WL_SURFACE_ERROR_INVALID_SIZE);
}

static void test_extreme_rectangles(void **state)
{
	static const int32_t values[] = {INT32_MIN, -1, 0, 1, INT32_MAX};
	struct client *client = client_create(*state, 0);
	struct wl_surface *surface = surface_create(client);
	struct wl_region *region = wl_compositor_create_region(client->compositor);
	surface_show(client, surface, 16, 16);
	for (int i = 0; i < 5 * 5 * 5 * 5; i++) {
		int32_t x = values[i % 5], y = values[i / 5 % 5], width = values[i / 25 % 5],
			height = values[i / 125];
		wl_region_add(region, x, y, width, height);
		wl_region_subtract(region, y, x, height, width);
		wl_surface_damage(surface, x, y, width, height);
		wl_surface_damage_buffer(surface, x, y, width, height);
		wl_surface_offset(surface, x, y);
		wl_surface_set_input_region(surface, region);
		wl_surface_set_opaque_region(surface, region);
		wl_surface_set_buffer_transform(surface, i % 8);
		wl_surface_commit(surface);
	}
	client_expect_alive(client);
	client_destroy(client);
}

static void test_use_after_destroy(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *surface = surface_create(client);
	client_expect_alive(client);
	struct wl_surface *alias = wl_proxy_create_wrapper(surface);
	wl_surface_destroy(surface);
	wl_surface_commit(alias);
	client_expect_error(client, NULL, WL_DISPLAY_ERROR_INVALID_OBJECT);
	wl_proxy_wrapper_destroy(alias);
	client_destroy(client);
}

static void test_destroyed_before_its_role(void **state)
{
	struct client *client = client_create(*state, 0);
	wl_surface_destroy(window_create(client)->surface);
	client_expect_error(client, NULL, WL_SURFACE_ERROR_DEFUNCT_ROLE_OBJECT);
	client_destroy(client);
	client = client_create(*state, 0);
	struct wl_surface *parent = surface_create(client), *child = surface_create(client);
	wl_subcompositor_get_subsurface(client->subcompositor, child, parent);
	wl_surface_destroy(parent); /* allowed: the child just has no parent any more */
	client_expect_alive(client);
	wl_surface_destroy(child);
	client_expect_error(client, NULL, WL_SURFACE_ERROR_DEFUNCT_ROLE_OBJECT);
	client_destroy(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_nothing_before_the_commit),
		harness_test(test_commits_of_nothing),
		harness_test(test_regions_are_copied),
		harness_test(test_damage_in_both_spaces),
		harness_test(test_frame_callbacks_in_order),
		harness_test(test_release_when_replaced),
		harness_test(test_release_waits_for_every_lock),
		harness_test(test_destroyed_buffers),
		harness_test(test_offset_survives_attach),
		harness_test(test_an_output_bound_late_is_entered),
		harness_test(test_the_larger_scale_is_preferred),
		harness_test(test_hostile_values),
		harness_test(test_extreme_rectangles),
		harness_test(test_use_after_destroy),
		harness_test(test_destroyed_before_its_role),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
