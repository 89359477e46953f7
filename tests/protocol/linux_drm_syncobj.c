/* Explicit synchronisation with a device that the test plays; tests/vm has a real one. */
#include "protocol/linux_drm_syncobj.h"
#include "common/fd.h"
#include "protocol/surface_queue.h"
#include "tests/protocol/client.h"

#include "linux-drm-syncobj-v1-client.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define DEVICE_MAX 16

/* Timelines are numbered from 1; every fd is one but for those that device.refuse says. */
static struct device {
	struct linux_drm_syncobj syncobj;
	bool refuse, blind; /* blind: no point can be watched */
	int imported, forgotten;
	struct {
		uint32_t timeline;
		uint64_t point;
		int eventfd;
	} watches[DEVICE_MAX], signals[DEVICE_MAX];
	int watches_len, signals_len;
} device;

static uint32_t device_import(void *data, int fd)
{
	assert_true(fcntl(fd, F_GETFD) >= 0);
	return device.refuse ? 0 : (uint32_t)++device.imported;
}

static void device_forget(void *data, uint32_t timeline)
{
	device.forgotten++;
}

static bool device_watch(void *data, uint32_t timeline, uint64_t point, int eventfd)
{
	if (device.blind)
		return false;
	assert_true(device.watches_len < DEVICE_MAX);
	device.watches[device.watches_len].timeline = timeline;
	device.watches[device.watches_len].point = point;
	device.watches[device.watches_len++].eventfd = dup(eventfd);
	return true;
}

static void device_signal(void *data, uint32_t timeline, uint64_t point)
{
	assert_true(device.signals_len < DEVICE_MAX);
	device.signals[device.signals_len].timeline = timeline;
	device.signals[device.signals_len++].point = point;
}

static const struct linux_drm_syncobj_listener device_listener = {
	.import = device_import,
	.forget = device_forget,
	.watch = device_watch,
	.signal = device_signal,
};

/* As the GPU does when it has drawn. */
static void device_finish(int watch)
{
	assert_int_equal(eventfd_write(device.watches[watch].eventfd, 1), 0);
}

static int syncobj_setup(void **state)
{
	harness_setup(state);
	device = (struct device){.syncobj.listener = &device_listener};
	assert_non_null(
		linux_drm_syncobj_create(((struct harness *)*state)->display, &device.syncobj));
	return 0;
}

static int syncobj_teardown(void **state)
{
	int result = harness_teardown(state);
	assert_int_equal(device.forgotten, device.imported);
	for (int i = 0; i < device.watches_len; i++)
		close(device.watches[i].eventfd);
	return result;
}

/* A surface with explicit synchronisation, and two timelines. */
struct explicit
{
	struct client *client;
	struct wp_linux_drm_syncobj_manager_v1 *manager;
	struct wl_surface *wl;
	struct surface *server;
	struct wp_linux_drm_syncobj_surface_v1 *surface;
	struct wp_linux_drm_syncobj_timeline_v1 *acquire, *release; /* numbers 1 and 2 */
};

static struct wp_linux_drm_syncobj_timeline_v1 *explicit_import(struct explicit *explicit)
{
	int fd = eventfd(0, EFD_CLOEXEC);
	struct wp_linux_drm_syncobj_timeline_v1 *timeline =
		wp_linux_drm_syncobj_manager_v1_import_timeline(explicit->manager, fd);
	close(fd);
	return timeline;
}

static void explicit_create(struct explicit *explicit, void **state)
{
	struct client *client = explicit->client = client_create(*state, 0);
	explicit->manager = client_bind(client, &wp_linux_drm_syncobj_manager_v1_interface);
	explicit->wl = wl_compositor_create_surface(client->compositor);
	explicit->surface =
		wp_linux_drm_syncobj_manager_v1_get_surface(explicit->manager, explicit->wl);
	explicit->acquire = explicit_import(explicit);
	explicit->release = explicit_import(explicit);
	explicit->server = client_surface(client, explicit->wl);
	client_expect_alive(client);
}

static void explicit_set(struct explicit *explicit, uint64_t acquire, uint64_t release)
{
	wp_linux_drm_syncobj_surface_v1_set_acquire_point(
		explicit->surface, explicit->acquire, (uint32_t)(acquire >> 32), (uint32_t)acquire);
	wp_linux_drm_syncobj_surface_v1_set_release_point(
		explicit->surface, explicit->release, (uint32_t)(release >> 32), (uint32_t)release);
}

static void explicit_commit(struct explicit *explicit, int32_t width)
{
	struct wl_buffer *buffer = client_buffer(explicit->client, width, 1);
	wl_surface_attach(explicit->wl, buffer, 0, 0);
	wl_surface_commit(explicit->wl);
	wl_buffer_destroy(buffer);
	client_expect_alive(explicit->client);
}

static void test_acquire_and_release(void **state)
{
	struct explicit explicit;
	explicit_create(&explicit, state);
	explicit_set(&explicit, UINT64_C(5) << 32 | 6, 1);
	explicit_commit(&explicit, 1);
	assert_int_equal(explicit.server->width, 0);
	assert_int_equal(device.watches_len, 1);
	assert_int_equal(device.watches[0].timeline, 1);
	assert_true(device.watches[0].point == (UINT64_C(5) << 32 | 6));
	device_finish(0);
	client_expect_alive(explicit.client);
	assert_int_equal(explicit.server->width, 1);
	assert_int_equal(device.signals_len, 0);
	explicit_set(&explicit, 7, 2);
	explicit_commit(&explicit, 2);
	assert_int_equal(explicit.server->width, 1);
	device_finish(1);
	client_expect_alive(explicit.client);
	assert_int_equal(explicit.server->width, 2);
	assert_int_equal(device.signals_len, 1);
	assert_int_equal(device.signals[0].timeline, 2);
	assert_int_equal(device.signals[0].point, 1);
	/* Without a buffer: the picture goes, and its point is signalled. */
	wl_surface_attach(explicit.wl, NULL, 0, 0);
	wl_surface_commit(explicit.wl);
	client_expect_alive(explicit.client);
	assert_int_equal(device.signals_len, 2);
	client_destroy(explicit.client);
}

/* One buffer, committed again and again and never let go: each commit's point but the last one's
 * comes, and what is remembered of them does not grow. */
static void test_a_buffer_that_is_never_replaced(void **state)
{
	struct explicit explicit;
	explicit_create(&explicit, state);
	struct wl_buffer *buffer = client_buffer(explicit.client, 1, 1);
	for (uint64_t i = 1; i <= 5; i++) {
		explicit_set(&explicit, i, i);
		wl_surface_attach(explicit.wl, buffer, 0, 0);
		wl_surface_commit(explicit.wl);
		client_expect_alive(explicit.client);
		device_finish((int)i - 1);
		client_expect_alive(explicit.client);
		assert_int_equal(device.signals_len, i - 1);
	}
	assert_int_equal(device.signals[3].point, 4);
	client_destroy(explicit.client);
	assert_int_equal(device.signals_len, 5);
}

/* Finished in another order than committed. */
static void test_order_is_kept(void **state)
{
	struct explicit explicit;
	explicit_create(&explicit, state);
	for (int32_t i = 1; i <= 3; i++) {
		explicit_set(&explicit, (uint64_t)i, (uint64_t)i);
		explicit_commit(&explicit, i);
	}
	device_finish(2);
	device_finish(1);
	client_expect_alive(explicit.client);
	assert_int_equal(explicit.server->width, 0);
	device_finish(0);
	client_expect_alive(explicit.client);
	assert_int_equal(explicit.server->width, 3);
	assert_int_equal(device.signals_len, 2);
	client_destroy(explicit.client);
	assert_int_equal(device.signals_len, 3);
}

/* Timelines and the object may go; what was committed stands. */
static void test_objects_go(void **state)
{
	struct explicit explicit;
	explicit_create(&explicit, state);
	explicit_set(&explicit, 1, 1);
	wp_linux_drm_syncobj_timeline_v1_destroy(explicit.acquire);
	wp_linux_drm_syncobj_timeline_v1_destroy(explicit.release);
	explicit_commit(&explicit, 1);
	assert_int_equal(device.forgotten, 0);
	explicit.acquire = explicit_import(&explicit);
	wp_linux_drm_syncobj_surface_v1_set_acquire_point(explicit.surface, explicit.acquire, 0, 9);
	wp_linux_drm_syncobj_surface_v1_destroy(explicit.surface);
	wp_linux_drm_syncobj_manager_v1_destroy(explicit.manager);
	/* Discarded with the object; the surface needs no points any more. */
	explicit_commit(&explicit, 2);
	assert_int_equal(explicit.server->width, 0);
	device_finish(0);
	client_expect_alive(explicit.client);
	assert_int_equal(explicit.server->width, 2);
	assert_int_equal(device.signals_len, 1);
	assert_int_equal(device.forgotten, 2);
	client_destroy(explicit.client);
}

/* A point that never comes: the client ends, and all it held is let go. */
static void test_a_point_that_never_comes(void **state)
{
	struct explicit explicit;
	explicit_create(&explicit, state);
	for (uint64_t i = 1; i <= 5; i++) {
		explicit_set(&explicit, UINT64_MAX - i, i);
		explicit_commit(&explicit, (int32_t)i);
	}
	wl_surface_destroy(explicit.wl);
	client_expect_alive(explicit.client);
	assert_int_equal(device.signals_len, 5);
	/* Its waits are gone: this is heard by nobody. */
	device_finish(0);
	client_expect_alive(explicit.client);
	client_destroy(explicit.client);
}

/* No eventfd, or the device cannot: shown unsynchronised rather than never. */
static void test_points_that_cannot_be_watched(void **state)
{
	struct explicit explicit;
	device.blind = true;
	explicit_create(&explicit, state);
	explicit_set(&explicit, 1, 1);
	explicit_commit(&explicit, 1);
	assert_int_equal(explicit.server->width, 1);
	client_destroy(explicit.client);
}

static void explicit_expect(void **state, void (*fault)(struct explicit *),
	const struct wl_interface *interface, uint32_t error)
{
	struct explicit explicit;
	explicit_create(&explicit, state);
	fault(&explicit);
	client_expect_error(explicit.client, interface, error);
	client_destroy(explicit.client);
}

static void fault_second(struct explicit *explicit)
{
	wp_linux_drm_syncobj_manager_v1_get_surface(explicit->manager, explicit->wl);
}

static void fault_timeline(struct explicit *explicit)
{
	device.refuse = true;
	explicit_import(explicit);
	wl_display_flush(explicit->client->display);
}

static void fault_no_buffer(struct explicit *explicit)
{
	explicit_set(explicit, 1, 2);
	wl_surface_commit(explicit->wl);
}

static void fault_null_buffer(struct explicit *explicit)
{
	wl_surface_attach(explicit->wl, NULL, 0, 0);
	fault_no_buffer(explicit);
}

static void fault_no_acquire(struct explicit *explicit)
{
	wp_linux_drm_syncobj_surface_v1_set_release_point(
		explicit->surface, explicit->release, 0, 1);
	wl_surface_attach(explicit->wl, client_buffer(explicit->client, 1, 1), 0, 0);
	wl_surface_commit(explicit->wl);
}

static void fault_no_release(struct explicit *explicit)
{
	wp_linux_drm_syncobj_surface_v1_set_acquire_point(
		explicit->surface, explicit->acquire, 0, 1);
	wl_surface_attach(explicit->wl, client_buffer(explicit->client, 1, 1), 0, 0);
	wl_surface_commit(explicit->wl);
}

static void fault_conflict(struct explicit *explicit)
{
	explicit->release = explicit->acquire;
	explicit_set(explicit, 3, 3);
	wl_surface_attach(explicit->wl, client_buffer(explicit->client, 1, 1), 0, 0);
	wl_surface_commit(explicit->wl);
}

static void fault_without_a_surface(struct explicit *explicit)
{
	wl_surface_destroy(explicit->wl);
	explicit_set(explicit, 1, 2);
}

static void test_hostile_requests(void **state)
{
	const struct wl_interface *surface = &wp_linux_drm_syncobj_surface_v1_interface;
	explicit_expect(state, fault_second, &wp_linux_drm_syncobj_manager_v1_interface,
		WP_LINUX_DRM_SYNCOBJ_MANAGER_V1_ERROR_SURFACE_EXISTS);
	explicit_expect(
		state, fault_no_buffer, surface, WP_LINUX_DRM_SYNCOBJ_SURFACE_V1_ERROR_NO_BUFFER);
	explicit_expect(
		state, fault_null_buffer, surface, WP_LINUX_DRM_SYNCOBJ_SURFACE_V1_ERROR_NO_BUFFER);
	explicit_expect(state, fault_no_acquire, surface,
		WP_LINUX_DRM_SYNCOBJ_SURFACE_V1_ERROR_NO_ACQUIRE_POINT);
	explicit_expect(state, fault_no_release, surface,
		WP_LINUX_DRM_SYNCOBJ_SURFACE_V1_ERROR_NO_RELEASE_POINT);
	explicit_expect(state, fault_conflict, surface,
		WP_LINUX_DRM_SYNCOBJ_SURFACE_V1_ERROR_CONFLICTING_POINTS);
	explicit_expect(state, fault_without_a_surface, surface,
		WP_LINUX_DRM_SYNCOBJ_SURFACE_V1_ERROR_NO_SURFACE);
	explicit_expect(state, fault_timeline, &wp_linux_drm_syncobj_manager_v1_interface,
		WP_LINUX_DRM_SYNCOBJ_MANAGER_V1_ERROR_INVALID_TIMELINE);
}

/* So many commits that the client is ended with its buffer not locked yet. */
static void test_hostile_flood(void **state)
{
	struct explicit explicit;
	explicit_create(&explicit, state);
	struct surface_lock lock = {0};
	surface_queue_lock(explicit.server, &lock);
	for (int i = 0; i < 3000; i++)
		wl_surface_commit(explicit.wl);
	device.blind = true;
	explicit_set(&explicit, 1, 1);
	wl_surface_attach(explicit.wl, client_buffer(explicit.client, 1, 1), 0, 0);
	wl_surface_commit(explicit.wl);
	client_sync(explicit.client);
	client_destroy(explicit.client);
	assert_int_equal(device.signals_len, 1);
}

#define syncobj_test(function) \
	cmocka_unit_test_setup_teardown(function, syncobj_setup, syncobj_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		syncobj_test(test_acquire_and_release),
		syncobj_test(test_a_buffer_that_is_never_replaced),
		syncobj_test(test_order_is_kept),
		syncobj_test(test_objects_go),
		syncobj_test(test_a_point_that_never_comes),
		syncobj_test(test_points_that_cannot_be_watched),
		syncobj_test(test_hostile_requests),
		syncobj_test(test_hostile_flood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
