/* wlr-virtual-pointer and virtual-keyboard: what the compositor hears of them. */
#include "common/fd.h"
#include "protocol/pointer.h"
#include "protocol/quota.h"
#include "protocol/virtual_keyboard.h"
#include "protocol/virtual_pointer.h"
#include "tests/protocol/client.h"

#include "virtual-keyboard-unstable-v1-client.h"
#include "wlr-virtual-pointer-unstable-v1-client.h"

#include <string.h>
#include <unistd.h>

struct heard {
	int pointers, keyboards; /* alive */
	int motions, places, buttons, held, axes, frames, keymaps, keys, keys_held, modifiers;
	double x, y;
	struct pointer_axis axis;
	bool refuses; /* every keymap */
};

static void heard_handle_motion(void *data, const struct pointer_delta *delta)
{
	struct heard *heard = data;
	heard->motions++;
	heard->x = delta->dx;
	heard->y = delta->raw_dy;
}

static void heard_handle_motion_absolute(
	void *data, uint32_t time, double x, double y, uint32_t output)
{
	struct heard *heard = data;
	heard->places++;
	heard->x = x;
	heard->y = y;
}

static void heard_handle_button(void *data, uint32_t time, uint32_t button, bool pressed)
{
	struct heard *heard = data;
	heard->buttons++;
	heard->held += pressed ? 1 : -1;
}

static void heard_handle_axis(void *data, uint32_t time, const struct pointer_axis *event)
{
	struct heard *heard = data;
	heard->axes++;
	heard->axis = *event;
}

static void heard_handle_frame(void *data)
{
	((struct heard *)data)->frames++;
}

static const struct pointer_device_listener heard_device_listener = {
	.motion = heard_handle_motion,
	.motion_absolute = heard_handle_motion_absolute,
	.button = heard_handle_button,
	.axis = heard_handle_axis,
	.frame = heard_handle_frame,
};

static void heard_handle_pointer_added(void *data)
{
	((struct heard *)data)->pointers++;
}

static void heard_handle_pointer_removed(void *data)
{
	((struct heard *)data)->pointers--;
}

static const struct virtual_pointer_listener heard_pointer_listener = {
	.added = heard_handle_pointer_added,
	.removed = heard_handle_pointer_removed,
};

static void heard_handle_keyboard_added(void *data, struct virtual_keyboard *keyboard)
{
	((struct heard *)data)->keyboards++;
}

static bool heard_handle_keymap(void *data, struct virtual_keyboard *keyboard, const char *text)
{
	struct heard *heard = data;
	heard->keymaps++;
	return !heard->refuses && strcmp(text, "a keymap") == 0;
}

static void heard_handle_key(
	void *data, struct virtual_keyboard *keyboard, uint32_t time, uint32_t key, bool pressed)
{
	struct heard *heard = data;
	heard->keys++;
	heard->keys_held += pressed ? 1 : -1;
}

static void heard_handle_modifiers(
	void *data, struct virtual_keyboard *keyboard, const struct keyboard_modifiers *modifiers)
{
	((struct heard *)data)->modifiers++;
}

static void heard_handle_keyboard_removed(void *data, struct virtual_keyboard *keyboard)
{
	((struct heard *)data)->keyboards--;
}

static const struct virtual_keyboard_listener heard_keyboard_listener = {
	.added = heard_handle_keyboard_added,
	.keymap = heard_handle_keymap,
	.key = heard_handle_key,
	.modifiers = heard_handle_modifiers,
	.removed = heard_handle_keyboard_removed,
};

struct bench {
	struct heard heard;
	struct virtual_pointer_manager pointers;
	struct virtual_keyboard_manager keyboards;
	struct client *client;
	struct zwlr_virtual_pointer_v1 *pointer;
	struct zwp_virtual_keyboard_v1 *keyboard;
};

static void bench_connect(struct bench *bench, void **state)
{
	bench->client = client_create(*state, 0);
	bench->pointer = zwlr_virtual_pointer_manager_v1_create_virtual_pointer_with_output(
		client_bind(bench->client, &zwlr_virtual_pointer_manager_v1_interface), NULL,
		bench->client->output);
	bench->keyboard = zwp_virtual_keyboard_manager_v1_create_virtual_keyboard(
		client_bind(bench->client, &zwp_virtual_keyboard_manager_v1_interface),
		bench->client->seat);
	client_expect_alive(bench->client);
	assert_true(bench->heard.pointers == 1 && bench->heard.keyboards == 1);
}

static void bench_create(struct bench *bench, void **state)
{
	struct harness *harness = *state;
	*bench = (struct bench){0};
	bench->pointers.device = &heard_device_listener;
	bench->pointers.listener = &heard_pointer_listener;
	bench->keyboards.listener = &heard_keyboard_listener;
	bench->pointers.data = bench->keyboards.data = &bench->heard;
	assert_true(virtual_pointer_create(&bench->pointers, harness->display));
	assert_true(virtual_keyboard_create(&bench->keyboards, harness->display));
	bench_connect(bench, state);
}

static void bench_disconnect(struct bench *bench)
{
	client_destroy(bench->client);
	assert_true(bench->heard.pointers == 0 && bench->heard.keyboards == 0);
	assert_true(bench->heard.held == 0 && bench->heard.keys_held == 0);
}

static void bench_destroy(struct bench *bench)
{
	bench_disconnect(bench);
	virtual_pointer_destroy(&bench->pointers);
	virtual_keyboard_destroy(&bench->keyboards);
}

static void test_pointer_moves_and_presses(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	zwlr_virtual_pointer_v1_motion(
		bench.pointer, 1, wl_fixed_from_int(3), wl_fixed_from_int(-4));
	client_expect_alive(bench.client);
	assert_true(bench.heard.motions == 1 && bench.heard.x == 3 && bench.heard.y == -4);
	zwlr_virtual_pointer_v1_motion_absolute(bench.pointer, 2, 50, 25, 100, 100);
	zwlr_virtual_pointer_v1_motion_absolute(bench.pointer, 2, 50, 25, 0, 100);
	client_expect_alive(bench.client);
	assert_true(bench.heard.places == 1 && bench.heard.x == 0.5 && bench.heard.y == 0.25);
	for (uint32_t i = 0; i < 3; i++)
		zwlr_virtual_pointer_v1_button(bench.pointer, 3, 0x110, 1);
	zwlr_virtual_pointer_v1_button(bench.pointer, 3, 0x111, 0);
	for (uint32_t button = 0; button < 1000; button++)
		zwlr_virtual_pointer_v1_button(bench.pointer, 3, button, 1);
	client_expect_alive(bench.client);
	assert_int_equal(bench.heard.held, HELD_KEYS_MAX);
	bench_destroy(&bench); /* releases what is held */
}

static void test_axes_are_told_with_their_frame(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	zwlr_virtual_pointer_v1_axis_source(bench.pointer, WL_POINTER_AXIS_SOURCE_WHEEL);
	zwlr_virtual_pointer_v1_axis_discrete(
		bench.pointer, 1, WL_POINTER_AXIS_HORIZONTAL_SCROLL, wl_fixed_from_int(15), -2);
	client_expect_alive(bench.client);
	assert_int_equal(bench.heard.axes, 0);
	zwlr_virtual_pointer_v1_frame(bench.pointer);
	client_expect_alive(bench.client);
	assert_true(bench.heard.axes == 1 && bench.heard.frames == 1);
	assert_true(bench.heard.axis.axis == WL_POINTER_AXIS_HORIZONTAL_SCROLL);
	assert_true(bench.heard.axis.v120 == -240 && bench.heard.axis.value == 15);
	zwlr_virtual_pointer_v1_axis_discrete(bench.pointer, 1, 0, 100, INT32_MIN);
	zwlr_virtual_pointer_v1_axis_stop(bench.pointer, 1, 1);
	zwlr_virtual_pointer_v1_frame(bench.pointer);
	client_expect_alive(bench.client);
	assert_true(bench.heard.axes == 3 && bench.heard.axis.value == 0);
	bench_destroy(&bench);
}

static void test_hostile_axes(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	zwlr_virtual_pointer_v1_axis(bench.pointer, 1, 2, 100);
	client_expect_error(bench.client, &zwlr_virtual_pointer_v1_interface,
		ZWLR_VIRTUAL_POINTER_V1_ERROR_INVALID_AXIS);
	bench_disconnect(&bench);
	bench_connect(&bench, state);
	zwlr_virtual_pointer_v1_axis_source(bench.pointer, 4);
	client_expect_error(bench.client, &zwlr_virtual_pointer_v1_interface,
		ZWLR_VIRTUAL_POINTER_V1_ERROR_INVALID_AXIS_SOURCE);
	bench_destroy(&bench);
}

static void bench_send_keymap(struct bench *bench, int fd, uint32_t format, uint32_t size)
{
	zwp_virtual_keyboard_v1_keymap(bench->keyboard, format, fd, size);
	close(fd);
}

static int keymap_fd(void)
{
	return fd_create_sealed("keymap", "a keymap", 8); /* without a NUL */
}

static void test_keyboard_types(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	bench_send_keymap(&bench, keymap_fd(), WL_KEYBOARD_KEYMAP_FORMAT_XKB_V1, 8);
	zwp_virtual_keyboard_v1_key(bench.keyboard, 1, 30, 1);
	zwp_virtual_keyboard_v1_key(bench.keyboard, 1, 30, 1);
	zwp_virtual_keyboard_v1_key(bench.keyboard, 1, 31, 0);
	zwp_virtual_keyboard_v1_modifiers(bench.keyboard, 1, 2, 3, 4);
	client_expect_alive(bench.client);
	assert_true(bench.heard.keys == 1 && bench.heard.keys_held == 1);
	assert_int_equal(bench.heard.modifiers, 1);
	for (uint32_t key = 0; key < 1000; key++)
		zwp_virtual_keyboard_v1_key(bench.keyboard, 1, key, 1);
	client_expect_alive(bench.client);
	assert_int_equal(bench.heard.keys_held, HELD_KEYS_MAX);
	bench_destroy(&bench); /* releases what is held */
}

static void bench_expect_no_keymap(struct bench *bench, void **state)
{
	client_expect_error(bench->client, &zwp_virtual_keyboard_v1_interface,
		ZWP_VIRTUAL_KEYBOARD_V1_ERROR_NO_KEYMAP);
	bench_disconnect(bench);
	bench_connect(bench, state);
}

static void test_hostile_keymaps(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	zwp_virtual_keyboard_v1_key(bench.keyboard, 1, 30, 1);
	bench_expect_no_keymap(&bench, state);
	zwp_virtual_keyboard_v1_modifiers(bench.keyboard, 1, 2, 3, 4);
	bench_expect_no_keymap(&bench, state);
	const uint32_t sizes[] = {0, 9, VIRTUAL_KEYBOARD_MAX_KEYMAP + 1, UINT32_MAX};
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		bench_send_keymap(&bench, keymap_fd(), WL_KEYBOARD_KEYMAP_FORMAT_XKB_V1, sizes[i]);
		bench_expect_no_keymap(&bench, state);
	}
	bench_send_keymap(&bench, fd_create_memory("keymap", VIRTUAL_KEYBOARD_MAX_KEYMAP + 1),
		WL_KEYBOARD_KEYMAP_FORMAT_XKB_V1, VIRTUAL_KEYBOARD_MAX_KEYMAP + 1);
	bench_expect_no_keymap(&bench, state);
	bench_send_keymap(&bench, keymap_fd(), WL_KEYBOARD_KEYMAP_FORMAT_NO_KEYMAP, 8);
	bench_expect_no_keymap(&bench, state);
	int pipes[2]; /* an fd of the wrong kind */
	assert_int_equal(pipe(pipes), 0);
	bench_send_keymap(&bench, pipes[0], WL_KEYBOARD_KEYMAP_FORMAT_XKB_V1, 8);
	close(pipes[1]);
	bench_expect_no_keymap(&bench, state);
	assert_int_equal(bench.heard.keymaps, 0);
	bench.heard.refuses = true;
	bench_send_keymap(&bench, keymap_fd(), WL_KEYBOARD_KEYMAP_FORMAT_XKB_V1, 8);
	bench_expect_no_keymap(&bench, state);
	assert_int_equal(bench.heard.keymaps, 1);
	bench_destroy(&bench);
}

/* Each may have a keymap, which takes time and memory. */
static void test_keyboards_have_a_limit(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	struct zwp_virtual_keyboard_manager_v1 *manager =
		client_bind(bench.client, &zwp_virtual_keyboard_manager_v1_interface);
	for (int i = 0; i < 3 * QUOTA_MAX_KEYBOARDS; i++)
		zwp_virtual_keyboard_v1_destroy(
			zwp_virtual_keyboard_manager_v1_create_virtual_keyboard(
				manager, bench.client->seat));
	for (int i = 1; i < QUOTA_MAX_KEYBOARDS; i++)
		zwp_virtual_keyboard_manager_v1_create_virtual_keyboard(
			manager, bench.client->seat);
	client_expect_alive(bench.client);
	assert_int_equal(bench.heard.keyboards, QUOTA_MAX_KEYBOARDS);
	zwp_virtual_keyboard_manager_v1_create_virtual_keyboard(manager, bench.client->seat);
	client_expect_error(bench.client, NULL, WL_DISPLAY_ERROR_NO_MEMORY);
	bench_destroy(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_pointer_moves_and_presses),
		harness_test(test_axes_are_told_with_their_frame),
		harness_test(test_hostile_axes),
		harness_test(test_keyboard_types),
		harness_test(test_hostile_keymaps),
		harness_test(test_keyboards_have_a_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
