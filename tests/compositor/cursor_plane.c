/*
 * The pointer's plane (compositor/cursor_plane.c) with a display and a worker that do as they are
 * told: the functions of kms/, of the swapchain and of the renderer are played here.
 */
#include "compositor/cursor_plane.h"

#include "common/fd.h"
#include "common/xalloc.h"
#include "compositor/cursor.h"
#include "compositor/scene.h"
#include "kms/output.h"
#include "protocol/output.h"
#include "protocol/presentation.h"
#include "protocol/resource.h"
#include "protocol/shm.h"
#include "protocol/surface.h"
#include "tests/unit.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wayland-server-protocol.h>

#define SIZE 64 /* of the plane, pixels each way */

/* --- the display --- */

struct kms_buffer {
	uint32_t pixels[SIZE * SIZE];
};

static struct kms_buffer empty, pictures[2];
static struct kms_cursor set; /* the newest that the plane was given */
static int sets, moved_x, moved_y;

int kms_buffer_create_dumb(
	struct kms_device *device, struct kms_buffer_size size, struct kms_buffer **buffer)
{
	*buffer = &empty;
	return 0;
}

void kms_buffer_unref(struct kms_buffer *buffer)
{
}

struct kms_buffer_size kms_buffer_size(const struct kms_buffer *buffer)
{
	return (struct kms_buffer_size){SIZE, SIZE, DRM_FORMAT_ARGB8888};
}

int kms_buffer_map(struct kms_buffer *buffer, struct kms_buffer_view *view)
{
	*view = (struct kms_buffer_view){buffer->pixels, SIZE * 4, sizeof buffer->pixels};
	return 0;
}

void kms_buffer_unmap(struct kms_buffer *buffer, struct kms_buffer_view *view)
{
}

int kms_output_set_cursor(struct kms_output *output, const struct kms_cursor *cursor)
{
	set = *cursor;
	sets++;
	return 0;
}

int kms_output_move_cursor(struct kms_output *output, int32_t x, int32_t y)
{
	moved_x = x;
	moved_y = y;
	return 0;
}

/* --- the worker --- */

static struct scanout_target targets[] = {
	{.id = 1, .buffer = &pictures[0]}, {.id = 2, .buffer = &pictures[1]}};
static const struct swapchain_listener *swapchain_listener;
static struct renderer_test asked; /* the test picture */
static int drawn;                  /* pictures of the pointer */

struct swapchain *swapchain_create(struct scanout *scanout, const struct scanout_place *place,
	const struct swapchain_listener *listener, void *data)
{
	assert_int_equal(place->mode.width, SIZE);
	swapchain_listener = listener;
	return (struct swapchain *)targets;
}

void swapchain_destroy(struct swapchain *swapchain)
{
}

struct scanout_target *swapchain_targets(struct swapchain *swapchain, size_t *len)
{
	*len = 2;
	return targets;
}

uint32_t renderer_next_sequence(struct renderer *renderer)
{
	return ++renderer->sequence;
}

bool renderer_draw(
	struct renderer *renderer, const struct scene *scene, struct renderer_frame *frame)
{
	drawn++;
	return true;
}

bool renderer_draw_test(struct renderer *renderer, const struct renderer_frame *frame,
	const struct renderer_test *test)
{
	asked = *test;
	return true;
}

void renderer_frame_done(struct renderer_frame *frame)
{
}

/* --- the world: a screen's plane, a pointer with a picture, and its client --- */

struct world {
	struct wl_display *display;
	struct wl_client *client;
	int connection; /* the client's end */
	struct renderer renderer;
	struct output output;
	struct cursor cursor;
	struct cursor_plane plane;
	struct feedback scene; /* what the screen's next frame answers */
	int changed;           /* times that the scene was to be built anew */
};

static void count_changed(void *data)
{
	((struct world *)data)->changed++;
}

static const struct cursor_plane_listener listener = {.changed = count_changed};

static struct surface *picture_create(int32_t width, int32_t height)
{
	size_t bytes = (size_t)width * (size_t)height * 4;
	void *pixels = xcalloc(1, bytes);
	int fd = fd_create_sealed("cursor", pixels, bytes);
	free(pixels);
	return surface_create_own(shm_create_own(fd, width, height, DRM_FORMAT_ARGB8888));
}

static void begin(struct world *world, int32_t width, int32_t height)
{
	int fds[2];
	*world = (struct world){.output.name = "Test-1"};
	sets = drawn = 0;
	world->display = wl_display_create();
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
	world->client = wl_client_create(world->display, fds[0]);
	world->connection = fds[1];
	output_init(&world->output);
	world->output.map =
		(struct output_map){.width = 800, .height = 600, .scale = OUTPUT_MAP_SCALE_ONE};
	cursor_init(&world->cursor);
	cursor_set(&world->cursor, picture_create(width, height), 7, 5);
	cursor_move(&world->cursor, 300, 200);
	feedback_init(&world->scene);
	world->plane = (struct cursor_plane){.listener = &listener,
		.data = world,
		.kms = (struct kms_output *)world,
		.renderer = &world->renderer,
		.output = &world->output};
	cursor_plane_init(&world->plane);
	cursor_plane_start(&world->plane, NULL, SIZE, SIZE);
	swapchain_listener->ready(&world->plane);
}

static void end(struct world *world)
{
	struct surface *surface = world->cursor.surface;
	cursor_plane_finish(&world->plane);
	feedback_finish(&world->scene);
	cursor_set(&world->cursor, NULL, 0, 0);
	surface_destroy_own(surface);
	close(world->connection);
	wl_display_destroy_clients(world->display);
	wl_display_destroy(world->display);
}

/* The worker's answer. */
static void answer(struct world *world, bool ok)
{
	const struct wire_frame_done done = {
		.sequence = world->renderer.sequence, .ok = ok, .reason = "it cannot"};
	assert_true(cursor_plane_frame_done(&world->plane, &done));
}

/* The worker draws the test picture, the upper rows first or the lower ones. */
static void draw_test(bool upside_down)
{
	memset(&pictures[0], 0, sizeof pictures[0]);
	for (int32_t y = 0; y < asked.black_height; y++) {
		for (int32_t x = 0; x < asked.black_width; x++)
			pictures[0].pixels[(upside_down ? SIZE - 1 - y : y) * SIZE + x] =
				0xff000000;
	}
}

static void pass_test(struct world *world)
{
	draw_test(false);
	answer(world, true);
	assert_int_equal(world->plane.state, CURSOR_PLANE_READY);
}

/* Whether the scene is to show the pointer. */
static bool is_in_scene(struct world *world)
{
	return !cursor_plane_show(&world->plane, &world->cursor, &world->scene);
}

/* The picture is on the plane. */
static void show(struct world *world)
{
	is_in_scene(world);
	answer(world, true);
	cursor_plane_set(&world->plane, 0);
	assert_false(is_in_scene(world));
}

/* The client commits another picture and asks for a frame callback. */
static void commit(struct world *world)
{
	struct surface *surface = world->cursor.surface;
	struct wl_resource *callback = resource_create(
		world->client, &wl_callback_interface, 1, 0, NULL, NULL, resource_unlink);
	wl_list_insert(surface->current.frame_callbacks.prev, wl_resource_get_link(callback));
	wl_signal_emit(&surface->events.commit, surface);
}

/* Whether the client was told that it may draw again, by the plane or by the screen's next frame.
 */
static bool is_answered(struct world *world)
{
	char bytes[64];
	const struct presentation_event event = {.output = &world->output};
	feedback_answer(&world->scene, &event);
	wl_display_flush_clients(world->display);
	return recv(world->connection, bytes, sizeof bytes, 0) > 0;
}

/* --- the tests --- */

static void test_picture_and_hotspot_are_the_plane_s(void **state)
{
	struct world world;
	begin(&world, 20, 20);
	assert_true(is_in_scene(&world)); /* while the plane is tested */
	pass_test(&world);
	assert_true(is_in_scene(&world)); /* while the picture is drawn */
	answer(&world, true);
	assert_ptr_not_equal(set.buffer, &empty);
	assert_int_equal(set.hotspot_x, 7);
	assert_int_equal(set.hotspot_y, 5);
	assert_int_equal(set.x, 293);
	assert_int_equal(set.y, 195);
	cursor_plane_set(&world.plane, 0);
	assert_false(is_in_scene(&world));
	cursor_move(&world.cursor, 310, 220);
	assert_true(cursor_plane_move(&world.plane, &world.cursor));
	assert_int_equal(moved_x, 303);
	assert_int_equal(moved_y, 215);
	assert_int_equal(drawn, 1);
	end(&world);
}

/* A mouse that is pushed goes by pixels of the display, not by logical ones. */
static void test_pointer_moves_by_pixels(void **state)
{
	struct world world;
	begin(&world, 20, 20);
	pass_test(&world);
	world.output.map.scale *= 2;
	world.output.map.transform = WL_OUTPUT_TRANSFORM_90;
	cursor_move(&world.cursor, 150, 100);
	show(&world);
	assert_int_equal(set.hotspot_x, 10);
	assert_int_equal(set.hotspot_y, 2 * (20 - 7) - 1);
	for (int step = 0; step < 8; step++) {
		cursor_move(&world.cursor, 150 + step / 2., 100 + step / 2.);
		assert_true(cursor_plane_move(&world.plane, &world.cursor));
		assert_int_equal(moved_x + set.hotspot_x, 200 + step);
		assert_int_equal(moved_y + set.hotspot_y, 599 - 300 - step);
	}
	end(&world);
}

static void test_plane_that_fails_its_test_is_not_used(void **state)
{
	for (int kind = 0; kind < 4; kind++) {
		struct world world;
		begin(&world, 20, 20);
		draw_test(kind == 1);
		if (kind == 0) /* nothing arrived */
			memset(&pictures[0], 0, sizeof pictures[0]);
		if (kind == 2) /* all but the last pixel, which is to be transparent */
			pictures[0].pixels[SIZE * SIZE - 1] = 1;
		answer(&world, kind != 3);
		assert_true(is_in_scene(&world));
		assert_int_equal(world.changed, 1);
		assert_int_equal(drawn, 0);
		/* The next worker does not try it again. */
		cursor_plane_stop(&world.plane);
		cursor_plane_start(&world.plane, NULL, SIZE, SIZE);
		assert_int_equal(world.plane.state, CURSOR_PLANE_OFF);
		assert_true(is_in_scene(&world));
		end(&world);
	}
}

static void test_large_picture_is_the_scene_s(void **state)
{
	struct world world;
	begin(&world, SIZE + 1, 20);
	pass_test(&world);
	assert_true(is_in_scene(&world));
	assert_int_equal(drawn, 0);
	end(&world);
	begin(&world, SIZE, SIZE);
	pass_test(&world);
	show(&world);
	/* At twice the scale it is larger than the plane, which shows nothing then. */
	world.output.map.scale *= 2;
	assert_true(is_in_scene(&world));
	assert_ptr_equal(set.buffer, &empty);
	end(&world);
}

/* The kernel may say so before the session hears that it is away, or by another program's doing. */
static void test_display_of_another_s_is_no_failure(void **state)
{
	static const int errors[] = {-EACCES, -EBUSY};
	for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
		struct world world;
		begin(&world, 20, 20);
		pass_test(&world);
		show(&world);
		commit(&world);
		is_in_scene(&world);
		answer(&world, true);
		int changed = world.changed;
		cursor_plane_set(&world.plane, errors[i]);
		/* Who has no right to the display waits for it; else the next frame tries again. */
		assert_int_equal(world.changed, errors[i] == -EACCES ? changed : changed + 1);
		cursor_plane_forget(&world.plane); /* the session is away, and back */
		cursor_plane_forget(&world.plane);
		int before = sets;
		assert_true(is_in_scene(&world)); /* until it is on the plane */
		answer(&world, true);
		assert_int_equal(sets, before + 1);
		cursor_plane_set(&world.plane, 0);
		assert_false(is_in_scene(&world));
		assert_true(is_answered(&world));
		end(&world);
	}
}

static void test_client_of_a_plane_that_fails_goes_on(void **state)
{
	for (int kind = 0; kind < 2; kind++) {
		struct world world;
		begin(&world, 20, 20);
		pass_test(&world);
		show(&world);
		commit(&world);
		assert_false(is_in_scene(&world)); /* the plane has the picture before */
		assert_false(is_answered(&world));
		answer(&world, kind == 0); /* else the worker cannot draw it */
		if (kind == 0)
			cursor_plane_set(&world.plane, -EINVAL);
		assert_true(is_in_scene(&world));
		assert_true(is_answered(&world));
		end(&world);
	}
}

static void test_client_of_a_picture_that_gives_way_goes_on(void **state)
{
	for (int kind = 0; kind < 2; kind++) {
		struct world world;
		begin(&world, 20, 20);
		pass_test(&world);
		show(&world);
		commit(&world);
		is_in_scene(&world);
		if (kind == 0) /* a client captures the screen with its pointer */
			cursor_plane_yield(&world.plane, &world.scene);
		else /* it is on another screen, or hidden */
			assert_true(cursor_plane_show(&world.plane, NULL, &world.scene));
		answer(&world, true);
		assert_ptr_equal(set.buffer, &empty);
		assert_true(is_answered(&world));
		end(&world);
	}
}

static void test_picture_on_its_way_outlives_its_worker(void **state)
{
	struct world world;
	begin(&world, 24, 24);
	pass_test(&world);
	is_in_scene(&world);
	answer(&world, true); /* on its way to the plane */
	assert_true(world.plane.setting);
	cursor_plane_stop(&world.plane); /* another worker takes over */
	cursor_plane_start(&world.plane, NULL, SIZE, SIZE);
	memset(&pictures[1], 0, sizeof pictures[1]);
	swapchain_listener->ready(&world.plane);
	draw_test(false);
	cursor_plane_set(&world.plane, 0); /* the host has it now */
	answer(&world, true);
	assert_false(world.plane.broken);
	end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_picture_and_hotspot_are_the_plane_s),
		cmocka_unit_test(test_pointer_moves_by_pixels),
		cmocka_unit_test(test_plane_that_fails_its_test_is_not_used),
		cmocka_unit_test(test_large_picture_is_the_scene_s),
		cmocka_unit_test(test_display_of_another_s_is_no_failure),
		cmocka_unit_test(test_client_of_a_plane_that_fails_goes_on),
		cmocka_unit_test(test_client_of_a_picture_that_gives_way_goes_on),
		cmocka_unit_test(test_picture_on_its_way_outlives_its_worker),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
