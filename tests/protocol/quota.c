/* What one client may have at a time, and that nothing of it stays counted when it has gone. */
#include "protocol/quota.h"
#include "common/fd.h"
#include "protocol/region.h"
#include "tests/protocol/exchange.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* So many requests, with their files, are read at once: the end of a client that has sent more than
 * was read is told by ECONNRESET only. */
#define AT_ONCE 16

/* Asks until the client is thrown out; how often. */
static int ask(struct client *client, void (*request)(struct client *client, int i), int most)
{
	int i = 0;
	while (i < most) {
		request(client, i++);
		if (i % AT_ONCE == 0 && !client_sync(client))
			break;
	}
	return i;
}

static int files_limit(void)
{
	struct rlimit limit;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	return limit.rlim_cur / 4 < QUOTA_MAX_FILES ? (int)(limit.rlim_cur / 4) : QUOTA_MAX_FILES;
}

static void ask_surface(struct client *client, int i)
{
	wl_compositor_create_surface(client->compositor);
}

static void ask_region(struct client *client, int i)
{
	wl_compositor_create_region(client->compositor);
}

static void ask_pool(struct client *client, int i)
{
	client_pool(client, fd_create_memory("test", 4096), 4096);
}

static void ask_plane(struct client *client, int i)
{
	int fd = fd_create_memory("test", 4096);
	struct zwp_linux_buffer_params_v1 *params =
		zwp_linux_dmabuf_v1_create_params(client->dmabuf);
	zwp_linux_buffer_params_v1_add(params, fd, 0, 0, 64, 0, 0);
	close(fd);
}

static struct wl_shm_pool *buffers_pool;

static void ask_buffer(struct client *client, int i)
{
	wl_shm_pool_create_buffer(buffers_pool, 0, 4, 4, 16, WL_SHM_FORMAT_XRGB8888);
}

static void expect_limit(void **state, void (*request)(struct client *client, int i), int limit)
{
	struct client *client = client_create(*state, 0);
	buffers_pool = client_pool(client, fd_create_memory("test", 4096), 4096);
	int count = ask(client, request, 2 * limit);
	assert_in_range(count, limit - 64, limit + 64);
	client_expect_error(client, NULL, WL_DISPLAY_ERROR_NO_MEMORY);
	client_destroy(client);
}

static void test_every_kind_has_a_limit(void **state)
{
	expect_limit(state, ask_surface, QUOTA_MAX_SURFACES);
	expect_limit(state, ask_region, QUOTA_MAX_OBJECTS);
	expect_limit(state, ask_buffer, QUOTA_MAX_BUFFERS);
	expect_limit(state, ask_pool, files_limit());
	expect_limit(state, ask_plane, files_limit());
}

static void ask_brief_pool(struct client *client, int i)
{
	wl_buffer_destroy(client_buffer(client, 4, 4));
}

/* The compositor may open few: 64 for a client, 192 for all. */
static int setup_few_files(void **state)
{
	struct rlimit limit;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	const struct rlimit few = {256, limit.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	int error = harness_setup(state);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	return error;
}

/* Each has a file more: its connection. */
static void test_who_has_most_of_all_goes(void **state)
{
	const int pools[] = {40, 55, 45, 45};
	struct client *clients[4], *small;
	for (int i = 0; i < 4; i++) {
		clients[i] = client_create(*state, 0);
		assert_int_equal(ask(clients[i], ask_pool, pools[i]), pools[i]);
		client_expect_alive(clients[i]);
	}
	small = client_create(*state, 0);
	ask(small, ask_pool, 4);
	client_expect_alive(small);
	client_expect_error(clients[1], NULL, WL_DISPLAY_ERROR_NO_MEMORY);
	for (int i = 0; i < 4; i++) {
		if (i != 1)
			client_expect_alive(clients[i]);
		client_destroy(clients[i]);
	}
	/* All is given back. */
	assert_int_equal(ask(small, ask_brief_pool, 400), 400);
	assert_int_equal(ask(small, ask_pool, 48), 48);
	client_expect_alive(small);
	client_destroy(small);
}

static void ask_brief_surface(struct client *client, int i)
{
	wl_surface_destroy(wl_compositor_create_surface(client->compositor));
}

static void test_what_is_given_back_does_not_count(void **state)
{
	struct client *client = client_create(*state, 0);
	ask(client, ask_brief_surface, 3 * QUOTA_MAX_SURFACES);
	ask(client, ask_brief_pool, 3 * files_limit());
	client_expect_alive(client);
	client_destroy(client);
}

/* A pool is open as long as a buffer of it is shown, whoever made it. */
static void test_files_outlive_their_objects(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_buffer *buffers[64];
	int limit = files_limit(), i = 0;
	for (; i < 2 * limit; i++) {
		struct wl_buffer *buffer = client_buffer(client, 4, 4); /* its pool is destroyed */
		if (i < 64)
			buffers[i] = buffer;
		if (i == limit - 64) {
			for (int j = 0; j < 64; j++)
				wl_buffer_destroy(buffers[j]);
		}
		if (i % AT_ONCE == 0 && !client_sync(client))
			break;
	}
	assert_in_range(i, limit, limit + 128);
	client_expect_error(client, NULL, WL_DISPLAY_ERROR_NO_MEMORY);
	client_destroy(client);
}

static void ask_device(struct client *client, int i)
{
	wl_data_device_release(wl_data_device_manager_get_data_device(client->data, client->seat));
}

/* Offers that a client never lets go, of a selection that each new device is told. */
static void test_what_the_server_makes_has_a_limit(void **state)
{
	struct party party;
	struct source source;
	party_create(&party, state, 0);
	party_press(&party);
	keyboard_set_focus(&party.client->harness->seat, party.server);
	source_create(&source, &party, 0);
	wl_data_device_set_selection(party.device, source.wl, party.serial);
	client_expect_alive(party.client);
	int i = ask(party.client, ask_device, 2 * QUOTA_MAX_GIVEN);
	assert_in_range(i, QUOTA_MAX_GIVEN - 64, QUOTA_MAX_GIVEN + 64);
	client_expect_error(party.client, NULL, WL_DISPLAY_ERROR_NO_MEMORY);
	client_destroy(party.client);
}

/* Connects so often, then goes; how often it was refused. */
static int connect_often(struct harness *harness, int times)
{
	static int ends[QUOTA_MAX_CLIENTS + 64];
	int refused = 0;
	for (int i = 0; i < times; i++) {
		int fds[2];
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
		assert_non_null(wl_client_create(harness->display, fds[0]));
		ends[i] = fds[1];
	}
	wl_event_loop_dispatch(harness->loop, 0);
	for (int i = 0; i < times; i++) {
		char byte;
		refused += recv(ends[i], &byte, 1, MSG_DONTWAIT) == 0;
		close(ends[i]);
	}
	for (int i = 0; i < 100; i++)
		wl_event_loop_dispatch(harness->loop, 0);
	return refused;
}

static void test_connections_have_a_limit(void **state)
{
	struct harness *harness = *state;
	int limit = files_limit() < QUOTA_MAX_CLIENTS ? files_limit() : QUOTA_MAX_CLIENTS;
	assert_int_equal(connect_often(harness, limit + 64), 64);
	assert_int_equal(connect_often(harness, limit), 0);
	client_expect_served(harness);
}

static struct wl_region *limited_region;

static void ask_added(struct client *client, int i)
{
	wl_region_add(limited_region, i % 100 * 2, i / 100 * 2, 1, 1);
}

static void ask_subtracted(struct client *client, int i)
{
	wl_region_subtract(limited_region, i % 100 * 2, i / 100 * 2, 1, 1);
}

/* Every change of a region copies it. */
static void test_regions_have_a_limit(void **state)
{
	struct client *client = client_create(*state, 0);
	limited_region = wl_compositor_create_region(client->compositor);
	assert_in_range(ask(client, ask_added, 2 * REGION_MAX), REGION_MAX, REGION_MAX + 64);
	client_expect_error(client, NULL, WL_DISPLAY_ERROR_NO_MEMORY);
	client_destroy(client);
	/* One subtraction after the other makes pieces, too. */
	client = client_create(*state, 0);
	limited_region = wl_compositor_create_region(client->compositor);
	wl_region_add(limited_region, 0, 0, 1000, 1000);
	assert_in_range(
		ask(client, ask_subtracted, 2 * REGION_MAX), REGION_MAX / 2, REGION_MAX + 512);
	client_destroy(client);
}

#define COLUMNS 100
#define STRIPS 40

/* The next one of the requests that make a grid of COLUMNS times STRIPS + 1 rectangles. */
static void grid_request(struct wl_region *region, int i)
{
	if (i < COLUMNS)
		wl_region_add(region, i * 2, 0, 1, STRIPS * 2 + 1);
	else
		wl_region_subtract(region, 0, (i - COLUMNS) * 2 + 1, COLUMNS * 2, 1);
}

static void ask_grid(struct client *client, int i)
{
	if (i % (COLUMNS + STRIPS) == 0)
		limited_region = wl_compositor_create_region(client->compositor);
	grid_request(limited_region, i % (COLUMNS + STRIPS));
}

static void ask_brief_grid(struct client *client, int i)
{
	if (i > 0 && i % (COLUMNS + STRIPS) == 0)
		wl_region_destroy(limited_region);
	ask_grid(client, i);
}

static void test_all_regions_have_a_limit(void **state)
{
	struct client *client = client_create(*state, 0);
	int grids = QUOTA_MAX_RECTANGLES / (COLUMNS * (STRIPS + 1));
	int count = ask(client, ask_grid, 2 * grids * (COLUMNS + STRIPS));
	assert_in_range(count, grids * (COLUMNS + STRIPS), (grids + 1) * (COLUMNS + STRIPS));
	client_expect_error(client, NULL, WL_DISPLAY_ERROR_NO_MEMORY);
	client_destroy(client);
	client = client_create(*state, 0);
	ask(client, ask_brief_grid, 2 * grids * (COLUMNS + STRIPS));
	client_expect_alive(client);
	client_destroy(client);
}

/* The client's last objects, which go after all else that counts. */
static void test_empty_regions_outlive_what_counts(void **state)
{
	struct client *client = client_create(*state, 0);
	for (int i = 0; i < 2; i++) {
		struct wl_region *region = wl_compositor_create_region(client->compositor);
		wl_region_add(region, 0, 0, i, i);
		wl_region_subtract(region, 0, 0, 1, 1);
	}
	client_expect_alive(client);
	client_destroy(client);
}

/* Of very many rectangles a surface keeps what lies around them. */
static void test_kept_regions_are_simplified(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *wl = wl_compositor_create_surface(client->compositor);
	struct wl_region *region = wl_compositor_create_region(client->compositor);
	struct surface *surface = client_surface(client, wl);
	for (int i = 0; i < COLUMNS + STRIPS; i++)
		grid_request(region, i);
	wl_surface_set_input_region(wl, region);
	wl_surface_commit(wl);
	client_expect_alive(client);
	const pixman_box32_t *input = pixman_region32_extents(&surface->current.input);
	assert_int_equal(pixman_region32_n_rects(&surface->current.input), 1);
	assert_int_equal(input->x2, COLUMNS * 2 - 1);
	assert_int_equal(input->y2, STRIPS * 2 + 1);
	client_destroy(client);
}

static void test_damage_and_opaque_regions_are_simplified(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wl_surface *wl = wl_compositor_create_surface(client->compositor);
	struct wl_region *region = wl_compositor_create_region(client->compositor);
	struct surface *surface = client_surface(client, wl);
	wl_surface_attach(wl, client_buffer(client, 400, 400), 0, 0);
	wl_surface_commit(wl);
	client_expect_alive(client);
	pixman_region32_clear(&surface->damage);
	for (int i = 0; i < 1000; i++) {
		wl_surface_damage(wl, i % 100 * 4, i / 100 * 4, 1, 1);
		wl_surface_damage_buffer(wl, i % 100 * 4 + 1, i / 100 * 4, 1, 1);
		wl_region_add(region, i % 100 * 4, i / 100 * 4, 1, 1);
		if (i % 100 == 0)
			client_expect_alive(client);
	}
	wl_surface_set_opaque_region(wl, region);
	wl_surface_set_input_region(wl, region);
	wl_surface_commit(wl);
	client_expect_alive(client);
	/* Of damage rather too much, of what is opaque rather too little, of input just what was
	 * said. */
	const pixman_box32_t *damage = pixman_region32_extents(&surface->damage);
	assert_in_range(pixman_region32_n_rects(&surface->damage), 1, SURFACE_STATE_MAX_DAMAGE);
	assert_in_range(damage->x1, 0, 0);
	assert_in_range(damage->x2, 398, 400);
	assert_int_equal(
		pixman_region32_n_rects(&surface->current.opaque), SURFACE_STATE_MAX_OPAQUE);
	assert_true(pixman_region32_contains_point(&surface->current.opaque, 4, 0, NULL));
	assert_int_equal(pixman_region32_n_rects(&surface->current.input), 1000);
	client_destroy(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_every_kind_has_a_limit),
		cmocka_unit_test_setup_teardown(
			test_who_has_most_of_all_goes, setup_few_files, harness_teardown),
		harness_test(test_what_is_given_back_does_not_count),
		harness_test(test_files_outlive_their_objects),
		harness_test(test_what_the_server_makes_has_a_limit),
		harness_test(test_connections_have_a_limit),
		harness_test(test_regions_have_a_limit),
		harness_test(test_all_regions_have_a_limit),
		harness_test(test_empty_regions_outlive_what_counts),
		harness_test(test_kept_regions_are_simplified),
		harness_test(test_damage_and_opaque_regions_are_simplified),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
