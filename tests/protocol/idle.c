/* ext-idle-notify and idle-inhibit. Timeouts of no time at all: nothing here waits for a clock. */
#include "protocol/idle_inhibit.h"
#include "protocol/idle_notify.h"
#include "tests/protocol/exchange.h"

#include "ext-idle-notify-v1-client.h"
#include "idle-inhibit-unstable-v1-client.h"

struct watch {
	int idled, resumed;
};

static void watch_handle_idled(void *data, struct ext_idle_notification_v1 *notification)
{
	((struct watch *)data)->idled++;
}

static void watch_handle_resumed(void *data, struct ext_idle_notification_v1 *notification)
{
	((struct watch *)data)->resumed++;
}

static const struct ext_idle_notification_v1_listener watch_listener = {
	.idled = watch_handle_idled,
	.resumed = watch_handle_resumed,
};

/* Until the server has told of an idle user, however slow this machine is. */
static void watch_until_idled(struct client *client, const struct watch *watch, int count)
{
	while (watch->idled < count) {
		wl_event_loop_dispatch(client->harness->loop, 10);
		client_expect_alive(client);
	}
	assert_int_equal(watch->idled, count);
}

static void test_idle_and_back(void **state)
{
	struct harness *harness = *state;
	struct idle_notifier notifier = {0};
	struct watch now = {0}, never = {0};
	struct party a;
	assert_true(idle_notify_create(&notifier, harness->display));
	party_create(&a, state, 0);
	struct ext_idle_notifier_v1 *global =
		client_bind(a.client, &ext_idle_notifier_v1_interface);
	struct ext_idle_notification_v1 *notification =
		ext_idle_notifier_v1_get_idle_notification(global, 0, a.client->seat);
	ext_idle_notification_v1_add_listener(notification, &watch_listener, &now);
	ext_idle_notification_v1_add_listener(
		ext_idle_notifier_v1_get_idle_notification(global, UINT32_MAX, a.client->seat),
		&watch_listener, &never);
	watch_until_idled(a.client, &now, 1);
	idle_notify_activity(&notifier);
	client_expect_alive(a.client);
	assert_int_equal(now.resumed, 1);
	watch_until_idled(a.client, &now, 2);
	ext_idle_notification_v1_destroy(notification);
	idle_notify_activity(&notifier);
	client_expect_alive(a.client);
	assert_true(now.resumed == 1 && never.idled == 0 && never.resumed == 0);
	client_destroy(a.client);
	idle_notify_activity(&notifier);
	idle_notify_destroy(&notifier);
}

static void test_inhibited(void **state)
{
	struct harness *harness = *state;
	struct idle_notifier notifier = {0};
	struct watch any = {0}, input = {0};
	struct party a;
	assert_true(idle_notify_create(&notifier, harness->display));
	party_create(&a, state, 0);
	struct ext_idle_notifier_v1 *global =
		client_bind(a.client, &ext_idle_notifier_v1_interface);
	idle_notify_set_inhibited(&notifier, true);
	ext_idle_notification_v1_add_listener(
		ext_idle_notifier_v1_get_idle_notification(global, 0, a.client->seat),
		&watch_listener, &any);
	ext_idle_notification_v1_add_listener(
		ext_idle_notifier_v1_get_input_idle_notification(global, 0, a.client->seat),
		&watch_listener, &input);
	watch_until_idled(a.client, &input, 1);
	assert_int_equal(any.idled, 0);
	idle_notify_set_inhibited(&notifier, false);
	watch_until_idled(a.client, &any, 1);
	idle_notify_set_inhibited(&notifier, true);
	client_expect_alive(a.client);
	assert_true(any.resumed == 1 && input.resumed == 0);
	client_destroy(a.client);
	idle_notify_destroy(&notifier);
}

struct inhibitors {
	struct idle_inhibit_manager manager;
	int changed;
	bool hidden;
};

static void inhibitors_handle_changed(void *data)
{
	((struct inhibitors *)data)->changed++;
}

static bool inhibitors_handle_is_seen(void *data, struct surface *surface)
{
	return !((struct inhibitors *)data)->hidden;
}

static const struct idle_inhibit_listener inhibitors_listener = {
	.changed = inhibitors_handle_changed,
	.is_seen = inhibitors_handle_is_seen,
};

static void test_inhibitors_count_while_seen(void **state)
{
	struct harness *harness = *state;
	struct inhibitors inhibitors = {.manager.listener = &inhibitors_listener};
	struct party a;
	inhibitors.manager.data = &inhibitors;
	assert_true(idle_inhibit_create(&inhibitors.manager, harness->display));
	party_create(&a, state, 0);
	struct zwp_idle_inhibit_manager_v1 *global =
		client_bind(a.client, &zwp_idle_inhibit_manager_v1_interface);
	struct zwp_idle_inhibitor_v1 *first =
		zwp_idle_inhibit_manager_v1_create_inhibitor(global, a.surface);
	struct zwp_idle_inhibitor_v1 *second =
		zwp_idle_inhibit_manager_v1_create_inhibitor(global, a.surface);
	client_expect_alive(a.client);
	assert_int_equal(inhibitors.changed, 1);
	assert_true(idle_inhibit_is_active(&inhibitors.manager));
	inhibitors.hidden = true;
	assert_false(idle_inhibit_is_active(&inhibitors.manager));
	inhibitors.hidden = false;
	wl_surface_attach(a.surface, NULL, 0, 0);
	wl_surface_commit(a.surface);
	wl_surface_commit(a.surface);
	client_expect_alive(a.client);
	assert_int_equal(inhibitors.changed, 2); /* once, however many there are */
	assert_false(idle_inhibit_is_active(&inhibitors.manager));
	zwp_idle_inhibitor_v1_destroy(first);
	client_expect_alive(a.client);
	assert_int_equal(inhibitors.changed, 2);
	zwp_idle_inhibitor_v1_destroy(second);
	client_expect_alive(a.client);
	assert_int_equal(inhibitors.changed, 3);
	second = zwp_idle_inhibit_manager_v1_create_inhibitor(global, a.surface);
	client_expect_alive(a.client);
	assert_int_equal(inhibitors.changed, 4);
	wl_surface_destroy(a.surface);
	client_expect_alive(a.client);
	assert_int_equal(inhibitors.changed, 5);
	zwp_idle_inhibitor_v1_destroy(second);
	client_expect_alive(a.client);
	assert_int_equal(inhibitors.changed, 5);
	client_destroy(a.client);
	idle_inhibit_destroy(&inhibitors.manager);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_idle_and_back),
		harness_test(test_inhibited),
		harness_test(test_inhibitors_count_while_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
