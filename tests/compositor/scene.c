/* The scene's damage and visibility, with surfaces that have no client behind them. */
#include "compositor/scene.h"
#include "protocol/buffer.h"
#include "protocol/surface.h"
#include "tests/unit.h"

#include <drm_fourcc.h>
#include <wayland-server-protocol.h>

#define SCREEN 100 /* pixels, both ways */

struct fixture {
	struct output_map map;
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
	f = (struct fixture){
		.map = {.width = SCREEN, .height = SCREEN, .scale = OUTPUT_MAP_SCALE_ONE}};
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
	scene_begin(&f->scene, &f->map);
	for (size_t i = 0; i < len; i++)
		scene_add(&f->scene, &f->surfaces[places[i].surface], places[i].x, places[i].y);
	scene_end(&f->scene, &f->damage);
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

/* A sample of chroma is of 2x2 pixels, and is blended with the next. */
static void test_video_is_seen_beyond_its_damage(void **state)
{
	struct fixture *f = *state;
	set_size(f, 0, 20, 20, DRM_FORMAT_NV12);
	SHOW(f, {{0, 10, 10}});
	pixman_region32_union_rect(&f->surfaces[0].damage, &f->surfaces[0].damage, 9, 9, 2, 2);
	SHOW(f, {{0, 10, 10}});
	for (int i = 17; i < 23; i++)
		assert_true(damaged(f, i, i));
	assert_false(damaged(f, 16, 16) || damaged(f, 23, 23));
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

/* So that it is copied and not blended. */
static void test_part_of_alpha_that_is_called_opaque(void **state)
{
	struct fixture *f = *state;
	const pixman_box32_t within = {12, 10, 30, 15}, beyond = {12, 10, 30, 16};
	SHOW(f, {{1, 10, 10}});
	assert_true(scene_is_opaque(&f->scene, &f->scene.elements[0], &beyond));
	set_size(f, 1, 20, 20, DRM_FORMAT_ARGB8888);
	SHOW(f, {{1, 10, 10}});
	const struct scene_element *element = &f->scene.elements[0];
	assert_false(scene_is_opaque(&f->scene, element, &within));
	pixman_region32_union_rect(
		&f->surfaces[1].current.opaque, &f->surfaces[1].current.opaque, 0, 0, 20, 5);
	assert_true(scene_is_opaque(&f->scene, element, &within));
	assert_false(scene_is_opaque(&f->scene, element, &beyond));
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

/* What the display might show as it is, without drawing. */
static void test_only_a_whole_picture_is_exact(void **state)
{
	struct fixture *f = *state;
	struct surface *surface = &f->surfaces[0];
	struct space *space = &surface->current.space;
	set_size(f, 0, SCREEN, SCREEN, DRM_FORMAT_XRGB8888);
	SHOW(f, {{0, 0, 0}});
	assert_ptr_equal(scene_exact(&f->scene)->surface, surface);
	SHOW(f, {{1, 10, 10}, {0, 0, 0}}); /* what is hidden does not count */
	assert_ptr_equal(scene_exact(&f->scene)->surface, surface);
	SHOW(f, {{0, 0, 0}, {1, 10, 10}}); /* a menu, or a pointer that is drawn */
	assert_null(scene_exact(&f->scene));
	f->map.transform = WL_OUTPUT_TRANSFORM_180;
	SHOW(f, {{0, 0, 0}});
	assert_null(scene_exact(&f->scene));
	space->transform = WL_OUTPUT_TRANSFORM_180; /* turned by its client */
	SHOW(f, {{0, 0, 0}});
	assert_non_null(scene_exact(&f->scene));
	f->map.transform = space->transform = 0;
	surface->current.alpha = UINT32_MAX / 2;
	SHOW(f, {{0, 0, 0}});
	assert_null(scene_exact(&f->scene));
	surface->current.alpha = UINT32_MAX;
	set_size(f, 0, SCREEN, SCREEN, DRM_FORMAT_ARGB8888);
	SHOW(f, {{0, 0, 0}});
	assert_null(scene_exact(&f->scene));
	pixman_region32_union_rect(
		&surface->current.opaque, &surface->current.opaque, 0, 0, SCREEN, SCREEN);
	SHOW(f, {{0, 0, 0}});
	assert_non_null(scene_exact(&f->scene));
}

/* wp_viewporter: stretched or cut no plane of a virtual machine can show it. */
static void test_a_viewport_is_exact_where_it_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct surface *surface = &f->surfaces[0];
	struct space *space = &surface->current.space;
	set_size(f, 0, SCREEN, SCREEN, DRM_FORMAT_XRGB8888);
	f->map.scale = 2 * OUTPUT_MAP_SCALE_ONE;
	space->has_destination = true;
	space->width = space->height = surface->width = surface->height = SCREEN / 2;
	SHOW(f, {{0, 0, 0}});
	assert_non_null(scene_exact(&f->scene));
	space->has_source = true;
	space->source = (struct space_box){0, 0, SCREEN / 2, SCREEN};
	SHOW(f, {{0, 0, 0}});
	assert_null(scene_exact(&f->scene));
	space->has_source = false;
	set_size(f, 0, SCREEN / 2, SCREEN / 2, DRM_FORMAT_XRGB8888);
	SHOW(f, {{0, 0, 0}});
	assert_null(scene_exact(&f->scene));
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

static void assert_box(const pixman_box32_t *box, int32_t x1, int32_t y1, int32_t x2, int32_t y2)
{
	if (box->x1 != x1 || box->y1 != y1 || box->x2 != x2 || box->y2 != y2)
		fail_msg("%d,%d to %d,%d instead of %d,%d to %d,%d", box->x1, box->y1, box->x2,
			box->y2, x1, y1, x2, y2);
}

/* A buffer of width x height pixels on a surface of another size, as wp_viewport makes it. */
static void set_destination(struct fixture *f, int i, int32_t width, int32_t height)
{
	struct surface *surface = &f->surfaces[i];
	surface->current.space.has_destination = true;
	surface->current.space.width = surface->width = width;
	surface->current.space.height = surface->height = height;
}

/* In its place, and without damage of its own. */
static void test_what_looks_different_is_damaged(void **state)
{
	struct fixture *f = *state;
	struct surface_state *now = &f->surfaces[0].current;
	now->alpha = UINT32_MAX / 2;
	now->space.has_source = true;
	now->space.source = (struct space_box){0, 0, 10, 10};
	set_destination(f, 0, 20, 20);
	SHOW(f, {{0, 10, 10}});
	now->space.source.x = 10;
	SHOW(f, {{0, 10, 10}});
	assert_int_equal(area(&f->damage), 400);
	now->space.has_source = false;
	SHOW(f, {{0, 10, 10}});
	now->space.transform = WL_OUTPUT_TRANSFORM_180;
	SHOW(f, {{0, 10, 10}});
	assert_int_equal(area(&f->damage), 400);
	now->alpha = UINT32_MAX / 4;
	SHOW(f, {{0, 10, 10}});
	assert_int_equal(area(&f->damage), 400);
	now->alpha = UINT32_MAX;
	SHOW(f, {{0, 10, 10}});
	f->buffers[0].format = DRM_FORMAT_ARGB8888; /* the background is seen through it */
	SHOW(f, {{0, 10, 10}});
	assert_int_equal(area(&f->damage), 400);
	SHOW(f, {{0, 10, 10}});
	assert_int_equal(area(&f->damage), 0);
}

/* A frame of one screen takes a surface's damage, which the others have yet to draw. */
static void test_damage_reaches_the_other_screens_once(void **state)
{
	struct fixture *f = *state;
	struct scene drawn = {0};
	pixman_region32_t taken;
	scene_init(&drawn);
	pixman_region32_init(&taken);
	scene_begin(&drawn, &f->map);
	scene_add(&drawn, &f->surfaces[0], 0, 0);
	scene_end(&drawn, &taken);
	SHOW(f, {{0, 10, 10}, {1, 50, 50}});
	pixman_region32_t *changed = &f->surfaces[0].damage;
	pixman_region32_union_rect(changed, changed, 5, 5, 2, 2);
	scene_share_damage(&drawn, &f->scene);
	pixman_region32_clear(changed);
	SHOW(f, {{0, 10, 10}, {1, 50, 50}});
	assert_int_equal(area(&f->damage), 2 * 2);
	assert_true(damaged(f, 15, 15));
	SHOW(f, {{0, 10, 10}, {1, 50, 50}});
	assert_int_equal(area(&f->damage), 0);
	scene_finish(&drawn);
	pixman_region32_fini(&taken);
}

/* Whether each pixel of the element's box is one of its source. */
static bool exact(const struct fixture *f, int i)
{
	const struct scene_element *element = &f->scene.elements[i];
	return element->source.width == element->box.x2 - element->box.x1 &&
	       element->source.height == element->box.y2 - element->box.y1;
}

/* The output is turned counter-clockwise; a client that turns its picture likewise needs no
 * turning. */
static void test_turned_output(void **state)
{
	struct fixture *f = *state;
	f->map.width = 200;
	f->map.transform = WL_OUTPUT_TRANSFORM_90;
	SHOW(f, {{0, 10, 30}});
	assert_box(&f->scene.elements[0].box, 30, 70, 50, 90);
	assert_int_equal(f->scene.elements[0].transform, WL_OUTPUT_TRANSFORM_270);
	f->surfaces[0].current.space.transform = WL_OUTPUT_TRANSFORM_90;
	SHOW(f, {{0, 10, 30}});
	assert_int_equal(f->scene.elements[0].transform, WL_OUTPUT_TRANSFORM_NORMAL);
	assert_box(&f->scene.elements[0].box, 30, 70, 50, 90);
	assert_int_equal(area(&f->scene.background), 200 * SCREEN - 400);
}

/* Neighbours share every edge, wherever they are and however large, and what has the pixels is
 * shown pixel for pixel. */
static void test_fractional_edges(void **state)
{
	struct fixture *f = *state;
	static const uint32_t scales[] = {120, 150, 132, 180, 210, 240, 310};
	f->map.width = f->map.height = 4000;
	for (int s = 0; s < 7; s++) {
		f->map.scale = scales[s];
		for (int32_t x = 0; x < 40; x++) {
			for (int i = 0; i < 2; i++) {
				int32_t width = 1 + (x * 7 + i) % 13;
				int32_t pixels = output_map_length(&f->map, width);
				set_size(f, i, pixels, pixels, DRM_FORMAT_XRGB8888);
				set_destination(f, i, width, width);
			}
			SHOW(f, {{0, x, x}, {1, x + f->surfaces[0].width, x}});
			const struct scene_element *left = &f->scene.elements[0],
						   *right = &f->scene.elements[1];
			assert_true(exact(f, 0) && exact(f, 1));
			assert_in_range(left->box.x2 - right->box.x1, 0, 1);
			/* The whole buffer, and at most a pixel more, which repeats its edge. */
			assert_in_range(left->box.x2 - left->box.x1 - f->buffers[0].width, 0, 1);
		}
	}
}

/* A buffer of another size fills just the pixels between the edges. */
static void test_scaled_by_the_output(void **state)
{
	struct fixture *f = *state;
	f->map.scale = 180;
	SHOW(f, {{0, 1, 1}, {1, 21, 1}});
	assert_box(&f->scene.elements[0].box, 2, 2, 32, 32);
	assert_box(&f->scene.elements[1].box, 32, 2, 62, 32);
	assert_false(exact(f, 0));
	pixman_region32_union_rect(&f->surfaces[0].damage, &f->surfaces[0].damage, 10, 10, 2, 2);
	SHOW(f, {{0, 1, 1}, {1, 21, 1}});
	/* 3x3 pixels, and all that a filter blends into: half a pixel of the buffer all around. */
	assert_box(pixman_region32_extents(&f->damage), 16, 16, 21, 21);
}

/* What the client calls opaque is so in whole pixels, but for the surface's own edges. */
static void test_fractional_opaque(void **state)
{
	struct fixture *f = *state;
	f->map.scale = 150;
	set_size(f, 1, 25, 25, DRM_FORMAT_ARGB8888);
	set_destination(f, 1, 20, 20);
	pixman_region32_t *opaque = &f->surfaces[1].current.opaque;
	pixman_region32_union_rect(opaque, opaque, 0, 0, 20, 20);
	SHOW(f, {{0, 0, 0}, {1, 0, 0}});
	assert_int_equal(area(&f->scene.elements[0].visible), 0);
	pixman_region32_fini(opaque);
	pixman_region32_init_rect(opaque, 3, 0, 10, 20); /* 3.75 to 16.25 */
	SHOW(f, {{0, 0, 0}, {1, 0, 0}});
	assert_in_range(area(&f->scene.elements[0].visible), 25 * 25 - 12 * 25, 25 * 25 - 9 * 25);
}

/* Larger than can be placed: not shown, and hides nothing. */
/* On a mirror: nothing beyond the source's edges is seen, and what is beside it is background. */
static void test_mirror_of_another_shape(void **state)
{
	struct fixture *f = *state;
	const struct output_map source = {
		.width = SCREEN, .height = SCREEN / 2, .scale = OUTPUT_MAP_SCALE_ONE};
	output_map_mirror(&f->map, &source);
	SHOW(f, {{0, 90, 40}}); /* half of it is beyond the right edge and the lower one */
	const struct scene_element *element = &f->scene.elements[0];
	assert_true(element->on_screen);
	assert_int_equal(element->box.y1, 65);
	assert_int_equal(area(&element->visible), 10 * 10);
	assert_int_equal(area(&f->scene.background), SCREEN * SCREEN - 10 * 10);
	SHOW(f, {{0, 40, 50}});
	assert_false(f->scene.elements[0].on_screen);
	assert_int_equal(area(&f->damage), 10 * 10);
	/* From the mirror to a place of its own: what was cut off is seen. */
	f->map.zoom = 0;
	f->map.fit = (pixman_box32_t){0};
	SHOW(f, {{0, 40, 50}});
	assert_int_equal(area(&f->scene.elements[0].visible), 20 * 20);
}

static void test_hostile_size(void **state)
{
	struct fixture *f = *state;
	f->map.scale = OUTPUT_MAP_SCALE_MAX;
	set_destination(f, 0, SPACE_MAX_SIZE, SPACE_MAX_SIZE);
	SHOW(f, {{0, 0, 0}});
	assert_int_equal(f->scene.len, 0);
	assert_int_equal(area(&f->scene.background), SCREEN * SCREEN);
	set_destination(f, 0, 20, 20);
	SHOW(f, {{0, SPACE_LIMIT, -SPACE_LIMIT}});
	assert_int_equal(area(&f->scene.elements[0].visible), 0);
}

/* Opaque bars over opaque bars across make ever more pieces, but what is shown stays right: all
 * that is seen is visible, all that changed is damaged. */
static void test_pieces_have_a_limit(void **state)
{
	struct fixture *f = *state;
	for (int i = 0; i < 2; i++) {
		set_size(f, i, SCREEN, SCREEN, DRM_FORMAT_ARGB8888);
		pixman_region32_t *opaque = &f->surfaces[i].current.opaque;
		for (int bar = 0; bar < SURFACE_STATE_MAX_OPAQUE; bar++)
			pixman_region32_union_rect(opaque, opaque, i ? bar * 3 : 0, i ? 0 : bar * 3,
				i ? 1 : SCREEN, i ? SCREEN : 1);
	}
	set_size(f, 2, SCREEN, SCREEN, DRM_FORMAT_XRGB8888);
	SHOW(f, {{2, 0, 0}, {0, 0, 0}, {1, 0, 0}});
	for (size_t i = 0; i < f->scene.len; i++)
		assert_in_range(
			pixman_region32_n_rects(&f->scene.elements[i].visible), 1, SCENE_MAX_RECTS);
	for (int at = 0; at < SCREEN * SCREEN; at++) {
		int x = at % SCREEN, y = at / SCREEN;
		bool hidden = (x % 3 == 0 && x / 3 < SURFACE_STATE_MAX_OPAQUE) ||
			      (y % 3 == 0 && y / 3 < SURFACE_STATE_MAX_OPAQUE);
		assert_true(hidden || pixman_region32_contains_point(
					      &f->scene.elements[0].visible, x, y, NULL));
	}
	pixman_region32_t *changed = &f->surfaces[1].damage;
	for (int at = 0; at < 400; at++)
		pixman_region32_union_rect(changed, changed, at % 20 * 4, at / 20 * 4, 2, 2);
	SHOW(f, {{2, 0, 0}, {0, 0, 0}, {1, 0, 0}});
	assert_in_range(pixman_region32_n_rects(&f->damage), 1, SCENE_MAX_RECTS);
	for (int at = 0; at < 400; at++)
		assert_true(damaged(f, at % 20 * 4, at / 20 * 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_same_scene_damages_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_client_damage_is_where_it_is_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_video_is_seen_beyond_its_damage, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_hidden_client_damages_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_alpha_hides_only_what_it_calls_opaque, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_part_of_alpha_that_is_called_opaque, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_surface_made_transparent_hides_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_only_a_whole_picture_is_exact, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_viewport_is_exact_where_it_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_only_what_is_seen_alone_may_tear, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_what_looks_different_is_damaged, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_damage_reaches_the_other_screens_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_moving_damages_both_places, setup, teardown),
		cmocka_unit_test_setup_teardown(test_going_damages_what_was_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(test_changing_places_damages_both, setup, teardown),
		cmocka_unit_test_setup_teardown(test_off_screen_is_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_background_is_the_rest, setup, teardown),
		cmocka_unit_test_setup_teardown(test_turned_output, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fractional_edges, setup, teardown),
		cmocka_unit_test_setup_teardown(test_scaled_by_the_output, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fractional_opaque, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mirror_of_another_shape, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_size, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_scaled_damage_reaches_a_pixel_further, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_what_becomes_transparent_uncovers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pieces_have_a_limit, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
