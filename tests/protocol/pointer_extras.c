/* relative-pointer, pointer-gestures, cursor-shape and keyboard-shortcuts-inhibit: what a surface
 * with the focus is told or may ask beside the seat's own. */
#include "protocol/cursor_shape.h"
#include "protocol/pointer_device.h"
#include "protocol/pointer_gestures.h"
#include "protocol/relative_pointer.h"
#include "protocol/shortcuts_inhibit.h"
#include "tests/protocol/exchange.h"

#include "cursor-shape-v1-client.h"
#include "keyboard-shortcuts-inhibit-unstable-v1-client.h"
#include "pointer-gestures-unstable-v1-client.h"
#include "relative-pointer-unstable-v1-client.h"

struct motion {
	int count;
	uint64_t time;
	double dx, raw_dy;
};

static void motion_handle(void *data, struct zwp_relative_pointer_v1 *relative, uint32_t hi,
	uint32_t lo, wl_fixed_t dx, wl_fixed_t dy, wl_fixed_t raw_dx, wl_fixed_t raw_dy)
{
	struct motion *motion = data;
	motion->count++;
	motion->time = (uint64_t)hi << 32 | lo;
	motion->dx = wl_fixed_to_double(dx);
	motion->raw_dy = wl_fixed_to_double(raw_dy);
}

static const struct zwp_relative_pointer_v1_listener motion_listener = {
	.relative_motion = motion_handle,
};

static void test_relative_motion_goes_to_the_focus(void **state)
{
	struct harness *harness = *state;
	struct relative_pointer_manager manager = {.seat = &harness->seat};
	struct party a, b;
	struct motion motion = {0};
	const struct pointer_delta delta = {
		.time = INT64_C(0x123456789a), .dx = 1.5, .dy = 0, .raw_dx = 3, .raw_dy = -4};
	assert_true(relative_pointer_create(&manager, harness->display));
	party_create(&a, state, 0);
	party_create(&b, state, 0);
	struct zwp_relative_pointer_manager_v1 *global =
		client_bind(a.client, &zwp_relative_pointer_manager_v1_interface);
	zwp_relative_pointer_v1_add_listener(
		zwp_relative_pointer_manager_v1_get_relative_pointer(global, a.pointer),
		&motion_listener, &motion);
	client_expect_alive(a.client);
	assert_false(relative_pointer_motion(&manager, &delta));
	pointer_set_focus(&harness->seat, b.server, 1, 1);
	assert_false(relative_pointer_motion(&manager, &delta));
	pointer_set_focus(&harness->seat, a.server, 1, 1);
	assert_true(relative_pointer_motion(&manager, &delta));
	client_expect_alive(a.client);
	assert_int_equal(motion.count, 1);
	assert_true(motion.time == 0x123456789a && motion.dx == 1.5 && motion.raw_dy == -4);
	/* It outlives its wl_pointer. */
	wl_pointer_release(a.pointer);
	client_expect_alive(a.client);
	relative_pointer_motion(&manager, &delta);
	client_expect_alive(a.client);
	client_destroy(a.client);
	client_destroy(b.client);
	relative_pointer_destroy(&manager);
}

struct gestures {
	int begins, updates, ends, cancels;
	double scale;
};

static void gestures_handle_begin(void *data, struct zwp_pointer_gesture_pinch_v1 *pinch,
	uint32_t serial, uint32_t time, struct wl_surface *surface, uint32_t fingers)
{
	((struct gestures *)data)->begins++;
}

static void gestures_handle_update(void *data, struct zwp_pointer_gesture_pinch_v1 *pinch,
	uint32_t time, wl_fixed_t dx, wl_fixed_t dy, wl_fixed_t scale, wl_fixed_t rotation)
{
	struct gestures *gestures = data;
	gestures->updates++;
	gestures->scale = wl_fixed_to_double(scale);
}

static void gestures_handle_end(void *data, struct zwp_pointer_gesture_pinch_v1 *pinch,
	uint32_t serial, uint32_t time, int32_t cancelled)
{
	struct gestures *gestures = data;
	gestures->ends++;
	gestures->cancels += cancelled;
}

static const struct zwp_pointer_gesture_pinch_v1_listener gestures_pinch_listener = {
	.begin = gestures_handle_begin,
	.update = gestures_handle_update,
	.end = gestures_handle_end,
};

static void gestures_perform(struct pointer_gestures *gestures, enum pointer_gesture kind)
{
	const struct pointer_gesture_update update = {.dx = 1, .dy = 1, .scale = 2, .rotation = 9};
	pointer_gestures_begin(gestures, kind, 1, 3);
	pointer_gestures_update(gestures, kind, 2, &update);
	pointer_gestures_end(gestures, kind, 3, true);
}

static void test_gestures_of_every_kind_and_version(void **state)
{
	struct harness *harness = *state;
	struct pointer_gestures manager = {.seat = &harness->seat};
	assert_true(pointer_gestures_create(&manager, harness->display));
	for (uint32_t version = 1; version <= 3; version++) {
		struct party a;
		struct gestures seen = {0};
		party_create(&a, state, version);
		struct zwp_pointer_gestures_v1 *global =
			client_bind(a.client, &zwp_pointer_gestures_v1_interface);
		zwp_pointer_gesture_pinch_v1_add_listener(
			zwp_pointer_gestures_v1_get_pinch_gesture(global, a.pointer),
			&gestures_pinch_listener, &seen);
		zwp_pointer_gestures_v1_get_swipe_gesture(global, a.pointer);
		if (version >= 3)
			zwp_pointer_gestures_v1_get_hold_gesture(global, a.pointer);
		client_expect_alive(a.client);
		gestures_perform(&manager, POINTER_GESTURE_PINCH); /* nobody's */
		pointer_set_focus(&harness->seat, a.server, 1, 1);
		for (int kind = 0; kind < POINTER_GESTURE_KINDS; kind++)
			gestures_perform(&manager, (enum pointer_gesture)kind);
		client_expect_alive(a.client);
		assert_true(seen.begins == 1 && seen.updates == 1 && seen.ends == 1);
		assert_true(seen.cancels == 1 && seen.scale == 2);
		/* The client goes while fingers are down. */
		pointer_gestures_begin(&manager, POINTER_GESTURE_SWIPE, 1, 3);
		client_destroy(a.client);
		pointer_gestures_end(&manager, POINTER_GESTURE_SWIPE, 2, false);
	}
	pointer_gestures_destroy(&manager);
}

static void test_a_gesture_is_cancelled(void **state)
{
	struct harness *harness = *state;
	struct pointer_gestures manager = {.seat = &harness->seat};
	const struct pointer_gesture_update update = {.scale = 2};
	struct party a;
	struct gestures seen = {0};
	assert_true(pointer_gestures_create(&manager, harness->display));
	party_create(&a, state, 0);
	zwp_pointer_gesture_pinch_v1_add_listener(
		zwp_pointer_gestures_v1_get_pinch_gesture(
			client_bind(a.client, &zwp_pointer_gestures_v1_interface), a.pointer),
		&gestures_pinch_listener, &seen);
	client_expect_alive(a.client);
	pointer_gestures_cancel(&manager); /* none is under way */
	pointer_set_focus(&harness->seat, a.server, 1, 1);
	pointer_gestures_begin(&manager, POINTER_GESTURE_PINCH, 1, 2);
	for (int i = 0; i < 2; i++)
		pointer_gestures_cancel(&manager);
	pointer_gestures_update(&manager, POINTER_GESTURE_PINCH, 2, &update);
	pointer_gestures_end(&manager, POINTER_GESTURE_PINCH, 3, false);
	client_expect_alive(a.client);
	assert_true(seen.begins == 1 && seen.updates == 0 && seen.ends == 1 && seen.cancels == 1);
	client_destroy(a.client);
	pointer_gestures_destroy(&manager);
}

static void shapes_handle_set(void *data, uint32_t shape)
{
	*(uint32_t *)data = shape;
}

static const struct cursor_shape_listener shapes_listener = {.set_shape = shapes_handle_set};

static void test_shapes(void **state)
{
	struct harness *harness = *state;
	uint32_t shown = 0;
	struct cursor_shape_manager manager = {
		.listener = &shapes_listener, .data = &shown, .seat = &harness->seat};
	assert_true(cursor_shape_create(&manager, harness->display));
	for (uint32_t version = 1; version <= 2; version++) {
		struct party a;
		uint32_t last = version == 1 ? WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_ZOOM_OUT
					     : WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_ALL_RESIZE;
		party_create(&a, state, version);
		pointer_set_focus(&harness->seat, a.server, 1, 1);
		client_expect_alive(a.client);
		struct wp_cursor_shape_device_v1 *device = wp_cursor_shape_manager_v1_get_pointer(
			client_bind(a.client, &wp_cursor_shape_manager_v1_interface), a.pointer);
		shown = 0;
		wp_cursor_shape_device_v1_set_shape(
			device, a.serial + 1, WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_TEXT);
		client_expect_alive(a.client);
		assert_int_equal(shown, 0);
		for (uint32_t shape = 1; shape <= last; shape++) {
			assert_non_null(cursor_shape_name(shape));
			wp_cursor_shape_device_v1_set_shape(device, a.serial, shape);
			client_expect_alive(a.client);
			assert_int_equal(shown, shape);
		}
		wp_cursor_shape_device_v1_set_shape(device, a.serial, last + 1);
		client_expect_error(a.client, &wp_cursor_shape_device_v1_interface,
			WP_CURSOR_SHAPE_DEVICE_V1_ERROR_INVALID_SHAPE);
		client_destroy(a.client);
	}
	assert_null(cursor_shape_name(0));
	assert_null(cursor_shape_name(UINT32_MAX));
	cursor_shape_destroy(&manager);
}

static void test_shortcuts_of_the_focus_are_inhibited(void **state)
{
	struct harness *harness = *state;
	struct shortcuts_inhibit_manager manager = {.seat = &harness->seat};
	struct party a, b;
	assert_true(shortcuts_inhibit_create(&manager, harness->display));
	party_create(&a, state, 0);
	party_create(&b, state, 0);
	struct zwp_keyboard_shortcuts_inhibit_manager_v1 *global =
		client_bind(a.client, &zwp_keyboard_shortcuts_inhibit_manager_v1_interface);
	struct zwp_keyboard_shortcuts_inhibitor_v1 *inhibitor =
		zwp_keyboard_shortcuts_inhibit_manager_v1_inhibit_shortcuts(
			global, a.surface, a.client->seat);
	client_expect_alive(a.client);
	assert_false(shortcuts_inhibit_is_active(&manager));
	keyboard_set_focus(&harness->seat, a.server);
	assert_true(shortcuts_inhibit_is_active(&manager));
	keyboard_set_focus(&harness->seat, b.server);
	assert_false(shortcuts_inhibit_is_active(&manager));
	keyboard_set_focus(&harness->seat, a.server);
	zwp_keyboard_shortcuts_inhibitor_v1_destroy(inhibitor);
	client_expect_alive(a.client);
	assert_false(shortcuts_inhibit_is_active(&manager));
	/* The surface goes first; then twice for one surface. */
	struct wl_surface *other = wl_compositor_create_surface(a.client->compositor);
	inhibitor = zwp_keyboard_shortcuts_inhibit_manager_v1_inhibit_shortcuts(
		global, other, a.client->seat);
	wl_surface_destroy(other);
	zwp_keyboard_shortcuts_inhibitor_v1_destroy(inhibitor);
	zwp_keyboard_shortcuts_inhibit_manager_v1_inhibit_shortcuts(
		global, a.surface, a.client->seat);
	client_expect_alive(a.client);
	zwp_keyboard_shortcuts_inhibit_manager_v1_inhibit_shortcuts(
		global, a.surface, a.client->seat);
	client_expect_error(a.client, &zwp_keyboard_shortcuts_inhibit_manager_v1_interface,
		ZWP_KEYBOARD_SHORTCUTS_INHIBIT_MANAGER_V1_ERROR_ALREADY_INHIBITED);
	client_destroy(a.client);
	client_destroy(b.client);
	shortcuts_inhibit_destroy(&manager);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_relative_motion_goes_to_the_focus),
		harness_test(test_gestures_of_every_kind_and_version),
		harness_test(test_a_gesture_is_cancelled),
		harness_test(test_shapes),
		harness_test(test_shortcuts_of_the_focus_are_inhibited),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
