/* The protocols that hang one object on a surface: what they set, and what all of them must bear.
 */
#include "protocol/alpha_modifier.h"
#include "protocol/content_type.h"
#include "protocol/fractional_scale.h"
#include "protocol/tearing_control.h"
#include "tests/protocol/client.h"

#include "alpha-modifier-v1-client.h"
#include "content-type-v1-client.h"
#include "fractional-scale-v1-client.h"
#include "tearing-control-v1-client.h"

/* A surface of 4x4 and what its client has bound. */
struct extended {
	struct client *client;
	struct wl_surface *surface;
	struct surface *server;
	struct wp_alpha_modifier_v1 *alpha;
	struct wp_content_type_manager_v1 *content_type;
	struct wp_fractional_scale_manager_v1 *fractional;
	struct wp_tearing_control_manager_v1 *tearing;
};

static int extended_setup(void **state)
{
	harness_setup(state);
	struct wl_display *display = ((struct harness *)*state)->display;
	assert_non_null(alpha_modifier_create(display));
	assert_non_null(content_type_create(display));
	assert_non_null(fractional_scale_create(display));
	assert_non_null(tearing_control_create(display));
	return 0;
}

static void extended_create(struct extended *extended, void **state)
{
	struct client *client = extended->client = client_create(*state, 0);
	extended->surface = wl_compositor_create_surface(client->compositor);
	extended->server = client_surface(client, extended->surface);
	extended->alpha = client_bind(client, &wp_alpha_modifier_v1_interface);
	extended->content_type = client_bind(client, &wp_content_type_manager_v1_interface);
	extended->fractional = client_bind(client, &wp_fractional_scale_manager_v1_interface);
	extended->tearing = client_bind(client, &wp_tearing_control_manager_v1_interface);
	wl_surface_attach(extended->surface, client_buffer(client, 4, 4), 0, 0);
	wl_surface_commit(extended->surface);
	client_expect_alive(client);
}

static void extended_commit(struct extended *extended)
{
	wl_surface_commit(extended->surface);
	client_expect_alive(extended->client);
}

static void test_alpha_is_double_buffered(void **state)
{
	struct extended extended;
	extended_create(&extended, state);
	assert_int_equal(extended.server->current.alpha, UINT32_MAX);
	struct wp_alpha_modifier_surface_v1 *alpha =
		wp_alpha_modifier_v1_get_surface(extended.alpha, extended.surface);
	wp_alpha_modifier_surface_v1_set_multiplier(alpha, 7);
	client_expect_alive(extended.client);
	assert_int_equal(extended.server->current.alpha, UINT32_MAX);
	extended_commit(&extended);
	assert_int_equal(extended.server->current.alpha, 7);
	extended_commit(&extended);
	assert_int_equal(extended.server->current.alpha, 7);
	wp_alpha_modifier_surface_v1_destroy(alpha);
	client_expect_alive(extended.client);
	assert_int_equal(extended.server->current.alpha, 7);
	extended_commit(&extended);
	assert_int_equal(extended.server->current.alpha, UINT32_MAX);
	client_destroy(extended.client);
}

static void test_alpha_without_a_surface(void **state)
{
	struct extended extended;
	extended_create(&extended, state);
	struct wp_alpha_modifier_surface_v1 *alpha =
		wp_alpha_modifier_v1_get_surface(extended.alpha, extended.surface);
	wl_surface_destroy(extended.surface);
	wp_alpha_modifier_surface_v1_set_multiplier(alpha, 0);
	client_expect_error(extended.client, &wp_alpha_modifier_surface_v1_interface,
		WP_ALPHA_MODIFIER_SURFACE_V1_ERROR_NO_SURFACE);
	client_destroy(extended.client);
}

static void test_content_type(void **state)
{
	struct extended extended;
	extended_create(&extended, state);
	struct wp_content_type_v1 *type = wp_content_type_manager_v1_get_surface_content_type(
		extended.content_type, extended.surface);
	wp_content_type_v1_set_content_type(type, WP_CONTENT_TYPE_V1_TYPE_GAME);
	extended_commit(&extended);
	assert_int_equal(extended.server->current.content_type, WP_CONTENT_TYPE_V1_TYPE_GAME);
	wp_content_type_v1_set_content_type(type, UINT32_MAX);
	extended_commit(&extended);
	assert_int_equal(extended.server->current.content_type, WP_CONTENT_TYPE_V1_TYPE_NONE);
	wp_content_type_v1_set_content_type(type, WP_CONTENT_TYPE_V1_TYPE_PHOTO);
	extended_commit(&extended);
	wp_content_type_v1_destroy(type);
	extended_commit(&extended);
	assert_int_equal(extended.server->current.content_type, WP_CONTENT_TYPE_V1_TYPE_NONE);
	client_destroy(extended.client);
}

static void test_tearing_hint(void **state)
{
	struct extended extended;
	extended_create(&extended, state);
	struct wp_tearing_control_v1 *control = wp_tearing_control_manager_v1_get_tearing_control(
		extended.tearing, extended.surface);
	wp_tearing_control_v1_set_presentation_hint(
		control, WP_TEARING_CONTROL_V1_PRESENTATION_HINT_ASYNC);
	client_expect_alive(extended.client);
	assert_false(extended.server->current.tearing);
	extended_commit(&extended);
	assert_true(extended.server->current.tearing);
	wp_tearing_control_v1_set_presentation_hint(control, 2);
	extended_commit(&extended);
	assert_false(extended.server->current.tearing);
	wp_tearing_control_v1_set_presentation_hint(
		control, WP_TEARING_CONTROL_V1_PRESENTATION_HINT_ASYNC);
	extended_commit(&extended);
	wp_tearing_control_v1_destroy(control);
	client_expect_alive(extended.client);
	assert_true(extended.server->current.tearing);
	extended_commit(&extended);
	assert_false(extended.server->current.tearing);
	client_destroy(extended.client);
}

struct scales {
	int told;
	uint32_t scale;
};

static void scales_handle_preferred(
	void *data, struct wp_fractional_scale_v1 *fractional, uint32_t scale)
{
	struct scales *scales = data;
	scales->told++;
	scales->scale = scale;
}

static const struct wp_fractional_scale_v1_listener scales_listener = {
	.preferred_scale = scales_handle_preferred,
};

static void whole_handle_enter(void *data, struct wl_surface *surface, struct wl_output *output)
{
}

static void whole_handle_scale(void *data, struct wl_surface *surface, int32_t scale)
{
	*(int32_t *)data = scale;
}

static void whole_handle_transform(void *data, struct wl_surface *surface, uint32_t transform)
{
}

static const struct wl_surface_listener whole_listener = {
	.enter = whole_handle_enter,
	.leave = whole_handle_enter,
	.preferred_buffer_scale = whole_handle_scale,
	.preferred_buffer_transform = whole_handle_transform,
};

static void test_preferred_scale(void **state)
{
	struct extended extended;
	struct scales scales = {0};
	int32_t whole = 0;
	extended_create(&extended, state);
	wl_surface_add_listener(extended.surface, &whole_listener, &whole);
	fractional_scale_prefer(extended.server, 150);
	struct wp_fractional_scale_v1 *fractional =
		wp_fractional_scale_manager_v1_get_fractional_scale(
			extended.fractional, extended.surface);
	wp_fractional_scale_v1_add_listener(fractional, &scales_listener, &scales);
	client_expect_alive(extended.client);
	assert_int_equal(scales.told, 1);
	assert_int_equal(scales.scale, 150);
	assert_int_equal(whole, 2);
	fractional_scale_prefer(extended.server, 150);
	fractional_scale_prefer(extended.server, 240);
	client_expect_alive(extended.client);
	assert_int_equal(scales.told, 2);
	assert_int_equal(scales.scale, 240);
	assert_int_equal(whole, 2);
	wp_fractional_scale_v1_destroy(fractional);
	fractional_scale_prefer(extended.server, 120);
	client_expect_alive(extended.client);
	assert_int_equal(scales.told, 2);
	assert_int_equal(whole, 1);
	client_destroy(extended.client);
}

/* One object of each kind. */
static void extend_by(struct extended *extended, int kind)
{
	if (kind == 0)
		wp_alpha_modifier_v1_get_surface(extended->alpha, extended->surface);
	else if (kind == 1)
		wp_content_type_manager_v1_get_surface_content_type(
			extended->content_type, extended->surface);
	else if (kind == 2)
		wp_fractional_scale_manager_v1_get_fractional_scale(
			extended->fractional, extended->surface);
	else
		wp_tearing_control_manager_v1_get_tearing_control(
			extended->tearing, extended->surface);
}

static void test_a_second_object_is_refused(void **state)
{
	static const struct {
		const struct wl_interface *interface;
		uint32_t error;
	} factories[] = {
		{&wp_alpha_modifier_v1_interface, WP_ALPHA_MODIFIER_V1_ERROR_ALREADY_CONSTRUCTED},
		{&wp_content_type_manager_v1_interface,
			WP_CONTENT_TYPE_MANAGER_V1_ERROR_ALREADY_CONSTRUCTED},
		{&wp_fractional_scale_manager_v1_interface,
			WP_FRACTIONAL_SCALE_MANAGER_V1_ERROR_FRACTIONAL_SCALE_EXISTS},
		{&wp_tearing_control_manager_v1_interface,
			WP_TEARING_CONTROL_MANAGER_V1_ERROR_TEARING_CONTROL_EXISTS},
	};
	for (int kind = 0; kind < 4; kind++) {
		struct extended extended;
		extended_create(&extended, state);
		extend_by(&extended, kind);
		client_expect_alive(extended.client);
		extend_by(&extended, kind);
		client_expect_error(
			extended.client, factories[kind].interface, factories[kind].error);
		client_destroy(extended.client);
	}
}

/* The surface goes first, requests follow, then the client ends with everything still there. */
static void test_objects_outlive_their_surface(void **state)
{
	struct extended extended;
	extended_create(&extended, state);
	struct wp_content_type_v1 *type = wp_content_type_manager_v1_get_surface_content_type(
		extended.content_type, extended.surface);
	struct wp_tearing_control_v1 *control = wp_tearing_control_manager_v1_get_tearing_control(
		extended.tearing, extended.surface);
	extend_by(&extended, 0);
	extend_by(&extended, 2);
	wl_surface_destroy(extended.surface);
	wp_content_type_v1_set_content_type(type, WP_CONTENT_TYPE_V1_TYPE_GAME);
	wp_tearing_control_v1_set_presentation_hint(
		control, WP_TEARING_CONTROL_V1_PRESENTATION_HINT_ASYNC);
	client_expect_alive(extended.client);
	wp_tearing_control_v1_destroy(control);
	client_expect_alive(extended.client);
	client_destroy(extended.client);
}

/* Managers go, their objects stay; and a new object may follow a destroyed one. */
static void test_managers_may_go(void **state)
{
	struct extended extended;
	extended_create(&extended, state);
	struct wp_alpha_modifier_surface_v1 *alpha =
		wp_alpha_modifier_v1_get_surface(extended.alpha, extended.surface);
	wp_alpha_modifier_surface_v1_destroy(alpha);
	alpha = wp_alpha_modifier_v1_get_surface(extended.alpha, extended.surface);
	wp_alpha_modifier_v1_destroy(extended.alpha);
	wp_alpha_modifier_surface_v1_set_multiplier(alpha, 0);
	extended_commit(&extended);
	assert_int_equal(extended.server->current.alpha, 0);
	client_destroy(extended.client);
}

#define extended_test(function) \
	cmocka_unit_test_setup_teardown(function, extended_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		extended_test(test_alpha_is_double_buffered),
		extended_test(test_alpha_without_a_surface),
		extended_test(test_content_type),
		extended_test(test_tearing_hint),
		extended_test(test_preferred_scale),
		extended_test(test_a_second_object_is_refused),
		extended_test(test_objects_outlive_their_surface),
		extended_test(test_managers_may_go),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
