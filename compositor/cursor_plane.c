#include "compositor/cursor_plane.h"

#include "common/clock.h"
#include "common/log.h"
#include "compositor/cursor.h"
#include "compositor/scene.h"
#include "kms/output.h"
#include "protocol/output.h"
#include "protocol/presentation.h"
#include "protocol/surface.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <string.h>

/* Where its picture is put in a scene of its own: room for sub-surfaces to the left and above. */
#define CURSOR_PLANE_ORIGIN 256
#define CURSOR_PLANE_SCENE (2 * CURSOR_PLANE_ORIGIN)

static const struct swapchain_listener cursor_plane_swapchain_listener;

void cursor_plane_init(struct cursor_plane *plane)
{
	wl_array_init(&plane->frame.locks);
	feedback_init(&plane->feedback);
}

void cursor_plane_start(
	struct cursor_plane *plane, struct scanout *scanout, int32_t width, int32_t height)
{
	const struct scanout_place place = {
		.output = plane->kms, .mode = {.width = width, .height = height}, .cursor = true};
	if (!plane->kms || plane->broken)
		return;
	plane->targets = swapchain_create(scanout, &place, &cursor_plane_swapchain_listener, plane);
	plane->state = plane->targets ? CURSOR_PLANE_MAKING : CURSOR_PLANE_OFF;
	/* The kernel clears a dumb buffer. */
	if (!plane->empty && kms_buffer_create_dumb(plane->device,
				     (struct kms_buffer_size){width, height, DRM_FORMAT_ARGB8888},
				     &plane->empty) != 0)
		plane->empty = NULL;
}

void cursor_plane_stop(struct cursor_plane *plane)
{
	swapchain_destroy(plane->targets);
	plane->targets = NULL;
	plane->state = CURSOR_PLANE_OFF;
	plane->drawing = false;
	plane->wanted = 0; /* drawn again by the next worker */
	renderer_frame_done(&plane->frame);
}

void cursor_plane_finish(struct cursor_plane *plane)
{
	cursor_plane_stop(plane);
	cursor_plane_forget(plane);
	kms_buffer_unref(plane->empty);
	plane->empty = NULL;
	feedback_finish(&plane->feedback);
}

/* Whatever it has. False: nothing could be done. */
static bool cursor_plane_clear(struct cursor_plane *plane)
{
	bool can = plane->empty || plane->shown || plane->setting;
	if (plane->kms)
		kms_output_set_cursor(plane->kms, &(struct kms_cursor){.buffer = plane->empty});
	plane->shown = plane->setting = false;
	return can;
}

static void cursor_plane_hide(struct cursor_plane *plane)
{
	if (!plane->hidden)
		plane->hidden = cursor_plane_clear(plane);
}

void cursor_plane_forget(struct cursor_plane *plane)
{
	cursor_plane_clear(plane);
	plane->hidden = false;
	plane->wanted = 0;
}

static void cursor_plane_break(struct cursor_plane *plane, const char *reason)
{
	log_info("%s: the pointer is drawn with the picture, its plane cannot be used: %s",
		plane->output->name, reason);
	cursor_plane_hide(plane);
	plane->broken = true;
	cursor_plane_stop(plane);
	plane->listener->changed(plane->data);
}

static struct scanout_target *cursor_plane_target(struct cursor_plane *plane)
{
	size_t len;
	struct scanout_target *targets = swapchain_targets(plane->targets, &len);
	return &targets[plane->next];
}

static struct kms_buffer_size cursor_plane_size(struct cursor_plane *plane)
{
	return kms_buffer_size(cursor_plane_target(plane)->buffer);
}

static struct renderer_test cursor_plane_test(struct cursor_plane *plane)
{
	struct kms_buffer_size size = cursor_plane_size(plane);
	return (struct renderer_test){size.width, size.height, size.width / 2, size.height / 4};
}

static void cursor_plane_handle_ready(void *data)
{
	struct cursor_plane *plane = data;
	size_t len;
	swapchain_targets(plane->targets, &len);
	if (len < 2) {
		cursor_plane_break(plane, "there is no memory for two pictures");
		return;
	}
	struct renderer_test test = cursor_plane_test(plane);
	plane->frame.target = cursor_plane_target(plane)->id;
	plane->frame.sequence = renderer_next_sequence(plane->renderer);
	plane->drawing = renderer_draw_test(plane->renderer, &plane->frame, &test);
	plane->state = plane->drawing ? CURSOR_PLANE_TESTING : CURSOR_PLANE_OFF;
}

static void cursor_plane_handle_failed(void *data, struct swapchain *swapchain, const char *reason)
{
	cursor_plane_break(data, reason);
}

static const struct swapchain_listener cursor_plane_swapchain_listener = {
	.ready = cursor_plane_handle_ready,
	.failed = cursor_plane_handle_failed,
};

/* NULL: the buffer has the test picture, the right way up. */
static const char *cursor_plane_check(struct cursor_plane *plane)
{
	struct renderer_test test = cursor_plane_test(plane);
	struct kms_buffer *buffer = cursor_plane_target(plane)->buffer;
	struct kms_buffer_view view;
	const char *wrong = NULL;
	if (kms_buffer_map(buffer, &view) != 0)
		return "its memory cannot be read back";
	for (int32_t y = 0; y < test.height && !wrong; y++) {
		const uint32_t *row =
			(const uint32_t *)((const char *)view.data + (size_t)y * view.stride);
		for (int32_t x = 0; x < test.width && !wrong; x++) {
			bool black = x < test.black_width && y < test.black_height;
			if (row[x] != (black ? UINT32_C(0xff000000) : 0))
				wrong = "a test picture did not arrive as it was drawn";
		}
	}
	kms_buffer_unmap(buffer, &view);
	return wrong;
}

/* The picture's place in a scene of its own, target pixels; empty: nothing is seen of it. */
static pixman_box32_t cursor_plane_place(const struct scene *scene)
{
	pixman_box32_t all = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
	for (size_t i = 0; i < scene->len; i++) {
		const pixman_box32_t *box = &scene->elements[i].box;
		all.x1 = box->x1 < all.x1 ? box->x1 : all.x1;
		all.y1 = box->y1 < all.y1 ? box->y1 : all.y1;
		all.x2 = box->x2 > all.x2 ? box->x2 : all.x2;
		all.y2 = box->y2 > all.y2 ? box->y2 : all.y2;
	}
	return scene->len > 0 ? all : (pixman_box32_t){0};
}

static void cursor_plane_collect(struct cursor_plane *plane, const struct scene *scene)
{
	for (size_t i = 0; i < scene->len; i++)
		feedback_collect(&plane->feedback, scene->elements[i].surface);
}

/* Draws the scene's part. False: it does not fit. */
static bool cursor_plane_draw(struct cursor_plane *plane, const struct cursor *cursor,
	struct scene *scene, const pixman_box32_t *box)
{
	struct kms_buffer_size size = cursor_plane_size(plane);
	pixman_box32_t spot = output_map_turn(
		&scene->map, output_map_pixel(&scene->map, CURSOR_PLANE_ORIGIN + cursor->hotspot_x,
				     CURSOR_PLANE_ORIGIN + cursor->hotspot_y));
	if (box->x2 - box->x1 > size.width || box->y2 - box->y1 > size.height ||
		box->x1 >= box->x2 || box->y1 >= box->y2)
		return false;
	pixman_region32_t damage;
	pixman_region32_init_rect(
		&damage, box->x1, box->y1, (unsigned)size.width, (unsigned)size.height);
	plane->frame = (struct renderer_frame){
		.target = cursor_plane_target(plane)->id,
		.sequence = renderer_next_sequence(plane->renderer),
		.x = box->x1,
		.y = box->y1,
		.transparent = true,
		.damage = &damage,
	};
	wl_array_init(&plane->frame.locks);
	plane->drawing = renderer_draw(plane->renderer, scene, &plane->frame);
	plane->hotspot_x = spot.x1 - box->x1;
	plane->hotspot_y = spot.y1 - box->y1;
	pixman_region32_fini(&damage);
	return plane->drawing;
}

/* False: it cannot be drawn for the plane. */
static bool cursor_plane_redraw(struct cursor_plane *plane, const struct cursor *cursor)
{
	struct scene scene = {0};
	struct output_map map = plane->output->map;
	pixman_region32_t ignored;
	map.x = map.y = 0;
	map.fit = (pixman_box32_t){0, 0, CURSOR_PLANE_SCENE * 8, CURSOR_PLANE_SCENE * 8};
	map.width = map.height = CURSOR_PLANE_SCENE * 8; /* pixels: at any scale */
	scene_init(&scene);
	scene_begin(&scene, &map);
	scene_add_tree(&scene, cursor->surface, CURSOR_PLANE_ORIGIN, CURSOR_PLANE_ORIGIN);
	pixman_region32_init(&ignored);
	scene_end(&scene, &ignored);
	pixman_region32_fini(&ignored);
	pixman_box32_t box = cursor_plane_place(&scene);
	bool drawn = cursor_plane_draw(plane, cursor, &scene, &box);
	if (drawn)
		cursor_plane_collect(plane, &scene);
	scene_finish(&scene);
	return drawn;
}

/* Where the pointer is on the output. False: not there. */
static bool cursor_plane_point(struct cursor_plane *plane, const struct cursor *cursor)
{
	const struct output_map *map = &plane->output->map;
	pixman_box32_t box = output_map_turn(map, output_map_pixel(map, cursor->x, cursor->y));
	plane->at_x = box.x1;
	plane->at_y = box.y1;
	return box.x1 >= 0 && box.y1 >= 0 && box.x1 < map->width && box.y1 < map->height;
}

static bool cursor_plane_place_at(struct cursor_plane *plane)
{
	return kms_output_move_cursor(plane->kms, plane->at_x - plane->shown_hotspot_x,
		       plane->at_y - plane->shown_hotspot_y) == 0;
}

/* Whether the plane has it, or will have what it has not: false where the scene is to show it. */
static bool cursor_plane_try(struct cursor_plane *plane, const struct cursor *cursor)
{
	if (!cursor || !cursor->surface || !cursor_plane_point(plane, cursor)) {
		cursor_plane_hide(plane);
		plane->wanted = 0;
		return true; /* there is nothing that the scene has to show */
	}
	if (plane->state != CURSOR_PLANE_READY)
		return plane->shown;
	bool same = plane->wanted == cursor->version &&
		    memcmp(&plane->map, &plane->output->map, sizeof plane->map) == 0;
	if (same || plane->drawing || plane->setting)
		return plane->shown;
	plane->wanted = cursor->version;
	plane->map = plane->output->map;
	if (cursor_plane_redraw(plane, cursor))
		return plane->shown;
	cursor_plane_hide(plane);
	return false;
}

bool cursor_plane_show(
	struct cursor_plane *plane, const struct cursor *cursor, struct feedback *scene)
{
	bool shown = cursor_plane_try(plane, cursor);
	plane->in_scene = !shown;
	if (!shown || plane->wanted == 0)
		feedback_move(scene, &plane->feedback);
	return shown;
}

void cursor_plane_yield(struct cursor_plane *plane, struct feedback *scene)
{
	cursor_plane_hide(plane);
	plane->wanted = 0;
	plane->in_scene = true;
	feedback_move(scene, &plane->feedback);
}

bool cursor_plane_move(struct cursor_plane *plane, const struct cursor *cursor)
{
	bool there = cursor && cursor_plane_point(plane, cursor);
	if (plane->in_scene)
		return false;
	if (!there)
		return !plane->shown && !plane->setting;
	return plane->shown && cursor_plane_place_at(plane);
}

/* While another VT has the display nothing is tried again: cursor_plane_forget() comes. */
static void cursor_plane_refused(struct cursor_plane *plane, int error)
{
	plane->setting = false;
	if (error != -EACCES && error != -EBUSY) {
		cursor_plane_break(plane, strerror(-error));
		return;
	}
	plane->wanted = 0;
	if (error == -EBUSY)
		plane->listener->changed(plane->data);
}

static void cursor_plane_present(struct cursor_plane *plane)
{
	const struct kms_cursor picture = {
		.buffer = cursor_plane_target(plane)->buffer,
		.hotspot_x = plane->hotspot_x,
		.hotspot_y = plane->hotspot_y,
		.x = plane->at_x - plane->hotspot_x,
		.y = plane->at_y - plane->hotspot_y,
	};
	plane->setting = true;
	plane->hidden = false;
	int error = kms_output_set_cursor(plane->kms, &picture);
	if (error)
		cursor_plane_refused(plane, error);
}

void cursor_plane_set(struct cursor_plane *plane, int error)
{
	if (!plane->setting)
		return;
	if (error) {
		cursor_plane_refused(plane, error);
		return;
	}
	plane->setting = false;
	log_debug("%s: the cursor plane has a picture, hotspot %d,%d", plane->output->name,
		plane->hotspot_x, plane->hotspot_y);
	plane->shown = true;
	plane->shown_hotspot_x = plane->hotspot_x;
	plane->shown_hotspot_y = plane->hotspot_y;
	/* Else it is of the worker before, and what is next is being tested. */
	if (plane->state == CURSOR_PLANE_READY)
		plane->next = 1 - plane->next;
	cursor_plane_place_at(plane);
	const struct presentation_event event = {
		.output = (struct output *)plane->output, .time = clock_now()};
	feedback_answer(&plane->feedback, &event);
	/* It is not in the scene any more; and what changed meanwhile is drawn next. */
	plane->listener->changed(plane->data);
}

bool cursor_plane_frame_done(struct cursor_plane *plane, const struct wire_frame_done *done)
{
	if (!plane->drawing || done->sequence != plane->frame.sequence)
		return false;
	plane->drawing = false;
	renderer_frame_done(&plane->frame);
	if (!done->ok) {
		cursor_plane_break(plane, done->reason);
		return true;
	}
	if (plane->state == CURSOR_PLANE_TESTING) {
		const char *wrong = cursor_plane_check(plane);
		if (wrong) {
			cursor_plane_break(plane, wrong);
			return true;
		}
		log_debug("%s: the cursor plane can be used", plane->output->name);
		plane->state = CURSOR_PLANE_READY;
		plane->listener->changed(plane->data);
	} else if (plane->wanted) {
		cursor_plane_present(plane);
	}
	return true;
}
