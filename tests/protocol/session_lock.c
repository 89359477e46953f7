#include "protocol/session_lock.h"

#include "protocol/output.h"
#include "protocol/surface_queue.h"
#include "tests/protocol/client.h"

#include "ext-session-lock-v1-client.h"

/* A compositor that shows a locked frame at once, or not, and a client that locks. */
struct locker {
	struct session_lock_manager manager;
	struct client *client;
	struct ext_session_lock_manager_v1 *proxy;
	struct ext_session_lock_v1 *lock;
	struct wl_surface *surface;
	struct ext_session_lock_surface_v1 *lock_surface;
	int locks, unlocks;
	int locked, finished;           /* as the client was told */
	uint32_t serial, width, height; /* of the last configure */
	int configures;
};

static void locker_handle_locked(void *data)
{
	((struct locker *)data)->locks++;
}

static void locker_handle_unlocked(void *data)
{
	((struct locker *)data)->unlocks++;
}

static void locker_handle_changed(void *data)
{
	struct locker *locker = data;
	struct session_lock_surface *lock_surface;
	wl_list_for_each (lock_surface, &locker->manager.surfaces, link)
		session_lock_surface_configure(lock_surface, 64, 48);
}

static const struct session_lock_listener locker_listener = {
	.locked = locker_handle_locked,
	.unlocked = locker_handle_unlocked,
	.changed = locker_handle_changed,
};

static void told_locked(void *data, struct ext_session_lock_v1 *lock)
{
	((struct locker *)data)->locked++;
}

static void told_finished(void *data, struct ext_session_lock_v1 *lock)
{
	((struct locker *)data)->finished++;
}

static const struct ext_session_lock_v1_listener told_listener = {
	.locked = told_locked,
	.finished = told_finished,
};

static void told_configure(void *data, struct ext_session_lock_surface_v1 *lock_surface,
	uint32_t serial, uint32_t width, uint32_t height)
{
	struct locker *locker = data;
	locker->configures++;
	locker->serial = serial;
	locker->width = width;
	locker->height = height;
}

static const struct ext_session_lock_surface_v1_listener told_surface_listener = {
	.configure = told_configure,
};

static void locker_connect(struct locker *locker, struct harness *harness)
{
	locker->client = client_create(harness, 0);
	locker->proxy = client_bind(locker->client, &ext_session_lock_manager_v1_interface);
	locker->lock = ext_session_lock_manager_v1_lock(locker->proxy);
	ext_session_lock_v1_add_listener(locker->lock, &told_listener, locker);
}

static void locker_setup(struct locker *locker, void **state)
{
	struct harness *harness = *state;
	*locker = (struct locker){.manager.listener = &locker_listener, .manager.data = locker};
	assert_true(session_lock_create(&locker->manager, harness->display));
	locker_connect(locker, harness);
	client_expect_alive(locker->client);
	assert_true(locker->manager.locked);
}

static void locker_make_surface(struct locker *locker)
{
	locker->surface = wl_compositor_create_surface(locker->client->compositor);
	locker->lock_surface = ext_session_lock_v1_get_lock_surface(
		locker->lock, locker->surface, locker->client->output);
	ext_session_lock_surface_v1_add_listener(
		locker->lock_surface, &told_surface_listener, locker);
	client_expect_alive(locker->client);
}

static void locker_show(struct locker *locker, int32_t width, int32_t height)
{
	ext_session_lock_surface_v1_ack_configure(locker->lock_surface, locker->serial);
	wl_surface_attach(locker->surface, client_buffer(locker->client, width, height), 0, 0);
	wl_surface_commit(locker->surface);
}

static void test_lock_and_unlock(void **state)
{
	struct locker locker;
	locker_setup(&locker, state);
	assert_int_equal(locker.locks, 1);
	assert_int_equal(locker.locked, 0);
	locker_make_surface(&locker);
	assert_int_equal(locker.configures, 1);
	assert_int_equal(locker.width, 64);
	locker_show(&locker, 64, 48);
	client_expect_alive(locker.client);
	session_lock_confirm(&locker.manager);
	session_lock_confirm(&locker.manager);
	client_expect_alive(locker.client);
	assert_int_equal(locker.locked, 1);
	ext_session_lock_v1_unlock_and_destroy(locker.lock);
	client_expect_alive(locker.client);
	assert_int_equal(locker.unlocks, 1);
	assert_false(locker.manager.locked);
	assert_true(wl_list_empty(&locker.manager.surfaces));
	/* Its surfaces go after it. */
	ext_session_lock_surface_v1_destroy(locker.lock_surface);
	wl_surface_destroy(locker.surface);
	client_expect_alive(locker.client);
	client_destroy(locker.client);
}

/* Commits that wait are for the size that was acknowledged before them, whatever came later. */
static void test_resized_while_commits_wait(void **state)
{
	struct locker locker;
	struct surface_lock waits[2] = {0};
	locker_setup(&locker, state);
	locker_make_surface(&locker);
	struct surface *surface = client_surface(locker.client, locker.surface);
	surface_queue_lock(surface, &waits[0]);
	locker_show(&locker, 64, 48);
	wl_surface_commit(locker.surface); /* the buffer stays */
	client_expect_alive(locker.client);
	struct session_lock_surface *lock_surface;
	wl_list_for_each (lock_surface, &locker.manager.surfaces, link)
		session_lock_surface_configure(lock_surface, 128, 96);
	client_expect_alive(locker.client);
	surface_queue_lock(surface, &waits[1]);
	locker_show(&locker, 128, 96);
	client_expect_alive(locker.client);
	assert_int_equal(surface->width, 0);
	surface_queue_unlock(&waits[0]);
	client_expect_alive(locker.client);
	assert_int_equal(surface->width, 64);
	surface_queue_unlock(&waits[1]);
	client_expect_alive(locker.client);
	assert_int_equal(surface->width, 128);
	client_destroy(locker.client);
}

/* A client that was stopped while its output was resized acknowledges all that it finds. */
static void test_resized_while_it_does_not_answer(void **state)
{
	struct locker locker;
	uint32_t serials[201];
	locker_setup(&locker, state);
	locker_make_surface(&locker);
	serials[0] = locker.serial;
	struct session_lock_surface *lock_surface =
		wl_container_of(locker.manager.surfaces.next, lock_surface, link);
	for (int i = 0; i < 200; i++) {
		session_lock_surface_configure(lock_surface, 100 + i, 50);
		client_expect_alive(locker.client);
		serials[locker.configures - 1] = locker.serial;
	}
	int told = locker.configures;
	for (int i = 0; i < told; i++)
		ext_session_lock_surface_v1_ack_configure(locker.lock_surface, serials[i]);
	client_expect_alive(locker.client);
	assert_int_equal(locker.configures, told + 1);
	assert_int_equal(locker.width, 299);
	locker_show(&locker, 299, 50);
	client_expect_alive(locker.client);
	client_destroy(locker.client);
}

static void test_given_up_before_it_was_told(void **state)
{
	struct locker locker;
	locker_setup(&locker, state);
	locker_make_surface(&locker);
	ext_session_lock_v1_destroy(locker.lock);
	client_expect_alive(locker.client);
	assert_int_equal(locker.unlocks, 1);
	client_destroy(locker.client);
}

static void test_death_keeps_it_locked_until_another(void **state)
{
	struct locker locker;
	locker_setup(&locker, state);
	locker_make_surface(&locker);
	locker_show(&locker, 64, 48);
	client_expect_alive(locker.client);
	session_lock_confirm(&locker.manager);
	client_destroy(locker.client);
	assert_true(locker.manager.locked);
	assert_int_equal(locker.unlocks, 0);
	assert_true(wl_list_empty(&locker.manager.surfaces));
	session_lock_confirm(&locker.manager);
	locker.locked = 0;
	locker_connect(&locker, *state);
	client_expect_alive(locker.client);
	session_lock_confirm(&locker.manager);
	client_expect_alive(locker.client);
	assert_int_equal(locker.locked, 1);
	ext_session_lock_v1_unlock_and_destroy(locker.lock);
	client_expect_alive(locker.client);
	assert_false(locker.manager.locked);
	client_destroy(locker.client);
}

/* Who was never told of the lock has proved nothing. */
static void test_given_up_by_who_took_over(void **state)
{
	struct locker locker;
	locker_setup(&locker, state);
	session_lock_confirm(&locker.manager);
	client_destroy(locker.client);
	locker_connect(&locker, *state);
	locker_make_surface(&locker);
	ext_session_lock_v1_destroy(locker.lock);
	client_expect_alive(locker.client);
	assert_int_equal(locker.unlocks, 0);
	assert_true(locker.manager.locked);
	assert_true(wl_list_empty(&locker.manager.surfaces));
	client_destroy(locker.client);
	locker_connect(&locker, *state);
	client_expect_alive(locker.client);
	session_lock_confirm(&locker.manager);
	ext_session_lock_v1_unlock_and_destroy(locker.lock);
	client_expect_alive(locker.client);
	assert_int_equal(locker.unlocks, 1);
	assert_false(locker.manager.locked);
	client_destroy(locker.client);
}

static void test_second_lock_is_finished(void **state)
{
	struct locker locker, second = {0};
	locker_setup(&locker, state);
	session_lock_confirm(&locker.manager);
	locker_connect(&second, *state);
	client_expect_alive(second.client);
	assert_int_equal(second.finished, 1);
	assert_int_equal(locker.locks, 1);
	/* Its surface is answered and never shown; nor does its end unlock. */
	locker_make_surface(&second);
	assert_int_equal(second.configures, 1);
	assert_true(wl_list_empty(&locker.manager.surfaces));
	ext_session_lock_v1_destroy(second.lock);
	client_expect_alive(second.client);
	client_destroy(second.client);
	assert_true(locker.manager.locked);
	client_destroy(locker.client);
}

static void test_output_goes(void **state)
{
	struct harness *harness = *state;
	struct locker locker;
	locker_setup(&locker, state);
	locker_make_surface(&locker);
	output_destroy(&harness->output);
	locker_show(&locker, 64, 48);
	client_expect_alive(locker.client);
	client_destroy(locker.client);
}

static void locker_expect(void **state, void (*fault)(struct locker *),
	const struct wl_interface *interface, uint32_t code)
{
	struct locker locker;
	locker_setup(&locker, state);
	locker_make_surface(&locker);
	fault(&locker);
	client_expect_error(locker.client, interface, code);
	client_destroy(locker.client);
}

static void fault_destroy(struct locker *locker)
{
	session_lock_confirm(&locker->manager);
	ext_session_lock_v1_destroy(locker->lock);
}

static void fault_unlock(struct locker *locker)
{
	ext_session_lock_v1_unlock_and_destroy(locker->lock);
}

static void fault_duplicate(struct locker *locker)
{
	ext_session_lock_v1_get_lock_surface(locker->lock,
		wl_compositor_create_surface(locker->client->compositor), locker->client->output);
}

static void fault_role(struct locker *locker)
{
	struct window *window = window_create(locker->client);
	ext_session_lock_v1_get_lock_surface(locker->lock, window->surface, locker->client->output);
}

static void fault_has_buffer(struct locker *locker)
{
	struct wl_surface *surface = wl_compositor_create_surface(locker->client->compositor);
	wl_surface_attach(surface, client_buffer(locker->client, 64, 48), 0, 0);
	ext_session_lock_v1_get_lock_surface(locker->lock, surface, locker->client->output);
}

static void fault_commit_before_ack(struct locker *locker)
{
	wl_surface_commit(locker->surface);
}

static void fault_null_buffer(struct locker *locker)
{
	locker_show(locker, 64, 48);
	wl_surface_attach(locker->surface, NULL, 0, 0);
	wl_surface_commit(locker->surface);
}

static void fault_no_buffer(struct locker *locker)
{
	ext_session_lock_surface_v1_ack_configure(locker->lock_surface, locker->serial);
	wl_surface_commit(locker->surface);
}

static void fault_size(struct locker *locker)
{
	locker_show(locker, 64, 47);
}

static void fault_serial(struct locker *locker)
{
	ext_session_lock_surface_v1_ack_configure(locker->lock_surface, locker->serial);
	ext_session_lock_surface_v1_ack_configure(locker->lock_surface, locker->serial);
}

static void test_hostile(void **state)
{
	const struct wl_interface *lock = &ext_session_lock_v1_interface;
	const struct wl_interface *surface = &ext_session_lock_surface_v1_interface;
	locker_expect(state, fault_destroy, NULL, EXT_SESSION_LOCK_V1_ERROR_INVALID_DESTROY);
	locker_expect(state, fault_unlock, NULL, EXT_SESSION_LOCK_V1_ERROR_INVALID_UNLOCK);
	locker_expect(state, fault_duplicate, lock, EXT_SESSION_LOCK_V1_ERROR_DUPLICATE_OUTPUT);
	locker_expect(state, fault_has_buffer, lock, EXT_SESSION_LOCK_V1_ERROR_ALREADY_CONSTRUCTED);
	locker_expect(state, fault_commit_before_ack, surface,
		EXT_SESSION_LOCK_SURFACE_V1_ERROR_COMMIT_BEFORE_FIRST_ACK);
	locker_expect(
		state, fault_null_buffer, surface, EXT_SESSION_LOCK_SURFACE_V1_ERROR_NULL_BUFFER);
	locker_expect(
		state, fault_no_buffer, surface, EXT_SESSION_LOCK_SURFACE_V1_ERROR_NULL_BUFFER);
	locker_expect(
		state, fault_size, surface, EXT_SESSION_LOCK_SURFACE_V1_ERROR_DIMENSIONS_MISMATCH);
	locker_expect(
		state, fault_serial, surface, EXT_SESSION_LOCK_SURFACE_V1_ERROR_INVALID_SERIAL);
}

static void test_surface_with_another_role(void **state)
{
	struct locker locker;
	locker_setup(&locker, state);
	fault_role(&locker);
	client_expect_error(
		locker.client, &ext_session_lock_v1_interface, EXT_SESSION_LOCK_V1_ERROR_ROLE);
	client_destroy(locker.client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_lock_and_unlock),
		harness_test(test_resized_while_commits_wait),
		harness_test(test_resized_while_it_does_not_answer),
		harness_test(test_given_up_before_it_was_told),
		harness_test(test_death_keeps_it_locked_until_another),
		harness_test(test_given_up_by_who_took_over),
		harness_test(test_second_lock_is_finished),
		harness_test(test_output_goes),
		harness_test(test_hostile),
		harness_test(test_surface_with_another_role),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
