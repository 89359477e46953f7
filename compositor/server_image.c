/* Captures of the screens by ext-image-copy-capture. */
#include "compositor/server_private.h"

#include "common/xalloc.h"
#include "protocol/capture_source.h"

#include <drm_fourcc.h>
#include <stdlib.h>

static const uint32_t server_image_formats[] = {
	DRM_FORMAT_XRGB8888, DRM_FORMAT_ARGB8888, DRM_FORMAT_XBGR8888, DRM_FORMAT_ABGR8888};

static pixman_box32_t server_image_box(const struct screen *screen)
{
	return (pixman_box32_t){0, 0, screen->output.map.width, screen->output.map.height};
}

/* A session's: what has changed since its last frame. */
struct server_image {
	struct wl_list link; /* server::images */
	struct image_session *session;
	struct capture_tracker tracker;
};

static void server_image_begin(void *data, struct image_session *session)
{
	struct server *server = data;
	struct screen *screen = &server_screen_of(session->output)->screen;
	struct server_image *image = xcalloc(1, sizeof *image);
	image->session = session;
	wl_list_insert(&server->images, &image->link);
	capture_tracker_init(&image->tracker, &server->captures, screen, server_image_box(screen));
	session->width = screen->output.map.width;
	session->height = screen->output.map.height;
	session->data = image;
}

static void server_image_end(void *data, struct image_session *session)
{
	struct server_image *image = session->data;
	if (!image)
		return;
	capture_tracker_finish(&image->tracker);
	wl_list_remove(&image->link);
	free(image);
}

static void server_image_answer(void *data, const pixman_region32_t *damage, int64_t time)
{
	struct image_frame *frame = data;
	frame->data = NULL;
	if (damage)
		image_frame_ready(frame, damage, time);
	else
		image_frame_failed(frame);
}

static void server_image_copy(void *data, struct image_frame *frame, bool waits)
{
	struct server *server = data;
	struct image_session *session = frame->session;
	struct server_image *image = session->data;
	struct screen *screen = &server_screen_of(session->output)->screen;
	const struct capture_request request = {
		.screen = screen,
		.box = server_image_box(screen),
		.cursor = session->cursor,
		.waits = waits,
		.buffer = frame->buffer,
		.tracker = &image->tracker,
		.stale = &frame->damage,
	};
	bool resized = session->width != screen->output.map.width ||
		       session->height != screen->output.map.height; /* since it was told */
	bool dark = !waits && !screen->active;
	if (resized || dark) {
		image_frame_failed(frame);
		return;
	}
	frame->transform = screen->output.map.transform;
	frame->data = capture_start(&server->captures, &request, server_image_answer, frame);
}

static void server_image_cancel(void *data, struct image_frame *frame)
{
	capture_cancel(frame->data);
	frame->data = NULL;
}

static const struct image_capture_listener server_image_listener = {
	.begin = server_image_begin,
	.end = server_image_end,
	.copy = server_image_copy,
	.cancel = server_image_cancel,
};

bool server_is_cursor_imaged(const struct server *server, const struct screen *screen)
{
	const struct server_image *image;
	wl_list_for_each (image, &server->images, link) {
		if (image->tracker.screen == screen && image->session->cursor)
			return true;
	}
	return false;
}

void server_image_resize(struct server *server, const struct screen *screen)
{
	int32_t width = screen->output.map.width, height = screen->output.map.height;
	struct server_image *image;
	wl_list_for_each (image, &server->images, link) {
		struct capture_tracker *tracker = &image->tracker;
		if (tracker->screen != screen ||
			(image->session->width == width && image->session->height == height))
			continue;
		tracker->box = server_image_box(screen);
		pixman_region32_reset(&tracker->damage, &tracker->box);
		image_session_resize(image->session, width, height);
	}
}

bool server_create_image_capture(struct server *server)
{
	wl_list_init(&server->images);
	server->image_capture.listener = &server_image_listener;
	server->image_capture.data = server;
	server->image_capture.formats = server_image_formats;
	server->image_capture.formats_len =
		sizeof server_image_formats / sizeof server_image_formats[0];
	return capture_source_create(server->display) &&
	       image_capture_create(&server->image_capture, server->display);
}
