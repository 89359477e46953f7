/* text-input and input-method, each by itself: the compositor is what stands between. */
#include "protocol/text_input.h"
#include "protocol/input_method.h"
#include "tests/protocol/exchange.h"

#include "input-method-unstable-v2-client.h"
#include "text-input-unstable-v3-client.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct field {
	struct zwp_text_input_v3 *wl;
	struct wl_keyboard *keyboard;
	int keyboard_enters, early; /* early: entered before the keyboard had */
	int enters, leaves, dones;
	uint32_t serial, before;
	char text[64], preedit[64];
};

static void field_handle_enter(void *data, struct zwp_text_input_v3 *wl, struct wl_surface *surface)
{
	struct field *field = data;
	field->enters++;
	if (field->enters > field->keyboard_enters)
		field->early++;
}

/* The client's own keyboard. */
static int field_handle_keyboard(const void *data, void *keyboard, uint32_t opcode,
	const struct wl_message *message, union wl_argument *arguments)
{
	struct field *field = wl_proxy_get_user_data(keyboard);
	if (strcmp(message->name, "enter") == 0)
		field->keyboard_enters++;
	if (strcmp(message->name, "keymap") == 0)
		close(arguments[1].h);
	return 0;
}

static void field_handle_leave(void *data, struct zwp_text_input_v3 *wl, struct wl_surface *surface)
{
	((struct field *)data)->leaves++;
}

static void field_handle_preedit(void *data, struct zwp_text_input_v3 *wl, const char *text,
	int32_t cursor_begin, int32_t cursor_end)
{
	strncpy(((struct field *)data)->preedit, text ? text : "", 63);
}

static void field_handle_commit(void *data, struct zwp_text_input_v3 *wl, const char *text)
{
	strncpy(((struct field *)data)->text, text ? text : "", 63);
}

static void field_handle_delete(
	void *data, struct zwp_text_input_v3 *wl, uint32_t before, uint32_t after)
{
	((struct field *)data)->before = before;
}

static void field_handle_done(void *data, struct zwp_text_input_v3 *wl, uint32_t serial)
{
	struct field *field = data;
	field->dones++;
	field->serial = serial;
}

static const struct zwp_text_input_v3_listener field_listener = {
	.enter = field_handle_enter,
	.leave = field_handle_leave,
	.preedit_string = field_handle_preedit,
	.commit_string = field_handle_commit,
	.delete_surrounding_text = field_handle_delete,
	.done = field_handle_done,
};

struct method {
	struct client *client;
	struct zwp_input_method_v2 *wl;
	struct zwp_input_method_keyboard_grab_v2 *grab;
	int activates, deactivates, dones, unavailable, keys, modifiers, keymaps;
	uint32_t cursor, purpose;
	char surrounding[64];
	int32_t popup_y;
};

static void method_handle_activate(void *data, struct zwp_input_method_v2 *wl)
{
	((struct method *)data)->activates++;
}

static void method_handle_deactivate(void *data, struct zwp_input_method_v2 *wl)
{
	((struct method *)data)->deactivates++;
}

static void method_handle_surrounding(void *data, struct zwp_input_method_v2 *wl, const char *text,
	uint32_t cursor, uint32_t anchor)
{
	struct method *method = data;
	method->cursor = cursor;
	strncpy(method->surrounding, text, 63);
}

static void method_handle_cause(void *data, struct zwp_input_method_v2 *wl, uint32_t cause)
{
}

static void method_handle_content(
	void *data, struct zwp_input_method_v2 *wl, uint32_t hint, uint32_t purpose)
{
	((struct method *)data)->purpose = purpose;
}

static void method_handle_done(void *data, struct zwp_input_method_v2 *wl)
{
	((struct method *)data)->dones++;
}

static void method_handle_unavailable(void *data, struct zwp_input_method_v2 *wl)
{
	((struct method *)data)->unavailable++;
}

static const struct zwp_input_method_v2_listener method_listener = {
	.activate = method_handle_activate,
	.deactivate = method_handle_deactivate,
	.surrounding_text = method_handle_surrounding,
	.text_change_cause = method_handle_cause,
	.content_type = method_handle_content,
	.done = method_handle_done,
	.unavailable = method_handle_unavailable,
};

static void method_handle_keymap(void *data, struct zwp_input_method_keyboard_grab_v2 *grab,
	uint32_t format, int32_t fd, uint32_t size)
{
	((struct method *)data)->keymaps++;
	close(fd);
}

static void method_handle_key(void *data, struct zwp_input_method_keyboard_grab_v2 *grab,
	uint32_t serial, uint32_t time, uint32_t key, uint32_t state)
{
	((struct method *)data)->keys++;
}

static void method_handle_modifiers(void *data, struct zwp_input_method_keyboard_grab_v2 *grab,
	uint32_t serial, uint32_t depressed, uint32_t latched, uint32_t locked, uint32_t group)
{
	((struct method *)data)->modifiers++;
}

static void method_handle_repeat(
	void *data, struct zwp_input_method_keyboard_grab_v2 *grab, int32_t rate, int32_t delay)
{
}

static const struct zwp_input_method_keyboard_grab_v2_listener method_grab_listener = {
	.keymap = method_handle_keymap,
	.key = method_handle_key,
	.modifiers = method_handle_modifiers,
	.repeat_info = method_handle_repeat,
};

struct bench {
	struct harness *harness;
	struct text_input_manager fields;
	struct input_method_manager methods;
	struct party a;
	struct field field;
	struct method method;
	/* as last heard */
	int enabled, again, disabled, changed, committed, appeared, vanished, popups;
	struct text_input *input;
	char *text;
};

static void bench_handle_enabled(void *data, struct text_input *input)
{
	struct bench *bench = data;
	if (bench->input == input)
		bench->again++;
	else
		bench->enabled++;
	bench->input = input;
}

static void bench_handle_disabled(void *data, struct text_input *input)
{
	struct bench *bench = data;
	bench->disabled++;
	bench->input = NULL;
}

static void bench_handle_changed(void *data, struct text_input *input)
{
	((struct bench *)data)->changed++;
}

static const struct text_input_listener bench_field_listener = {
	.enabled = bench_handle_enabled,
	.disabled = bench_handle_disabled,
	.changed = bench_handle_changed,
};

static void bench_handle_appeared(void *data, struct input_method *method)
{
	((struct bench *)data)->appeared++;
}

static void bench_handle_vanished(void *data, struct input_method *method)
{
	((struct bench *)data)->vanished++;
}

static void bench_handle_committed(void *data, const struct input_method_state *state)
{
	struct bench *bench = data;
	bench->committed++;
	free(bench->text);
	bench->text = state->text ? strdup(state->text) : NULL;
}

static void bench_handle_popups(void *data)
{
	((struct bench *)data)->popups++;
}

static const struct input_method_listener bench_method_listener = {
	.appeared = bench_handle_appeared,
	.vanished = bench_handle_vanished,
	.committed = bench_handle_committed,
	.popups_changed = bench_handle_popups,
};

static void bench_open_field(struct bench *bench)
{
	bench->field = (struct field){0};
	struct zwp_text_input_manager_v3 *global =
		client_bind(bench->a.client, &zwp_text_input_manager_v3_interface);
	bench->field.wl = zwp_text_input_manager_v3_get_text_input(global, bench->a.client->seat);
	zwp_text_input_v3_add_listener(bench->field.wl, &field_listener, &bench->field);
	bench->field.keyboard = wl_seat_get_keyboard(bench->a.client->seat);
	wl_proxy_add_dispatcher((struct wl_proxy *)bench->field.keyboard, field_handle_keyboard,
		NULL, &bench->field);
	client_expect_alive(bench->a.client);
}

static void bench_open_method(struct bench *bench, void **state)
{
	bench->method = (struct method){.client = client_create(*state, 0)};
	bench->method.wl = zwp_input_method_manager_v2_get_input_method(
		client_bind(bench->method.client, &zwp_input_method_manager_v2_interface),
		bench->method.client->seat);
	zwp_input_method_v2_add_listener(bench->method.wl, &method_listener, &bench->method);
	client_expect_alive(bench->method.client);
}

static void bench_create(struct bench *bench, void **state)
{
	struct harness *harness = *state;
	*bench = (struct bench){.harness = harness,
		.fields = {.listener = &bench_field_listener, .seat = &harness->seat},
		.methods = {.listener = &bench_method_listener, .seat = &harness->seat}};
	bench->fields.data = bench->methods.data = bench;
	assert_true(text_input_create(&bench->fields, harness->display));
	assert_true(input_method_create(&bench->methods, harness->display));
	party_create(&bench->a, state, 0);
	bench_open_field(bench);
	bench_open_method(bench, state);
}

static void bench_destroy(struct bench *bench)
{
	client_destroy(bench->a.client);
	client_destroy(bench->method.client);
	assert_int_equal(bench->appeared, bench->vanished);
	assert_int_equal(bench->enabled, bench->disabled);
	text_input_destroy(&bench->fields);
	input_method_destroy(&bench->methods);
	free(bench->text);
}

static void bench_enable(struct bench *bench)
{
	zwp_text_input_v3_enable(bench->field.wl);
	zwp_text_input_v3_commit(bench->field.wl);
	client_expect_alive(bench->a.client);
}

static void test_field_follows_the_keyboard(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	bench_enable(&bench); /* void: not entered */
	assert_int_equal(bench.enabled, 0);
	keyboard_set_focus(&bench.harness->seat, bench.a.server);
	client_expect_alive(bench.a.client);
	assert_int_equal(bench.field.enters, 1);
	assert_int_equal(bench.field.early, 0); /* foot leaves text input alone otherwise */
	bench_enable(&bench);
	assert_int_equal(bench.enabled, 1);
	zwp_text_input_v3_set_surrounding_text(bench.field.wl, "häuser", 3, 0);
	zwp_text_input_v3_set_cursor_rectangle(bench.field.wl, INT32_MIN, 2, INT32_MAX, 4);
	zwp_text_input_v3_commit(bench.field.wl);
	zwp_text_input_v3_set_surrounding_text(bench.field.wl, "out", 99, 0); /* void */
	zwp_text_input_v3_set_surrounding_text(bench.field.wl, "out", 0, -1);
	static char long_text[TEXT_INPUT_MAX_TEXT + 2];
	memset(long_text, 'x', TEXT_INPUT_MAX_TEXT + 1);
	zwp_text_input_v3_set_surrounding_text(bench.field.wl, long_text, 0, 0);
	zwp_text_input_v3_commit(bench.field.wl);
	client_expect_alive(bench.a.client);
	assert_int_equal(bench.changed, 2);
	assert_string_equal(bench.input->current.surrounding, "häuser");
	assert_true(bench.input->current.cursor == 3 && bench.input->current.y == 2);
	text_input_send_preedit(bench.input, "pre", 0, 3);
	text_input_send_commit(bench.input, "text");
	text_input_send_delete(bench.input, 2, 0);
	text_input_send_done(bench.input);
	client_expect_alive(bench.a.client);
	assert_string_equal(bench.field.preedit, "pre");
	assert_string_equal(bench.field.text, "text");
	assert_true(bench.field.before == 2 && bench.field.serial == 4);
	keyboard_set_focus(&bench.harness->seat, NULL);
	client_expect_alive(bench.a.client);
	assert_true(bench.field.leaves == 1 && bench.disabled == 1);
	/* What was set before does not come back. */
	keyboard_set_focus(&bench.harness->seat, bench.a.server);
	zwp_text_input_v3_commit(bench.field.wl);
	client_expect_alive(bench.a.client);
	assert_int_equal(bench.enabled, 1);
	bench_destroy(&bench);
}

/* "enable must be issued every time the active text input changes to a new one, including within
 * the current surface", and "resets all state". */
static void test_another_field_of_the_same_surface(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	keyboard_set_focus(&bench.harness->seat, bench.a.server);
	bench_enable(&bench);
	zwp_text_input_v3_set_surrounding_text(bench.field.wl, "first", 3, 0);
	zwp_text_input_v3_commit(bench.field.wl);
	client_expect_alive(bench.a.client);
	assert_true(bench.enabled == 1 && bench.again == 0 && bench.changed == 1);
	bench_enable(&bench);
	assert_true(bench.again == 1 && bench.changed == 1);
	assert_null(bench.input->current.surrounding);
	zwp_text_input_v3_commit(bench.field.wl);
	client_expect_alive(bench.a.client);
	assert_true(bench.again == 1 && bench.changed == 2);
	bench_destroy(&bench);
}

/* "After leave event, compositor must ignore requests [...] until next enter event." */
static void test_requests_without_a_surface_are_void(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	for (int i = 0; i < 2; i++) {
		bench_enable(&bench);
		zwp_text_input_v3_enable(bench.field.wl);
		client_expect_alive(bench.a.client);
		keyboard_set_focus(&bench.harness->seat, bench.a.server);
		zwp_text_input_v3_commit(bench.field.wl);
		client_expect_alive(bench.a.client);
		assert_int_equal(bench.enabled, i);
		bench_enable(&bench);
		assert_int_equal(bench.enabled, i + 1);
		keyboard_set_focus(&bench.harness->seat, NULL);
	}
	bench_destroy(&bench);
}

static void test_second_field_is_not_enabled(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	keyboard_set_focus(&bench.harness->seat, bench.a.server);
	bench_enable(&bench);
	const struct text_input *input = bench.input;
	struct zwp_text_input_v3 *first = bench.field.wl;
	bench_open_field(&bench);
	bench_enable(&bench);
	assert_true(bench.enabled == 1 && bench.again == 0 && bench.input == input);
	zwp_text_input_v3_disable(first);
	zwp_text_input_v3_commit(first);
	zwp_text_input_v3_commit(bench.field.wl); /* it has to ask again */
	client_expect_alive(bench.a.client);
	assert_true(bench.enabled == 1 && bench.disabled == 1 && bench.changed == 0);
	bench_enable(&bench);
	assert_true(bench.enabled == 2 && bench.input != input);
	bench_destroy(&bench);
}

static void test_method_composes(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	struct input_method *method = bench.methods.method;
	const struct text_input_state field = {.enabled = true,
		.surrounding = (char *)"abc",
		.cursor = 2,
		.has_content = true,
		.purpose = ZWP_TEXT_INPUT_V3_CONTENT_PURPOSE_PIN};
	assert_int_equal(bench.appeared, 1);
	input_method_activate(method, &field);
	client_expect_alive(bench.method.client);
	assert_true(bench.method.activates == 1 && bench.method.dones == 1);
	assert_true(bench.method.cursor == 2 &&
		    bench.method.purpose == ZWP_TEXT_INPUT_V3_CONTENT_PURPOSE_PIN);
	assert_string_equal(bench.method.surrounding, "abc");
	zwp_input_method_v2_commit_string(bench.method.wl, "first");
	zwp_input_method_v2_commit_string(bench.method.wl, "second");
	zwp_input_method_v2_commit(bench.method.wl, 1);
	client_expect_alive(bench.method.client);
	assert_string_equal(bench.text, "second");
	/* The field changes meanwhile: what was typed is not lost. */
	input_method_update(method, &field);
	zwp_input_method_v2_commit_string(bench.method.wl, "third");
	zwp_input_method_v2_commit(bench.method.wl, 1);
	client_expect_alive(bench.method.client);
	assert_string_equal(bench.text, "third");
	input_method_deactivate(method);
	input_method_activate(method, &field);
	/* A commit that answers another field, or none, does nothing and leaves nothing. */
	zwp_input_method_v2_commit_string(bench.method.wl, "late");
	zwp_input_method_v2_commit(bench.method.wl, 3);
	zwp_input_method_v2_commit(bench.method.wl, 4);
	client_expect_alive(bench.method.client);
	assert_int_equal(bench.committed, 3);
	assert_null(bench.text);
	input_method_deactivate(method);
	input_method_deactivate(method);
	zwp_input_method_v2_commit(bench.method.wl, 5);
	client_expect_alive(bench.method.client);
	assert_true(bench.method.deactivates == 2 && bench.committed == 3);
	bench_destroy(&bench);
}

static void test_second_method_is_turned_away(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	struct method first = bench.method;
	zwp_input_method_v2_set_user_data(first.wl, &first);
	bench_open_method(&bench, state);
	assert_int_equal(bench.method.unavailable, 1);
	/* All it does is void. */
	zwp_input_method_v2_commit_string(bench.method.wl, "nothing");
	zwp_input_method_v2_commit(bench.method.wl, 0);
	zwp_input_method_v2_grab_keyboard(bench.method.wl);
	zwp_input_method_v2_get_input_popup_surface(
		bench.method.wl, wl_compositor_create_surface(bench.method.client->compositor));
	client_expect_alive(bench.method.client);
	assert_true(bench.committed == 0 && bench.popups == 0);
	assert_false(input_method_has_grab(&bench.methods));
	client_destroy(first.client);
	assert_int_equal(bench.vanished, 1);
	assert_null(bench.methods.method);
	bench_destroy(&bench);
}

static void test_grab_of_the_keyboard(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	const struct keyboard_modifiers shift = {.depressed = 1};
	bench.method.grab = zwp_input_method_v2_grab_keyboard(bench.method.wl);
	zwp_input_method_keyboard_grab_v2_add_listener(
		bench.method.grab, &method_grab_listener, &bench.method);
	zwp_input_method_v2_grab_keyboard(bench.method.wl); /* a second one: inert */
	client_expect_alive(bench.method.client);
	assert_true(input_method_has_grab(&bench.methods));
	assert_true(bench.method.keymaps == 1 && bench.method.modifiers == 1);
	input_method_grab_key(&bench.methods, 1, 30, true);
	assert_true(input_method_grab_holds(&bench.methods, 30));
	assert_false(input_method_grab_holds(&bench.methods, 31));
	input_method_grab_modifiers(&bench.methods, &shift);
	input_method_grab_keymap(&bench.methods);
	client_expect_alive(bench.method.client);
	assert_int_equal(bench.method.keys, 1);
	/* It drops its modifiers with the keymap. */
	assert_true(bench.method.keymaps == 2 && bench.method.modifiers == 3);
	zwp_input_method_keyboard_grab_v2_release(bench.method.grab);
	client_expect_alive(bench.method.client);
	assert_false(input_method_has_grab(&bench.methods));
	input_method_grab_keymap(&bench.methods);
	/* The method goes before its grab. */
	zwp_input_method_v2_grab_keyboard(bench.method.wl);
	zwp_input_method_v2_destroy(bench.method.wl);
	client_expect_alive(bench.method.client);
	assert_false(input_method_has_grab(&bench.methods));
	bench_destroy(&bench);
}

static void method_handle_rectangle(void *data, struct zwp_input_popup_surface_v2 *popup, int32_t x,
	int32_t y, int32_t width, int32_t height)
{
	((struct method *)data)->popup_y = y;
}

static const struct zwp_input_popup_surface_v2_listener method_popup_listener = {
	.text_input_rectangle = method_handle_rectangle,
};

static void test_popups(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	struct client *client = bench.method.client;
	struct wl_surface *surface = wl_compositor_create_surface(client->compositor);
	struct zwp_input_popup_surface_v2 *popup =
		zwp_input_method_v2_get_input_popup_surface(bench.method.wl, surface);
	zwp_input_popup_surface_v2_add_listener(popup, &method_popup_listener, &bench.method);
	wl_surface_attach(surface, client_buffer(client, 4, 4), 0, 0);
	wl_surface_commit(surface);
	client_expect_alive(client);
	assert_int_equal(bench.popups, 1);
	struct input_popup *server =
		wl_container_of(bench.methods.method->popups.next, server, link);
	input_popup_send_rectangle(server, 1, -7, 3, 4);
	client_expect_alive(client);
	assert_int_equal(bench.method.popup_y, -7);
	/* The method goes first, then the surface, then the popup. */
	zwp_input_method_v2_destroy(bench.method.wl);
	wl_surface_commit(surface);
	zwp_input_popup_surface_v2_destroy(popup);
	wl_surface_destroy(surface);
	client_expect_alive(client);
	bench_destroy(&bench);
}

static void test_hostile_popups(void **state)
{
	struct bench bench;
	bench_create(&bench, state);
	struct client *client = bench.method.client;
	struct window *window = window_create(client);
	window_map(client, window);
	zwp_input_method_v2_get_input_popup_surface(bench.method.wl, window->surface);
	client_expect_error(client, &zwp_input_method_v2_interface, ZWP_INPUT_METHOD_V2_ERROR_ROLE);
	bench_destroy(&bench);

	bench_create(&bench, state);
	client = bench.method.client;
	struct wl_surface *surface = wl_compositor_create_surface(client->compositor);
	zwp_input_method_v2_get_input_popup_surface(bench.method.wl, surface);
	zwp_input_method_v2_get_input_popup_surface(bench.method.wl, surface);
	client_expect_error(client, &zwp_input_method_v2_interface, ZWP_INPUT_METHOD_V2_ERROR_ROLE);
	bench_destroy(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_field_follows_the_keyboard),
		harness_test(test_another_field_of_the_same_surface),
		harness_test(test_requests_without_a_surface_are_void),
		harness_test(test_second_field_is_not_enabled),
		harness_test(test_method_composes),
		harness_test(test_second_method_is_turned_away),
		harness_test(test_grab_of_the_keyboard),
		harness_test(test_popups),
		harness_test(test_hostile_popups),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
