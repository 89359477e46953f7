/* Windows as docks and tools see them: wlr-foreign-toplevel-management and
 * ext-foreign-toplevel-list. */
#include "protocol/foreign_toplevel.h"

#include "protocol/toplevel_list.h"
#include "tests/protocol/client.h"

#include "ext-foreign-toplevel-list-v1-client.h"
#include "wlr-foreign-toplevel-management-unstable-v1-client.h"

#include <stdio.h>
#include <string.h>

/* A window and a dialog of it, a dock that sees them, and what it was told of the first. */
struct dock {
	struct foreign_toplevel_manager manager;
	struct toplevel_list list;
	struct foreign_toplevel window, dialog;
	struct listed_toplevel listed;
	struct client *client;
	struct zwlr_foreign_toplevel_manager_v1 *proxy;
	struct zwlr_foreign_toplevel_handle_v1 *handles[8], *parent;
	struct ext_foreign_toplevel_list_v1 *list_proxy;
	struct ext_foreign_toplevel_handle_v1 *named;
	int handles_len, dones, closed, finished, outputs, list_dones, list_closed;
	char title[32], app_id[32], identifier[40];
	uint32_t states; /* bits by enum state */
	int activated, close_wishes, state_wishes;
};

static void dock_handle_activate(void *data)
{
	((struct dock *)data)->activated++;
}

static void dock_handle_close(void *data)
{
	((struct dock *)data)->close_wishes++;
}

static void dock_handle_state(void *data, enum foreign_toplevel_flag flag, bool on)
{
	((struct dock *)data)->state_wishes++;
}

static const struct foreign_toplevel_listener dock_listener = {
	.request_activate = dock_handle_activate,
	.request_close = dock_handle_close,
	.request_state = dock_handle_state,
};

static void told_title(
	void *data, struct zwlr_foreign_toplevel_handle_v1 *handle, const char *title)
{
	struct dock *dock = data;
	snprintf(dock->title, sizeof dock->title, "%s", title);
}

static void told_app_id(void *data, struct zwlr_foreign_toplevel_handle_v1 *handle, const char *id)
{
	struct dock *dock = data;
	snprintf(dock->app_id, sizeof dock->app_id, "%s", id);
}

static void told_output(
	void *data, struct zwlr_foreign_toplevel_handle_v1 *handle, struct wl_output *output)
{
	((struct dock *)data)->outputs++;
}

static void told_states(
	void *data, struct zwlr_foreign_toplevel_handle_v1 *handle, struct wl_array *states)
{
	struct dock *dock = data;
	uint32_t *state;
	dock->states = 0;
	wl_array_for_each (state, states)
		dock->states |= 1u << *state;
}

static void told_done(void *data, struct zwlr_foreign_toplevel_handle_v1 *handle)
{
	((struct dock *)data)->dones++;
}

static void told_closed(void *data, struct zwlr_foreign_toplevel_handle_v1 *handle)
{
	((struct dock *)data)->closed++;
}

static void told_parent(void *data, struct zwlr_foreign_toplevel_handle_v1 *handle,
	struct zwlr_foreign_toplevel_handle_v1 *parent)
{
	((struct dock *)data)->parent = parent;
}

static const struct zwlr_foreign_toplevel_handle_v1_listener told_listener = {
	.title = told_title,
	.app_id = told_app_id,
	.output_enter = told_output,
	.output_leave = told_output,
	.state = told_states,
	.done = told_done,
	.closed = told_closed,
	.parent = told_parent,
};

static void told_toplevel(void *data, struct zwlr_foreign_toplevel_manager_v1 *manager,
	struct zwlr_foreign_toplevel_handle_v1 *handle)
{
	struct dock *dock = data;
	dock->handles[dock->handles_len++] = handle;
	zwlr_foreign_toplevel_handle_v1_add_listener(handle, &told_listener, dock);
}

static void told_finished(void *data, struct zwlr_foreign_toplevel_manager_v1 *manager)
{
	((struct dock *)data)->finished++;
}

static const struct zwlr_foreign_toplevel_manager_v1_listener told_manager_listener = {
	.toplevel = told_toplevel,
	.finished = told_finished,
};

static void named_closed(void *data, struct ext_foreign_toplevel_handle_v1 *handle)
{
	((struct dock *)data)->list_closed++;
}

static void named_done(void *data, struct ext_foreign_toplevel_handle_v1 *handle)
{
	((struct dock *)data)->list_dones++;
}

static void named_text(void *data, struct ext_foreign_toplevel_handle_v1 *handle, const char *text)
{
}

static void named_identifier(
	void *data, struct ext_foreign_toplevel_handle_v1 *handle, const char *identifier)
{
	struct dock *dock = data;
	assert_in_range(strlen(identifier), 1, 32);
	snprintf(dock->identifier, sizeof dock->identifier, "%s", identifier);
}

static const struct ext_foreign_toplevel_handle_v1_listener named_listener = {
	.closed = named_closed,
	.done = named_done,
	.title = named_text,
	.app_id = named_text,
	.identifier = named_identifier,
};

static void list_toplevel(void *data, struct ext_foreign_toplevel_list_v1 *list,
	struct ext_foreign_toplevel_handle_v1 *handle)
{
	struct dock *dock = data;
	dock->named = handle;
	ext_foreign_toplevel_handle_v1_add_listener(handle, &named_listener, dock);
}

static void list_finished(void *data, struct ext_foreign_toplevel_list_v1 *list)
{
	((struct dock *)data)->finished++;
}

static const struct ext_foreign_toplevel_list_v1_listener list_listener = {
	.toplevel = list_toplevel,
	.finished = list_finished,
};

static const struct foreign_toplevel_state first = {
	.title = "one", .app_id = "app", .flags = FOREIGN_TOPLEVEL_FULLSCREEN};

static void dock_setup(struct dock *dock, void **state)
{
	struct harness *harness = *state;
	*dock = (struct dock){.manager.listener = &dock_listener, .window.data = dock};
	assert_true(foreign_toplevel_create_manager(&dock->manager, harness->display));
	assert_true(toplevel_list_create(&dock->list, harness->display));
	foreign_toplevel_init(&dock->window, &dock->manager, &first, &harness->output);
	listed_toplevel_init(&dock->listed, &dock->list, "one", NULL);
	dock->client = client_create(harness, 0);
	dock->proxy = client_bind(dock->client, &zwlr_foreign_toplevel_manager_v1_interface);
	zwlr_foreign_toplevel_manager_v1_add_listener(dock->proxy, &told_manager_listener, dock);
	dock->list_proxy = client_bind(dock->client, &ext_foreign_toplevel_list_v1_interface);
	ext_foreign_toplevel_list_v1_add_listener(dock->list_proxy, &list_listener, dock);
	client_expect_alive(dock->client);
}

static void dock_teardown(struct dock *dock)
{
	client_destroy(dock->client);
	foreign_toplevel_finish(&dock->dialog);
	foreign_toplevel_finish(&dock->window);
	listed_toplevel_finish(&dock->listed);
}

static void test_windows_are_told(void **state)
{
	struct harness *harness = *state;
	struct dock dock;
	/* Bound before the listener is there, the events wait in the client. */
	dock_setup(&dock, state);
	struct zwlr_foreign_toplevel_manager_v1 *late =
		client_bind(dock.client, &zwlr_foreign_toplevel_manager_v1_interface);
	assert_non_null(late);
	struct foreign_toplevel_state second = {.title = "two", .parent = &dock.window};
	foreign_toplevel_init(&dock.dialog, &dock.manager, &second, &harness->output);
	client_expect_alive(dock.client);
	assert_int_equal(dock.handles_len, 1);
	assert_string_equal(dock.title, "two");
	assert_int_equal(dock.states, 0);
	assert_int_equal(dock.outputs, 1);
	second.flags = FOREIGN_TOPLEVEL_ACTIVATED | FOREIGN_TOPLEVEL_MAXIMIZED;
	int dones = dock.dones;
	foreign_toplevel_update(&dock.dialog, &second);
	foreign_toplevel_update(&dock.dialog, &second);
	client_expect_alive(dock.client);
	assert_int_equal(dock.dones, dones + 1);
	assert_int_equal(
		dock.states, 1u << ZWLR_FOREIGN_TOPLEVEL_HANDLE_V1_STATE_ACTIVATED |
				     1u << ZWLR_FOREIGN_TOPLEVEL_HANDLE_V1_STATE_MAXIMIZED);
	/* The parent goes first. */
	foreign_toplevel_finish(&dock.window);
	client_expect_alive(dock.client);
	assert_null(dock.dialog.parent);
	assert_null(dock.parent);
	foreign_toplevel_finish(&dock.dialog);
	client_expect_alive(dock.client);
	assert_int_equal(dock.closed, 1);
	dock_teardown(&dock);
}

/* As when an output comes: the window is there before any client can know of it. */
static void test_output_bound_later(void **state)
{
	struct harness *harness = *state;
	struct dock dock;
	dock_setup(&dock, state);
	struct foreign_toplevel_state second = {.title = "two"};
	foreign_toplevel_init(&dock.dialog, &dock.manager, &second, NULL);
	client_expect_alive(dock.client);
	foreign_toplevel_move(&dock.dialog, &harness->output);
	client_expect_alive(dock.client);
	int outputs = dock.outputs, dones = dock.dones;
	struct wl_output *late = client_bind(dock.client, &wl_output_interface);
	assert_non_null(late);
	client_expect_alive(dock.client);
	assert_int_equal(dock.outputs, outputs + 1);
	assert_int_equal(dock.dones, dones + 1);
	/* What another client binds is nothing to this one. */
	struct client *other = client_create(harness, 0);
	client_expect_alive(other);
	client_expect_alive(dock.client);
	assert_int_equal(dock.outputs, outputs + 1);
	foreign_toplevel_move(&dock.dialog, NULL);
	client_bind(dock.client, &wl_output_interface);
	client_expect_alive(dock.client);
	assert_int_equal(dock.outputs, outputs + 3); /* both of its outputs are left */
	client_destroy(other);
	dock_teardown(&dock);
}

static void test_wishes(void **state)
{
	struct harness *harness = *state;
	struct dock dock;
	dock_setup(&dock, state);
	struct foreign_toplevel_state second = {.title = "two"};
	dock.dialog.data = &dock;
	foreign_toplevel_init(&dock.dialog, &dock.manager, &second, &harness->output);
	client_expect_alive(dock.client);
	struct zwlr_foreign_toplevel_handle_v1 *handle = dock.handles[0];
	for (int i = 0; i < 2; i++) {
		zwlr_foreign_toplevel_handle_v1_activate(handle, dock.client->seat);
		zwlr_foreign_toplevel_handle_v1_close(handle);
		zwlr_foreign_toplevel_handle_v1_set_maximized(handle);
		zwlr_foreign_toplevel_handle_v1_unset_minimized(handle);
		zwlr_foreign_toplevel_handle_v1_set_fullscreen(handle, NULL);
		zwlr_foreign_toplevel_handle_v1_unset_fullscreen(handle);
		client_expect_alive(dock.client);
		assert_int_equal(dock.activated, 1);
		assert_int_equal(dock.close_wishes, 1);
		assert_int_equal(dock.state_wishes, 4);
		foreign_toplevel_finish(&dock.dialog); /* the second time nobody is there */
	}
	zwlr_foreign_toplevel_handle_v1_destroy(handle);
	zwlr_foreign_toplevel_manager_v1_stop(dock.proxy);
	client_expect_alive(dock.client);
	assert_int_equal(dock.finished, 1);
	dock_teardown(&dock);
}

static void test_rectangle_that_is_nonsense(void **state)
{
	struct harness *harness = *state;
	struct dock dock;
	dock_setup(&dock, state);
	struct foreign_toplevel_state second = {0};
	foreign_toplevel_init(&dock.dialog, &dock.manager, &second, &harness->output);
	client_expect_alive(dock.client);
	zwlr_foreign_toplevel_handle_v1_set_rectangle(dock.handles[0],
		wl_compositor_create_surface(dock.client->compositor), 0, 0, -1, INT32_MAX);
	client_expect_error(dock.client, &zwlr_foreign_toplevel_handle_v1_interface,
		ZWLR_FOREIGN_TOPLEVEL_HANDLE_V1_ERROR_INVALID_RECTANGLE);
	dock_teardown(&dock);
}

static void test_identifiers_are_never_used_again(void **state)
{
	struct dock dock;
	char before[40] = "";
	dock_setup(&dock, state);
	for (int i = 0; i < 3; i++) {
		listed_toplevel_finish(&dock.listed);
		listed_toplevel_init(&dock.listed, &dock.list, "again", "app");
		client_expect_alive(dock.client);
		assert_non_null(dock.named);
		assert_string_not_equal(dock.identifier, before);
		memcpy(before, dock.identifier, sizeof before);
	}
	int dones = dock.list_dones;
	listed_toplevel_update(&dock.listed, "other", NULL);
	ext_foreign_toplevel_list_v1_stop(dock.list_proxy);
	client_expect_alive(dock.client);
	assert_int_equal(dock.list_dones, dones + 1);
	assert_int_equal(dock.finished, 1);
	listed_toplevel_finish(&dock.listed);
	listed_toplevel_init(&dock.listed, &dock.list, "unheard", NULL);
	client_expect_alive(dock.client);
	assert_string_equal(dock.identifier, before);
	ext_foreign_toplevel_handle_v1_destroy(dock.named);
	ext_foreign_toplevel_list_v1_destroy(dock.list_proxy);
	client_expect_alive(dock.client);
	dock_teardown(&dock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_windows_are_told),
		harness_test(test_output_bound_later),
		harness_test(test_wishes),
		harness_test(test_rectangle_that_is_nonsense),
		harness_test(test_identifiers_are_never_used_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
