#include "protocol/single_pixel_buffer.h"
#include "protocol/buffer.h"
#include "tests/protocol/client.h"

#include "single-pixel-buffer-v1-client.h"

#include <drm_fourcc.h>

static int pixels_setup(void **state)
{
	harness_setup(state);
	assert_non_null(single_pixel_buffer_create(((struct harness *)*state)->display));
	return 0;
}

static struct wp_single_pixel_buffer_manager_v1 *pixels_bind(struct client *client)
{
	return client_bind(client, &wp_single_pixel_buffer_manager_v1_interface);
}

static const struct buffer *pixels_show(
	struct client *client, struct wl_surface *surface, struct wl_buffer *buffer)
{
	struct surface *server = client_surface(client, surface);
	wl_surface_attach(surface, buffer, 0, 0);
	wl_surface_commit(surface);
	client_expect_alive(client);
	return server->current.buffer;
}

static void test_colours(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wp_single_pixel_buffer_manager_v1 *manager = pixels_bind(client);
	struct wl_surface *surface = wl_compositor_create_surface(client->compositor);
	const struct buffer *buffer = pixels_show(client, surface,
		wp_single_pixel_buffer_manager_v1_create_u32_rgba_buffer(
			manager, UINT32_MAX, UINT32_MAX / 2, 0, UINT32_MAX));
	assert_true(buffer->solid);
	assert_int_equal(buffer->width, 1);
	assert_int_equal(buffer->height, 1);
	assert_int_equal(buffer->format, DRM_FORMAT_XRGB8888);
	assert_true(buffer->color[0] == 1 && buffer->color[3] == 1 && buffer->color[2] == 0);
	assert_true(buffer->color[1] > 0.499f && buffer->color[1] < 0.501f);
	/* Brighter than its alpha: no premultiplied colour is. */
	buffer = pixels_show(client, surface,
		wp_single_pixel_buffer_manager_v1_create_u32_rgba_buffer(
			manager, UINT32_MAX, 0, 0, UINT32_MAX / 4));
	assert_int_equal(buffer->format, DRM_FORMAT_ARGB8888);
	assert_true(buffer->color[0] == buffer->color[3] && buffer->color[3] < 0.26f);
	client_destroy(client);
}

static void test_released_when_replaced(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wp_single_pixel_buffer_manager_v1 *manager = pixels_bind(client);
	struct wl_surface *surface = wl_compositor_create_surface(client->compositor);
	struct wl_buffer *buffer =
		wp_single_pixel_buffer_manager_v1_create_u32_rgba_buffer(manager, 0, 0, 0, 0);
	int releases = 0;
	wl_buffer_add_listener(buffer, &count_release, &releases);
	pixels_show(client, surface, buffer);
	assert_int_equal(releases, 0);
	pixels_show(client, surface, NULL);
	assert_int_equal(releases, 1);
	wp_single_pixel_buffer_manager_v1_destroy(manager);
	pixels_show(client, surface, buffer);
	wl_buffer_destroy(buffer);
	client_expect_alive(client);
	client_destroy(client);
}

/* A scale that does not divide its one pixel. */
static void test_hostile_scale(void **state)
{
	struct client *client = client_create(*state, 0);
	struct window *window = window_create(client);
	window_map(client, window);
	wl_surface_attach(window->surface,
		wp_single_pixel_buffer_manager_v1_create_u32_rgba_buffer(
			pixels_bind(client), 1, 2, 3, 4),
		0, 0);
	wl_surface_set_buffer_scale(window->surface, 2);
	wl_surface_commit(window->surface);
	client_expect_error(client, &wl_surface_interface, WL_SURFACE_ERROR_INVALID_SIZE);
	client_destroy(client);
}

static void test_hostile_crowd(void **state)
{
	struct client *client = client_create(*state, 0);
	struct wp_single_pixel_buffer_manager_v1 *manager = pixels_bind(client);
	for (uint32_t i = 0; i < 1000; i++)
		wp_single_pixel_buffer_manager_v1_create_u32_rgba_buffer(
			manager, i << 22, ~i, i, i % 3 ? UINT32_MAX : i);
	client_expect_alive(client);
	client_destroy(client);
}

#define pixels_test(function) \
	cmocka_unit_test_setup_teardown(function, pixels_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		pixels_test(test_colours),
		pixels_test(test_released_when_replaced),
		pixels_test(test_hostile_scale),
		pixels_test(test_hostile_crowd),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
