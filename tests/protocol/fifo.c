#include "protocol/fifo.h"
#include "protocol/surface_queue.h"
#include "tests/protocol/client.h"

#include "fifo-v1-client.h"

#define SCREEN 1u /* its bit in surface::outputs */

static struct fifo fifo;
static int slow_frames; /* that a screen still takes */

static bool screen_will_latch(void *data)
{
	return slow_frames-- > 0;
}

static const struct fifo_listener screen_listener = {.will_latch = screen_will_latch};

static int fifo_setup(void **state)
{
	harness_setup(state);
	fifo = (struct fifo){.listener = &screen_listener};
	slow_frames = 0;
	assert_non_null(fifo_create(((struct harness *)*state)->display, &fifo));
	return 0;
}

static int fifo_teardown(void **state)
{
	struct harness *harness = *state;
	wl_display_destroy_clients(harness->display);
	assert_true(wl_list_empty(&fifo.barriers));
	fifo_destroy(&fifo);
	return harness_teardown(state);
}

/* A surface whose commits are told apart by their width. */
struct queue {
	struct client *client;
	struct wp_fifo_manager_v1 *manager;
	struct wl_surface *surface;
	struct wp_fifo_v1 *fifo;
	struct surface *server;
};

static void queue_create(struct queue *queue, void **state)
{
	queue->client = client_create(*state, 0);
	queue->manager = client_bind(queue->client, &wp_fifo_manager_v1_interface);
	queue->surface = wl_compositor_create_surface(queue->client->compositor);
	queue->fifo = wp_fifo_manager_v1_get_fifo(queue->manager, queue->surface);
	queue->server = client_surface(queue->client, queue->surface);
	queue->server->outputs = SCREEN;
}

static void queue_commit(struct queue *queue, int32_t width)
{
	struct wl_buffer *buffer = client_buffer(queue->client, width, 1);
	wl_surface_attach(queue->surface, buffer, 0, 0);
	wl_surface_commit(queue->surface);
	wl_buffer_destroy(buffer);
	client_expect_alive(queue->client);
}

/* As vkQueuePresent in FIFO mode: shown for a refresh at least, after what came before was. */
static void queue_present(struct queue *queue, int32_t width)
{
	wp_fifo_v1_set_barrier(queue->fifo);
	wp_fifo_v1_wait_barrier(queue->fifo);
	queue_commit(queue, width);
}

static void queue_latch(struct queue *queue, uint32_t outputs)
{
	fifo_latched(&fifo, outputs);
	client_expect_alive(queue->client);
}

static void test_one_update_a_refresh(void **state)
{
	struct queue queue;
	queue_create(&queue, state);
	for (int32_t width = 1; width <= 4; width++)
		queue_present(&queue, width);
	for (int32_t width = 1; width <= 4; width++) {
		assert_int_equal(queue.server->width, width);
		queue_latch(&queue, SCREEN);
	}
	assert_int_equal(queue.server->width, 4);
	assert_true(surface_queue_is_empty(queue.server));
	/* Nothing is in its way now. */
	queue_present(&queue, 5);
	assert_int_equal(queue.server->width, 5);
	client_destroy(queue.client);
}

/* What was latched is the screen's: the next update is not applied before the event loop is idle.
 */
static void test_latching_applies_nothing_itself(void **state)
{
	struct queue queue;
	queue_create(&queue, state);
	queue_present(&queue, 1);
	queue_present(&queue, 2);
	fifo_latched(&fifo, SCREEN);
	assert_int_equal(queue.server->width, 1);
	client_expect_alive(queue.client);
	assert_int_equal(queue.server->width, 2);
	client_destroy(queue.client);
}

static void test_updates_that_do_not_wait(void **state)
{
	struct queue queue;
	queue_create(&queue, state);
	wp_fifo_v1_set_barrier(queue.fifo);
	queue_commit(&queue, 1);
	/* Without a wish to wait, at once. */
	queue_commit(&queue, 2);
	assert_int_equal(queue.server->width, 2);
	/* The barrier is still there; in order even without a wish. */
	wp_fifo_v1_wait_barrier(queue.fifo);
	queue_commit(&queue, 3);
	queue_commit(&queue, 4);
	assert_int_equal(queue.server->width, 2);
	queue_latch(&queue, SCREEN);
	assert_int_equal(queue.server->width, 4);
	client_destroy(queue.client);
}

/* What waits for a barrier that an earlier update, itself not applied yet, will set. */
static void test_a_barrier_to_come_counts(void **state)
{
	struct queue queue;
	struct surface_lock lock = {0};
	queue_create(&queue, state);
	surface_queue_lock(queue.server, &lock);
	wp_fifo_v1_set_barrier(queue.fifo);
	queue_commit(&queue, 1);
	wp_fifo_v1_wait_barrier(queue.fifo);
	queue_commit(&queue, 2);
	queue_latch(&queue, SCREEN);
	assert_int_equal(queue.server->width, 0);
	surface_queue_unlock(&lock);
	assert_int_equal(queue.server->width, 1);
	queue_latch(&queue, SCREEN);
	assert_int_equal(queue.server->width, 2);
	/* And one that an earlier update does not set stops nothing. */
	surface_queue_lock(queue.server, &lock);
	queue_commit(&queue, 3);
	wp_fifo_v1_wait_barrier(queue.fifo);
	queue_commit(&queue, 4);
	assert_int_equal(queue.server->width, 2);
	surface_queue_unlock(&lock);
	assert_int_equal(queue.server->width, 4);
	client_destroy(queue.client);
}

static void test_other_screens_lift_nothing(void **state)
{
	struct queue queue;
	queue_create(&queue, state);
	queue_present(&queue, 1);
	queue_present(&queue, 2);
	queue_latch(&queue, SCREEN << 1);
	assert_int_equal(queue.server->width, 1);
	/* Hidden everywhere: any screen's pace is good enough. */
	queue.server->outputs = 0;
	queue_latch(&queue, SCREEN << 1);
	assert_int_equal(queue.server->width, 2);
	client_destroy(queue.client);
}

/* No screen is on: it goes on all the same, later. */
static void test_it_does_not_stop_for_ever(void **state)
{
	struct queue queue;
	struct harness *harness = *state;
	queue_create(&queue, state);
	queue_present(&queue, 1);
	queue_present(&queue, 2);
	while (queue.server->width == 1)
		wl_event_loop_dispatch(harness->loop, -1);
	assert_int_equal(queue.server->width, 2);
	client_destroy(queue.client);
}

/* A screen that takes seconds for a frame skips none. */
static void test_slow_screens_lift_nothing_early(void **state)
{
	struct queue queue;
	struct harness *harness = *state;
	queue_create(&queue, state);
	queue_present(&queue, 1);
	queue_present(&queue, 2);
	slow_frames = 1;
	while (slow_frames == 1)
		wl_event_loop_dispatch(harness->loop, -1);
	client_expect_alive(queue.client);
	assert_int_equal(queue.server->width, 1);
	while (queue.server->width == 1)
		wl_event_loop_dispatch(harness->loop, -1);
	assert_true(slow_frames < 0);
	client_destroy(queue.client);
}

/* "The constraint must be ignored if the surface is a subsurface in synchronized mode." */
static void test_synchronised_subsurfaces_do_not_wait(void **state)
{
	struct queue queue;
	queue_create(&queue, state);
	struct wl_surface *parent = wl_compositor_create_surface(queue.client->compositor);
	wl_subcompositor_get_subsurface(queue.client->subcompositor, queue.surface, parent);
	for (int32_t width = 1; width <= 3; width++) {
		queue_present(&queue, width);
		wl_surface_commit(parent);
		client_expect_alive(queue.client);
		assert_int_equal(queue.server->width, width);
	}
	client_destroy(queue.client);
}

/* What was asked for stays when the object goes, and another one sees it. */
static void test_the_object_goes(void **state)
{
	struct queue queue;
	queue_create(&queue, state);
	queue_present(&queue, 1);
	wp_fifo_v1_wait_barrier(queue.fifo);
	wp_fifo_v1_destroy(queue.fifo);
	queue_commit(&queue, 2);
	assert_int_equal(queue.server->width, 1);
	queue.fifo = wp_fifo_manager_v1_get_fifo(queue.manager, queue.surface);
	wp_fifo_manager_v1_destroy(queue.manager);
	queue_present(&queue, 3);
	assert_int_equal(queue.server->width, 1);
	queue_latch(&queue, SCREEN);
	assert_int_equal(queue.server->width, 3);
	client_destroy(queue.client);
}

static void count_configure(void *data, struct xdg_surface *xdg, uint32_t serial)
{
	++*(int *)data;
}

static const struct xdg_surface_listener configure_listener = {.configure = count_configure};

/* The newest update says what the surface has; those of before are none of the new window's. */
static void test_a_window_is_hidden_and_shown_at_once(void **state)
{
	struct queue queue;
	int configures = 0;
	queue_create(&queue, state);
	for (int32_t width = 1; width <= 3; width++)
		queue_present(&queue, width);
	wl_surface_attach(queue.surface, NULL, 0, 0);
	wl_surface_commit(queue.surface);
	struct xdg_surface *xdg = xdg_wm_base_get_xdg_surface(queue.client->wm_base, queue.surface);
	xdg_surface_add_listener(xdg, &configure_listener, &configures);
	xdg_surface_get_toplevel(xdg);
	client_expect_alive(queue.client);
	queue_latch(&queue, SCREEN);
	assert_int_equal(queue.server->width, 2);
	assert_int_equal(configures, 0);
	wl_surface_commit(queue.surface); /* the window's first */
	client_expect_alive(queue.client);
	assert_int_equal(configures, 0);
	queue_latch(&queue, SCREEN);
	assert_int_equal(queue.server->width, 0);
	assert_int_equal(configures, 1);
	client_destroy(queue.client);
}

static void test_hostile_window_of_what_is_shown(void **state)
{
	struct queue queue;
	queue_create(&queue, state);
	wl_surface_attach(queue.surface, NULL, 0, 0);
	wl_surface_commit(queue.surface);
	queue_present(&queue, 1);
	queue_present(&queue, 2);
	xdg_wm_base_get_xdg_surface(queue.client->wm_base, queue.surface);
	client_expect_error(
		queue.client, &xdg_wm_base_interface, XDG_WM_BASE_ERROR_INVALID_SURFACE_STATE);
	client_destroy(queue.client);
}

static void test_hostile_second(void **state)
{
	struct queue queue;
	queue_create(&queue, state);
	wp_fifo_manager_v1_get_fifo(queue.manager, queue.surface);
	client_expect_error(queue.client, &wp_fifo_manager_v1_interface,
		WP_FIFO_MANAGER_V1_ERROR_ALREADY_EXISTS);
	client_destroy(queue.client);
}

static void test_hostile_order(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct queue queue;
		queue_create(&queue, state);
		queue_present(&queue, 1);
		queue_present(&queue, 2);
		fifo_latched(&fifo, SCREEN);
		wl_surface_destroy(queue.surface);
		client_expect_alive(queue.client);
		if (i)
			wp_fifo_v1_set_barrier(queue.fifo);
		else
			wp_fifo_v1_wait_barrier(queue.fifo);
		client_expect_error(
			queue.client, &wp_fifo_v1_interface, WP_FIFO_V1_ERROR_SURFACE_DESTROYED);
		client_destroy(queue.client);
	}
}

/* Far more updates than are ever shown: the queue does not grow without bound, and the last is
 * shown in the end. */
static void test_hostile_flood(void **state)
{
	struct queue queue;
	queue_create(&queue, state);
	for (int32_t i = 1; i <= 3000; i++) {
		wp_fifo_v1_set_barrier(queue.fifo);
		wp_fifo_v1_wait_barrier(queue.fifo);
		wl_surface_commit(queue.surface);
		if (i % 500 == 0)
			client_expect_alive(queue.client);
	}
	assert_true(queue.server->queue_len < 1000);
	for (int i = 0; i < 1000 && !surface_queue_is_empty(queue.server); i++)
		queue_latch(&queue, SCREEN);
	assert_true(surface_queue_is_empty(queue.server));
	client_destroy(queue.client);
}

#define fifo_test(function) cmocka_unit_test_setup_teardown(function, fifo_setup, fifo_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		fifo_test(test_one_update_a_refresh),
		fifo_test(test_latching_applies_nothing_itself),
		fifo_test(test_updates_that_do_not_wait),
		fifo_test(test_a_barrier_to_come_counts),
		fifo_test(test_other_screens_lift_nothing),
		fifo_test(test_it_does_not_stop_for_ever),
		fifo_test(test_slow_screens_lift_nothing_early),
		fifo_test(test_synchronised_subsurfaces_do_not_wait),
		fifo_test(test_the_object_goes),
		fifo_test(test_a_window_is_hidden_and_shown_at_once),
		fifo_test(test_hostile_window_of_what_is_shown),
		fifo_test(test_hostile_second),
		fifo_test(test_hostile_order),
		fifo_test(test_hostile_flood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
