#include "protocol/presentation.h"
#include "protocol/surface.h"
#include "tests/protocol/client.h"

/* A surface of 20x10 with a viewport. */
struct view {
	struct client *client;
	struct wl_surface *surface;
	struct wp_viewport *viewport;
	struct surface *server;
};

static void view_create(struct view *view, void **state)
{
	view->client = client_create(*state, 0);
	view->surface = wl_compositor_create_surface(view->client->compositor);
	view->viewport = wp_viewporter_get_viewport(view->client->viewporter, view->surface);
	view->server = client_surface(view->client, view->surface);
	wl_surface_attach(view->surface, client_buffer(view->client, 20, 10), 0, 0);
	wl_surface_commit(view->surface);
	client_expect_alive(view->client);
}

static void set_source(struct view *view, double x, double y, double width, double height)
{
	wp_viewport_set_source(view->viewport, wl_fixed_from_double(x), wl_fixed_from_double(y),
		wl_fixed_from_double(width), wl_fixed_from_double(height));
}

static void test_crop_and_scale(void **state)
{
	struct view view;
	view_create(&view, state);
	set_source(&view, 1, 2, 5, 4);
	client_expect_alive(view.client);
	assert_int_equal(view.server->width, 20);
	wl_surface_commit(view.surface);
	client_expect_alive(view.client);
	assert_int_equal(view.server->width, 5);
	assert_int_equal(view.server->height, 4);
	set_source(&view, 0.5, 0.5, 2.5, 2.5);
	wp_viewport_set_destination(view.viewport, 300, 200);
	wl_surface_commit(view.surface);
	client_expect_alive(view.client);
	assert_int_equal(view.server->width, 300);
	set_source(&view, -1, -1, -1, -1);
	wp_viewport_set_destination(view.viewport, -1, -1);
	wl_surface_commit(view.surface);
	client_expect_alive(view.client);
	assert_int_equal(view.server->width, 20);
	client_destroy(view.client);
}

static void test_gone_with_the_next_commit(void **state)
{
	struct view view;
	view_create(&view, state);
	wp_viewport_set_destination(view.viewport, 300, 200);
	wl_surface_commit(view.surface);
	wp_viewport_destroy(view.viewport);
	client_expect_alive(view.client);
	assert_int_equal(view.server->width, 300);
	wl_surface_commit(view.surface);
	client_expect_alive(view.client);
	assert_int_equal(view.server->width, 20);
	view.viewport = wp_viewporter_get_viewport(view.client->viewporter, view.surface);
	client_expect_alive(view.client);
	wl_surface_destroy(view.surface);
	wp_viewport_destroy(view.viewport);
	client_expect_alive(view.client);
	client_destroy(view.client);
}

static void view_expect(void **state, void (*fault)(struct view *),
	const struct wl_interface *interface, uint32_t code)
{
	struct view view;
	view_create(&view, state);
	fault(&view);
	wl_surface_commit(view.surface);
	client_expect_error(view.client, interface, code);
	client_destroy(view.client);
}

static void fault_source_negative(struct view *view)
{
	set_source(view, -1, 0, 5, 5);
}

static void fault_source_empty(struct view *view)
{
	set_source(view, 0, 0, 0, 5);
}

static void fault_source_minimum(struct view *view)
{
	wp_viewport_set_source(view->viewport, INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN);
}

static void fault_source_outside(struct view *view)
{
	set_source(view, 16, 0, 5, 5);
}

static void fault_source_huge(struct view *view)
{
	wp_viewport_set_source(view->viewport, INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX);
	wp_viewport_set_destination(view->viewport, 1, 1);
}

static void fault_source_by_scale(struct view *view)
{
	set_source(view, 0, 0, 20, 10);
	wl_surface_set_buffer_scale(view->surface, 2);
}

static void fault_source_by_transform(struct view *view)
{
	set_source(view, 0, 0, 20, 10);
	wl_surface_set_buffer_transform(view->surface, WL_OUTPUT_TRANSFORM_270);
}

static void fault_source_by_buffer(struct view *view)
{
	set_source(view, 0, 0, 20, 10);
	wl_surface_commit(view->surface);
	wl_surface_attach(view->surface, client_buffer(view->client, 19, 10), 0, 0);
}

static void fault_source_fraction(struct view *view)
{
	set_source(view, 0, 0, 5.5, 5);
}

static void fault_destination_zero(struct view *view)
{
	wp_viewport_set_destination(view->viewport, 0, 0);
}

static void fault_destination_negative(struct view *view)
{
	wp_viewport_set_destination(view->viewport, -1, 5);
}

static void fault_second(struct view *view)
{
	wp_viewporter_get_viewport(view->client->viewporter, view->surface);
}

static void test_hostile_values(void **state)
{
	const struct wl_interface *viewport = &wp_viewport_interface;
	view_expect(state, fault_source_negative, viewport, WP_VIEWPORT_ERROR_BAD_VALUE);
	view_expect(state, fault_source_empty, viewport, WP_VIEWPORT_ERROR_BAD_VALUE);
	view_expect(state, fault_source_minimum, viewport, WP_VIEWPORT_ERROR_BAD_VALUE);
	view_expect(state, fault_destination_zero, viewport, WP_VIEWPORT_ERROR_BAD_VALUE);
	view_expect(state, fault_destination_negative, viewport, WP_VIEWPORT_ERROR_BAD_VALUE);
	view_expect(state, fault_source_outside, viewport, WP_VIEWPORT_ERROR_OUT_OF_BUFFER);
	view_expect(state, fault_source_huge, viewport, WP_VIEWPORT_ERROR_OUT_OF_BUFFER);
	view_expect(state, fault_source_by_scale, viewport, WP_VIEWPORT_ERROR_OUT_OF_BUFFER);
	view_expect(state, fault_source_by_transform, viewport, WP_VIEWPORT_ERROR_OUT_OF_BUFFER);
	view_expect(state, fault_source_by_buffer, viewport, WP_VIEWPORT_ERROR_OUT_OF_BUFFER);
	view_expect(state, fault_source_fraction, viewport, WP_VIEWPORT_ERROR_BAD_SIZE);
	view_expect(
		state, fault_second, &wp_viewporter_interface, WP_VIEWPORTER_ERROR_VIEWPORT_EXISTS);
}

static void test_requests_without_a_surface(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct view view;
		view_create(&view, state);
		wl_surface_destroy(view.surface);
		if (i)
			wp_viewport_set_destination(view.viewport, 1, 1);
		else
			set_source(&view, 0, 0, 1, 1);
		client_expect_error(
			view.client, &wp_viewport_interface, WP_VIEWPORT_ERROR_NO_SURFACE);
		client_destroy(view.client);
	}
}

static void test_huge_destination_is_limited(void **state)
{
	struct view view;
	view_create(&view, state);
	wp_viewport_set_destination(view.viewport, INT32_MAX, INT32_MAX);
	wl_surface_damage(view.surface, 0, 0, INT32_MAX, INT32_MAX);
	wl_surface_commit(view.surface);
	client_expect_alive(view.client);
	assert_int_equal(view.server->width, SPACE_MAX_SIZE);
	client_destroy(view.client);
}

/* Presentation feedback: of what was shown, of what was replaced, of what went. */
struct fates {
	int presented, discarded, synced;
	uint32_t seconds, nanoseconds;
};

static void fates_handle_output(
	void *data, struct wp_presentation_feedback *feedback, struct wl_output *output)
{
	((struct fates *)data)->synced++;
}

static void fates_handle_presented(void *data, struct wp_presentation_feedback *feedback,
	uint32_t seconds_high, uint32_t seconds_low, uint32_t nanoseconds, uint32_t refresh,
	uint32_t sequence_high, uint32_t sequence_low, uint32_t flags)
{
	struct fates *fates = data;
	fates->presented++;
	fates->seconds = seconds_low;
	fates->nanoseconds = nanoseconds;
}

static void fates_handle_discarded(void *data, struct wp_presentation_feedback *feedback)
{
	((struct fates *)data)->discarded++;
}

static const struct wp_presentation_feedback_listener fates_listener = {
	.sync_output = fates_handle_output,
	.presented = fates_handle_presented,
	.discarded = fates_handle_discarded,
};

static void fates_ask(struct view *view, struct fates *fates)
{
	*fates = (struct fates){0};
	wp_presentation_feedback_add_listener(
		wp_presentation_feedback(view->client->presentation, view->surface),
		&fates_listener, fates);
}

static void test_presentation(void **state)
{
	struct harness *harness = *state;
	struct view view;
	struct fates replaced, shown, uncommitted;
	view_create(&view, state);
	for (int i = 0; i < 2; i++) {
		fates_ask(&view, i ? &shown : &replaced);
		wl_surface_attach(view.surface, client_buffer(view.client, 4, 4), 0, 0);
		wl_surface_commit(view.surface);
	}
	fates_ask(&view, &uncommitted);
	client_expect_alive(view.client);
	assert_int_equal(replaced.discarded, 1);
	assert_int_equal(shown.presented + shown.discarded, 0);
	struct presentation_event event = {.output = &harness->output, .time = 5000000007};
	presentation_presented(&view.server->current.feedbacks, &event);
	client_expect_alive(view.client);
	assert_int_equal(shown.presented, 1);
	assert_int_equal(shown.synced, 1);
	assert_int_equal(shown.seconds, 5);
	assert_int_equal(shown.nanoseconds, 7);
	wl_surface_destroy(view.surface);
	client_expect_alive(view.client);
	assert_int_equal(uncommitted.discarded, 1);
	client_destroy(view.client);
}

/* Any commit is a content update: Mesa makes one more for what was hidden to be given up. */
static void test_presentation_without_a_buffer(void **state)
{
	struct view view;
	struct fates first, second;
	view_create(&view, state);
	fates_ask(&view, &first);
	wl_surface_attach(view.surface, client_buffer(view.client, 4, 4), 0, 0);
	wl_surface_commit(view.surface);
	client_expect_alive(view.client);
	assert_int_equal(first.discarded, 0);
	fates_ask(&view, &second);
	wl_surface_commit(view.surface);
	client_expect_alive(view.client);
	assert_int_equal(first.discarded, 1);
	assert_int_equal(second.presented + second.discarded, 0);
	wl_surface_commit(view.surface);
	client_expect_alive(view.client);
	assert_int_equal(second.discarded, 1);
	client_destroy(view.client);
}

/* The later of two commits that wait for the parent's takes the place of the earlier. */
static void test_presentation_of_what_waits(void **state)
{
	struct view view;
	struct fates first, second;
	view_create(&view, state);
	struct view child = view;
	child.surface = wl_compositor_create_surface(view.client->compositor);
	wl_subcompositor_get_subsurface(view.client->subcompositor, child.surface, view.surface);
	fates_ask(&child, &first);
	wl_surface_commit(child.surface);
	fates_ask(&child, &second);
	wl_surface_commit(child.surface);
	client_expect_alive(view.client);
	assert_int_equal(first.discarded, 1);
	assert_int_equal(second.presented + second.discarded, 0);
	client_destroy(view.client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_crop_and_scale),
		harness_test(test_gone_with_the_next_commit),
		harness_test(test_hostile_values),
		harness_test(test_requests_without_a_surface),
		harness_test(test_huge_destination_is_limited),
		harness_test(test_presentation),
		harness_test(test_presentation_without_a_buffer),
		harness_test(test_presentation_of_what_waits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
