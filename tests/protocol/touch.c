#include "protocol/seat_grab.h"
#include "protocol/surface.h"
#include "tests/protocol/exchange.h"

struct fingers {
	struct client *client;
	struct wl_surface *surface;
	struct surface *server;
	struct wl_touch *touch;
	int downs, ups, motions, frames, cancels;
	int32_t id;
	uint32_t serial;
	double x, y;
};

static void fingers_handle_down(void *data, struct wl_touch *touch, uint32_t serial, uint32_t time,
	struct wl_surface *surface, int32_t id, wl_fixed_t x, wl_fixed_t y)
{
	struct fingers *fingers = data;
	fingers->downs++;
	fingers->serial = serial;
	fingers->id = id;
	fingers->x = wl_fixed_to_double(x);
	fingers->y = wl_fixed_to_double(y);
}

static void fingers_handle_up(
	void *data, struct wl_touch *touch, uint32_t serial, uint32_t time, int32_t id)
{
	((struct fingers *)data)->ups++;
}

static void fingers_handle_motion(
	void *data, struct wl_touch *touch, uint32_t time, int32_t id, wl_fixed_t x, wl_fixed_t y)
{
	struct fingers *fingers = data;
	fingers->motions++;
	fingers->x = wl_fixed_to_double(x);
	fingers->y = wl_fixed_to_double(y);
}

static void fingers_handle_frame(void *data, struct wl_touch *touch)
{
	((struct fingers *)data)->frames++;
}

static void fingers_handle_cancel(void *data, struct wl_touch *touch)
{
	((struct fingers *)data)->cancels++;
}

static const struct wl_touch_listener fingers_listener = {
	.down = fingers_handle_down,
	.up = fingers_handle_up,
	.motion = fingers_handle_motion,
	.frame = fingers_handle_frame,
	.cancel = fingers_handle_cancel,
};

static struct seat *touch_screen(void **state)
{
	struct harness *harness = *state;
	seat_set_capabilities(&harness->seat, WL_SEAT_CAPABILITY_POINTER |
						      WL_SEAT_CAPABILITY_KEYBOARD |
						      WL_SEAT_CAPABILITY_TOUCH);
	return &harness->seat;
}

static void fingers_create(struct fingers *fingers, void **state, uint32_t version)
{
	*fingers = (struct fingers){.client = client_create(*state, version)};
	struct client *client = fingers->client;
	fingers->touch = wl_seat_get_touch(client->seat);
	wl_touch_add_listener(fingers->touch, &fingers_listener, fingers);
	fingers->surface = wl_compositor_create_surface(client->compositor);
	wl_surface_attach(fingers->surface, client_buffer(client, 10, 10), 0, 0);
	wl_surface_commit(fingers->surface);
	fingers->server = client_surface(client, fingers->surface);
}

static void test_fingers_on_two_surfaces(void **state)
{
	struct seat *seat = touch_screen(state);
	struct fingers a, b;
	fingers_create(&a, state, 0);
	fingers_create(&b, state, 0);
	touch_down(seat, 1, 0, a.server, 1.5, 2);
	touch_down(seat, 1, 7, b.server, 3, 4);
	assert_null(touch_down(seat, 1, 7, b.server, 3, 4)); /* is down already */
	touch_frame(seat);
	client_expect_alive(a.client);
	client_expect_alive(b.client);
	assert_true(a.downs == 1 && a.id == 0 && a.x == 1.5 && a.y == 2 && a.frames == 1);
	assert_true(b.downs == 1 && b.id == 7 && b.frames == 1);
	/* Only who was told something hears of its frame. */
	touch_motion(seat, 2, 0, 90, -3);
	touch_motion(seat, 2, 0, 90, -3);
	touch_frame(seat);
	touch_motion(seat, 3, 99, 1, 1); /* no such finger */
	touch_up(seat, 3, 99);
	touch_frame(seat);
	client_expect_alive(a.client);
	client_expect_alive(b.client);
	assert_true(a.motions == 1 && a.x == 90 && a.y == -3 && a.frames == 2);
	assert_int_equal(b.frames, 1);
	touch_up(seat, 4, 0);
	touch_up(seat, 4, 7);
	touch_frame(seat);
	client_expect_alive(a.client);
	client_expect_alive(b.client);
	assert_true(a.ups == 1 && b.ups == 1 && a.frames == 3 && b.frames == 2);
	client_destroy(a.client);
	client_destroy(b.client);
}

static void test_surface_and_client_go_under_a_finger(void **state)
{
	struct seat *seat = touch_screen(state);
	struct fingers a;
	fingers_create(&a, state, 0);
	touch_down(seat, 1, 0, a.server, 1, 1);
	touch_frame(seat);
	wl_surface_destroy(a.surface);
	client_expect_alive(a.client);
	touch_motion(seat, 2, 0, 5, 5);
	touch_up(seat, 3, 0);
	touch_frame(seat);
	client_expect_alive(a.client);
	assert_true(a.motions == 0 && a.ups == 1); /* lifted, as far as the client knows */
	client_destroy(a.client);

	fingers_create(&a, state, 0);
	touch_down(seat, 1, 0, a.server, 1, 1);
	client_destroy(a.client);
	touch_motion(seat, 2, 0, 5, 5);
	touch_frame(seat);
	touch_up(seat, 2, 0);
	touch_frame(seat);
	assert_null(touch_find(seat, 0));
}

static void test_more_fingers_than_anybody_has(void **state)
{
	struct seat *seat = touch_screen(state);
	struct fingers a;
	fingers_create(&a, state, 0);
	for (int32_t id = 0; id < 2 * TOUCH_MAX_POINTS; id++)
		touch_down(seat, 1, id, a.server, 1, 1);
	touch_frame(seat);
	touch_cancel(seat);
	client_expect_alive(a.client);
	assert_int_equal(a.downs, TOUCH_MAX_POINTS);
	assert_int_equal(a.cancels, 1);
	touch_down(seat, 2, 3, a.server, 1, 1);
	touch_up(seat, 2, 3);
	touch_frame(seat);
	client_expect_alive(a.client);
	assert_true(a.downs == TOUCH_MAX_POINTS + 1 && a.ups == 1);
	client_destroy(a.client);
}

static void test_nothing_that_an_old_client_does_not_know(void **state)
{
	struct seat *seat = touch_screen(state);
	for (uint32_t version = 1; version <= 9; version++) {
		struct fingers a;
		fingers_create(&a, state, version);
		touch_down(seat, 1, 0, a.server, 1, 1);
		touch_motion(seat, 1, 0, 2, 2);
		touch_up(seat, 1, 0);
		touch_frame(seat);
		touch_cancel(seat);
		client_expect_alive(a.client);
		assert_true(a.downs == 1 && a.frames == 1);
		client_destroy(a.client);
	}
}

/* A finger drags from a party to another. */
struct touch_drag {
	struct party a, b;
	struct fingers on_a;
	struct source source;
	struct seat_touch_point *point;
};

static void touch_drag_start(struct touch_drag *drag, void **state)
{
	struct seat *seat = touch_screen(state);
	party_create(&drag->a, state, 0);
	party_create(&drag->b, state, 0);
	drag->on_a = (struct fingers){.client = drag->a.client};
	wl_touch_add_listener(
		wl_seat_get_touch(drag->a.client->seat), &fingers_listener, &drag->on_a);
	client_expect_alive(drag->a.client);
	drag->point = touch_down(seat, 1, 0, drag->a.server, 1, 1);
	touch_frame(seat);
	client_expect_alive(drag->a.client);
	source_create(&drag->source, &drag->a, WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY);
	wl_data_device_start_drag(drag->a.device, drag->source.wl, drag->a.surface,
		wl_compositor_create_surface(drag->a.client->compositor), drag->on_a.serial);
	client_expect_alive(drag->a.client);
	assert_non_null(drag->point->grab);
	assert_int_equal(drag->a.drag_enters, 1);
	struct harness *harness = *state;
	assert_true(harness->icon && harness->finger == drag->point);
}

/* The party that dragged hears of a whole touch, as if there had been no drag. */
static void touch_drag_tap(struct touch_drag *drag, void **state)
{
	struct harness *harness = *state;
	struct fingers before = drag->on_a;
	touch_down(&harness->seat, 9, 0, drag->a.server, 1, 1);
	touch_up(&harness->seat, 9, 0);
	touch_frame(&harness->seat);
	client_expect_alive(drag->a.client);
	assert_true(drag->on_a.downs == before.downs + 1 && drag->on_a.ups == before.ups + 1);
	assert_int_equal(drag->on_a.frames, before.frames + 1);
}

static void test_drag_by_a_finger(void **state)
{
	struct harness *harness = *state;
	struct touch_drag drag;
	touch_drag_start(&drag, state);
	const struct seat_touch_point *point = drag.point;
	point->grab->focus(point->grab_data, drag.b.server, 2, 2);
	touch_motion(&harness->seat, 2, 0, 3, 3);
	client_expect_alive(drag.b.client);
	assert_true(drag.b.drag_enters == 1 && drag.b.drag_motions == 1);
	wl_data_offer_accept(drag.b.drag, 0, EXCHANGE_TYPE);
	wl_data_offer_set_actions(drag.b.drag, WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY,
		WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY);
	client_expect_alive(drag.b.client);
	client_expect_alive(drag.a.client);
	assert_true(drag.on_a.motions == 0 && drag.on_a.ups == 0); /* the finger is the drag's */
	touch_up(&harness->seat, 3, 0);
	touch_frame(&harness->seat);
	client_expect_alive(drag.b.client);
	client_expect_alive(drag.a.client);
	assert_int_equal(drag.b.drops, 1);
	assert_int_equal(drag.source.drops, 1);
	assert_true(drag.on_a.ups == 1 && drag.on_a.frames == 2);
	assert_int_equal(harness->drags_ended, 1);
	assert_null(harness->icon);
	touch_drag_tap(&drag, state);
	client_destroy(drag.a.client);
	client_destroy(drag.b.client);
}

static void test_drag_whose_touch_is_cancelled(void **state)
{
	struct harness *harness = *state;
	struct touch_drag drag;
	touch_drag_start(&drag, state);
	touch_cancel(&harness->seat);
	client_expect_alive(drag.a.client);
	assert_int_equal(drag.source.cancels, 1);
	assert_int_equal(harness->drags_ended, 1);
	assert_true(drag.on_a.cancels == 1 && drag.on_a.ups == 0);
	touch_drag_tap(&drag, state);
	client_destroy(drag.a.client);
	client_destroy(drag.b.client);
}

/* For its client the finger is lifted with that: a window that was dragged is elsewhere now. */
static void test_drag_that_ends_before_the_finger_is_lifted(void **state)
{
	struct harness *harness = *state;
	struct touch_drag drag;
	touch_drag_start(&drag, state);
	wl_data_source_destroy(drag.source.wl);
	client_expect_alive(drag.a.client);
	assert_int_equal(harness->drags_ended, 1);
	assert_true(drag.on_a.ups == 1 && drag.on_a.frames == 2);
	touch_motion(&harness->seat, 2, 0, 3, 3);
	touch_up(&harness->seat, 3, 0);
	touch_frame(&harness->seat);
	client_expect_alive(drag.a.client);
	assert_true(drag.on_a.motions == 0 && drag.on_a.ups == 1 && drag.on_a.frames == 2);
	touch_drag_tap(&drag, state);
	client_destroy(drag.a.client);
	client_destroy(drag.b.client);
}

static void test_drag_from_a_surface_that_goes(void **state)
{
	struct harness *harness = *state;
	struct touch_drag drag;
	touch_drag_start(&drag, state);
	wl_surface_destroy(drag.a.surface);
	client_expect_alive(drag.a.client);
	assert_int_equal(drag.on_a.ups, 1);
	assert_int_equal(harness->drags_ended, 0);
	drag.point->grab->focus(drag.point->grab_data, drag.b.server, 2, 2);
	touch_motion(&harness->seat, 2, 0, 3, 3);
	client_expect_alive(drag.b.client);
	assert_int_equal(drag.b.drag_motions, 1);
	touch_up(&harness->seat, 3, 0);
	touch_frame(&harness->seat);
	client_expect_alive(drag.a.client);
	assert_true(drag.on_a.ups == 1 && drag.on_a.frames == 2);
	client_destroy(drag.a.client);
	client_destroy(drag.b.client);
}

static void test_hostile_drags(void **state)
{
	struct harness *harness = *state;
	struct touch_drag drag;
	struct source second;
	touch_drag_start(&drag, state);
	/* A drag while there is one, with the same serial; then the client goes. */
	source_create(&second, &drag.a, WL_DATA_DEVICE_MANAGER_DND_ACTION_COPY);
	wl_data_device_start_drag(drag.a.device, second.wl, drag.a.surface, NULL, drag.on_a.serial);
	client_expect_alive(drag.a.client);
	assert_int_equal(second.cancels, 1);
	assert_null(touch_find_grab(&harness->seat, drag.a.server, drag.on_a.serial));
	client_destroy(drag.a.client);
	assert_null(harness->data_device.drag);
	touch_motion(&harness->seat, 2, 0, 3, 3);
	touch_up(&harness->seat, 3, 0);
	client_destroy(drag.b.client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_fingers_on_two_surfaces),
		harness_test(test_surface_and_client_go_under_a_finger),
		harness_test(test_more_fingers_than_anybody_has),
		harness_test(test_nothing_that_an_old_client_does_not_know),
		harness_test(test_drag_by_a_finger),
		harness_test(test_drag_whose_touch_is_cancelled),
		harness_test(test_drag_that_ends_before_the_finger_is_lifted),
		harness_test(test_drag_from_a_surface_that_goes),
		harness_test(test_hostile_drags),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
