/* The scene's damage and visibility, with surfaces that have no client behind them. */
#include "compositor/scene.h"
#include "protocol/buffer.h"
#include "protocol/surface.h"
#include "tests/unit.h"

#include <drm_fourcc.h>

#define SCREEN 100 /* pixels, both ways */

struct fixture {
	struct scene scene;
	struct surface surfaces[3];
	struct buffer buffers[3];
	pixman_region32_t damage;
};

static void set_size(struct fixture *f, int i, int32_t width, int32_t height, uint32_t format)
{
	struct surface *surface = &f->surfaces[i];
	f->buffers[i] = (struct buffer){
		.width = width, .height = height, .format = format, .readable = true};
	surface->current.buffer = &f->buffers[i];
	surface->current.space.buffer_width = surface->width = width;
	surface->current.space.buffer_height = surface->height = height;
}

struct place {
	int surface;
	int32_t x, y;
};

static void show(struct fixture *f, const struct place *places, size_t len);

static int setup(void **state)
{
	static struct fixture f;
	f = (struct fixture){0};
	scene_init(&f.scene);
	pixman_region32_init(&f.damage);
	for (int i = 0; i < 3; i++) {
		surface_state_init(&f.surfaces[i].current);
		pixman_region32_init(&f.surfaces[i].damage);
		set_size(&f, i, 20, 20, DRM_FORMAT_XRGB8888);
	}
	show(&f, NULL, 0); /* the empty screen */
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	scene_finish(&f->scene);
	pixman_region32_fini(&f->damage);
	for (int i = 0; i < 3; i++) {
		f->surfaces[i].current.buffer = NULL;
		surface_state_finish(&f->surfaces[i].current);
		pixman_region32_fini(&f->surfaces[i].damage);
	}
	return 0;
}

static void show(struct fixture *f, const struct place *places, size_t len)
{
	pixman_region32_clear(&f->damage);
	scene_begin(&f->scene);
	for (size_t i = 0; i < len; i++)
		scene_add(&f->scene, &f->surfaces[places[i].surface], places[i].x, places[i].y);
	scene_end(&f->scene, SCREEN, SCREEN, &f->damage);
}

#define SHOW(f, ...) \
	show(f, (struct place[])__VA_ARGS__, \
		sizeof((struct place[])__VA_ARGS__) / sizeof(struct place))

static long area(const pixman_region32_t *region)
{
	int n;
	long sum = 0;
	const pixman_box32_t *rects = pixman_region32_rectangles((pixman_region32_t *)region, &n);
	for (int i = 0; i < n; i++)
		sum += (long)(rects[i].x2 - rects[i].x1) * (rects[i].y2 - rects[i].y1);
	return sum;
}

static bool damaged(struct fixture *f, int x, int y)
{
	return pixman_region32_contains_point(&f->damage, x, y, NULL);
}

static void test_same_scene_damages_nothing(void **state)
{
	struct fixture *f = *state;
	SHOW(f, {{0, 10, 10}, {1, 50, 50}});
	assert_int_equal(area(&f->damage), 2 * 20 * 20);
	SHOW(f, {{0, 10, 10}, {1, 50, 50}});
	assert_int_equal(area(&f->damage), 0);
}

static void test_client_damage_is_where_it_is_seen(void **state)
{
	struct fixture *f = *state;
	SHOW(f, {{0, 10, 10}, {1, 20, 20}});
	pixman_region32_union_rect(&f->surfaces[0].damage, &f->surfaces[0].damage, 0, 0, 20, 20);
	SHOW(f, {{0, 10, 10}, {1, 20, 20}});
	/* Surface 1 covers a quarter of it. */
	assert_int_equal(area(&f->damage), 20 * 20 - 10 * 10);
	assert_false(damaged(f, 25, 25));
}

static void test_a_hidden_client_damages_nothing(void **state)
{
	struct fixture *f = *state;
	set_size(f, 1, SCREEN, SCREEN, DRM_FORMAT_XRGB8888);
	SHOW(f, {{0, 10, 10}, {1, 0, 0}});
	pixman_region32_union_rect(&f->surfaces[0].damage, &f->surfaces[0].damage, 0, 0, 20, 20);
	SHOW(f, {{0, 10, 10}, {1, 0, 0}});
	assert_int_equal(area(&f->damage), 0);
	assert_int_equal(area(&f->scene.elements[0].visible), 0);
}

static void test_alpha_hides_only_what_it_calls_opaque(void **state)
{
	struct fixture *f = *state;
	set_size(f, 1, 20, 20, DRM_FORMAT_ARGB8888);
	SHOW(f, {{0, 10, 10}, {1, 10, 10}});
	assert_int_equal(area(&f->scene.elements[0].visible), 400);
	pixman_region32_union_rect(
		&f->surfaces[1].current.opaque, &f->surfaces[1].current.opaque, 0, 0, 20, 5);
	SHOW(f, {{0, 10, 10}, {1, 10, 10}});
	assert_int_equal(area(&f->scene.elements[0].visible), 300);
}

/* wp_alpha_modifier_v1 */
static void test_a_surface_made_transparent_hides_nothing(void **state)
{
	struct fixture *f = *state;
	SHOW(f, {{0, 10, 10}, {1, 10, 10}});
	assert_int_equal(area(&f->scene.elements[0].visible), 0);
	f->surfaces[1].current.alpha = UINT32_MAX / 2;
	SHOW(f, {{0, 10, 10}, {1, 10, 10}});
	assert_int_equal(area(&f->scene.elements[0].visible), 400);
	assert_int_equal(area(&f->damage), 400);
	assert_true(f->scene.elements[1].alpha > 0.49f && f->scene.elements[1].alpha < 0.51f);
	SHOW(f, {{0, 10, 10}, {1, 10, 10}});
	assert_int_equal(area(&f->damage), 0);
}

/* wp_tearing_control_v1 */
static void test_only_what_is_seen_alone_may_tear(void **state)
{
	struct fixture *f = *state;
	set_size(f, 0, SCREEN, SCREEN, DRM_FORMAT_XRGB8888);
	SHOW(f, {{0, 0, 0}});
	assert_false(scene_may_tear(&f->scene));
	f->surfaces[0].current.tearing = true;
	assert_true(scene_may_tear(&f->scene));
	SHOW(f, {{0, 0, 0}, {1, 10, 10}});
	assert_false(scene_may_tear(&f->scene));
	SHOW(f, {{1, 10, 10}, {0, 0, 0}});
	assert_true(scene_may_tear(&f->scene));
	SHOW(f, {{0, 1, 0}}); /* the background is seen, too */
	assert_false(scene_may_tear(&f->scene));
	show(f, NULL, 0);
	assert_false(scene_may_tear(&f->scene));
}

static void test_moving_damages_both_places(void **state)
{
	struct fixture *f = *state;
	SHOW(f, {{0, 0, 0}});
	SHOW(f, {{0, 60, 60}});
	assert_int_equal(area(&f->damage), 2 * 400);
	assert_true(damaged(f, 5, 5));
	assert_true(damaged(f, 65, 65));
}

static void test_going_damages_what_was_seen(void **state)
{
	struct fixture *f = *state;
	SHOW(f, {{0, 0, 0}, {1, 10, 10}});
	SHOW(f, {{0, 0, 0}});
	assert_true(damaged(f, 15, 15));
	SHOW(f, {{0, 0, 0}});
	assert_int_equal(area(&f->damage), 0);
}

static void test_changing_places_damages_both(void **state)
{
	struct fixture *f = *state;
	SHOW(f, {{0, 0, 0}, {1, 10, 10}});
	SHOW(f, {{1, 10, 10}, {0, 0, 0}});
	assert_true(damaged(f, 15, 15));
}

static void test_off_screen_is_cut(void **state)
{
	struct fixture *f = *state;
	SHOW(f, {{0, -10, -10}, {1, 95, 95}, {2, 500, 500}});
	assert_int_equal(area(&f->damage), 10 * 10 + 5 * 5);
	const pixman_box32_t *box = pixman_region32_extents(&f->damage);
	assert_true(box->x1 >= 0 && box->y1 >= 0 && box->x2 <= SCREEN && box->y2 <= SCREEN);
}

static void test_background_is_the_rest(void **state)
{
	struct fixture *f = *state;
	SHOW(f, {{0, 0, 0}});
	assert_int_equal(area(&f->scene.background), SCREEN * SCREEN - 400);
	f->buffers[0].readable = false; /* cannot be drawn: it hides nothing */
	SHOW(f, {{0, 0, 0}});
	assert_int_equal(area(&f->scene.background), SCREEN * SCREEN);
}

static void test_what_becomes_transparent_uncovers(void **state)
{
	struct fixture *f = *state;
	set_size(f, 1, 20, 20, DRM_FORMAT_XRGB8888);
	SHOW(f, {{0, 10, 10}, {1, 10, 10}});
	assert_int_equal(area(&f->scene.elements[0].visible), 0);
	/* The same place, no damage of its own, but what lies below is seen through it now. */
	f->buffers[1].format = DRM_FORMAT_ARGB8888;
	SHOW(f, {{0, 10, 10}, {1, 10, 10}});
	assert_int_equal(area(&f->damage), 400);
}

static void test_scaled_damage_reaches_a_pixel_further(void **state)
{
	struct fixture *f = *state;
	f->surfaces[0].current.space.has_destination = true;
	f->surfaces[0].current.space.width = f->surfaces[0].width = 40;
	f->surfaces[0].current.space.height = f->surfaces[0].height = 40;
	SHOW(f, {{0, 0, 0}});
	pixman_region32_union_rect(&f->surfaces[0].damage, &f->surfaces[0].damage, 5, 5, 1, 1);
	SHOW(f, {{0, 0, 0}});
	/* 2x2 pixels of the screen, and the neighbours that filtering blends in. */
	assert_int_equal(area(&f->damage), 4 * 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_same_scene_damages_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_client_damage_is_where_it_is_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_hidden_client_damages_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_alpha_hides_only_what_it_calls_opaque, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_surface_made_transparent_hides_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_only_what_is_seen_alone_may_tear, setup, teardown),
		cmocka_unit_test_setup_teardown(test_moving_damages_both_places, setup, teardown),
		cmocka_unit_test_setup_teardown(test_going_damages_what_was_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(test_changing_places_damages_both, setup, teardown),
		cmocka_unit_test_setup_teardown(test_off_screen_is_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_background_is_the_rest, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_scaled_damage_reaches_a_pixel_further, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_what_becomes_transparent_uncovers, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
