#include "common/fd.h"
#include "protocol/surface.h"
#include "tests/protocol/client.h"

#include <unistd.h>

/* What a client's pointer and keyboard were told. */
struct devices {
	struct client *client;
	struct wl_surface *surface;
	struct surface *server;
	struct wl_pointer *pointer;
	struct wl_keyboard *keyboard;
	int enters, leaves, motions, presses, releases, frames, axes, sources;
	int frame_sources; /* since the last frame */
	int key_enters, key_leaves, keys, modifiers, held, keymaps;
	uint32_t last_held;   /* of those that were held at the last enter */
	bool knows_modifiers; /* it drops them when it gets a keymap */
	uint32_t serial;      /* of the last enter or button */
	double x, y;
};

static void devices_handle_enter(void *data, struct wl_pointer *pointer, uint32_t serial,
	struct wl_surface *surface, wl_fixed_t x, wl_fixed_t y)
{
	struct devices *devices = data;
	devices->enters++;
	devices->serial = serial;
	devices->x = wl_fixed_to_double(x);
	devices->y = wl_fixed_to_double(y);
}

static void devices_handle_leave(
	void *data, struct wl_pointer *pointer, uint32_t serial, struct wl_surface *surface)
{
	((struct devices *)data)->leaves++;
}

static void devices_handle_motion(
	void *data, struct wl_pointer *pointer, uint32_t time, wl_fixed_t x, wl_fixed_t y)
{
	struct devices *devices = data;
	devices->motions++;
	devices->x = wl_fixed_to_double(x);
	devices->y = wl_fixed_to_double(y);
}

static void devices_handle_button(void *data, struct wl_pointer *pointer, uint32_t serial,
	uint32_t time, uint32_t button, uint32_t pressed)
{
	struct devices *devices = data;
	*(pressed ? &devices->presses : &devices->releases) += 1;
	devices->serial = serial;
}

static void devices_handle_axis(
	void *data, struct wl_pointer *pointer, uint32_t time, uint32_t axis, wl_fixed_t value)
{
	((struct devices *)data)->axes++;
}

static void devices_handle_frame(void *data, struct wl_pointer *pointer)
{
	struct devices *devices = data;
	devices->frames++;
	devices->frame_sources = 0;
}

static void devices_handle_axis_source(void *data, struct wl_pointer *pointer, uint32_t source)
{
	struct devices *devices = data;
	devices->sources++;
	assert_int_equal(++devices->frame_sources, 1);
}

static void devices_handle_axis_stop(
	void *data, struct wl_pointer *pointer, uint32_t time, uint32_t axis)
{
}

static void devices_handle_axis_step(
	void *data, struct wl_pointer *pointer, uint32_t axis, int32_t step)
{
}

static void devices_handle_axis_direction(
	void *data, struct wl_pointer *pointer, uint32_t axis, uint32_t direction)
{
}

static const struct wl_pointer_listener devices_pointer_listener = {
	.enter = devices_handle_enter,
	.leave = devices_handle_leave,
	.motion = devices_handle_motion,
	.button = devices_handle_button,
	.axis = devices_handle_axis,
	.frame = devices_handle_frame,
	.axis_source = devices_handle_axis_source,
	.axis_stop = devices_handle_axis_stop,
	.axis_discrete = devices_handle_axis_step,
	.axis_value120 = devices_handle_axis_step,
	.axis_relative_direction = devices_handle_axis_direction,
};

static void devices_handle_keymap(
	void *data, struct wl_keyboard *keyboard, uint32_t format, int32_t fd, uint32_t size)
{
	struct devices *devices = data;
	devices->keymaps++;
	devices->knows_modifiers = false;
	close(fd);
}

static void devices_handle_key_enter(void *data, struct wl_keyboard *keyboard, uint32_t serial,
	struct wl_surface *surface, struct wl_array *keys)
{
	struct devices *devices = data;
	devices->key_enters++;
	devices->held = (int)(keys->size / sizeof(uint32_t));
	devices->last_held = devices->held ? ((uint32_t *)keys->data)[devices->held - 1] : 0;
}

static void devices_handle_key_leave(
	void *data, struct wl_keyboard *keyboard, uint32_t serial, struct wl_surface *surface)
{
	((struct devices *)data)->key_leaves++;
}

static void devices_handle_key(void *data, struct wl_keyboard *keyboard, uint32_t serial,
	uint32_t time, uint32_t key, uint32_t state)
{
	((struct devices *)data)->keys++;
}

static void devices_handle_modifiers(void *data, struct wl_keyboard *keyboard, uint32_t serial,
	uint32_t depressed, uint32_t latched, uint32_t locked, uint32_t group)
{
	struct devices *devices = data;
	devices->modifiers++;
	devices->knows_modifiers = true;
}

static void devices_handle_repeat(
	void *data, struct wl_keyboard *keyboard, int32_t rate, int32_t delay)
{
}

static const struct wl_keyboard_listener devices_keyboard_listener = {
	.keymap = devices_handle_keymap,
	.enter = devices_handle_key_enter,
	.leave = devices_handle_key_leave,
	.key = devices_handle_key,
	.modifiers = devices_handle_modifiers,
	.repeat_info = devices_handle_repeat,
};

static void devices_create(struct devices *devices, void **state, uint32_t version)
{
	*devices = (struct devices){.client = client_create(*state, version)};
	struct client *client = devices->client;
	devices->pointer = wl_seat_get_pointer(client->seat);
	wl_pointer_add_listener(devices->pointer, &devices_pointer_listener, devices);
	devices->keyboard = wl_seat_get_keyboard(client->seat);
	wl_keyboard_add_listener(devices->keyboard, &devices_keyboard_listener, devices);
	devices->surface = wl_compositor_create_surface(client->compositor);
	wl_surface_attach(devices->surface, client_buffer(client, 10, 10), 0, 0);
	wl_surface_commit(devices->surface);
	devices->server = client_surface(client, devices->surface);
}

static void test_pointer(void **state)
{
	struct harness *harness = *state;
	struct devices a, b;
	devices_create(&a, state, 0);
	devices_create(&b, state, 0);
	pointer_set_focus(&harness->seat, a.server, 1.5, 2);
	pointer_motion(&harness->seat, 1, 1.5, 2); /* there already */
	pointer_motion(&harness->seat, 2, 3, 4);
	pointer_button(&harness->seat, 3, 0x110, true);
	pointer_frame(&harness->seat);
	struct pointer_axis wheel = {.axis = WL_POINTER_AXIS_VERTICAL_SCROLL,
		.source = WL_POINTER_AXIS_SOURCE_WHEEL,
		.value = 15,
		.v120 = 120};
	pointer_axis(&harness->seat, 4, &wheel);
	client_expect_alive(a.client);
	client_expect_alive(b.client);
	assert_int_equal(a.enters, 1);
	assert_int_equal(a.motions, 1);
	assert_true(a.x == 3 && a.y == 4);
	assert_int_equal(a.presses, 1);
	assert_int_equal(a.axes, 1);
	assert_int_equal(a.frames, 2);
	assert_int_equal(b.enters + b.motions + b.presses + b.frames, 0);
	/* Who did not see the press does not see the release. */
	pointer_set_focus(&harness->seat, b.server, 0, 0);
	pointer_button(&harness->seat, 5, 0x110, false);
	client_expect_alive(a.client);
	client_expect_alive(b.client);
	assert_int_equal(a.leaves, 1);
	assert_int_equal(a.releases + b.releases, 0);
	/* Its surface goes: nobody has it. */
	wl_surface_destroy(b.surface);
	client_expect_alive(b.client);
	assert_null(harness->seat.pointer.focus);
	pointer_motion(&harness->seat, 6, 9, 9);
	pointer_button(&harness->seat, 6, 0x110, true);
	pointer_set_focus(&harness->seat, a.server, 0, 0);
	client_destroy(a.client);
	assert_null(harness->seat.pointer.focus);
	client_destroy(b.client);
}

/* A surface goes while a button is held on it, and another button is pressed on the next one. */
static void test_release_is_for_who_saw_the_press(void **state)
{
	enum { LEFT = 0x110, RIGHT, MIDDLE };
	struct harness *harness = *state;
	struct seat *seat = &harness->seat;
	struct devices a, b;
	devices_create(&a, state, 0);
	devices_create(&b, state, 0);
	pointer_set_focus(seat, a.server, 0, 0);
	pointer_button(seat, 1, LEFT, true);
	wl_surface_destroy(a.surface);
	client_expect_alive(a.client);
	pointer_set_focus(seat, b.server, 0, 0);
	pointer_button(seat, 2, RIGHT, true);
	client_expect_alive(b.client);
	uint32_t first = b.serial;
	pointer_button(seat, 3, LEFT, false);
	client_expect_alive(b.client);
	assert_true(b.presses == 1 && b.releases == 0);
	/* The first press began what the later one is a part of. */
	pointer_button(seat, 4, MIDDLE, true);
	client_expect_alive(b.client);
	assert_int_equal(b.presses, 2);
	assert_int_equal(seat->pointer.press_serial, first);
	pointer_button(seat, 5, MIDDLE, false);
	pointer_button(seat, 6, RIGHT, false);
	pointer_button(seat, 7, RIGHT, false);
	client_expect_alive(b.client);
	assert_int_equal(b.releases, 2);
	client_destroy(a.client);
	client_destroy(b.client);
}

/* One event of the device: both axes, as a touchpad moves them. */
static void seat_scroll(struct seat *seat, uint32_t source)
{
	struct pointer_axis axis = {.source = source, .value = 15};
	for (axis.axis = 0; axis.axis < 2; axis.axis++)
		pointer_axis(seat, 1, &axis);
}

/* wl_pointer.axis_source: "only one per frame"; it is the source of both axes. */
static void test_one_axis_source_in_a_frame(void **state)
{
	struct harness *harness = *state;
	struct seat *seat = &harness->seat;
	struct devices a, b;
	devices_create(&a, state, 0);
	devices_create(&b, state, 4);
	struct wl_pointer *second = wl_seat_get_pointer(a.client->seat);
	struct devices also = {0};
	wl_pointer_add_listener(second, &devices_pointer_listener, &also);
	client_expect_alive(a.client);
	pointer_set_focus(seat, a.server, 0, 0);
	for (int i = 0; i < 2; i++) {
		seat_scroll(seat, WL_POINTER_AXIS_SOURCE_FINGER);
		pointer_frame(seat);
	}
	client_expect_alive(a.client);
	assert_true(a.axes == 4 && a.sources == 2);
	assert_true(also.axes == 4 && also.sources == 2);
	/* The focus changes before the frame does end: for both it ends there. */
	seat_scroll(seat, WL_POINTER_AXIS_SOURCE_FINGER);
	pointer_set_focus(seat, b.server, 0, 0);
	seat_scroll(seat, WL_POINTER_AXIS_SOURCE_FINGER);
	pointer_set_focus(seat, a.server, 0, 0);
	seat_scroll(seat, WL_POINTER_AXIS_SOURCE_FINGER);
	pointer_frame(seat);
	client_expect_alive(a.client);
	client_expect_alive(b.client);
	assert_true(a.axes == 8 && a.sources == 4);
	assert_true(b.axes == 2 && b.sources == 0); /* too old for it */
	/* Nobody hears of the first one. */
	pointer_set_focus(seat, NULL, 0, 0);
	seat_scroll(seat, WL_POINTER_AXIS_SOURCE_FINGER);
	pointer_set_focus(seat, a.server, 0, 0);
	seat_scroll(seat, WL_POINTER_AXIS_SOURCE_FINGER);
	pointer_frame(seat);
	client_expect_alive(a.client);
	assert_int_equal(a.sources, 5);
	client_destroy(a.client);
	client_destroy(b.client);
}

static void test_keyboard(void **state)
{
	struct harness *harness = *state;
	struct devices a, b;
	devices_create(&a, state, 0);
	devices_create(&b, state, 0);
	keyboard_set_focus(&harness->seat, a.server);
	keyboard_key(&harness->seat, 1, 30, true);
	keyboard_key(&harness->seat, 1, 30, true); /* is down already */
	const struct keyboard_modifiers shift = {.depressed = 1};
	keyboard_set_modifiers(&harness->seat, &shift);
	keyboard_set_modifiers(&harness->seat, &shift);
	client_expect_alive(a.client);
	assert_int_equal(a.keymaps, 1);
	assert_int_equal(a.key_enters, 1);
	assert_int_equal(a.keys, 1);
	assert_int_equal(a.modifiers, 2);
	keyboard_set_focus(&harness->seat, b.server);
	client_expect_alive(a.client);
	client_expect_alive(b.client);
	assert_int_equal(a.key_leaves, 1);
	assert_int_equal(b.key_enters, 1);
	assert_int_equal(b.held, 1);
	assert_int_equal(b.last_held, 30);
	for (uint32_t key = 0; key < 1000; key++)
		keyboard_key(&harness->seat, 1, key, true);
	for (uint32_t key = 0; key < 1000; key++)
		keyboard_key(&harness->seat, 1, key, false);
	assert_int_equal(harness->seat.keyboard.held.len, 0);
	/* A second keyboard of the focus' client is told at once. */
	struct wl_keyboard *late = wl_seat_get_keyboard(b.client->seat);
	wl_keyboard_add_listener(late, &devices_keyboard_listener, &b);
	client_expect_alive(b.client);
	assert_int_equal(b.key_enters, 2);
	wl_keyboard_release(late);
	client_destroy(b.client);
	assert_null(harness->seat.keyboard.focus);
	client_destroy(a.client);
}

static struct wl_surface *cursor_create(struct devices *devices)
{
	struct wl_surface *cursor = wl_compositor_create_surface(devices->client->compositor);
	wl_surface_attach(cursor, client_buffer(devices->client, 4, 4), 0, 0);
	wl_surface_commit(cursor);
	return cursor;
}

static void test_cursor(void **state)
{
	struct harness *harness = *state;
	struct devices a, b;
	devices_create(&a, state, 0);
	devices_create(&b, state, 0);
	pointer_set_focus(&harness->seat, a.server, 0, 0);
	client_expect_alive(a.client);
	client_expect_alive(b.client);
	struct wl_surface *first = cursor_create(&a), *second = cursor_create(&a);
	wl_pointer_set_cursor(b.pointer, a.serial, cursor_create(&b), 0, 0); /* not his to set */
	client_expect_alive(b.client);
	assert_null(harness->cursor);
	wl_pointer_set_cursor(a.pointer, a.serial - 1, first, 0, 0); /* not with that serial */
	client_expect_alive(a.client);
	assert_null(harness->cursor);
	wl_pointer_set_cursor(a.pointer, a.serial, first, INT32_MIN, INT32_MAX);
	client_expect_alive(a.client);
	assert_ptr_equal(harness->cursor, client_surface(a.client, first));
	wl_pointer_set_cursor(a.pointer, a.serial, second, 0, 0);
	client_expect_alive(a.client);
	assert_ptr_equal(harness->cursor, client_surface(a.client, second));
	wl_surface_destroy(first); /* is not the one that is shown */
	client_expect_alive(a.client);
	assert_non_null(harness->cursor);
	wl_surface_destroy(second);
	client_expect_alive(a.client);
	assert_null(harness->cursor);
	client_destroy(a.client);
	client_destroy(b.client);
}

/* A theme that has no size for the scale. */
static void test_cursor_of_any_size(void **state)
{
	struct harness *harness = *state;
	struct devices a;
	devices_create(&a, state, 0);
	pointer_set_focus(&harness->seat, a.server, 0, 0);
	client_expect_alive(a.client);
	struct wl_surface *cursor = wl_compositor_create_surface(a.client->compositor);
	wl_surface_attach(cursor, client_buffer(a.client, 64, 64), 0, 0);
	wl_surface_set_buffer_scale(cursor, 3);
	wl_surface_commit(cursor);
	wl_pointer_set_cursor(a.pointer, a.serial, cursor, 0, 0);
	client_expect_alive(a.client);
	assert_int_equal(harness->cursor->width, 21);
	wl_surface_set_buffer_scale(cursor, INT32_MAX);
	wl_surface_commit(cursor);
	client_expect_alive(a.client);
	assert_int_equal(harness->cursor->width, 0);
	client_destroy(a.client);
}

static void test_hostile_roles(void **state)
{
	struct harness *harness = *state;
	struct devices a;
	devices_create(&a, state, 0);
	pointer_set_focus(&harness->seat, a.server, 0, 0);
	client_expect_alive(a.client);
	struct wl_surface *cursor = cursor_create(&a);
	wl_pointer_set_cursor(a.pointer, a.serial, cursor, 0, 0);
	client_expect_alive(a.client);
	xdg_wm_base_get_xdg_surface(a.client->wm_base, cursor);
	client_expect_error(
		a.client, &xdg_wm_base_interface, XDG_WM_BASE_ERROR_INVALID_SURFACE_STATE);
	client_destroy(a.client);

	devices_create(&a, state, 0);
	struct wl_surface *child = wl_compositor_create_surface(a.client->compositor);
	wl_subcompositor_get_subsurface(a.client->subcompositor, child, a.surface);
	wl_pointer_set_cursor(a.pointer, 0, child, 0, 0);
	client_expect_error(a.client, &wl_pointer_interface, WL_POINTER_ERROR_ROLE);
	client_destroy(a.client);

	devices_create(&a, state, 0);
	wl_seat_get_touch(a.client->seat);
	client_expect_error(a.client, &wl_seat_interface, WL_SEAT_ERROR_MISSING_CAPABILITY);
	client_destroy(a.client);
}

static void test_keymap_comes_later(void **state)
{
	struct harness *harness = *state;
	struct seat *seat = &harness->seat;
	struct devices a, gone;
	fd_close(&seat->keyboard.keymap);
	devices_create(&a, state, 0);
	devices_create(&gone, state, 0);
	keyboard_set_focus(seat, a.server);
	const struct keyboard_modifiers shift = {.depressed = 1};
	keyboard_set_modifiers(seat, &shift);
	client_expect_alive(a.client);
	assert_int_equal(a.keymaps + a.key_enters + a.modifiers, 0);
	client_destroy(gone.client);
	assert_int_equal(keyboard_set_keymap(seat, "keymap", sizeof "keymap", &shift),
		KEYBOARD_KEYMAP_CHANGED);
	keyboard_key(seat, 1, 30, true);
	client_expect_alive(a.client);
	assert_int_equal(a.keymaps, 1);
	assert_int_equal(a.key_enters, 1);
	assert_int_equal(a.modifiers, 1);
	assert_int_equal(a.keys, 1);
	client_destroy(a.client);
}

static void test_keymap_changes(void **state)
{
	struct harness *harness = *state;
	struct seat *seat = &harness->seat;
	const struct keyboard_modifiers shift = {.depressed = 1};
	struct devices a;
	devices_create(&a, state, 0);
	keyboard_set_focus(seat, a.server);
	keyboard_set_modifiers(seat, &shift);
	assert_int_equal(
		keyboard_set_keymap(seat, "keymap", sizeof "keymap", &shift), KEYBOARD_KEYMAP_KEPT);
	client_expect_alive(a.client);
	assert_true(a.keymaps == 1 && a.modifiers == 2);
	assert_int_equal(keyboard_set_keymap(seat, "keymaq", sizeof "keymaq", &shift),
		KEYBOARD_KEYMAP_CHANGED);
	client_expect_alive(a.client);
	assert_true(a.keymaps == 2 && a.modifiers == 3 && a.knows_modifiers);
	client_destroy(a.client);
}

/* Nothing is sent that an old client does not know: libwayland would end its connection. */
static void test_every_version(void **state)
{
	struct harness *harness = *state;
	for (uint32_t version = 1; version <= 9; version++) {
		struct devices a;
		devices_create(&a, state, version);
		pointer_set_focus(&harness->seat, a.server, 0, 0);
		keyboard_set_focus(&harness->seat, a.server);
		struct pointer_axis axis = {.value = 15, .v120 = 120};
		pointer_axis(&harness->seat, 1, &axis);
		axis.value = axis.v120 = 0;
		pointer_axis(&harness->seat, 1, &axis);
		pointer_frame(&harness->seat);
		output_enter(&harness->output, a.server);
		client_expect_alive(a.client);
		assert_int_equal(a.enters, 1);
		assert_int_equal(a.key_enters, 1);
		client_destroy(a.client);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_pointer),
		harness_test(test_release_is_for_who_saw_the_press),
		harness_test(test_one_axis_source_in_a_frame),
		harness_test(test_keyboard),
		harness_test(test_keymap_comes_later),
		harness_test(test_keymap_changes),
		harness_test(test_cursor),
		harness_test(test_cursor_of_any_size),
		harness_test(test_hostile_roles),
		harness_test(test_every_version),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
