#include "protocol/tablet.h"
#include "protocol/cursor_shape.h"
#include "protocol/surface.h"
#include "tests/protocol/exchange.h"

#include "cursor-shape-v1-client.h"
#include "tablet-v2-client.h"

#include <string.h>

/* A client that draws, and what it was told. */
struct artist {
	struct party party;
	struct zwp_tablet_seat_v2 *seat;
	struct zwp_tablet_v2 *tablet;
	struct zwp_tablet_tool_v2 *tool;
	int tablets, tools, removed, ins, outs, downs, ups, motions, buttons, held, frames, axes;
	uint32_t serial, type, capabilities, pressure;
	int32_t slider;
	char name[32];
};

static void artist_handle_name(void *data, struct zwp_tablet_v2 *tablet, const char *name)
{
	strncpy(((struct artist *)data)->name, name, 31);
}

static void artist_handle_id(
	void *data, struct zwp_tablet_v2 *tablet, uint32_t vendor, uint32_t product)
{
}

static void artist_handle_path(void *data, struct zwp_tablet_v2 *tablet, const char *path)
{
}

static void artist_handle_tablet_done(void *data, struct zwp_tablet_v2 *tablet)
{
	((struct artist *)data)->tablets++;
}

static void artist_handle_tablet_removed(void *data, struct zwp_tablet_v2 *tablet)
{
	((struct artist *)data)->removed++;
}

static void artist_handle_bustype(void *data, struct zwp_tablet_v2 *tablet, uint32_t bustype)
{
}

static const struct zwp_tablet_v2_listener artist_tablet_listener = {
	.name = artist_handle_name,
	.id = artist_handle_id,
	.path = artist_handle_path,
	.done = artist_handle_tablet_done,
	.removed = artist_handle_tablet_removed,
	.bustype = artist_handle_bustype,
};

static void artist_handle_type(void *data, struct zwp_tablet_tool_v2 *tool, uint32_t type)
{
	((struct artist *)data)->type = type;
}

static void artist_handle_two(void *data, struct zwp_tablet_tool_v2 *tool, uint32_t hi, uint32_t lo)
{
}

static void artist_handle_capability(
	void *data, struct zwp_tablet_tool_v2 *tool, uint32_t capability)
{
	((struct artist *)data)->capabilities |= 1u << capability;
}

static void artist_handle_tool_done(void *data, struct zwp_tablet_tool_v2 *tool)
{
	((struct artist *)data)->tools++;
}

static void artist_handle_tool_removed(void *data, struct zwp_tablet_tool_v2 *tool)
{
	((struct artist *)data)->removed++;
}

static void artist_handle_in(void *data, struct zwp_tablet_tool_v2 *tool, uint32_t serial,
	struct zwp_tablet_v2 *tablet, struct wl_surface *surface)
{
	struct artist *artist = data;
	artist->ins++;
	artist->serial = serial;
	assert_ptr_equal(tablet, artist->tablet);
}

static void artist_handle_out(void *data, struct zwp_tablet_tool_v2 *tool)
{
	struct artist *artist = data;
	artist->outs++;
	assert_int_equal(artist->held, 0);
}

static void artist_handle_down(void *data, struct zwp_tablet_tool_v2 *tool, uint32_t serial)
{
	((struct artist *)data)->downs++;
}

static void artist_handle_up(void *data, struct zwp_tablet_tool_v2 *tool)
{
	((struct artist *)data)->ups++;
}

static void artist_handle_fixed_pair(
	void *data, struct zwp_tablet_tool_v2 *tool, wl_fixed_t x, wl_fixed_t y)
{
	((struct artist *)data)->motions++;
}

static void artist_handle_pressure(void *data, struct zwp_tablet_tool_v2 *tool, uint32_t pressure)
{
	((struct artist *)data)->pressure = pressure;
}

static void artist_handle_distance(void *data, struct zwp_tablet_tool_v2 *tool, uint32_t distance)
{
	((struct artist *)data)->axes++;
}

static void artist_handle_tilt(
	void *data, struct zwp_tablet_tool_v2 *tool, wl_fixed_t x, wl_fixed_t y)
{
	((struct artist *)data)->axes++;
}

static void artist_handle_rotation(void *data, struct zwp_tablet_tool_v2 *tool, wl_fixed_t degrees)
{
	((struct artist *)data)->axes++;
}

static void artist_handle_slider(void *data, struct zwp_tablet_tool_v2 *tool, int32_t position)
{
	((struct artist *)data)->slider = position;
}

static void artist_handle_wheel(
	void *data, struct zwp_tablet_tool_v2 *tool, wl_fixed_t degrees, int32_t clicks)
{
	((struct artist *)data)->axes++;
}

static void artist_handle_button(void *data, struct zwp_tablet_tool_v2 *tool, uint32_t serial,
	uint32_t button, uint32_t state)
{
	struct artist *artist = data;
	artist->buttons++;
	artist->held += state == ZWP_TABLET_TOOL_V2_BUTTON_STATE_PRESSED ? 1 : -1;
}

static void artist_handle_frame(void *data, struct zwp_tablet_tool_v2 *tool, uint32_t time)
{
	((struct artist *)data)->frames++;
}

static const struct zwp_tablet_tool_v2_listener artist_tool_listener = {
	.type = artist_handle_type,
	.hardware_serial = artist_handle_two,
	.hardware_id_wacom = artist_handle_two,
	.capability = artist_handle_capability,
	.done = artist_handle_tool_done,
	.removed = artist_handle_tool_removed,
	.proximity_in = artist_handle_in,
	.proximity_out = artist_handle_out,
	.down = artist_handle_down,
	.up = artist_handle_up,
	.motion = artist_handle_fixed_pair,
	.pressure = artist_handle_pressure,
	.distance = artist_handle_distance,
	.tilt = artist_handle_tilt,
	.rotation = artist_handle_rotation,
	.slider = artist_handle_slider,
	.wheel = artist_handle_wheel,
	.button = artist_handle_button,
	.frame = artist_handle_frame,
};

static void artist_handle_tablet(
	void *data, struct zwp_tablet_seat_v2 *seat, struct zwp_tablet_v2 *tablet)
{
	((struct artist *)data)->tablet = tablet;
	zwp_tablet_v2_add_listener(tablet, &artist_tablet_listener, data);
}

static void artist_handle_tool(
	void *data, struct zwp_tablet_seat_v2 *seat, struct zwp_tablet_tool_v2 *tool)
{
	((struct artist *)data)->tool = tool;
	zwp_tablet_tool_v2_add_listener(tool, &artist_tool_listener, data);
}

static void artist_handle_pad(
	void *data, struct zwp_tablet_seat_v2 *seat, struct zwp_tablet_pad_v2 *pad)
{
}

static const struct zwp_tablet_seat_v2_listener artist_seat_listener = {
	.tablet_added = artist_handle_tablet,
	.tool_added = artist_handle_tool,
	.pad_added = artist_handle_pad,
};

static void artist_create(struct artist *artist, void **state, uint32_t version)
{
	*artist = (struct artist){0};
	party_create(&artist->party, state, version);
	struct client *client = artist->party.client;
	artist->seat = zwp_tablet_manager_v2_get_tablet_seat(
		client_bind(client, &zwp_tablet_manager_v2_interface), client->seat);
	zwp_tablet_seat_v2_add_listener(artist->seat, &artist_seat_listener, artist);
	client_expect_alive(client);
}

static const struct tablet_info desk_info = {.name = "a tablet", .vendor = 1, .bus = 3};
static const struct tablet_tool_info pen_info = {.type = ZWP_TABLET_TOOL_V2_TYPE_ERASER,
	.serial = INT64_C(0x100000002),
	.hardware = 5,
	.capabilities = 1u << ZWP_TABLET_TOOL_V2_CAPABILITY_TILT |
			1u << ZWP_TABLET_TOOL_V2_CAPABILITY_WHEEL};

struct desk {
	struct tablet_manager manager;
	struct tablet *tablet;
	struct tablet_tool *pen;
};

static void desk_create(struct desk *desk, void **state)
{
	struct harness *harness = *state;
	*desk = (struct desk){.manager.seat = &harness->seat};
	assert_true(tablet_create(&desk->manager, harness->display));
	desk->tablet = tablet_add(&desk->manager, &desk_info);
}

/* A desk with a pen, and an artist who knows both. Its client. */
static struct client *studio_create(
	struct desk *desk, struct artist *artist, void **state, uint32_t version)
{
	desk_create(desk, state);
	desk->pen = tablet_tool_add(&desk->manager, &pen_info);
	artist_create(artist, state, version);
	return artist->party.client;
}

static void test_a_pen_draws(void **state)
{
	struct desk desk;
	struct artist a;
	desk_create(&desk, state);
	artist_create(&a, state, 0);
	struct client *client = a.party.client;
	assert_int_equal(a.tablets, 1);
	assert_string_equal(a.name, "a tablet");
	desk.pen = tablet_tool_add(&desk.manager, &pen_info); /* comes later */
	client_expect_alive(client);
	assert_true(a.tools == 1 && a.type == ZWP_TABLET_TOOL_V2_TYPE_ERASER);
	assert_int_equal(a.capabilities, pen_info.capabilities);
	assert_true(tablet_tool_is_known(desk.pen, a.party.server));
	tablet_tool_motion(desk.pen, 1, 1); /* over nothing */
	tablet_tool_frame(desk.pen, 1);
	tablet_tool_set_focus(desk.pen, desk.tablet, a.party.server);
	const struct tablet_tool_axes axes = {
		.changed = UINT32_MAX, .pressure = 7, .slider = -1, .distance = -3};
	tablet_tool_motion(desk.pen, 1, 1);
	tablet_tool_set_axes(desk.pen, &axes);
	tablet_tool_tip(desk.pen, true);
	tablet_tool_tip(desk.pen, true);
	tablet_tool_button(desk.pen, 0x14b, true);
	tablet_tool_frame(desk.pen, 2);
	client_expect_alive(client);
	assert_true(a.ins == 1 && a.motions == 1 && a.downs == 1 && a.buttons == 1);
	assert_true(a.frames == 1 && a.axes == 4);
	assert_true(a.pressure == 65535 && a.slider == -65535);
	/* Its surface goes under it. */
	wl_surface_destroy(a.party.surface);
	client_expect_alive(client);
	assert_true(a.outs == 1 && a.ups == 1);
	assert_null(desk.pen->focus);
	tablet_tool_remove(desk.pen);
	tablet_remove(desk.tablet);
	zwp_tablet_tool_v2_set_cursor(a.tool, 1, NULL, 0, 0); /* inert */
	client_expect_alive(client);
	assert_int_equal(a.removed, 2);
	zwp_tablet_tool_v2_destroy(a.tool);
	zwp_tablet_v2_destroy(a.tablet);
	client_expect_alive(client);
	client_destroy(client);
	tablet_destroy(&desk.manager);
}

static void test_a_stroke_is_cancelled(void **state)
{
	struct desk desk;
	struct artist a;
	struct client *client = studio_create(&desk, &a, state, 0);
	struct tablet_tool *away = tablet_tool_add(&desk.manager, &pen_info);
	tablet_tool_set_focus(desk.pen, desk.tablet, a.party.server);
	tablet_tool_tip(desk.pen, true);
	tablet_cancel(&desk.manager);
	assert_true(!desk.pen->focus && !desk.pen->down && !away->focus);
	tablet_tool_motion(desk.pen, 1, 1);
	tablet_tool_tip(desk.pen, false);
	tablet_tool_frame(desk.pen, 1);
	client_expect_alive(client);
	assert_true(a.ins == 1 && a.outs == 1 && a.downs == 1 && a.ups == 1);
	assert_true(a.motions == 0 && a.frames == 1);
	client_destroy(client);
	tablet_destroy(&desk.manager);
}

static void test_buttons_are_released_before_it_leaves(void **state)
{
	struct desk desk;
	struct artist a;
	struct client *client = studio_create(&desk, &a, state, 0);
	tablet_tool_button(desk.pen, 0x14b, true); /* over nothing: nobody hears of its release */
	tablet_tool_set_focus(desk.pen, desk.tablet, a.party.server);
	tablet_tool_button(desk.pen, 0x14b, false);
	assert_false(tablet_tool_is_held(desk.pen));
	tablet_tool_button(desk.pen, 0x14b, true);
	tablet_tool_button(desk.pen, 0x14c, true);
	assert_true(tablet_tool_is_held(desk.pen));
	client_expect_alive(client);
	assert_true(a.buttons == 2 && a.held == 2);
	tablet_tool_set_focus(desk.pen, desk.tablet, NULL);
	assert_false(tablet_tool_is_held(desk.pen));
	tablet_tool_set_focus(desk.pen, desk.tablet, a.party.server);
	tablet_tool_button(desk.pen, 0x14b, false);
	client_expect_alive(client);
	assert_true(a.outs == 1 && a.ins == 2 && a.buttons == 4);
	client_destroy(client);
	tablet_destroy(&desk.manager);
}

static void test_cursor_of_a_tool(void **state)
{
	struct harness *harness = *state;
	struct desk desk;
	struct artist a;
	struct client *client = studio_create(&desk, &a, state, 0);
	struct wl_surface *cursor = wl_compositor_create_surface(client->compositor);
	struct wl_surface *other = wl_compositor_create_surface(client->compositor);
	tablet_tool_set_focus(desk.pen, desk.tablet, a.party.server);
	client_expect_alive(client);
	zwp_tablet_tool_v2_set_cursor(a.tool, a.serial + 1, cursor, 0, 0);
	client_expect_alive(client);
	assert_null(harness->cursor);
	zwp_tablet_tool_v2_set_cursor(a.tool, a.serial, other, 0, 0);
	zwp_tablet_tool_v2_set_cursor(a.tool, a.serial, cursor, INT32_MIN, INT32_MAX);
	client_expect_alive(client);
	assert_ptr_equal(harness->cursor, client_surface(client, cursor));
	wl_surface_destroy(other); /* is not the one that is shown */
	client_expect_alive(client);
	assert_ptr_equal(harness->cursor, client_surface(client, cursor));
	wl_surface_attach(cursor, client_buffer(client, 7, 7), 0, 0);
	wl_surface_set_buffer_scale(cursor, 2); /* of no whole size */
	wl_surface_commit(cursor);
	client_expect_alive(client);
	wl_surface_destroy(cursor);
	client_expect_alive(client);
	assert_null(harness->cursor);
	struct window *window = window_create(client);
	window_map(client, window);
	zwp_tablet_tool_v2_set_cursor(a.tool, a.serial, window->surface, 0, 0);
	client_expect_error(client, &zwp_tablet_tool_v2_interface, ZWP_TABLET_TOOL_V2_ERROR_ROLE);
	client_destroy(client);
	tablet_destroy(&desk.manager);
}

static void shape_handle_set(void *data, uint32_t shape)
{
	*(uint32_t *)data = shape;
}

static const struct cursor_shape_listener shape_listener = {.set_shape = shape_handle_set};

static void test_shape_of_a_tool(void **state)
{
	struct harness *harness = *state;
	uint32_t shown = 0;
	struct cursor_shape_manager shapes = {
		.listener = &shape_listener, .data = &shown, .seat = &harness->seat};
	assert_true(cursor_shape_create(&shapes, harness->display));
	struct desk desk;
	struct artist a;
	struct client *client = studio_create(&desk, &a, state, 0);
	struct wp_cursor_shape_manager_v1 *global =
		client_bind(client, &wp_cursor_shape_manager_v1_interface);
	struct wp_cursor_shape_device_v1 *device =
		wp_cursor_shape_manager_v1_get_tablet_tool_v2(global, a.tool);
	struct wl_surface *cursor = wl_compositor_create_surface(client->compositor);
	tablet_tool_set_focus(desk.pen, desk.tablet, a.party.server);
	client_expect_alive(client);
	zwp_tablet_tool_v2_set_cursor(a.tool, a.serial, cursor, 0, 0);
	wp_cursor_shape_device_v1_set_shape(
		device, a.serial + 1, WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_HELP);
	client_expect_alive(client);
	assert_int_equal(shown, 0);
	wp_cursor_shape_device_v1_set_shape(device, a.serial, WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_TEXT);
	wl_surface_destroy(cursor); /* does not hide what is shown in its place */
	client_expect_alive(client);
	assert_int_equal(shown, WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_TEXT);
	assert_non_null(harness->cursor);
	/* The tool goes, then its object; the device stays. */
	tablet_tool_remove(desk.pen);
	wp_cursor_shape_device_v1_set_shape(device, a.serial, WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_HELP);
	zwp_tablet_tool_v2_destroy(a.tool);
	wp_cursor_shape_device_v1_set_shape(device, a.serial, WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_HELP);
	client_expect_alive(client);
	assert_int_equal(shown, WP_CURSOR_SHAPE_DEVICE_V1_SHAPE_TEXT);
	client_destroy(client);
	tablet_destroy(&desk.manager);
	cursor_shape_destroy(&shapes);
}

static void test_objects_destroyed_in_every_order(void **state)
{
	for (int order = 0; order < 4; order++) {
		struct desk desk;
		struct artist a;
		studio_create(&desk, &a, state, order % 2 ? 1 : 0);
		tablet_tool_set_focus(desk.pen, desk.tablet, a.party.server);
		tablet_tool_tip(desk.pen, true);
		client_expect_alive(a.party.client);
		if (order & 1)
			zwp_tablet_v2_destroy(a.tablet);
		if (order & 2)
			zwp_tablet_tool_v2_destroy(a.tool);
		zwp_tablet_seat_v2_destroy(a.seat);
		client_expect_alive(a.party.client);
		tablet_tool_set_focus(desk.pen, desk.tablet, NULL);
		tablet_tool_set_focus(desk.pen, desk.tablet, a.party.server);
		tablet_tool_motion(desk.pen, 2, 2);
		tablet_tool_frame(desk.pen, 3);
		client_expect_alive(a.party.client);
		assert_int_equal(a.ins, order == 0 ? 2 : 1);
		client_destroy(a.party.client);
		tablet_tool_frame(desk.pen, 4);
		tablet_destroy(&desk.manager);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		harness_test(test_a_pen_draws),
		harness_test(test_a_stroke_is_cancelled),
		harness_test(test_buttons_are_released_before_it_leaves),
		harness_test(test_cursor_of_a_tool),
		harness_test(test_shape_of_a_tool),
		harness_test(test_objects_destroyed_in_every_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
