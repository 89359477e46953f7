/* Captures of the screens by wlr-screencopy. */
#include "compositor/server_private.h"

#include "common/clock.h"
#include "common/xalloc.h"
#include "protocol/screencopy.h"

#include <drm_fourcc.h>
#include <stdlib.h>
#include <string.h>

/* Of a client: what it captures beyond so many parts at once never waits for damage. */
#define CAPTURE_MAX_VIEWS 8

/* Nanoseconds until the next frame of a recording, at the most: what comes later is another one. */
#define CAPTURE_PAUSE CLOCK_NS_PER_S

/*
 * What a client captures again and again: its frames come and go, what has changed since the last
 * one is known here. Lives as long as the client.
 */
struct server_view {
	struct wl_list link; /* server::capture_views, the latest first */
	struct wl_client *client;
	struct wl_listener client_destroy;
	struct capture_tracker tracker;
	bool cursor;
	int users;    /* captures under way */
	int64_t used; /* when the last one ended, nanoseconds CLOCK_MONOTONIC */
};

/* A frame that waits for its capture. */
struct server_copy {
	struct screencopy_frame *frame;
	struct capture *capture;
	struct server_view *view; /* NULL: none was to be had */
};

static void server_handle_build_capture(
	void *data, struct screen *screen, struct scene *scene, bool cursor)
{
	server_build_scene(data, screen, scene, cursor);
}

static void server_handle_capture_schedule(void *data, struct screen *screen)
{
	screen_schedule(screen);
}

static const struct captures_listener server_captures_listener = {
	.build_scene = server_handle_build_capture,
	.schedule = server_handle_capture_schedule,
};

static void server_view_destroy(struct server_view *view)
{
	capture_tracker_finish(&view->tracker);
	wl_list_remove(&view->client_destroy.link);
	wl_list_remove(&view->link);
	free(view);
}

static void server_view_handle_client_destroy(struct wl_listener *listener, void *data)
{
	struct server_view *view = wl_container_of(listener, view, client_destroy);
	server_view_destroy(view);
}

static struct server_view *server_view_create(
	struct server *server, struct wl_client *client, const struct capture_request *request)
{
	struct server_view *view = xcalloc(1, sizeof *view);
	view->client = client;
	view->cursor = request->cursor;
	/* After the client's frames have gone, which use it. */
	view->client_destroy.notify = server_view_handle_client_destroy;
	wl_client_add_destroy_late_listener(client, &view->client_destroy);
	capture_tracker_init(&view->tracker, &server->captures, request->screen, request->box);
	wl_list_insert(&server->capture_views, &view->link);
	return view;
}

/* The client's view of that part, if need be in the place of its oldest. NULL: all are in use. */
static struct server_view *server_view_get(
	struct server *server, struct wl_client *client, const struct capture_request *request)
{
	struct server_view *view, *oldest = NULL;
	int n = 0;
	wl_list_for_each (view, &server->capture_views, link) {
		const struct capture_tracker *tracker = &view->tracker;
		if (view->client != client)
			continue;
		if (tracker->screen == request->screen && view->cursor == request->cursor &&
			memcmp(&tracker->box, &request->box, sizeof tracker->box) == 0) {
			wl_list_remove(&view->link);
			wl_list_insert(&server->capture_views, &view->link);
			return view;
		}
		n++;
		if (view->users == 0)
			oldest = view;
	}
	if (n == CAPTURE_MAX_VIEWS && !oldest)
		return NULL;
	if (n == CAPTURE_MAX_VIEWS)
		server_view_destroy(oldest);
	return server_view_create(server, client, request);
}

static bool server_view_is_used(const struct server_view *view)
{
	return view->users > 0 || clock_now() - view->used < CAPTURE_PAUSE;
}

bool server_is_cursor_captured(const struct server *server, const struct screen *screen)
{
	const struct server_view *view;
	wl_list_for_each (view, &server->capture_views, link) {
		if (view->tracker.screen == screen && view->cursor && server_view_is_used(view))
			return true;
	}
	return server_is_cursor_imaged(server, screen);
}

/* A part of the output, which may be nonsense, in pixels of its target. */
static pixman_box32_t server_capture_region(
	const struct output_map *map, const pixman_box32_t *region)
{
	int32_t x1 = space_limit(region->x1), y1 = space_limit(region->y1);
	int32_t x2 = space_limit(region->x2), y2 = space_limit(region->y2);
	if (x2 <= x1 || y2 <= y1)
		return (pixman_box32_t){0};
	return output_map_turn(
		map, output_map_box(map, map->x + x1, map->y + y1, x2 - x1, y2 - y1));
}

/* The part of the screen that the client wants, pixels; empty: none. */
static pixman_box32_t server_capture_box(const struct screencopy_frame *frame)
{
	const struct output_map *map = &frame->output->map;
	pixman_region32_t region;
	pixman_region32_init_rect(&region, 0, 0, (unsigned)map->width, (unsigned)map->height);
	if (frame->has_region) {
		pixman_box32_t part = server_capture_region(map, &frame->region);
		pixman_region32_t wanted;
		pixman_region32_init_with_extents(&wanted, &part);
		pixman_region32_intersect(&region, &region, &wanted);
		pixman_region32_fini(&wanted);
	}
	pixman_box32_t box = *pixman_region32_extents(&region);
	pixman_region32_fini(&region);
	return box;
}

static void server_handle_screencopy_describe(void *data, struct screencopy_frame *frame)
{
	pixman_box32_t box = server_capture_box(frame);
	frame->width = box.x2 - box.x1;
	frame->height = box.y2 - box.y1;
	frame->format = DRM_FORMAT_XRGB8888;
}

static void server_copy_end(struct server_copy *copy)
{
	copy->frame->data = NULL;
	if (copy->view) {
		copy->view->users--;
		copy->view->used = clock_now();
	}
	free(copy);
}

static void server_copy_answer(void *data, const pixman_region32_t *damage, int64_t time)
{
	struct server_copy *copy = data;
	if (damage)
		screencopy_ready(copy->frame, damage, time);
	else
		screencopy_failed(copy->frame);
	server_copy_end(copy);
}

static void server_handle_screencopy_copy(
	void *data, struct screencopy_frame *frame, struct buffer *buffer, bool waits)
{
	struct server *server = data;
	struct capture_request request = {
		.screen = &server_screen_of(frame->output)->screen,
		.box = server_capture_box(frame),
		.cursor = frame->cursor,
		.waits = waits,
		.buffer = buffer,
	};
	bool resized = request.box.x2 - request.box.x1 != frame->width ||
		       request.box.y2 - request.box.y1 != frame->height; /* since it was told */
	bool dark = !waits && !request.screen->active;
	if (resized || dark) {
		screencopy_failed(frame);
		return;
	}
	struct server_copy *copy = xcalloc(1, sizeof *copy);
	copy->frame = frame;
	copy->view = server_view_get(server, wl_resource_get_client(frame->resource), &request);
	if (copy->view) {
		copy->view->users++;
		request.tracker = &copy->view->tracker;
	}
	copy->capture = capture_start(&server->captures, &request, server_copy_answer, copy);
	frame->data = copy;
}

static void server_handle_screencopy_destroy(void *data, struct screencopy_frame *frame)
{
	struct server_copy *copy = frame->data;
	if (!copy)
		return;
	capture_cancel(copy->capture);
	server_copy_end(copy);
}

static const struct screencopy_listener server_screencopy_listener = {
	.describe = server_handle_screencopy_describe,
	.copy = server_handle_screencopy_copy,
	.destroy = server_handle_screencopy_destroy,
};

bool server_create_capture(struct server *server)
{
	server->captures.listener = &server_captures_listener;
	server->captures.data = server;
	server->captures.renderer = &server->renderer;
	captures_init(&server->captures);
	wl_list_init(&server->capture_views);
	server->screencopy.listener = &server_screencopy_listener;
	server->screencopy.data = server;
	return screencopy_create(&server->screencopy, server->display) &&
	       server_create_image_capture(server);
}
